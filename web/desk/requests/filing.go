package requests

import (
	"errors"
	"net/http"
	"slices"
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

// filePage is the form by which staff file a request for somebody, and note with it that they spoke to them:
// all on one screen.
type filePage struct {
	Form        ui.Form
	People      []ui.Option
	Found       int // by the search
	Similar     int // who are only named like what was searched for
	Searched    bool
	MaySearch   bool
	MayCreate   bool
	RecordsCall bool            // a conversation is noted, too
	Call        crm.Interaction // that becomes the request; without ID: none was noted
	Candidates  []crm.Candidate // who somebody new may be already
	Reference   deskui.Reference
	Procedures  []ui.Option
}

// newRequest shows the form, with a contact or a conversation already chosen when the address names one.
func (p *Pages) newRequest(r *page.Request) error {
	values := ui.Prefill("channel", string(crm.ByPhone), "contact", r.Query("contact"),
		"received_on", time.Now().In(civic.Rome()).Format(time.DateOnly))
	if r.Query("call") != "" {
		id, err := civic.ParseID(r.Query("call"))
		if err != nil {
			return err
		}
		call, err := p.CRM.CallFor(r.Context(), r.Actor, id, "")
		if err != nil {
			return err
		}
		values = ui.Prefill("call", string(call.ID), "channel", string(call.Channel), "contact",
			string(call.Contact), "received_on", call.Day(), "subject", call.Subject)
		if !call.Confidential {
			values.Set("text", call.Note)
		}
	}
	return p.showForm(r, http.StatusOK, filePage{Form: r.NewForm(values)}, nil)
}

// showForm shows the form with everybody who can be chosen: who was found, who was chosen before, and
// somebody new.
func (p *Pages) showForm(r *page.Request, status int, view filePage, found []crm.Contact) (err error) {
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	if view.Procedures, err = p.procedureOptions(r, view.Reference); err != nil {
		return err
	}
	if id, err := civic.ParseID(view.Form.Value("call")); err == nil {
		if view.Call, err = p.CRM.CallFor(r.Context(), r.Actor, id, ""); err != nil {
			return err
		}
	}
	view.Form.Files, view.MaySearch = true, r.Actor.Allowed(crm.PermReadContacts)
	view.MayCreate = r.Actor.Allowed(crm.PermWriteContacts)
	view.RecordsCall = requests.RecordsCall(r.Actor, crm.ByPhone, view.Call.ID)
	for _, c := range found {
		view.People = append(view.People, deskui.ContactOption(r.L, c, view.Reference))
	}
	if view.Similar > 0 {
		deskui.MarkSimilar(r.L, view.People[view.Found:])
	}
	for _, c := range view.Candidates {
		found = append(found, c.Contact)
		view.People = append(view.People, deskui.ContactOption(r.L, c.Contact, view.Reference))
	}
	if err := p.addChosen(r, &view, found); err != nil {
		return err
	}
	if len(view.People) == 0 && !view.MayCreate {
		view.People = []ui.Option{{Label: r.T("requests.desk.nobody_yet")}}
	}
	if view.MayCreate {
		view.People = append(view.People, deskui.NewPersonOption(r.L))
	}
	f := r.Frame(r.T("requests.desk.new")).With(r.T("requests.desk.title"), queuePath)
	return r.Page(status, fileForm(f, view))
}

// addChosen adds whoever is chosen in the form to the people, when they are none of those found.
func (p *Pages) addChosen(r *page.Request, view *filePage, found []crm.Contact) error {
	chosen, err := civic.ParseID(view.Form.Value("contact"))
	if err != nil || chosen == deskui.NewPerson ||
		slices.ContainsFunc(found, func(c crm.Contact) bool { return c.ID == chosen }) {
		return nil
	}
	c, err := p.CRM.Contact(r.Context(), r.Actor, chosen)
	switch civic.CodeOf(err) {
	case "":
		o := deskui.ContactOption(r.L, c, view.Reference)
		view.People = append([]ui.Option{o}, view.People...)
	case civic.NotFound, civic.Forbidden:
	default:
		return err
	}
	return nil
}

// procedureOptions lists what can be asked for today, each with the office that it proposes.
func (p *Pages) procedureOptions(r *page.Request, names deskui.Reference) ([]ui.Option, error) {
	offered, err := p.Requests.Offered(r.Context())
	if err != nil {
		return nil, err
	}
	options, offices := requestview.Options(r.L, offered, requestview.Today()), map[string]civic.ID{}
	for _, one := range offered {
		if v, ok := one.On(requestview.Today()); ok {
			offices[string(one.ID)] = v.Office
		}
	}
	for n, o := range options {
		options[n].Label += " · " + names.OfficeName(offices[o.Value])
	}
	return options, nil
}

// readFile reads what is filed, and for whom.
func readFile(form *page.Form) requests.FileInput {
	in := requests.FileInput{
		FormKey: string(form.Key()), Procedure: form.ID("procedure"), Channel: crm.Channel(form.String("channel")),
		ReceivedOn: form.String("received_on"), Subject: form.Line("subject", 200),
		Text: form.Text("text", 10_000), Grounds: form.Text("grounds", 10_000), RecordCall: true,
		New: deskui.ReadNewPerson(form, "contact"),
	}
	if in.New == nil {
		in.Contact = form.ID("contact")
	}
	if form.String("call") != "" {
		in.Call = form.ID("call")
	}
	if form.String("office") != "" {
		in.Office = form.ID("office")
	}
	return in
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
	in := readFile(form)
	in.Files = blob.IDs(files)
	var filed requests.Request
	if err = form.Err(); err == nil {
		filed, err = p.Requests.File(r.Context(), r.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		view := filePage{Form: again}
		if d, ok := errors.AsType[*crm.Duplicates](err); ok {
			view.Candidates = d.Candidates
		}
		return p.showForm(r, http.StatusUnprocessableEntity, view, nil)
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
	switch {
	case len(found) > 0:
		values.Set("contact", string(found[0].ID))
	case len(similar) > 0: // whoever is only named alike is chosen by hand
	case r.Actor.Allowed(crm.PermWriteContacts) && !deskui.NewPersonFilled(ui.Form{Values: values}):
		deskui.OfferNewPerson(values, "contact", q)
	}
	view := filePage{Form: form.Carry(r.NewForm(values)), Searched: true, Found: len(found),
		Similar: len(similar)}
	return p.showForm(r, http.StatusOK, view, append(found, similar...))
}
