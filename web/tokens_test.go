package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// TestATokenAtTheDesk: whoever works in the town makes a token with permissions of their own, is shown
// its text once, and revokes it after a question; a colleague cannot, who manages colleagues can.
func TestATokenAtTheDesk(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	page := b.Get("/desk/account/tokens/new")
	for _, want := range []string{"leggere le schede dei contatti", "scrivere le schede dei contatti",
		"90 giorni"} {
		if !page.Has(want) {
			t.Errorf("the form does not say %q", want)
		}
	}
	if page.Has("propri interlocutori") {
		t.Error("the form offers what an operator lacks")
	}
	if page := b.Submit(page, "/desk/account/tokens", url.Values{"name": {" "}}); page.Status != 422 ||
		!page.Has("Compilare questo campo") || !page.Has("Scegliere almeno un permesso") {
		t.Errorf("an empty form: status %d: %.300s", page.Status, page.Text())
	}
	filled := url.Values{"name": {"Protocollo"}, "days": {"30"}, "scopes": {string(crm.PermReadContacts)}}
	made := b.Submit(page, "/desk/account/tokens", filled)
	text := regexp.MustCompile(`asc_[\w-]{43}`).FindString(made.Body)
	if made.Status != 200 || text == "" || made.Header.Get("Cache-Control") != "no-store" ||
		!made.Has("non sarà più mostrato") {
		t.Fatalf("status %d: %.300s", made.Status, made.Text())
	}
	if again := b.Submit(page, "/desk/account/tokens", filled); again.Status != 200 ||
		strings.Contains(again.Body, text[10:]) || !again.Has("mostrato una volta sola") {
		t.Errorf("the form sent again: status %d: %.300s", again.Status, again.Text())
	}
	list := b.Get("/desk/account")
	if !list.Has("Protocollo") || !list.Has(text[:10]) || !list.Has("mai") || strings.Contains(list.Body,
		text[10:]) {
		t.Errorf("the list says %.600s", list.Text())
	}
	program := town.Site.Program(t, text)
	if r := program.Get("/api/v1/contacts"); r.Status != 200 {
		t.Errorf("status %d: %s", r.Status, r.Body)
	}
	if wrong := b.Post("/desk/account/tokens", url.Values{"name": {"X"}, "days": {"30"},
		"scopes": {string(accounts.PermManage)}}); wrong.Status != http.StatusForbidden {
		t.Errorf("a permission that an operator lacks: status %d", wrong.Status)
	}
	path := regexp.MustCompile(`/desk/account/tokens/token-[\w-]+`).FindString(list.Body)
	for _, who := range []string{"works", "anna"} {
		other := map[string]*webtest.Browser{"works": town.As(t, town.Works),
			"anna": town.As(t, town.Anna)}[who]
		if page := other.Get(path); page.Status != 404 && page.Status != 403 {
			t.Errorf("%s sees the token: status %d", who, page.Status)
		}
		if page := other.Post(path+"/revoke", nil); page.Status != 404 && page.Status != 403 {
			t.Errorf("%s revokes the token: status %d", who, page.Status)
		}
	}
	admin := town.As(t, town.Administrator)
	if page := admin.Get("/desk/users/" + string(town.Desk.Account)); !page.Has("Protocollo") ||
		!strings.Contains(page.Body, path) {
		t.Errorf("the administrator sees %.600s", page.Text())
	}
	detail := admin.Get(path)
	if !detail.Has("non potrà più accedere") || !detail.Has("leggere le schede dei contatti") {
		t.Errorf("the page says %.400s", detail.Text())
	}
	if page := admin.Submit(detail, path+"/revoke",
		nil); page.Location != "/desk/users/"+string(town.Desk.Account) {
		t.Errorf("status %d to %q", page.Status, page.Location)
	}
	if r := program.Get("/api/v1/contacts"); r.Status != 401 {
		t.Errorf("after it was revoked: status %d: %s", r.Status, r.Body)
	}
	log := town.As(t, town.Officer).Get("/desk/audit")
	for _, want := range []string{"ha creato un token", "ha revocato un token", "token: " + text[:10],
		"permessi: leggere le schede dei contatti"} {
		if !log.Has(want) {
			t.Errorf("the audit does not say %q: %.900s", want, log.Text())
		}
	}
	if page := town.As(t, town.Moderator).Get("/desk/account/tokens/new"); !page.Has("Nessuno dei permessi") {
		t.Errorf("a moderator: %.300s", page.Text())
	}
}

// TestANewTokenIsOfferedToWhoCanMakeOne: none of whose permissions a program can have reads that at once, and
// is led to no form that would be empty.
func TestANewTokenIsOfferedToWhoCanMakeOne(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	for _, tt := range []struct {
		who civic.Actor
		can bool
	}{{town.Desk, true}, {town.Moderator, false}} {
		b := town.As(t, tt.who)
		page := b.Get("/desk/account")
		if led := slices.Contains(linksOf(page), "/desk/account/tokens/new"); page.Status != 200 || led != tt.can ||
			page.Has("Nessuno dei permessi dei propri ruoli") == tt.can ||
			(len(b.Get("/desk/account/tokens/new").By("name", "scopes")) > 0) != tt.can {
			t.Errorf("%v is offered a token: %t, want %t: %.900s", tt.who.Roles, led, tt.can, page.Text())
		}
	}
}
