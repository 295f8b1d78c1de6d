package docstore_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// logBytes returns how large the write-ahead log of the store in dir is.
func logBytes(t *testing.T, dir string) int64 {
	t.Helper()
	info, err := os.Stat(storePath(dir) + "-wal")
	if os.IsNotExist(err) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// change updates one document n times; each time is a commit of its own.
func change(t *testing.T, c *docstore.Collection[record], id civic.ID, n int) {
	t.Helper()
	for i := range n {
		if _, err := c.Update(t.Context(), id, func(r *record) error { r.Count++; return nil }); err != nil {
			t.Fatalf("change %d of %d: %v", i+1, n, err)
		}
	}
}

// TestLogLeavesRoom: thousands of small writes on a small disk never fill it with their own log. About 3,150
// used to leave a log of 47 MB on a disk of 100 MB; from then on every write was refused, so that nothing
// moved the log any more.
func TestLogLeavesRoom(t *testing.T) {
	t.Parallel()
	dir := storetest.SmallDisk(t, "64m")
	db := storetest.OpenOptions(t, docstore.Options{Path: storePath(dir)})
	c := collect[record](t, db, records)
	doc := newRecord(1, 1)
	mustInsert(t, c, doc)
	for range 40 {
		change(t, c, doc.ID, 100)
		if size := logBytes(t, dir); size > 17<<20 {
			t.Fatalf("the log has %d bytes on a disk of 64 MB", size)
		}
	}
}

// TestLogGivesRoomBack: on a disk that became full, the room that the log holds is given back before a write
// is refused.
func TestLogGivesRoomBack(t *testing.T) {
	t.Parallel()
	dir := storetest.SmallDisk(t, "64m")
	db := storetest.OpenOptions(t, docstore.Options{Path: storePath(dir), Reserve: 16 << 20})
	c := collect[record](t, db, records)
	doc := newRecord(1, 1)
	mustInsert(t, c, doc)
	change(t, c, doc.ID, 500)
	held := logBytes(t, dir)
	if held < 4<<20 {
		t.Fatalf("the log has only %d bytes", held)
	}
	leave(t, filepath.Join(dir, "ballast"), 15<<20)
	change(t, c, doc.ID, 1)
	if size := logBytes(t, dir); size > 1<<20 {
		t.Errorf("the log still has %d bytes", size)
	}
	leave(t, filepath.Join(dir, "ballast"), 15<<20)
	_, err := c.Update(t.Context(), doc.ID, func(r *record) error { r.Count++; return nil })
	wantCode(t, "without room and without a log", err, civic.Full)
	if err := os.Remove(filepath.Join(dir, "ballast")); err != nil {
		t.Fatal(err)
	}
	change(t, c, doc.ID, 1)
}

// TestLogWaitsForReaders: who reads for long holds the log, never the writers; when they are done the log is
// cut.
func TestLogWaitsForReaders(t *testing.T) {
	t.Parallel()
	dir := storetest.SmallDisk(t, "64m")
	db := storetest.OpenOptions(t, docstore.Options{Path: storePath(dir), Reserve: -1})
	c := collect[record](t, db, records)
	doc, other := newRecord(1, 1), newRecord(1, 2)
	mustInsert(t, c, doc)
	mustInsert(t, c, other)
	for range c.Revisions(t.Context()) {
		change(t, c, doc.ID, 1500)
		break
	}
	if size := logBytes(t, dir); size < 8<<20 {
		t.Fatalf("the log has only %d bytes while it is read", size)
	}
	eventually(t, "the log is cut", func() bool {
		change(t, c, doc.ID, 1)
		return logBytes(t, dir) < 1<<20
	})
}

func eventually(t *testing.T, what string, held func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(
		20 * time.Millisecond) {
		if held() {
			return
		}
	}
	t.Fatalf("not within 20 seconds: %s", what)
}
