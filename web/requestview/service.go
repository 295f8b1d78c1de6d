package requestview

import (
	"context"
	"slices"
	"strings"
	"time"

	"ascolto/crm/hours"
	"ascolto/crm/requests"
	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// Service is where the promises of a request stand, with what says why.
type Service struct {
	requests.ServiceClock
	Book hours.Book
	Says map[civic.ID]string // the names of offices
}

// DayName returns the name of a day of the week.
func DayName(l *locale.Localizer, day time.Weekday) string {
	return l.Weekday(time.Date(2026, time.November, 1+int(day), 12, 0, 0, 0, civic.Rome())) // 1 is a Sunday
}

// WeekLines says when an office works, a line for the days in a row that have the same hours.
func WeekLines(l *locale.Localizer, w hours.Week) []string {
	var lines []string
	days := hours.Weekdays()
	for n := 0; n < len(days); {
		text, last := hours.Text(w.Of(days[n])), n
		for last+1 < len(days) && hours.Text(w.Of(days[last+1])) == text {
			last++
		}
		names := DayName(l, days[n])
		if last > n {
			names += "–" + DayName(l, days[last])
		}
		if text != "" {
			lines = append(lines, names+": "+text)
		}
		n = last + 1
	}
	if len(lines) == 0 {
		return []string{l.T("hours.none")}
	}
	return lines
}

// Worked returns a length of an office's time in words, "6 h 30 min".
func Worked(l *locale.Localizer, d time.Duration) string {
	minutes := int(d.Round(time.Minute).Minutes())
	return l.T("requests.service.worked",
		civic.Args{"Hours": l.Int(minutes / 60), "Minutes": l.Int(minutes % 60)})
}

// Standing says how a promise stands.
func (s Service) Standing(l *locale.Localizer, t requests.TargetClock) string {
	args := civic.Args{"Due": l.DateTime(t.Due), "Used": Worked(l, t.Used), "Done": l.DateTime(t.Done)}
	switch {
	case t.Void:
		return l.T("requests.service.void")
	case !t.Done.IsZero() && t.Missed:
		return l.T("requests.service.done_late", args)
	case !t.Done.IsZero():
		return l.T("requests.service.done", args)
	case t.Missed:
		return l.T("requests.service.missed", args)
	case t.Due.IsZero():
		return l.T("requests.service.resting", args)
	}
	return l.T("requests.service.running", args)
}

// earlierMisses returns the promises that were missed and that the lines of s no longer tell: a repaired
// calendar or another office may have moved what is due since.
func (s Service) earlierMisses(r requests.Request) []requests.Miss {
	return slices.DeleteFunc(slices.Clone(r.Misses), func(m requests.Miss) bool {
		return slices.ContainsFunc(s.Targets, func(t requests.TargetClock) bool {
			return t.Missed && t.Target == m.Target && t.Due.Equal(m.DueAt)
		})
	})
}

// missArgs are what is said of a promise that was missed.
func missArgs(l *locale.Localizer, m requests.Miss) civic.Args {
	return civic.Args{"Target": l.T(m.Target.Word()), "Due": l.DateTime(m.DueAt), "At": l.DateTime(m.At)}
}

// ReadService returns where the promises of a request stand; offices are the names of offices.
func ReadService(
	ctx context.Context, s *requests.Service, r requests.Request, offices map[civic.ID]string,
) (Service, error) {
	c, book, err := s.ServiceClockOf(ctx, r)
	return Service{c, book, offices}, err
}

// maxSteps bounds how many closed days an explanation names.
const maxSteps = 40

// Steps returns why a promise is due when it is, a sentence a step: what is promised, when the office works,
// when it was closed, when the request waited for somebody else.
func (s Service) Steps(l *locale.Localizer, t requests.TargetClock) []string {
	end := t.Due
	if end.IsZero() || s.On.After(end) {
		end = s.On
	}
	lines := []string{l.T("requests.service.step.promise", civic.Args{"Count": t.Hours})}
	for n, stay := range s.Offices {
		if stay.Since.After(end) {
			break
		}
		key, until := "requests.service.step.passed", end
		if n == 0 {
			key = "requests.service.step.start"
		}
		if n+1 < len(s.Offices) && s.Offices[n+1].Since.Before(end) {
			until = s.Offices[n+1].Since
		}
		lines = append(lines, l.T(key, civic.Args{"At": l.DateTime(stay.Since), "Office": s.Says[stay.Office],
			"Hours": strings.Join(WeekLines(l, s.Book.Week(stay.Office, stay.Since)), "; ")}))
		lines = append(lines, s.closed(l, stay.Office, stay.Since, until)...)
	}
	for _, w := range s.Waits {
		if w.Begin.After(end) {
			continue
		}
		args := civic.Args{"From": l.DateTime(w.Begin), "To": l.DateTime(w.End), "State": l.T(w.State.Word())}
		key := "requests.service.step.wait"
		if w.End.IsZero() {
			key = "requests.service.step.waits"
		}
		lines = append(lines, l.T(key, args))
	}
	if !t.Due.IsZero() {
		lines = append(lines, l.T("requests.service.step.due", civic.Args{"Due": l.DateTime(t.Due)}))
	}
	return lines
}

// closed says on which days an office was closed that it would have worked on, a sentence for the days in a
// row that have the same reason.
func (s Service) closed(l *locale.Localizer, office civic.ID, from, until time.Time) []string {
	var lines []string
	var why string
	var first term.Date
	last := term.DateOf(until)
	tell := func(end term.Date) {
		if why != "" {
			key := "requests.service.step.closed"
			if first == end {
				key = "requests.service.step.closed_day"
			}
			lines = append(lines, l.T(key, civic.Args{"From": first.Time(), "To": end.Time(), "Reason": why}))
		}
		why = ""
	}
	for day := term.DateOf(from); day <= last && len(lines) < maxSteps; day++ {
		reason, holiday := s.Book.Closed(office, day)
		if holiday != "" {
			reason = l.T("term.cause." + holiday)
		}
		if len(s.Book.Week(office, day.Time()).Of(day.Weekday())) == 0 {
			reason = "" // it does not work on such a day anyhow
		}
		if reason != why {
			tell(day - 1)
			why, first = reason, day
		}
	}
	tell(last)
	return lines
}
