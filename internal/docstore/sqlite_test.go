package docstore_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// TestLockedFolder: a second process on the same data folder ends soon, with a sentence that names the folder
// and the first one.
func TestLockedFolder(t *testing.T) {
	t.Parallel()
	path := storePath(t.TempDir())
	first := startActor(t, "open", path)
	if line := first.awaitLine(t); line != "open" {
		t.Fatalf("the first process said %q", line)
	}
	begun := time.Now()
	_, err := docstore.Open(t.Context(), docstore.Options{Path: path})
	if took := time.Since(begun); took > soon {
		t.Errorf("it took %v", took)
	}
	wantRefused(t, "a second process", err, filepath.Dir(path))
	wantRefused(t, "a second process", err, strconv.Itoa(first.cmd.Process.Pid))
	first.kill(t)
	db := storetest.OpenOptions(t, docstore.Options{Path: path}) // the lock dies with its holder
	mustInsert(t, collect[person](t, db, people), named("a", "Anna"))
}

// raw opens the file of a store that is closed, to damage it.
func raw(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// TestRepair: tables, columns, indexes and rows of the engine's own that are missing at start are made again
// from the documents.
func TestRepair(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string][]string{
		"a table of an array": {`DROP TABLE "records/tags"`},
		"an index":            {`DROP INDEX "records.count"`},
		"a unique index":      {`DROP INDEX "records.sum"`},
		"a column": {`DROP INDEX "records.count"`,
			`ALTER TABLE "records" DROP COLUMN "k_count"`},
		"the row about it":         {`DELETE FROM "/collections"`},
		"the table of collections": {`DROP TABLE "/collections"`},
		"nothing, but something new": {`CREATE TABLE "records/" (left TEXT)`,
			`ALTER TABLE "records" ADD COLUMN "k_old" BLOB`, `CREATE TABLE "records/old" (k, id)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := storePath(t.TempDir())
			l := &ledger{}
			db, err := docstore.Open(t.Context(), docstore.Options{Path: path})
			if err != nil {
				t.Fatal(err)
			}
			c := collect[record](t, db, records)
			for i := range 100 {
				doc := newRecord(i, i)
				mustInsert(t, c, doc)
				l.stored = append(l.stored, doc.ID)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			raw(t, path, damage...)
			if missing := l.audit(t, path); missing > 0 {
				t.Errorf("%d documents are missing", missing)
			}
			db = storetest.OpenOptions(t, docstore.Options{Path: path})
			c = collect[record](t, db, records)
			first, err := c.Get(t.Context(), l.stored[0])
			if err != nil {
				t.Fatal(err)
			}
			first.ID = ""
			wantCode(t, "a second document with the unique value", c.Insert(t.Context(), &first),
				civic.Conflict)
		})
	}
}

func TestNoStore(t *testing.T) {
	t.Parallel()
	path := storePath(t.TempDir())
	if err := os.WriteFile(path, bytes.Repeat([]byte("not a database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := docstore.Open(t.Context(), docstore.Options{Path: path})
	wantRefused(t, "a file that is no store", err, path)
	if _, err = docstore.Open(t.Context(), docstore.Options{Path: path}); err == nil ||
		strings.Contains(err.Error(), "in use") {
		t.Errorf("a failed opening keeps the folder: %v", err)
	}
}

// TestDamage: a flipped bit in the file is found by Check.
func TestDamage(t *testing.T) {
	t.Parallel()
	path := storePath(t.TempDir())
	db, err := docstore.Open(t.Context(), docstore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	c := collect[record](t, db, records)
	for i := range 300 {
		mustInsert(t, c, newRecord(i, i))
	}
	if err := db.Check(t.Context()); err != nil {
		t.Fatalf("an undamaged file: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for page := 10; page < 40; page++ {
		b[page*4096+3] ^= 0x40 // how many cells the page says it has
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	db = storetest.OpenOptions(t, docstore.Options{Path: path})
	if err := db.Check(t.Context()); err == nil {
		t.Error("the damage was not found")
	}
}

// TestBackup copies a store while it is written to; the copy is a store, and has what was acknowledged
// before.
func TestBackup(t *testing.T) {
	t.Parallel()
	o := storetest.SQLite(t)
	db := storetest.OpenOptions(t, o)
	c := collect[record](t, db, records)
	l := &ledger{}
	for i := range 500 {
		doc := newRecord(i, i)
		mustInsert(t, c, doc)
		l.stored = append(l.stored, doc.ID)
	}
	stop := make(chan struct{})
	done := make(chan error)
	go func() {
		for {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if err := c.Insert(t.Context(), newRecord(1, 1)); err != nil {
				done <- err
				return
			}
		}
	}()
	path := storePath(t.TempDir())
	if err := db.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	close(stop)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy can be read by others: %v, %v", info.Mode(), err)
	}
	if missing := l.audit(t, path); missing > 0 {
		t.Errorf("%d documents are not in the copy", missing)
	}
	if err := db.Backup(t.Context(), path); err == nil {
		t.Error("a copy was overwritten")
	}
}

// TestCopyFile copies a store that another has open, and one that nobody has; what is no store is named.
func TestCopyFile(t *testing.T) {
	t.Parallel()
	o := storetest.SQLite(t)
	db, err := docstore.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	c := collect[record](t, db, records)
	for i := range 50 {
		mustInsert(t, c, newRecord(i, i))
	}
	dir := t.TempDir()
	count := func(path string, want int) {
		t.Helper()
		if n, err := docstore.Inspect(t.Context(), path); err != nil || n["records"] != want {
			t.Errorf("the copy has %v, %v; want %d records", n, err, want)
		}
	}
	open := filepath.Join(dir, "open.db")
	if err := docstore.CopyFile(t.Context(), o.Path, open); err != nil {
		t.Fatal(err)
	}
	mustInsert(t, c, newRecord(1, 51)) // the store is none the worse for it
	count(open, 50)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(dir, "closed.db")
	if err := docstore.CopyFile(t.Context(), o.Path, closed); err != nil {
		t.Fatal(err)
	}
	count(closed, 51)
	if err := docstore.CopyFile(t.Context(), o.Path, closed); err == nil {
		t.Error("a copy was overwritten")
	}
	count(closed, 51)
	missing := filepath.Join(dir, "missing.db")
	if err := docstore.CopyFile(t.Context(), missing,
		filepath.Join(dir, "x.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a store that is not there: %v", err)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("a store was made by looking for it")
	}
	for name, content := range map[string]string{"empty": "",
		"text": strings.Repeat("not a database ", 1000)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if n, err := docstore.Inspect(t.Context(), path); err == nil {
			t.Errorf("%s: called a store with %v", name, n)
		}
	}
}

// TestUnordered: of a collection that asks for it the file keeps no order of arrival, also of documents that
// were there before it asked; everything else is as in others.
func TestUnordered(t *testing.T) {
	t.Parallel()
	o := storetest.SQLite(t)
	var ids []string
	write := func(spec docstore.Spec, n int) {
		t.Helper()
		db, err := docstore.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		c := collect[record](t, db, spec)
		for i := range n {
			doc := newRecord(i, i)
			doc.ID = civic.ID(rand.Text())
			mustInsert(t, c, doc)
			ids = append(ids, string(doc.ID))
		}
		page, err := c.Find(t.Context(), docstore.Query{Filter: docstore.Filter{docstore.Eq("tags", "all")},
			Limit: 1000})
		if err != nil || len(page.Items) != len(ids) {
			t.Errorf("%d documents found, %v; want %d", len(page.Items), err, len(ids))
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	order := func(query string) (found []string, err error) {
		file, err := sql.Open("sqlite", o.Path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		rows, err := file.Query(query)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return nil, err
			}
			found = append(found, id)
		}
		return found, rows.Err()
	}
	write(records, 40)
	if found, err := order(`SELECT id FROM records ORDER BY rowid`); err != nil || !slices.Equal(found, ids) {
		t.Fatalf("control: an ordinary collection is in order of arrival: %v", err)
	}
	unordered := records
	unordered.Unordered = true
	write(unordered, 40)
	if _, err := order(`SELECT id FROM records ORDER BY rowid`); err == nil {
		t.Error("the rows are still numbered")
	}
	slices.Sort(ids)
	if found, err := order(`SELECT id FROM records WHERE length(doc) > 0`); err != nil ||
		!slices.Equal(found, ids) {
		t.Errorf("the rows do not lie by id: %v", err)
	}
}

// TestPrivateFiles: nobody but the owner may read what citizens wrote.
func TestPrivateFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	db := storetest.OpenOptions(t, docstore.Options{Path: storePath(dir)})
	mustInsert(t, collect[person](t, db, people), named("a", "Anna"))
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 3 {
		t.Fatalf("%v, %v", entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
		}
	}
}

// TestSlowWriterGivesUp: a caller whose context ends while others' writes are under way gets its answer, and
// its write is not made later.
func TestSlowWriterGivesUp(t *testing.T) {
	t.Parallel()
	db := storetest.OpenOptions(t, storetest.SQLite(t))
	c := collect[person](t, db, people)
	release := docstore.HoldWriter(db)
	ctx, cancel := timeout(t, 50*time.Millisecond)
	defer cancel()
	err := c.Insert(ctx, named("late", "Anna"))
	wantCode(t, "a write that waits", err, civic.Unavailable)
	release()
	mustInsert(t, c, named("next", "Bea"))
	if ids := idsOf(t, c, docstore.Query{}); !slices.Equal(ids, []civic.ID{"next"}) {
		t.Errorf("stored are %v", ids)
	}
}

// TestCloseUnderLoad: a store that is closed while it is written to keeps what it acknowledged and refuses
// the rest.
func TestCloseUnderLoad(t *testing.T) {
	t.Parallel()
	path := storePath(t.TempDir())
	db, err := docstore.Open(t.Context(), docstore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	c := collect[record](t, db, records)
	var mu sync.Mutex
	l := &ledger{}
	go func() {
		time.Sleep(100 * time.Millisecond)
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	each(8, func(w int) {
		for n := 0; ; n++ {
			doc := newRecord(w, n)
			if err := c.Insert(t.Context(), doc); err != nil {
				wantCode(t, "inserting into a store that is closed", err, civic.Unavailable)
				return
			}
			mu.Lock()
			l.stored = append(l.stored, doc.ID)
			mu.Unlock()
		}
	})
	if len(l.stored) == 0 {
		t.Fatal("nothing was stored")
	}
	if err := db.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	if missing := l.audit(t, path); missing > 0 {
		t.Errorf("%d of %d acknowledged documents are missing", missing, len(l.stored))
	}
}

// TestPanicInAWrite: it is that write's error; the others are stored.
func TestPanicInAWrite(t *testing.T) {
	t.Parallel()
	db := storetest.OpenOptions(t, storetest.SQLite(t))
	c := collect[record](t, db, records)
	release := docstore.HoldWriter(db)
	failed := make(chan error)
	go func() { failed <- docstore.PanicInWriter(db) }()
	stored := make(chan error)
	for i := range 5 {
		go func() { stored <- c.Insert(t.Context(), newRecord(i, i)) }()
	}
	for docstore.Waiting(db) < 6 { // so that they share a commit
		time.Sleep(time.Millisecond)
	}
	release()
	if err := <-failed; err == nil || !strings.Contains(err.Error(), "panicked") {
		t.Errorf("the write that panicked: %v", err)
	}
	for range 5 {
		if err := <-stored; err != nil {
			t.Errorf("another write: %v", err)
		}
	}
	if n, err := c.Count(t.Context(), nil); n != 5 || err != nil {
		t.Errorf("stored are %d, %v", n, err)
	}
}

// TestClockStandsStill: after a crowd has written, the next write waits a moment for the others to come back.
// That moment ends where no time passes, too: in a bubble of testing/synctest, while anybody is at work.
func TestClockStandsStill(t *testing.T) {
	t.Parallel()
	path := storePath(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		db, err := docstore.Open(t.Context(), docstore.Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		c := collect[person](t, db, people)
		release := docstore.HoldWriter(db)
		var crowd sync.WaitGroup
		for i := range 4 {
			crowd.Go(func() {
				if err := c.Insert(t.Context(), named(civic.ID(strconv.Itoa(i)), "Anna")); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait() // all four wait for the writer
		release()
		crowd.Wait()
		mustInsert(t, c, named("alone", "Bruno")) // for whom nobody comes back
	})
}
