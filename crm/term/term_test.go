package term

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

func date(t testing.TB, s string) Date {
	t.Helper()
	if s == "" {
		return 0
	}
	d, err := ParseDate(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

func modena(t testing.TB) *Calendar {
	t.Helper()
	day := []Interval{{"08:30", "13:00"}, {"14:30", "18:00"}}
	c, err := New(Office{
		Patron:   "01-31",
		Closures: []Closure{{"2026-08-10", "2026-08-21", "chiusura estiva"}},
		Hours:    [7][]Interval{1: day, 2: {{"08:30", "13:00"}}, 3: day, 4: {{"08:30", "13:00"}}, 5: {{"08:30", "13:00"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestDates walks through every day of years 1 to 9999 beside the standard library.
func TestDates(t *testing.T) {
	t.Parallel()
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := MinDate; d <= MaxDate; d++ {
		y, m, day := d.Civil()
		if y != at.Year() || m != at.Month() || day != at.Day() || d.Weekday() != at.Weekday() {
			t.Fatalf("day %d is %04d-%02d-%02d %s, want %s %s", d, y, m, day, d.Weekday(), at.Format(time.DateOnly), at.Weekday())
		}
		if civil(y, m, day) != d {
			t.Fatalf("civil(%d, %d, %d) = %d, want %d", y, m, day, civil(y, m, day), d)
		}
		at = at.AddDate(0, 0, 1)
	}
	for _, bad := range []string{"", "2026-02-29", "2026-13-01", "0000-01-01", "2026-1-01", "2026-01-00", "+026-01-01", "2026-01-01x"} {
		if _, err := ParseDate(bad); !errors.Is(err, ErrDate) {
			t.Errorf("ParseDate(%q): %v", bad, err)
		}
	}
}

func TestDateOfIsRoman(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-11-08T22:59:59Z": "2026-11-08", "2026-11-08T23:00:00Z": "2026-11-09", // winter, +01
		"2026-07-01T21:59:59Z": "2026-07-01", "2026-07-01T22:00:00Z": "2026-07-02", // summer, +02
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(instant).String(); got != want {
			t.Errorf("DateOf(%s) = %s, want %s", at, got, want)
		}
	}
}

// TestEasterMondays: the dates of italy.md 7.2.
func TestEasterMondays(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"2024-04-01", "2025-04-21", "2026-04-06", "2027-03-29", "2028-04-17", "2029-04-02", "2030-04-22", "2031-04-14",
		"2032-03-29", "2033-04-18", "2034-04-10", "2035-03-26",
	} {
		if key, _, ok := National().Holiday(date(t, s)); !ok || key != "easter-monday" {
			t.Errorf("%s: %q, %t", s, key, ok)
		}
	}
}

func TestHolidaysByPeriod(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"2026-10-04": "saint-francis", "2025-10-04": "", "2027-10-04": "saint-francis", "2026-01-06": "epiphany",
		"1980-01-07": "", "1981-01-06": "", "1986-01-06": "epiphany", "1976-01-06": "epiphany", "1998-06-02": "", "2001-06-02": "republic",
		"1970-06-02": "republic", "1970-11-04": "national-unity", "2026-11-04": "", "2011-03-17": "unity-150", "2012-03-17": "",
		"2026-03-19": "", "1970-03-19": "saint-joseph", "2026-01-31": "", "2026-04-05": "sunday", "2026-04-07": "",
		"2200-12-25": "christmas", "2200-12-24": "", "1949-12-26": "saint-stephen",
	} {
		if key, source, ok := National().Holiday(date(t, s)); key != want || ok != (want != "") || ok && source == "" {
			t.Errorf("%s: %q from %q, want %q", s, key, source, want)
		}
	}
}

// TestDue holds every row of italy.md 7.3.
func TestDue(t *testing.T) {
	t.Parallel()
	cal := modena(t)
	thirty, ten := Term{30, Days}, Term{10, Days}
	for _, c := range []struct {
		start          string
		term           Term
		s              Switches
		nominal, wants string
	}{
		{"2026-03-06", thirty, Switches{}, "2026-04-05", "2026-04-07"},
		{"2026-04-01", thirty, Switches{}, "2026-05-01", "2026-05-02"},
		{"2026-04-01", thirty, Switches{Saturday: true}, "2026-05-01", "2026-05-04"},
		{"2026-09-04", thirty, Switches{}, "2026-10-04", "2026-10-05"},
		{"2026-10-22", ten, Switches{}, "2026-11-01", "2026-11-02"},
		{"2026-11-25", thirty, Switches{}, "2026-12-25", "2026-12-28"},
		{"2025-12-07", thirty, Switches{}, "2026-01-06", "2026-01-07"},
		{"2028-01-01", thirty, Switches{}, "2028-01-31", "2028-01-31"},
		{"2028-01-01", thirty, Switches{Patron: true}, "2028-01-31", "2028-02-01"},
		{"2026-11-08", thirty, Switches{}, "2026-12-08", "2026-12-09"}, // italy.md behaviour 11
		{"2025-12-02", thirty, Switches{}, "2026-01-01", "2026-01-02"}, // crm.md behaviour 18
		{"2026-01-31", Term{1, Months}, Switches{}, "2026-02-28", "2026-02-28"},
		{"2028-01-31", Term{1, Months}, Switches{}, "2028-02-29", "2028-02-29"},
		{"2026-01-15", Term{3, Months}, Switches{}, "2026-04-15", "2026-04-15"},
		{"2026-03-31", Term{5, WorkingDays}, Switches{}, "2026-04-08", "2026-04-08"}, // Easter Monday and a weekend between
		{"2028-01-28", Term{1, WorkingDays}, Switches{}, "2028-02-01", "2028-02-01"}, // the office keeps San Geminiano
	} {
		r, err := cal.Due(Case{Start: date(t, c.start), Term: c.term, Switches: c.s}, date(t, c.start))
		if err != nil || r.Nominal.String() != c.nominal || r.Due.String() != c.wants {
			t.Errorf("%s + %d %s %+v = %s, %s, %v; want %s, %s", c.start, c.term.Length, c.term.Unit, c.s, r.Nominal, r.Due, err, c.nominal, c.wants)
		}
	}
}

func TestSuspensions(t *testing.T) {
	t.Parallel()
	cal := modena(t)
	for _, c := range []struct {
		name      string
		events    []Event
		asOf      string
		due       string
		suspended int
		resting   bool
	}{
		{"information after 18 days", []Event{{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-30")}}, "2026-04-10", "2026-04-20", 18, false},
		{"information after 45 days", []Event{{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-04-26")}}, "2026-04-30", "2026-05-02", 30, false},
		{"no answer at all", []Event{{Kind: Information, From: date(t, "2026-03-12")}}, "2026-06-30", "2026-05-02", 30, false},
		{"still waiting", []Event{{Kind: Information, From: date(t, "2026-03-12")}}, "2026-03-20", "2026-04-09", 8, true},
		{"refusal notice with observations", []Event{{Kind: RefusalNotice, From: date(t, "2026-03-22"), Answer: date(t, "2026-03-27")}}, "2026-04-10", "2026-04-16", 15, false},
		{"refusal notice without", []Event{{Kind: RefusalNotice, From: date(t, "2026-03-22")}}, "2026-04-10", "2026-04-11", 10, false},
		{"observations too late", []Event{{Kind: RefusalNotice, From: date(t, "2026-03-22"), Answer: date(t, "2026-04-05")}}, "2026-04-10", "2026-04-11", 10, false},
		{"counter-interested object on day 4", []Event{{Kind: CounterInterested, From: date(t, "2026-03-10"), Receipt: date(t, "2026-03-12"), Answer: date(t, "2026-03-16")}}, "2026-04-01", "2026-04-07", 6, false},
		{"counter-interested say nothing", []Event{{Kind: CounterInterested, From: date(t, "2026-03-10"), Receipt: date(t, "2026-03-12")}}, "2026-04-01", "2026-04-13", 12, false},
		{"request completed: counted anew", []Event{{Kind: IrregularRequest, From: date(t, "2026-03-09"), Answer: date(t, "2026-03-16")}}, "2026-03-20", "2026-04-15", 0, false},
		{"overlapping count once", []Event{
			{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-30")},
			{Kind: CounterInterested, From: date(t, "2026-03-20"), Answer: date(t, "2026-03-24")},
		}, "2026-04-10", "2026-04-20", 18, false},
		{"tomorrow's event has not happened", []Event{{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-30")}}, "2026-03-11", "2026-04-01", 0, false},
	} {
		r, err := cal.Due(Case{Start: date(t, "2026-03-02"), Term: Term{30, Days}, Events: c.events}, date(t, c.asOf))
		if err != nil || r.Due.String() != c.due || r.Suspended != c.suspended || r.Resting != c.resting {
			t.Errorf("%s: due %s, suspended %d, resting %t, %v; want %s, %d, %t", c.name, r.Due, r.Suspended, r.Resting, err, c.due, c.suspended, c.resting)
		}
		if len(r.Steps) < 3 || r.Steps[0].Key != "term.step.start" || r.Steps[len(r.Steps)-1] != (Step{Key: "term.step.due", To: r.Due}) {
			t.Errorf("%s: the steps do not lead to the due date: %+v", c.name, r.Steps)
		}
	}
}

func TestEventsTheLawRefuses(t *testing.T) {
	t.Parallel()
	info := func(from, answer string) Event {
		return Event{Kind: Information, From: date(t, from), Answer: date(t, answer)}
	}
	for reason, events := range map[string][]Event{
		"twice":        {info("2026-03-05", "2026-03-06"), info("2026-03-10", "2026-03-11")},
		"after_due":    {info("2026-04-02", "")},
		"before_start": {info("2026-03-01", "")},
		"dates":        {info("2026-03-10", "2026-03-09")},
		"kind":         {{Kind: "coffee", From: date(t, "2026-03-10")}},
		"too_late":     {{Kind: IrregularRequest, From: date(t, "2026-03-13")}},
		"order":        {{Kind: CounterInterested, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-13")}, info("2026-03-10", "")},
	} {
		_, err := modena(t).Due(Case{Start: date(t, "2026-03-02"), Term: Term{30, Days}, Events: events}, date(t, "2026-05-01"))
		var e *EventError
		if !errors.As(err, &e) || e.Reason != reason || e.Index != len(events)-1 {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

// TestRefusalNoticeByPeriod: until 16 July 2020 the notice made the term begin again, since then it suspends.
func TestRefusalNoticeByPeriod(t *testing.T) {
	t.Parallel()
	e := []Event{{Kind: RefusalNotice, From: date(t, "2020-03-10"), Answer: date(t, "2020-03-12")}}
	r, err := National().Due(Case{Start: date(t, "2020-03-02"), Term: Term{30, Days}, Events: e}, date(t, "2020-04-30"))
	if err != nil || r.Restarted.String() != "2020-03-12" || r.Due.String() != "2020-04-11" {
		t.Errorf("2020: %s from %s, %v", r.Due, r.Restarted, err)
	}
}

func TestUsedAndLeft(t *testing.T) {
	t.Parallel()
	c := Case{Start: date(t, "2026-03-02"), Term: Term{30, Days}, Events: []Event{{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-30")}}}
	for asOf, want := range map[string][2]int{"2026-03-02": {0, 30}, "2026-03-12": {10, 20}, "2026-03-20": {10, 20}, "2026-03-30": {10, 21}, "2026-04-20": {31, 0}, "2026-04-25": {36, -5}} {
		r, err := National().Due(c, date(t, asOf))
		if err != nil || r.Used != want[0] || r.Left != want[1] {
			t.Errorf("on %s: used %d, left %d, %v; want %v", asOf, r.Used, r.Left, err, want)
		}
	}
}

func TestSubstituteReleaseAndBackwards(t *testing.T) {
	t.Parallel()
	if got := (Term{30, Days}).Substitute(); got != (Term{15, Days}) {
		t.Errorf("substitute of 30 days: %v", got)
	}
	if got := (Term{1, Months}).Substitute(); got != (Term{1, Months}) {
		t.Errorf("substitute of one month: %v", got)
	}
	if day, step, err := Release(date(t, "2026-03-10")); err != nil || day.String() != "2026-03-25" || step.Days != 15 || step.Source == "" {
		t.Errorf("release: %s, %+v, %v", day, step, err)
	}
	for _, c := range []struct {
		event string
		t     Term
		s     Switches
		want  string
	}{
		{"2026-04-16", Term{10, Days}, Switches{}, "2026-04-04"}, // 6 April is Easter Monday, 5 April Easter
		{"2026-04-16", Term{10, Days}, Switches{Saturday: true}, "2026-04-03"},
		{"2026-04-08", Term{2, WorkingDays}, Switches{}, "2026-04-03"},
		{"2026-03-31", Term{1, Months}, Switches{}, "2026-02-28"},
	} {
		d, steps, err := modena(t).Before(date(t, c.event), c.t, c.s)
		if err != nil || d.String() != c.want || len(steps) < 2 {
			t.Errorf("%v before %s: %s, %v; want %s", c.t, c.event, d, err, c.want)
		}
	}
}

// bruteDue counts a term of days one by one: each day after the start counts unless it rests; then the last day moves.
func bruteDue(cal *Calendar, c Case, rests [][2]Date) Date {
	d, n := c.Start, 0
	for n < c.Term.Length {
		d++
		resting := false
		for _, r := range rests {
			resting = resting || d > r[0] && d <= r[1]
		}
		if !resting && (c.Term.Unit == Days || cal.Working(d)) {
			n++
		}
	}
	stays := func(d Date) Date { // where a last day is moved to by one rest or one holiday
		for _, r := range rests {
			if d >= r[0] && d < r[1] {
				return r[1] // stopped on the last day: it comes again when the rest is over
			}
		}
		_, _, holiday := cal.Holiday(d)
		_, m, day := d.Civil()
		if c.Term.Unit == WorkingDays && !cal.Working(d) || c.Term.Unit != WorkingDays &&
			(holiday || c.Switches.Saturday && d.Weekday() == time.Saturday || c.Switches.Patron && m == time.January && day == 31) {
			return d + 1
		}
		return d
	}
	for stays(d) != d {
		d = stays(d)
	}
	return d
}

// TestDueAgreesWithCountingDayByDay compares 100,000 random cases.
func TestDueAgreesWithCountingDayByDay(t *testing.T) {
	t.Parallel()
	cal, rnd := modena(t), rand.New(rand.NewPCG(1, 2))
	from, span := date(t, "2021-01-01"), 3650
	for i := range 100_000 {
		c := Case{Start: from + Date(rnd.IntN(span)), Term: Term{1 + rnd.IntN(180), Days}, Switches: Switches{rnd.IntN(2) == 0, rnd.IntN(2) == 0}}
		if rnd.IntN(3) == 0 {
			c.Term = Term{1 + rnd.IntN(60), WorkingDays}
		}
		var rests [][2]Date
		asOf, at := c.Start+Date(rnd.IntN(400)), c.Start
		for _, k := range []Kind{Information, CounterInterested, PrivacyOpinion} {
			at += Date(rnd.IntN(8))
			e := Event{Kind: k, From: at}
			if rnd.IntN(2) == 0 {
				e.Answer = at + Date(rnd.IntN(40))
			}
			limit := map[Kind]Date{Information: 30, CounterInterested: 10, PrivacyOpinion: 10}[k]
			until := at + limit
			if e.Answer != 0 && e.Answer < until {
				until = e.Answer
			}
			c.Events = append(c.Events, e)
			if at <= asOf {
				rests = append(rests, [2]Date{at, max(at, min(until, asOf))})
			}
		}
		r, err := cal.Due(c, asOf)
		var refused *EventError
		if errors.As(err, &refused) && refused.Reason == "after_due" {
			continue
		}
		if want := bruteDue(cal, c, rests); err != nil || r.Due != want {
			t.Fatalf("case %d %+v on %s: %s, %v; counted %s", i, c, asOf, r.Due, err, want)
		}
		if _, _, holiday := cal.Holiday(r.Due); holiday {
			t.Fatalf("case %d: due on a holiday, %s", i, r.Due)
		}
	}
}

func TestServiceClock(t *testing.T) {
	t.Parallel()
	cal := modena(t)
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, rome())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		name   string
		start  string
		d      time.Duration
		pauses []Pause
		want   string
	}{
		{"over the lunch break", "2026-03-02 12:30", time.Hour, nil, "2026-03-02 15:00"},
		{"half-day, then the next morning", "2026-03-03 12:30", time.Hour, nil, "2026-03-04 09:00"},
		{"at night", "2026-03-02 23:00", time.Hour, nil, "2026-03-03 09:30"},
		{"over a weekend", "2026-03-06 12:00", 2 * time.Hour, nil, "2026-03-09 09:30"},
		{"over the August closure", "2026-08-07 12:00", 2 * time.Hour, nil, "2026-08-24 09:30"},
		{"the day the clocks change lies between", "2026-03-27 12:00", 2 * time.Hour, nil, "2026-03-30 09:30"},
		{"with a pause", "2026-03-02 09:00", time.Hour, []Pause{{at("2026-03-02 09:30"), at("2026-03-02 10:30")}}, "2026-03-02 11:00"},
		{"pauses that overlap", "2026-03-02 09:00", time.Hour, []Pause{{at("2026-03-02 10:00"), at("2026-03-02 11:00")}, {at("2026-03-02 09:30"), at("2026-03-02 10:30")}}, "2026-03-02 11:30"},
		{"nothing to wait for", "2026-03-02 10:00", 0, nil, "2026-03-02 10:00"},
	} {
		got, err := cal.After(at(c.start), c.d, c.pauses...)
		if err != nil || !got.Equal(at(c.want)) {
			t.Errorf("%s: %v, %v; want %s", c.name, got, err, c.want)
		}
		if back := cal.Between(at(c.start), got, c.pauses...); back != c.d {
			t.Errorf("%s: Between gives back %s of %s", c.name, back, c.d)
		}
	}
	if _, err := cal.After(at("2026-03-02 10:00"), time.Hour, Pause{Begin: at("2026-03-02 10:10")}); !errors.Is(err, ErrNeverOpen) {
		t.Errorf("a pause without end: %v", err)
	}
	closed, err := New(Office{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := closed.After(at("2026-03-02 10:00"), time.Hour); !errors.Is(err, ErrNeverOpen) {
		t.Errorf("an office without hours: %v", err)
	}
	if _, err := closed.Due(Case{Start: date(t, "2026-03-02"), Term: Term{3, WorkingDays}}, date(t, "2026-03-02")); !errors.Is(err, ErrRange) {
		t.Errorf("working days of an office without hours: %v", err)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	t.Parallel()
	cal := National()
	for _, c := range []Case{
		{Start: MinDate, Term: Term{0, Days}}, {Start: MinDate, Term: Term{-1, Days}}, {Start: MinDate, Term: Term{1, "years"}},
		{Start: 0, Term: Term{1, Days}}, {Start: MaxDate, Term: Term{1, Days}}, {Start: MaxDate, Term: Term{1, Months}}, {Start: MaxDate, Term: Term{1, WorkingDays}},
	} {
		if r, err := cal.Due(c, MaxDate); err == nil {
			t.Errorf("%+v gave %s", c, r.Due)
		}
	}
	if _, _, err := cal.Before(MinDate, Term{1, Days}, Switches{}); err == nil {
		t.Error("the day before year 1")
	}
	for _, o := range []Office{
		{Patron: "02-30"}, {Closures: []Closure{{"2026-01-02", "2026-01-01", ""}}}, {Hours: [7][]Interval{1: {{"13:00", "08:00"}}}},
		{Hours: [7][]Interval{1: {{"08:00", "13:00"}, {"12:00", "18:00"}}}}, {Hours: [7][]Interval{1: {{"8:00", "25:00"}}}},
	} {
		if _, err := New(o); !errors.Is(err, ErrData) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-04-07", "0001-01-01", "9999-12-31", "2024-02-29", "2026-02-30", "", "....-..-.."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDate(s); err == nil && d.String() != s {
			t.Errorf("%q became %q", s, d)
		}
	})
}

func FuzzDue(f *testing.F) {
	f.Add(int32(739682), 30, uint8(0), int32(10), int32(20), int32(60), uint8(0))
	f.Fuzz(func(t *testing.T, start int32, length int, unit uint8, from, answer, asOf int32, kind uint8) {
		units, kinds := []Unit{Days, Months, WorkingDays, "x"}, []Kind{Information, RefusalNotice, CounterInterested, PrivacyOpinion, IrregularRequest}
		c := Case{Start: Date(start), Term: Term{length, units[unit%4]}, Events: []Event{{Kind: kinds[int(kind)%len(kinds)], From: Date(start) + Date(from), Answer: Date(answer)}}}
		r, err := National().Due(c, Date(asOf))
		if err != nil {
			return
		}
		if !r.Due.Valid() || r.Due < r.Nominal || r.Used < 0 || r.Suspended < 0 {
			t.Errorf("%+v: %+v", c, r)
		}
	})
}

func BenchmarkDueWithThreeSuspensions(b *testing.B) {
	cal := modena(b)
	c := Case{Start: date(b, "2026-03-02"), Term: Term{30, Days}, Events: []Event{
		{Kind: Information, From: date(b, "2026-03-12"), Answer: date(b, "2026-03-16")},
		{Kind: CounterInterested, From: date(b, "2026-03-18"), Answer: date(b, "2026-03-20")},
		{Kind: RefusalNotice, From: date(b, "2026-03-22"), Answer: date(b, "2026-03-27")},
	}}
	asOf := date(b, "2026-04-10")
	for b.Loop() {
		if _, err := cal.Due(c, asOf); err != nil {
			b.Fatal(err)
		}
	}
}
