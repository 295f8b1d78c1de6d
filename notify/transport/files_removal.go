package transport

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
	"ascolto/internal/wholefile"
)

// Remove removes the file of a mail; it is no error when there is none.
func (f *Files) Remove(id civic.ID) error {
	err := os.Remove(filepath.Join(f.dir, fileName(id)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f.mu.Lock()
	for _, list := range []*[]KeptMail{&f.newest, &f.noted} {
		*list = slices.DeleteFunc(*list, func(m KeptMail) bool { return m.ID == id })
	}
	f.mu.Unlock()
	return wholefile.SyncFolder(f.dir)
}

// RemoveTo removes the mails to some addresses that theirs says are the person's.
func (f *Files) RemoveTo(
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
	return f.Remove(id)
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
