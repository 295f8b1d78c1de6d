package search

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// How a writer that failed tries again.
const (
	firstRetry = 500 * time.Millisecond
	lastRetry  = 5 * time.Second
	probeSize  = 8 << 20 // bytes that must fit into the folder before the index is written to again
)

// fail stops writing after err: a second write to an index whose disk is full panics. Searches go on in the
// same folder, opened for reading only.
func (x *Index) fail(err error) {
	x.write.broken = err
	x.log.Error("search index cannot be written; searching goes on", "folder", x.write.live.path, "error",
		err)
	if x.write.live.stuck.Load() {
		return // it can be neither closed nor opened again
	}
	if err := x.reopen(true); err != nil {
		x.log.Error("search index cannot be read either", "folder", x.write.live.path, "error", err)
	}
	x.retryLater()
}

func (x *Index) retryLater() {
	x.write.wait = min(max(firstRetry, 2*x.write.wait), lastRetry)
	x.write.retry = time.After(x.write.wait)
}

// recover opens the index for writing again when there is space for it.
func (x *Index) recover() {
	x.write.retry = nil
	if err := probe(x.dir); err != nil {
		x.retryLater()
		return
	}
	if err := x.reopen(false); err != nil {
		x.log.Error("search index cannot be opened again", "folder", x.write.live.path, "error", err)
		x.retryLater()
		return
	}
	x.write.broken = nil
	if err := x.drain(); err != nil {
		return
	}
	x.write.wait = 0
	x.log.Info("search index is written again", "folder", x.write.live.path)
}

// reopen closes the live index and opens it again. Searches wait meanwhile. When it cannot be opened for
// writing because it is damaged, an empty one takes its place.
func (x *Index) reopen(readOnly bool) error {
	x.gate.Lock()
	x.exchanges.Add(1)
	defer x.gate.Unlock()
	defer x.edition.Add(1)
	old := x.write.live
	if old.Index != nil {
		x.alias.Remove(old.Index)
		if err := old.close(); err != nil {
			x.log.Warn("search index closed with an error", "folder", old.path, "error", err)
		}
		old.Index = nil
	}
	f, err := openFolder(old.path, readOnly)
	if err != nil && !readOnly && isDamage(err) {
		f, err = x.replace(old.path, err)
	}
	if err != nil {
		return err
	}
	x.write.live = f
	x.alias.Add(f.Index)
	return nil
}

// probe returns an error when the folder has no room for the next writes.
func probe(dir string) error {
	path := filepath.Join(dir, "space")
	err := os.WriteFile(path, make([]byte, probeSize), 0o600)
	return errors.Join(err, os.Remove(path))
}

// replace sets the damaged folder aside and returns an empty index in its place.
func (x *Index) replace(path string, why error) (*folder, error) {
	if err := x.setAside(path, why); err != nil {
		return nil, err
	}
	x.queue.setWatermark(time.Time{})
	x.queue.lost()
	n, err := number(path)
	if err != nil {
		return nil, err
	}
	f, err := x.create(n + 1)
	if err != nil {
		return nil, fmt.Errorf("search: new index: %w", err)
	}
	return f, f.complete()
}
