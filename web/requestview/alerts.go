package requestview

import (
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// StepWords says that a step of an escalation has come.
func StepWords(l *locale.Localizer, kind requests.StepKind, value int) string {
	return l.T(kind.Word(), civic.Args{"Count": value})
}

// LastAlert says which step came to a request last, empty when none did.
func LastAlert(l *locale.Localizer, r requests.Request) string {
	all := r.Alerts()
	if !r.Open || len(all) == 0 {
		return ""
	}
	last := all[len(all)-1]
	return StepWords(l, last.Kind, last.Value)
}

// SilenceText says what follows from that nobody answered a request in time, and until when something can be
// done against it, where the law sets a day.
func SilenceText(l *locale.Localizer, r requests.Request, recourse time.Time) string {
	text := l.T(r.Rules.Silence.Word())
	if !recourse.IsZero() {
		text += "\n\n" + l.T("requests.clock.recourse", civic.Args{"Day": recourse})
	}
	return text
}
