package interactions

import (
	"net/http"
	"net/url"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// interactionsPage is the list of interactions.
type interactionsPage struct {
	Filter    crm.InteractionFilter
	Offices   []ui.Option // that the reader may choose among
	Items     []crm.Interaction
	People    map[civic.ID]crm.Mark // of the contacts, those that the reader may know of
	Reference deskui.Reference
	Paging    ui.Paging
	MayWrite  bool
	MayCount  bool
}

// interactionOrders are the orders of the list.
func interactionOrders(f ui.Frame) []ui.Option {
	return deskui.Options(ui.Form{L: f.L}, "crm.interactions.order_",
		[]crm.InteractionOrder{crm.NewestFirst, crm.OldestFirst, crm.DueFirst, crm.DueLast})
}

// columns returns the headings of the list; those of day and outcome lead to other orders.
func (p interactionsPage) columns(f ui.Frame) []ui.Column {
	to := func(order crm.InteractionOrder) string {
		q := url.Values{"office": {string(p.Filter.Office)}, "order": {string(order)}}
		if p.Filter.Open {
			q.Set("open", "1")
		}
		if p.Filter.Mine {
			q.Set("mine", "1")
		}
		return "/desk/interactions?" + q.Encode()
	}
	at, due := ui.Column{Text: f.T("crm.field.at")},
		ui.Column{Text: f.T("crm.field.outcome"), URL: to(crm.DueFirst)}
	switch p.Filter.Order {
	case crm.OldestFirst:
		at.Sorted, at.URL = "ascending", to(crm.NewestFirst)
	case crm.DueFirst:
		due.Sorted, due.URL, at.URL = "ascending", to(crm.DueLast), to(crm.NewestFirst)
	case crm.DueLast:
		due.Sorted, at.URL = "descending", to(crm.NewestFirst)
	default:
		at.Sorted, at.URL = "descending", to(crm.OldestFirst)
	}
	return []ui.Column{
		at, {Text: f.T("crm.field.subject")}, {Text: f.T("crm.field.contact")},
		{Text: f.T("crm.field.channel")},
		{Text: f.T("crm.field.office")},
		{Text: f.T("crm.field.owner")}, due,
	}
}

// interactions lists what was said to whom, newest first.
func (p *Pages) interactions(r *page.Request) error {
	view := interactionsPage{
		Filter: crm.InteractionFilter{
			Office: civic.ID(r.Query("office")), Open: r.Query("open") == "1", Mine: r.Query("mine") == "1",
			Order: crm.InteractionOrder(r.Query("order")),
		},
		MayWrite: r.Actor.Allowed(crm.PermWriteInteractions), MayCount: r.Actor.Allowed(crm.PermCallFigures),
	}
	list, err := p.CRM.Interactions(r.Context(), r.Actor, view.Filter, deskui.Rows(r))
	if err != nil {
		return err
	}
	view.Items, view.Paging = list.Items, ui.PagingBy("/desk/interactions", r.Queries(), list.Next)
	view.Paging.Backwards = view.Filter.Order == crm.NewestFirst
	contacts := deskui.ContactsOf(list.Items, func(i crm.Interaction) civic.ID { return i.Contact })
	if view.People, err = p.CRM.Marks(r.Context(), r.Actor, contacts); err != nil {
		return err
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	view.Offices = officesFor(r, view.Reference)
	return r.Page(http.StatusOK, interactionList(r.Frame(r.T("crm.interactions.title")), view))
}

// officesFor lists the offices whose interactions the reader may see.
func officesFor(req *page.Request, r deskui.Reference) []ui.Option {
	options := []ui.Option{{Label: req.T("crm.interactions.all_offices")}}
	for _, o := range r.Offices {
		if req.Actor.Allowed(crm.PermReadContacts) || req.Actor.In(o.ID) {
			options = append(options, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return options
}
