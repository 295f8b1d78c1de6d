package work_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/work"
)

const needID civic.ID = "need"

// bound is a kind of work that the program needs; run may be nil.
func bound(run func() error) work.Kind {
	return work.Kind{Name: "test.bound", Permission: permCount, Urgent: true,
		Run: func(context.Context, work.Task, *work.Progress) (work.Result, error) {
			if run == nil {
				return work.Result{}, nil
			}
			return work.Result{}, run()
		}}
}

func (o *office) require(s *work.Service, by civic.Actor) work.Task {
	o.t.Helper()
	t, err := s.Require(o.t.Context(), by, work.Need{ID: needID, Kind: "test.bound"})
	if err != nil {
		o.t.Fatal(err)
	}
	return t
}

// TestNeededWorkIsThereOnce: what two processes need at the same time, again and again, is one task, done
// once; when it is needed later it is done again; nobody is audited as having asked.
func TestNeededWorkIsThereOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	done := 0
	kind := bound(func() error { done++; return nil })
	one, other := o.service(kind), o.service(kind)
	var asking sync.WaitGroup
	for range 10 {
		for _, s := range []*work.Service{one, other} {
			asking.Go(func() { o.require(s, civic.System("test")) })
		}
	}
	asking.Wait()
	if !o.work(one) || o.work(other) || done != 1 {
		t.Errorf("it was done %d times", done)
	}
	if task := o.task(one, needID); task.State != work.Done || task.Owner != "" || task.Name != "" {
		t.Errorf("it is %+v", task)
	}
	again := o.require(other, civic.System("test"))
	if again.State != work.Waiting || again.Term != 1 || !o.work(one) || done != 2 {
		t.Errorf("needed again it is %+v, done %d times", again, done)
	}
	if n := o.audited(work.ActionAsked); n != 0 {
		t.Errorf("%d records of somebody who asked", n)
	}
	o.require(one, fabio)
	if n := o.audited(work.ActionAsked); n != 1 {
		t.Errorf("a colleague who asked is audited %d times", n)
	}
	if _, err := one.Require(t.Context(), carla,
		work.Need{ID: "x", Kind: "test.bound"}); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("who may not: %v", err)
	}
}

// TestWhoAsksAgainIsAudited: when the program ended behind the task that a colleague asked for, asking again
// writes down who asked, once.
func TestWhoAsksAgainIsAudited(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	one := o.service(bound(nil))
	tasks, err := docstore.Collect[work.Task](t.Context(), o.db, docstore.Spec{Name: "work_tasks"})
	if err != nil {
		t.Fatal(err)
	}
	left := work.Task{Meta: docstore.Meta{ID: needID}, Kind: "test.bound", Owner: fabio.Account,
		Name: fabio.Name, Roles: fabio.Roles, CreatedAt: o.clock(), Due: o.clock(), State: work.Waiting}
	if err := tasks.Insert(t.Context(), &left); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		o.require(one, fabio)
	}
	o.require(one, civic.System("test"))
	if n := o.audited(work.ActionAsked); n != 1 {
		t.Errorf("audited %d times", n)
	}
}

// TestNeededWorkThatFailsRests: it says why, and is tried again half a minute later, not at once.
func TestNeededWorkThatFailsRests(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.service(
		bound(func() error { return civic.NewErrorArgs(civic.Invalid, "x", civic.Args{"Max": 5}) }))
	o.require(s, civic.System("test"))
	o.work(s)
	failed := o.require(s, civic.System("test"))
	if failed.State != work.Failed || failed.Why().Key != "x" || failed.Why().Args["Max"] != "5" ||
		o.work(s) {
		t.Errorf("it is %+v", failed)
	}
	o.advance(30 * time.Second)
	if again := o.require(s, civic.System("test")); again.State != work.Waiting || again.Fault != "" ||
		!o.work(s) {
		t.Errorf("later it is %+v", again)
	}
}

