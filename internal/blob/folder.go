package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/wholefile"
)

// Folder keeps files in a folder of this machine.
type Folder struct{ path string }

// OpenFolder returns the keeper of a folder, which it makes. Only one process may have it open: what the last
// one left half written is removed.
func OpenFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	return &Folder{path}, wholefile.Sweep(path)
}

// IsName reports whether a store makes names like this one.
func IsName(s string) bool {
	return len(s) == 26 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// at returns where a name is kept; NotFound for what is no name.
func (f *Folder) at(name string) (string, error) {
	if !IsName(name) {
		return "", civic.NewError(civic.NotFound, "error.not_found")
	}
	return filepath.Join(f.path, name), nil
}

// Keep implements Keeper: the file appears under its name when it is whole and on the disk.
func (f *Folder) Keep(ctx context.Context, name string, from io.Reader, size int64) error {
	to, err := f.at(name)
	if err != nil {
		return err
	}
	err = wholefile.Write(to, func(half io.Writer) error {
		n, err := io.Copy(half, readUntil{ctx, from})
		if err == nil && n != size {
			err = fmt.Errorf("blob: %d bytes came of %d: %w", n, size, io.ErrUnexpectedEOF)
		}
		return err
	})
	if err == nil {
		err = os.Chtimes(to, time.Time{}, noTime)
	}
	return roomless(err)
}

// noTime is when every file says it was changed: when it came, which could tell who sent it, the store knows
// as far as that may be known.
var noTime = time.Unix(0, 0)

// Fetch implements Keeper.
func (f *Folder) Fetch(_ context.Context, name string) (io.ReadSeekCloser, error) {
	at, err := f.at(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, civic.Wrap(civic.NotFound, "error.not_found", err)
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Remove implements Keeper.
func (f *Folder) Remove(_ context.Context, name string) error {
	at, err := f.at(name)
	if err != nil {
		return err
	}
	if err := os.Remove(at); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return wholefile.SyncFolder(f.path) // what was erased does not come back with the power
}

// readUntil reads until ctx ends.
type readUntil struct {
	ctx  context.Context
	from io.Reader
}

// Read implements io.Reader.
func (r readUntil) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}
