package web_test

import (
	"testing"

	"ascolto/cmd/ascolto/app"
	"ascolto/crm/requests"
	"ascolto/crm/requests/register"
	"ascolto/crm/requests/register/registertest"
	"ascolto/web/webtest"
)

const registerPath = "/desk/register"

// TestRegisterNumbers: a request says that it waits for its number, on the page of who asked, at the desk and
// on the receipt; once the register answered it says the number, and is found by it.
func TestRegisterNumbers(t *testing.T) {
	t.Parallel()
	server := registertest.New(t)
	w := webtest.OpenWith(t, func(c *app.Config) {
		adapter, err := register.NewHTTP(server.URL, registertest.Token)
		if err != nil {
			t.Fatal(err)
		}
		c.Protocol = adapter
	})
	server.Answer(503, "")
	r, err := w.Requests.File(t.Context(), w.Anna, requests.FileInput{FormKey: "formformformform-register",
		Procedure: "istanza", Subject: "Una panchina", Text: "In via Po."})
	if err != nil {
		t.Fatal(err)
	}
	send := func(want int) {
		t.Helper()
		if n, err := w.Register.SendDue(t.Context()); err != nil || n != want {
			t.Fatalf("%d were registered, want %d: %v", n, want, err)
		}
	}
	send(0)
	anna, desk, admin := w.As(t, w.Anna), w.As(t, w.Desk), w.As(t, w.Administrator)
	own, at := "/richieste/mie/"+string(r.ID), "/desk/requests/"+string(r.ID)
	pages := func(want string) {
		t.Helper()
		for _, page := range []*webtest.Page{anna.Get(own), anna.Get(own + "/ricevuta"), desk.Get(at),
			desk.Get(at + "/receipt")} {
			if !page.Has(want) {
				t.Errorf("a page does not say %q: %.900s", want, page.Text())
			}
		}
	}
	pages("in attesa del numero; la data di presentazione resta")
	if page := admin.Get("/desk"); !page.Has("1 documento aspetta il protocollo da") {
		t.Errorf("the start page: %.900s", page.Text())
	}
	if page := desk.Get(registerPath); page.Status != 403 {
		t.Errorf("an operator sees documents of every office: %d", page.Status)
	}
	list := admin.Get(registerPath)
	if !list.Has(r.Number) || !list.Has("Il programma riprova da solo") || list.Has("Una panchina") {
		t.Errorf("the list: %.900s", list.Text())
	}
	server.Answer(422, `{"title":"Ufficio sconosciuto <b>"}`)
	for n, want := range []string{"Ufficio sconosciuto <b>", "0000001/"} {
		if sent := admin.Submit(list, registerPath+"/retry", nil); sent.Status != 303 {
			t.Fatalf("trying again: %d %.600s", sent.Status, sent.Text())
		}
		send(n)
		if list = admin.Get(registerPath); !list.Has(want) {
			t.Fatalf("the list does not say %q: %.900s", want, list.Text())
		}
		server.Answer(0, "")
	}
	pages("n. 0000001/")
	if err := w.Search.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	number := server.Entered()[0].Number
	if page := desk.Get("/desk/search?q=" + number); !page.Has("Una panchina") {
		t.Errorf("by %s: %.900s", number, page.Text())
	}
}

// TestNoRegister: without a register nothing waits for one, and the page says how it is connected.
func TestNoRegister(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	page := w.As(t, w.Administrator).Get(registerPath)
	if page.Status != 200 || !page.Has("ASCOLTO_PROTOCOL") || !page.Has("Nessun documento") {
		t.Errorf("%d %.600s", page.Status, page.Text())
	}
	r, err := w.Requests.File(t.Context(), w.Anna, requests.FileInput{FormKey: "formformformform-no-register",
		Procedure: "istanza", Subject: "Una panchina", Text: "In via Po."})
	if err != nil || r.AwaitsRegister(r.Events[0]) {
		t.Errorf("it waits: %v", err)
	}
}
