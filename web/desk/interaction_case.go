package desk

import (
	"net/http"
	"slices"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

func interactionPath(id civic.ID) string { return "/desk/interactions/" + string(id) }

// interactionPage is one interaction, with the forms for what can be done with it.
type interactionPage struct {
	crm.Interaction
	People     map[civic.ID]crm.Mark // those that the reader may know of
	Reference  reference
	Colleagues []crm.Colleague
	MayEdit    bool
	MaySearch  bool
	Tokens     ui.Form // for what needs no input
	Add        ui.Form
	Close      ui.Form
	Assign     ui.Form
	Attach     ui.Form
	Searched   bool
	Found      []ui.Option // who can be attached
	Similar    int         // the last of them are only named like what was searched for
}

// Interaction shows one interaction.
func (p *Pages) Interaction(v *visit.Visit) error {
	return p.showInteraction(v, http.StatusOK, func(*interactionPage) {})
}

// showInteraction shows an interaction after fill has put back the form that was sent.
func (p *Pages) showInteraction(v *visit.Visit, status int, fill func(*interactionPage)) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	page := interactionPage{Tokens: v.NewForm(nil), Add: v.NewForm(nil), Close: v.NewForm(nil), Attach: v.NewForm(nil)}
	if page.Interaction, err = p.CRM.Interaction(v.Context(), v.Actor, id); err != nil {
		return err
	}
	page.Assign = v.NewForm(ui.Prefill("office", string(page.Office), "owner", string(page.Owner)))
	page.MayEdit, page.MaySearch = page.Editable(v.Actor), v.Actor.Allowed(crm.PermReadContacts)
	if err := p.fillInteraction(v, &page); err != nil {
		return err
	}
	fill(&page)
	page.Add, page.Close = page.Add.Named("nota"), page.Close.Named("chiusura")
	page.Assign, page.Attach = page.Assign.Named("assegnazione"), page.Attach.Named("persona")
	return v.Page(status, interactionDetails(v.Frame(page.Subject), page))
}

func (p *Pages) fillInteraction(v *visit.Visit, page *interactionPage) (err error) {
	contacts := []civic.ID{page.Contact}
	for _, c := range page.Changes {
		if c.Field == crm.CaseContact {
			contacts = append(contacts, civic.ID(c.Was))
		}
	}
	contacts = slices.DeleteFunc(contacts, func(id civic.ID) bool { return id == "" })
	if page.People, err = p.CRM.Marks(v.Context(), v.Actor, contacts); err != nil {
		return err
	}
	if page.MayEdit {
		if page.Colleagues, err = p.CRM.Colleagues(v.Context(), v.Actor); err != nil {
			return err
		}
	}
	page.Reference, err = p.reference(v)
	return err
}

// ownerOptions lists the colleagues with their offices, after an option for anybody of the office.
func (p interactionPage) ownerOptions(f ui.Frame) []ui.Option {
	options := []ui.Option{{Label: f.T("crm.field.no_owner")}}
	for _, c := range p.Colleagues {
		o := ui.Option{Value: string(c.ID), Label: colleagueLabel(p.Colleagues, c.ID, c.Name)}
		for _, office := range c.Offices {
			o.Label += " · " + p.Reference.OfficeName(office)
		}
		options = append(options, o)
	}
	return options
}

// was says what stood in a field before it was put right.
func (p interactionPage) was(f ui.Frame, c crm.CaseChange) string {
	switch {
	case c.Field == crm.CaseContact:
		return spokenTo(f, p.People, civic.ID(c.Was)).Line(f.L)
	case c.Was == "":
		return f.T("crm.interaction.was_empty")
	case c.Field == crm.CaseOffice:
		return p.Reference.OfficeName(civic.ID(c.Was))
	case c.Field == crm.CaseTopic:
		return p.Reference.TopicName(civic.ID(c.Was), string(f.L.Lang()))
	case c.Field == crm.CaseDueOn || c.Field == crm.CaseDay:
		return dayText(f.L, c.Was)
	case slices.Contains([]crm.CaseField{crm.CaseChannel, crm.CaseDirection, crm.CaseOutcome}, c.Field):
		return f.T("crm." + string(c.Field) + "." + c.Was)
	case c.Field == crm.CaseConfidential:
		return f.T("crm.interaction.confidential_" + c.Was)
	}
	return c.Was
}

// act does something with an interaction and shows it again: after what was done, or with the form that was wrong. Who has given it
// away and may not read it any more is led to the list.
func (p *Pages) act(v *visit.Visit, done string, do func(civic.ID, *visit.Form) (crm.Interaction, error), again func(*interactionPage, ui.Form)) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	if err = form.Err(); err == nil {
		_, err = do(id, form)
	}
	if back, ok := form.Again(err); ok {
		return p.showInteraction(v, http.StatusUnprocessableEntity, func(page *interactionPage) { again(page, back) })
	}
	if err != nil {
		return err
	}
	path := interactionPath(id)
	if _, err := p.CRM.Interaction(v.Context(), v.Actor, id); civic.CodeOf(err) == civic.NotFound {
		path = "/desk/interactions"
	}
	return v.Redirect(path, civic.Msg(done))
}

