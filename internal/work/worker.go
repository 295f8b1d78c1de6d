package work

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
)

// What ends a handler before its work is done; each is the cause of its context.
var (
	errLost      = errors.New("work: another process has the task now")
	errCancelled = errors.New("work: the task was cancelled")
)

// Run works on tasks until ctx ends, and returns when every worker has put down what it held.
func (s *Service) Run(ctx context.Context) error {
	if s.alone {
		if err := s.reclaim(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("long work of the time before waits until its leases are over", "error", err)
		}
	}
	workers := routine.NewGroup(s.log, "long work")
	work := func(wake <-chan struct{}, may func(Kind) bool) {
		workers.Do(func() {
			routine.Keep(ctx, s.log, "long work", func(ctx context.Context) { s.workUntil(ctx, wake, may) })
		})
	}
	for range s.workers {
		work(s.wake, anyKind)
	}
	for range s.urgent {
		work(s.rush, urgentKind)
	}
	return workers.Wait()
}

func anyKind(Kind) bool      { return true }
func urgentKind(k Kind) bool { return k.Urgent }

// workUntil works on one task after another, of the kinds it may, until ctx ends. When there is none it waits
// to be woken.
func (s *Service) workUntil(ctx context.Context, wake <-chan struct{}, may func(Kind) bool) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		worked, err := s.workOn(ctx, may)
		if err != nil && ctx.Err() == nil {
			s.log.Error("long work failed", "error", err)
		}
		if worked && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-tick.C:
		}
	}
}

// wakeWorker has a worker of this process look for work of a kind at once.
func (s *Service) wakeWorker(k Kind) {
	ways := []chan struct{}{s.wake}
	if k.Urgent {
		ways = append(ways, s.rush)
	}
	for _, way := range ways {
		select {
		case way <- struct{}{}:
		default: // as many as there are will look
		}
	}
}

// WorkOne works on the task that has been due longest, and reports whether there was one. An error is one of
// the store.
func (s *Service) WorkOne(ctx context.Context) (bool, error) { return s.workOn(ctx, anyKind) }

func (s *Service) workOn(ctx context.Context, may func(Kind) bool) (bool, error) {
	t, err := s.claim(ctx, may)
	if err != nil || t.ID == "" {
		return false, err
	}
	return true, s.perform(ctx, t)
}

// beyond is after how long no lease ends: one that seems to was taken by a clock that went wrong, and is
// over.
const beyond = 2 * Lease

// claim takes the lease of a task that is due and of a kind that may be worked on, if there is one.
func (s *Service) claim(ctx context.Context, may func(Kind) bool) (Task, error) {
	now := s.now()
	for _, due := range []docstore.Filter{ // what was begun first
		{docstore.Eq("state", Running), docstore.Lte("due", now)},
		{docstore.Eq("state", Running), docstore.Gt("due", now.Add(beyond))},
		{docstore.Eq("state", Waiting), docstore.Lte("due", now)},
		{docstore.Eq("state", Waiting), docstore.Gt("due", now.Add(beyond))},
	} {
		for t, err := range s.tasks.All(ctx, docstore.Query{Filter: due, Sort: []string{"due"}, Limit: 50}) {
			if err != nil {
				return Task{}, err
			}
			kind, known := s.kinds[t.Kind] // unknown: of another version of the program, which also runs
			if !known || !may(kind) || kind.Here != nil && !kind.Here(t) {
				continue
			}
			claimed, err := s.take(ctx, t.ID)
			if err == nil || !errors.Is(err, errLost) && !missed(err) {
				return claimed, err
			}
		}
	}
	return Task{}, nil
}

// missed reports whether somebody else was faster.
func missed(err error) bool {
	return civic.CodeOf(err) == civic.Conflict || civic.CodeOf(err) == civic.NotFound
}

// take claims a task under a new term, or returns errLost when it is not to be had.
func (s *Service) take(ctx context.Context, id civic.ID) (Task, error) {
	return s.tasks.Update(ctx, id, func(t *Task) error {
		now := s.now()
		if !t.Open() || t.Due.After(now) && !t.Due.After(now.Add(beyond)) {
			return errLost
		}
		t.State, t.Holder, t.Due = Running, s.holder, now.Add(Lease)
		t.Term++
		t.Tries++
		return nil
	})
}

// perform does a task that was claimed, and stores how it ended. It returns errors of the store only.
func (s *Service) perform(ctx context.Context, t Task) error {
	if t.Stop {
		return s.finish(ctx, t, func(t *Task) { t.end(Cancelled, s.now()) })
	}
	if t.Tries > maxTries {
		return s.finish(ctx, t, func(t *Task) { t.fail(civic.Msg("work.error.impossible"), s.now()) })
	}
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	renew := func() error { return s.renewUntil(working, t) }
	renewing := routine.Go(s.log, "renewing a lease", renew, func(err error) {
		if _, panicked := errors.AsType[*routine.Panic](err); panicked {
			err = errLost // nobody renews it any more
		}
		stop(err)
	})
	p := &Progress{s: s, task: t, ctx: working}
	result, err := Result{}, s.mayGoOn(working, t)
	if err == nil {
		result, err = s.handle(working, t, p)
	}
	if err == nil {
		err = p.flush()
	}
	cause := context.Cause(working)
	stop(nil)
	<-renewing
	return errors.Join(s.settle(ctx, p, result, err, cause), s.dropLate(ctx, p))
}

