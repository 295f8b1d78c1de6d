package inbound

import (
	"net/http"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/crm/requests/intake"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// mailPage is one mail, with what can be done with it.
type mailPage struct {
	intake.Mail
	People       map[civic.ID]crm.Mark
	Reference    deskui.Reference
	File, Attach ui.Form
	Procedures   []ui.Option
	MayWrite     bool // and there is something to say
}

// mail shows a mail.
func (p *Pages) mail(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.show(r, http.StatusOK, id, nil, nil)
}

// show shows a mail, perhaps with a form that was refused.
func (p *Pages) show(r *page.Request, status int, id civic.ID, file, attach *ui.Form) (err error) {
	view := mailPage{}
	if view.Mail, err = p.Intake.Mail(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.People, err = p.CRM.Marks(r.Context(), r.Actor, []civic.ID{view.Contact}); err != nil {
		return err
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	view.MayWrite = view.Open() && r.Actor.Allowed(requests.PermWrite)
	if view.MayWrite {
		if err := p.forms(r, &view, file, attach); err != nil {
			return err
		}
	}
	f := r.Frame(subject(r.Frame(""), view.Mail)).With(r.T("intake.title"), listPath)
	return r.Page(status, mailDetails(f, view))
}

func (p *Pages) forms(r *page.Request, view *mailPage, file, attach *ui.Form) error {
	offered, err := p.Requests.Offered(r.Context())
	if err != nil {
		return err
	}
	set, err := p.Intake.Settings(r.Context())
	if err != nil {
		return err
	}
	view.Procedures = append([]ui.Option{{Label: r.T("requests.desk.choose")}},
		requestview.Options(r.L, offered, requestview.Today())...)
	view.File = r.NewForm(ui.Prefill("subject", view.Subject, "procedure", string(set.Procedure)))
	view.Attach = r.NewForm(ui.Prefill("number", view.Number))
	if file != nil {
		view.File = *file
	}
	if attach != nil {
		view.Attach = *attach
	}
	return nil
}

// file files a mail as a request.
func (p *Pages) file(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := intake.FileInput{Procedure: form.ID("procedure"), Subject: form.Line("subject", 200),
		Text: form.Text("text", 9000)}
	var m intake.Mail
	if err = form.Err(); err == nil {
		m, err = p.Intake.File(r.Context(), r.Actor, id, in)
	}
	if again, ok := form.Again(err); ok {
		return p.show(r, http.StatusUnprocessableEntity, id, &again, nil)
	}
	if err != nil {
		return err
	}
	return p.settled(r, m, "intake.filed")
}

// attach adds a mail to a request.
func (p *Pages) attach(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	number := form.Line("number", 40)
	var m intake.Mail
	if err = form.Err(); err == nil {
		m, err = p.Intake.Attach(r.Context(), r.Actor, id, number)
	}
	if again, ok := form.Again(err); ok {
		return p.show(r, http.StatusUnprocessableEntity, id, nil, &again)
	}
	if err != nil {
		return err
	}
	return p.settled(r, m, "intake.attached")
}

// settled leads back to a mail that was dealt with, or to the list when it is another office's now.
func (p *Pages) settled(r *page.Request, m intake.Mail, said string) error {
	path := mailPath(m.ID)
	if !m.Readable(r.Actor) {
		path = listPath
	}
	return r.Redirect(path, civic.Message{Key: said, Args: civic.Args{"Number": m.Number}})
}

// discardPage asks why a mail is discarded.
type discardPage struct {
	intake.Mail
	Form ui.Form
}

// askDiscard asks why a mail is discarded.
func (p *Pages) askDiscard(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.showDiscard(r, http.StatusOK, id, r.NewForm(nil))
}

func (p *Pages) showDiscard(r *page.Request, status int, id civic.ID, form ui.Form) error {
	m, err := p.Intake.Mail(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if !m.Open() {
		return civic.NewError(civic.Conflict, "intake.error.decided")
	}
	f := r.Frame(r.T("intake.discard")).With(r.T("intake.title"), listPath)
	f = f.With(subject(f, m), mailPath(id))
	return r.Page(status, discardForm(f, discardPage{m, form}))
}

// discard discards a mail.
func (p *Pages) discard(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	reason := form.Text("reason", 1000)
	if err = form.Err(); err == nil {
		_, err = p.Intake.Discard(r.Context(), r.Actor, id, reason)
	}
	if again, ok := form.Again(err); ok {
		return p.showDiscard(r, http.StatusUnprocessableEntity, id, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect(listPath, civic.Msg("intake.discarded"))
}

// original sends a mail as it came.
func (p *Pages) original(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	f, content, err := p.Intake.Original(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.File(f, content)
}

// sendFile sends a file that came along with a mail.
func (p *Pages) sendFile(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	file, err := r.ID("file")
	if err != nil {
		return err
	}
	f, content, err := p.Intake.OpenFile(r.Context(), r.Actor, id, file)
	if err != nil {
		return err
	}
	return r.File(f, content)
}

func (p mailPage) filePath(file civic.ID) string { return mailPath(p.ID) + "/files/" + string(file) }
