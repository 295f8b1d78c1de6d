package term

import (
	"errors"
	"os"
	"testing"
)

// modena returns an office with the patron of Modena, two half days of hours and a summer closure.
func modena(t testing.TB) *Calendar {
	t.Helper()
	data, err := os.ReadFile("testdata/modena.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseCalendar(data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEasterMondays: the dates of italy.md 7.2.
func TestEasterMondays(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"2024-04-01", "2025-04-21", "2026-04-06", "2027-03-29", "2028-04-17", "2029-04-02", "2030-04-22",
		"2031-04-14",
		"2032-03-29", "2033-04-18", "2034-04-10", "2035-03-26",
	} {
		if key, _, ok := National().Holiday(date(t, s)); !ok || key != "easter_monday" {
			t.Errorf("%s: %q, %t", s, key, ok)
		}
	}
}

func TestHolidaysByPeriod(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"2026-10-04": "saint_francis", "2025-10-04": "", "2027-10-04": "saint_francis",
		"2026-01-06": "epiphany",
		"1980-01-07": "", "1981-01-06": "", "1986-01-06": "epiphany", "1976-01-06": "epiphany",
		"1998-06-02": "", "2001-06-02": "republic",
		"1970-06-02": "republic", "1970-11-04": "national_unity", "2026-11-04": "", "2011-03-17": "unity_150",
		"2012-03-17": "",
		"2026-03-19": "", "1970-03-19": "saint_joseph", "2026-01-31": "", "2026-04-05": "sunday",
		"2026-04-07": "",
		"2200-12-25": "christmas", "2200-12-24": "", "1949-12-26": "saint_stephen",
	} {
		if key, source, ok := National().Holiday(date(t, s)); key != want || ok != (want != "") ||
			ok && source == "" {
			t.Errorf("%s: %q from %q, want %q", s, key, source, want)
		}
	}
}

func TestOfficeData(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/office.json")
	if err != nil {
		t.Fatal(err)
	}
	cal, err := ParseCalendar(data)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]struct {
		holiday string
		closed  string
		works   bool
	}{
		"2026-06-29": {holiday: "local"}, // a public holiday here alone
		"2014-06-30": {works: true},      // Monday, before the new patron
		// the patron's day is no public holiday
		"2026-06-24": {},
		"2019-06-24": {works: true},                                        // not yet the patron's
		"2026-07-04": {works: true},                                        // Saturday, in summer hours
		"2026-09-05": {},                                                   // Saturday, in winter hours
		"2026-12-24": {closed: "chiusura natalizia"},                       // a working day otherwise
		"2026-12-25": {holiday: "christmas", closed: "chiusura natalizia"}, // both
		"2009-12-31": {},                                                   // no hours are known that early
	} {
		d := date(t, day)
		key, source, ok := cal.Holiday(d)
		if key != want.holiday || ok != (want.holiday != "") || ok && source == "" ||
			cal.Closed(d) != want.closed || cal.Working(d) != want.works {
			t.Errorf("%s: holiday %q, closed %q, works %t; want %+v", day, key, cal.Closed(d), cal.Working(d),
				want)
		}
	}
	r, err := cal.Due(Case{Start: date(t, "2026-05-30"), Term: Term{30, Days}}, date(t, "2026-05-30"))
	if err != nil || r.Due.String() != "2026-06-30" {
		t.Errorf("a term that ends on the local holiday: %s, %v", r.Due, err)
	}
}

func TestBadOfficeData(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"no JSON":              `hello`,
		"a misspelt field":     `{"patron": [{"date": "01-31", "til": "2026-01-01", "source": "x"}]}`,
		"no such day":          `{"patron": [{"date": "02-30", "source": "x"}]}`,
		"no source":            `{"patron": [{"date": "01-31"}]}`,
		"no rule":              `{"holidays": [{"source": "x"}]}`,
		"no such weekday":      `{"holidays": [{"weekday": 7, "source": "x"}]}`,
		"far from Easter":      `{"holidays": [{"easter": 300, "source": "x"}]}`,
		"validity backwards":   `{"holidays": [{"date": "06-29", "from": "2026-01-02", "until": "2026-01-01", "source": "x"}]}`,
		"closure backwards":    `{"closures": [{"from": "2026-01-02", "until": "2026-01-01"}]}`,
		"closure without end":  `{"closures": [{"from": "2026-01-02"}]}`,
		"hours backwards":      `{"hours": [{"week": [[], [{"open": "13:00", "close": "08:00"}]]}]}`,
		"hours that overlap":   `{"hours": [{"week": [[], [{"open": "08:00", "close": "13:00"}, {"open": "12:00", "close": "18:00"}]]}]}`,
		"no time of day":       `{"hours": [{"week": [[], [{"open": "8:00", "close": "25:00"}]]}]}`,
		"periods that overlap": `{"hours": [{"week": []}, {"from": "2026-01-01", "week": []}]}`,
	} {
		if _, err := ParseCalendar([]byte(data)); !errors.Is(err, ErrData) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
