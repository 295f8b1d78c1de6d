package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// TestWhatWasWrittenIsGivenBack: an operator is called away in the middle of a note and their session ends.
// The note is not stored under nobody's name, and it is not lost either.
func TestWhatWasWrittenIsGivenBack(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	const note = "Chiama per il lampione di <via Emilia>, \"spento\" da giorni.\nRichiamare lunedì."
	send := func(change func(*http.Request)) *webtest.Page {
		b := town.As(t, town.Desk)
		form := b.Get("/desk/calls/new").Form("/desk/calls")
		form.Set("subject", "Lampione spento")
		form.Set("note", note)
		b.SetCookie("sid", "ended")
		req := b.PostRequest("/desk/calls", form)
		req.Header.Set("Referer", town.Origin+"/desk/calls/new?contact=x")
		if change != nil {
			change(req)
		}
		return b.Do(req)
	}
	page := send(nil)
	if page.Status != 401 || !page.Has("Nel frattempo l'accesso si è chiuso") {
		t.Fatalf("status %d: %.400s", page.Status, page.Text())
	}
	if kept := given(page); len(kept) != 2 || kept["Oggetto"] != "Lampione spento" || kept["Nota interna"] !=
		"Chiama per il lampione di <via Emilia>, \"spento\" da giorni. Richiamare lunedì." {
		t.Errorf("given back: %q", kept)
	}
	back := "/desk/login?" + url.Values{"ritorno": {"/desk/calls/new?contact=x"}}.Encode()
	if len(page.By("href", back)) != 1 {
		t.Errorf("no way back by %s", back)
	}

	foreign := send(func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Referer", "https://altrove.example/desk")
	})
	if foreign.Status != 303 || foreign.Location != "/desk/login" || foreign.Has("lampione") {
		t.Errorf("words of another site: %d to %q, %.300s", foreign.Status, foreign.Location, foreign.Text())
	}
	if list, err := town.CRM.Interactions(t.Context(), town.Desk, crm.InteractionFilter{},
		civic.PageRequest{}); err != nil || len(list.Items) != 0 {
		t.Errorf("stored all the same: %v, %v", list.Items, err)
	}
}

// TestPasswordsAreNotGivenBack: a password of several words looks like a text.
func TestPasswordsAreNotGivenBack(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	form := b.Get("/desk/account").Form("/desk/account/password")
	form.Set("current", "quattro parole di prima")
	form.Set("password", "quattro parole di adesso")
	b.SetCookie("sid", "ended")
	if page := b.Do(b.PostRequest("/desk/account/password", form)); page.Status != 303 || page.Has("parole") {
		t.Errorf("status %d: %.300s", page.Status, page.Text())
	}
}

// TestAnOldFormIsGivenBack: the same goes for a form that no longer fits the browser it was shown in.
func TestAnOldFormIsGivenBack(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Anna)
	form := b.Get("/forum/nuova").Form("/forum/nuova")
	form.Set("csrf", "old")
	form.Set("body", "Un testo lungo, scritto con calma.")
	if page := b.Do(b.PostRequest("/forum/nuova", form)); page.Status != 403 ||
		!page.Has("Un testo lungo, scritto con calma.") || !page.Has("Per sicurezza") {
		t.Errorf("status %d: %.300s", page.Status, page.Text())
	}
}
