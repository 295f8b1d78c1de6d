package term

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

// This file counts terms a second time, day by day and from the text of the law alone: it uses neither the calendar nor the
// rules of the package, only dates.

// bruteHoliday reports whether a day of 2017 to 2060 is a public holiday (italy.md 7.2), Easter by the method of Gauss.
func bruteHoliday(d Date) bool {
	y, m, day := d.Civil()
	if d.Weekday() == time.Sunday {
		return true
	}
	switch [2]int{int(m), day} {
	case [2]int{1, 1}, [2]int{1, 6}, [2]int{4, 25}, [2]int{5, 1}, [2]int{6, 2}, [2]int{8, 15}, [2]int{11, 1}, [2]int{12, 8}, [2]int{12, 25}, [2]int{12, 26}:
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
		case bruteHoliday(moved), c.Switches.Saturday && moved.Weekday() == time.Saturday, c.Switches.Patron && m == time.January && day == 31:
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

// randomCase returns a case with up to three events in order, one of each kind.
func randomCase(rnd *rand.Rand, from Date) (Case, Date) {
	c := Case{Start: from + Date(rnd.IntN(3650)), Term: Term{1 + rnd.IntN(180), Days}, Switches: Switches{rnd.IntN(2) == 0, rnd.IntN(2) == 0}}
	switch rnd.IntN(4) {
	case 0:
		c.Term = Term{1 + rnd.IntN(60), WorkingDays}
	case 1:
		c.Term = Term{1 + rnd.IntN(18), Months}
	}
	kinds := []Kind{Information, RefusalNotice, CounterInterested, PrivacyOpinion, IrregularRequest}
	rnd.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	at := c.Start
	for _, k := range kinds[:rnd.IntN(4)] {
		if at += Date(rnd.IntN(9)); k == IrregularRequest && at > c.Start+10 {
			continue
		}
		e := Event{Kind: k, From: at}
		if rnd.IntN(2) == 0 {
			e.Receipt = at + Date(rnd.IntN(6))
		}
		if rnd.IntN(2) == 0 {
			e.Answer = at + Date(rnd.IntN(45))
		}
		c.Events = append(c.Events, e)
	}
	return c, c.Start + Date(rnd.IntN(400))
}

// TestDueAgreesWithCountingDayByDay compares 100,000 random cases that the law allows.
func TestDueAgreesWithCountingDayByDay(t *testing.T) {
	t.Parallel()
	cal, rnd, from := modena(t), rand.New(rand.NewPCG(1, 2)), date(t, "2021-01-01")
	seen := map[string]int{}
	for compared := 0; compared < 100_000; {
		c, asOf := randomCase(rnd, from)
		r, err := cal.Due(c, asOf)
		want, allowed := bruteDue(c, asOf)
		if !allowed {
			var refused *EventError
			if !errors.As(err, &refused) || refused.Reason != AfterDue {
				t.Fatalf("%+v on %s: %+v, %v; an event after the end must be refused", c, asOf, r, err)
			}
			seen["refused"]++
			continue
		}
		compared++
		got := bruteResult{r.Due, r.Restarted, r.Used, r.Left, r.Suspended, r.Resting}
		if err != nil || got != want {
			t.Fatalf("%+v on %s: %+v, %v; counted %+v", c, asOf, got, err, want)
		}
		checkSteps(t, c, r)
		seen[string(c.Term.Unit)]++
		for _, s := range r.Steps {
			seen[s.Key]++
		}
	}
	for _, what := range []string{string(Days), string(Months), string(WorkingDays), "refused", stepSuspension, stepCapped, stepResting, stepOverlap, stepRestart, stepRestartWaiting, stepResumed, stepRoll} {
		if seen[what] < 100 {
			t.Errorf("only %d of the cases are about %s", seen[what], what)
		}
	}
}

// checkSteps follows the explanation: its numbers must lead from the start to the last day.
func checkSteps(t *testing.T, c Case, r Result) {
	t.Helper()
	suspended, at := 0, c.Start
	for i, s := range r.Steps {
		switch s.Key {
		case stepSuspension, stepCapped, stepResting:
			suspended += s.Days
			if s.Days != int(s.To-s.From) {
				t.Fatalf("%+v: step %+v does not count its days", c, s)
			}
		case stepOverlap:
			suspended -= s.Days
		case stepRestart, stepRestartWaiting:
			at = s.To
			suspended = r.Suspended // what was left out before is out of the count, or goes on in the new term
			for _, later := range r.Steps[i+1:] {
				switch later.Key {
				case stepSuspension, stepCapped, stepResting:
					suspended -= later.Days
				case stepOverlap:
					suspended += later.Days
				}
			}
		case stepLength + string(c.Term.Unit):
			if s.From != at || s.Days != c.Term.Length {
				t.Fatalf("%+v: the length is told from %s, not from %s", c, s.From, at)
			}
			if c.Term.Unit == Days && s.To != at+Date(s.Days+suspended) {
				t.Fatalf("%+v: %s and %d days, %d of them suspended, are not %s", c, at, s.Days, suspended, s.To)
			}
			at = s.To
		case stepRoll, stepResumed:
			if s.From != at || s.To <= s.From {
				t.Fatalf("%+v: step %+v does not go on from %s", c, s, at)
			}
			at = s.To
		case stepDue:
			if s.To != r.Due || s.To != at || i != len(r.Steps)-1 {
				t.Fatalf("%+v: the steps lead to %s, not to %s", c, at, r.Due)
			}
		}
	}
	if suspended != r.Suspended {
		t.Fatalf("%+v: the steps leave out %d days, the result %d", c, suspended, r.Suspended)
	}
}

// TestBeforeAgreesWithCountingDayByDay does the same backwards.
func TestBeforeAgreesWithCountingDayByDay(t *testing.T) {
	t.Parallel()
	cal, rnd, from := modena(t), rand.New(rand.NewPCG(3, 4)), date(t, "2023-01-01")
	for range 20_000 {
		c, _ := randomCase(rnd, from)
		want := c.Start
		if c.Term.Unit == Months {
			_, month, number := c.Start.Civil()
			for n, last := c.Term.Length, month; ; {
				want--
				_, m, day := want.Civil()
				if m != last {
					last = m
					n--
				}
				if n == 0 && day <= number { // walking back, a month without the day begins on its last
					break
				}
			}
		} else {
			for n := 0; n < c.Term.Length; {
				if want--; c.Term.Unit == Days || bruteWorking(want) {
					n++
				}
			}
		}
		for c.Term.Unit != WorkingDays {
			_, m, day := want.Civil()
			if !bruteHoliday(want) && !(c.Switches.Saturday && want.Weekday() == time.Saturday) && !(c.Switches.Patron && m == time.January && day == 31) {
				break
			}
			want--
		}
		got, steps, err := cal.Before(c.Start, c.Term, c.Switches)
		if err != nil || got != want || steps[len(steps)-1].To != want {
			t.Fatalf("%v before %s, %+v: %s, %v; counted %s", c.Term, c.Start, c.Switches, got, err, want)
		}
	}
}
