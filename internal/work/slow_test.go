package work_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/work"
)

// slowStore is a store whose writes of tasks take a while, by a clock that jumps.
type slowStore struct {
	db    *docstore.DB
	audit *audit.Log
	pause atomic.Int64 // of each write of a task
}

func openSlow(t *testing.T) *slowStore {
	t.Helper()
	s := &slowStore{}
	var err error
	s.db, err = docstore.Open(t.Context(), docstore.Options{
		Path: filepath.Join(t.TempDir(), "slow.db"),
		BeforeWrite: func(collection string) error {
			if collection == "work_tasks" {
				time.Sleep(time.Duration(s.pause.Load()))
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.db.Close(); err != nil {
			t.Error(err)
		}
	})
	if s.audit, err = audit.New(t.Context(), s.db, audit.Options{}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *slowStore) process(t *testing.T, run work.Handler) *work.Service {
	t.Helper()
	p, err := work.New(t.Context(), work.Options{
		DB: s.db, Audit: s.audit, Log: slog.New(slog.DiscardHandler),
		Kinds: []work.Kind{{Name: "test.count", Permission: permCount, Run: run}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestLeaseIsRenewedOverASlowStore: a task whose step takes ten leases stays with its process, although each
// write of the store takes a quarter of a lease; others look for it all the time.
func TestLeaseIsRenewedOverASlowStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := openSlow(t)
		begun := 0
		long := func(ctx context.Context, _ work.Task, _ *work.Progress) (work.Result, error) {
			begun++
			select {
			case <-ctx.Done():
				return work.Result{}, context.Cause(ctx)
			case <-time.After(10 * work.Lease):
				return work.Result{}, nil
			}
		}
		own, other := store.process(t, long), store.process(t, long)
		task, err := own.Add(t.Context(), fabio, work.NewTask{FormKey: key, Kind: "test.count"})
		if err != nil {
			t.Fatal(err)
		}
		store.pause.Store(int64(work.Lease / 4)) // how a task ends is given up after a third
		done := make(chan error, 1)
		go func() {
			_, err := own.WorkOne(t.Context())
			done <- err
		}()
		time.Sleep(work.Lease)
		for over := false; !over; {
			select {
			case err := <-done:
				if err != nil {
					t.Error(err)
				}
				over = true
			case <-time.After(time.Second):
				if took, err := other.WorkOne(t.Context()); took || err != nil {
					t.Fatalf("another process took it: %t, %v", took, err)
				}
			}
		}
		got, err := own.Task(t.Context(), luisa, task.ID)
		if err != nil || got.State != work.Done || got.Term != 1 || begun != 1 {
			t.Errorf("it ended as %+v after %d begins, %v", got, begun, err)
		}
	})
}

// TestLeaseIsLostOverAStoreThatHangs: when the store takes longer than the lease, the work is stopped, and
// goes on under another claim when the store answers again.
func TestLeaseIsLostOverAStoreThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := openSlow(t)
		var stopped error
		hung := store.process(t,
			func(ctx context.Context, _ work.Task, _ *work.Progress) (work.Result, error) {
				store.pause.Store(int64(3 * work.Lease))
				<-ctx.Done()
				stopped = context.Cause(ctx)
				return work.Result{}, stopped
			})
		next := store.process(t, func(context.Context, work.Task, *work.Progress) (work.Result, error) {
			return work.Result{}, nil
		})
		task, err := hung.Add(t.Context(), fabio, work.NewTask{FormKey: key, Kind: "test.count"})
		if err != nil {
			t.Fatal(err)
		}
		begun := make(chan error, 1)
		go func() {
			_, err := hung.WorkOne(t.Context())
			begun <- err
		}()
		time.Sleep(2 * work.Lease)
		store.pause.Store(0)
		if took, err := next.WorkOne(t.Context()); !took || err != nil {
			t.Fatalf("nobody took over: %t, %v", took, err)
		}
		if err := <-begun; err != nil {
			t.Error(err)
		}
		got, err := next.Task(t.Context(), luisa, task.ID)
		if err != nil || got.State != work.Done || got.Term != 2 {
			t.Errorf("it ended as %+v, %v", got, err)
		}
		if stopped == nil || errors.Is(stopped, context.DeadlineExceeded) ||
			civic.CodeOf(stopped) == civic.Unavailable {
			t.Errorf("the work was stopped for %v", stopped)
		}
	})
}
