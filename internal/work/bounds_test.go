package work_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/work"
)

// TestOneAccountAsksForSoMuch: nobody fills the store with files by asking, one after the other or at the
// same time; a form that is sent again is none more, and others ask as before.
func TestOneAccountAsksForSoMuch(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.service(o.counting(1, nil, nil))
	ask := func(by civic.Actor, n int) error {
		_, err := s.Add(t.Context(), by,
			work.NewTask{FormKey: fmt.Sprintf("form-%016d", n), Kind: "test.count"})
		return err
	}
	var many sync.WaitGroup
	var taken atomic.Int32
	for n := range 20 {
		many.Go(func() {
			switch err := ask(fabio, n); civic.CodeOf(err) {
			case "":
				taken.Add(1)
			case civic.Limited:
			default:
				t.Error(err)
			}
		})
	}
	many.Wait()
	if taken.Load() != work.MaxOpen || o.open(s) != work.MaxOpen {
		t.Errorf("%d of 20 were taken, %d are open", taken.Load(), o.open(s))
	}
	if err := ask(elena, 100); err != nil {
		t.Errorf("another colleague: %v", err)
	}
	asked := work.MaxOpen
	for n := 200; n < 300; n++ {
		for o.work(s) {
		}
		err := ask(fabio, n)
		if err != nil {
			if civic.CodeOf(err) != civic.Limited {
				t.Error(err)
			}
			break
		}
		if err := ask(fabio, n); err != nil {
			t.Errorf("the form sent again: %v", err)
		}
		asked++
	}
	if asked != work.MaxAsked {
		t.Errorf("%d were taken within a day, want %d", asked, work.MaxAsked)
	}
	if err := ask(fabio, 200); err != nil {
		t.Errorf("an old form sent again: %v", err)
	}
	o.advance(24*time.Hour + time.Second)
	if err := ask(fabio, 400); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

// TestOldOpenTasksCount: what somebody asked for days ago and nobody has done yet is still open.
func TestOldOpenTasksCount(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.service(o.counting(1, nil, nil))
	ask := func(n int) error {
		_, err := s.Add(t.Context(), fabio,
			work.NewTask{FormKey: fmt.Sprintf("form-%016d", n), Kind: "test.count"})
		return err
	}
	for n := range work.MaxOpen {
		if err := ask(n); err != nil {
			t.Fatal(err)
		}
	}
	o.advance(25 * time.Hour)
	if err := ask(100); civic.CodeOf(err) != civic.Limited {
		t.Errorf("with %d open since yesterday: %v", work.MaxOpen, err)
	}
	for o.work(s) {
	}
	if err := ask(101); err != nil {
		t.Errorf("when they are done: %v", err)
	}
}

// TestCancelledFileIsNotKept: who cancels when the last line is written already gets no file, and it is
// removed.
func TestCancelledFileIsNotKept(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	var s *work.Service
	var id civic.ID
	s = o.service(work.Kind{Name: "test.count", Permission: permCount,
		Run: func(ctx context.Context, _ work.Task, p *work.Progress) (work.Result, error) {
			_, err := p.Write([]byte("anna@posta.example\n"))
			return work.Result{FileName: "a.csv"}, errors.Join(err, s.Cancel(ctx, fabio, id))
		}})
	id = o.add(s, fabio, key).ID
	o.work(s)
	if got := o.task(s, id); got.State != work.Cancelled {
		t.Errorf("it ended as %+v", got)
	}
	if _, err := s.Take(t.Context(), fabio, id); err == nil {
		t.Error("the file can be taken")
	}
	if _, err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.noParts()
}

func (o *office) noParts() {
	o.t.Helper()
	parts, err := docstore.Collect[work.Part](o.t.Context(), o.db, docstore.Spec{Name: "work_parts"})
	if err != nil {
		o.t.Fatal(err)
	}
	if n, err := parts.Count(o.t.Context(), docstore.Filter{}); err != nil || n != 0 {
		o.t.Errorf("%d parts of files are left, %v", n, err)
	}
}

// TestWhoLosesThePermissionGetsNoMore: the work ends at its next checkpoint when who asked for it may do so
// no longer, and before it begins; nothing of the file is left.
func TestWhoLosesThePermissionGetsNoMore(t *testing.T) {
	t.Parallel()
	for name, now := range map[string]func() (civic.Actor, error){
		"other duties": func() (civic.Actor, error) { return actor("fabio", civic.Operator), nil },
		"disabled": func() (civic.Actor, error) {
			return civic.Actor{},
				civic.NewError(civic.Forbidden, "error.forbidden")
		},
		"gone": func() (civic.Actor, error) {
			return civic.Actor{},
				civic.NewError(civic.NotFound, "error.not_found")
		},
	} {
		for _, at := range []int{0, 2} { // before it begins, and at the third line
			t.Run(fmt.Sprintf("%s at %d", name, at), func(t *testing.T) {
				t.Parallel()
				o := openOffice(t)
				lost := at == 0
				s, err := work.New(t.Context(), work.Options{
					DB: o.db, Audit: o.audit, Now: o.clock, Log: slog.New(slog.DiscardHandler),
					Kinds: []work.Kind{o.counting(9, func(n int) { lost = lost || n == at }, nil)},
					Asker: func(_ context.Context, account civic.ID) (civic.Actor, error) {
						if account != fabio.Account {
							t.Errorf("%s was asked about", account)
						}
						if lost {
							return now()
						}
						return fabio, nil
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				id := o.add(s, fabio, key).ID
				o.work(s)
				got := o.task(s, id)
				if got.State != work.Failed || got.Fault != "work.error.permission" || got.Done != at ||
					len(o.counted) > at+1 {
					t.Errorf("it ended as %+v after %d lines", got, len(o.counted))
				}
				if _, err := s.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
				o.noParts()
			})
		}
	}
}

// TestClockThatWasWrong: a task that was claimed, or put down, by a clock a day ahead goes on when the clock
// is right again.
func TestClockThatWasWrong(t *testing.T) {
	t.Parallel()
	for name, stops := range map[string]bool{"claimed": false, "put down": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			o.advance(24 * time.Hour)
			var dead *atomic.Bool
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			s := o.service(o.counting(3, func(n int) {
				if stops && n == 1 {
					stop()
				}
				dead.Store(!stops && n == 1)
			}, nil))
			dead = work.Killed(s)
			id := o.add(s, fabio, key).ID
			if err := s.Run(timeout(ctx, t)); err != nil {
				t.Fatal(err)
			}
			if !o.task(s, id).Open() {
				t.Fatal("nothing is left to do")
			}
			o.advance(-24 * time.Hour)
			next := o.service(o.counting(3, nil, nil))
			if !o.work(next) || o.task(next, id).State != work.Done {
				t.Error("nobody goes on before tomorrow")
			}
		})
	}
}

// timeout ends a process that nobody stopped.
func timeout(ctx context.Context, t *testing.T) context.Context {
	short, stop := context.WithTimeout(ctx, time.Second)
	t.Cleanup(stop)
	return short
}
