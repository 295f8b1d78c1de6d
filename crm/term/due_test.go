package term

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
		// Easter Monday and a weekend between
		{"2026-03-31", Term{5, WorkingDays}, Switches{}, "2026-04-08", "2026-04-08"},
		// the office keeps San Geminiano
		{"2028-01-28", Term{1, WorkingDays}, Switches{}, "2028-02-01", "2028-02-01"},
	} {
		r, err := cal.Due(Case{Start: date(t, c.start), Term: c.term, Switches: c.s}, date(t, c.start))
		if err != nil || r.Nominal.String() != c.nominal || r.Due.String() != c.wants {
			t.Errorf("%s + %d %s %+v = %s, %s, %v; want %s, %s", c.start, c.term.Length, c.term.Unit, c.s,
				r.Nominal, r.Due, err, c.nominal, c.wants)
		}
	}
}

// TestSwitches: the Saturday and patron switches change only the rows of italy.md 7.3 that say so, the
// suspensions among them whose last day is a Saturday included.
func TestSwitches(t *testing.T) {
	t.Parallel()
	cal := modena(t)
	start := date(t, "2026-03-02")
	event := func(k Kind, from, answer string) []Event {
		return []Event{{Kind: k, From: date(t, from), Answer: date(t, answer)}}
	}
	for _, row := range []struct {
		c                             Case
		plain, saturday, patron, both string
	}{
		{Case{Start: date(t, "2026-03-06"), Term: Term{30, Days}}, "2026-04-07", "", "", ""},
		{Case{Start: date(t, "2026-04-01"), Term: Term{30, Days}}, "2026-05-02", "2026-05-04", "",
			"2026-05-04"},
		{Case{Start: date(t, "2026-09-04"), Term: Term{30, Days}}, "2026-10-05", "", "", ""},
		{Case{Start: date(t, "2026-10-22"), Term: Term{10, Days}}, "2026-11-02", "", "", ""},
		{Case{Start: date(t, "2026-11-25"), Term: Term{30, Days}}, "2026-12-28", "", "", ""},
		{Case{Start: date(t, "2025-12-07"), Term: Term{30, Days}}, "2026-01-07", "", "", ""},
		{Case{Start: date(t, "2028-01-01"), Term: Term{30, Days}}, "2028-01-31", "", "2028-02-01",
			"2028-02-01"},
		{Case{Start: start, Term: Term{30, Days}, Events: event(Information, "2026-03-12", "2026-03-30")},
			"2026-04-20", "", "", ""},
		{Case{Start: start, Term: Term{30, Days}, Events: event(Information, "2026-03-12", "2026-04-26")},
			"2026-05-02", "2026-05-04", "", "2026-05-04"},
		{Case{Start: start, Term: Term{30, Days}, Events: event(RefusalNotice, "2026-03-22", "2026-03-27")},
			"2026-04-16", "", "", ""},
		{Case{Start: start, Term: Term{30, Days}, Events: event(RefusalNotice, "2026-03-22", "")},
			"2026-04-11", "2026-04-13", "", "2026-04-13"},
	} {
		for s, want := range map[Switches]string{{}: row.plain, {Saturday: true}: row.saturday,
			{Patron: true}: row.patron, {Saturday: true, Patron: true}: row.both} {
			if want == "" {
				want = row.plain
			}
			row.c.Switches = s
			if r, err := cal.Due(row.c, date(t, "2028-12-31")); err != nil || r.Due.String() != want {
				t.Errorf("%+v: %s, %v; want %s", row.c, r.Due, err, want)
			}
		}
	}
}

