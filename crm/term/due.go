package term

// Case is a term that runs: when it began, how long it is, and what stopped it meanwhile, in order of time.
type Case struct {
	Start    Date // the day the request was received; it is not counted
	Term     Term
	Switches Switches
	Events   []Event
}

// Result is where a term stands on the day of asking.
type Result struct {
	Nominal   Date   // the last day before it is moved off a holiday
	Due       Date   // the last day; while the term rests, as if it went on today
	Suspended int    // days not counted so far
	Used      int    // days counted so far, of the kind the term has (months count days)
	Left      int    // days from asOf to Due; negative when overdue
	Resting   bool   // suspended on the day of asking
	Restarted Date   // the day the term began again, if it did
	Steps     []Step // why, in order
}

// Due returns the last day of c's term as seen on day asOf, and the steps that lead there. It returns ErrTerm, ErrDate or
// ErrRange when the numbers make no sense, and an *EventError for an event the law does not allow.
//
// Days of overlapping suspensions count once. An event after the term has ended is refused, for there is nothing to suspend.
func (cal *Calendar) Due(c Case, asOf Date) (Result, error) {
	if err := c.Term.check(); err != nil {
		return Result{}, err
	}
	if !c.Start.Valid() || !asOf.Valid() {
		return Result{}, ErrDate
	}
	w := walk{cal: cal, c: c, asOf: asOf, start: c.Start}
	w.steps = make([]Step, 0, 6+2*len(c.Events))
	w.step(Step{Key: "term.step.start", From: c.Start})
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

// walk is a computation on its way.
type walk struct {
	cal       *Calendar
	c         Case
	asOf      Date
	start     Date // of the term as it runs now: moved by a restart
	restarted Date
	rests     []rest // apart from each other, in order
	nominal   Date
	due       Date
	resting   bool
	steps     []Step
	kinds     [8]Kind // that have happened
	nkinds    int
	last      Date // day of the last event
}

func (w *walk) step(s Step) { w.steps = append(w.steps, s) }

// apply takes one event into account.
func (w *walk) apply(i int, e Event) error {
	if e.From > w.asOf {
		return nil // has not happened yet
	}
	r, ok := ruleFor(e.Kind, e.From)
	if !ok {
		return &EventError{i, "kind"}
	}
	if reason := w.refuse(r, e); reason != "" {
		return &EventError{i, reason}
	}
	w.last = e.From
	w.note(e.Kind)
	if r.Effect == "restart" {
		return w.restart(r, e)
	}
	s := r.rest(e, w.asOf)
	w.step(Step{Key: stepOf(s), From: s.from, To: s.until, Days: int(s.until - s.from), Cause: string(e.Kind), Source: r.Source})
	w.resting = w.resting || s.open
	w.merge(s)
	return w.finish()
}

func stepOf(s rest) string {
	switch {
	case s.open:
		return "term.step.resting"
	case s.capped:
		return "term.step.suspension_capped"
	default:
		return "term.step.suspension"
	}
}

// refuse returns why the law does not allow the event, or "".
func (w *walk) refuse(r eventRule, e Event) string {
	switch {
	case !e.From.Valid() || e.Receipt != 0 && (!e.Receipt.Valid() || e.Receipt < e.From) || e.Answer != 0 && (!e.Answer.Valid() || e.Answer < e.From):
		return "dates"
	case e.From < w.c.Start:
		return "before_start"
	case e.From < w.last:
		return "order"
	case r.Once && w.noted(e.Kind):
		return "twice"
	case e.From > w.due:
		return "after_due"
	case r.Within > 0 && e.From > w.c.Start+Date(r.Within):
		return "too_late"
	}
	return ""
}

func (w *walk) note(k Kind) {
	if !w.noted(k) && w.nkinds < len(w.kinds) {
		w.kinds[w.nkinds] = k
		w.nkinds++
	}
}

func (w *walk) noted(k Kind) bool {
	for _, n := range w.kinds[:w.nkinds] {
		if n == k {
			return true
		}
	}
	return false
}

// restart begins the term again on the day of the answer; while there is none the term rests, and its last day is shown as if
// the answer came on the day of asking.
func (w *walk) restart(r eventRule, e Event) error {
	day, key := e.Answer, "term.step.restart"
	if limit := max(e.Receipt, e.From) + Date(r.Window); r.Window > 0 && (!day.Valid() || day > limit) && limit <= w.asOf {
		day = limit // the window lapsed without an answer
	}
	if !day.Valid() || day > w.asOf {
		day, key, w.resting = w.asOf, "term.step.restart_waiting", true
	}
	w.start, w.restarted, w.rests = day, day, w.rests[:0]
	w.step(Step{Key: key, From: e.From, To: day, Cause: string(e.Kind), Source: r.Source})
	return w.finish()
}

// merge adds a rest and joins it with one it touches: events come in order, so only the last can.
func (w *walk) merge(s rest) {
	if s.until <= s.from {
		return
	}
	if n := len(w.rests); n > 0 && s.from <= w.rests[n-1].until {
		w.rests[n-1].until = max(w.rests[n-1].until, s.until)
		return
	}
	w.rests = append(w.rests, s)
}

// finish works out the last day from start and rests.
func (w *walk) finish() error {
	var err error
	if w.nominal, err = w.cal.end(w.start, w.c.Term, w.rests); err != nil {
		return err
	}
	if n := len(w.rests); n > 0 && w.nominal < w.rests[n-1].until { // stopped on its last day: that day comes again when the rest is over
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

func (w *walk) result() (Result, error) {
	w.step(Step{Key: "term.step.length." + string(w.c.Term.Unit), From: w.start, To: w.nominal, Days: w.c.Term.Length, Source: "art. 2963 c.c."})
	if w.c.Term.Unit != WorkingDays { // a last working day is no holiday
		if _, err := w.cal.roll(w.nominal, w.c.Switches, w.step); err != nil {
			return Result{}, err
		}
	}
	w.step(Step{Key: "term.step.due", To: w.due})
	r := Result{
		Nominal: w.nominal, Due: w.due, Left: int(w.due - w.asOf), Resting: w.resting, Restarted: w.restarted, Steps: w.steps,
	}
	for _, s := range w.rests {
		r.Suspended += int(s.until - s.from)
	}
	r.Used = w.cal.used(w.start, w.asOf, w.c.Term.Unit, w.rests)
	return r, nil
}

// end returns the day a term ends, before it is moved: counting goes on after each rest where it stopped.
func (cal *Calendar) end(start Date, t Term, rests []rest) (Date, error) {
	if t.Unit == WorkingDays {
		return cal.endWorking(start, t.Length, rests)
	}
	end := start + Date(t.Length)
	if t.Unit == Months {
		y, m, _ := start.Civil()
		if y*12+int(m)+t.Length > 9999*12+12 {
			return 0, ErrRange
		}
		end = start.addMonths(t.Length)
	}
	for _, s := range rests {
		end += s.until - s.from
	}
	if !end.Valid() {
		return 0, ErrRange
	}
	return end, nil
}

func (cal *Calendar) endWorking(start Date, n int, rests []rest) (Date, error) {
	for d := start + 1; d.Valid() && d-start < 100*MaxLength; d++ {
		if len(rests) > 0 && d > rests[0].from { // the day the office writes still counts
			d = max(d, rests[0].until+1)
			rests = rests[1:]
			if !d.Valid() {
				break
			}
		}
		if !cal.Working(d) {
			continue
		}
		if n--; n == 0 {
			return d, nil
		}
	}
	return 0, ErrRange
}

// nextWorking returns d, or the first working day after it.
func (cal *Calendar) nextWorking(d Date) (Date, error) {
	for last := min(d+horizon, MaxDate); d <= last; d++ {
		if cal.Working(d) {
			return d, nil
		}
	}
	return 0, ErrRange
}

// used returns how many days of the unit were counted from the day after start to asOf.
func (cal *Calendar) used(start, asOf Date, u Unit, rests []rest) int {
	if asOf <= start {
		return 0
	}
	if u != WorkingDays {
		n := int(asOf - start)
		for _, s := range rests {
			n -= int(min(s.until, asOf) - min(s.from, asOf))
		}
		return max(0, n)
	}
	n := 0
	for d := start + 1; d <= asOf; d++ {
		for len(rests) > 0 && d > rests[0].until {
			rests = rests[1:]
		}
		if len(rests) > 0 && d > rests[0].from && d <= rests[0].until {
			continue
		}
		if cal.Working(d) {
			n++
		}
	}
	return n
}

// roll moves a last day that is a holiday to the next day that is none, telling each move.
func (cal *Calendar) roll(d Date, s Switches, tell func(Step)) (Date, error) {
	for {
		cause, source := cal.moves(d, s)
		if cause == "" {
			return d, nil
		}
		if d == MaxDate {
			return 0, ErrRange
		}
		if tell != nil {
			tell(Step{Key: "term.step.roll", From: d, To: d + 1, Cause: cause, Source: source})
		}
		d++
	}
}

// Before returns the last day on which something must be done "at least so long before" an event: the term is counted
// backwards from the event's day, which is not counted, and a holiday moves it to the day before, so that the time kept free
// never shrinks. Errors are those of Due.
func (cal *Calendar) Before(event Date, t Term, s Switches) (Date, []Step, error) {
	if err := t.check(); err != nil {
		return 0, nil, err
	}
	if !event.Valid() {
		return 0, nil, ErrDate
	}
	d := event - Date(t.Length)
	switch t.Unit {
	case Months:
		y, m, _ := event.Civil()
		if y*12+int(m)-1-t.Length < 12 {
			return 0, nil, ErrRange
		}
		d = event.addMonths(-t.Length)
	case WorkingDays:
		d = event
		for n := t.Length; n > 0; {
			if d--; !d.Valid() {
				return 0, nil, ErrRange
			}
			if cal.Working(d) {
				n--
			}
		}
	}
	steps := []Step{{Key: "term.step.before", From: event, To: d, Days: t.Length}}
	for d.Valid() {
		cause, source := cal.moves(d, s)
		if cause == "" {
			return d, append(steps, Step{Key: "term.step.due", To: d}), nil
		}
		steps = append(steps, Step{Key: "term.step.roll_back", From: d, To: d - 1, Cause: cause, Source: source})
		d--
	}
	return 0, nil, ErrRange
}
