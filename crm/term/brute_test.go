package term

import "time"

// This file counts terms a second time, day by day and from the text of the law alone: it uses neither the
// calendar nor the rules of the package, only dates.

// bruteHoliday reports whether a day of 2017 to 2060 is a public holiday (italy.md 7.2), Easter by the method
// of Gauss.
func bruteHoliday(d Date) bool {
	y, m, day := d.Civil()
	if d.Weekday() == time.Sunday {
		return true
	}
	switch [2]int{int(m), day} {
	case [2]int{1, 1}, [2]int{1, 6}, [2]int{4, 25}, [2]int{5, 1}, [2]int{6, 2}, [2]int{8, 15}, [2]int{11, 1},
		[2]int{12, 8}, [2]int{12, 25}, [2]int{12, 26}:
		return true
	case [2]int{10, 4}:
		return y >= 2026
	}
	// Gauss for 1900 to 2099: M is 24, N is 5
	a, b, c := y%19, y%4, y%7
	dd := (19*a + 24) % 30
	e := (2*b + 4*c + 6*dd + 5) % 7
	easter := time.Date(y, time.March, 22+dd+e, 0, 0, 0, 0, time.UTC)
	if dd == 29 && e == 6 || dd == 28 && e == 6 && a > 10 {
		easter = easter.AddDate(0, 0, -7)
	}
	monday := easter.AddDate(0, 0, 1)
	return m == monday.Month() && day == monday.Day()
}

// bruteWorking reports whether the office of testdata/modena.json works.
func bruteWorking(d Date) bool {
	y, m, day := d.Civil()
	return !bruteHoliday(d) && d.Weekday() != time.Saturday && !(m == time.January && day == 31) &&
		!(y == 2026 && m == time.August && day >= 10 && day <= 21)
}

// bruteRest is a time in which days do not count: those after the first, up to the last.
type bruteRest struct{ from, until Date }

func (r bruteRest) holds(d Date) bool { return d > r.from && d <= r.until }

// bruteUntil returns the last day that an event takes out, by the text of each rule, as known on asOf.
func bruteUntil(e Event, asOf Date) Date {
	answered := e.Answer != 0 && e.Answer <= asOf
	receipt := e.From
	if e.Receipt > receipt {
		receipt = e.Receipt
	}
	var until Date
	switch e.Kind {
	case Information: // at most thirty days
		if until = e.From + 30; answered && e.Answer < until {
			until = e.Answer
		}
	case PrivacyOpinion: // at most ten
		if until = e.From + 10; answered && e.Answer < until {
			until = e.Answer
		}
	case CounterInterested: // until they object, or ten days after they were told
		if until = receipt + 10; answered && e.Answer < until {
			until = e.Answer
		}
	case RefusalNotice: // ten days after the observations, or when the ten days for them have passed
		if until = receipt + 10; answered && e.Answer <= until {
			until = e.Answer + 10
		}
	}
	return until
}

type bruteResult struct {
	due, restarted Date
	used, left     int
	suspended      int
	resting        bool
}

// bruteDue counts a case; false when an event comes after the term has ended.
func bruteDue(c Case, asOf Date) (bruteResult, bool) {
	out, start := bruteResult{}, c.Start
	var rests []bruteRest
	due := bruteEnd(c, start, rests)
	for _, e := range c.Events {
		if e.From > asOf {
			break
		}
		if e.From > due {
			return out, false
		}
		if e.Kind == IrregularRequest {
			if start = asOf; e.Answer != 0 && e.Answer <= asOf {
				start, out.restarted = e.Answer, e.Answer
			} else {
				out.resting = true
			}
		} else {
			until := bruteUntil(e, asOf)
			out.resting = out.resting || until > asOf
			rests = append(rests, bruteRest{e.From, min(until, asOf)})
		}
		due = bruteEnd(c, start, rests)
	}
	out.due = due
	for d := start + 1; d <= asOf; d++ {
		switch {
		case resting(rests, d):
			out.suspended++
		case c.Term.Unit != WorkingDays || bruteWorking(d):
			out.used++
		}
	}
	for d := min(asOf, due) + 1; d <= max(asOf, due); d++ {
		if c.Term.Unit == WorkingDays && !bruteWorking(d) {
			continue
		}
		if out.left++; due < asOf {
			out.left -= 2
		}
	}
	return out, true
}

func resting(rests []bruteRest, d Date) bool {
	for _, r := range rests {
		if r.holds(d) {
			return true
		}
	}
	return false
}

// bruteEnd walks from the start to the last day.
func bruteEnd(c Case, start Date, rests []bruteRest) Date {
	d := start
	if c.Term.Unit == Months {
		d = bruteMonths(start, c.Term.Length)
		for owed, at := 0, start; ; { // every day that rests up to the end puts the end off by one
			for ; at < d; at++ {
				if resting(rests, at+1) {
					owed++
				}
			}
			if owed == 0 {
				break
			}
			d, owed = d+Date(owed), 0
		}
	} else {
		for n := 0; n < c.Term.Length; {
			if d++; !resting(rests, d) && (c.Term.Unit == Days || bruteWorking(d)) {
				n++
			}
		}
	}
	for {
		moved := d
		for _, r := range rests {
			if d >= max(r.from, start) && d < r.until {
				moved = r.until // stopped on the last day: it comes again when the rest is over
			}
		}
		_, m, day := moved.Civil()
		switch {
		case c.Term.Unit == WorkingDays && !bruteWorking(moved):
			moved++
		case c.Term.Unit == WorkingDays:
		case bruteHoliday(moved), c.Switches.Saturday && moved.Weekday() == time.Saturday,
			c.Switches.Patron && m == time.January && day == 31:
			moved++
		}
		if moved == d {
			return d
		}
		d = moved
	}
}

// bruteMonths walks to the day of the same number n months on, or to the last day of a month that has none.
func bruteMonths(start Date, n int) Date {
	_, month, number := start.Civil()
	d, last := start, month
	for {
		d++
		_, m, day := d.Civil()
		if m != last {
			last = m
			n--
		}
		_, next, _ := (d + 1).Civil()
		if n == 0 && (day == number || next != m) {
			return d
		}
	}
}
