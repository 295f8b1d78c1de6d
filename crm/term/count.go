package term

// end returns the day a term ends, before it is moved: counting goes on after each rest where it stopped.
// ErrRange when that lies after year 9999.
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

// endBefore returns the day that lies a term before another, before it is moved.
func (cal *Calendar) endBefore(event Date, t Term) (Date, error) {
	d := event - Date(t.Length)
	switch t.Unit {
	case Months:
		y, m, _ := event.Civil()
		if y*12+int(m)-1-t.Length < 12 {
			return 0, ErrRange
		}
		d = event.addMonths(-t.Length)
	case WorkingDays:
		d = event
		for n := t.Length; n > 0; {
			if d--; !d.Valid() || event-d > 100*MaxLength {
				return 0, ErrRange
			}
			if cal.Working(d) {
				n--
			}
		}
	}
	if !d.Valid() {
		return 0, ErrRange
	}
	return d, nil
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
	n := cal.workingDays(start, asOf)
	for _, s := range rests {
		n -= cal.workingDays(s.from, min(s.until, asOf))
	}
	return n
}

// left returns how many days of the unit lie between asOf and due: after the one up to the other, negative
// when due is past.
func (cal *Calendar) left(asOf, due Date, u Unit) int {
	switch {
	case u != WorkingDays:
		return int(due - asOf)
	case due < asOf:
		return -cal.workingDays(due, asOf)
	default:
		return cal.workingDays(asOf, due)
	}
}

// workingDays returns how many days on which the office works lie after one day, up to another.
func (cal *Calendar) workingDays(after, until Date) int {
	n := 0
	for d := after + 1; d <= until; d++ {
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
			tell(Step{Key: stepRoll, From: d, To: d + 1, Cause: cause, Source: law().Counting.Roll + "; " +
				source})
		}
		d++
	}
}
