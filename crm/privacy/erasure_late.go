package privacy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

const (
	// resumeAfter is how long whoever pressed the button is left to it.
	resumeAfter = 5 * time.Minute
	// lateFor is how long after an erasure something may still be stored that was under way meanwhile: longer
	// than a request, a mail, a batch of recipients or a code takes.
	lateFor = 15 * time.Minute
)

// Resume completes the erasures that a fault cut short or that more kept coming to, erases what came late to
// those that were done a short while ago, and returns how many it dealt with; one that fails again does not
// hold up the others. The error says of one that is not done what is left. A job calls it.
func (s *Erasures) Resume(ctx context.Context) (n int, failed error) {
	deal := func(q docstore.Query, do func(context.Context, Erasure) (bool, error)) error {
		for e, err := range s.records.All(ctx, q) {
			if err != nil {
				return err
			}
			switch done, err := do(ctx, e); {
			case err != nil:
				failed = err
			case done:
				n++
			}
		}
		return nil
	}
	begun := docstore.Query{
		Filter: docstore.Filter{docstore.Eq("doneAt", time.Time{})}, Sort: []string{"begunAt"},
	}
	if err := deal(begun, s.resume); err != nil {
		return n, err
	}
	lately := docstore.Query{
		Filter: docstore.Filter{docstore.Eq("settledAt", time.Time{}), docstore.Gt("doneAt", time.Time{})},
		Sort:   []string{"doneAt"},
	}
	if err := deal(lately, s.settle); err != nil {
		return n, err
	}
	return n, failed
}

// resume goes on with an erasure that was begun, unless somebody is at it.
func (s *Erasures) resume(ctx context.Context, e Erasure) (bool, error) {
	if s.o.Now().Sub(e.BegunAt) < resumeAfter {
		return false, nil
	}
	e, err := s.goOn(ctx, jobActor(), e)
	if err == nil && !e.Done() {
		about, failed := s.subject(ctx, jobActor(), e.ID)
		if failed != nil {
			return false, failed
		}
		left, failed := s.left(ctx, jobActor(), about, e)
		if failed != nil {
			return false, failed
		}
		err = fmt.Errorf("privacy: an erasure is not done, left are: %s", strings.Join(left, ", "))
	}
	return err == nil, err
}

// settle erases what came to an erasure after it was done, and closes its record for good when nothing can
// come any more. Who came back meanwhile is left alone.
func (s *Erasures) settle(ctx context.Context, e Erasure) (bool, error) {
	back, err := s.back(ctx, e.ID)
	if err != nil {
		return false, err
	}
	if !back {
		var left []string
		if e, left, err = s.eraseRounds(ctx, jobActor(), e); err != nil || len(left) > 0 {
			_, failed := s.reopened(ctx, e) // the page says so, and what is left
			if err == nil {
				err = failed
			}
			return false, err
		}
		if s.o.Now().Sub(e.DoneAt) < lateFor {
			return false, nil
		}
	}
	_, err = s.records.Update(ctx, e.ID, func(e *Erasure) error {
		e.Accounts, e.SettledAt = nil, s.o.Now().UTC().Truncate(time.Millisecond)
		return nil
	})
	return err == nil, err
}

// reopened returns the record of an erasure as under way again when it was done and the person has not come
// back: whatever is there came late.
func (s *Erasures) reopened(ctx context.Context, e Erasure) (Erasure, error) {
	if !e.Done() {
		return e, nil
	}
	if back, err := s.back(ctx, e.ID); err != nil || back {
		return e, err
	}
	return s.records.Update(ctx, e.ID, func(e *Erasure) error {
		e.DoneAt, e.SettledAt = time.Time{}, time.Time{}
		return nil
	})
}

// back reports whether there is a contact again.
func (s *Erasures) back(ctx context.Context, contact civic.ID) (bool, error) {
	_, err := s.o.Contacts.Reader().Contact(ctx, contact)
	if civic.CodeOf(err) == civic.NotFound {
		return false, nil
	}
	return err == nil, err
}

func jobActor() civic.Actor { return civic.System("erasures") }