// TestWorkOfTheProgram: it is seen by who may ask for its kind and cancelled by nobody; what no longer wants
// it ends it.
func TestWorkOfTheProgram(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.service(bound(func() error { return errors.Join(work.ErrUnwanted) }))
	task := o.require(s, civic.System("test"))
	for _, c := range []struct {
		by   civic.Actor
		want civic.Code
	}{{fabio, ""}, {luisa, ""}, {carla, civic.NotFound}, {civic.Visitor(""), civic.NotFound}} {
		if _, err := s.Task(t.Context(), c.by, needID); civic.CodeOf(err) != c.want {
			t.Errorf("%q sees it: %v", c.by.Account, err)
		}
	}
	for _, by := range []civic.Actor{fabio, luisa} {
		if err := s.Cancel(t.Context(), by, needID); civic.CodeOf(err) != civic.Conflict ||
			s.MayCancel(by, task) {
			t.Errorf("%s cancels it: %v", by.Account, err)
		}
	}
	o.work(s)
	if got := o.task(s, needID); got.State != work.Cancelled {
		t.Errorf("it ended as %s", got.State)
	}
}

// TestUrgentWorkDoesNotWait: while every worker makes a long file, what is urgent is done.
func TestUrgentWorkDoesNotWait(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	done, release := make(chan struct{}), make(chan struct{})
	s := o.service(bound(func() error { close(done); return nil }), work.Kind{
		Name: "test.count", Permission: permCount,
		Run: func(ctx context.Context, _ work.Task, _ *work.Progress) (work.Result, error) {
			select {
			case <-release:
			case <-ctx.Done():
			}
			return work.Result{}, nil
		},
	})
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	defer running.Wait()
	defer stop()
	for _, form := range []string{key, "form-0000000000000002", "form-0000000000000003",
		"form-0000000000000004"} {
		o.add(s, fabio, form)
	}
	for deadline := time.Now().Add(10 * time.Second); o.running(s) < 2 && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	o.require(s, civic.System("test"))
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Error("it waits for the others")
	}
	if n := o.running(s); n != 2 {
		t.Errorf("%d files are made at a time", n)
	}
	close(release)
}

func (o *office) running(s *work.Service) (n int) {
	o.t.Helper()
	page, err := s.Tasks(o.t.Context(), luisa, civic.PageRequest{Size: civic.MaxPageSize})
	if err != nil {
		o.t.Error(err)
	}
	for _, t := range page.Items {
		if t.Kind == "test.count" && t.State == work.Running {
			n++
		}
	}
	return n
}

// TestWorkOfOnePlace: what is about one process alone is done by it and by no other.
func TestWorkOfOnePlace(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	kind, elsewhere := bound(nil), bound(nil)
	elsewhere.Here = func(work.Task) bool { return false }
	kind.Here = func(t work.Task) bool { return t.ID == needID }
	away, home := o.service(elsewhere), o.service(kind)
	o.require(away, civic.System("test"))
	if o.work(away) || !o.work(home) {
		t.Error("it was done elsewhere")
	}
}

// TestWhoIsAloneGoesOnAtOnce: after a kill, the only process there is does not wait for its own lease.
func TestWhoIsAloneGoesOnAtOnce(t *testing.T) {
	t.Parallel()
	for name, alone := range map[string]bool{"alone": true, "others work too": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			var dead *atomic.Bool
			s := o.service(o.counting(5, func(n int) { dead.Store(n == 2) }, nil))
			dead = work.Killed(s)
			id := o.add(s, fabio, key).ID
			o.work(s)
			next, err := work.New(t.Context(), work.Options{
				DB: o.db, Audit: o.audit, Now: o.clock, Log: slog.New(slog.DiscardHandler), Alone: alone,
				Kinds: []work.Kind{o.counting(5, nil, nil)},
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := next.Run(timeout(t.Context(), t)); err != nil {
				t.Fatal(err)
			}
			if got := o.task(next, id); (got.State == work.Done) != alone || alone && got.Term != 2 {
				t.Errorf("it is %+v", got)
			}
			if alone && o.counted[1] != 1 {
				t.Errorf("what was done was done %d times", o.counted[1])
			}
		})
	}
}
