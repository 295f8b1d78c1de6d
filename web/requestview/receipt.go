package requestview

import (
	"net/url"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/pdf"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Receipt is what somebody is told of a request that was filed: what art. 8 and 18-bis of L. 241/1990 ask,
// and how it is followed.
type Receipt struct {
	requests.Request
	Code   string
	Office string // what the office is called that deals with it
	Town   ui.Municipality
	Follow string // the address at which number and code are typed
}

// NewReceipt returns the receipt of a request, with its code.
func NewReceipt(r *page.Request, of requests.Request, code, office string) Receipt {
	return Receipt{Request: of, Code: code, Office: office, Town: r.Town(),
		Follow: r.Absolute("/richieste/segui?" + url.Values{"numero": {of.Number}}.Encode())}
}

// Title returns what the receipt is called.
func (p Receipt) Title(l *locale.Localizer) string {
	return l.T("requests.receipt.title", civic.Args{"Number": p.Number})
}

// Rows returns what the receipt says, in order; nothing of what the municipality has not.
func (p Receipt) Rows(l *locale.Localizer) []pdf.Row {
	responsible := p.ResponsibleName
	if responsible == "" {
		responsible = l.T("requests.receipt.no_responsible")
	}
	all := []pdf.Row{
		{Label: l.T("requests.field.number"), Value: p.Number, Strong: true},
		{Label: l.T("requests.field.code"), Value: p.Code, Strong: true},
		{Label: l.T("requests.field.procedure"), Value: p.Name.In(string(l.Lang()))},
		{Label: l.T("requests.field.subject"), Value: Subject(l, p.Request)},
		{Label: l.T("requests.field.received"), Value: l.DateTime(p.ReceivedAt)},
		{Label: l.T("requests.field.applicant"), Value: p.Applicant},
		{Label: l.T("requests.receipt.administration"), Value: p.Town.Name},
		{Label: l.T("requests.receipt.digital_domicile"), Value: p.Town.PEC},
		{Label: l.T("requests.field.office"), Value: p.Office},
		{Label: l.T("requests.field.responsible"), Value: responsible},
		{Label: l.T("requests.field.due"),
			Value: LastDay(l, p.Request) + " (" + Length(l, p.Rules) + "; " + p.Rules.Basis + ")"},
		{Label: l.T("requests.receipt.silence"), Value: l.T(p.Rules.Silence.Word())},
		{Label: l.T("requests.field.substitute"), Value: p.Substitute},
		{Label: l.T("requests.receipt.acts"),
			Value: l.T("requests.receipt.acts_where", civic.Args{"Office": p.Office})},
		{Label: l.T("requests.receipt.follow"), Value: p.Follow, Link: p.Follow},
	}
	told := all[:0]
	for _, row := range all {
		if row.Value != "" {
			told = append(told, row)
		}
	}
	return told
}

// Download answers with the receipt as a PDF, in the language of the page.
func (p Receipt) Download(r *page.Request) error {
	file, err := pdf.Sheet{
		Lang: string(r.Lang), Author: p.Town.Name, Title: p.Title(r.L), Lead: r.T("requests.receipt.kept"),
		Rows: p.Rows(r.L), Notes: []string{r.T("requests.receipt.law")}, Made: time.Now(),
		Page: func(n int) string {
			return r.T("requests.receipt.page", civic.Args{"Number": p.Number, "Page": n})
		},
	}.Bytes()
	if err != nil {
		return err
	}
	name := r.T("requests.receipt.file", civic.Args{"Number": p.Number}) + ".pdf"
	return r.Download(name, "application/pdf", file)
}
