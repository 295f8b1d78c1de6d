package requests

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

const reportPath = queuePath + "/report"

// reportShown is how many rows of a list a page shows; the tables that are downloaded have all.
const reportShown = 25

// reportPage is how the requests of a year were dealt with.
type reportPage struct {
	requests.Report
	Years, Offices    []ui.Option
	Office            string
	Times, Months     requestview.Table
	Overdue, Accesses requestview.Table
	Query             string // of the downloads
	MayRead           bool   // single requests
}

// report shows the figures of a year, of this one when none is asked for.
func (p *Pages) report(r *page.Request) error {
	view, err := p.readReport(r)
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, report(r.Frame(r.T("requests.report.title")), view))
}

// reportCSV sends one of the tables, reportXLSX all of them.
func (p *Pages) reportCSV(r *page.Request) error {
	var none reportPage
	none.lay(r.L, nil, nil)
	asked := func(t requestview.Table) bool { return t.ID == r.Query("table") }
	if !slices.ContainsFunc(none.tables(), asked) { // before anything is read, and audited
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	view, err := p.readReport(r)
	if err != nil {
		return err
	}
	t := view.tables()[slices.IndexFunc(view.tables(), asked)]
	var b bytes.Buffer
	if err := requestview.WriteCSV(&b, r.L, t); err != nil {
		return err
	}
	return r.Download(t.ID+"-"+strconv.Itoa(view.Year)+".csv", deskui.CSV, b.Bytes())
}

func (p *Pages) reportXLSX(r *page.Request) error {
	view, err := p.readReport(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := requestview.WriteXLSX(&b, r.L, view.tables()...); err != nil {
		return err
	}
	return r.Download("richieste-"+strconv.Itoa(view.Year)+".xlsx", requestview.XLSX, b.Bytes())
}

// readReport reads what the address asks for.
func (p *Pages) readReport(r *page.Request) (view reportPage, err error) {
	year, years, err := requestview.ReadYear(r, "year")
	if err != nil {
		return view, err
	}
	view.Years, view.Office, view.MayRead = years, r.Query("office"), r.Actor.Allowed(requests.PermRead)
	if view.Report, err = p.Requests.Report(r.Context(), r.Actor, year, civic.ID(view.Office)); err != nil {
		return view, requestview.NoSuchYear(err)
	}
	ref, err := deskui.ReadReference(r, p.Reference)
	if err != nil {
		return view, err
	}
	view.Offices = reportOffices(r, ref)
	var link func(civic.ID) string
	if view.MayRead {
		link = requestPath
	}
	view.lay(r.L, ref.OfficeName, link)
	view.Query = "?" + url.Values{"year": {strconv.Itoa(year)}, "office": {view.Office}}.Encode()
	return view, nil
}

// lay puts the report into its tables.
func (p *reportPage) lay(l *locale.Localizer, office, link func(civic.ID) string) {
	p.Times, p.Months = requestview.Times(l, p.Report), requestview.Months(l, p.Report)
	p.Overdue = requestview.Overdue(l, p.Report, office, link)
	p.Accesses = requestview.Accesses(l, p.Report, office, link)
}

func (p reportPage) tables() []requestview.Table {
	return []requestview.Table{p.Times, p.Months, p.Overdue, p.Accesses}
}

// reportOffices lists the offices whose figures the reader may see, and all of them together.
func reportOffices(req *page.Request, r deskui.Reference) []ui.Option {
	options := []ui.Option{{Label: req.T("requests.report.all_offices")}}
	for _, o := range r.Offices {
		if req.Actor.Allowed(crm.PermReadContacts) || req.Actor.In(o.ID) {
			options = append(options, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return options
}