// AddCaseNote adds a note to an interaction.
func (p *Pages) AddCaseNote(v *visit.Visit) error {
	return p.act(v, "crm.interaction.noted", func(id civic.ID, form *visit.Form) (crm.Interaction, error) {
		return p.CRM.AddCaseNote(v.Context(), v.Actor, id, string(form.Key()), form.Text("text", 10_000))
	}, func(page *interactionPage, form ui.Form) { page.Add = form })
}

// CloseFollowUp notes that what an interaction left to do is done, and how it ended.
func (p *Pages) CloseFollowUp(v *visit.Visit) error {
	return p.act(v, "crm.interaction.closed", func(id civic.ID, form *visit.Form) (crm.Interaction, error) {
		return p.CRM.CloseFollowUp(v.Context(), v.Actor, id, form.Text("words", 10_000))
	}, func(page *interactionPage, form ui.Form) { page.Close = form })
}

// ReopenFollowUp notes that something is to be done after all.
func (p *Pages) ReopenFollowUp(v *visit.Visit) error {
	return p.act(v, "crm.interaction.reopened", func(id civic.ID, _ *visit.Form) (crm.Interaction, error) {
		return p.CRM.ReopenFollowUp(v.Context(), v.Actor, id)
	}, func(page *interactionPage, form ui.Form) { page.Close = form })
}

// AssignInteraction gives an interaction to an office or a colleague.
func (p *Pages) AssignInteraction(v *visit.Visit) error {
	return p.act(v, "crm.interaction.assigned", func(id civic.ID, form *visit.Form) (crm.Interaction, error) {
		in := crm.AssignInput{Revision: revision(form), Office: form.ID("office"), Reason: form.Line("reason", 300)}
		if form.String("owner") != "" {
			in.Owner = form.ID("owner")
		}
		return p.CRM.AssignInteraction(v.Context(), v.Actor, id, in)
	}, func(page *interactionPage, form ui.Form) { page.Assign = form })
}

// AttachContact says who the person was, or looks for them first.
func (p *Pages) AttachContact(v *visit.Visit) error {
	form := v.Form()
	if form.String("do") == "search" || form.String("contact") == "" || form.String("q") != form.String("asked") {
		return p.searchAttach(v, form)
	}
	return p.act(v, "crm.interaction.attached", func(id civic.ID, form *visit.Form) (crm.Interaction, error) {
		return p.CRM.AttachContact(v.Context(), v.Actor, id, revision(form), form.ID("contact"))
	}, func(page *interactionPage, form ui.Form) { page.Attach = form })
}

// searchAttach shows the interaction with those who were found to choose from.
func (p *Pages) searchAttach(v *visit.Visit, form *visit.Form) error {
	if form.String("q") == "" {
		form.Problem("q", "error.required")
		again, _ := form.Again(form.Err())
		return p.showInteraction(v, http.StatusUnprocessableEntity, func(page *interactionPage) { page.Attach = again })
	}
	found, similar, err := p.CRM.FindContacts(v.Context(), v.Actor, form.String("q"), "")
	if err != nil {
		return err
	}
	return p.showInteraction(v, http.StatusOK, func(page *interactionPage) {
		values := ui.Prefill("q", form.String("q"), "asked", form.String("q"))
		if len(found) > 0 {
			values.Set("contact", string(found[0].ID))
		}
		page.Attach, page.Searched, page.Similar = v.NewForm(values), true, len(similar)
		for _, c := range append(found, similar...) {
			page.Found = append(page.Found, caller(v.L, c, page.Reference))
		}
		markSimilar(v.L, page.Found[len(found):])
	})
}

// correctionPage is the form by which an interaction is put right.
type correctionPage struct {
	crm.Interaction
	Form      ui.Form
	Reference reference
}

// EditInteraction shows what was recorded, to be put right.
func (p *Pages) EditInteraction(v *visit.Visit) error {
	return p.showCorrection(v, http.StatusOK, func(i crm.Interaction) ui.Form {
		values := ui.Prefill("subject", i.Subject, "note", i.Note, "channel", string(i.Channel), "direction", string(i.Direction),
			"outcome", string(i.Outcome), "due_on", i.DueOn, "on", i.Day(), "topic", string(i.Topic))
		if i.Confidential {
			values.Set("confidential", "1")
		}
		return v.NewForm(values)
	})
}

func (p *Pages) showCorrection(v *visit.Visit, status int, form func(crm.Interaction) ui.Form) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	var page correctionPage
	if page.Interaction, err = p.CRM.Interaction(v.Context(), v.Actor, id); err != nil {
		return err
	}
	if !page.Editable(v.Actor) {
		return civic.NewError(civic.Forbidden, "error.forbidden")
	}
	if page.Reference, err = p.reference(v); err != nil {
		return err
	}
	page.Form = form(page.Interaction)
	return v.Page(status, correctionForm(v.Frame(v.T("crm.interaction.correct")), page))
}

// CorrectInteraction puts right what was recorded.
func (p *Pages) CorrectInteraction(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	in := readCase(form)
	if err = form.Err(); err == nil {
		_, err = p.CRM.CorrectInteraction(v.Context(), v.Actor, id, revision(form), in)
	}
	if again, ok := form.Again(err); ok {
		return p.showCorrection(v, http.StatusUnprocessableEntity, func(crm.Interaction) ui.Form { return again })
	}
	if err != nil {
		return err
	}
	return v.Redirect(interactionPath(id), civic.Msg("crm.interaction.corrected"))
}
