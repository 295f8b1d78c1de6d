package transport

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/memo"
	"ascolto/internal/wholefile"
)

const mailSuffix = ".eml"

// Files keeps mail as .eml files in a folder instead of sending it: what an installation without a mail
// server does.
type Files struct {
	dir string

	mu        sync.Mutex
	freshness memo.Freshness // when newest was read from the folder
	newest    []KeptMail     // newest first
	noted     []KeptMail     // written while the folder is read

	reading sync.Mutex // held by who reads the folder, so that writing need not wait for it
}

// OpenFiles returns a folder that keeps mail, and makes it when it is not there. Only one process may have it
// open: what the last one left half written, a mail to somebody, is removed.
func OpenFiles(dir string) (*Files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("transport: folder for mail: %w", err)
	}
	if err := wholefile.Sweep(dir); err != nil {
		return nil, fmt.Errorf("transport: half written mail: %w", err)
	}
	return &Files{dir: dir}, nil
}

// Conn returns f: files need no connection.
func (f *Files) Conn(Limits) Conn { return f }

// Close does nothing.
func (f *Files) Close() error { return nil }

// Send writes the mail under the name of its delivery, whole or not at all; a repeat replaces it.
func (f *Files) Send(_ context.Context, e Envelope) Outcome {
	if err := f.write(e); err != nil {
		return Outcome{Result: Later, Stage: StageContent, Cause: CauseStorage, Server: true, Err: err}
	}
	return Outcome{Result: Accepted, Stage: StageAnswer}
}

func (f *Files) write(e Envelope) error {
	err := wholefile.Write(filepath.Join(f.dir, fileName(e.ID)), func(w io.Writer) error {
		_, err := w.Write(e.Mail)
		return err
	})
	if err != nil {
		return fmt.Errorf("transport: keep mail: %w", err)
	}
	f.note(KeptMail{ID: e.ID, At: civic.Now()})
	return nil
}

// fileName returns the name under which a delivery's mail is kept. Ids hold no ~ and a file never begins with
// a dot.
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

// MaxListed is how many mails a list of those kept goes back to.
const MaxListed = 5000

// List returns a page of the newest MaxListed mails kept, newest first. The cursor is the number of mails
// already seen. What f itself wrote is in it at once; what others put into the folder or took out of it is
// seen a moment later where the folder is large.
func (f *Files) List(p civic.PageRequest) (civic.Page[KeptMail], error) {
	if err := f.refresh(); err != nil {
		return civic.Page[KeptMail]{}, fmt.Errorf("transport: list mail: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	page, err := pageOf(f.newest, p.Normal())
	page.Items = slices.Clone(page.Items)
	return page, err
}

// refresh reads the folder again, unless that was done a moment ago.
func (f *Files) refresh() error {
	f.reading.Lock()
	defer f.reading.Unlock()
	f.mu.Lock()
	fresh := f.freshness.Fresh()
	f.noted = nil
	f.mu.Unlock()
	if fresh {
		return nil
	}
	start := time.Now()
	found, err := readNewest(f.dir)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.newest = cutNewest(append(found, f.noted...))
	f.freshness.Learned(start)
	return nil
}

// note puts a mail that was just written at the head of the list.
func (f *Files) note(m KeptMail) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, list := range []*[]KeptMail{&f.newest, &f.noted} {
		*list = slices.DeleteFunc(*list, func(old KeptMail) bool { return old.ID == m.ID })
		*list = slices.Insert(*list, 0, m)
		*list = (*list)[:min(len(*list), MaxListed)]
	}
}

// readNewest reads the names in dir, some at a time, and returns the newest mails.
func readNewest(dir string) ([]KeptMail, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var found []KeptMail
	for {
		entries, err := d.ReadDir(1000)
		for _, entry := range entries {
			id, ok := idOfFile(entry.Name())
			if !ok {
				continue
			}
			if info, err := entry.Info(); err == nil {
				found = append(found, KeptMail{ID: id, At: info.ModTime()})
			}
		}
		if errors.Is(err, io.EOF) {
			return cutNewest(found), nil
		}
		if err != nil {
			return nil, err
		}
		if len(found) > 2*MaxListed {
			found = cutNewest(found)
		}
	}
}

// cutNewest sorts mails, the newest first, and keeps each once and no more than are listed.
func cutNewest(mails []KeptMail) []KeptMail {
	slices.SortFunc(mails, func(a, b KeptMail) int {
		return cmp.Or(b.At.Compare(a.At), strings.Compare(string(a.ID), string(b.ID)))
	})
	seen := make(map[civic.ID]bool, len(mails))
	mails = slices.DeleteFunc(mails, func(m KeptMail) bool {
		again := seen[m.ID]
		seen[m.ID] = true
		return again
	})
	return mails[:min(len(mails), MaxListed)]
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
		return nil, fmt.Errorf("transport: read mail: %w", err)
	}
	return raw, nil
}
