package interactions

import (
	"net/http"
	"net/url"
	"slices"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

func interactionPath(id civic.ID) string { return "/desk/interactions/" + string(id) }

// requestOf is where an interaction becomes a request.
func requestOf(call civic.ID) string { return "/desk/requests/new?call=" + string(call) }

// interactionPage is one interaction, with the forms for what can be done with it.
type interactionPage struct {
	crm.Interaction
	People     map[civic.ID]crm.Mark // those that the reader may know of
	Reference  deskui.Reference
	Colleagues []crm.Colleague
	MayEdit    bool
	MaySearch  bool
	Tokens     ui.Form // for what needs no input
	Add        ui.Form
	Close      ui.Form
	Assign     ui.Form
	Attach     ui.Form
	Send       ui.Form // of files
	Searched   bool
	Found      []ui.Option // who can be attached
	Similar    int         // the last of them are only named like what was searched for
	Clashes    []ui.Clash  // of the form that came back
	MayRequest bool
	Subjects   map[civic.ID]string // of the requests that the reader may know of
}

// interaction shows one interaction.
func (p *Pages) interaction(r *page.Request) error {
	return p.showInteraction(r, http.StatusOK, func(*interactionPage) {})
}

// showInteraction shows an interaction after fill has put back the form that was sent.
func (p *Pages) showInteraction(r *page.Request, status int, fill func(*interactionPage)) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := interactionPage{
		Tokens: r.NewForm(nil), Add: r.NewForm(nil), Close: r.NewForm(nil), Send: r.NewForm(nil),
	}
	if view.Interaction, err = p.CRM.Interaction(r.Context(), r.Actor, id); err != nil {
		return err
	}
	view.Assign = r.NewForm(assignValues(view.Interaction))
	view.Attach = r.NewForm(ui.Prefill("shown", view.Shown()))
	view.MayEdit, view.MaySearch = view.Editable(r.Actor), r.Actor.Allowed(crm.PermReadContacts)
	if err := p.fillInteraction(r, &view); err != nil {
		return err
	}
	fill(&view)
	view.Add, view.Close = view.Add.Named("nota"), view.Close.Named("chiusura")
	view.Assign, view.Attach = view.Assign.Named("assegnazione"), view.Attach.Named("persona")
	view.Send = view.Send.Named("invio-file")
	view.Send.Files = true
	return r.Page(status, interactionDetails(r.Frame(r.L.Kept(view.Subject, "crm.interaction.taken")), view))
}

func (p *Pages) fillInteraction(r *page.Request, view *interactionPage) (err error) {
	contacts := []civic.ID{view.Contact}
	for _, c := range view.Changes {
		if c.Field == crm.CaseContact {
			contacts = append(contacts, civic.ID(c.Was))
		}
	}
	contacts = slices.DeleteFunc(contacts, func(id civic.ID) bool { return id == "" })
	if view.People, err = p.CRM.Marks(r.Context(), r.Actor, contacts); err != nil {
		return err
	}
	if view.MayEdit {
		if view.Colleagues, err = p.CRM.Colleagues(r.Context(), r.Actor); err != nil {
			return err
		}
	}
	view.MayRequest = view.MayEdit && r.Actor.Allowed(requests.PermWrite)
	if len(view.Requests) > 0 {
		ids := make([]civic.ID, len(view.Requests))
		for n, one := range view.Requests {
			ids[n] = one.Request
		}
		if view.Subjects, err = p.Requests.Subjects(r.Context(), r.Actor, ids); err != nil {
			return err
		}
	}
	view.Reference, err = deskui.ReadReference(r, p.Reference)
	return err
}

// ownerOptions lists the colleagues with their offices, after an option for anybody of the office.
func (p interactionPage) ownerOptions(f ui.Frame) []ui.Option {
	options := []ui.Option{{Label: f.T("crm.field.no_owner")}}
	for _, c := range p.Colleagues {
		o := ui.Option{Value: string(c.ID), Label: deskui.ColleagueLabel(p.Colleagues, c.ID, c.Name)}
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
	case p.Lost(c):
		return f.T("crm.interaction.was_taken")
	case c.Field == crm.CaseContact:
		return spokenTo(f, p.People, civic.ID(c.Was)).Line(f.L)
	case c.Was == "":
		return f.T("crm.interaction.was_empty")
	case c.Field == crm.CaseOffice:
		return p.Reference.OfficeName(civic.ID(c.Was))
	case c.Field == crm.CaseTopic:
		return p.Reference.TopicName(civic.ID(c.Was), string(f.L.Lang()))
	case c.Field == crm.CaseDueOn || c.Field == crm.CaseDay:
		return deskui.DayText(f.L, c.Was)
	case slices.Contains([]crm.CaseField{crm.CaseChannel, crm.CaseDirection, crm.CaseOutcome}, c.Field):
		return f.T("crm." + string(c.Field) + "." + c.Was)
	case c.Field == crm.CaseConfidential:
		return f.T("crm.interaction.confidential_" + c.Was)
	}
	return c.Was
}

