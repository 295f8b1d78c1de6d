package requests

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"ascolto/crm/requests"
	"ascolto/web/ui"
)

// needsText reports whether an act is nothing without words.
func needsText(c requests.Choice) bool { return slices.Contains(c.Needs, requests.FieldText) }

// opened reports whether the form of an act stands open: it came back, or the office waits for it.
func opened(p requestPage, a requests.Act) bool {
	return a == p.Refused || p.Refused == "" && (a == requests.ActSupply || a == requests.ActObserve)
}

// rank puts what ends a request behind the rest.
func rank(a requests.Act) int {
	if a == requests.ActWithdraw {
		return 1
	}
	return 0
}

// undone reports whether a form came back whose act cannot be chosen any more.
func (p requestPage) undone() bool {
	return p.Refused != "" && !slices.ContainsFunc(p.Choices, func(c requests.Choice) bool {
		return c.Act == p.Refused && c.Blocked == nil
	})
}

// typedFields are the fields that a summary carries along.
func typedFields() []string {
	return []string{"given_name", "family_name", "email", "phone", "subject", "text", "grounds", visitorField,
		versionField}
}

// changing is the way from a row of a summary to the field that it is of.
type changing func(field, about string) templ.Component

// unchanging leads nowhere.
func unchanging(string, string) templ.Component { return templ.NopComponent }

func (p filePage) changeButton(f ui.Frame) changing {
	return func(field, about string) templ.Component { return rowButton(f, p, field, about) }
}

func (p confirmPage) changeLink(f ui.Frame) changing {
	return func(field, about string) templ.Component { return rowLink(f, p.change(field), about) }
}

func (p confirmPage) version() string { return strconv.Itoa(p.Version) }

// summaryLead says what is left to do before anything is filed.
func (p filePage) summaryLead(f ui.Frame) string {
	if p.Visitor {
		return f.T("requests.visitor.summary_lead")
	}
	return f.T("requests.site.summary_lead")
}

func (p filePage) sendText(f ui.Frame) string {
	if p.Visitor {
		return f.T("requests.visitor.send")
	}
	return f.T("requests.site.send")
}

// reviewName returns what the review is called that can be asked for.
func (p requestPage) reviewName(f ui.Frame) string {
	return p.Review.Latest().Name.In(string(f.L.Lang()))
}

// title returns what a draft is about, as far as its citizen has said.
func (d ownDraft) title(f ui.Frame) string {
	if d.Subject == "" {
		return f.T("requests.draft.untitled")
	}
	return d.Subject
}
