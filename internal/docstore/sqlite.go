package docstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"ascolto/internal/civic"
)

// oldestSQLite is the first version without the fault in resetting the write-ahead log (sqlite.org, 3.51.3).
var oldestSQLite = [3]int{3, 51, 3}

// How many queries run at once: one that waits for its reader to go on, an export or a stream, holds a
// connection without using the processor, so there may be more than processors. Connections beyond the idle
// ones, each with a cache of its own, are closed when a rush is over.
const (
	readers     = 32
	idleReaders = 8
)

// sqliteEngine keeps every collection in one SQLite file with a write-ahead log. One goroutine writes; a pool
// of read-only connections reads what was committed.
type sqliteEngine struct {
	path  string
	log   *slog.Logger
	lock  *folderLock
	write *writer
	read  *sql.DB
	stmts sync.Map // SQL → *sql.Stmt of read

	closed   atomic.Bool
	journals sync.Map // name of a collection → *journal, one for all who hold the collection
}

func openSQLite(ctx context.Context, o Options) (engine, error) {
	if o.Path == "" {
		return nil, errors.New("docstore: neither the address of a server nor the path of a file is set")
	}
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := lockFolder(ctx, dir)
	if err != nil {
		return nil, err
	}
	e := &sqliteEngine{path: path, log: o.Log, lock: lock}
	if err := e.openWithRoom(ctx, cmp.Or(o.Reserve, defaultReserve)); err != nil {
		return nil, errors.Join(fmt.Errorf("docstore: the file %s cannot be opened: %w", path, err),
			e.close())
	}
	return e, nil
}

// follower implements engine.
func (e *sqliteEngine) follower() *follower { return nil }

// room implements engine.
func (e *sqliteEngine) room() int64 { return e.write.disk.free() - max(e.write.disk.reserve, 0) }

// openWithRoom opens the file, on a disk without any room with that of the spare file, which is made again
// when there is more.
func (e *sqliteEngine) openWithRoom(ctx context.Context, reserve int64) error {
	room := spare{e.path + "-spare"}
	err := e.open(ctx, reserve)
	if err != nil && room.makeWay(err) {
		if err = e.closeFiles(); err != nil {
			return err
		}
		e.read, e.write = nil, nil
		err = e.open(ctx, reserve)
	}
	if err == nil && reserve > 0 && e.write.disk.free() >= reserve+spareSize {
		if err := room.keep(); err != nil {
			e.log.Warn("no room is kept for a start on a full disk", "error", err)
		}
	}
	return err
}

func (e *sqliteEngine) open(ctx context.Context, reserve int64) error {
	f, err := os.OpenFile(e.path, os.O_CREATE|os.O_RDWR, 0o600) // its log files take over the mode
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	place := disk{path: e.path, folder: filepath.Dir(e.path), reserve: reserve}
	if e.write, err = openWriter(e.dsn("journal_mode(wal)", "synchronous(full)", "busy_timeout(5000)",
		"cache_size(-65536)", "secure_delete(on)", // what is deleted is nowhere in the file
		fmt.Sprintf("wal_autocheckpoint(%d)", logPages), fmt.Sprintf("journal_size_limit(%d)", largestLog),
		"temp_store(memory)"), place); err != nil {
		return err
	}
	if e.read, err = sql.Open("sqlite", e.dsn("query_only(1)", "busy_timeout(5000)", "cache_size(-16384)",
		"temp_store(memory)")); err != nil {
		return err
	}
	e.read.SetMaxOpenConns(readers)
	e.read.SetMaxIdleConns(idleReaders)
	var version string
	if err := e.read.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return err
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	return e.write.do(ctx, false, func(tx *writer) error {
		_, err := tx.exec(
			`CREATE TABLE IF NOT EXISTS "/collections" (name TEXT PRIMARY KEY, spec TEXT NOT NULL) WITHOUT ROWID`)
		return err
	})
}

func (e *sqliteEngine) dsn(pragmas ...string) string {
	return fileURL(e.path, url.Values{"_pragma": pragmas, "_txlock": {"deferred"}})
}

func fileURL(path string, settings url.Values) string {
	return (&url.URL{Scheme: "file", Path: path, RawQuery: settings.Encode()}).String()
}

func checkVersion(version string) error {
	var v [3]int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &v[0], &v[1], &v[2]); err != nil {
		return fmt.Errorf("SQLite calls itself %q: %w", version, err)
	}
	for i := range v {
		if v[i] != oldestSQLite[i] {
			if v[i] > oldestSQLite[i] {
				return nil
			}
			return fmt.Errorf("SQLite %s may damage files; at least %v is needed", version, oldestSQLite)
		}
	}
	return nil
}

func (e *sqliteEngine) ping(ctx context.Context) error {
	var one int
	return e.fault(ctx, e.read.QueryRowContext(ctx, "SELECT 1").Scan(&one))
}

func (e *sqliteEngine) close() error {
	e.closed.Store(true)
	return errors.Join(e.closeFiles(), e.lock.release())
}

func (e *sqliteEngine) closeFiles() error {
	var errs []error
	if e.read != nil {
		errs = append(errs, e.read.Close())
	}
	if e.write != nil {
		errs = append(errs, e.write.close())
	}
	return errors.Join(errs...)
}

// fault turns an error of SQLite into one that a caller can judge.
func (e *sqliteEngine) fault(ctx context.Context, err error) error {
	var se *sqlite.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ended(ctx)
	case e.closed.Load(): // the program ends, and database/sql has no error to know this by
		return civic.Wrap(civic.Unavailable, "error.unavailable", err)
	case errors.As(err, &se):
		switch se.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
			if isFull(se) {
				return civic.Wrap(civic.Full, "error.full", err)
			}
			return civic.Wrap(civic.Unavailable, "error.unavailable", err)
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return civic.Wrap(civic.Unavailable, "error.unavailable", err)
		}
	}
	return err
}

// isFull reports whether there was no room: no space on the disk, or, where the system calls it so, a limit
// on file sizes.
func isFull(err *sqlite.Error) bool {
	return err.Code()&0xff == sqlite3.SQLITE_FULL || err.Code() == sqlite3.SQLITE_IOERR_WRITE
}

// prepared returns the statement of query, prepared once.
func (e *sqliteEngine) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := e.stmts.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	s, err := e.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if had, loaded := e.stmts.LoadOrStore(query, s); loaded {
		return had.(*sql.Stmt), s.Close()
	}
	return s, nil
}
