package term

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

//go:embed data/holidays-it.json
var italianHolidays []byte

// Holiday is a rule by which days are public holidays: one of a weekday (0 is Sunday), a day of the year, or a distance in days
// from Easter Sunday; within a period of validity.
type Holiday struct {
	Key     string `json:"key"`
	Weekday *int   `json:"weekday,omitempty"`
	Day     string `json:"date,omitempty"` // "01-31": month and day
	Easter  *int   `json:"easter,omitempty"`
	From    string `json:"from,omitempty"`  // first date of validity, 2026-01-01; empty: always
	Until   string `json:"until,omitempty"` // last date of validity; empty: still
	Source  string `json:"source"`
}

// Closure is a period, both ends included, in which an office does not work.
type Closure struct {
	From   string `json:"from"`
	Until  string `json:"until"`
	Reason string `json:"reason"`
}

// Interval is part of an office's day, in Europe/Rome wall-clock time: "08:30" to "13:00".
type Interval struct {
	Open  string `json:"open"`
	Close string `json:"close"`
}

// Office is what a municipality says of an office, as data.
type Office struct {
	Patron   string        `json:"patron"`   // "01-31"; empty: none
	Closures []Closure     `json:"closures"` // dated
	Hours    [7][]Interval `json:"hours"`    // by weekday, Sunday first; a day without intervals is no working day
}

// Calendar answers which days are holidays and when an office works. It never changes once made and may be shared.
type Calendar struct {
	rules    []rule
	patron   rule // zero: none
	closures []closure
	hours    [7][]span
	holiday  []uint64 // one bit per day of the years the table covers
}

// rule is a Holiday made ready.
type rule struct {
	key, source string
	kind        kind
	month       time.Month
	n           int // weekday, day of the month, or days from Easter
	from, until Date
}

type kind uint8

const (
	byWeekday kind = iota + 1
	byDate
	byEaster
)

type closure struct {
	from, until Date
	reason      string
}

// span is part of a day in minutes since midnight.
type span struct{ open, close int }

// The years for which holidays are kept in a table; others are worked out each time.
const tableFrom, tableUntil = 1950, 2150

var tableStart, tableEnd = civil(tableFrom, time.January, 1), civil(tableUntil, time.December, 31)

// ErrData says that a calendar's data is wrong; the wrapped text names where.
var ErrData = errors.New("term: calendar data")

// National returns the calendar of Italian public holidays with the working week of a public office, Monday to Friday.
var National = sync.OnceValue(func() *Calendar {
	week := [7][]Interval{}
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = []Interval{{"08:00", "18:00"}}
	}
	c, err := New(Office{Hours: week})
	if err != nil {
		panic(err) // the data is part of the program and tested
	}
	return c
})

// New returns the national calendar with an office's patron, closures and hours, or ErrData.
func New(o Office) (*Calendar, error) {
	var file struct{ Rules []Holiday }
	if err := json.Unmarshal(italianHolidays, &file); err != nil {
		return nil, fmt.Errorf("%w: holidays: %v", ErrData, err)
	}
	return newCalendar(file.Rules, o)
}

func newCalendar(holidays []Holiday, o Office) (*Calendar, error) {
	c := &Calendar{}
	for _, h := range holidays {
		r, err := h.rule()
		if err != nil {
			return nil, fmt.Errorf("%w: %q: %v", ErrData, h.Key, err)
		}
		c.rules = append(c.rules, r)
	}
	if o.Patron != "" {
		r, err := Holiday{Key: "patron", Day: o.Patron}.rule()
		if err != nil {
			return nil, fmt.Errorf("%w: patron: %v", ErrData, err)
		}
		c.patron = r
	}
	for _, cl := range o.Closures {
		from, err1 := ParseDate(cl.From)
		until, err2 := ParseDate(cl.Until)
		if err := errors.Join(err1, err2); err != nil || until < from {
			return nil, fmt.Errorf("%w: closure %q to %q", ErrData, cl.From, cl.Until)
		}
		c.closures = append(c.closures, closure{from, until, cl.Reason})
	}
	if err := c.setHours(o.Hours); err != nil {
		return nil, err
	}
	c.fill()
	return c, nil
}

