package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

// TestARestartAloneCompletesWhatARequestOwes: at whichever of a move's writes the program dies, the next one
// completes it though nobody sends the form again: it is audited once, with whoever did it, and timeline,
// letters and index are what they would be.
func TestARestartAloneCompletesWhatARequestOwes(t *testing.T) {
	t.Parallel()
	began := time.Now().Add(-time.Minute)
	deaths := make([]int, len(requestRevisions()))
	var want []int // rows of timelines and letters without a death
	for n := -1; ; n++ {
		settings, m := here(t), &storetest.Mortal{}
		c := &creator{}
		closeAll := c.made(t, settings, m)
		died := 0
		for i, form := range requestRevisions() {
			object, send, err := form.show(t.Context(), c)
			if err != nil {
				t.Fatalf("form %d (%s): %v", i, form.action, err)
			}
			live := func() bool { return false }
			if n >= 0 {
				live = m.Dies(n)
			}
			err = send(t.Context(), c)
			if live() {
				died++
				deaths[i]++
				closeAll()
				closeAll = c.openMortal(t, settings, m)
				if _, err = c.Requests.Repair(t.Context(), began); err == nil && n == 0 { // nothing was stored
					err = send(t.Context(), c)
				}
			}
			if err != nil {
				t.Fatalf("form %d (%s) after %d writes: %v", i, form.action, n, err)
			}
			if k := c.recorded(t, form.action, object); k != 1 {
				t.Errorf("form %d (%s) after %d writes: audited %d times", i, form.action, n, k)
			}
		}
		c.wantDoers(t, n)
		if err := c.Search.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if drift, err := c.Search.Drift(t.Context(), c.Sources()...); err != nil || !drift.IsZero() {
			t.Errorf("after %d writes: the index differs from the store: %+v, %v", n, drift, err)
		}
		closeAll()
		rows := countRows(t, settings, "timeline", "deliveries")
		if n < 0 {
			want = rows
		} else if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("after %d writes: rows of timeline, letters: %s", n, diff)
		}
		if n >= 0 && died == 0 {
			break
		}
	}
	for i, form := range requestRevisions() {
		if deaths[i] < 2 {
			t.Errorf("form %d (%s): the program died %d times", i, form.action, deaths[i])
		}
	}
}

// wantDoers fails when a line of the audit names somebody else than who said something about the request.
func (c *creator) wantDoers(t *testing.T, n int) {
	t.Helper()
	page, err := c.Audit.List(t.Context(), c.staff, audit.Query{Action: requests.MoveAction(requests.ActMessage),
		Page: civic.PageRequest{Size: civic.MaxPageSize}})
	if err != nil || len(page.Items) != 3 {
		t.Fatalf("%d lines, %v", len(page.Items), err)
	}
	accounts := map[civic.ID]bool{}
	for _, r := range page.Items {
		accounts[r.Actor] = true
		if theirs := r.Actor == c.citizen.Account; theirs != (r.Person == c.contact) || r.Contact != c.contact {
			t.Errorf("after %d writes: %q acted as %q, about %q", n, r.Actor, r.Person, r.Contact)
		}
	}
	if diff := cmp.Diff(map[civic.ID]bool{"": true, "citizen": true, "other": true}, accounts); diff != "" {
		t.Errorf("after %d writes: who spoke: %s", n, diff)
	}
}
