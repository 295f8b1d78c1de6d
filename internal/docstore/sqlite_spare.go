package docstore

import (
	"errors"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// spareSize is how much room the spare file keeps: SQLite's shared memory needs 8 bytes for each page of the
// largest log.
const spareSize = 1 << 20

// spare is a file that keeps a little room on the disk. On a disk without a single free byte even reading
// could not begin, because SQLite makes files of its own beside the store; then the spare file makes way.
type spare struct{ path string }

// makeWay removes the file after an open that failed for want of room, and reports whether it is worth trying
// again.
func (s spare) makeWay(err error) bool {
	var se *sqlite.Error
	if !errors.As(err, &se) || !isFull(se) && se.Code() != sqlite3.SQLITE_IOERR_SHMSIZE {
		return false
	}
	return os.Remove(s.path) == nil
}

// keep makes the file if it is not there. Where there is no room for it, there is none.
func (s spare) keep() error {
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, spareSize))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(s.path))
	}
	return nil
}