func (h Holiday) rule() (rule, error) {
	r := rule{key: h.Key, source: h.Source, from: MinDate, until: MaxDate}
	var err error
	if h.From != "" {
		if r.from, err = ParseDate(h.From); err != nil {
			return rule{}, err
		}
	}
	if h.Until != "" {
		if r.until, err = ParseDate(h.Until); err != nil {
			return rule{}, err
		}
	}
	switch {
	case h.Weekday != nil && *h.Weekday >= 0 && *h.Weekday < 7:
		r.kind, r.n = byWeekday, *h.Weekday
	case h.Easter != nil && *h.Easter > -100 && *h.Easter < 200:
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

func (c *Calendar) setHours(week [7][]Interval) error {
	for day, intervals := range week {
		last := 0
		for _, iv := range intervals {
			open, err1 := clockMinutes(iv.Open)
			shut, err2 := clockMinutes(iv.Close)
			if err := errors.Join(err1, err2); err != nil || open < last || shut <= open {
				return fmt.Errorf("%w: hours %q to %q on weekday %d", ErrData, iv.Open, iv.Close, day)
			}
			c.hours[day] = append(c.hours[day], span{open, shut})
			last = shut
		}
	}
	return nil
}

// clockMinutes parses "08:30" as minutes since midnight; "24:00" is the end of the day.
func clockMinutes(s string) (int, error) {
	if len(s) != 5 || s[2] != ':' {
		return 0, fmt.Errorf("%q is no time of day", s)
	}
	h, err1 := strconv.ParseUint(s[:2], 10, 8)
	m, err2 := strconv.ParseUint(s[3:], 10, 8)
	if err := errors.Join(err1, err2); err != nil || m > 59 || h*60+m > 24*60 {
		return 0, fmt.Errorf("%q is no time of day", s)
	}
	return int(h*60 + m), nil
}

func (c *Calendar) fill() {
	c.holiday = make([]uint64, (int(tableEnd-tableStart)+64)/64)
	for d := tableStart; d <= tableEnd; d++ {
		if _, ok := c.find(d); ok {
			i := uint(d - tableStart)
			c.holiday[i/64] |= 1 << (i % 64)
		}
	}
}

// find returns the rule that makes d a public holiday. Named days come before plain Sundays.
func (c *Calendar) find(d Date) (rule, bool) {
	year, month, day := d.Civil()
	sunday := -1
	for i, r := range c.rules {
		if d < r.from || d > r.until {
			continue
		}
		switch r.kind {
		case byWeekday:
			if int(d.Weekday()) == r.n {
				sunday = i
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
	if sunday >= 0 {
		return c.rules[sunday], true
	}
	return rule{}, false
}

// Holiday reports whether d is a public holiday (festivo), with its key and the law that says so.
func (c *Calendar) Holiday(d Date) (key, source string, ok bool) {
	if !c.isHoliday(d) {
		return "", "", false
	}
	r, ok := c.find(d)
	return r.key, r.source, ok
}

func (c *Calendar) isHoliday(d Date) bool {
	if d >= tableStart && d <= tableEnd {
		i := uint(d - tableStart)
		return c.holiday[i/64]&(1<<(i%64)) != 0
	}
	_, ok := c.find(d)
	return ok
}

func (c *Calendar) isPatron(d Date) bool {
	if c.patron.kind == 0 {
		return false
	}
	_, m, day := d.Civil()
	return m == c.patron.month && day == c.patron.n
}

// Working reports whether the office works on d: it has hours that weekday, and d is no public holiday, no patron's day and
// within no closure.
func (c *Calendar) Working(d Date) bool {
	return len(c.hours[d.Weekday()]) > 0 && !c.isHoliday(d) && !c.isPatron(d) &&
		!slices.ContainsFunc(c.closures, func(cl closure) bool { return d >= cl.from && d <= cl.until })
}

// moves returns why a term may not end on d, or "".
func (c *Calendar) moves(d Date, s Switches) (cause, source string) {
	if c.isHoliday(d) {
		r, _ := c.find(d)
		return r.key, r.source
	}
	if s.Patron && c.isPatron(d) {
		return "patron", ""
	}
	if s.Saturday && d.Weekday() == time.Saturday {
		return "saturday", "art. 155 c. 5 c.p.c."
	}
	return "", ""
}
