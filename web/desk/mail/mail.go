package mail

import (
	"net/http"
	"net/url"

	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/notify/message"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// mailPage is how the sending of mail stands, and the mail that was kept.
type mailPage struct {
	Status  notify.SendingStatus
	Kept    []notify.KeptLine
	Paging  ui.Paging
	Form    ui.Form
	MayHold bool
}

// outgoingMail shows how the sending of mail stands and, where no mail server is set, the mail that was kept.
func (p *Pages) outgoingMail(r *page.Request) error {
	return p.showMail(r, http.StatusOK, r.NewForm(nil))
}

func (p *Pages) showMail(r *page.Request, status int, form ui.Form) error {
	view := mailPage{Form: form, MayHold: r.Actor.Allowed(notify.PermHoldMail)}
	var err error
	if view.Status, err = p.Notify.Status(r.Context(), r.Actor); err != nil {
		return err
	}
	if view.Status.Kept {
		kept, err := p.Notify.KeptMail(r.Context(), r.Actor, r.PageRequest())
		if err != nil {
			return err
		}
		view.Kept, view.Paging = kept.Items, ui.PagingBy(deskui.MailPath, r.Queries(),
			kept.Next).NewestFirst()
	}
	return r.Page(status, outgoingMail(r.Frame(r.T("notify.mail_page.title")), view))
}

// holdMail stops all mail.
func (p *Pages) holdMail(r *page.Request) error {
	form := r.Form()
	err := form.Err()
	if err == nil {
		err = p.Notify.HoldSending(r.Context(), r.Actor, form.Raw("reason"))
	}
	if again, ok := form.Again(err); ok {
		return p.showMail(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect(deskui.MailPath, civic.Msg("notify.mail_page.now_held"))
}

// releaseMail lets mail go out again.
func (p *Pages) releaseMail(r *page.Request) error {
	if err := p.Notify.ReleaseSending(r.Context(), r.Actor); err != nil {
		return err
	}
	return r.Redirect(deskui.MailPath, civic.Msg("notify.mail_page.now_released"))
}

// keptPath returns the address of a mail that was kept, or of its HTML. The id stands in the query because it
// holds slashes.
func keptPath(view string, id civic.ID) string {
	return deskui.MailPath + "/" + view + "?" + url.Values{"id": {string(id)}}.Encode()
}

// secretKey names what a mail holds that is for its reader alone.
func secretKey(s notify.Secret) string { return "notify.kept.secret." + string(s) }

// withheldKey names why a mail is not shown.
func withheldKey(s notify.Secret) string {
	switch s {
	case notify.SecretAuthor:
		return "notify.kept.withheld_author"
	case notify.SecretRequest:
		return "notify.kept.withheld_request"
	default:
		return "notify.kept.withheld"
	}
}

// keptMail shows a mail that was kept.
func (p *Pages) keptMail(r *page.Request) error {
	m, err := p.Notify.ReadKept(r.Context(), r.Actor, civic.ID(r.Query("id")))
	if err != nil {
		return err
	}
	document := ""
	if m.HTML != "" {
		document = keptPath("document", civic.ID(r.Query("id")))
	}
	return r.Page(http.StatusOK, keptMail(r.Frame(r.T("notify.kept.title")), m, document))
}

// keptDocument answers with the HTML of a mail that was kept, for the frame of its page.
func (p *Pages) keptDocument(r *page.Request) error {
	m, err := p.Notify.ReadKept(r.Context(), r.Actor, civic.ID(r.Query("id")))
	if err != nil {
		return err
	}
	return r.Inset(m.HTML, message.StyleHash())
}
