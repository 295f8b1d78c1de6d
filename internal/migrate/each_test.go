package migrate_test

import (
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/migrate"
)

// TestOverEach: every document is changed, several at a time, and its revision stays: each has somebody who
// made it, and a step is nobody. What has nothing to change is not stored.
func TestOverEach(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	const n = 120
	c := fill(t, db, n)
	if _, err := c.Update(t.Context(), "p00007", func(p *paper) error {
		p.Words = "due parole"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var active, most atomic.Int32
	step := migrate.Step{Name: "lines", Help: "counts",
		Run: migrate.OverEach(docstore.Spec{Name: "papers"}, func(p paper) civic.ID { return p.ID },
			func(p *paper) bool {
				if p.Count != 0 || p.Words == "" {
					return false
				}
				now := active.Add(1)
				for was := most.Load(); now > was && !most.CompareAndSwap(was, now); was = most.Load() {
				}
				time.Sleep(2 * time.Millisecond)
				active.Add(-1)
				p.Count = 1
				p.Visits++
				return true
			})}
	for range 2 {
		if err := open(t, db, migrate.Options{Alone: true}).Take(t.Context(), step); err != nil {
			t.Fatal(err)
		}
	}
	for p, err := range c.All(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		want := int64(1)
		if p.ID == "p00007" {
			want = 2
		}
		if changed := p.Words != ""; p.Revision != want || p.Visits != map[bool]int{true: 1}[changed] {
			t.Errorf("%s: revision %d, want %d; %d visits", p.ID, p.Revision, want, p.Visits)
		}
	}
	if most.Load() < 2 {
		t.Error("they are changed one after the other")
	}
}
