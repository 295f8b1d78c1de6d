package requestview

import (
	"context"
	"net/url"
	"strings"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/pdf"
	"ascolto/internal/reference"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Receipt is what somebody is told of a request that was filed: what art. 8 and 18-bis of L. 241/1990 ask,
// and how it is followed.
type Receipt struct {
	requests.Request
	Code   string
	Office reference.Office // that deals with it
	Town   ui.Municipality
	Follow string // the address at which number and code are typed
}

// Offices knows the offices. *reference.Service does.
type Offices interface {
	Office(ctx context.Context, id civic.ID) (reference.Office, error)
}

// NewReceipt returns the receipt of a request of a town, with its code. Origin is where citizens reach the
// site. An office that is not there any more is left out.
func NewReceipt(
	ctx context.Context, offices Offices, town ui.Municipality, origin string, of requests.Request, code string,
) (Receipt, error) {
	office, err := offices.Office(ctx, of.Office)
	if civic.CodeOf(err) == civic.NotFound {
		err = nil
	}
	return Receipt{Request: of, Code: code, Office: office, Town: town,
		Follow: origin + "/richieste/segui?" + url.Values{"numero": {of.Number}}.Encode()}, err
}

// ReadReceipt returns the receipt of a request for a page of the site.
func ReadReceipt(r *page.Request, offices Offices, of requests.Request, code string) (Receipt, error) {
	return NewReceipt(r.Context(), offices, r.Town(), r.Absolute(""), of, code)
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
		{Label: l.T("register.title"), Value: Registered(l, p.Request, p.Events[0])},
		{Label: l.T("requests.field.applicant"), Value: p.Applicant},
		{Label: l.T("requests.receipt.administration"), Value: p.Town.Name},
		{Label: l.T("requests.receipt.digital_domicile"), Value: p.Town.PEC},
		{Label: l.T("requests.field.office"), Value: p.Office.Name},
		{Label: l.T("requests.receipt.contacts"), Value: p.contacts(l)},
		{Label: l.T("requests.field.responsible"), Value: responsible},
		{Label: l.T("requests.field.due"),
			Value: LastDay(l, p.Request) + " (" + Length(l, p.Rules) + "; " + p.Rules.Basis + ")"},
		{Label: l.T("requests.receipt.silence"), Value: l.T(p.Rules.Silence.Word())},
		{Label: l.T("requests.receipt.remedies"), Value: p.remedies(l)},
		{Label: l.T("requests.field.substitute"), Value: p.Substitute},
		{Label: l.T("requests.receipt.acts"),
			Value: l.T("requests.receipt.acts_where", civic.Args{"Office": p.Office.Name})},
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

// contacts returns how the office is reached, empty when nobody wrote that down.
func (p Receipt) contacts(l *locale.Localizer) string {
	var all []string
	if p.Office.Phone != "" {
		all = append(all, Phone(l, p.Office.Phone))
	}
	if p.Office.Email != "" {
		all = append(all, p.Office.Email)
	}
	return strings.Join(all, ", ")
}

// remedies returns what can be done when nobody answered, empty where the law has nothing.
func (p Receipt) remedies(l *locale.Localizer) string {
	if key := p.Rules.Silence.Remedy(); key != "" {
		return l.T(key)
	}
	return ""
}

// Text returns the rows as lines of a mail.
func (p Receipt) Text(l *locale.Localizer) string {
	var lines []string
	for _, row := range p.Rows(l) {
		lines = append(lines, row.Label+": "+row.Value)
	}
	return strings.Join(lines, "\n")
}

// PDF returns the receipt as a file, made at a moment: the same bytes whenever it says the same.
func (p Receipt) PDF(l *locale.Localizer, made time.Time) ([]byte, error) {
	return pdf.Sheet{
		Lang: string(l.Lang()), Author: p.Town.Name, Title: p.Title(l), Lead: l.T("requests.receipt.kept"),
		Rows: p.Rows(l), Notes: []string{l.T("requests.receipt.law")}, Made: made,
		Page: func(n int) string {
			return l.T("requests.receipt.page", civic.Args{"Number": p.Number, "Page": n})
		},
	}.Bytes()
}

// FileName returns what the receipt is called as a file.
func (p Receipt) FileName(l *locale.Localizer) string {
	return l.T("requests.receipt.file", civic.Args{"Number": p.Number}) + ".pdf"
}

// ReceiptType is the media type of a receipt as a file.
const ReceiptType = "application/pdf"

// Download answers with the receipt as a PDF, in the language of the page.
func (p Receipt) Download(r *page.Request) error {
	file, err := p.PDF(r.L, time.Now())
	if err != nil {
		return err
	}
	return r.Download(p.FileName(r.L), ReceiptType, file)
}
