package campaigns

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// deliveriesPage lists a campaign's recipients in one state.
type deliveriesPage struct {
	Campaign  notify.Campaign
	State     notify.DeliveryState
	Cause     string // chosen; empty: any
	Form      ui.Form
	Counts    notify.Counts
	Items     []notify.Delivery
	People    map[civic.ID]crm.Mark
	MayPeople bool // names and contacts may be read
	Full      bool // the search found as many people as it looks at
	Similar   bool // nobody is called what was searched for, these are named alike
	Paging    ui.Paging
}

// deliveries lists a campaign's recipients in one state, with why they did not get the mail; of those alone
// whom the reader looks for.
func (p *Pages) deliveries(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := deliveriesPage{
		State: notify.DeliveryState(r.Query("state")), Cause: r.Query("cause"),
		Form:      r.NewForm(ui.Prefill("q", r.Query("q"), "cause", r.Query("cause"))).Asking(),
		MayPeople: r.Actor.Allowed(crm.PermReadContacts),
	}
	if !slices.Contains(notify.DeliveryStates(), view.State) {
		view.State = notify.Failed
	}
	if view.Campaign, err = p.Notify.Campaign(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.Counts, err = p.Notify.Counts(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if err := p.findDeliveries(r, id, &view); err != nil {
		return err
	}
	title := r.T("notify.deliveries.title", civic.Args{"State": r.T(deliveryStateKey(view.State))})
	return r.Page(http.StatusOK, deliveryList(r.Frame(title), view))
}

// findDeliveries puts into a page the deliveries it asks for, and who the people are.
func (p *Pages) findDeliveries(r *page.Request, id civic.ID, view *deliveriesPage) error {
	filter := notify.DeliveryFilter{State: view.State, Cause: view.Cause}
	if text := strings.TrimSpace(r.Query("q")); text != "" && view.MayPeople {
		found, similar, err := p.CRM.FindContacts(r.Context(), r.Actor, text, "")
		if err != nil {
			return err
		}
		view.Full = len(found)+len(similar) == crm.MaxFound
		if view.Similar = len(found) == 0 && len(similar) > 0; view.Similar {
			found = similar
		}
		filter.Contacts = make([]civic.ID, len(found))
		for i, c := range found {
			filter.Contacts[i] = c.ID
		}
	}
	list, err := p.Notify.Deliveries(r.Context(), r.Actor, id, filter, r.PageRequest())
	if err != nil {
		return err
	}
	view.Items, view.Paging = list.Items,
		ui.PagingBy(deskui.CampaignPath(id, "deliveries"), r.Queries(), list.Next)
	contacts := make([]civic.ID, len(list.Items))
	for i, d := range list.Items {
		contacts[i] = d.Contact
	}
	view.People, err = p.CRM.Marks(r.Context(), r.Actor, contacts)
	return err
}

// causes returns the causes of the page's state to choose from.
func (p deliveriesPage) causes(f ui.Frame) []ui.Option {
	options := []ui.Option{{Label: f.T("notify.deliveries.any_cause")}}
	for _, c := range p.Counts.CausesOf(p.State) {
		options = append(options, ui.Option{Value: c.Cause, Label: f.T(c.Cause) + " (" + f.L.Int(c.Count) +
			")"})
	}
	return options
}

// person returns how the person of a delivery is shown: with the name, else the address with most of it
// hidden, else that the contact is gone. Who may read people sees the address it was sent to.
func (p deliveriesPage) person(f ui.Frame, d notify.Delivery) ui.Person {
	m, known := p.People[d.Contact]
	if !known {
		return ui.Person{Name: cmp.Or(d.MaskedAddress(), f.T("notify.deliveries.nobody"))}
	}
	person := deskui.PersonBy(m, deskui.ContactPath(d.Contact))
	if d.Address != "" && p.MayPeople {
		person.Reach = d.Address
	}
	return person
}
