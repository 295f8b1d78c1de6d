package contacts

import (
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/ui"
)

// District returns the district chosen in the form.
func (p contactFormPage) District() civic.ID { return civic.ID(p.Form.Value("district")) }

// found says how many contacts a search shows, and that there may be more.
func (p contactsPage) found(f ui.Frame) string {
	if len(p.Items) >= crm.MaxFound {
		return f.T("crm.contacts.found_first", deskui.Count(len(p.Items)))
	}
	return f.T("crm.contacts.found", deskui.Count(len(p.Items)))
}

func moment(f ui.Frame, t time.Time) civic.Args { return civic.Args{"When": f.L.DateTime(t)} }

func channels(f ui.Frame, by []crm.Channel) civic.Args {
	words := make([]string, len(by))
	for i, c := range by {
		words[i] = f.T("crm.channel." + string(c))
	}
	return civic.Args{"Channels": strings.Join(words, ", ")}
}

func choice(f ui.Frame, row crm.Consent) string {
	if row.Given {
		return f.T("crm.consents.given")
	}
	return f.T("crm.consents.withdrawn")
}

func recordedBy(f ui.Frame, row crm.Consent) string {
	switch {
	case row.Source.Personal():
		return f.T("crm.consents.by_person")
	case row.ByName != "":
		return row.ByName
	case row.Source == crm.FromLoad:
		return f.T("crm.consents.by_load")
	}
	return f.T("crm.consents.by_staff")
}

// present says that something is kept without showing it.
func present(f ui.Frame, is bool) string {
	if is {
		return f.T("crm.field.kept")
	}
	return ""
}

// ownFaults returns a form that shows what was sent only when it was this one of several on a page.
func ownFaults(form ui.Form, own bool) ui.Form {
	if own {
		return form
	}
	return ui.NewForm(form.L, form.Token, form.Key, nil, nil).Named(form.ID)
}