// mayGoOn returns an error when who asked for a task may do so no longer: they lost the permission, or that
// for what it is about, or their account was disabled.
func (s *Service) mayGoOn(ctx context.Context, t Task) error {
	if s.asker == nil || t.Owner == "" {
		return nil
	}
	by, err := s.asker(ctx, t.Owner)
	if err == nil {
		err = s.may(ctx, by, t)
	}
	if isRefusal(err) {
		return civic.Wrap(civic.Forbidden, "work.error.permission", err)
	}
	return err
}

// handle calls the handler; a panic is an error, whose stack goes to the log.
func (s *Service) handle(ctx context.Context, t Task, p *Progress) (result Result, err error) {
	err = routine.Guard(s.log, "task "+t.Kind, func() (err error) {
		result, err = s.kinds[t.Kind].Run(ctx, t, p)
		return err
	})
	return result, err
}

// settle stores how a handler ended, err being what it returned and cause why its context had ended, if it
// had.
func (s *Service) settle(ctx context.Context, p *Progress, result Result, err, cause error) error {
	switch {
	case err == nil:
		return s.finish(ctx, p.task, func(t *Task) {
			p.include(t)
			// Nobody wants the file any more; what was done without one is done.
			if t.Stop && len(t.Spans) > 0 {
				t.end(Cancelled, s.now())
				return
			}
			t.Result = result
			t.end(Done, s.now())
		})
	case errors.Is(err, errLost) || errors.Is(cause, errLost):
		s.log.Warn("a task is somebody else's now", "task", p.task.ID, "kind", p.task.Kind)
		return nil
	case errors.Is(err, ErrUnwanted) || errors.Is(err, errCancelled) || errors.Is(cause, errCancelled):
		return s.finish(ctx, p.task, func(t *Task) { t.end(Cancelled, s.now()) })
	case ctx.Err() != nil:
		return s.finish(ctx, p.task, func(t *Task) { // the process ends: somebody goes on at once
			t.State, t.Holder, t.Due, t.Tries = Waiting, "", s.now(), max(0, t.Tries-1)
		})
	case civic.CodeOf(err) == civic.Unavailable:
		s.log.Warn("a task waits for what does not answer",
			"task", p.task.ID, "kind", p.task.Kind, "error", err)
		return s.finish(ctx, p.task, func(t *Task) {
			t.State, t.Holder, t.Due = Waiting, "", s.now().Add(Lease)
			if t.Due.Sub(t.CreatedAt) < outageLife { // it was not the task that failed
				t.Tries = max(0, t.Tries-1)
			}
		})
	}
	s.log.Error("task failed", "task", p.task.ID, "kind", p.task.Kind, "error", err)
	return s.finish(ctx, p.task, func(t *Task) { t.fail(faultOf(err), s.now()) })
}

// fail closes a task with the reason why.
func (t *Task) fail(why civic.Message, at time.Time) {
	t.end(Failed, at)
	t.Failures++
	t.Fault, t.Gaps = why.Key, nil
	for name, value := range why.Args {
		if t.Gaps == nil {
			t.Gaps = Gaps{}
		}
		t.Gaps[name] = fmt.Sprint(value)
	}
}

// faultOf returns the text that tells an error.
func faultOf(err error) civic.Message {
	if e, ok := errors.AsType[*civic.Error](err); ok && e.Code != civic.Internal {
		return e.Message
	}
	return civic.Msg("work.error.internal")
}

// finish changes a task that is held under t's term; when the term is over it does nothing. It works also
// while the process ends.
func (s *Service) finish(ctx context.Context, t Task, change func(*Task)) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), Lease/3)
	defer cancel()
	err := s.hold(ctx, t, func(t *Task) error {
		change(t)
		return nil
	})
	if errors.Is(err, errLost) {
		return nil
	}
	return err
}

// hold changes a task if the lease of t's term still stands; else it returns errLost and nothing is stored.
func (s *Service) hold(ctx context.Context, t Task, change func(*Task) error) error {
	if s.dead() {
		return errLost
	}
	_, err := s.tasks.Update(ctx, t.ID, func(stored *Task) error {
		if stored.State != Running || stored.Term != t.Term {
			return errLost
		}
		return change(stored)
	})
	if civic.CodeOf(err) == civic.NotFound {
		return errLost
	}
	return err
}

// renewUntil renews the lease of a task until ctx ends. It returns errLost when the lease was lost, and
// errCancelled when somebody wants the task to end.
func (s *Service) renewUntil(ctx context.Context, t Task) error {
	tick := time.NewTicker(Lease / 15)
	defer tick.Stop()
	renewed := time.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		due := time.Since(renewed) >= Lease/3
		err := s.renew(ctx, t, due)
		switch {
		case errors.Is(err, errLost) || errors.Is(err, errCancelled):
			return err
		case err != nil && ctx.Err() == nil && time.Since(renewed) >= Lease:
			return errLost // the store has not answered for as long as the lease holds
		case err == nil && due:
			renewed = time.Now()
		}
	}
}

// renew makes the lease of t last longer when it is time to, and returns errLost or errCancelled when the
// work is to stop.
func (s *Service) renew(ctx context.Context, t Task, due bool) error {
	if !due {
		stored, err := s.tasks.Get(ctx, t.ID)
		switch {
		case err != nil:
			return err
		case stored.State != Running || stored.Term != t.Term:
			return errLost
		case stored.Stop:
			return errCancelled
		}
		return nil
	}
	return s.hold(ctx, t, func(stored *Task) error {
		if stored.Stop {
			return errCancelled
		}
		stored.Due = s.now().Add(Lease)
		return nil
	})
}
