// Package wholefile makes files that are there under their names whole and on the disk, or not at all,
// whatever ends the process or the machine meanwhile.
package wholefile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// writing is what the name of a file begins with that is not whole yet.
const writing = ".writing-"

// Write makes the file at path, in the place of one that is there. Only its owner may read it. The errors are
// those of content, which writes what it is to hold, and of the disk; none of it is left then.
func Write(path string, content func(io.Writer) error) error {
	return publish(path, content, os.Rename)
}

// Create is Write, but returns an fs.ErrExist when a file is there.
func Create(path string, content []byte) error {
	return publish(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}, os.Link)
}

// publish writes what content does beside path and gives it its name.
func publish(path string, content func(io.Writer) error, name func(half, whole string) error) error {
	half, err := os.CreateTemp(filepath.Dir(path), writing+"*")
	if err != nil {
		return err
	}
	defer os.Remove(half.Name()) // which a renamed one is not there for
	if err := content(half); err != nil {
		return errors.Join(err, half.Close())
	}
	if err := errors.Join(half.Sync(), half.Close()); err != nil {
		return err
	}
	if err := name(half.Name(), path); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(path))
}

// SyncFolder puts the names of a folder on the disk.
func SyncFolder(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Sweep removes what a process that was killed left half written in a folder. Nobody may write there
// meanwhile.
func Sweep(folder string) error {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), writing) {
			err = errors.Join(err, os.Remove(filepath.Join(folder, e.Name())))
		}
	}
	return err
}
