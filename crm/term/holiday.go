package term

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

//go:embed data/holidays-it.json
var italianHolidays []byte

// Holiday is a rule by which days are holidays: one of a weekday (0 is Sunday), a day of the year, or a distance in days from
// Easter Sunday; within a period of validity, by a source.
type Holiday struct {
	Key     string `json:"key"`
	Weekday *int   `json:"weekday,omitempty"`
	Day     string `json:"date,omitempty"` // "01-31": month and day
	Easter  *int   `json:"easter,omitempty"`
	From    string `json:"from,omitempty"`  // first date of validity, 2026-01-01; empty: always
	Until   string `json:"until,omitempty"` // last date of validity; empty: still
	Source  string `json:"source"`
}

// rule is a Holiday made ready.
type rule struct {
	key, source string
	kind        kind
	month       time.Month
	n           int // weekday, day of the month, or days from Easter
	period
}

type kind uint8

const (
	byWeekday kind = iota + 1
	byDate
	byEaster
)

// national returns the rules of Italian public holidays.
var national = sync.OnceValues(func() ([]rule, error) {
	var file struct{ Rules []Holiday }
	if err := json.Unmarshal(italianHolidays, &file); err != nil {
		return nil, fmt.Errorf("%w: holidays: %v", ErrData, err)
	}
	return parseHolidays(file.Rules)
})

func parseHolidays(holidays []Holiday) ([]rule, error) {
	rules := make([]rule, 0, len(holidays))
	for _, h := range holidays {
		r, err := h.rule()
		if err != nil {
			return nil, fmt.Errorf("%w: holiday %q: %v", ErrData, h.Key, err)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

func (h Holiday) rule() (rule, error) {
	r := rule{key: h.Key, source: h.Source}
	var err error
	if r.period, err = parsePeriod(h.From, h.Until); err != nil {
		return rule{}, err
	}
	if h.Source == "" {
		return rule{}, errors.New("no source")
	}
	switch {
	case h.Weekday != nil && *h.Weekday >= 0 && *h.Weekday < 7:
		r.kind, r.n = byWeekday, *h.Weekday
	case h.Easter != nil && *h.Easter > -50 && *h.Easter < 200: // within the year of that Easter
		r.kind, r.n = byEaster, *h.Easter
	case h.Day != "":
		d, err := ParseDate("2000-" + h.Day) // a leap year: 29 February may be a patron's day
		if err != nil {
			return rule{}, fmt.Errorf("day %q", h.Day)
		}
		r.kind = byDate
		_, r.month, r.n = d.Civil()
	default:
		return rule{}, errors.New("neither weekday, date nor distance from Easter")
	}
	return r, nil
}

// find returns the rule that makes d a holiday. Days by date and by Easter come before plain weekdays.
func find(rules []rule, d Date) (rule, bool) {
	year, month, day := d.Civil()
	plain := -1
	for i, r := range rules {
		if !r.contains(d) {
			continue
		}
		switch r.kind {
		case byWeekday:
			if int(d.Weekday()) == r.n && plain < 0 {
				plain = i
			}
		case byDate:
			if month == r.month && day == r.n {
				return r, true
			}
		case byEaster:
			if easter(year)+Date(r.n) == d {
				return r, true
			}
		}
	}
	if plain >= 0 {
		return rules[plain], true
	}
	return rule{}, false
}

// easter returns Easter Sunday of a year (Meeus, Jones and Butcher's method for the Gregorian calendar).
func easter(year int) Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return civil(year, time.Month(n/31), n%31+1)
}
