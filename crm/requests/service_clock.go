package requests

import (
	"context"
	"time"

	"ascolto/crm/hours"
	"ascolto/crm/term"
	"ascolto/internal/civic"
)

// Target is what the municipality promises besides what the law lays down, in hours in which the office
// works.
type Target string

// The targets.
const (
	TargetFirst    Target = "first"    // somebody of the office writes to the applicant
	TargetSolution Target = "solution" // the request comes to its end
)

// Word returns the key of the text that says t.
func (t Target) Word() string { return "requests.target." + string(t) }

// Target returns the hours that are promised for t, zero when nothing is.
func (r Rules) Target(t Target) int {
	if t == TargetFirst {
		return r.FirstHours
	}
	return r.SolutionHours
}

// ServiceClock is where the promises of a request stand: its office's hours count, the times in which it
// waits for the applicant or for somebody else do not.
type ServiceClock struct {
	On      time.Time // the moment of asking, or that of its end
	Targets []TargetClock
	Waits   []Wait
	Offices []Stay
}

// TargetClock is where one promise stands.
type TargetClock struct {
	Target Target
	Hours  int           // promised
	Due    time.Time     // by when; zero while the request waits for somebody
	Used   time.Duration // in which the office worked on it
	Done   time.Time     // when it was kept, late or not; zero: not yet
	Missed bool
	Void   bool // the applicant took the request back before
}

// Wait is a time in which a request waits for somebody else than the office.
type Wait struct {
	term.Pause       // without an End it lasts
	State      State // the request was in
}

// Stay is the time that a request is an office's, until the next Stay begins.
type Stay struct {
	Office civic.ID
	Since  time.Time
}

// Target returns where one promise stands, and false when nothing is promised.
func (c ServiceClock) Target(t Target) (TargetClock, bool) {
	for _, of := range c.Targets {
		if of.Target == t {
			return of, true
		}
	}
	return TargetClock{}, false
}

// answers are the acts by which an office writes to the applicant: that it takes a request in charge is no
// answer, nor what the staff write among themselves.
var answers = map[Act]bool{ActAsk: true, ActIrregular: true, ActSuspend: true, ActNotice: true,
	ActAnswer: true, ActRefuse: true, ActNotCompetent: true, ActRelease: true, ActMessage: true}

// ServiceClockOf returns where the promises of r stand now.
func (s *Service) ServiceClockOf(ctx context.Context, r Request) (ServiceClock, hours.Book, error) {
	book, err := s.hours.Book(ctx)
	if err != nil {
		return ServiceClock{}, book, err
	}
	c, err := r.ServiceClock(book, s.cal, s.now())
	return c, book, err
}

// ServiceClock returns where the promises of r stand at a moment; at that of its end, when it had come by
// then. The terms of observations and objections, which end a wait, are counted by cal.
func (r Request) ServiceClock(book hours.Book, cal Calendar, now time.Time) (c ServiceClock, err error) {
	if !r.Open && !r.ClosedAt.IsZero() && r.ClosedAt.Before(now) {
		now = r.ClosedAt
	}
	c = ServiceClock{On: now, Offices: r.stays()}
	if r.Rules.FirstHours == 0 && r.Rules.SolutionHours == 0 {
		return c, nil
	}
	if c.Waits, err = r.waits(cal); err != nil {
		return c, err
	}
	for _, t := range []Target{TargetFirst, TargetSolution} {
		if h := r.Rules.Target(t); h > 0 {
			c.Targets = append(c.Targets, c.target(book, r, t, h))
		}
	}
	return c, nil
}

// target works out one promise of c.
func (c ServiceClock) target(book hours.Book, r Request, t Target, promised int) TargetClock {
	of := TargetClock{Target: t, Hours: promised, Done: r.done(t)}
	until := c.On
	if !of.Done.IsZero() && of.Done.Before(until) {
		until = of.Done
	}
	pauses := c.pauses(until)
	length := time.Duration(promised) * time.Hour
	for n, stay := range c.Offices {
		cal, end := book.Of(stay.Office), until
		last := n+1 == len(c.Offices) || !c.Offices[n+1].Since.Before(until)
		if !last {
			end = c.Offices[n+1].Since
		}
		spent := cal.Between(stay.Since, end, pauses...)
		if of.Due.IsZero() && (last || of.Used+spent >= length) {
			if due, err := cal.After(stay.Since, length-of.Used, pauses...); err == nil {
				of.Due = due
			}
		}
		if of.Used += spent; last {
			break
		}
	}
	of.Missed = !of.Due.IsZero() && until.After(of.Due)
	of.Void = r.State == Withdrawn && of.Done.IsZero() && !of.Missed
	return of
}

// pauses returns the waits that began before a moment.
func (c ServiceClock) pauses(until time.Time) []term.Pause {
	var all []term.Pause
	for _, w := range c.Waits {
		if w.Begin.Before(until) {
			all = append(all, w.Pause)
		}
	}
	return all
}

// done returns when a promise was kept, late or not; the zero time while it was not.
func (r Request) done(t Target) time.Time {
	if t == TargetFirst {
		for _, e := range r.Events {
			if !e.Citizen && answers[e.Act] {
				return e.At
			}
		}
	}
	if r.State == Withdrawn { // nobody solved what was taken back
		return time.Time{}
	}
	return r.ClosedAt
}

// stays returns which offices had r, and since when.
func (r Request) stays() []Stay {
	var all []Stay
	for n, e := range r.Events {
		if e.Office == "" {
			continue
		}
		since := e.At
		if n == 0 {
			since = r.ReceivedAt
		}
		all = append(all, Stay{e.Office, since})
	}
	return all
}

// waits returns when r waited for the applicant or for somebody else: while it was in a state that says so,
// but no longer than observations and objections may take.
func (r Request) waits(cal Calendar) ([]Wait, error) {
	var (
		all   []Wait
		state State
	)
	for n, e := range r.Events {
		m := moveFrom(state, e.Act)
		if m.To != "" {
			state = m.To
		}
		if !m.To.waits() {
			continue
		}
		w := Wait{term.Pause{Begin: e.At}, m.To}
		for _, next := range r.Events[n+1:] {
			to := moveFrom(m.To, next.Act)
			if to.To != "" && to.To != m.To || e.Act == ActNotice && next.Act == ActObserve {
				w.End = next.At
				break
			}
		}
		last, err := r.lastOfWait(cal, e)
		if err != nil {
			return nil, err
		}
		if last.Valid() {
			if end := startOf(last + 1); w.End.IsZero() || end.Before(w.End) {
				w.End = end
			}
		}
		all = append(all, w)
	}
	return all, nil
}

// lastOfWait returns the last day on which what e asks of somebody may come; zero where nothing says so.
func (r Request) lastOfWait(cal Calendar, e Event) (term.Date, error) {
	duty := term.RefusalObservations
	switch e.Act {
	case ActNotice:
	case ActConsult:
		duty = term.CivicObjection
	default:
		return 0, nil
	}
	return scene{r, cal, 0}.lastDay(duty, r.receipt(e))
}

// waits reports whether a request in the state waits for somebody else than the office.
func (s State) waits() bool {
	return s == InfoAsked || s == Suspended || s == NoticeGiven || s == ThirdParty
}

// startOf returns the first instant of a day in Rome.
func startOf(d term.Date) time.Time {
	year, month, day := d.Civil()
	return time.Date(year, month, day, 0, 0, 0, 0, civic.Rome())
}
