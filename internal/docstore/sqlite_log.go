package docstore

import (
	"database/sql/driver"
	"fmt"
	"math"
	"os"
	"time"
)

// The bounds of the write-ahead log. SQLite moves it into the file after so many pages, but keeps its room on
// the disk, and with readers about it may go on growing; the writer cuts it when it passes a bound.
const (
	logPages   = 16000     // after which SQLite moves the log by itself
	largestLog = 128 << 20 // bytes, on any disk
	leastLog   = 1 << 20   // bytes; less is never worth a sync
	// the log takes at most one part in so many of what is free, and of the reserve
	logShare    = 4
	logPatience = 50 * time.Millisecond // how long writers wait for readers to let go of the log
	logRetry    = time.Second           // how long after readers did not let go it is tried again
)

// disk tells the writer about the place its file is in.
type disk struct {
	path    string // of the file
	folder  string
	reserve int64 // bytes that stay free, less than 0 for none
}

// free returns how many bytes may still be written.
func (d disk) free() int64 { return FreeSpace(d.folder) }

// hasRoom reports whether more than the reserve is free.
func (d disk) hasRoom() bool { return d.free() >= d.reserve }

// logSize returns how many bytes of the disk the write-ahead log holds.
func (d disk) logSize() int64 {
	info, err := os.Stat(d.path + "-wal")
	if err != nil {
		return 0
	}
	return info.Size()
}

// logBound returns how large the log may grow: never so large that moving it into the file could fail for
// want of room.
func (d disk) logBound() int64 {
	free := d.free()
	if free == math.MaxInt64 {
		return largestLog
	}
	return min(largestLog, max(leastLog, d.reserve/logShare, free/logShare))
}

// cutLog moves the log into the file and gives its room back to the disk. It reports whether it could; while
// readers hold on to what is in the log it cannot, and is tried again a second later at the earliest. It runs
// outside transactions.
func (w *writer) cutLog() bool {
	if w.disk.logSize() == 0 || time.Since(w.cutFailed) < logRetry {
		return false
	}
	busy := true
	err := w.patiently(logPatience, func() error {
		return w.query(func(v []driver.Value) error {
			busy = v[0].(int64) != 0
			return nil
		}, "PRAGMA wal_checkpoint(TRUNCATE)")
	})
	if err != nil || busy {
		w.cutFailed = time.Now()
		return false
	}
	return true
}

// patiently has work wait for locks as long as it is told, instead of as long as writes do.
func (w *writer) patiently(wait time.Duration, work func() error) error {
	if err := w.setPatience(wait); err != nil {
		return err
	}
	err := work()
	if back := w.setPatience(writePatience); err == nil {
		err = back
	}
	return err
}

// writePatience is how long a write waits for a lock.
const writePatience = 5 * time.Second

func (w *writer) setPatience(d time.Duration) error {
	return w.query(func([]driver.Value) error { return nil },
		fmt.Sprintf("PRAGMA busy_timeout = %d", d.Milliseconds()))
}

// boundLog cuts the log when it has passed its bound.
func (w *writer) boundLog() {
	if w.disk.logSize() > w.disk.logBound() {
		w.cutLog()
	}
}
