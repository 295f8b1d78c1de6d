package requests

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ascolto/crm/hours"
	"ascolto/crm/term"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/migrate"
)

// plan is what requests go by besides the law: when offices work, and the steps of escalations. It changes,
// and then what was worked out by it is worked out again.
type plan struct {
	book    hours.Book
	steps   []Step
	edition int64 // grows with everything that is stored of it; it is at least 1
}

// plan returns what requests go by now.
func (s *Service) plan(ctx context.Context) (p plan, err error) {
	if p.book, err = s.hours.Book(ctx); err != nil {
		return p, err
	}
	if p.steps, err = s.Steps(ctx); err != nil {
		return p, err
	}
	p.edition = p.book.Edition
	for _, st := range p.steps {
		p.edition += st.Revision
	}
	return p, nil
}

// hoursOf returns by which hours the reminders of an office leave: by those of the town for one that does not
// work any more.
func (p plan) hoursOf(office civic.ID, now time.Time) *term.Calendar {
	cal := p.book.Of(office)
	if _, err := cal.After(now, 0); err != nil {
		return p.book.Of(hours.Town)
	}
	return cal
}

// Promise is by when the municipality promised something of a request, as it was worked out last.
type Promise struct {
	Target Target    `bson:"target"`
	DueAt  time.Time `bson:"dueAt"`
}

// Miss is a promise that was not kept in time. It stays, whatever comes later.
type Miss struct {
	Target Target    `bson:"target"`
	Hours  int       `bson:"hours"` // promised
	DueAt  time.Time `bson:"dueAt"` // by when
	At     time.Time `bson:"at"`    // when it was written down
}

// PromiseVerdict is how a promise stood when a request came to its end.
type PromiseVerdict struct {
	Target  Target    `bson:"target"`
	Hours   int       `bson:"hours"` // promised
	DueAt   time.Time `bson:"dueAt,omitempty"`
	Minutes int       `bson:"minutes"` // in which the office worked on it
	Missed  bool      `bson:"missed"`
}

// never is when nothing is left to happen by itself: after everything else.
var never = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

// schedule works out by p what of r does not follow from its events alone: by when it is promised, what was
// missed until now, and when something is due to happen by itself.
func (r *Request) schedule(p plan, cal Calendar, now time.Time) error {
	c, err := r.ServiceClock(p.book, cal, now)
	if err != nil {
		return err
	}
	r.Planned, r.Promises, r.NextAt = p.edition, nil, never
	for _, t := range c.Targets {
		if t.Due.IsZero() {
			continue
		}
		r.Promises = append(r.Promises, Promise{t.Target, t.Due.UTC()})
		if t.Missed {
			r.miss(t, now)
		} else if t.Done.IsZero() {
			r.happens(t.Due.Add(time.Second))
		}
	}
	_, next, err := r.pending(p, cal, c, now)
	if err != nil {
		return err
	}
	r.happens(next)
	before := r.Substitutes
	if r.Alerted, r.Substitutes = r.alerted(), r.substitutes(p.steps); !r.Open {
		r.NextAt, r.Substitutes = never, nil
		r.judge(c)
	}
	if !slices.Equal(before, r.Substitutes) || len(before) > 0 && r.ReadersAt.IsZero() {
		r.ReadersAt = now
	}
	return nil
}

// happens has r be looked at again at a moment, unless it is earlier.
func (r *Request) happens(at time.Time) {
	if at.Before(r.NextAt) {
		r.NextAt = at.UTC()
	}
}

// miss writes down that a promise was missed, once.
func (r *Request) miss(t TargetClock, now time.Time) {
	if r.missed(t.Target) {
		return
	}
	r.Misses = append(r.Misses, Miss{t.Target, t.Hours, t.Due.UTC(), now})
}

// missed reports whether it is written down that a promise was missed.
func (r Request) missed(t Target) bool {
	return slices.ContainsFunc(r.Misses, func(m Miss) bool { return m.Target == t })
}

// judge writes into the verdict of r's end how its promises stood; what is written stays,
// and what was missed is, though offices are said later to have worked less.
func (r *Request) judge(c ServiceClock) {
	v := r.Verdict()
	if v == nil || v.Promises != nil {
		return
	}
	for _, t := range c.Targets {
		if t.Void {
			continue
		}
		v.Promises = append(v.Promises, PromiseVerdict{Target: t.Target, Hours: t.Hours, DueAt: t.Due.UTC(),
			Minutes: int(t.Used.Minutes()), Missed: t.Missed || r.missed(t.Target)})
	}
}

// planned works out what follows from the events of r, at a moment, and from what requests go by now.
func (s *Service) planned(ctx context.Context, r *Request, now time.Time) error {
	p, err := s.plan(ctx)
	if err == nil {
		err = r.derive(s.cal)
	}
	if err != nil {
		return err
	}
	return r.schedule(p, s.cal, now)
}

// replan is Replan of one request, which it reads again before it stores it.
func (s *Service) replan(ctx context.Context, p plan, r Request) error {
	next, now := r, s.now()
	if err := next.schedule(p, s.cal, now); err != nil {
		return err
	}
	if err := s.audit.WriteAll(ctx, r.moved(next)); err != nil {
		return err
	}
	kept, err := s.requests.Update(ctx, r.ID, func(r *Request) error {
		if !r.Open || r.Planned >= p.edition {
			return errSame
		}
		return r.schedule(p, s.cal, now)
	})
	if errors.Is(err, errSame) || civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	if err == nil {
		s.foundBy(r, kept)
	}
	return err
}

// foundBy has the index know who finds a request now, if that is no more who found it before.
func (s *Service) foundBy(before, now Request) {
	if s.index != nil && !before.ReadersAt.Equal(now.ReadersAt) {
		s.index.Put(now.searchDoc())
	}
}

// moved returns what the audit says of the promises of r that are other ones in next.
func (r Request) moved(next Request) []audit.Entry {
	var lines []audit.Entry
	for n, p := range next.Promises {
		was := slices.IndexFunc(r.Promises, func(o Promise) bool { return o.Target == p.Target })
		if was < 0 || r.Promises[was].DueAt.Equal(p.DueAt) {
			continue
		}
		key := fmt.Sprintf("%s/%s@%d.%d", ActionPromiseMove, r.ID, next.Planned, n)
		lines = append(lines, audit.Entry{By: civic.System("requests-clocks"), Action: ActionPromiseMove,
			Object: r.ID, Contact: r.Contact, Key: civic.ID(key),
			Detail: map[string]string{"target": string(p.Target), "was": minute(r.Promises[was].DueAt),
				"due": minute(p.DueAt)}})
	}
	return lines
}

// MinuteForm is how the audit keeps when a promise is due, in Rome.
const MinuteForm = "2006-01-02 15:04"

// minute returns an instant as the audit has it: in Rome, to the minute.
func minute(t time.Time) string { return t.In(civic.Rome()).Format(MinuteForm) }

// PlannedStep returns the step over open requests of versions that worked out nothing but terms: the next run
// of Replan works out the rest.
func PlannedStep() migrate.Step {
	return migrate.Step{
		Name: "requests-planned",
		Help: "open requests are looked at by themselves, when something of them is due",
		Run: migrate.OverEach(requestSpec(), func(r Request) civic.ID { return r.ID },
			func(r *Request) bool {
				if !r.Open || !r.NextAt.IsZero() {
					return false
				}
				r.NextAt = never
				return true
			}),
	}
}
