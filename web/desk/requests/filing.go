package requests

import (
	"net/http"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// filePage is the form by which staff file a request for somebody.
type filePage struct {
	Form       ui.Form
	People     []ui.Option
	Searched   bool
	Found      int
	MaySearch  bool
	Procedures []ui.Option
}

// newRequest shows the form, with a contact already chosen when the address names one.
func (p *Pages) newRequest(r *page.Request) error {
	values := ui.Prefill("channel", string(crm.ByPhone), "contact", r.Query("contact"),
		"received_on", time.Now().In(civic.Rome()).Format(time.DateOnly))
	return p.showForm(r, http.StatusOK, filePage{Form: r.NewForm(values)}, nil)
}

// showForm shows the form with everybody who can be chosen: who was found, and who was chosen before.
func (p *Pages) showForm(r *page.Request, status int, view filePage, found []crm.Contact) error {
	offered, err := p.Requests.Offered(r.Context())
	if err != nil {
		return err
	}
	names, err := deskui.ReadReference(r, p.Reference)
	if err != nil {
		return err
	}
	view.Procedures = requestview.Options(r.L, offered, requestview.Today())
	view.MaySearch, view.Form.Files = r.Actor.Allowed(crm.PermReadContacts), true
	chosen, err := civic.ParseID(view.Form.Value("contact"))
	for _, c := range found {
		view.People = append(view.People, deskui.ContactOption(r.L, c, names))
		if c.ID == chosen {
			chosen = ""
		}
	}
	if err == nil && chosen != "" {
		c, err := p.CRM.Contact(r.Context(), r.Actor, chosen)
		switch civic.CodeOf(err) {
		case "":
			view.People = append([]ui.Option{deskui.ContactOption(r.L, c, names)}, view.People...)
		case civic.NotFound, civic.Forbidden:
		default:
			return err
		}
	}
	if len(view.People) == 0 {
		view.People = []ui.Option{{Label: r.T("requests.desk.nobody_yet")}}
	}
	f := r.Frame(r.T("requests.desk.new")).With(r.T("requests.desk.title"), queuePath)
	return r.Page(status, fileForm(f, view))
}

// fileFor looks for the person when that was asked for, else files the request.
func (p *Pages) fileFor(r *page.Request) error {
	form := r.Form()
	files, err := form.Attachments("files", p.attachInput(r))
	if err != nil {
		return err
	}
	q := form.String("q")
	if form.String("do") == "search" || form.String("contact") == "" && q != "" && q != form.String("asked") {
		return p.search(r, form, q)
	}
	in := requests.FileInput{
		FormKey: string(form.Key()), Procedure: form.ID("procedure"), Contact: form.ID("contact"),
		Channel: crm.Channel(form.String("channel")), ReceivedOn: form.String("received_on"),
		Subject: form.Line("subject", 200), Text: form.Text("text", 10_000),
		Grounds: form.Text("grounds", 10_000), Files: blob.IDs(files),
	}
	var filed requests.Request
	if err = form.Err(); err == nil {
		filed, err = p.Requests.File(r.Context(), r.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showForm(r, http.StatusUnprocessableEntity, filePage{Form: again}, nil)
	}
	if err != nil {
		return err
	}
	return r.Redirect(requestPath(filed.ID)+"/receipt", civic.Msg("requests.site.filed"))
}

// search shows the form as it was filled, with those who were found to choose from.
func (p *Pages) search(r *page.Request, form *page.Form, q string) error {
	found, similar, err := p.CRM.FindContacts(r.Context(), r.Actor, q, "")
	if err != nil {
		return err
	}
	values := form.Values()
	values.Del("do")
	if len(found) > 0 {
		values.Set("contact", string(found[0].ID))
	}
	view := filePage{Form: form.Carry(r.NewForm(values)), Searched: true, Found: len(found) + len(similar)}
	return p.showForm(r, http.StatusOK, view, append(found, similar...))
}
