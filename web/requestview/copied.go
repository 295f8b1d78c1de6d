package requestview

import (
	"strings"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// Explain adds to what a copy of personal data says of r what its applicant reads on the page of r: in words
// when it is due and what was promised, and why. What programs read stays.
func Explain(l *locale.Localizer, e *civic.PersonalEntry, r requests.Request, c requests.Clock, s Service) {
	due := Due(l, r)
	if r.Open {
		due += " (" + Left(l, c) + ")"
	}
	say(e, "due", due)
	say(e, "recourse", Recourse(l, c))
	say(e, "substitute_due", Substitute(l, r, c))
	e.Say("due_why", lines(append([]string{Verdict(l, r), Rule(l, r)}, Steps(l, c)...)...))
	var why []string
	for _, t := range s.Targets {
		stands := s.Standing(l, t)
		if t.Missed {
			stands += " · " + l.T("requests.late")
		}
		say(e, "promise_"+string(t.Target), stands)
		why = append(append(why, l.T(t.Target.Word())), s.Steps(l, t)...)
	}
	for _, m := range s.earlierMisses(r) {
		e.Fields = append(e.Fields, civic.PersonalField{Name: "promise_missed",
			Value: m.DueAt.Format(time.RFC3339), Text: l.T("requests.service.miss", missArgs(l, m))})
	}
	if len(why) > 0 {
		e.Say("promise_why", lines(append(why, l.T("requests.service.law"))...))
	}
}

// say puts a field of e into words.
func say(e *civic.PersonalEntry, name, text string) {
	for n := range e.Fields {
		if f := &e.Fields[n]; f.Name == name && text != "" {
			f.Text = text
		}
	}
}

// lines returns a text with a line for each of some sentences, without the empty ones.
func lines(all ...string) string {
	var b strings.Builder
	for _, line := range all {
		if line != "" {
			b.WriteString(line + "\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
