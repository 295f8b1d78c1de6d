package term

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// Calendar answers which days are holidays and when an office works. It never changes once made and may be
// shared.
type Calendar struct {
	public   holidays
	patron   holidays
	closures []closure
	openings []opening
	lastOpen Date // after it the office has no hours
}

// ErrData says that a calendar's data is wrong; the wrapped text names where.
var ErrData = errors.New("term: calendar data")

// National returns the calendar of Italian public holidays with the working week of a public office, Monday
// to Friday from eight to six.
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
	everywhere, err := nationalHolidays()
	if err != nil {
		return nil, err
	}
	c := &Calendar{}
	if err := errors.Join(c.public.add(everywhere, ""), c.public.add(o.Holidays, "local"),
		c.patron.add(o.Patron, "patron")); err != nil {
		return nil, err
	}
	if c.closures, err = parseClosures(o.Closures); err != nil {
		return nil, err
	}
	if c.openings, err = parseHours(o.Hours); err != nil {
		return nil, err
	}
	for _, o := range c.openings {
		if slices.ContainsFunc(o.week[:], func(day []span) bool { return len(day) > 0 }) {
			c.lastOpen = max(c.lastOpen, o.until)
		}
	}
	return c, nil
}

// Holiday reports whether d is a public holiday (festivo), with its key and the law that says so.
func (cal *Calendar) Holiday(d Date) (key, source string, ok bool) {
	if !d.Valid() {
		return "", "", false
	}
	r := cal.public.find(d)
	if r == nil {
		return "", "", false
	}
	return r.key, r.source, true
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

// Working reports whether the office works on d: it has hours that day, and d is no public holiday, no
// patron's day and within no closure.
func (cal *Calendar) Working(d Date) bool {
	if !d.Valid() || len(cal.hoursOf(d)) == 0 || cal.public.find(d) != nil {
		return false
	}
	return cal.patron.find(d) == nil &&
		!slices.ContainsFunc(cal.closures, func(c closure) bool { return c.contains(d) })
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
	if r := cal.public.find(d); r != nil {
		return r.key, r.source
	}
	if s.Patron {
		if r := cal.patron.find(d); r != nil {
			return r.key, r.source
		}
	}
	if s.Saturday && d.Weekday() == time.Saturday {
		return "saturday", law().Counting.Saturday
	}
	return "", ""
}
