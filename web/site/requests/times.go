package requests

import (
	"bytes"
	"net/http"
	"strconv"

	"ascolto/crm/requests"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

const timesPath = "/richieste/tempi"

// timesPage is how long the municipality takes, as it has to publish (L. 241/1990 art. 2 c. 4-bis).
type timesPage struct {
	requests.Report
	Years []ui.Option
	Times requestview.Table
}

// times shows how long requests of a year took, against their terms.
func (p *Pages) times(r *page.Request) error {
	view, err := p.readTimes(r)
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, times(r.Frame(r.T("requests.times.title")), view))
}

// timesCSV sends the figures of the page.
func (p *Pages) timesCSV(r *page.Request) error {
	view, err := p.readTimes(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := requestview.WriteCSV(&b, r.L, view.Times, requestview.Months(r.L, view.Report)); err != nil {
		return err
	}
	return r.Download("tempi-"+strconv.Itoa(view.Year)+".csv", requestview.CSV, b.Bytes())
}

func (p *Pages) readTimes(r *page.Request) (view timesPage, err error) {
	year, years, err := requestview.ReadYear(r, "anno")
	if err != nil {
		return view, err
	}
	if view.Report, err = p.Requests.PublicReport(r.Context(), year); err != nil {
		return view, requestview.NoSuchYear(err)
	}
	view.Years, view.Times = years, requestview.Times(r.L, view.Report)
	return view, nil
}
