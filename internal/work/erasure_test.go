package work_test

import (
	"context"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/work"
)

func (o *office) eraseSomebody(s *work.Service) {
	o.t.Helper()
	if err := s.ErasePersonal(o.t.Context(), civic.System("test"), civic.Subject{Contact: "anna"},
		civic.PersonalErasure{}); err != nil {
		o.t.Fatal(err)
	}
}

// partsLeft returns how many parts of files the store holds.
func (o *office) partsLeft() int {
	o.t.Helper()
	parts := o.partsOnly()
	n, err := parts.Count(o.t.Context(), nil)
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

func (o *office) partsOnly() *docstore.Collection[work.Part] {
	o.t.Helper()
	parts, err := docstore.Collect[work.Part](o.t.Context(), o.db, docstore.Spec{Name: "work_parts"})
	if err != nil {
		o.t.Fatal(err)
	}
	return parts
}

// TestAFileUnderWayKeepsNothingOfWhoIsErased: somebody is erased while a list is being written. The worker
// has read them and writes on; whether it learns that it lost the task or dies first, no part is left.
func TestAFileUnderWayKeepsNothingOfWhoIsErased(t *testing.T) {
	t.Parallel()
	for name, erasedAt := range map[string]int{"at the first part": 0, "behind a checkpoint": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			var s *work.Service
			kind := o.counting(4, func(n int) {
				if n == erasedAt {
					o.eraseSomebody(s)
				}
			}, nil)
			kind.Personal = true
			s = o.service(kind)
			task := o.add(s, fabio, "form-000000000001")
			o.work(s)
			if got := o.task(s, task.ID); got.State != work.Cancelled || len(got.Spans) != 0 {
				t.Errorf("the task: %+v", got)
			}
			if n := o.partsLeft(); n != 0 {
				t.Errorf("%d parts are left", n)
			}
		})
	}
	t.Run("the worker dies behind its write", func(t *testing.T) {
		t.Parallel()
		o := openOffice(t)
		var s *work.Service
		kind := work.Kind{Name: "test.count", Permission: permCount, Personal: true,
			Run: func(ctx context.Context, task work.Task, p *work.Progress) (work.Result, error) {
				o.eraseSomebody(s)
				return work.Result{}, nil
			}}
		s = o.service(kind)
		task := o.add(s, fabio, "form-000000000002")
		o.work(s)
		if _, err := s.Sweep(t.Context()); err != nil { // the worker still writes
			t.Fatal(err)
		}
		late := work.Part{Meta: docstore.Meta{ID: civic.Key(task.ID, "1", "0")}, Bytes: []byte("Anna")}
		if err := o.partsOnly().Insert(t.Context(), &late); err != nil {
			t.Fatal(err)
		}
		o.advance(10 * time.Minute)
		if _, err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := o.partsLeft(); n != 0 {
			t.Errorf("%d parts are left", n)
		}
	})
}
