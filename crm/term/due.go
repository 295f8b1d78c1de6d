package term

// Case is a term that runs: when it began, how long it is, and what stopped it meanwhile, in order of time.
type Case struct {
	Start    Date // the day the request was received; it is not counted
	Term     Term
	Switches Switches
	Events   []Event
}

// Result is where a term stands on the day of asking. After a restart it speaks of the term as it runs since.
type Result struct {
	Nominal   Date   // the last day before it is moved off a holiday
	Due       Date   // the last day; while the term rests, as if it went on today
	Suspended int    // calendar days not counted so far
	Used      int    // days counted so far: working days of a term in those, calendar days of any other
	Left      int    // the same days from the day of asking to Due; negative when overdue
	Resting   bool   // suspended on the day of asking, or waiting to begin again
	Restarted Date   // the day the term began again, if it did
	Steps     []Step // why, in order
}

// Due returns the last day of c's term as seen on day asOf, and the steps that lead there. It returns
// ErrTerm, ErrDate or ErrRange when the numbers make no sense, and an *EventError for an event the law does
// not allow.
//
// What lies after asOf has not happened: events are left out, answers still to come. Days of overlapping
// suspensions count once. An event after the term has ended is refused, for there is nothing to suspend.
func (cal *Calendar) Due(c Case, asOf Date) (Result, error) {
	if err := c.Term.check(); err != nil {
		return Result{}, err
	}
	if !c.Start.Valid() || !asOf.Valid() {
		return Result{}, ErrDate
	}
	w := walk{cal: cal, c: c, asOf: asOf, start: c.Start}
	w.steps, w.kinds, w.rests = make([]Step, 0, 6+2*len(c.Events)), make([]Kind, 0, len(c.Events)),
		make([]rest, 0, len(c.Events))
	w.step(Step{Key: stepStart, From: c.Start, Source: law().Counting.Start})
	if err := w.finish(); err != nil {
		return Result{}, err
	}
	for i, e := range c.Events {
		if err := w.apply(i, e); err != nil {
			return Result{}, err
		}
	}
	return w.result()
}

// result tells how the last day was counted and moved, and sums up.
func (w *walk) result() (Result, error) {
	unit := w.c.Term.Unit
	w.step(Step{Key: stepLength + string(unit), From: w.start, To: w.counted, Days: w.c.Term.Length,
		Source: law().Counting.of(unit)})
	if w.nominal != w.counted {
		w.step(Step{Key: stepResumed, From: w.counted, To: w.nominal})
	}
	if unit != WorkingDays { // a last working day is no holiday
		if _, err := w.cal.roll(w.nominal, w.c.Switches, w.step); err != nil {
			return Result{}, err
		}
	}
	w.step(Step{Key: stepDue, To: w.due})
	r := Result{
		Nominal: w.nominal, Due: w.due, Resting: w.resting, Restarted: w.restarted, Steps: w.steps,
		Used: w.cal.used(w.start, w.asOf, unit, w.rests), Left: w.cal.left(w.asOf, w.due, unit),
	}
	for _, s := range w.rests {
		r.Suspended += s.days()
	}
	return r, nil
}

// Before returns the last day on which something must be done "at least so long before" an event: the term is
// counted backwards from the event's day, which is not counted, and a holiday moves it to the day before, so
// that the time kept free never shrinks. The steps lead there. Errors are those of Due.
func (cal *Calendar) Before(event Date, t Term, s Switches) (Date, []Step, error) {
	if err := t.check(); err != nil {
		return 0, nil, err
	}
	if !event.Valid() {
		return 0, nil, ErrDate
	}
	d, err := cal.endBefore(event, t)
	if err != nil {
		return 0, nil, err
	}
	steps := []Step{{Key: stepBefore + string(t.Unit), From: event, To: d, Days: t.Length,
		Source: law().Counting.of(t.Unit)}}
	for d.Valid() {
		cause, source := cal.moves(d, s)
		if cause == "" || t.Unit == WorkingDays {
			return d, append(steps, Step{Key: stepDue, To: d}), nil
		}
		steps = append(steps, Step{Key: stepRollBack, From: d, To: d - 1, Cause: cause, Source: source})
		d--
	}
	return 0, nil, ErrRange
}
