package web_test

import (
	"testing"

	"ascolto/web/webtest"
)

// TestAnEmptyListSaysWhy: a list of contacts without any says that there are none yet, one that a search left
// empty that nothing was found.
func TestAnEmptyListSaysWhy(t *testing.T) {
	t.Parallel()
	w := webtest.OpenNew(t)
	desk := w.As(t, w.Desk)
	const none, nothing = "Non ci sono ancora contatti.", "Nessun contatto trovato."
	if page := desk.Get("/desk/contacts"); !page.Has(none) || page.Has(nothing) {
		t.Errorf("an empty list: %.600s", page.Text())
	}
	if page := desk.Get("/desk/contacts?q=RSSM"); !page.Has(nothing) || page.Has(none) ||
		!page.Has("le prime sei lettere") {
		t.Errorf("a search that finds nothing: %.600s", page.Text())
	}
}
