package search

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ascolto/internal/civic"
)

// PermRebuild is to see how the index stands, and to have it made anew.
const PermRebuild civic.Permission = "search.index.rebuild"

// WorkRebuild is the kind of long work that making the index anew is. InputIndex names which one: each
// process has its own.
const (
	WorkRebuild = "search.index.rebuild"
	InputIndex  = "index"
)

// RebuildID returns the id of the task that makes this index anew. It stands in addresses.
func (x *Index) RebuildID() civic.ID { return WorkRebuild + "-" + civic.ID(x.name) }

// Name returns what tells this index from those of other processes. It stays as long as its folder does.
func (x *Index) Name() string { return x.name }

// Size returns how many documents the index holds, or Unavailable.
func (x *Index) Size(ctx context.Context) (n int, err error) {
	err = x.answered(guarded(func() error {
		x.gate.RLock()
		defer x.gate.RUnlock()
		count, err := x.alias.DocCount()
		n = int(count)
		return err
	}))
	return n, err
}

const nameFile = "name"

// takeName reads the index's name, or gives it one.
func (x *Index) takeName() error {
	path := filepath.Join(x.dir, nameFile)
	b, err := os.ReadFile(path)
	if id, fault := civic.ParseID(strings.TrimSpace(string(b))); err == nil && fault == nil {
		x.name = string(id)
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("search: %w", err)
	}
	x.name = rand.Text()
	// on a full disk: until the next start
	if err := os.WriteFile(path, []byte(x.name+"\n"), 0o600); err != nil {
		x.log.Warn("the search index has no lasting name", "error", err)
	}
	return nil
}
