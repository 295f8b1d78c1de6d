package app

import (
	"strings"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/locale"
	"ascolto/web/requestview"
)

// letterText returns what was said to the applicant in a letter, with what the law wants said beside it.
func letterText(t *locale.Localizer, in requests.Letter) string {
	e := in.Event
	words := []string{e.Text}
	switch {
	case in.Kind == requests.LetterSilence:
		words = []string{requestview.SilenceText(t, in.Request, in.Recourse)}
	case e.Act == requests.ActConsult: // who that is, is nobody else's
		words = []string{t.T("requests.mail.consulted")}
	}
	if e.Link != "" {
		words = append(words, e.Link)
	}
	if e.Considered != "" {
		words = append(words, t.T("requests.mail.considered", civic.Args{"Text": e.Considered}))
	}
	if v := e.Verdict; v != nil && v.Late {
		rules := in.Request.Rules
		words = append(words, t.T("requests.mail.late", civic.Args{"Length": requestview.Length(t, rules),
			"Basis": rules.Basis, "Day": v.Due(),
			"Used": requestview.Days(t, string(rules.Term.Unit), v.Used)}))
	}
	return strings.Join(words, "\n\n")
}
