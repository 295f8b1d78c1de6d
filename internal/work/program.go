package work

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// rest is how long a task of the program that failed is left alone before it is begun anew.
const rest = 30 * time.Second

// ErrUnwanted is what a handler returns when what its task is for no longer wants it: the task counts as
// cancelled.
var ErrUnwanted = errors.New("work: what the task is for no longer wants it")

// Need is work that the state of something asks for, rather than a person. ID names it, and is the same
// whenever the same is needed.
type Need struct {
	ID      civic.ID
	Kind    string
	Subject string
	Input   map[string]string
	// Since is from when on it is needed so, as since a person had it go on: it does not rest from failures of
	// before, and they do not count.
	Since time.Time
	Tries int // after how many failures without coming further it is left alone; 0: never
}

// Require sees to it that work which is needed is done, and returns its task. While it is open, however often
// and by however many processes it is asked for, there is one; one that has ended is begun anew, one that
// failed goes on at its checkpoint after a while, unless it failed as often as it may. by is the colleague on
// whose behalf it is, or civic.System.
func (s *Service) Require(ctx context.Context, by civic.Actor, n Need) (Task, error) {
	kind, ok := s.kinds[n.Kind]
	if !ok {
		return Task{}, fmt.Errorf("work: there is no kind %q", n.Kind)
	}
	if err := by.Can(kind.Permission); err != nil {
		return Task{}, err
	}
	stored, err := s.tasks.Get(ctx, n.ID)
	switch {
	case civic.CodeOf(err) == civic.NotFound:
		stored = s.needed(by, n)
		err = s.tasks.Insert(ctx, &stored)
		if civic.CodeOf(err) == civic.Conflict { // another process was faster
			return s.tasks.Get(ctx, n.ID)
		}
	case err == nil && !stored.resting(s.now(), n):
		stored, err = s.tasks.Update(ctx, n.ID, func(t *Task) error {
			if t.resting(s.now(), n) {
				return errEnded
			}
			again := s.needed(by, n)
			again.Meta, again.Term = t.Meta, t.Term // whoever worked on it before stores nothing more
			if t.State == Failed {
				again.Position = t.Position
			}
			if t.failedSince(n.Since) {
				again.Failures = t.Failures
			}
			*t = again
			return nil
		})
	case err == nil && stored.Owner == by.Account && by.Account != "":
		return stored, s.audit.Entered(ctx, entry(by, ActionAsked, stored), true, stored.CreatedAt)
	default:
		return stored, err
	}
	if errors.Is(err, errEnded) || civic.CodeOf(err) == civic.Conflict {
		return s.tasks.Get(ctx, n.ID)
	}
	if err != nil {
		return stored, err
	}
	s.wakeWorker(kind)
	if by.Account == "" {
		return stored, nil
	}
	return stored, s.audit.Entered(ctx, entry(by, ActionAsked, stored), false, stored.CreatedAt)
}

// needed returns the task of n, to be done now.
func (s *Service) needed(by civic.Actor, n Need) Task {
	now := s.now()
	t := Task{
		Meta: docstore.Meta{ID: n.ID}, Kind: n.Kind, Input: maps.Clone(n.Input), Subject: n.Subject,
		Owner: by.Account, CreatedAt: now, Due: now, State: Waiting,
	}
	if t.Owner != "" {
		t.Name, t.Roles = by.Name, by.Roles
	}
	return t
}

// resting reports whether a task that is needed is not to be begun anew: it is open, or failed a moment ago
// or as often as it may.
func (t Task) resting(now time.Time, n Need) bool {
	if t.Open() || !t.failedSince(n.Since) {
		return t.Open()
	}
	ago := now.Sub(t.EndedAt)
	return ago >= 0 && ago < rest || n.gaveUp(t)
}

// gaveUp reports whether a task failed as often as it may.
func (n Need) gaveUp(t Task) bool { return n.Tries > 0 && t.Failures >= n.Tries }

// failedSince reports whether a task failed after a time.
func (t Task) failedSince(since time.Time) bool {
	return t.State == Failed && !t.EndedAt.Before(since)
}

// Register adds kinds of work, before Run and before any task is asked for. It returns an error when one is
// there already, or lacks permission or handler.
func (s *Service) Register(kinds ...Kind) error {
	for _, k := range kinds {
		if _, twice := s.kinds[k.Name]; twice || k.Name == "" || k.Permission == "" || k.Run == nil {
			return fmt.Errorf("work: kind %q is there twice, or lacks permission or handler", k.Name)
		}
		s.kinds[k.Name] = k
	}
	return nil
}

// MayCancel reports whether by may end a task by itself.
func (s *Service) MayCancel(by civic.Actor, t Task) bool {
	return t.Open() && !t.Stop && !t.OfProgram() && s.visible(by, t)
}

// reclaim makes due at once what a process that died was working on. Only who works alone may do this, and
// only before it begins.
func (s *Service) reclaim(ctx context.Context) error {
	running := docstore.Query{Filter: docstore.Filter{docstore.Eq("state", Running)}, Sort: []string{"due"}}
	for t, err := range s.tasks.All(ctx, running) {
		if err != nil {
			return err
		}
		_, err := s.tasks.Update(ctx, t.ID, func(t *Task) error {
			if t.State != Running {
				return errEnded
			}
			t.Due = s.now()
			return nil
		})
		if err != nil && !errors.Is(err, errEnded) {
			return err
		}
	}
	return nil
}
