package requests

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

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
	Visitor bool   // it is asked for without signing in
	SignIn  string // where they could sign in; empty: they are
	Refused string // why the form came back, where that is no fault of a field
	// until when what was typed is kept; zero: it is not
	SavedUntil time.Time
	Summary    *requests.Request // as it will be filed; nil: the form is shown
	Newer      *requests.Draft   // what was saved elsewhere since; nil: nothing
}

// path returns the address of the form.
func (p filePage) path() string { return newPath + string(p.ID) }

// mayAsk returns nil for who asks for themselves: citizens, and people who are not signed in.
func mayAsk(by civic.Actor) error {
	if by.Account == "" {
		return nil
	}
	_, err := civic.OwnSubject(by)
	return err
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
	view.Visitor = r.Actor.Account == "" || view.Form.Value(visitorField) != ""
	if r.Actor.Account == "" {
		view.SignIn = "/accedi?" + url.Values{page.ReturnParam: {view.path()}}.Encode()
	}
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

// visitorField is set in a form that was begun without signing in and waits to be confirmed: it stays so
// whoever is signed in where it is changed.
const visitorField = "visitor"

// versionField is the version of the draft that the form of a citizen shows, or that they were told of.
const versionField = "version"

// asker returns who asks by a form.
func asker(r *page.Request, form *page.Form) civic.Actor {
	if form.String(visitorField) != "" {
		return civic.Visitor(r.RequestID)
	}
	return r.Actor
}

// typed is what a form says that asks for something.
type typed struct {
	requests.FileInput
	do string // which button was pressed
}

// readFile reads the form. What it brings as files is kept.
func (p *Pages) readFile(r *page.Request, form *page.Form) (in typed, err error) {
	id, err := r.ID("id")
	if err != nil {
		return in, err
	}
	by := asker(r, form)
	attach := p.attachInput(r)
	if attach.Sender, attach.Pool, err = p.Requests.Sending(r.Context(), by, form.Key()); err != nil {
		return in, err
	}
	files, err := form.Attachments("files", attach)
	in.do = form.String("do")
	in.FileInput = requests.FileInput{FormKey: string(form.Key()), Procedure: id,
		Subject: form.Line("subject", 200), Text: form.Text("text", 10_000),
		Grounds: form.Text("grounds", 10_000), Files: blob.IDs(files), Browser: r.Cookie()}
	in.Version, _ = strconv.Atoi(form.String(versionField)) // without one it knows of no draft
	if by.Account == "" {
		in.Declared = &requests.Declared{GivenName: form.Line("given_name", 100),
			FamilyName: form.Line("family_name", 100), Email: form.Line("email", 254),
			Phone: form.Line("phone", 100)}
	}
	if err == nil {
		err = form.Err()
	}
	return in, err
}

// file shows a summary of what was typed, then files it; of who is not signed in it waits to be confirmed.
func (p *Pages) file(r *page.Request) error {
	form := r.Form()
	if err := mayAsk(asker(r, form)); err != nil {
		return err
	}
	in, err := p.readFile(r, form)
	if err != nil {
		return p.refused(r, form, err)
	}
	switch {
	case in.do == "send" && in.Declared != nil:
		return p.askFor(r, form, in.FileInput)
	case in.do == "save":
		return p.save(r, form, in.FileInput)
	case in.do == "send":
		filed, err := p.Requests.File(r.Context(), r.Actor, in.FileInput)
		if err != nil {
			return p.refused(r, form, err)
		}
		return r.Redirect(ownRequest(filed.ID)+"/ricevuta", civic.Msg("requests.site.filed"))
	}
	reviewed, err := p.Requests.Review(r.Context(), r.Actor, in.FileInput)
	if err != nil {
		return p.refused(r, form, err)
	}
	view := filePage{Form: keptForm(r, form)}
	if in.Declared == nil {
		p.saveAlong(r, &view, in.FileInput)
	}
	if in.do != "edit" {
		view.Summary = &reviewed
	}
	return p.showForm(r, http.StatusOK, view)
}

// keptForm returns the form as it was filled, with its key and its files.
func keptForm(r *page.Request, form *page.Form) ui.Form {
	values := form.Values()
	values.Del("do")
	kept := form.Carry(r.NewForm(values))
	kept.Key = string(form.Key())
	return kept
}

// passing are the faults that may be over in a while: the form comes back as it was filled.
var passing = map[civic.Code]int{civic.Full: http.StatusInsufficientStorage,
	civic.Unavailable: http.StatusServiceUnavailable, civic.Limited: http.StatusTooManyRequests}

// refused shows the form as it was filled, with what is wrong with it, or why it cannot be taken at present.
// Where not even that can be shown, err is what the page says that gives back what was written.
func (p *Pages) refused(r *page.Request, form *page.Form, err error) error {
	if errors.Is(err, requests.ErrDraftNewer) {
		view := filePage{Form: keptForm(r, form)}
		p.showNewer(r, &view)
		return p.showForm(r, http.StatusUnprocessableEntity, view)
	}
	if again, ok := form.Again(err); ok {
		return p.showForm(r, http.StatusUnprocessableEntity, filePage{Form: again})
	}
	fault, ok := errors.AsType[*civic.Error](err)
	if !ok || passing[fault.Code] == 0 {
		return err
	}
	view := filePage{Form: keptForm(r, form), Refused: r.L.Message(fault.Message)}
	if p.showForm(r, passing[fault.Code], view) != nil {
		return err
	}
	return nil
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
	return requestview.ReadReceipt(r, p.Reference, own, code)
}

// receipt shows the receipt of a request of the reader's.
func (p *Pages) receipt(r *page.Request) error {
	view, err := p.receiptOf(r)
	if err != nil {
		return err
	}
	f := r.Frame(view.Title(r.L)).With(r.T("requests.own.title"), ownPath)
	return r.Page(http.StatusOK, receipt(f, view, ownRequest(view.ID)))
}

// downloadReceipt sends the receipt of a request of the reader's as a PDF.
func (p *Pages) downloadReceipt(r *page.Request) error {
	view, err := p.receiptOf(r)
	if err != nil {
		return err
	}
	return view.Download(r)
}
