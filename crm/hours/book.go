package hours

import (
	"time"

	"ascolto/crm/term"
	"ascolto/internal/civic"
)

// Book is all hours as they were stored at one time. It never changes.
type Book struct {
	// Edition grows with everything that is stored; it is at least 1.
	Edition int64

	hours     map[civic.ID]Hours
	calendars map[civic.ID]*term.Calendar
}

// Of returns the calendar of an office.
func (b Book) Of(office civic.ID) *term.Calendar {
	if c, ok := b.calendars[office]; ok {
		return c
	}
	return b.calendars[Town]
}

// Hours returns the hours of an office as stored, and false when it keeps none of its own.
func (b Book) Hours(office civic.ID) (Hours, bool) {
	h, ok := b.hours[office]
	return h, ok
}

// Week returns when an office works in the week of an instant.
func (b Book) Week(office civic.ID, at time.Time) Week {
	h := Hours{Weeks: b.hours[office].weeksIn(b.hours[Town])}
	return h.On(at.In(civic.Rome()).Format(time.DateOnly))
}

// Closed returns why an office does not work on a day on which it might: the reason of a closure, or the key
// of a holiday in words; both empty when nothing but its week says so.
func (b Book) Closed(office civic.ID, day term.Date) (reason, holiday string) {
	cal := b.Of(office)
	if reason = cal.Closed(day); reason != "" {
		return reason, ""
	}
	if key, _, ok := cal.Holiday(day); ok {
		return "", key
	}
	if day.Valid() && b.hours[Town].Patron == day.String()[len("2026-"):] {
		return "", "patron"
	}
	return "", ""
}

// newBook returns a book of stored hours, among which those of the town are.
func newBook(stored map[civic.ID]Hours) (Book, error) {
	b := Book{Edition: 1, hours: stored, calendars: map[civic.ID]*term.Calendar{}}
	town := stored[Town]
	for id, h := range stored {
		b.Edition += h.Revision
		c, err := h.calendar(town)
		if err != nil {
			return Book{}, civic.Wrap(civic.Internal, "error.internal", err)
		}
		b.calendars[id] = c
	}
	return b, nil
}

// calendar returns the calendar of h, of an office of a town.
func (h Hours) calendar(town Hours) (*term.Calendar, error) {
	weeks, closures := h.weeksIn(town), town.Closures
	if h.ID != Town {
		closures = append(closures[:len(closures):len(closures)], h.Closures...)
	}
	o := term.Office{}
	if town.Patron != "" {
		o.Patron = []term.Holiday{{Key: "patron", Day: town.Patron, Source: "patron"}}
	}
	for _, c := range closures {
		o.Closures = append(o.Closures, term.Closure{From: c.From, Until: c.Until, Reason: c.Reason})
	}
	for n, w := range weeks {
		period := term.Hours{From: w.From}
		if n+1 < len(weeks) {
			next, err := term.ParseDate(weeks[n+1].From)
			if err != nil {
				return nil, err
			}
			period.Until = (next - 1).String()
		}
		for _, d := range w.Days {
			period.Week[d.Weekday] = d.Hours
		}
		o.Hours = append(o.Hours, period)
	}
	return term.New(o)
}
