package desk

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/ui"
	"ascolto/web/visit"
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

// Deliveries lists a campaign's recipients in one state, with why they did not get the mail; of those alone whom the reader looks for.
func (p *Pages) Deliveries(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	page := deliveriesPage{
		State: notify.DeliveryState(v.Query("state")), Cause: v.Query("cause"), Form: v.NewForm(ui.Prefill("q", v.Query("q"), "cause", v.Query("cause"))).Asking(),
		MayPeople: v.Actor.Allowed(crm.PermReadContacts),
	}
	if !slices.Contains(notify.DeliveryStates(), page.State) {
		page.State = notify.Failed
	}
	if page.Campaign, err = p.Notify.Campaign(v.Context(), v.Actor, id); err != nil {
		return err
	}
	if page.Counts, err = p.Notify.Counts(v.Context(), v.Actor, id); err != nil {
		return err
	}
	if err := p.findDeliveries(v, id, &page); err != nil {
		return err
	}
	title := v.T("notify.deliveries.title", civic.Args{"State": v.T(deliveryStateKey(page.State))})
	return v.Page(http.StatusOK, deliveryList(v.Frame(title), page))
}

// findDeliveries puts into a page the deliveries it asks for, and who the people are.
func (p *Pages) findDeliveries(v *visit.Visit, id civic.ID, page *deliveriesPage) error {
	filter := notify.DeliveryFilter{State: page.State, Cause: page.Cause}
	if text := strings.TrimSpace(v.Query("q")); text != "" && page.MayPeople {
		found, similar, err := p.CRM.FindContacts(v.Context(), v.Actor, text, "")
		if err != nil {
			return err
		}
		page.Full = len(found)+len(similar) == crm.MaxFound
		if page.Similar = len(found) == 0 && len(similar) > 0; page.Similar {
			found = similar
		}
		filter.Contacts = make([]civic.ID, len(found))
		for i, c := range found {
			filter.Contacts[i] = c.ID
		}
	}
	list, err := p.Notify.Deliveries(v.Context(), v.Actor, id, filter, v.PageRequest())
	if err != nil {
		return err
	}
	page.Items, page.Paging = list.Items, ui.PagingBy(campaignPath(id, "deliveries"), v.Queries(), list.Next)
	contacts := make([]civic.ID, len(list.Items))
	for i, d := range list.Items {
		contacts[i] = d.Contact
	}
	page.People, err = p.CRM.Marks(v.Context(), v.Actor, contacts)
	return err
}

// causes returns the causes of the page's state to choose from.
func (p deliveriesPage) causes(f ui.Frame) []ui.Option {
	options := []ui.Option{{Label: f.T("notify.deliveries.any_cause")}}
	for _, c := range p.Counts.CausesOf(p.State) {
		options = append(options, ui.Option{Value: c.Cause, Label: f.T(c.Cause) + " (" + f.L.Int(c.Count) + ")"})
	}
	return options
}

// person returns how the person of a delivery is shown: with the name, else the address with most of it hidden, else that the contact
// is gone. Who may read people sees the address it was sent to.
func (p deliveriesPage) person(f ui.Frame, d notify.Delivery) ui.Person {
	m, known := p.People[d.Contact]
	if !known {
		return ui.Person{Name: cmp.Or(d.MaskedAddress(), f.T("notify.deliveries.nobody"))}
	}
	person := personBy(m, contactPath(d.Contact))
	if d.Address != "" && p.MayPeople {
		person.Reach = d.Address
	}
	return person
}
