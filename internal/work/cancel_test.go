package work_test

import (
	"context"
	"testing"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/work"
)

// TestACancellationThatDiesIsAuditedOnce: at whichever of its writes the program dies, who cancels a task and
// does so again is told that it ends, and the audit has it once, however often they press.
func TestACancellationThatDiesIsAuditedOnce(t *testing.T) {
	t.Parallel()
	for _, state := range []work.State{work.Waiting, work.Running} {
		for n := 0; ; n++ {
			m := &storetest.Mortal{}
			options := storetest.Options(t)
			options.BeforeWrite = m.Write
			o := officeOn(t, storetest.OpenOptions(t, options))
			var s *work.Service
			var id civic.ID
			died := false
			cancel := func() {
				live := m.Dies(n)
				err := s.Cancel(t.Context(), fabio, id)
				if died = live(); died != (err != nil) {
					t.Errorf("%s, after %d writes: %v", state, n, err)
				}
				for range 3 {
					if err := s.Cancel(t.Context(), fabio, id); err != nil {
						t.Errorf("%s, again after %d writes: %v", state, n, err)
					}
				}
			}
			s = o.service(o.counting(9, func(line int) {
				if line == 3 && state == work.Running {
					cancel()
				}
			}, nil))
			id = o.add(s, fabio, key).ID
			if state == work.Waiting {
				cancel()
			}
			o.work(s)
			if got := o.task(s, id); got.State != work.Cancelled {
				t.Errorf("%s, after %d writes: %+v", state, n, got)
			}
			told, err := o.audit.List(t.Context(), civic.System("test"), audit.Query{Action: work.ActionCancelled})
			if err != nil || len(told.Items) != 1 || told.Items[0].Object != id || told.Items[0].Actor != "fabio" {
				t.Errorf("%s, after %d writes: audited %+v, %v", state, n, told.Items, err)
			}
			if !died {
				if n < 2 {
					t.Errorf("%s: it died %d times", state, n)
				}
				break
			}
		}
	}
}

// TestTwoWhoCancel: who cancels what a colleague cancelled a moment ago is told nothing else, and the audit
// names the first.
func TestTwoWhoCancel(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	var s *work.Service
	var id civic.ID
	s = o.service(o.counting(9, func(line int) {
		for _, by := range []civic.Actor{luisa, fabio} {
			if line == 3 && s.Cancel(t.Context(), by, id) != nil {
				t.Errorf("%s may not", by.Account)
			}
		}
	}, nil))
	id = o.add(s, fabio, key).ID
	o.work(s)
	told, err := o.audit.List(t.Context(), civic.System("test"), audit.Query{Action: work.ActionCancelled})
	if err != nil || len(told.Items) != 1 || told.Items[0].Actor != "luisa" {
		t.Errorf("audited %+v, %v", told.Items, err)
	}
}

// TestACancellationThatCameTooLate: when the task was done before its worker looked, who cancelled it and
// does so again is told so, and not that it was cancelled.
func TestACancellationThatCameTooLate(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	var s *work.Service
	var id civic.ID
	s = o.service(work.Kind{Name: "test.count", Permission: permCount,
		Run: func(ctx context.Context, _ work.Task, _ *work.Progress) (work.Result, error) {
			return work.Result{}, s.Cancel(ctx, fabio, id)
		}})
	id = o.add(s, fabio, key).ID
	o.work(s)
	if got := o.task(s, id); got.State != work.Done {
		t.Fatalf("it ended as %+v", got)
	}
	for _, by := range []civic.Actor{fabio, luisa} {
		if err := s.Cancel(t.Context(), by, id); civic.CodeOf(err) != civic.Conflict {
			t.Errorf("%s, again: %v", by.Account, err)
		}
	}
}
