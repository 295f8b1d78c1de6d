package desk

import (
	"net/http"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// interactionsPage is the list of interactions.
type interactionsPage struct {
	Filter    crm.InteractionFilter
	Offices   []ui.Option // that the reader may choose among
	Items     []crm.Interaction
	Names     map[civic.ID]string // of the contacts
	Reference reference
	Paging    ui.Paging
	MayWrite  bool
}

// Interactions lists what was said to whom, newest first.
func (p *Pages) Interactions(v *visit.Visit) error {
	page := interactionsPage{
		Filter:   crm.InteractionFilter{Office: civic.ID(v.Query("office")), Open: v.Query("open") == "1"},
		MayWrite: v.Actor.Allowed(crm.PermWriteInteractions),
	}
	list, err := p.CRM.Interactions(v.Context(), v.Actor, page.Filter, v.PageRequest())
	if err != nil {
		return err
	}
	page.Items, page.Paging = list.Items, ui.PagingBy("/desk/interactions", v.Queries(), list.Next)
	var contacts []civic.ID
	for _, i := range list.Items {
		if i.Contact != "" {
			contacts = append(contacts, i.Contact)
		}
	}
	if page.Names, err = p.CRM.Names(v.Context(), v.Actor, contacts); err != nil {
		return err
	}
	if err := p.CRM.Shown(v.Context(), v.Actor, len(page.Names)); err != nil {
		return err
	}
	if page.Reference, err = p.reference(v); err != nil {
		return err
	}
	page.Offices = officesFor(v, page.Reference)
	return v.Page(http.StatusOK, interactionList(v.Frame(v.T("crm.interactions.title")), page))
}

// officesFor lists the offices whose interactions the reader may see.
func officesFor(v *visit.Visit, r reference) []ui.Option {
	options := []ui.Option{{Label: v.T("crm.interactions.all_offices")}}
	for _, o := range r.Offices {
		if v.Actor.Allowed(crm.PermReadContacts) || v.Actor.In(o.ID) {
			options = append(options, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return options
}

// interactionPage is one interaction.
type interactionPage struct {
	crm.Interaction
	Name      string // of the contact; empty when there is none or the reader may not know
	Reference reference
	Form      ui.Form
	MayWrite  bool
}

// Interaction shows one interaction.
func (p *Pages) Interaction(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	page := interactionPage{Form: v.NewForm(nil), MayWrite: v.Actor.Allowed(crm.PermWriteInteractions)}
	if page.Interaction, err = p.CRM.Interaction(v.Context(), v.Actor, id); err != nil {
		return err
	}
	if page.Contact != "" {
		names, err := p.CRM.Names(v.Context(), v.Actor, []civic.ID{page.Contact})
		if err != nil {
			return err
		}
		page.Name = names[page.Contact]
	}
	if page.Reference, err = p.reference(v); err != nil {
		return err
	}
	return v.Page(http.StatusOK, interactionDetails(v.Frame(page.Subject), page))
}

// CloseFollowUp notes that what an interaction left to do is done.
func (p *Pages) CloseFollowUp(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	if _, err := p.CRM.CloseFollowUp(v.Context(), v.Actor, id); err != nil {
		return err
	}
	return v.Redirect("/desk/interactions/"+string(id), civic.Msg("crm.interaction.closed"))
}
