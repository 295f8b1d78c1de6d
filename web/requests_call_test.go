package web_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// calls returns the conversations of the town, newest first.
func calls(t *testing.T, town *webtest.Town) []crm.Interaction {
	t.Helper()
	list, err := town.CRM.Interactions(t.Context(), town.Desk, crm.InteractionFilter{}, civic.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// TestACallIsFiledOnOneScreen: with somebody on the phone whom nobody knows yet, one form makes contact,
// conversation and request, each once, with the office that the operator chose; the receipt says what to read
// out and whether it is mailed. Conversation and request lead to each other.
func TestACallIsFiledOnOneScreen(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	search := b.Submit(b.Get("/desk/requests/new"), "/desk/requests", url.Values{"q": {"Zoe Malaspina"},
		"do": {"search"}, "subject": {"Buca in via Po"}})
	if form := search.Form("/desk/requests"); form.Get("given_name") != "Zoe" ||
		form.Get("family_name") != "Malaspina" || form.Get("contact") != "new" ||
		form.Get("subject") != "Buca in via Po" {
		t.Fatalf("who is not found is not offered as somebody new: %v", form)
	}
	said := url.Values{"do": {""}, "procedure": {"disservizio"}, "channel": {"phone"}, "text": {"È profonda."},
		"emails.1": {"zoe@posta.example"}, "office": {"lavori-pubblici"}}
	wrong := b.Submit(search, "/desk/requests", url.Values{"do": {""}, "channel": {"phone"}})
	if wrong.Status != 422 || len(calls(t, town)) != 0 ||
		wrong.Form("/desk/requests").Get("given_name") != "Zoe" {
		t.Fatalf("without a text: status %d, %d conversations", wrong.Status, len(calls(t, town)))
	}
	done := b.Submit(wrong, "/desk/requests", said)
	again := b.Submit(wrong, "/desk/requests", said)
	if done.Status != 303 || again.Header.Get("Location") != done.Header.Get("Location") {
		t.Fatalf("filed: status %d, sent again to %q, not %q: %.600s", done.Status,
			again.Header.Get("Location"), done.Header.Get("Location"), done.Text())
	}
	receipt := b.Follow(done)
	if !receipt.Has("zoe@posta.example") || !receipt.Has("Codice") {
		t.Errorf("the receipt: %.900s", receipt.Text())
	}
	noted, open := calls(t, town), openRequests(t, town)
	if len(noted) != 1 || len(open) != 1 {
		t.Fatalf("%d conversations, %d requests", len(noted), len(open))
	}
	call, r := noted[0], open[0]
	if r.Call != call.ID || !call.Became(r.ID) || call.Contact != r.Contact || r.Office != "lavori-pubblici" ||
		call.Office != "urp" || call.Outcome != crm.Forwarded || call.Note != "" {
		t.Errorf("the conversation %+v\nof the request %+v", call, r)
	}
	if page := b.Get("/desk/interactions/" + string(call.ID)); !page.Has(r.Number+" Buca in via Po") ||
		!strings.Contains(page.Body, `href="/desk/requests/`+string(r.ID)+`"`) || !page.Has(town.Desk.Name) {
		t.Errorf("the page of the conversation: %.900s", page.Text())
	}
	if page := b.Get("/desk/requests/" + string(r.ID)); !page.Has("nata da un colloquio") ||
		!strings.Contains(page.Body, `href="/desk/interactions/`+string(call.ID)+`"`) {
		t.Errorf("the page of the request: %.900s", page.Text())
	}
	works := town.As(t, town.Works)
	if page := works.Get("/desk/requests/" + string(r.ID)); page.Status != 200 ||
		strings.Contains(page.Body, "/desk/interactions/"+string(call.ID)) {
		t.Errorf("who may not know of the conversation: status %d, %.900s", page.Status, page.Text())
	}
	letter := b.Submit(b.Get("/desk/requests/new"), "/desk/requests", url.Values{"procedure": {"istanza"},
		"contact": {string(town.Anna.Contact)}, "channel": {"letter"}, "subject": {"Dehors"},
		"text": {"Due tavoli."}})
	if letter.Status != 303 || len(calls(t, town)) != 1 {
		t.Errorf("of a letter: status %d, %d conversations", letter.Status, len(calls(t, town)))
	}
}

// TestACallNotedEarlierBecomesARequest: what was noted is in the form, a confidential note is not; who it was
// is known from then on, and both histories say who did it. Nobody makes a request of a conversation that
// they may not read.
func TestACallNotedEarlierBecomesARequest(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	noted := call(t, town, town.Desk, crm.InteractionInput{Office: "urp", Subject: "Lampione spento",
		Note: "In via Emilia 12, da tre settimane.", Channel: crm.AtDesk})
	secret := call(t, town, town.Desk, crm.InteractionInput{Office: "urp", Subject: "Lite",
		Note: "Il vicino si chiama Bruno.", Confidential: true})
	b := town.As(t, town.Desk)
	page := b.Get("/desk/interactions/" + string(noted.ID))
	to := "/desk/requests/new?call=" + string(noted.ID)
	if !strings.Contains(page.Body, to) {
		t.Fatalf("no button makes a request of it: %.600s", page.Text())
	}
	form := b.Get(to)
	if values := form.Form("/desk/requests"); values.Get("subject") != "Lampione spento" ||
		values.Get("text") != "In via Emilia 12, da tre settimane." || values.Get("channel") != "desk" {
		t.Errorf("typed again: %v", values)
	}
	if hidden := b.Get("/desk/requests/new?call=" + string(secret.ID)); hidden.Status != 200 ||
		strings.Contains(hidden.Body, "si chiama Bruno") {
		t.Errorf("a confidential note is offered to whoever asked: status %d", hidden.Status)
	}
	done := b.Submit(form, "/desk/requests", url.Values{"contact": {string(town.Anna.Contact)},
		"procedure": {"disservizio"}})
	r := onlyRequest(t, town, town.Anna)
	if done.Status != 303 || r.Call != "" { // which is the office's own
		t.Fatalf("filed: status %d, %+v", done.Status, r)
	}
	after := b.Get("/desk/interactions/" + string(noted.ID))
	if !after.Has(r.Number) || !after.Has("Anna Dall'Olio") || !after.Has(town.Desk.Name) {
		t.Errorf("the conversation afterwards: %.900s", after.Text())
	}
	if len(calls(t, town)) != 2 {
		t.Errorf("%d conversations", len(calls(t, town)))
	}
	for name, who := range map[string]civic.Actor{"another office": town.Works, "a citizen": town.Anna} {
		if page := town.As(t, who).Get(to); page.Status != 404 && page.Status != 403 {
			t.Errorf("%s: status %d", name, page.Status)
		}
		_, err := town.Requests.File(t.Context(), who, requests.FileInput{FormKey: rand.Text(),
			Procedure: "disservizio", Contact: town.Anna.Contact, Channel: crm.ByPhone, Subject: "Buca",
			Text: "Qui.", Call: noted.ID})
		if who.Contact == "" && civic.CodeOf(err) != civic.NotFound {
			t.Errorf("%s files of it: %v", name, err)
		}
	}
}
