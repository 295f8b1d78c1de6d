package surveys

import (
	"time"

	"ascolto/internal/civic"
)

// Schedule says when a questionnaire takes responses.
type Schedule struct {
	OpensAt  time.Time
	ClosesAt time.Time
	Grace    int // minutes after closing in which what was begun before may still be sent
}

// form returns when as a form said it, for a digest.
func (when Schedule) form() []int64 {
	return []int64{when.OpensAt.UnixMilli(), when.ClosesAt.UnixMilli(), int64(when.Grace)}
}

// localLayout is what an input of type datetime-local posts.
const localLayout = "2006-01-02T15:04"

// ParseOpening returns the instant of a Europe/Rome wall-clock minute, "2026-10-25T02:30". Of a minute that
// comes twice in autumn it is the first, and one that spring leaves out is an Invalid error.
func ParseOpening(s string) (time.Time, error) { return parseLocal(s, false) }

// ParseClosing is ParseOpening, but of a minute that comes twice it is the second: nobody is shut out an hour
// early.
func ParseClosing(s string) (time.Time, error) { return parseLocal(s, true) }

func parseLocal(s string, second bool) (time.Time, error) {
	wall, err := time.Parse(localLayout, s)
	if err != nil || wall.Year() < 2000 || wall.Year() > 2200 {
		return time.Time{}, civic.NewError(civic.Invalid, "surveys.error.time")
	}
	var found []time.Time
	// summer time comes first on the day it ends
	for _, offset := range []time.Duration{2 * time.Hour, time.Hour} {
		t := wall.Add(-offset)
		if t.In(civic.Rome()).Format(localLayout) == s {
			found = append(found, t)
		}
	}
	switch {
	case len(found) == 0:
		return time.Time{}, civic.NewError(civic.Invalid, "surveys.error.time_skipped")
	case second:
		return found[len(found)-1], nil
	default:
		return found[0], nil
	}
}

// FormatLocal returns an instant as ParseOpening reads it, empty for the zero time.
func FormatLocal(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(civic.Rome()).Format(localLayout)
}

// check returns what is wrong with a schedule at now; opening says that its opening counts, which it does
// until it has come.
func (s Schedule) check(now time.Time, opening bool) error {
	var p civic.Problems
	if opening {
		p.Check("opens", civic.CheckPlanned(s.OpensAt, now))
	}
	p.Check("closes", civic.CheckPlanned(s.ClosesAt, now))
	switch {
	case s.OpensAt.IsZero():
		p.Add("opens", "surveys.error.time")
	case opening && day(s.OpensAt) < day(now):
		p.Add("opens", "surveys.error.opens_past")
	case s.ClosesAt.IsZero():
		p.Add("closes", "surveys.error.time")
	case !s.ClosesAt.After(s.OpensAt):
		p.Add("closes", "surveys.error.closes_before_opens")
	case !s.ClosesAt.After(now):
		p.Add("closes", "surveys.error.closes_past")
	}
	if s.Grace < 0 || s.Grace > MaxGrace {
		p.Add("grace", "surveys.error.grace", civic.Args{"Max": MaxGrace})
	}
	return p.Err()
}

// day returns the Europe/Rome day of an instant.
func day(t time.Time) string { return t.In(civic.Rome()).Format(time.DateOnly) }

// endOfDay returns the first instant after a day, or the zero time for a text that is no day.
func endOfDay(d string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, d, civic.Rome())
	if err != nil {
		return time.Time{}
	}
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, civic.Rome())
}
