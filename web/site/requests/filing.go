package requests

import (
	"net/http"

	"ascolto/crm/requests"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// offer is something that can be asked for today.
type offer struct {
	ID civic.ID
	requests.Version
}

// askPage lists what can be asked for.
type askPage struct {
	Offers  []offer
	MayFile bool // for themselves: not staff
	Offices map[civic.ID]string
}

// ask shows what can be asked for, with its term and what it needs.
func (p *Pages) ask(r *page.Request) error {
	all, err := p.Requests.Offered(r.Context())
	if err != nil {
		return err
	}
	view := askPage{MayFile: r.Actor.Account == "" || r.Actor.Contact != ""}
	for _, procedure := range all {
		if v, ok := procedure.On(requestview.Today()); ok {
			view.Offers = append(view.Offers, offer{procedure.ID, v})
		}
	}
	if view.Offices, err = p.offices(r); err != nil {
		return err
	}
	return r.Page(http.StatusOK, ask(r.Frame(r.T("requests.site.title")), view))
}

// filePage is the form by which something is asked for, or the summary of it.
type filePage struct {
	offer
	Form    ui.Form
	Office  string
	Summary *requests.Request // as it will be filed; nil: the form is shown
}

// newRequest shows the form of a procedure.
func (p *Pages) newRequest(r *page.Request) error {
	if _, err := civic.OwnSubject(r.Actor); err != nil {
		return err
	}
	return p.showForm(r, http.StatusOK, filePage{Form: r.NewForm(nil)})
}

func (p *Pages) showForm(r *page.Request, status int, view filePage) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	procedure, err := p.Requests.Procedure(r.Context(), id)
	if err != nil {
		return err
	}
	v, ok := procedure.On(requestview.Today())
	if !ok {
		return civic.NewError(civic.Gone, "requests.error.not_offered")
	}
	offices, err := p.offices(r)
	if err != nil {
		return err
	}
	view.offer, view.Office = offer{id, v}, offices[v.Office]
	view.Form.Files = true
	f := r.Frame(v.Name.In(string(r.Lang))).With(r.T("requests.site.title"), askPath)
	if view.Summary != nil {
		return r.Page(status, summary(f, view))
	}
	return r.Page(status, fileForm(f, view))
}

// attachInput says where the files of a request go.
func (p *Pages) attachInput(r *page.Request) page.AttachInput {
	return page.AttachInput{Files: p.Files, Use: requests.Files(), Sender: r.Actor.Account}
}

// file shows a summary of what was typed, then files it.
func (p *Pages) file(r *page.Request) error {
	if _, err := civic.OwnSubject(r.Actor); err != nil {
		return err
	}
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	files, err := form.Attachments("files", p.attachInput(r))
	if err != nil {
		return err
	}
	in := requests.FileInput{FormKey: string(form.Key()), Procedure: id, Subject: form.Line("subject", 200),
		Text: form.Text("text", 10_000), Grounds: form.Text("grounds", 10_000), Files: blob.IDs(files)}
	var filed requests.Request
	if err = form.Err(); err == nil && form.String("do") == "send" {
		filed, err = p.Requests.File(r.Context(), r.Actor, in)
	} else if err == nil {
		filed, err = p.Requests.Draft(r.Context(), r.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showForm(r, http.StatusUnprocessableEntity, filePage{Form: again})
	}
	if err != nil {
		return err
	}
	if form.String("do") == "send" {
		return r.Redirect(ownRequest(filed.ID)+"/ricevuta", civic.Msg("requests.site.filed"))
	}
	values := form.Values()
	values.Del("do")
	view := filePage{Form: form.Carry(r.NewForm(values))}
	view.Form.Key = string(form.Key())
	if form.String("do") != "edit" {
		view.Summary = &filed
	}
	return p.showForm(r, http.StatusOK, view)
}

// receiptOf returns the receipt of a request of the reader's.
func (p *Pages) receiptOf(r *page.Request) (receipt requestview.Receipt, err error) {
	id, err := r.ID("id")
	if err != nil {
		return receipt, err
	}
	own, err := p.Requests.Own(r.Context(), r.Actor, id)
	if err != nil {
		return receipt, err
	}
	code, err := p.Requests.Code(r.Context(), r.Actor, id)
	if err != nil {
		return receipt, err
	}
	offices, err := p.offices(r)
	return requestview.NewReceipt(r, own, code, offices[own.Office]), err
}

// receipt shows the receipt of a request of the reader's.
func (p *Pages) receipt(r *page.Request) error {
	view, err := p.receiptOf(r)
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, receipt(r.Frame(view.Title(r.L)).With(r.T("requests.own.title"), ownPath),
		view))
}

// downloadReceipt sends the receipt of a request of the reader's as a PDF.
func (p *Pages) downloadReceipt(r *page.Request) error {
	view, err := p.receiptOf(r)
	if err != nil {
		return err
	}
	return view.Download(r)
}
