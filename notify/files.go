package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
)

const mailSuffix = ".eml"

// Files keeps mail as .eml files in a folder instead of sending it: what an installation without a mail server does.
type Files struct{ dir string }

// OpenFiles returns the folder as a transport and makes it when it is not there.
func OpenFiles(dir string) (*Files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("notify: folder for mail: %w", err)
	}
	return &Files{dir: dir}, nil
}

// Slot returns f: files need no connection.
func (f *Files) Slot(Limits) Slot { return f }

// Close does nothing.
func (f *Files) Close() error { return nil }

// Send writes the mail under the name of its delivery, whole or not at all; a repeat replaces it.
func (f *Files) Send(_ context.Context, e Envelope) Outcome {
	if err := f.write(e); err != nil {
		return Outcome{Result: Later, Stage: StageContent, Cause: causeStorage, Server: true, Err: err}
	}
	return Outcome{Result: Accepted, Stage: StageAnswer}
}

func (f *Files) write(e Envelope) (err error) {
	temp, err := os.CreateTemp(f.dir, ".writing-*")
	if err != nil {
		return fmt.Errorf("notify: keep mail: %w", err)
	}
	defer func() {
		if err != nil {
			temp.Close()
			os.Remove(temp.Name())
			err = fmt.Errorf("notify: keep mail: %w", err)
		}
	}()
	if _, err = temp.Write(e.Mail); err != nil {
		return err
	}
	if err = temp.Sync(); err != nil {
		return err
	}
	if err = temp.Close(); err != nil {
		return err
	}
	if err = os.Rename(temp.Name(), filepath.Join(f.dir, fileName(e.ID))); err != nil {
		return err
	}
	return syncDir(f.dir)
}

// syncDir makes a rename in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// fileName returns the name under which a delivery's mail is kept. Ids hold no ~ and a file never begins with a dot.
func fileName(id civic.ID) string {
	return "m~" + strings.ReplaceAll(string(id), "/", "~") + mailSuffix
}

func idOfFile(name string) (civic.ID, bool) {
	name, isMail := strings.CutSuffix(name, mailSuffix)
	name, isOurs := strings.CutPrefix(name, "m~")
	id, err := civic.ParseID(strings.ReplaceAll(name, "~", "/"))
	return id, isMail && isOurs && err == nil
}

// KeptMail is one mail of the folder.
type KeptMail struct {
	ID civic.ID
	At time.Time
}

// List returns a page of the mail kept, newest first. The cursor is the number of mails already seen.
func (f *Files) List(p civic.PageRequest) (civic.Page[KeptMail], error) {
	p = p.Normal()
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return civic.Page[KeptMail]{}, fmt.Errorf("notify: list mail: %w", err)
	}
	var all []KeptMail
	for _, entry := range entries {
		id, ok := idOfFile(entry.Name())
		if !ok {
			continue
		}
		if info, err := entry.Info(); err == nil {
			all = append(all, KeptMail{ID: id, At: info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b KeptMail) int {
		return cmp.Or(b.At.Compare(a.At), strings.Compare(string(a.ID), string(b.ID)))
	})
	return pageOf(all, p)
}

// pageOf cuts a page out of a list; cursors are positions.
func pageOf[T any](all []T, p civic.PageRequest) (civic.Page[T], error) {
	from := 0
	if p.Cursor != "" {
		if _, err := fmt.Sscanf(p.Cursor, "%d", &from); err != nil || from < 0 {
			return civic.Page[T]{}, civic.NewError(civic.Invalid, "error.page")
		}
	}
	from = min(from, len(all))
	to := min(from+p.Size, len(all))
	page := civic.Page[T]{Items: all[from:to]}
	if to < len(all) {
		page.Next = fmt.Sprint(to)
	}
	return page, nil
}

// Read returns the bytes of a mail kept, or NotFound.
func (f *Files) Read(id civic.ID) ([]byte, error) {
	if _, err := civic.ParseID(string(id)); err != nil {
		return nil, civic.NewError(civic.NotFound, "error.not_found")
	}
	raw, err := os.ReadFile(filepath.Join(f.dir, fileName(id)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, civic.NewError(civic.NotFound, "error.not_found")
	}
	if err != nil {
		return nil, fmt.Errorf("notify: read mail: %w", err)
	}
	return raw, nil
}
