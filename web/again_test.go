package web_test

import (
	"fmt"
	"net/url"
	"testing"

	"ascolto/web/webtest"
)

// TestARefusalThatPassesLeadsBack: who is told to wait finds the way to the page they came from, and only
// then.
func TestARefusalThatPassesLeadsBack(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.Browser(t)
	var page *webtest.Page
	for n := range 30 {
		form := b.Get("/desk/login")
		values := form.Form("/desk/login")
		values.Set("email", "vittima@comune.borgoforte.example")
		values.Set("password", fmt.Sprint("sbagliata ", n))
		r := b.PostRequest("/desk/login", values)
		r.Header.Set("Referer", town.Origin+"/desk/login")
		if page = b.Do(r); page.Status == 429 {
			break
		}
	}
	const words = "Torna alla pagina e riprova"
	if page.Status != 429 || !page.Has(words) || len(page.By("href", "/desk/login")) == 0 {
		t.Errorf("%d, %.600s", page.Status, page.Text())
	}
	foreign := b.PostRequest("/desk/login", url.Values{})
	foreign.Header.Set("Referer", "https://altrove.example/desk/login")
	for _, page := range []*webtest.Page{b.Get("/non-esiste"), b.Do(foreign)} {
		if page.Has(words) {
			t.Errorf("%d leads back: %.400s", page.Status, page.Text())
		}
	}
}
