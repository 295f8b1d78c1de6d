package web_test

import (
	"testing"

	"golang.org/x/net/html/atom"

	"ascolto/surveys"
	"ascolto/web/webtest"
)

// given returns what a page gives back: each text behind its label.
func given(page *webtest.Page) map[string]string {
	texts := map[string]string{}
	for _, area := range page.Tags(atom.Textarea) {
		for _, label := range page.By("for", webtest.Attr(area, "id")) {
			texts[webtest.TextOf(label)] = webtest.TextOf(area)
		}
	}
	return texts
}

// Whoever answers a page when the browser has lost its cookies gets the answers back in words, choices and
// single words too, what is no answer as it was typed, and is told what is so.
func TestAnswersComeBackWhenTheCookieIsGone(t *testing.T) {
	t.Parallel()
	s := openSurveys(t)
	q := s.publish("Prova", surveys.Anonymous, []question{
		single("Come ci va?", "A piedi|On foot\nIn auto|By car"), several("Perché?", "Costa poco|Cheap"),
		freeText("Che cosa manca?"), {surveys.Number, surveys.QuestionInput{Text: both("Quante volte?")}},
		{surveys.Ranking, surveys.QuestionInput{Text: both("Che cosa viene prima?"),
			Lines: "Strade|Roads\nScuole|Schools"}},
		{surveys.Matrix, surveys.QuestionInput{Text: both("Le strade?"),
			RowLines: "Luce|Light\nPulizia|Cleanliness",
			Lines:    "Bene|Well\nMale|Badly"}}})
	answers := values("q1", "a2", "q2", "a1", "q2", "other", "q2.other", "Perché sì", "q3", "Panchine", "q4",
		"parecchie", "q5.1", "a1", "q6.r2", "a4")
	want := map[string]string{"Come ci va?": "In auto", "Perché?": "Costa poco Altro: Perché sì",
		"Che cosa manca?": "Panchine", "Quante volte?": "parecchie", "Che cosa viene prima?": "Posto 1: Strade",
		"Le strade?": "Pulizia: Male"}
	check := func(where string, page *webtest.Page, status int, says, wantNot string) {
		t.Helper()
		got := given(page)
		for label, text := range want {
			if got[label] != text {
				t.Errorf("%s: %s: %q, want %q", where, label, got[label], text)
			}
		}
		if page.Status != status || len(got) != len(want) || !page.Has(says) || page.Has(wantNot) {
			t.Errorf("%s: status %d, %q: %.600s", where, page.Status, got, page.Text())
		}
	}
	send := func(lost ...string) *webtest.Page {
		b := s.Browser(t)
		page, at := start(b, q.Slug)
		form := page.Form(at)
		for name, values := range answers {
			form[name] = values
		}
		for _, name := range lost {
			b.SetCookie(name, "")
		}
		req := b.PostRequest(at, form)
		req.Header.Set("Referer", s.Origin+at)
		back := b.Do(req)
		if len(back.By("href", at)) != 1 {
			t.Errorf("without %v there is no way back to the survey", lost)
		}
		return back
	}
	check("all cookies", send("anon", "survey-"+q.Slug), 403, "nel browser non c'è più il cookie", "altro sito")
	check("the survey's cookie", send("survey-"+q.Slug), 410, "Le risposte iniziate non si trovano più",
		"altro sito")

	b := s.Browser(t)
	page, at := start(b, q.Slug)
	form := page.Form(at)
	form.Set("q3", "parole d'altri")
	b.SetCookie("anon", "")
	req := b.PostRequest(at, form)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if foreign := b.Do(req); foreign.Status != 403 || foreign.Has("parole d'altri") ||
		!foreign.Has("proviene da un altro sito") {
		t.Errorf("another site's words: %d, %.400s", foreign.Status, foreign.Text())
	}
}
