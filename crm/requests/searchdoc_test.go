package requests

import (
	"slices"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
	"ascolto/search"
)

// cards is an index that keeps what was put into it last.
type cards struct {
	mu   sync.Mutex
	docs map[string]search.Doc
}

func (c *cards) Put(docs ...search.Doc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range docs {
		c.docs[d.ID] = d
	}
}

// TestWhoHasThePowerFindsTheRequest: who has the substitute power over a request finds it, as long as they
// have it: not before the step, nor when it names a colleague, nor after its end; an index that was away
// since hears of each change.
func TestWhoHasThePowerFindsTheRequest(t *testing.T) {
	t.Parallel()
	c, ctx := &cards{docs: map[string]search.Doc{}}, t.Context()
	w := newTown(t, func(o *Options) { o.Outbox, o.Index = &tray{}, c })
	w.on(t, "2026-03-01")
	all, err := DefaultSteps()
	testtown.Check(t, err)
	testtown.Check(t, w.SeedSteps(ctx, root, all))
	name := func(who civic.ID) {
		t.Helper()
		over, err := w.Step(ctx, "term-over")
		testtown.Check(t, err)
		over.Substitute = who
		_, err = w.SaveStep(ctx, w.admin, "", over.ID, over.Revision, over)
		testtown.Check(t, err)
	}
	name(w.works.Account)
	r, ended := w.filed(t, "istanza", "2026-03-02"), w.filed(t, "istanza", "2026-03-02")
	finds := func(when string, since time.Time, r Request, want ...civic.ID) {
		t.Helper()
		id, late := DocRequest+"/"+string(r.ID), search.Doc{}
		for d, err := range w.SearchDocs(ctx, since) {
			testtown.Check(t, err)
			if d.ID == id {
				late = d
			}
		}
		for of, d := range map[string]search.Doc{"the index": c.docs[id], "one that catches up": late} {
			for _, who := range []civic.ID{w.works.Account, w.desk.Account} {
				if got := slices.Contains(d.Also, scopeResponsible(who)); got != slices.Contains(want, who) {
					t.Errorf("%s %s lets %s find it: %v", when, of, who, got)
				}
			}
		}
	}
	finds("before its term is over", time.Time{}, r)
	w.pass(t, "2026-04-01 08:00", "2026-04-02 07:00")
	since := w.Clock.Now()
	w.pass(t, "2026-04-02 08:00", "2026-04-02 10:00")
	finds("then", since, r, w.works.Account)
	finds("then", since, ended, w.works.Account)
	since = w.Clock.Now()
	ended = w.does(t, w.desk, ended, "", MoveInput{Act: ActTake})
	ended = w.does(t, w.desk, ended, "", MoveInput{Act: ActAnswer})
	finds("after its end", since, ended, w.desk.Account)
	name(w.desk.Account)
	since = w.Clock.Now()
	w.pass(t, "2026-04-02 11:00", "2026-04-02 12:00")
	finds("when another is named", since, r, w.desk.Account)
}
