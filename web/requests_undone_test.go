package web_test

import (
	"net/url"
	"testing"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// TestWhatCannotBeDoneAnyMoreIsSaid: a step whose form was open while somebody else moved the request on is
// refused with the reason, and what was written in it is given back, at the desk as on the citizen's page.
func TestWhatCannotBeDoneAnyMoreIsSaid(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	anna, desk := town.As(t, town.Anna), town.As(t, town.Desk)
	filedBy(t, anna, "istanza")
	own, err := town.Requests.OwnRequests(t.Context(), town.Anna, civic.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	id := own.Items[0].ID
	at, mine := "/desk/requests/"+string(id), "/richieste/mie/"+string(id)
	move := func(
		b *webtest.Browser, shown *webtest.Page, path string, act requests.Act, text string,
	) *webtest.Page {
		t.Helper()
		values := shown.Form(path)
		for name, value := range map[string]string{"act": string(act), "text": text, "reason": "",
			"responsible": ""} {
			values.Set(name, value)
		}
		return b.Do(b.PostRequest(path, values))
	}
	if sent := move(desk, desk.Get(at), at, requests.ActTake, ""); sent.Status != 303 {
		t.Fatalf("taking: %d %.400s", sent.Status, sent.Text())
	}
	if page := desk.Get(at); !page.Has("Presa in carico") {
		t.Errorf("what was done is not said: %.600s", page.Text())
	}
	shown := desk.Get(at)
	if sent := move(desk, desk.Get(at), at, requests.ActAsk, "Quale civico?"); sent.Status != 303 {
		t.Fatalf("asking: %d %.400s", sent.Status, sent.Text())
	}
	const long = "Il preavviso che ho scritto in dieci minuti."
	refused := move(desk, shown, at, requests.ActNotice, long)
	if refused.Status != 422 || !refused.Has("Non si è potuto fare") || !refused.Has(long) ||
		!refused.Has("Nello stato in cui si trova") {
		t.Errorf("at the desk: %d %.900s", refused.Status, refused.Text())
	}
	tab := anna.Get(mine)
	if sent := move(anna, anna.Get(mine), mine, requests.ActSupply, "Il 12."); sent.Status != 303 {
		t.Fatalf("supplying: %d %.400s", sent.Status, sent.Text())
	}
	again := move(anna, tab, mine, requests.ActSupply, "Il 14, anzi.")
	if again.Status != 422 || !again.Has("Non si è potuto fare") || !again.Has("Il 14, anzi.") {
		t.Errorf("on the citizen's page: %d %.900s", again.Status, again.Text())
	}
}

// TestNumbersAsPeopleTypeThem: a request is opened by its number however it is written.
func TestNumbersAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	r, err := town.Requests.File(t.Context(), town.Anna, requests.FileInput{
		FormKey: "formformformform-number", Procedure: "istanza", Subject: "Una panchina", Text: "In via Po."})
	if err != nil {
		t.Fatal(err)
	}
	code, err := town.Requests.Code(t.Context(), town.Anna, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	year := r.Number[:4]
	for _, typed := range []string{r.Number, "n. " + r.Number, year + "-1", year + "000001", year + " 000001",
		year + "/1", "N° " + year + "-000001 "} {
		b := town.Browser(t)
		sent := b.Submit(b.Get("/richieste/segui"), "/richieste/segui",
			url.Values{"number": {typed}, "code": {code}})
		if sent.Status != 303 || sent.Location != "/richieste/seguita" {
			t.Errorf("%q: %d %.300s", typed, sent.Status, sent.Text())
		}
	}
}
