package web_test

import (
	"net/url"
	"strings"
	"testing"

	"ascolto/web/webtest"
)

// TestUnreadableBytesDoNotCostTheRest: a form with bytes that no text can hold, pasted from somewhere, comes
// back with what was typed.
func TestUnreadableBytesDoNotCostTheRest(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	for _, bytes := range []string{"Nicol\xf2", "Nicolò\x00"} {
		page := b.Submit(b.Get("/desk/contacts/new"), "/desk/contacts",
			url.Values{"given_name": {bytes}, "family_name": {"D'Angelo"}, "emails.1": {"n@posta.example"}})
		if page.Status != 422 || !page.Has("caratteri non leggibili") ||
			len(page.By("href", "#campo-given_name")) != 1 {
			t.Fatalf("%q: status %d: %.500s", bytes, page.Status, page.Text())
		}
		if page.Input("family_name") != "D'Angelo" || page.Input("emails.1") != "n@posta.example" ||
			!strings.HasPrefix(page.Input("given_name"), "Nicol") {
			t.Errorf("%q: the form came back with %v", bytes, page.Form("/desk/contacts"))
		}
		if saved := b.Submit(page, "/desk/contacts",
			url.Values{"given_name": {"Nicolò"}, "reason": {"prova"}}); saved.Status != 303 {
			t.Errorf("%q: mended: status %d: %.400s", bytes, saved.Status, saved.Text())
		}
	}
}