// TestStepsTellWhy reads a whole explanation, source by source.
func TestStepsTellWhy(t *testing.T) {
	t.Parallel()
	c := Case{Start: date(t, "2026-03-02"), Term: Term{30, Days}, Events: []Event{
		{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-16")},
		{Kind: CounterInterested, From: date(t, "2026-03-14"), Receipt: date(t, "2026-03-15")},
	}}
	r, err := modena(t).Due(c, date(t, "2026-04-20"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range r.Steps {
		lines = append(lines, fmt.Sprintf("%s %s %s %d %s [%s]", s.Key, s.From, s.To, s.Days, s.CauseKey(),
			s.Source))
	}
	want := []string{
		"term.step.start 2026-03-02 - 0  [art. 2963, c. 2, c.c.]",
		"term.step.suspension 2026-03-12 2026-03-16 4 term.cause.information [L. 241/1990, art. 2, c. 7 (come " +
			"sostituito dalla L. 69/2009)]",
		"term.step.suspension_capped 2026-03-14 2026-03-25 11 term.cause.counter_interested [D.Lgs. 33/2013, " +
			"art. 5, c. 5 (come sostituito dal D.Lgs. 97/2016)]",
		"term.step.overlap - - 2  []",
		"term.step.length.days 2026-03-02 2026-04-14 30  [art. 2963, c. 2, c.c.]",
		"term.step.due - 2026-04-14 0  []",
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	r, err = modena(t).Due(Case{Start: date(t, "2028-12-31"), Term: Term{1, Months},
		Switches: Switches{Patron: true}}, date(t, "2029-01-10"))
	if err != nil || r.Due.String() != "2029-02-01" ||
		r.Steps[2].Source != "art. 2963, c. 3, c.c.; San Geminiano, patrono di Modena" ||
		r.Steps[2].CauseKey() != "term.cause.patron" {
		t.Errorf("the patron's day: %+v, %v", r.Steps, err)
	}
}

func TestUsedAndLeft(t *testing.T) {
	t.Parallel()
	c := Case{Start: date(t, "2026-03-02"), Term: Term{30, Days},
		Events: []Event{{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-30")}}}
	for asOf, want := range map[string][2]int{"2026-03-02": {0, 30}, "2026-03-12": {10, 20},
		"2026-03-20": {10, 20}, "2026-03-30": {10, 21}, "2026-04-20": {31, 0}, "2026-04-25": {36, -5}} {
		r, err := National().Due(c, date(t, asOf))
		if err != nil || r.Used != want[0] || r.Left != want[1] {
			t.Errorf("on %s: used %d, left %d, %v; want %v", asOf, r.Used, r.Left, err, want)
		}
	}
}

// TestUsedAndLeftInWorkingDays: a term in working days is used and left in working days.
func TestUsedAndLeftInWorkingDays(t *testing.T) {
	t.Parallel()
	// due on Wednesday 8 April, Easter Monday between
	c := Case{Start: date(t, "2026-03-31"), Term: Term{5, WorkingDays}}
	for asOf, want := range map[string][2]int{"2026-03-31": {0, 5}, "2026-04-02": {2, 3},
		"2026-04-06": {3, 2}, "2026-04-08": {5, 0}, "2026-04-13": {8, -3}} {
		r, err := modena(t).Due(c, date(t, asOf))
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
	for whole, half := range map[Term]Term{
		{1, Months}: {15, Days}, {3, Months}: {45, Days}, {2, Months}: {1, Months}, {6, Months}: {3, Months},
		{45, Days}: {22, Days}, {1, Days}: {1, Days}, {5, WorkingDays}: {2, WorkingDays},
		{90, Days}: {45, Days},
	} {
		if got := whole.Substitute(); got != half {
			t.Errorf("substitute of %v: %v, want %v", whole, got, half)
		}
	}
	if day, step, err := Release(date(t, "2026-03-10")); err != nil || day.String() != "2026-03-25" ||
		step.Days != 15 || step.Source == "" {
		t.Errorf("release: %s, %+v, %v", day, step, err)
	}
	for receipt, want := range map[Date]error{0: ErrDate, date(t, "2016-12-22"): ErrLaw, MaxDate: ErrRange,
		MaxDate + 1: ErrDate} {
		if day, _, err := Release(receipt); !errors.Is(err, want) {
			t.Errorf("release after %s: %s, %v, want %v", receipt, day, err, want)
		}
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

func TestNonsenseIsRefused(t *testing.T) {
	t.Parallel()
	cal := National()
	for _, c := range []Case{
		{Start: MinDate, Term: Term{0, Days}}, {Start: MinDate, Term: Term{-1, Days}},
		{Start: MinDate, Term: Term{1, "years"}},
		{Start: 0, Term: Term{1, Days}}, {Start: MaxDate, Term: Term{1, Days}},
		{Start: MaxDate, Term: Term{1, Months}}, {Start: MaxDate, Term: Term{1, WorkingDays}},
	} {
		if r, err := cal.Due(c, MaxDate); err == nil {
			t.Errorf("%+v gave %s", c, r.Due)
		}
	}
	if _, _, err := cal.Before(MinDate, Term{1, Days}, Switches{}); err == nil {
		t.Error("the day before year 1")
	}
}

// TestEndsOfTime: around the first and last date nothing panics, and what cannot be told is an error.
func TestEndsOfTime(t *testing.T) {
	t.Parallel()
	cal := modena(t)
	for _, unit := range []Unit{Days, Months, WorkingDays} {
		for _, near := range []Date{MinDate, MinDate + 40, MaxDate - 40, MaxDate} {
			for _, length := range []int{1, 30, MaxLength, MaxLength + 1} {
				for _, kind := range []Kind{"", Information, IrregularRequest} {
					c := Case{Start: near, Term: Term{length, unit}}
					if kind != "" {
						c.Events = []Event{{Kind: kind, From: near, Answer: near + 5}}
					}
					if r, err := cal.Due(c, min(MaxDate, near+10)); err == nil &&
						(!r.Due.Valid() || r.Due <= near || r.Due.Time().IsZero()) {
						t.Errorf("%+v: %+v", c, r)
					}
					if d, _, err := cal.Before(near, c.Term, Switches{true, true}); err == nil &&
						(!d.Valid() || d >= near) {
						t.Errorf("%v before %s: %s", c.Term, near, d)
					}
				}
			}
		}
	}
	if r, err := cal.Due(Case{Start: date(t, "9999-11-20"), Term: Term{1, Months}}, MaxDate); err != nil ||
		r.Due.String() != "9999-12-20" {
		t.Errorf("the last month there is: %s, %v", r.Due, err)
	}
	// 28 January is a Sunday
	if d, _, err := cal.Before(date(t, "0001-02-28"), Term{1, Months}, Switches{}); err != nil ||
		d.String() != "0001-01-27" {
		t.Errorf("the first month there is: %s, %v", d, err)
	}
	for _, d := range []Date{-1 << 31, -1, 0, MaxDate + 1, 1<<31 - 1} {
		if _, _, ok := cal.Holiday(d); ok || cal.Working(d) || d.String() != "-" || !d.Time().IsZero() {
			t.Errorf("%d is a day", d)
		}
	}
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
