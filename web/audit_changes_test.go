package web_test

import (
	"net/url"
	"strings"
	"testing"

	"ascolto/crm/requests"
	"ascolto/internal/reference"
	"ascolto/web/webtest"
)

// TestTheAuditSaysWhatChanged: of a step and of an office the audit says which one it is, what it was and
// what it became, on the page and in the table; what did not change is not told, and a form that is sent
// again adds nothing.
func TestTheAuditSaysWhatChanged(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	admin, officer := town.As(t, town.Administrator), town.As(t, town.Officer)
	st, err := town.Requests.SaveStep(t.Context(), town.Administrator, "step-0000000000001", "", 0,
		requests.Step{Kind: requests.StepBefore, Value: 3, Tell: []requests.Reader{requests.ReaderHead}})
	if err != nil {
		t.Fatal(err)
	}
	step := "/desk/escalation/" + string(st.ID)
	const office = "/desk/settings/offices/urp"
	for path, values := range map[string]url.Values{step: {"value": {"5"}, "urgent": {"1"}},
		office: {"name": {"URP e piazza"}}} {
		open := admin.Get(path)
		for range 2 {
			if page := admin.Submit(open, path, values); page.Status != 303 {
				t.Fatalf("%s: status %d: %.400s", path, page.Status, page.Text())
			}
		}
	}
	log := officer.Get("/desk/audit")
	table := officer.Get("/desk/audit/export").Body
	for _, want := range []string{
		"sollecito: mancano 5 giorni alla scadenza, adesso: Quando: mancano 5 giorni alla scadenza; Urgente: Sì, " +
			"prima: Quando: mancano 3 giorni alla scadenza; Urgente: No",
		"ufficio: URP e piazza, adesso: Nome: URP e piazza, prima: Nome: Ufficio relazioni con il pubblico",
		"adesso: Quando: mancano 3 giorni alla scadenza; Chi è avvisato: responsabile dell'ufficio",
	} {
		if !log.Has(want) {
			t.Errorf("the page lacks %q: %.900s", want, log.Text())
		}
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q", want)
		}
	}
	if log.Has("Posizione nell'elenco") {
		t.Error("what did not change is told")
	}
	if n := actions(t, town, requests.ActionStepSave); n != 2 {
		t.Errorf("the step is audited %d times", n)
	}
	if n := actions(t, town, reference.ActionOfficeSave); n != 1 {
		t.Errorf("the office is audited %d times", n)
	}
}
