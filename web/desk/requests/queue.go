package requests

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// ended is what the filter of states calls all that have come to their end.
const ended = "ended"

// alerted is what the filter of states calls those to which a step of an escalation came.
const alerted = "alerted"

// substitute is what the filter of whose calls those that the reader can decide in place of their offices.
const substitute = "substitute"

// queuePage is the list of requests.
type queuePage struct {
	Filter    requests.Filter
	Query     url.Values
	Whose     string // "", "mine" or an office
	State     string
	Items     []requests.Request
	People    map[civic.ID]crm.Mark // who asked
	Reference deskui.Reference
	Offices   []ui.Option
	Paging    ui.Paging
	Ticked    bool // every request of the page
	MayWrite  bool
	MaySet    bool // procedures
	MayCount  bool
}

// queue lists requests in the order that the address asks for, else by their due day.
func (p *Pages) queue(r *page.Request) error {
	view := readQueue(r)
	view.MayWrite, view.MaySet = r.Actor.Allowed(requests.PermWrite),
		r.Actor.Allowed(requests.PermWriteProcedures)
	view.MayCount = r.Actor.Allowed(requests.PermFigures)
	list, err := p.Requests.Queue(r.Context(), r.Actor, view.Filter, deskui.Rows(r))
	if err != nil {
		return err
	}
	view.Items, view.Paging = list.Items, ui.PagingBy(queuePath, r.Queries(), list.Next)
	if err := p.CRM.Shown(r.Context(), r.Actor, len(list.Items)); err != nil {
		return err
	}
	if view.People, err = p.applicants(r, list.Items); err != nil {
		return err
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	view.Offices = whoseOptions(r, view.Reference)
	return r.Page(http.StatusOK, queueList(r.Frame(r.T("requests.desk.title")), view))
}

// readQueue reads from an address which requests are listed, and in which order.
func readQueue(r *page.Request) queuePage {
	view := queuePage{Query: r.Queries(), Whose: r.Query("whose"), State: r.Query("state")}
	view.Filter.Order, view.Ticked = requests.QueueOrder(r.Query("order")), r.Query("ticked") == "all"
	switch view.Whose {
	case "":
	case "mine":
		view.Filter.Mine = true
	case substitute:
		view.Filter.Substitute = true
	default:
		view.Filter.Office = civic.ID(view.Whose)
	}
	switch {
	case view.State == alerted:
		view.Filter.Alerted = true
	case view.State == ended:
		view.Filter.Closed = true
	case slices.Contains(requests.States(), requests.State(view.State)):
		view.Filter.State = requests.State(view.State)
	}
	if view.Filter.DueOnly() && view.Filter.Order != requests.ByDueDown {
		view.Filter.Order = requests.ByDue
	}
	return view
}

// whoseOptions lists whose requests the reader may see: all that they may, their own, an office's.
func whoseOptions(req *page.Request, r deskui.Reference) []ui.Option {
	options := []ui.Option{{Label: req.T("requests.desk.all")},
		{Value: "mine", Label: req.T("requests.desk.mine")},
		{Value: substitute, Label: req.T("requests.desk.substitute")}}
	for _, o := range r.Offices {
		if req.Actor.Allowed(crm.PermReadContacts) || req.Actor.In(o.ID) {
			options = append(options, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return options
}

// stateOptions lists the states to choose from.
func stateOptions(f ui.Frame) []ui.Option {
	options := []ui.Option{{Label: f.T("requests.desk.open")},
		{Value: alerted, Label: f.T("requests.desk.alerted")}}
	for _, s := range requests.States() {
		options = append(options, ui.Option{Value: string(s), Label: f.T(s.Word())})
	}
	return append(options, ui.Option{Value: ended, Label: f.T("requests.desk.ended")})
}

// ticks reports whether requests can be ticked, to do something to several at once.
func (p queuePage) ticks() bool { return p.MayWrite && p.State != ended }

// columns returns the headings of the list; those it can be sorted by lead to that order, and to the other
// way round.
func (p queuePage) columns(f ui.Frame) []ui.Column {
	all := []ui.Column{
		p.sorted(f.T("requests.field.due"), requests.ByDue, requests.ByDueDown),
		p.sorted(f.T("requests.field.number"), requests.ByNumber, requests.ByNumberDown),
		{Text: f.T("requests.field.subject")},
		p.sorted(f.T("requests.field.applicant"), requests.ByApplicant, requests.ByApplicantDown),
		p.sorted(f.T("requests.field.state"), requests.ByState, requests.ByStateDown),
		{Text: f.T("requests.field.procedure")}, {Text: f.T("requests.who")}}
	if !p.ticks() {
		return all
	}
	return append([]ui.Column{{Text: f.T("requests.together.column")}}, all...)
}

// sorted returns a heading that leads to the list in the order up, or when it stands so, in the order down.
func (p queuePage) sorted(text string, up, down requests.QueueOrder) ui.Column {
	c, to := ui.Column{Text: text}, up
	if p.Filter.DueOnly() && up != requests.ByDue {
		return c
	}
	switch p.Filter.Order {
	case up:
		c.Sorted, to = "ascending", down
	case down:
		c.Sorted = "descending"
	}
	q := url.Values{"whose": {p.Whose}, "state": {p.State}, "order": {string(to)}}
	c.URL = queuePath + "?" + q.Encode()
	return c
}

// tickAllURL leads to the same page with every request ticked, or none when they are.
func (p queuePage) tickAllURL() string {
	q := maps.Clone(p.Query)
	if q.Del("ticked"); !p.Ticked {
		q.Set("ticked", "all")
	}
	return queuePath + "?" + q.Encode()
}
