package web_test

import (
	"net/url"
	"strings"
	"testing"

	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web"
	"ascolto/web/webtest"
)

// colleague returns one more operator of the office that has the requests of the town.
func colleague(t *testing.T, town *webtest.Town, name string) civic.Actor {
	t.Helper()
	a, err := town.Accounts.CreateStaff(t.Context(), town.Administrator, accounts.NewStaff{
		FormKey: "colleague-" + strings.ToLower(name), Email: strings.ToLower(name) + "@borgoforte.example",
		Name: name + " Rossi", Roles: []civic.Role{civic.Operator}, Offices: []civic.ID{"urp"}})
	if err != nil {
		t.Fatal(err)
	}
	return civic.NewActor(civic.Actor{Account: a.ID, Name: a.Name, Roles: a.Roles, Offices: a.Offices,
		Request: "colleague"}, web.Grants())
}

// TestTwoDoNotAnswerAtOnce: who begins an answer is seen by who opens the request meanwhile. A second answer
// is refused with what was typed, and goes out over the first only by choice, which is kept. When the first
// has gone out it never does: who comes second reads what was sent, beside their own words.
func TestTwoDoNotAnswerAtOnce(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	filedBy(t, town.As(t, town.Anna), "istanza")
	r := onlyRequest(t, town, town.Anna)
	path := "/desk/requests/" + string(r.ID)
	first, second := town.As(t, town.Desk), town.As(t, colleague(t, town, "Nadia"))
	first.Submit(first.Get(path), path, url.Values{"act": {"take"}, "responsible": {string(town.Desk.Account)}})
	claim := path + "/claim"
	open := first.Get(path)
	if open.Has("sta rispondendo") || strings.Contains(open.Body, `value="answer"/><div`) {
		t.Errorf("before anybody begins: %.900s", open.Text())
	}
	if begun := first.Submit(open, claim, url.Values{"act": {"answer"}}); begun.Status != 303 {
		t.Fatalf("beginning an answer: status %d, %.600s", begun.Status, begun.Text())
	}
	if own := first.Get(path); !own.Has("Stai rispondendo") || own.Has("sta rispondendo da") {
		t.Errorf("who answers: %.900s", own.Text())
	}
	seen := second.Get(path)
	if !seen.Has(town.Desk.Name+" sta rispondendo da 1 minuto.") || !seen.Has("al suo posto") {
		t.Fatalf("a colleague does not see it: %.900s", seen.Text())
	}
	if raced := second.Submit(seen, claim, url.Values{"act": {"answer"}, "over": {""}}); raced.Status != 422 {
		t.Errorf("beginning beside them: status %d", raced.Status)
	}
	typed := url.Values{"act": {"answer"}, "text": {"Rispondo io, Nadia."}}
	refused := second.Submit(seen, path, typed)
	if refused.Status != 422 || !strings.Contains(refused.Body, "Rispondo io, Nadia.") ||
		!refused.Has("Invia lo stesso, al suo posto") || !onlyRequest(t, town, town.Anna).Open {
		t.Errorf("an answer beside theirs: status %d, %.900s", refused.Status, refused.Text())
	}
	second.Submit(seen, claim, url.Values{"act": {"answer"}, "over": {"1"}})
	if over := first.Get(path); !over.Has("Nadia Rossi sta rispondendo da") {
		t.Errorf("after it was taken over: %.900s", over.Text())
	}
	if kept := town.As(t, town.Officer).Get("/desk/audit?action=requests.request.claim_over"); !kept.Has(
		"ha preso il posto") || !kept.Has("Nadia Rossi") {
		t.Errorf("the audit: status %d, %.600s", kept.Status, kept.Text())
	}
	sent := second.Submit(second.Get(path), path, url.Values{"act": {"answer"},
		"text": {"Lo ripariamo domani."}})
	late := first.Submit(open, path, url.Values{"act": {"answer"}, "text": {"Lo ripariamo giovedì."}})
	if sent.Status != 303 || late.Status != 422 || !late.Has("Non si è potuto fare") ||
		!late.Has("Lo ripariamo domani.") || !strings.Contains(late.Body, "Lo ripariamo giovedì.") {
		t.Errorf("first: status %d; second: status %d, %.900s", sent.Status, late.Status, late.Text())
	}
	if own := town.As(t, town.Anna).Get("/richieste/mie/" + string(r.ID)); own.Has("giovedì") ||
		!own.Has("domani") {
		t.Errorf("what Anna reads: %.900s", own.Text())
	}
	if after := first.Get(path); after.Has("sta rispondendo") {
		t.Error("somebody is said to answer what was answered")
	}
	for name, who := range map[string]civic.Actor{"another office": town.Works, "a citizen": town.Anna} {
		if _, err := town.Requests.Claim(t.Context(), who, r.ID, requests.ActAnswer, false); err == nil {
			t.Errorf("%s claims it", name)
		}
	}
}
