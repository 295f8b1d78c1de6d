package requests

import (
	"time"

	"ascolto/crm/term"
	"ascolto/internal/civic"
)

// Clock is where the term of a request stands on a day.
type Clock struct {
	term.Result
	On       term.Date // the day of asking, or that of its end
	Unit     term.Unit
	Length   int
	Late     bool      // the term was over
	Silence  Silence   // what follows from that nobody answered; empty while nothing does
	Recourse term.Date // last day for what the applicant can do against that; zero: the law sets none
	// of the officer with substitute power, once they were called: the last day, and why
	Substitute      term.Date
	SubstituteSteps []term.Step
	// it rests, and goes on by itself when nobody does anything: the steps are those to the day it ends then
	GoesOn bool
}

// ClockOf returns where the term of r stands today, with the steps that lead there.
func (s *Service) ClockOf(r Request) (Clock, error) {
	c, err := r.Clock(s.cal, s.today())
	if err != nil || !r.Resting || r.DueOn == NoDue {
		return c, err
	}
	// the term goes on by itself: its steps lead to the last day that is told
	then, err := r.clock(s.cal, term.DateOf(r.UpdatedAt)+horizon)
	c.Steps, c.GoesOn = then.Steps, true
	return c, err
}

// Clock returns where the term of r stands on a day; on that of its end, when it had come by then.
func (r Request) Clock(cal Calendar, on term.Date) (c Clock, err error) {
	if closed := term.DateOf(r.ClosedAt); !r.Open && !r.ClosedAt.IsZero() && closed < on {
		on = closed
	}
	c = Clock{On: on, Unit: r.Rules.Term.Unit, Length: r.Rules.Term.Length}
	if c.Result, err = r.clock(cal, on); err != nil {
		return c, err
	}
	if c.Late = on > c.Due && !c.Resting; c.Late && r.Open {
		c.Silence = r.Rules.Silence
		if c.Recourse, err = r.recourse(cal, c.Due); err != nil {
			return c, err
		}
	}
	if e, ok := r.event(ActSubstitute); ok {
		half, err := cal.Due(term.Case{Start: term.DateOf(e.At), Term: r.Rules.Term.Substitute(),
			Switches: cal.Switches}, on)
		if err != nil {
			return c, civic.Wrap(civic.Internal, "error.internal", err)
		}
		c.Substitute, c.SubstituteSteps = half.Due, half.Steps
	}
	return c, nil
}

// recourse returns the last day for an appeal against silence that counts as a refusal; zero where the law
// sets no day.
func (r Request) recourse(cal Calendar, due term.Date) (term.Date, error) {
	if r.Rules.Silence != SilenceRejected {
		return 0, nil
	}
	return scene{r, cal, due}.lastDay(term.DocumentaryRemedy, due)
}

// clock returns the term of r as seen on a day.
func (r Request) clock(cal Calendar, on term.Date) (term.Result, error) {
	result, err := cal.Due(r.termCase(cal), on)
	if err != nil {
		return result, civic.Wrap(civic.Internal, "error.internal", err)
	}
	return result, nil
}

// termCase returns r as the law counts it: what stopped its term, and until when.
func (r Request) termCase(cal Calendar) term.Case {
	c := term.Case{Start: term.DateOf(r.ReceivedAt), Term: r.Rules.Term, Switches: cal.Switches}
	for n, e := range r.Events {
		if e.Stops == "" {
			continue
		}
		stop := term.Event{Kind: e.Stops, From: term.DateOf(e.At), Receipt: r.receipt(e)}
		if end, ok := r.endOf(n); ok {
			stop.Answer = end.came()
		}
		c.Events = append(c.Events, stop)
	}
	return c
}

// came returns the day on which what e says came: that of writing it down, unless it is known.
func (e Event) came() term.Date {
	if day, err := term.ParseDate(e.On); e.Act == ActObserve && err == nil {
		return day
	}
	return term.DateOf(e.At)
}

// receipt returns the day on which what e wrote was received: that of writing, unless it is known.
func (r Request) receipt(e Event) term.Date {
	if served, ok := r.about(e.ID, ActServe); ok {
		if day, err := term.ParseDate(served.On); err == nil {
			return day
		}
	}
	return term.DateOf(e.At)
}

// endOf returns the event by which the n-th, which stops the term, lets it go on.
func (r Request) endOf(n int) (Event, bool) {
	stop := r.Events[n]
	for _, e := range r.Events[n+1:] {
		switch stop.Act {
		case ActAsk, ActIrregular, ActSuspend:
			if e.Act == ActSupply || e.Act == ActResume {
				return e, true
			}
		case ActConsult:
			if e.Act == ActObject && e.Of == stop.ID {
				return e, true
			}
		case ActNotice:
			if e.Act == ActObserve {
				return e, true
			}
		}
	}
	return Event{}, false
}

// horizon is how many days after its last event nothing that stops a term lasts, unless it lasts for ever.
const horizon = 366

// deriveDue works out the due day as it is if nothing more happens.
func (r *Request) deriveDue(cal Calendar) error {
	last := term.DateOf(r.UpdatedAt)
	now, err := r.clock(cal, last)
	if err != nil {
		return err
	}
	r.Resting, r.DueOn = now.Resting && r.Open, now.Due.String()
	if !r.Resting {
		return nil
	}
	then, err := r.clock(cal, last+horizon)
	if err != nil {
		return err
	}
	if r.DueOn = then.Due.String(); then.Resting {
		r.DueOn = NoDue
	}
	return nil
}

// DueDay returns the due day as an instant on it, and false when there is none yet.
func (r Request) DueDay() (time.Time, bool) {
	d, err := term.ParseDate(r.DueOn)
	return d.Time(), err == nil && r.DueOn != NoDue
}
