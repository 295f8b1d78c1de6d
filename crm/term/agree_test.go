package term

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

// randomCase returns a case with up to three events in order, one of each kind.
func randomCase(rnd *rand.Rand, from Date) (Case, Date) {
	c := Case{Start: from + Date(rnd.IntN(3650)), Term: Term{1 + rnd.IntN(180), Days},
		Switches: Switches{rnd.IntN(2) == 0, rnd.IntN(2) == 0}}
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
	for _, what := range []string{string(Days), string(Months), string(WorkingDays), "refused",
		stepSuspension, stepCapped, stepResting, stepOverlap, stepRestart, stepRestartWaiting, stepResumed,
		stepRoll} {
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
			// what was left out before is out of the count, or goes on in the new term
			suspended = r.Suspended
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
				t.Fatalf("%+v: %s and %d days, %d of them suspended, are not %s", c, at, s.Days, suspended,
					s.To)
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
			if !bruteHoliday(want) && !(c.Switches.Saturday && want.Weekday() == time.Saturday) &&
				!(c.Switches.Patron && m == time.January && day == 31) {
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
