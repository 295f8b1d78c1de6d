package hours

import (
	"cmp"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
)

// PatronField is the name of the field that the day of the patron is in forms and conflicts.
const PatronField = "patron"

// weekPart begins the names of the fields that weeks are in conflicts; see WeekFrom.
const weekPart = "week"

// weekField returns the name of the field that the week since a day is in conflicts.
func weekField(from string) string { return civic.Field(weekPart, cmp.Or(from, "always")) }

// WeekFrom returns the first day of the week that a field of a conflict is, empty for the one that held
// always, and false for a field that is none.
func WeekFrom(field string) (from string, ok bool) {
	from, ok = strings.CutPrefix(field, weekPart+".")
	if from == "always" {
		from = ""
	}
	return from, ok
}

// weekFields are what is joined of hours in which two people change weeks: the week that begins on a day, as
// a whole.
func weekFields(from string) merge.Fields[Hours] {
	code := func(h *Hours) string {
		if w, ok := h.Starting(from); ok {
			return w.code()
		}
		return ""
	}
	return merge.Fields[Hours]{merge.Part(weekField(from), code, func(mine, stored *Hours) {
		mine.remove(from)
		if w, ok := stored.Starting(from); ok {
			mine.set(w)
		}
	})}
}

// patronFields are what is joined of hours in which two people change the patron's day.
func patronFields() merge.Fields[Hours] {
	return merge.Fields[Hours]{merge.Value(PatronField, func(h *Hours) *string { return &h.Patron })}
}

// Starting returns the week that begins on a day, and false when none does.
func (h Hours) Starting(from string) (Week, bool) {
	for _, w := range h.Weeks {
		if w.From == from {
			return w, true
		}
	}
	return Week{}, false
}

// Shown returns what a page that shows h carries, for its changes to be joined with others. Closures are
// added and taken away as a whole: there is nothing to join.
func (h Hours) Shown() string {
	fields := patronFields()
	for _, w := range h.Weeks {
		fields = append(fields, weekFields(w.From)...)
	}
	return fields.Shown(&h)
}

// withWeek returns what a page carried with a row for the week since a day: one that it has no row of was not
// there.
func withWeek(shown, from string) string {
	if shown == "" || strings.Contains(";"+shown, ";"+weekField(from)+"=") {
		return shown
	}
	return shown + ";" + weekFields(from).Shown(&Hours{})
}