// act does something with an interaction and shows it again: after what was done, or with the form that was
// wrong. Who has given it away and may not read it any more is led to the list.
func (p *Pages) act(r *page.Request, done string, do func(civic.ID, *page.Form) (crm.Interaction, error),
	again func(*interactionPage, ui.Form)) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	if err = form.Err(); err == nil {
		_, err = do(id, form)
	}
	if back, ok := form.Again(err); ok {
		return p.showInteraction(r, http.StatusUnprocessableEntity, func(view *interactionPage) {
			values := func(i crm.Interaction) url.Values {
				v := assignValues(i)
				v.Set("reason", form.String("reason"))
				return v
			}
			shows := caseShows(r, view.Reference, values)
			if joined, clashes, ok := page.ConflictForm(form, err, shows); ok {
				back, view.Clashes = joined, clashes
			}
			again(view, back)
		})
	}
	if err != nil {
		return err
	}
	path := interactionPath(id)
	if _, err := p.CRM.Interaction(r.Context(), r.Actor, id); civic.CodeOf(err) == civic.NotFound {
		path = "/desk/interactions"
	}
	return r.Redirect(path, civic.Msg(done))
}

// addCaseNote adds a note to an interaction.
func (p *Pages) addCaseNote(r *page.Request) error {
	return p.act(r, "crm.interaction.noted", func(id civic.ID, form *page.Form) (crm.Interaction, error) {
		return p.CRM.AddCaseNote(r.Context(), r.Actor, id, string(form.Key()), form.Text("text", 10_000))
	}, func(view *interactionPage, form ui.Form) { view.Add = form })
}

// closeFollowUp notes that what an interaction left to do is done, and how it ended.
func (p *Pages) closeFollowUp(r *page.Request) error {
	return p.act(r, "crm.interaction.closed", func(id civic.ID, form *page.Form) (crm.Interaction, error) {
		return p.CRM.CloseFollowUp(r.Context(), r.Actor, id, form.Text("words", 10_000))
	}, func(view *interactionPage, form ui.Form) { view.Close = form })
}

// reopenFollowUp notes that something is to be done after all.
func (p *Pages) reopenFollowUp(r *page.Request) error {
	return p.act(r, "crm.interaction.reopened", func(id civic.ID, _ *page.Form) (crm.Interaction, error) {
		return p.CRM.ReopenFollowUp(r.Context(), r.Actor, id)
	}, func(view *interactionPage, form ui.Form) { view.Close = form })
}

// assignInteraction gives an interaction to an office or a colleague.
func (p *Pages) assignInteraction(r *page.Request) error {
	return p.act(r, "crm.interaction.assigned", func(id civic.ID, form *page.Form) (crm.Interaction, error) {
		in := crm.AssignInput{
			Shown:  form.Line("shown", merge.MaxShown),
			Office: form.ID("office"), Reason: form.Line("reason", 300),
		}
		if form.String("owner") != "" {
			in.Owner = form.ID("owner")
		}
		return p.CRM.AssignInteraction(r.Context(), r.Actor, id, in)
	}, func(view *interactionPage, form ui.Form) { view.Assign = form })
}

// attachContact says who the person was, or looks for them first.
func (p *Pages) attachContact(r *page.Request) error {
	form := r.Form()
	if form.String("do") == "search" || form.String("contact") == "" ||
		form.String("q") != form.String("asked") {
		return p.searchAttach(r, form)
	}
	return p.act(r, "crm.interaction.attached", func(id civic.ID, form *page.Form) (crm.Interaction, error) {
		i, err := p.CRM.AttachContact(r.Context(), r.Actor, id, 0, form.Line("shown", merge.MaxShown),
			form.ID("contact"))
		if civic.CodeOf(err) == civic.Conflict { // the page says who it was with; the next search shows that
			err = civic.NewError(civic.Conflict, "crm.error.case_changed")
		}
		return i, err
	}, func(view *interactionPage, form ui.Form) { view.Attach = form })
}

// searchAttach shows the interaction with those who were found to choose from.
func (p *Pages) searchAttach(r *page.Request, form *page.Form) error {
	if form.String("q") == "" {
		form.Problem("q", "error.required")
		again, _ := form.Again(form.Err())
		return p.showInteraction(r, http.StatusUnprocessableEntity, func(view *interactionPage) {
			view.Attach = again
		})
	}
	found, similar, err := p.CRM.FindContacts(r.Context(), r.Actor, form.String("q"), "")
	if err != nil {
		return err
	}
	return p.showInteraction(r, http.StatusOK, func(view *interactionPage) {
		values := ui.Prefill("q", form.String("q"), "asked", form.String("q"), "shown", view.Shown())
		if len(found) > 0 {
			values.Set("contact", string(found[0].ID))
		}
		view.Attach, view.Searched, view.Similar = r.NewForm(values), true, len(similar)
		for _, c := range append(found, similar...) {
			view.Found = append(view.Found, deskui.ContactOption(r.L, c, view.Reference))
		}
		deskui.MarkSimilar(r.L, view.Found[len(found):])
	})
}
