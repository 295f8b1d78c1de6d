package desk

import (
	"net/http"
	"net/url"

	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

const mailPath = "/desk/mail"

// mailPage is how the sending of mail stands, and the mail that was kept.
type mailPage struct {
	Status  notify.SendingStatus
	Kept    []notify.KeptLine
	Paging  ui.Paging
	Form    ui.Form
	MayHold bool
}

// OutgoingMail shows how the sending of mail stands and, where no mail server is set, the mail that was kept.
func (p *Pages) OutgoingMail(v *visit.Visit) error {
	return p.showMail(v, http.StatusOK, v.NewForm(nil))
}

func (p *Pages) showMail(v *visit.Visit, status int, form ui.Form) error {
	page := mailPage{Form: form, MayHold: v.Actor.Allowed(notify.PermHoldMail)}
	var err error
	if page.Status, err = p.Notify.Status(v.Context(), v.Actor); err != nil {
		return err
	}
	if page.Status.Kept {
		kept, err := p.Notify.KeptMail(v.Context(), v.Actor, v.PageRequest())
		if err != nil {
			return err
		}
		page.Kept, page.Paging = kept.Items, ui.PagingBy(mailPath, v.Queries(), kept.Next).NewestFirst()
	}
	return v.Page(status, outgoingMail(v.Frame(v.T("notify.mail_page.title")), page))
}

// HoldMail stops all mail.
func (p *Pages) HoldMail(v *visit.Visit) error {
	form := v.Form()
	err := form.Err()
	if err == nil {
		err = p.Notify.HoldSending(v.Context(), v.Actor, form.Raw("reason"))
	}
	if again, ok := form.Again(err); ok {
		return p.showMail(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return v.Redirect(mailPath, civic.Msg("notify.mail_page.now_held"))
}

// ReleaseMail lets mail go out again.
func (p *Pages) ReleaseMail(v *visit.Visit) error {
	if err := p.Notify.ReleaseSending(v.Context(), v.Actor); err != nil {
		return err
	}
	return v.Redirect(mailPath, civic.Msg("notify.mail_page.now_released"))
}

// keptPath returns the address of a mail that was kept, or of its HTML. The id stands in the query because it holds slashes.
func keptPath(page string, id civic.ID) string {
	return mailPath + "/" + page + "?" + url.Values{"id": {string(id)}}.Encode()
}

// secretKey names what a mail holds that is for its reader alone.
func secretKey(s notify.Secret) string { return "notify.kept.secret." + string(s) }

// KeptMail shows a mail that was kept.
func (p *Pages) KeptMail(v *visit.Visit) error {
	m, err := p.Notify.ReadKept(v.Context(), v.Actor, civic.ID(v.Query("id")))
	if err != nil {
		return err
	}
	document := ""
	if m.HTML != "" {
		document = keptPath("document", civic.ID(v.Query("id")))
	}
	return v.Page(http.StatusOK, keptMail(v.Frame(v.T("notify.kept.title")), m, document))
}

// KeptDocument answers with the HTML of a mail that was kept, for the frame of its page.
func (p *Pages) KeptDocument(v *visit.Visit) error {
	m, err := p.Notify.ReadKept(v.Context(), v.Actor, civic.ID(v.Query("id")))
	if err != nil {
		return err
	}
	return v.Inset(m.HTML, notify.LayoutStyleHash())
}
