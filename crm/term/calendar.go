package term

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// Calendar answers which days are holidays and when an office works. It never changes once made and may be shared.
type Calendar struct {
	rules    []rule // public holidays
	patron   []rule
	closures []closure
	openings []opening
	holiday  []uint64 // one bit per day of the years the table covers
}

// The years for which holidays are kept in a table; others are worked out each time.
const tableFrom, tableUntil = 1950, 2150

var tableStart, tableEnd = civil(tableFrom, time.January, 1), civil(tableUntil, time.December, 31)

// ErrData says that a calendar's data is wrong; the wrapped text names where.
var ErrData = errors.New("term: calendar data")

// National returns the calendar of Italian public holidays with the working week of a public office, Monday to Friday from
// eight to six.
func National() *Calendar { return nationalCalendar() }

var nationalCalendar = sync.OnceValue(func() *Calendar {
	var week [7][]Interval
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = []Interval{{"08:00", "18:00"}}
	}
	c, err := New(Office{Hours: []Hours{{Week: week}}})
	if err != nil {
		panic(err) // the data is part of the program and tested
	}
	return c
})

// New returns the national calendar with an office's own holidays, patron, closures and hours, or ErrData.
func New(o Office) (*Calendar, error) {
	everywhere, err := national()
	if err != nil {
		return nil, err
	}
	c := &Calendar{}
	if c.rules, err = parseHolidays(o.Holidays); err != nil {
		return nil, err
	}
	named(c.rules, "local")
	c.rules = append(slices.Clone(everywhere), c.rules...)
	if c.patron, err = parseHolidays(o.Patron); err != nil {
		return nil, err
	}
	named(c.patron, "patron")
	if c.closures, err = parseClosures(o.Closures); err != nil {
		return nil, err
	}
	if c.openings, err = parseHours(o.Hours); err != nil {
		return nil, err
	}
	c.fill()
	return c, nil
}

// named gives rules the key of a text that exists: an office's own holidays are told by their source.
func named(rules []rule, key string) {
	for i := range rules {
		rules[i].key = key
	}
}

func (cal *Calendar) fill() {
	cal.holiday = make([]uint64, (int(tableEnd-tableStart)+64)/64)
	for d := tableStart; d <= tableEnd; d++ {
		if _, ok := find(cal.rules, d); ok {
			i := uint(d - tableStart)
			cal.holiday[i/64] |= 1 << (i % 64)
		}
	}
}

// Holiday reports whether d is a public holiday (festivo), with its key and the law that says so.
func (cal *Calendar) Holiday(d Date) (key, source string, ok bool) {
	if !d.Valid() || !cal.isHoliday(d) {
		return "", "", false
	}
	r, ok := find(cal.rules, d)
	return r.key, r.source, ok
}

func (cal *Calendar) isHoliday(d Date) bool {
	if d >= tableStart && d <= tableEnd {
		i := uint(d - tableStart)
		return cal.holiday[i/64]&(1<<(i%64)) != 0
	}
	_, ok := find(cal.rules, d)
	return ok
}

// isPatron returns the rule that makes d the patron's day.
func (cal *Calendar) isPatron(d Date) (rule, bool) {
	if len(cal.patron) == 0 {
		return rule{}, false
	}
	return find(cal.patron, d)
}

// Closed returns why the office is closed on d as announced, or "": a reason of a Closure.
func (cal *Calendar) Closed(d Date) string {
	for _, c := range cal.closures {
		if c.contains(d) {
			return c.reason
		}
	}
	return ""
}

// Working reports whether the office works on d: it has hours that day, and d is no public holiday, no patron's day and within
// no closure.
func (cal *Calendar) Working(d Date) bool {
	if !d.Valid() || len(cal.hoursOf(d)) == 0 || cal.isHoliday(d) {
		return false
	}
	if _, ok := cal.isPatron(d); ok {
		return false
	}
	return !slices.ContainsFunc(cal.closures, func(c closure) bool { return c.contains(d) })
}

// hoursOf returns the hours of d's weekday at that time, holidays and closures not looked at.
func (cal *Calendar) hoursOf(d Date) []span {
	for i := range cal.openings {
		if o := &cal.openings[i]; o.contains(d) {
			return o.week[d.Weekday()]
		}
	}
	return nil
}

// moves returns why a term may not end on d and the law that says so, or "".
func (cal *Calendar) moves(d Date, s Switches) (cause, source string) {
	if cal.isHoliday(d) {
		r, _ := find(cal.rules, d)
		return r.key, r.source
	}
	if s.Patron {
		if r, ok := cal.isPatron(d); ok {
			return "patron", r.source
		}
	}
	if s.Saturday && d.Weekday() == time.Saturday {
		return "saturday", law().Counting.Saturday
	}
	return "", ""
}
