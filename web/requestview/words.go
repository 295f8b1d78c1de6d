// Package requestview has what desk and site both show of requests: states, the clock in words, what was said
// and what happened.
package requestview

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/web/locale"
	"ascolto/web/ui"
)

// Subject returns what a request is about, in words when that went with an erasure.
func Subject(l *locale.Localizer, r requests.Request) string {
	return l.Kept(r.Subject, "requests.taken")
}

// Title returns what a timeline calls a request: its number, and what the request is about, where the reader
// may know that. Whatever an earlier version wrote behind the number is not shown.
func Title(l *locale.Localizer, number string, subjects map[civic.ID]string, request civic.ID) string {
	number, _, _ = strings.Cut(number, " · ")
	if subject, ok := subjects[request]; ok {
		return number + " · " + l.Kept(subject, "requests.taken")
	}
	return number
}

// Of returns the requests that entries of a timeline stand for.
func Of(entries []crm.Entry) []civic.ID {
	return slices.Concat(crm.RefsOf(entries, requests.ActivityRequest),
		crm.RefsOf(entries, requests.ActivityRequestEnd))
}

// Phone returns a number as people read it, or that there is none.
func Phone(l *locale.Localizer, number string) string {
	if number == "" {
		return l.T("requests.field.no_phone")
	}
	n, err := reach.ParsePhone(number)
	if err != nil {
		return number
	}
	return n.String()
}

// stateKinds are the colours of states.
var stateKinds = map[requests.State]string{
	requests.Received: "primary", requests.InCharge: "primary", requests.Forwarded: "primary",
	requests.Answered: "success", requests.Refused: "secondary", requests.NotCompetent: "secondary",
	requests.Withdrawn: "secondary",
}

func stateKind(s requests.State) string {
	if kind, ok := stateKinds[s]; ok {
		return kind
	}
	return "warning"
}

// Days returns how many days of a term's unit there are, in words.
func Days(l *locale.Localizer, unit string, n int) string {
	if unit == "working_days" {
		return l.T("requests.days.working_days", civic.Args{"Count": n})
	}
	return l.T("requests.days.days", civic.Args{"Count": n})
}

// Length returns how long a term is, in words of its own unit.
func Length(l *locale.Localizer, r requests.Rules) string {
	return l.T("requests.days."+string(r.Term.Unit), civic.Args{"Count": r.Term.Length})
}

// Due returns the last day of a request's term in words, and of one that came to its end when that was.
func Due(l *locale.Localizer, r requests.Request) string {
	if r.Open {
		return LastDay(l, r)
	}
	return l.T("requests.due.closed", civic.Args{"Due": LastDay(l, r), "Day": r.ClosedAt})
}

// LastDay returns the last day of a request's term in words, or that there is none yet; of one that came to
// its end, as it stood then.
func LastDay(l *locale.Localizer, r requests.Request) string {
	if v := r.Verdict(); v != nil {
		return l.Date(v.Due())
	}
	day, ok := r.DueDay()
	if !ok {
		return l.T("requests.due.none")
	}
	return l.Date(day)
}

// Left says of an open request how many days are left, or by how many it is late.
func Left(l *locale.Localizer, c requests.Clock) string {
	switch {
	case c.Resting:
		return l.T("requests.clock.resting", civic.Args{"Used": Days(l, string(c.Unit), c.Used)})
	case c.Left < 0:
		return l.T("requests.clock.late", civic.Args{"Days": Days(l, string(c.Unit), -c.Left)})
	}
	return l.T("requests.clock.left", civic.Args{"Used": Days(l, string(c.Unit), c.Used),
		"Left": Days(l, string(c.Unit), c.Left)})
}

// Verdict says how the term stood when a request came to its end, empty while it has not.
func Verdict(l *locale.Localizer, r requests.Request) string {
	v := r.Verdict()
	if v == nil {
		return ""
	}
	key := "requests.clock.in_time"
	if v.Late {
		key = "requests.clock.ended_late"
	}
	return l.T(key, civic.Args{"Used": Days(l, string(r.Rules.Term.Unit), v.Used), "Day": v.Due()})
}

