package web_test

import (
	"testing"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// TestNothingYetIsNotNothingFound: a page that nobody asked anything of says that there is nothing yet, and no button leads to a form
// that cannot be filled.
func TestNothingYetIsNotNothingFound(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	public := town.Browser(t)
	wants(t, public.Get("/cerca"), 200, "Non c'è ancora nulla da cercare.")
	if page := public.Get("/cerca"); page.Has("Nessun risultato") {
		t.Error("nothing was searched, and nothing was found")
	}
	wants(t, public.Get("/cerca?q=lampioni"), 200, "Nessun risultato per questa ricerca.")

	anna := town.As(t, town.Anna)
	if len(anna.Get("/forum").By("href", "/forum/nuova")) != 1 || !anna.Get("/forum/nuova").Has("Sezione") {
		t.Error("no discussion can be begun")
	}
	areas, err := town.Forum.AreaList(t.Context())
	if err != nil || len(areas) == 0 {
		t.Fatal(areas, err)
	}
	for _, a := range areas {
		in := forum.AreaInput{
			Revision: a.Revision, Shown: a.Shown(), Slug: string(a.ID), Name: a.Name, Description: a.Description, District: a.District,
			Office: a.Office, AnswerDays: a.AnswerDays, Order: a.Order, Closed: true,
		}
		if _, err := town.Forum.SaveArea(t.Context(), civic.System("test"), in); err != nil {
			t.Fatal(err)
		}
	}
	if len(anna.Get("/forum").By("href", "/forum/nuova")) != 0 {
		t.Error("a button leads to a form in which no section can be chosen")
	}
	page := anna.Get("/forum/nuova")
	wants(t, page, 200, "Nessuna sezione del forum è aperta a nuove discussioni.")
	if len(page.By("name", "body")) != 0 {
		t.Error("a discussion can be written that goes nowhere")
	}
}
