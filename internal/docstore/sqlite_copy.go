package docstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// CopyFile writes a consistent copy of the SQLite file at from to the path to, which must not exist. Another
// process may have the store open and go on writing: the copy holds what was acknowledged before it was
// begun. It fails when there is no such file.
func CopyFile(ctx context.Context, from, to string) error {
	from, err := filepath.Abs(from)
	if err != nil {
		return err
	}
	if _, err := os.Stat(from); err != nil {
		return err // SQLite would make one
	}
	return (&sqliteEngine{path: from}).backup(ctx, to)
}

// Inspect reads all of a SQLite file that nobody has open, changing nothing, and returns how many documents
// each collection has. It returns what is wrong when the file is damaged or no store.
func Inspect(ctx context.Context, path string) (documents map[string]int, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	e := &sqliteEngine{path: path}
	if e.read, err = sql.Open("sqlite",
		fileURL(path, url.Values{"mode": {"ro"}, "immutable": {"1"}})); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.read.Close()) }()
	if err := e.check(ctx); err != nil {
		return nil, err
	}
	if documents, err = e.census(ctx); err != nil {
		return nil, fmt.Errorf("docstore: the file %s is no store: %w", path, err)
	}
	return documents, nil
}

// Peek reads one document of a SQLite file that nobody has open into doc, changing nothing. It returns
// NotFound when the file has no such collection or document.
func Peek(ctx context.Context, path, collection string, id civic.ID, doc any) (err error) {
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	e := &sqliteEngine{path: path}
	if e.read, err = sql.Open("sqlite",
		fileURL(path, url.Values{"mode": {"ro"}, "immutable": {"1"}})); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.read.Close()) }()
	names, err := e.collections(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(names, collection) {
		return errNotFound()
	}
	var raw []byte
	err = e.read.QueryRowContext(ctx, "SELECT doc FROM "+quoted(collection)+" WHERE id = ?",
		string(id)).Scan(&raw)
	if errors.Is(err, sql.ErrNoRows) {
		return errNotFound()
	}
	if err != nil {
		return e.fault(ctx, err)
	}
	return bson.Unmarshal(raw, doc)
}

// census counts the documents of every collection.
func (e *sqliteEngine) census(ctx context.Context) (map[string]int, error) {
	names, err := e.collections(ctx)
	if err != nil {
		return nil, err
	}
	documents := map[string]int{}
	for _, name := range names {
		var n int
		if err := e.read.QueryRowContext(ctx, "SELECT count(*) FROM "+quoted(name)).Scan(&n); err != nil {
			return nil, err
		}
		documents[name] = n
	}
	return documents, nil
}

func (e *sqliteEngine) collections(ctx context.Context) (names []string, err error) {
	rows, err := e.read.QueryContext(ctx, `SELECT name FROM "/collections" ORDER BY name`)
	if err != nil {
		return nil, e.fault(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func (e *sqliteEngine) prune(context.Context, bool) ([]string, error) { return nil, nil }

func (e *sqliteEngine) check(ctx context.Context) error {
	rows, err := e.read.QueryContext(ctx, "PRAGMA integrity_check(20)")
	if err != nil {
		return e.fault(ctx, err)
	}
	defer rows.Close()
	var wrong []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			wrong = append(wrong, line)
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("docstore: the file %s is damaged: %s", e.path, strings.Join(wrong, "; "))
	}
	return e.fault(ctx, rows.Err())
}

func (e *sqliteEngine) backup(ctx context.Context, path string) error {
	// SQLite fills an empty file and leaves its mode
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := e.vacuumInto(ctx, path); err != nil {
		return errors.Join(e.fault(ctx, err), os.Remove(path))
	}
	return syncFile(path)
}

// vacuumInto uses a connection of its own: the readers' may not write, not even elsewhere.
func (e *sqliteEngine) vacuumInto(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite", e.dsn("busy_timeout(5000)"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}

// syncFile makes a new file durable: its content and its name.
func syncFile(path string) error {
	for _, p := range []string{path, filepath.Dir(path)} {
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}
