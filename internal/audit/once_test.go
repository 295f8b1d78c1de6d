package audit

import (
	"fmt"
	"sync"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

// TestARevisionIsToldOnce: what several processes write about one revision at once is kept once, beside what
// else they write, and every chain is whole.
func TestARevisionIsToldOnce(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	c := newClock()
	logs := []*Log{newLog(t, db, c), newLog(t, db, c), newLog(t, db, c)}
	var all sync.WaitGroup
	for n := range 30 {
		all.Go(func() {
			l := logs[n%len(logs)]
			revision := int64(1 + n/6) // 1 is what somebody made
			e := Entry{By: operator, Action: "crm.contact.update", Object: "c1", Contact: "c1"}
			read := Entry{By: operator, Action: "crm.contact.read", Object: "c1",
				Detail: map[string]string{"n": fmt.Sprint(n)}}
			if err := l.WriteAll(t.Context(), []Entry{read, e.Of(100), read}); err != nil {
				t.Error(err)
			}
			if err := l.Revised(t.Context(), e, revision); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, want := range []struct {
		action Action
		n      int
	}{{"crm.contact.update", 5}, {"crm.contact.read", 60}} {
		page, err := logs[0].List(t.Context(), officer, Query{Action: want.action,
			Page: civic.PageRequest{Size: 100}})
		if err != nil || len(page.Items) != want.n {
			t.Errorf("%s: %d records, want %d; %v", want.action, len(page.Items), want.n, err)
		}
	}
	if r := verify(t, logs[1]); !r.OK() {
		t.Errorf("the chains are not whole: %+v", r.Problems)
	}
}
