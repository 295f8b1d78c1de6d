package requests

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
)

// KeepClocks does what is due of requests by itself, and returns to how many: what was worked out by other
// hours or steps is worked out again; a promise that was missed is written down; the steps that have come are
// told, each once, however many programs look and however often; and who came into an office that had nobody
// is told what nobody heard. A request of which that fails keeps it from no other: its error comes with the
// rest.
func (s *Service) KeepClocks(ctx context.Context) (int, error) {
	n, err := s.Replan(ctx)
	raised, failed := s.Escalate(ctx)
	told, untold := s.TellOffices(ctx)
	return n + raised + told, errors.Join(err, failed, untold)
}

// Replan works out again what follows from when offices work and from the steps, of the open requests that
// were worked out by others, and returns how many. The terms of the law stay as they are. A promise that
// moved is a line of the audit, once however often it is done.
func (s *Service) Replan(ctx context.Context) (int, error) {
	p, err := s.plan(ctx)
	if err != nil {
		return 0, err
	}
	q := docstore.Query{Sort: []string{"planned"},
		Filter: docstore.Filter{docstore.Eq("open", true), docstore.Lt("planned", p.edition)}}
	return s.each(ctx, "clocks of requests", q, func(r Request) error { return s.replan(ctx, p, r) })
}

// Escalate is the part of KeepClocks that tells. It reads the requests alone for which something is due.
func (s *Service) Escalate(ctx context.Context) (int, error) {
	p, err := s.plan(ctx)
	if err != nil {
		return 0, err
	}
	q := docstore.Query{Sort: []string{"nextAt"},
		Filter: docstore.Filter{docstore.Eq("open", true), docstore.Lte("nextAt", s.now())}}
	return s.each(ctx, "reminders of requests", q, func(r Request) error { return s.escalate(ctx, p, r.ID) })
}

const (
	// atOnce is how many requests are dealt with at a time: the store commits those together.
	atOnce = 16
	// maxFaults is how many errors of a pass are told apart.
	maxFaults = 10
)

// each deals with the requests that match q, and returns with how many that went well. Those of which it
// fails, or which cannot be read, keep it from no other; it ends early when the store has no answer or no
// space, and when ctx ends.
func (s *Service) each(
	ctx context.Context, what string, q docstore.Query, deal func(Request) error,
) (int, error) {
	var (
		mu     sync.Mutex
		n      int
		faults []error
		over   bool
	)
	done := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			n++
			return
		}
		code := civic.CodeOf(err)
		over = over || ctx.Err() != nil || code == civic.Unavailable || code == civic.Full
		if len(faults) < maxFaults {
			faults = append(faults, err)
		}
	}
	ended := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return over
	}
	group := routine.NewGroup(s.log, what)
	group.SetLimit(atOnce)
	var list error
	for r, err := range s.requests.Readable(ctx, q) {
		if list = err; err != nil || ended() {
			break
		}
		group.Do(func() {
			err := routine.Guard(s.log, what, func() error { return deal(r) })
			if err != nil {
				err = fmt.Errorf("request %s: %w", r.Number, err)
			}
			done(err)
		})
	}
	err := group.Wait()
	return n, errors.Join(append(faults, list, err)...)
}

// escalate tells the steps that have come to a request, then writes down that they came. A program that dies
// in between tells them again, by the same letters, which go out once.
func (s *Service) escalate(ctx context.Context, p plan, id civic.ID) error {
	r, err := s.requests.Get(ctx, id)
	if err != nil || !r.Open {
		return gone(err)
	}
	now := s.now()
	c, err := r.ServiceClock(p.book, s.cal, now)
	if err != nil {
		return err
	}
	due, _, err := r.pending(p, s.cal, c, now)
	if err != nil {
		return err
	}
	if due, err = s.tell(ctx, r, due); err != nil {
		return err
	}
	kept, err := s.requests.Update(ctx, id, func(r *Request) error {
		if !r.Open && len(due) == 0 {
			return errSame
		}
		for _, x := range due {
			if !r.raised(x) {
				r.Raised = append(r.Raised, x)
			}
		}
		return r.schedule(p, s.cal, now)
	})
	if errors.Is(err, errSame) {
		return nil
	}
	if err == nil {
		s.foundBy(r, kept)
	}
	return gone(err)
}

// tell queues what is told of steps that came to r at once, and returns those that came: of several that
// count the term the latest tells for all. Who asked is not told that nobody answered, when somebody did
// meanwhile.
func (s *Service) tell(ctx context.Context, r Request, due []Raise) ([]Raise, error) {
	for n, x := range due {
		if x.Kind == StepSilence {
			switch now, err := s.requests.Get(ctx, r.ID); {
			case err != nil:
				return nil, err
			case !now.Open || now.DueOn != r.DueOn:
				return due[:n], nil
			}
		}
		if x.overtaken(due[n+1:]) {
			continue
		}
		if err := s.queueAlert(ctx, r, x); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// gone returns err, but nil when what was looked for is not there any more.
func gone(err error) error {
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	return err
}

// queueAlert queues what is told of a step: to the staff, or of silence to the applicant while there is time
// for what they can do.
func (s *Service) queueAlert(ctx context.Context, r Request, x Raise) error {
	if s.outbox == nil || r.Contact == "" {
		return nil
	}
	l := alertLetter(r, x)
	if x.Kind == StepSilence {
		c, err := s.ClockOf(r)
		if err != nil {
			return err
		}
		if c.Recourse.Valid() && c.Recourse < s.today() {
			return nil
		}
		l.Kind, l.Recourse, l.Tag = LetterSilence, c.Recourse.Time(), s.MailTag(r)
	}
	return s.queue(ctx, l)
}

// overtaken reports whether one of later steps tells all whom x names more than x does: how far the term is.
func (x Raise) overtaken(later []Raise) bool {
	if _, _, counted := x.Kind.counted(); !counted {
		return false
	}
	return slices.ContainsFunc(later, func(o Raise) bool {
		_, _, counted := o.Kind.counted()
		told := func(r Reader) bool {
			return slices.Contains(o.Tell, r) && (r != ReaderSubstitute || o.Substitute == x.Substitute)
		}
		return counted && !slices.ContainsFunc(x.Tell, func(r Reader) bool { return !told(r) })
	})
}
