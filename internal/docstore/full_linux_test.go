package docstore_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// ballast fills a file until the disk has no room, or size bytes are written.
func ballast(t *testing.T, path string, size int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 64<<10)
	for written := 0; written < size; written += len(block) {
		if _, err := f.Write(block); err != nil {
			return
		}
	}
}

// TestFullDisk: on a full disk writes are refused, reading goes on, nothing that was acknowledged is lost,
// and when there is room again writing goes on by itself.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := storetest.SmallDisk(t, "12m")
	weight := filepath.Join(dir, "ballast")
	ballast(t, weight, 6<<20)
	o := docstore.Options{Path: storePath(dir), Reserve: -1}
	db := storetest.OpenOptions(t, o)
	c := collect[record](t, db, records)
	l := fill(t, c)
	if _, err := c.Get(t.Context(), l.stored[0]); err != nil {
		t.Errorf("reading on a full disk: %v", err)
	}
	if page, err := c.Find(t.Context(),
		docstore.Query{Filter: docstore.Filter{docstore.Eq("tags", "all")}}); err != nil ||
		len(page.Items) != civic.DefaultPageSize {
		t.Errorf("listing on a full disk: %d, %v", len(page.Items), err)
	}
	if err := os.Remove(weight); err != nil {
		t.Fatal(err)
	}
	doc := newRecord(1, 1)
	mustInsert(t, c, doc)
	l.stored = append(l.stored, doc.ID)
	fill(t, c) // and once more to the brim, so that the file is left full
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if missing := l.audit(t, o.Path); missing > 0 {
		t.Errorf("%d acknowledged documents are missing", missing)
	}
}

// fill inserts until the store says three times that it is full, and returns what it acknowledged.
func fill(t *testing.T, c *docstore.Collection[record]) *ledger {
	t.Helper()
	l := &ledger{}
	for refused := 0; refused < 3; {
		doc := newRecord(1, len(l.stored))
		doc.Text = strings.Repeat(doc.Text, 20)
		doc.Sum = sumOf(doc.Text, doc.Count)
		begun := time.Now()
		switch err := c.Insert(t.Context(), doc); civic.CodeOf(err) {
		case "":
			l.stored = append(l.stored, doc.ID)
		case civic.Full:
			refused++
		default:
			t.Fatalf("after %d documents: %v", len(l.stored), err)
		}
		if took := time.Since(begun); took > soon {
			t.Errorf("an answer took %v", took)
		}
		if len(l.stored) > 100_000 {
			t.Fatal("the disk does not fill")
		}
	}
	return l
}

// TestReserve: before the disk is full, documents can only be deleted.
func TestReserve(t *testing.T) {
	t.Parallel()
	dir := storetest.SmallDisk(t, "16m")
	db := storetest.OpenOptions(t, docstore.Options{Path: storePath(dir), Reserve: 8 << 20})
	c := collect[record](t, db, records)
	doc := newRecord(1, 1)
	mustInsert(t, c, doc)
	weight := filepath.Join(dir, "ballast")
	ballast(t, weight, 9<<20)
	wantCode(t, "inserting", c.Insert(t.Context(), newRecord(1, 2)), civic.Full)
	_, err := c.InsertMany(t.Context(), []*record{newRecord(1, 2)})
	wantCode(t, "inserting in bulk", err, civic.Full)
	_, err = c.Update(t.Context(), doc.ID, func(r *record) error { r.Count = 7; return nil })
	wantCode(t, "updating", err, civic.Full)
	if got, err := c.Get(t.Context(), doc.ID); err != nil || !got.whole() {
		t.Errorf("the document is %+v, %v", got, err)
	}
	if err := c.Delete(t.Context(), doc.ID); err != nil {
		t.Errorf("deleting: %v", err)
	}
	if err := os.Remove(weight); err != nil {
		t.Fatal(err)
	}
	mustInsert(t, c, newRecord(1, 2))
}

// leave fills the disk of a file until about so many bytes are free.
func leave(t *testing.T, path string, free int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 64<<10); ; {
		var disk syscall.Statfs_t
		if err := syscall.Statfs(filepath.Dir(path), &disk); err != nil {
			t.Fatal(err)
		}
		if int64(disk.Bavail)*int64(disk.Bsize) <= free {
			return
		}
		if _, err := f.Write(block); err != nil {
			return
		}
	}
}
