package notify

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ascolto/internal/civic"
)

// eraseKept removes the file of a mail, where mail is kept as files.
func (s *Service) eraseKept(id civic.ID) error {
	if files, ok := s.o.Transport.(*Files); ok {
		return files.remove(id)
	}
	return nil
}

// remove removes the file of a mail; it is no error when there is none.
func (f *Files) remove(id civic.ID) error {
	err := os.Remove(filepath.Join(f.dir, fileName(id)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f.mu.Lock()
	for _, list := range []*[]KeptMail{&f.newest, &f.noted} {
		*list = slices.DeleteFunc(*list, func(m KeptMail) bool { return m.ID == id })
	}
	f.mu.Unlock()
	return syncDir(f.dir)
}

// eraseKeptTo removes the kept mails to some addresses: of a code that was sent, its row no longer says to
// whom. What was written to another contact stays.
func (s *Service) eraseKeptTo(ctx context.Context, contact civic.ID, emails []string) error {
	files, ok := s.o.Transport.(*Files)
	if !ok || len(emails) == 0 {
		return nil
	}
	return files.removeTo(ctx, emails, func(id civic.ID) (bool, error) {
		d, err := s.ledger.Get(ctx, id)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return false, err
		}
		return d.Contact == "" || d.Contact == contact, nil
	})
}

// removeTo removes the mails to some addresses that theirs says are the person's.
func (f *Files) removeTo(
	ctx context.Context, emails []string, theirs func(delivery civic.ID) (bool, error),
) error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		id, ok := idOfFile(entry.Name())
		if !ok {
			continue
		}
		to, err := f.addressee(id)
		if err == nil && slices.Contains(emails, to) {
			err = f.removeIf(id, theirs)
		}
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (f *Files) removeIf(id civic.ID, theirs func(delivery civic.ID) (bool, error)) error {
	if ok, err := theirs(id); err != nil || !ok {
		return err
	}
	return f.remove(id)
}

// addressee returns to whom a mail was written, in lower case; nothing when nobody can read it.
func (f *Files) addressee(id civic.ID) (string, error) {
	raw, err := f.Read(id)
	if err != nil {
		return "", err
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return "", nil
	}
	to, err := mail.ParseAddress(m.Header.Get("To"))
	if err != nil {
		return "", nil
	}
	return strings.ToLower(to.Address), nil
}
