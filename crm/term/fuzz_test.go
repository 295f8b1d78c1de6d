package term

import (
	"errors"
	"os"
	"testing"
	"time"
)

func FuzzParseCalendar(f *testing.F) {
	for _, name := range []string{"testdata/modena.json", "testdata/office.json"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, int32(739682))
	}
	f.Add([]byte(`{"patron": [{"easter": 1, "from": "9999-12-31", "source": "x"}]}`), int32(1))
	f.Fuzz(func(t *testing.T, data []byte, day int32) {
		cal, err := ParseCalendar(data)
		if err != nil {
			if !errors.Is(err, ErrData) {
				t.Fatalf("%v", err)
			}
			return
		}
		d := Date(day)
		_, source, holiday := cal.Holiday(d)
		if cal.Working(d) && (holiday || cal.Closed(d) != "" || len(cal.hoursOf(d)) == 0) || holiday &&
			source == "" {
			t.Errorf("%s: the office works although it is closed, or a holiday has no source", d)
		}
		if r, err := cal.Due(Case{Start: d, Term: Term{3, WorkingDays}}, d); err == nil &&
			(!cal.Working(r.Due) || cal.workingDays(d, r.Due) != 3) {
			t.Errorf("three working days after %s: %s", d, r.Due)
		}
		start := d.Time()
		if at, err := cal.After(start, time.Hour); err == nil && cal.Between(start, at) != time.Hour {
			t.Errorf("an hour after %v: %v", start, at)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-04-07", "0001-01-01", "9999-12-31", "2024-02-29", "2026-02-30", "",
		"....-..-.."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDate(s); err == nil && d.String() != s {
			t.Errorf("%q became %q", s, d)
		}
	})
}

func FuzzDue(f *testing.F) {
	f.Add(int32(739682), 30, uint8(0), int32(10), int32(739712), uint8(0), int32(15), int32(739720), uint8(1),
		int32(739742))
	f.Add(int32(739682), 3, uint8(1), int32(3), int32(0), uint8(4), int32(5), int32(739702), uint8(0),
		int32(739700))
	f.Add(int32(1), 7305, uint8(2), int32(0), int32(0), uint8(2), int32(0), int32(0), uint8(3), int32(9))
	f.Add(int32(3652059), 1, uint8(0), int32(0), int32(3652059), uint8(3), int32(0), int32(0), uint8(2),
		int32(3652059))
	units, kinds := []Unit{Days, Months, WorkingDays, "x"}, []Kind{Information, RefusalNotice,
		CounterInterested, PrivacyOpinion, IrregularRequest, "x"}
	f.Fuzz(func(t *testing.T, start int32, length int, unit uint8, from1, answer1 int32, kind1 uint8, from2,
		answer2 int32, kind2 uint8, asOf int32) {
		c := Case{Start: Date(start), Term: Term{length, units[unit%4]},
			Switches: Switches{unit&4 != 0, unit&8 != 0}, Events: []Event{
				{Kind: kinds[int(kind1)%len(kinds)], From: Date(start) + Date(from1), Answer: Date(answer1)},
				{Kind: kinds[int(kind2)%len(kinds)], From: Date(start) + Date(from2), Answer: Date(answer2)},
			}}
		if c.Term.Unit == WorkingDays && (asOf > start+40_000 || asOf < start-40_000) {
			return // right, but it takes long to count a century of working days
		}
		r, err := National().Due(c, Date(asOf))
		if err != nil {
			return
		}
		if !r.Due.Valid() || r.Due < r.Nominal || r.Used < 0 || r.Suspended < 0 || r.Restarted != 0 &&
			r.Restarted < c.Start {
			t.Errorf("%+v: %+v", c, r)
		}
		if _, _, holiday := National().Holiday(r.Due); holiday {
			t.Errorf("%+v: due on %s, a holiday", c, r.Due)
		}
		checkSteps(t, c, r)
	})
}
