package app

import (
	"context"
	"strings"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/notify/message"
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

// receipt returns what the receipt of a request says, as lines of a mail and as a file. It is dated as the
// request, so that a letter that is written again is the same.
func (l requestLetters) receipt(
	ctx context.Context, in requests.Letter, language string,
) (rows string, files []message.Attachment, err error) {
	t := l.app.Catalogues.In(locale.Lang(language))
	r, err := requestview.NewReceipt(ctx, l.app.Reference, l.app.config.Town, l.app.Origin, in.Request, in.Code)
	if err != nil {
		return "", nil, err
	}
	file, err := r.PDF(t, in.Request.ReceivedAt)
	return r.Text(t), []message.Attachment{{Name: r.FileName(t), Type: requestview.ReceiptType,
		Content: file}}, err
}
