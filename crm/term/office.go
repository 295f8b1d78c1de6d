package term

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// Office is what a municipality says of an office, as data: dated, with sources. Its holidays need no key:
// they are told as "local" and "patron", with their source.
type Office struct {
	// public holidays by law here alone, such as 29 June in Rome (DPR 792/1985)
	Holidays []Holiday `json:"holidays"`
	// the patron's day: closed, but no public holiday unless Switches.Patron says so
	Patron   []Holiday `json:"patron"`
	Closures []Closure `json:"closures"`
	Hours    []Hours   `json:"hours"` // in periods that do not overlap; outside them the office does not work
}

// Closure is a period, both ends included, in which an office does not work.
type Closure struct {
	From   string `json:"from"`
	Until  string `json:"until"`
	Reason string `json:"reason"`
	Source string `json:"source"`
}

// Hours are an office's opening hours within a period: empty From and Until stand for always and still.
type Hours struct {
	From   string        `json:"from"`
	Until  string        `json:"until"`
	Week   [7][]Interval `json:"week"` // Sunday first; a day without intervals is no working day
	Source string        `json:"source"`
}

// Interval is part of an office's day, in Europe/Rome wall-clock time: "08:30" to "13:00"; "24:00" ends a
// day.
type Interval struct {
	Open  string `json:"open"`
	Close string `json:"close"`
}

// closure is a Closure made ready.
type closure struct {
	period
	reason string
}

// opening is Hours made ready.
type opening struct {
	period
	week [7][]span
}

// span is part of a day in minutes since midnight.
type span struct{ open, close int }

// ParseCalendar returns the calendar of the office that a data file describes (JSON, the fields of Office),
// or ErrData. A field that does not exist is an error too, lest a misspelt date of validity be overlooked.
func ParseCalendar(data []byte) (*Calendar, error) {
	var o Office
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return nil, fmt.Errorf("%w: office: %v", ErrData, err)
	}
	return New(o)
}

func parseClosures(list []Closure) ([]closure, error) {
	var out []closure
	for _, c := range list {
		p, err := parsePeriod(c.From, c.Until)
		if err != nil || c.From == "" || c.Until == "" {
			return nil, fmt.Errorf("%w: closure %q to %q", ErrData, c.From, c.Until)
		}
		out = append(out, closure{p, c.Reason})
	}
	return out, nil
}

func parseHours(list []Hours) ([]opening, error) {
	var out []opening
	for _, h := range list {
		o := opening{}
		var err error
		if o.period, err = parsePeriod(h.From, h.Until); err != nil {
			return nil, fmt.Errorf("%w: hours: %v", ErrData, err)
		}
		for _, other := range out {
			if o.from <= other.until && other.from <= o.until {
				return nil, fmt.Errorf("%w: two opening hours hold on %s", ErrData, max(o.from, other.from))
			}
		}
		for day, intervals := range h.Week {
			if o.week[day], err = parseDay(intervals); err != nil {
				return nil, fmt.Errorf("%w: weekday %d: %v", ErrData, day, err)
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// parseDay reads the hours of one day, which must come in order and not overlap.
func parseDay(intervals []Interval) ([]span, error) {
	var day []span
	last := 0
	for _, iv := range intervals {
		open, err1 := clockMinutes(iv.Open)
		shut, err2 := clockMinutes(iv.Close)
		if err := errors.Join(err1, err2); err != nil || open < last || shut <= open {
			return nil, fmt.Errorf("hours %q to %q", iv.Open, iv.Close)
		}
		day = append(day, span{open, shut})
		last = shut
	}
	return day, nil
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
