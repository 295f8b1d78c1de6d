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

// Holiday is a rule by which days are holidays: one of a weekday (0 is Sunday), a day of the year, or a
// distance in days from Easter Sunday; within a period of validity, by a source.
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

// holidays are rules in the order in which a day is looked up.
type holidays struct {
	weekday [7][]rule
	date    map[int][]rule // by dayKey
	easter  []rule
}

func dayKey(m time.Month, day int) int { return int(m)*32 + day }

// nationalHolidays returns Italian public holidays.
var nationalHolidays = sync.OnceValues(func() ([]Holiday, error) {
	var file struct{ Rules []Holiday }
	if err := json.Unmarshal(italianHolidays, &file); err != nil {
		return nil, fmt.Errorf("%w: holidays: %v", ErrData, err)
	}
	return file.Rules, nil
})

// add makes rules of a list; with a name, all have that key.
func (all *holidays) add(list []Holiday, name string) error {
	for _, h := range list {
		r, err := h.rule()
		if err != nil {
			return fmt.Errorf("%w: holiday %q: %v", ErrData, h.Key, err)
		}
		if name != "" {
			r.key = name
		}
		switch r.kind {
		case byWeekday:
			all.weekday[r.n] = append(all.weekday[r.n], r)
		case byEaster:
			all.easter = append(all.easter, r)
		case byDate:
			if all.date == nil {
				all.date = map[int][]rule{}
			}
			key := dayKey(r.month, r.n)
			all.date[key] = append(all.date[key], r)
		}
	}
	return nil
}

// find returns the rule that makes d a holiday, nil when there is none. Days by date and by Easter come
// before plain weekdays.
func (all *holidays) find(d Date) *rule {
	year, month, day := d.Civil()
	if r := inForce(all.date[dayKey(month, day)], d); r != nil {
		return r
	}
	if len(all.easter) > 0 {
		sunday := easter(year)
		for i := range all.easter {
			if r := &all.easter[i]; sunday+Date(r.n) == d && r.contains(d) {
				return r
			}
		}
	}
	return inForce(all.weekday[d.Weekday()], d)
}

// inForce returns the first rule in force on d.
func inForce(rules []rule, d Date) *rule {
	for i := range rules {
		if rules[i].contains(d) {
			return &rules[i]
		}
	}
	return nil
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
