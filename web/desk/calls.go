package desk

import (
	"errors"
	"net/http"
	"net/url"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/locale"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// Who called, besides the id of a contact.
const (
	newCaller     = "new"
	unknownCaller = "unknown"
)

// callPage is the form by which a call is recorded while the person is on the phone: looking for them, and what it was about.
type callPage struct {
	Form       ui.Form
	Callers    []ui.Option // who can be chosen
	Searched   bool
	Found      int // by the search
	Similar    int // who are only named like what was searched for
	MaySearch  bool
	MayCreate  bool
	Candidates []crm.Candidate // who a new caller may be already
	Reference  reference
}

// NewCall shows the form, with a contact already chosen when the address names one.
func (p *Pages) NewCall(v *visit.Visit) error {
	values := ui.Prefill("caller", unknownCaller, "channel", string(crm.ByPhone), "direction", string(crm.Inbound), "outcome", string(crm.Answered))
	if len(v.Actor.Offices) > 0 {
		values.Set("office", string(v.Actor.Offices[0]))
	}
	if id, err := civic.ParseID(v.Query("contact")); err == nil {
		values.Set("caller", string(id))
	}
	return p.callForm(v, http.StatusOK, callPage{Form: v.NewForm(values)}, nil)
}

// RecordCall looks for the caller when that was asked for, else stores the call.
func (p *Pages) RecordCall(v *visit.Visit) error {
	form := v.Form()
	in := readCall(form)
	if wantsSearch(form) {
		return p.searchCaller(v, form)
	}
	var call crm.Interaction
	err := form.Err()
	if err == nil {
		call, err = p.CRM.RecordInteraction(v.Context(), v.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		page := callPage{Form: again}
		if d, ok := errors.AsType[*crm.Duplicates](err); ok {
			page.Candidates = d.Candidates
		}
		return p.callForm(v, http.StatusUnprocessableEntity, page, nil)
	}
	if err != nil {
		return err
	}
	path := "/desk/interactions"
	if call.Contact != "" {
		path = "/desk/contacts/" + string(call.Contact)
	}
	return v.Redirect(path, civic.Msg("crm.interaction.created"))
}

// wantsSearch reports whether the form was sent to look for the caller: by the button, by the return key after typing somebody who
// was not looked for yet, or by storing the call of nobody known after typing somebody. Else that key stores the call.
func wantsSearch(form *visit.Form) bool {
	if form.String("do") == "search" {
		return true
	}
	q := form.String("q")
	return q != "" && q != form.String("asked") && (form.String("do") == "enter" || form.String("caller") == unknownCaller)
}

// searchCaller shows the form as it was filled, with those who were found to choose from.
func (p *Pages) searchCaller(v *visit.Visit, form *visit.Form) error {
	found, similar, err := p.CRM.FindContacts(v.Context(), v.Actor, form.String("q"), "")
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
	case v.Actor.Allowed(crm.PermWriteContacts) && !newCallerFilled(ui.Form{Values: values}):
		offerNewCaller(values, form.String("q"))
	}
	return p.callForm(v, http.StatusOK, callPage{Form: v.NewForm(values), Searched: true, Found: len(found), Similar: len(similar)}, append(found, similar...))
}

// callForm shows the form with everybody who can be chosen: who was found, who was chosen before, somebody new, nobody known.
func (p *Pages) callForm(v *visit.Visit, status int, page callPage, found []crm.Contact) error {
	var err error
	if page.Reference, err = p.reference(v); err != nil {
		return err
	}
	page.MaySearch, page.MayCreate = v.Actor.Allowed(crm.PermReadContacts), v.Actor.Allowed(crm.PermWriteContacts)
	for _, c := range found {
		page.Callers = append(page.Callers, caller(v.L, c, page.Reference))
	}
	if page.Similar > 0 {
		markSimilar(v.L, page.Callers[page.Found:])
	}
	for _, c := range page.Candidates {
		found = append(found, c.Contact)
		page.Callers = append(page.Callers, caller(v.L, c.Contact, page.Reference))
	}
	chosen, err := p.chosenCaller(v, page.Form.Values, found)
	if err != nil {
		return err
	}
	if chosen.ID != "" {
		page.Callers = append([]ui.Option{caller(v.L, chosen, page.Reference)}, page.Callers...)
	}
	if page.MayCreate {
		page.Callers = append(page.Callers, ui.Option{Value: newCaller, Label: v.T("crm.call.new_caller"), Hint: v.T("crm.call.new_caller_hint")})
	}
	page.Callers = append(page.Callers, ui.Option{Value: unknownCaller, Label: v.T("crm.call.unknown_caller")})
	return v.Page(status, callForm(v.Frame(v.T("crm.call.title")), page))
}

// chosenCaller returns the contact chosen in the form when it is none of those found.
func (p *Pages) chosenCaller(v *visit.Visit, values url.Values, found []crm.Contact) (crm.Contact, error) {
	id, err := civic.ParseID(values.Get("caller"))
	if err != nil || id == newCaller || id == unknownCaller {
		return crm.Contact{}, nil
	}
	for _, c := range found {
		if c.ID == id {
			return crm.Contact{}, nil
		}
	}
	c, err := p.CRM.Contact(v.Context(), v.Actor, id)
	if civic.CodeOf(err) == civic.NotFound {
		values.Set("caller", unknownCaller)
		return crm.Contact{}, nil
	}
	return c, err
}

// caller returns a contact as an option, told apart from namesakes by what follows the name.
func caller(l *locale.Localizer, c crm.Contact, r reference) ui.Option {
	o := ui.Option{Value: string(c.ID), Label: ui.Person{Name: c.FullName()}.Called(l)}
	for _, part := range []string{firstPhone(c), firstEmail(c), r.DistrictName(c.District), year(c.BirthYear)} {
		if part != "" && o.Hint != "" {
			o.Hint += " · "
		}
		o.Hint += part
	}
	return o
}

// markSimilar says of people to choose from that they are only named like what was searched for.
func markSimilar(l *locale.Localizer, people []ui.Option) {
	for i := range people {
		people[i].Label = l.T("crm.contacts.similar_one", civic.Args{"Name": people[i].Label})
	}
}
