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
		if cal.Working(d) && (holiday || cal.Closed(d) != "" || len(cal.hoursOf(d)) == 0) || holiday && source == "" {
			t.Errorf("%s: the office works although it is closed, or a holiday has no source", d)
		}
		if r, err := cal.Due(Case{Start: d, Term: Term{3, WorkingDays}}, d); err == nil && (!cal.Working(r.Due) || cal.workingDays(d, r.Due) != 3) {
			t.Errorf("three working days after %s: %s", d, r.Due)
		}
		start := d.Time()
		if at, err := cal.After(start, time.Hour); err == nil && cal.Between(start, at) != time.Hour {
			t.Errorf("an hour after %v: %v", start, at)
		}
	})
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