// Rule says how long the term of r is, and which law or regulation says so.
func Rule(l *locale.Localizer, r requests.Request) string {
	return l.T("requests.clock.rule", civic.Args{"Length": Length(l, r.Rules), "Basis": r.Rules.Basis})
}

// Recourse says until when the applicant can do something against that nobody answered, empty where the law
// sets no day.
func Recourse(l *locale.Localizer, c requests.Clock) string {
	if !c.Recourse.Valid() {
		return ""
	}
	return l.T("requests.clock.recourse", civic.Args{"Day": c.Recourse.Time()})
}

// Substitute says until when the officer with substitute power decides, empty while they were not called.
func Substitute(l *locale.Localizer, r requests.Request, c requests.Clock) string {
	if !c.Substitute.Valid() {
		return ""
	}
	return l.T("requests.clock.substitute", civic.Args{"Day": c.Substitute.Time(), "Officer": r.Substitute})
}

// Steps returns why the last day is what it is, a sentence a step.
func Steps(l *locale.Localizer, c requests.Clock) []string {
	var lines []string
	for _, s := range slices.Concat(c.Steps, c.SubstituteSteps) {
		args := civic.Args(s.Args())
		if cause := s.CauseKey(); cause != "" {
			args["Cause"] = l.T(cause)
		}
		lines = append(lines, l.T(s.Key, args))
	}
	return lines
}

// Options returns one option for each procedure that is offered on a day, with its term and what it is for.
func Options(l *locale.Localizer, offered []requests.Procedure, day string) []ui.Option {
	var all []ui.Option
	for _, p := range offered {
		v, ok := p.On(day)
		if !ok {
			continue
		}
		all = append(all, ui.Option{Value: string(p.ID), Label: v.Name.In(string(l.Lang())),
			Hint: Length(l, v.Rules) + ". " + v.Description.In(string(l.Lang()))})
	}
	return all
}

// Today returns the day in Rome, "2026-12-01".
func Today() string { return civic.Now().In(civic.Rome()).Format(time.DateOnly) }

// By returns who did what an event says, in words for a reader who is the applicant or not.
func By(l *locale.Localizer, e requests.Event, own bool) string {
	switch {
	case e.Citizen && own:
		return l.T("requests.by.you")
	case e.Citizen:
		return l.T("requests.by.applicant")
	}
	return e.ByName
}

// Said returns the events in which something was said between applicant and office, oldest first.
func Said(all []requests.Event) []requests.Event {
	var said []requests.Event
	for _, e := range all {
		if e.Act != requests.ActFile && e.Act != requests.ActNote && (e.Text != "" || len(e.Files) > 0) {
			said = append(said, e)
		}
	}
	return said
}

// Notes returns what the staff noted among themselves.
func Notes(all []requests.Event) []requests.Event {
	return slices.DeleteFunc(slices.Clone(all), func(e requests.Event) bool { return e.Act != requests.ActNote })
}

func eventID(n int) string { return "passaggio-" + strconv.Itoa(n) }

// happened says who did an event, what changed by it, and why.
func happened(f ui.Frame, e requests.Event, own bool, offices map[civic.ID]string) string {
	words := []string{By(f.L, e, own)}
	if e.Office != "" {
		words = append(words, f.T("requests.history.office", civic.Args{"Office": offices[e.Office]}))
	}
	if e.ResponsibleName != "" {
		words = append(words, f.T("requests.history.responsible", civic.Args{"Name": e.ResponsibleName}))
	}
	if day, err := time.ParseInLocation(time.DateOnly, e.On, civic.Rome()); err == nil {
		key := "requests.history.on"
		if e.Act == requests.ActObserve {
			key = "requests.history.came"
		}
		words = append(words, f.T(key, civic.Args{"Day": day}))
	}
	if e.Objection {
		words = append(words, f.T("requests.history.objection"))
	}
	if was, err := time.ParseInLocation(time.DateOnly, e.Was, civic.Rome()); err == nil {
		words = append(words, f.T("requests.history.was", civic.Args{"Day": was}))
	}
	words = append(words, e.GroupName, e.Reason)
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	return strings.Join(words, " · ")
}
