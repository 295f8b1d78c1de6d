package web_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// Response times are on a page of the desk and in tables; citizens read them without a single request; who
// may not read requests sees no subject, and another office's figures are refused.
func TestResponseTimes(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	for n, procedure := range []civic.ID{"istanza", "accesso-documenti"} {
		in := requests.FileInput{FormKey: "times-of-a-request-" + string(rune('a'+n)), Procedure: procedure,
			Subject: "=Lampione;spento", Text: "Da tre settimane.", Grounds: "Abito lì."}
		r, err := town.Requests.File(t.Context(), town.Anna, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, act := range []requests.Act{requests.ActTake, requests.ActAnswer} {
			move := requests.MoveInput{FormKey: "times-" + string(act) + string(r.ID), Act: act, Text: "Fatto."}
			if _, err := town.Requests.Move(t.Context(), town.Desk, r.ID, move); err != nil {
				t.Fatal(err)
			}
		}
	}
	desk := town.As(t, town.Desk)
	page := desk.Get("/desk/requests/report")
	if page.Status != 200 || !page.Has("Lampione") || !page.Has("100,0") || !page.Has("Registro degli accessi") {
		t.Errorf("the report: status %d, %.900s", page.Status, page.Text())
	}
	table := desk.Get("/desk/requests/report.csv?table=tempi")
	if table.Status != 200 || !strings.Contains(table.Body, ";100,0;") {
		t.Errorf("the table: status %d, %s", table.Status, table.Body)
	}
	if register := desk.Get("/desk/requests/report.csv?table=accessi"); !strings.Contains(register.Body,
		"'=Lampione") {
		t.Errorf("the register runs a formula: %s", register.Body)
	}
	book, err := excelize.OpenReader(bytes.NewReader([]byte(desk.Get("/desk/requests/report.xlsx").Body)))
	if err != nil {
		t.Fatal(err)
	}
	sheets := book.GetSheetList()
	rows, err := book.GetRows(sheets[len(sheets)-1])
	if err != nil || len(sheets) != 4 || len(rows) != 2 || rows[1][4] != "=Lampione;spento" {
		t.Errorf("the workbook: %v, %v, %v", sheets, rows, err)
	}
	if formula, err := book.GetCellFormula(sheets[3], "E2"); err != nil || formula != "" {
		t.Errorf("the workbook runs %q, %v", formula, err)
	}
	times, err := book.GetRows(sheets[0])
	if err != nil || len(times) != 3 || times[1][2] != "1" {
		t.Errorf("the times: %v, %v", times, err)
	}

	office := town.As(t, town.News)
	if page := office.Get("/desk/requests/report"); page.Status != 200 || page.Has("Lampione") {
		t.Errorf("communication reads subjects: status %d", page.Status)
	}
	reads := func() int {
		t.Helper()
		page, err := town.Audit.List(t.Context(), civic.System("test"),
			audit.Query{Action: requests.ActionReport})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Items)
	}
	before := reads()
	for path, want := range map[string]int{
		"/desk/requests/report?office=anagrafe": 403, "/desk/requests/report?year=x": 404,
		"/desk/requests/report?year=1999": 404, "/desk/requests/report.csv?table=altro": 404,
	} {
		if strings.Contains(path, "office") {
			if page := town.As(t, town.Head).Get(path); page.Status != want {
				t.Errorf("%s for a head: status %d", path, page.Status)
			}
		} else if page := desk.Get(path); page.Status != want {
			t.Errorf("%s: status %d", path, page.Status)
		}
	}
	if n := reads() - before; n != 0 {
		t.Errorf("%d reports were read, of those that there are not", n)
	}

	stranger := town.Browser(t)
	public := stranger.Get("/richieste/tempi")
	if public.Status != 200 || !public.Has("100,0") || public.Has("Lampione") || public.Has("Registro") ||
		public.Has("Mostra i colloqui") {
		t.Errorf("the public page: status %d, %.900s", public.Status, public.Text())
	}
	data := stranger.Get("/richieste/tempi.csv")
	if data.Status != 200 || !strings.Contains(data.Body, ";100,0;") || strings.Contains(data.Body, "Lampione") {
		t.Errorf("the public data: status %d, %s", data.Status, data.Body)
	}
	if page := stranger.Get("/richieste/tempi?anno=2999"); page.Status != 404 {
		t.Errorf("a year to come: status %d", page.Status)
	}
	if list := stranger.Get("/richieste"); !strings.Contains(list.Body, "/richieste/tempi") {
		t.Error("nothing leads to the public page")
	}
}
