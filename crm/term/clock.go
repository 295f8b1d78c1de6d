package term

import (
	"errors"
	"slices"
	"time"
)

// Pause is a time in which a service clock stands still: a request waits for the citizen, or is closed. An
// End that is zero is still to come.
type Pause struct{ Begin, End time.Time }

// ErrNeverOpen says that an office has no hours within the time looked at: ten years.
var ErrNeverOpen = errors.New("term: the office is never open")

// horizon bounds the search for open hours.
const horizon = 10 * 366

// After returns the instant at which the office will have been open for d since start, pauses not counted:
// the next at which it is open when d is nought or less. It returns ErrNeverOpen when that lies more than ten
// years ahead or within a pause without end, ErrDate when start lies outside the years 1 to 9999. Wall-clock
// hours are those of Europe/Rome, so that a day on which the clocks change has its real length.
func (cal *Calendar) After(start time.Time, d time.Duration, pauses ...Pause) (time.Time, error) {
	day := DateOf(start)
	if !day.Valid() {
		return time.Time{}, ErrDate
	}
	pauses, d = ordered(pauses), max(0, d)
	for last := min(day+horizon, MaxDate, cal.lastOpen); day <= last; day++ {
		for _, s := range cal.spans(day) {
			open, shut := latest(day.at(s.open), start), day.at(s.close)
			for _, part := range without(open, shut, pauses) {
				if length := part.End.Sub(part.Begin); length < d {
					d -= length
					continue
				}
				return part.Begin.Add(d), nil
			}
		}
	}
	return time.Time{}, ErrNeverOpen
}

// Between returns how long the office was open from start to end, pauses not counted; zero when end is not
// after start, or when either lies outside the years 1 to 9999. A span of more than a hundred years is cut to
// that.
func (cal *Calendar) Between(start, end time.Time, pauses ...Pause) time.Duration {
	first, last := DateOf(start), DateOf(end)
	if !end.After(start) || !first.Valid() || !last.Valid() {
		return 0
	}
	pauses = ordered(pauses)
	var total time.Duration
	for day := first; day <= min(last, first+36525); day++ {
		for _, s := range cal.spans(day) {
			open, shut := latest(day.at(s.open), start), earliest(day.at(s.close), end)
			for _, part := range without(open, shut, pauses) {
				total += part.End.Sub(part.Begin)
			}
		}
	}
	return total
}

// spans returns the office's hours on a day: none when it does not work.
func (cal *Calendar) spans(d Date) []span {
	if !cal.Working(d) {
		return nil
	}
	return cal.hoursOf(d)
}

// without returns the parts of open to shut that lie in no pause, in order.
func without(open, shut time.Time, pauses []Pause) []Pause {
	var parts []Pause
	for _, p := range pauses {
		if !open.Before(shut) {
			return parts
		}
		if !p.End.IsZero() && !p.End.After(open) || !p.Begin.Before(shut) {
			continue
		}
		if p.Begin.After(open) {
			parts = append(parts, Pause{open, p.Begin})
		}
		if p.End.IsZero() {
			return parts
		}
		open = latest(open, p.End)
	}
	if open.Before(shut) {
		parts = append(parts, Pause{open, shut})
	}
	return parts
}

// ordered returns the pauses by their beginning; those that end before they begin are dropped.
func ordered(pauses []Pause) []Pause {
	all := slices.DeleteFunc(slices.Clone(pauses),
		func(p Pause) bool { return !p.End.IsZero() && !p.End.After(p.Begin) })
	slices.SortFunc(all, func(a, b Pause) int { return a.Begin.Compare(b.Begin) })
	return all
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
