package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/util"
	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

var (
	errVersion  = errors.New("search: the index was made by another version")
	errChecksum = errors.New("search: a file of the index was changed")
	errEmpty    = errors.New("search: the index lists no state")
)

// openFolder opens the index at path, for reading only or, once it was found sound, for writing. It returns
// an error for which isDamage is true when the index should be set aside.
func openFolder(path string, readOnly bool) (*folder, error) {
	if !readOnly {
		if err := inspect(filepath.Join(path, "store")); err != nil {
			return nil, err
		}
	}
	var ix bleve.Index
	err := guarded(func() (err error) {
		ix, err = bleve.OpenUsing(path, map[string]any{"bolt_timeout": boltTimeout.String(),
			"read_only": readOnly})
		return err
	})
	if err != nil {
		return nil, named(err)
	}
	f := &folder{Index: ix, path: path}
	if err := f.checkVersion(); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// named returns err, and what it means when it is the time-out of a lock.
func named(err error) error {
	if errors.Is(err, bolterrors.ErrTimeout) {
		return fmt.Errorf("in use by another process: %w", err)
	}
	return err
}

// checkVersion returns an error when f was not made by this version of the mapping.
func (f *folder) checkVersion() error {
	v, err := f.GetInternal(keyVersion)
	if err == nil && string(v) != mappingVersion {
		err = errVersion
	}
	return err
}

// inspect returns an error when the files of an index are not as they were written. Bleve does not look: it
// answers from a file with a flipped bit, and when the newest state cannot be read it goes on from an older
// one under the numbers of the newer, until a panic in the background leaves a lock held for ever.
func inspect(store string) error {
	path := filepath.Join(store, "root.bolt")
	info, err := os.Stat(path)
	if err != nil {
		return err // opening would make a new one
	}
	return guarded(func() error {
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: boltTimeout})
		if err != nil {
			return named(err)
		}
		defer db.Close()
		return db.View(func(tx *bbolt.Tx) error {
			if info.Size() < tx.Size() {
				return io.ErrUnexpectedEOF // bbolt opens it, and writes past its end
			}
			return inspectStates(store, tx.Bucket(util.BoltSnapshotsBucket))
		})
	})
}

// inspectStates reads all of the list of states of an index, and checks the files of the newest.
func inspectStates(store string, states *bbolt.Bucket) error {
	if states == nil {
		return errEmpty
	}
	if err := readAll(states); err != nil {
		return err
	}
	newest, _ := states.Cursor().Last()
	state := states.Bucket(newest)
	if state == nil {
		return errEmpty
	}
	return state.ForEachBucket(func(name []byte) error {
		file := state.Bucket(name).Get(util.BoltPathKey)
		if file == nil {
			return nil // not one of its segments
		}
		return checkSum(filepath.Join(store, filepath.Base(string(file))))
	})
}

// readAll reads every key below b: a page that is none panics.
func readAll(b *bbolt.Bucket) error {
	return b.ForEach(func(k, v []byte) error {
		if v == nil && b.Bucket(k) != nil {
			return readAll(b.Bucket(k))
		}
		return nil
	})
}

// checkSum returns an error when the segment at path does not have the checksum that its last four bytes say.
func checkSum(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, f, info.Size()-crc32.Size); err != nil {
		return err
	}
	var want [crc32.Size]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return err
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return errChecksum
	}
	return nil
}

// isDamage reports whether err, which opening an index returned, is of a kind that only a new index mends.
func isDamage(err error) bool {
	for _, passing := range []error{bolterrors.ErrTimeout, os.ErrPermission, syscall.ENOSPC, syscall.EDQUOT,
		syscall.EROFS, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM} {
		if errors.Is(err, passing) {
			return false
		}
	}
	return true
}
