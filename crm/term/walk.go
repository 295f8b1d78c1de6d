package term

import "slices"

// walk is a computation on its way: the term as it stands after the events looked at so far.
type walk struct {
	cal       *Calendar
	c         Case
	asOf      Date
	start     Date // of the term as it runs now: moved by a restart
	restarted Date
	rests     []rest // apart from each other, in order, none before start
	counted   Date   // the last day by counting alone
	nominal   Date   // the last day before it is moved off a holiday
	due       Date
	resting   bool
	steps     []Step
	kinds     []Kind // that have happened
	last      Date   // day of the last event
}

func (w *walk) step(s Step) { w.steps = append(w.steps, s) }

// apply takes one event into account.
func (w *walk) apply(i int, e Event) error {
	if e.From > w.asOf {
		return nil // has not happened yet
	}
	r := ruleFor(e.Kind, e.From)
	if r == nil {
		return &EventError{i, UnknownKind}
	}
	if reason := w.refuse(r, e); reason != "" {
		return &EventError{i, reason}
	}
	w.last = e.From
	w.kinds = append(w.kinds, e.Kind)
	if r.Effect == "restart" {
		w.restart(r, e)
	} else {
		w.suspend(r, e)
	}
	return w.finish()
}

// refuse returns why the law does not allow the event, or "".
func (w *walk) refuse(r *eventRule, e Event) Reason {
	switch {
	case !e.From.Valid() || !later(e.Receipt, e.From) || !later(e.Answer, e.From):
		return WrongDates
	case e.From < w.c.Start:
		return BeforeStart
	case e.From < w.last:
		return Disorder
	case r.Once && slices.Contains(w.kinds, e.Kind):
		return Twice
	case e.From > w.due:
		return AfterDue
	case r.Within > 0 && e.From > w.c.Start+Date(r.Within):
		return TooLate
	}
	return ""
}

// later reports whether d is not known yet, or a date that does not lie before another.
func later(d, other Date) bool { return d == 0 || d.Valid() && d >= other }

// suspend stops the term for as long as the event's rule says.
func (w *walk) suspend(r *eventRule, e Event) {
	s := r.rest(e, w.asOf)
	s.from = max(s.from, w.start) // what lies before a restart stops nothing
	s.until = max(s.until, s.from)
	w.step(Step{Key: stepOf(s), From: s.from, To: s.until, Days: s.days(), Cause: string(e.Kind),
		Source: r.Source})
	w.resting = w.resting || s.open
	if twice := w.merge(s); twice > 0 {
		w.step(Step{Key: stepOverlap, Days: twice})
	}
}

func stepOf(s rest) string {
	switch {
	case s.open:
		return stepResting
	case s.capped:
		return stepCapped
	default:
		return stepSuspension
	}
}

// merge adds a rest and joins it with one it touches, for events come in order, so only the last can. It
// returns how many of its days were left out already.
func (w *walk) merge(s rest) (twice int) {
	if s.until <= s.from {
		return 0
	}
	n := len(w.rests)
	if n == 0 || s.from > w.rests[n-1].until {
		w.rests = append(w.rests, s)
		return 0
	}
	last := &w.rests[n-1]
	twice = int(min(s.until, last.until) - s.from)
	last.until = max(last.until, s.until)
	return twice
}

// restart begins the term again on the day of the answer; while there is none the term rests, and its last
// day is shown as if the answer came on the day of asking. A suspension that still lasts goes on stopping the
// new term.
func (w *walk) restart(r *eventRule, e Event) {
	day, key := e.Answer, stepRestart
	if limit := max(e.Receipt, e.From) + Date(r.Window); r.Window > 0 && (!day.Valid() || day > limit) &&
		limit <= w.asOf {
		day = limit // the window lapsed without an answer
	}
	if day.Valid() && day <= w.asOf {
		w.restarted = day
	} else {
		day, key, w.resting = w.asOf, stepRestartWaiting, true
	}
	w.start = day
	w.rests = slices.DeleteFunc(w.rests, func(s rest) bool { return s.until <= day })
	for i := range w.rests {
		w.rests[i].from = max(w.rests[i].from, day)
	}
	w.step(Step{Key: key, From: e.From, To: day, Cause: string(e.Kind), Source: r.Source})
}

// finish works out the last day from start and rests.
func (w *walk) finish() error {
	var err error
	if w.counted, err = w.cal.end(w.start, w.c.Term, w.rests); err != nil {
		return err
	}
	w.nominal = w.counted
	// stopped on its last day: that day comes again when the rest is over
	if n := len(w.rests); n > 0 && w.nominal < w.rests[n-1].until {
		w.nominal = w.rests[n-1].until
	}
	if w.c.Term.Unit == WorkingDays {
		w.nominal, err = w.cal.nextWorking(w.nominal)
		w.due = w.nominal
		return err
	}
	w.due, err = w.cal.roll(w.nominal, w.c.Switches, nil)
	return err
}
