package search

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"

	"ascolto/internal/routine"
)

// The folder of the index holds one folder for each build: index-1, index-2, … The one with the highest
// number that is complete is the live one. A rebuild fills the next; what an interrupted one left in that is
// gone on with by the next rebuild.
const (
	folderPrefix  = "index-"
	damagedSuffix = ".damaged"
	completeFile  = "complete" // in a folder: it holds all that its build was to bring
	boltTimeout   = 2 * time.Second
)

// What an index knows about itself.
var (
	keyVersion   = []byte("ascolto.version")
	keyWatermark = []byte("ascolto.watermark")
	keyPosition  = []byte("ascolto.position") // in the feed of the store
	keyBegun     = []byte("ascolto.begun")    // when the rebuild began that is to fill it
	keyUnread    = []byte("ascolto.unread")   // what it lacks of what was told before that
)

// folder is an index and where it is.
type folder struct {
	bleve.Index // nil when it could not be opened again
	path        string
	stuck       atomic.Bool // a write never ended: closing would wait for it
}

// closePatience is how long closing an index may take.
const closePatience = 20 * time.Second

// close closes the index, unless there is none or it would never end.
func (f *folder) close() error {
	if f.Index == nil || f.stuck.Load() {
		return nil
	}
	done := routine.Go(nil, "closing the search index", func() error { return guarded(f.Index.Close) })
	select {
	case err := <-done:
		return err
	case <-time.After(closePatience):
		f.stuck.Store(true)
		return errStuck
	}
}

func lockFile(dir string) string { return filepath.Join(dir, "lock") }

func makeDir(dir string) error { return os.MkdirAll(dir, 0o700) }

func (x *Index) pathOf(n int) string { return filepath.Join(x.dir, folderPrefix+strconv.Itoa(n)) }

// number returns the number of a build's folder.
func number(path string) (int, error) {
	return strconv.Atoi(strings.TrimPrefix(filepath.Base(path), folderPrefix))
}

// builds returns the numbers of the builds in the folder, the highest first.
func (x *Index) builds() ([]int, error) {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return nil, err
	}
	var ns []int
	for _, e := range entries {
		if n, err := number(e.Name()); err == nil && strings.HasPrefix(e.Name(), folderPrefix) {
			ns = append(ns, n)
		}
	}
	slices.Sort(ns)
	slices.Reverse(ns)
	return ns, nil
}

// openLive opens the newest complete build and removes the others, but for the one that a rebuild was filling
// behind it; or it makes an empty one.
func (x *Index) openLive() (*folder, error) {
	ns, err := x.builds()
	if err != nil {
		return nil, fmt.Errorf("search: folder %s: %w", x.dir, err)
	}
	var live *folder
	for _, n := range ns {
		path := x.pathOf(n)
		if live == nil && !isComplete(path) && isComplete(x.pathOf(n-1)) {
			continue
		}
		if live != nil || !isComplete(path) {
			err = os.RemoveAll(path)
		} else if live, err = openFolder(path, false); err != nil && isDamage(err) {
			err = x.setAside(path, err)
		}
		if err != nil {
			return nil, fmt.Errorf("search: index %s: %w", path, err)
		}
	}
	if live != nil {
		return live, nil
	}
	next := 1
	if len(ns) > 0 {
		next = ns[0] + 1
	}
	if live, err = x.create(next); err != nil {
		return nil, fmt.Errorf("search: new index in %s: %w", x.dir, err)
	}
	return live, live.complete()
}

// create makes an empty index with number n. It is not complete.
func (x *Index) create(n int) (*folder, error) {
	path := x.pathOf(n)
	if err := os.RemoveAll(path); err != nil {
		return nil, err
	}
	var ix bleve.Index
	err := guarded(func() (err error) {
		ix, err = bleve.NewUsing(path, newMapping(), bleve.Config.DefaultIndexType,
			bleve.Config.DefaultKVStore, map[string]any{"bolt_timeout": boltTimeout.String()})
		if err != nil {
			return err
		}
		return ix.SetInternal(keyVersion, []byte(mappingVersion))
	})
	if err != nil {
		if ix != nil {
			_ = guarded(ix.Close)
		}
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	return &folder{Index: ix, path: path}, nil
}

// complete marks the folder as holding all that its build was to bring.
func (f *folder) complete() error {
	file, err := os.Create(filepath.Join(f.path, completeFile))
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

func isComplete(path string) bool {
	_, err := os.Stat(filepath.Join(path, completeFile))
	return err == nil
}

// watermark returns the instant before which every change is in the index, zero when it holds less.
func (f *folder) watermark() time.Time {
	v, err := f.GetInternal(keyWatermark)
	if err != nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, string(v))
	if err != nil {
		return time.Time{}
	}
	return t
}

// setAside renames the folder at path, for a person to look at, and removes what was set aside before.
func (x *Index) setAside(path string, why error) error {
	old, err := filepath.Glob(filepath.Join(x.dir, folderPrefix+"*"+damagedSuffix))
	if err != nil {
		return err
	}
	for _, o := range old {
		if err := os.RemoveAll(o); err != nil {
			return err
		}
	}
	x.log.Warn("search index cannot be used; it is set aside and built again", "folder", path, "kept",
		path+damagedSuffix, "error", why)
	return os.Rename(path, path+damagedSuffix)
}

// remove closes the index and deletes its folder.
func (f *folder) remove() error {
	return errors.Join(f.close(), os.RemoveAll(f.path))
}
