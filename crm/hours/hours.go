// Package hours keeps when the offices of the town work: opening hours in periods, breaks, and days on which
// they are closed. What the municipality promises is counted by them; the terms of the law are not.
//
//	Hours    when the town's offices work, or one of them that keeps its own hours
//	Book     all hours as they were stored at one time, as calendars that count
//	Service  the one way to read and change them
package hours

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
)

// Town is the id of the hours of every office that keeps none of its own. Its closures hold for all.
const Town civic.ID = "town"

// Hours are when an office works.
type Hours struct {
	docstore.Meta `bson:",inline"`
	Weeks         []Week    `bson:"weeks" json:"weeks"`                       // in order of From
	Closures      []Closure `bson:"closures" json:"closures,omitempty"`       // in order of From
	Patron        string    `bson:"patron,omitempty" json:"patron,omitempty"` // day of the patron, "01-31"
	// nil where nobody changed them since versions that note it
	Last  *lastChange `bson:"last,omitempty" json:"-"`
	Edits merge.Edits `bson:"edits,omitempty" json:"-"` // who edited which week, or the patron's day, last
}

// Week is how an office works from a day on, until the next Week begins. Before its first one an office goes
// by the hours of the town.
type Week struct {
	From string `bson:"from" json:"from"` // "2026-09-01"; empty: always
	Days []Day  `bson:"days" json:"days"` // those with hours, in order from Monday
}

// Day is when an office works on a day of the week.
type Day struct {
	Weekday time.Weekday    `bson:"weekday" json:"weekday"`
	Hours   []term.Interval `bson:"hours" json:"hours"` // in order; what lies between two is a break
}

// Closure is a time in which an office does not work, both days included.
type Closure struct {
	From   string `bson:"from" json:"from"`
	Until  string `bson:"until" json:"until"`
	Reason string `bson:"reason" json:"reason"`
}

// The bounds of an office's hours.
const (
	maxWeeks    = 50
	maxClosures = 200
	maxReason   = 120
	maxDay      = 100 // letters of the hours of a day
	maxYears    = 1   // of one closure
)

//go:embed data/hours-it.json
var defaultHours []byte

// Default returns when the offices of a town work that has said nothing of it.
func Default() (Hours, error) {
	h := Hours{Meta: docstore.Meta{ID: Town}}
	err := json.Unmarshal(defaultHours, &h)
	return h, err
}

// Weekdays lists the days of the week on which offices can work, from Monday: a Sunday is a public holiday.
func Weekdays() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday}
}

// Of returns when the office works on a day of the week.
func (w Week) Of(day time.Weekday) []term.Interval {
	for _, d := range w.Days {
		if d.Weekday == day {
			return d.Hours
		}
	}
	return nil
}

// weeksIn returns the weeks that an office of a town goes by: until its own begin, those of the town.
func (h Hours) weeksIn(town Hours) []Week {
	if len(h.Weeks) == 0 {
		return town.Weeks
	}
	if h.ID == Town {
		return h.Weeks
	}
	begun := slices.DeleteFunc(slices.Clone(town.Weeks), func(w Week) bool { return w.From >= h.Weeks[0].From })
	return append(begun, h.Weeks...)
}

// On returns the week that holds on a day, "2026-12-01"; the zero value when none does.
func (h Hours) On(day string) Week {
	for _, w := range slices.Backward(h.Weeks) {
		if w.From <= day {
			return w
		}
	}
	return Week{}
}

// Text returns intervals as ParseDay reads them: "08:30-13:00, 14:00-17:30".
func Text(all []term.Interval) string {
	parts := make([]string, len(all))
	for n, i := range all {
		parts[n] = i.Open + "-" + i.Close
	}
	return strings.Join(parts, ", ")
}

// ParseDay reads the hours of a day as people write them, "8.30-13, 14-17:30"; none for an empty text. It
// returns an Invalid error for what is no such list, or not in order.
func ParseDay(text string) ([]term.Interval, error) {
	text, err := civic.CleanLine(text, maxDay)
	if err != nil || text == "" {
		return nil, err
	}
	wrong := civic.NewError(civic.Invalid, "hours.error.day")
	var all []term.Interval
	last := ""
	between := func(r rune) bool { return r == ',' || r == ';' || r == '/' }
	for part := range strings.FieldsFuncSeq(text, between) {
		open, shut, two := strings.Cut(strings.ReplaceAll(part, "–", "-"), "-")
		i := term.Interval{Open: clockTime(open), Close: clockTime(shut)}
		if !two || i.Open == "" || i.Close == "" || i.Open >= i.Close || i.Open < last {
			return nil, wrong
		}
		all, last = append(all, i), i.Close
	}
	if len(all) == 0 {
		return nil, wrong
	}
	return all, nil
}

// clockTime returns a time of day as "08:30", empty for what is none; "24:00" ends a day.
func clockTime(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), ".", ":")
	if !strings.Contains(s, ":") {
		s += ":00"
	}
	if s == "24:00" {
		return s
	}
	at, err := time.Parse("15:04", s)
	if err != nil {
		return ""
	}
	return at.Format("15:04")
}

// check returns an Invalid error that names what is wrong with a week that is saved now.
func (w Week) check(now time.Time) error {
	var p civic.Problems
	if w.From != "" {
		_, err := firstDay(w.From, now)
		p.Check("from", err)
	}
	return p.Err()
}

// check cleans c, which is saved now, or returns an Invalid error that names every wrong field.
func (c *Closure) check(now time.Time) error {
	var p civic.Problems
	from, fromErr := firstDay(c.From, now)
	p.Check("from", fromErr)
	until, untilErr := dayOf(c.Until)
	p.Check("until", untilErr)
	switch {
	case fromErr != nil || untilErr != nil:
	case c.Until < c.From:
		p.Add("until", "hours.error.until")
	case until.After(from.AddDate(maxYears, 0, 0)):
		p.Add("until", "hours.error.long")
	}
	reason, err := civic.CleanLine(c.Reason, maxReason)
	p.Check("reason", err)
	if c.Reason = reason; err == nil && reason == "" {
		p.Add("reason", "error.required")
	}
	return p.Err()
}

// dayOf reads a day, or returns an Invalid error.
func dayOf(s string) (time.Time, error) {
	day, err := term.ParseDate(s)
	if err != nil {
		return time.Time{}, civic.NewError(civic.Invalid, "error.date")
	}
	return day.Time(), nil
}

// firstDay reads the day on which something begins: one too far ahead is a mistyped year.
func firstDay(s string, now time.Time) (time.Time, error) {
	day, err := dayOf(s)
	if err == nil {
		err = civic.CheckPlanned(day, now)
	}
	return day, err
}

// set puts a week into h, in the place of one that begins on the same day.
func (h *Hours) set(w Week) {
	h.remove(w.From)
	h.Weeks = append(h.Weeks, w)
	slices.SortFunc(h.Weeks, func(a, b Week) int { return strings.Compare(a.From, b.From) })
}

func (h *Hours) remove(from string) {
	h.Weeks = slices.DeleteFunc(slices.Clone(h.Weeks), func(w Week) bool { return w.From == from })
}

// close puts a closure into h, once.
func (h *Hours) close(c Closure) {
	h.reopen(c)
	h.Closures = append(h.Closures, c)
	slices.SortFunc(h.Closures, func(a, b Closure) int {
		return strings.Compare(a.From+a.Until+a.Reason, b.From+b.Until+b.Reason)
	})
}

func (h *Hours) reopen(c Closure) {
	h.Closures = slices.DeleteFunc(slices.Clone(h.Closures), func(o Closure) bool { return o == c })
}
