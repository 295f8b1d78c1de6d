package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"syscall"

	"ascolto/internal/civic"
)

// spooled is a file on this machine's disk, on its way to the keeper.
type spooled struct {
	file *os.File
	size int64
	sum  string // SHA-256 in hex
}

// spooled reads at most max bytes of a stream. It returns TooLarge when there are more, Invalid when there
// are none.
func (s *Store) spooled(max int64, from io.Reader) (_ *spooled, err error) {
	to, err := os.CreateTemp(s.spool, "upload-*")
	if err != nil {
		return nil, roomless(err)
	}
	up := &spooled{file: to}
	defer func() {
		if err != nil {
			up.drop()
		}
	}()
	sum := sha256.New()
	if up.size, err = io.Copy(io.MultiWriter(to, sum), io.LimitReader(from, max+1)); err != nil {
		return nil, roomless(err)
	}
	switch {
	case up.size > max:
		return nil, civic.NewErrorArgs(civic.TooLarge, "error.file.large", civic.Args{"Max": max >> 20})
	case up.size == 0:
		return nil, civic.NewError(civic.Invalid, "error.file.empty")
	}
	up.sum = hex.EncodeToString(sum.Sum(nil))
	return up, up.rewind()
}

func (s *spooled) rewind() error {
	_, err := s.file.Seek(0, io.SeekStart)
	return err
}

// drop removes the file.
func (s *spooled) drop() {
	s.file.Close()
	os.Remove(s.file.Name())
}

// roomless returns a Full error for a disk that is full, else err.
func roomless(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return civic.Wrap(civic.Full, "error.full", err)
	}
	return err
}
