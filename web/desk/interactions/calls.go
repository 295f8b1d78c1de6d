package interactions

import (
	"errors"
	"net/http"
	"net/url"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// unknownCaller is who called when nobody knows, besides the id of a contact and deskui.NewPerson.
const unknownCaller = "unknown"

// callPage is the form by which a call is recorded while the person is on the phone: looking for them, and
// what it was about.
type callPage struct {
	Form       ui.Form
	Callers    []ui.Option // who can be chosen
	Searched   bool
	Found      int // by the search
	Similar    int // who are only named like what was searched for
	MaySearch  bool
	MayCreate  bool
	MayRequest bool            // file a request for the caller
	Candidates []crm.Candidate // who a new caller may be already
	Reference  deskui.Reference
}

// newCall shows the form, with a contact already chosen when the address names one.
func (p *Pages) newCall(r *page.Request) error {
	values := ui.Prefill("caller", unknownCaller, "channel", string(crm.ByPhone), "direction",
		string(crm.Inbound), "outcome", string(crm.Answered))
	if len(r.Actor.Offices) > 0 {
		values.Set("office", string(r.Actor.Offices[0]))
	}
	if id, err := civic.ParseID(r.Query("contact")); err == nil {
		values.Set("caller", string(id))
	}
	return p.callForm(r, http.StatusOK, callPage{Form: r.NewForm(values)}, nil)
}

// recordCall looks for the caller when that was asked for, else stores the call.
func (p *Pages) recordCall(r *page.Request) error {
	form := r.Form()
	in := readCall(form)
	files, err := form.Attachments("files", p.attachInput(r))
	if err != nil {
		return err
	}
	in.Files = blob.IDs(files)
	if wantsSearch(form) {
		return p.searchCaller(r, form)
	}
	var call crm.Interaction
	if err = form.Err(); err == nil {
		call, err = p.CRM.RecordInteraction(r.Context(), r.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		view := callPage{Form: again}
		if d, ok := errors.AsType[*crm.Duplicates](err); ok {
			view.Candidates = d.Candidates
		}
		return p.callForm(r, http.StatusUnprocessableEntity, view, nil)
	}
	if err != nil {
		return err
	}
	path := "/desk/interactions"
	switch {
	case form.String("do") == "request":
		path = requestOf(call.ID)
	case call.Contact != "":
		path = "/desk/contacts/" + string(call.Contact)
	}
	return r.Redirect(path, civic.Msg("crm.interaction.created"))
}

// wantsSearch reports whether the form was sent to look for the caller: by the button, by the return key
// after typing somebody who was not looked for yet, or by storing the call of nobody known after typing
// somebody. Else that key stores the call.
func wantsSearch(form *page.Form) bool {
	if form.String("do") == "search" {
		return true
	}
	q := form.String("q")
	return q != "" && q != form.String("asked") &&
		(form.String("do") == "enter" || form.String("caller") == unknownCaller)
}

// searchCaller shows the form as it was filled, with those who were found to choose from.
func (p *Pages) searchCaller(r *page.Request, form *page.Form) error {
	found, similar, err := p.CRM.FindContacts(r.Context(), r.Actor, form.String("q"), "")
	if err != nil {
		return err
	}
	values := form.Values()
	values.Del("do")
	values.Del("asked")
	switch {
	case len(found) > 0:
		values.Set("caller", string(found[0].ID))
	case len(similar) > 0: // whoever is only named alike is chosen by hand
	case r.Actor.Allowed(crm.PermWriteContacts) && !deskui.NewPersonFilled(ui.Form{Values: values}):
		deskui.OfferNewPerson(values, "caller", form.String("q"))
	}
	return p.callForm(
		r,
		http.StatusOK,
		callPage{
			Form:     form.Carry(r.NewForm(values)),
			Searched: true,
			Found:    len(found),
			Similar:  len(similar),
		},
		append(found, similar...),
	)
}

// callForm shows the form with everybody who can be chosen: who was found, who was chosen before, somebody
// new, nobody known.
func (p *Pages) callForm(r *page.Request, status int, view callPage, found []crm.Contact) error {
	var err error
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	view.Form.Files, view.MayRequest = true, r.Actor.Allowed(requests.PermWrite)
	view.MaySearch, view.MayCreate = r.Actor.Allowed(crm.PermReadContacts),
		r.Actor.Allowed(crm.PermWriteContacts)
	for _, c := range found {
		view.Callers = append(view.Callers, deskui.ContactOption(r.L, c, view.Reference))
	}
	if view.Similar > 0 {
		deskui.MarkSimilar(r.L, view.Callers[view.Found:])
	}
	for _, c := range view.Candidates {
		found = append(found, c.Contact)
		view.Callers = append(view.Callers, deskui.ContactOption(r.L, c.Contact, view.Reference))
	}
	chosen, err := p.chosenCaller(r, view.Form.Values, found)
	if err != nil {
		return err
	}
	if chosen.ID != "" {
		view.Callers = append([]ui.Option{deskui.ContactOption(r.L, chosen, view.Reference)}, view.Callers...)
	}
	if view.MayCreate {
		view.Callers = append(view.Callers, deskui.NewPersonOption(r.L))
	}
	view.Callers = append(view.Callers,
		ui.Option{Value: unknownCaller, Label: r.T("crm.call.unknown_caller")})
	return r.Page(status, callForm(r.Frame(r.T("crm.call.title")), view))
}

// chosenCaller returns the contact chosen in the form when it is none of those found.
func (p *Pages) chosenCaller(r *page.Request, values url.Values, found []crm.Contact) (crm.Contact, error) {
	id, err := civic.ParseID(values.Get("caller"))
	if err != nil || id == deskui.NewPerson || id == unknownCaller {
		return crm.Contact{}, nil
	}
	for _, c := range found {
		if c.ID == id {
			return crm.Contact{}, nil
		}
	}
	c, err := p.CRM.Contact(r.Context(), r.Actor, id)
	if civic.CodeOf(err) == civic.NotFound {
		values.Set("caller", unknownCaller)
		return crm.Contact{}, nil
	}
	return c, err
}

// callOffices lists the offices that a call can be for. Where none is chosen yet the first option is that, so
// that nobody's call goes to an office by mistake.
func callOffices(f ui.Frame, form ui.Form, r deskui.Reference) []ui.Option {
	chosen := civic.ID(form.Value("office"))
	options := r.OfficeOptions(chosen)
	if r.HasOffice(chosen) {
		return options
	}
	return append([]ui.Option{{Label: f.T("crm.call.no_office")}}, options...)
}
