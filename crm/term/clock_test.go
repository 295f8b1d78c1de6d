package term

import (
	"errors"
	"testing"
	"time"
)

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
		{"the day the clocks change lies between", "2026-03-27 12:00", 2 * time.Hour, nil,
			"2026-03-30 09:30"},
		{"with a pause", "2026-03-02 09:00", time.Hour,
			[]Pause{{at("2026-03-02 09:30"), at("2026-03-02 10:30")}}, "2026-03-02 11:00"},
		{"pauses that overlap", "2026-03-02 09:00", time.Hour,
			[]Pause{{at("2026-03-02 10:00"), at("2026-03-02 11:00")},
				{at("2026-03-02 09:30"), at("2026-03-02 10:30")}}, "2026-03-02 11:30"},
		{"nothing to wait for, at night", "2026-03-02 23:00", 0, nil, "2026-03-03 08:30"},
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
	if got, err := cal.After(at("2026-03-02 10:00"), -time.Hour); err != nil ||
		!got.Equal(at("2026-03-02 10:00")) {
		t.Errorf("less than nothing to wait for: %v, %v", got, err)
	}
	if _, err := cal.After(at("2026-03-02 10:00"), time.Hour,
		Pause{Begin: at("2026-03-02 10:10")}); !errors.Is(err, ErrNeverOpen) {
		t.Errorf("a pause without end: %v", err)
	}
	closed, err := New(Office{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := closed.After(at("2026-03-02 10:00"), time.Hour); !errors.Is(err, ErrNeverOpen) {
		t.Errorf("an office without hours: %v", err)
	}
	if _, err := closed.Due(Case{Start: date(t, "2026-03-02"), Term: Term{3, WorkingDays}},
		date(t, "2026-03-02")); !errors.Is(err, ErrRange) {
		t.Errorf("working days of an office without hours: %v", err)
	}
}

// TestHoursAreReal: on the days the clocks change, an office that never shuts is open for 23 and 25 hours;
// summer hours count as long as they hold.
func TestHoursAreReal(t *testing.T) {
	t.Parallel()
	all := [7][]Interval{}
	for day := range all {
		all[day] = []Interval{{"00:00", "24:00"}}
	}
	always, err := New(Office{Hours: []Hours{{Week: all}}})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]time.Duration{"2026-03-30": 24 * time.Hour, "2026-03-29": 0,
		"2026-10-26": 24 * time.Hour, "2026-10-25": 0} {
		if got := always.Between(date(t, day).at(0), date(t, day).at(24*60)); got != want {
			// Sundays are holidays: the change itself falls on a closed day
			t.Errorf("%s: open for %s, want %s", day, got, want)
		}
	}
	if got := date(t, "2026-03-29").at(24 * 60).Sub(date(t, "2026-03-29").at(0)); got != 23*time.Hour {
		t.Errorf("the day in spring has %s", got)
	}
	cal, err := New(Office{Hours: []Hours{
		{Until: "2026-06-14", Week: [7][]Interval{1: {{"08:00", "14:00"}}}},
		{From: "2026-06-15", Week: [7][]Interval{1: {{"07:00", "12:00"}}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := cal.After(date(t, "2026-06-08").at(12*60), 3*time.Hour)
	if want := date(t, "2026-06-15").at(8 * 60); err != nil || !got.Equal(want) {
		t.Errorf("two hours in winter time and one in summer time: %v, %v; want %v", got, err, want)
	}
	for _, start := range []time.Time{{}, time.Date(9999, 12, 31, 23, 30, 0, 0, time.UTC),
		time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if at, err := cal.After(start, 10_000*time.Hour); err == nil {
			t.Errorf("after %v: %v", start, at)
		}
		if d := cal.Between(start, start.Add(time.Hour)); d != 0 {
			t.Errorf("between %v and an hour later: %s", start, d)
		}
	}
}
