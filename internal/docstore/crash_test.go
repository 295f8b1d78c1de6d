package docstore_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ledger is what the killed processes had been told was stored.
type ledger struct {
	stored []civic.ID
	counts map[civic.ID]int
}

// round lets a process write for a while, kills it and enters what it was told.
func (l *ledger) round(t *testing.T, part, path string) {
	t.Helper()
	a := startActor(t, part, path)
	a.awaitLine(t)
	time.Sleep(time.Duration(30+rand.IntN(170)) * time.Millisecond)
	for _, line := range a.kill(t) {
		var id civic.ID
		var n int
		if _, err := fmt.Sscanf(line, "count %s %d", &id, &n); err == nil {
			l.counts[id] = max(n, l.counts[id])
		} else if _, err := fmt.Sscanf(line, "stored %s", &id); err == nil {
			l.stored = append(l.stored, id)
		} else {
			t.Fatalf("the process said %q; %s", line, a.stderr.String())
		}
	}
}

// audit opens the store as it was left and returns how many entries of l are not in it; what is there must be
// whole.
func (l *ledger) audit(t *testing.T, path string) (missing int) {
	t.Helper()
	db, err := docstore.Open(t.Context(), docstore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
	c := collect[record](t, db, records)
	found := map[civic.ID]int{}
	for r, err := range c.All(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if !r.whole() {
			t.Errorf("half a document: %+v", r)
		}
		found[r.ID] = r.Count
	}
	for _, f := range []docstore.Filter{{docstore.Eq("tags", "all")}, {docstore.Gte("count", 0)},
		{docstore.Gt("sum", "")}} {
		if n, err := c.Count(t.Context(), f); n != len(found) || err != nil {
			t.Errorf("the index of %v knows %d of %d documents, %v", f, n, len(found), err)
		}
	}
	for _, id := range l.stored {
		if _, ok := found[id]; !ok {
			missing++
		}
	}
	for id, n := range l.counts {
		if found[id] < n {
			missing++
		}
	}
	return missing
}

// TestKilled: a process that is killed at any moment loses nothing that it was told is stored.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: fifty processes are killed")
	}
	t.Parallel()
	path := storePath(t.TempDir())
	l := &ledger{counts: map[civic.ID]int{}}
	acknowledged, begun := 0, time.Now()
	for round := range 50 {
		l.round(t, "write", path)
		if missing := l.audit(t, path); missing > 0 {
			t.Fatalf("after %d kills, %d acknowledged writes are missing", round+1, missing)
		}
		acknowledged = len(l.stored)
		for _, n := range l.counts {
			acknowledged += n
		}
	}
	t.Logf("50 kills, %d acknowledged writes, none missing, in %v", acknowledged, time.Since(begun))
	if acknowledged < 500 {
		t.Errorf("only %d writes: the test proves nothing", acknowledged)
	}
}

// TestKilledControl shows that the test above would notice: a process that promises before the store has
// answered breaks promises.
func TestKilledControl(t *testing.T) {
	t.Parallel()
	path := storePath(t.TempDir())
	l := &ledger{counts: map[civic.ID]int{}}
	for range 10 {
		l.round(t, "write and promise too early", path)
		if l.audit(t, path) > 0 {
			return
		}
	}
	t.Error("promises made too early were all kept: the test proves nothing")
}
