package web_test

import (
	"strings"
	"testing"
	"time"

	"ascolto/surveys"
	"ascolto/web/webtest"
)

// opinionSurvey publishes a question with the options Favorevole and Contrario by the desk's forms, and
// closes it soon.
func opinionSurvey(t *testing.T, b *webtest.Browser) (at string, times []string) {
	t.Helper()
	at = newSurvey(t, b, "Piazza pedonale", nil)
	addQuestion(t, b, at, "1", surveys.Single, values("text.it", "Si è favorevoli?", "option.lines",
		"Favorevole\nContrario"))
	times = []string{"opens", surveys.FormatLocal(time.Now().Add(-time.Minute)), "closes",
		surveys.FormatLocal(time.Now().Add(time.Hour))}
	if made := b.Submit(b.Get(at+"/publish"), at+"/publish", values(times...)); made.Status != 303 {
		t.Fatalf("publishing: %d %.600s", made.Status, made.Text())
	}
	return at, times
}

// Whoever publishes swapped labels is shown them and asked; the results keep what was answered apart, and can
// be put together and parted again.
func TestPublishingOtherWordsAsks(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	at, times := opinionSurvey(t, b)
	for range 3 {
		visitor := town.Browser(t)
		page, here := start(visitor, "piazza-pedonale")
		summary := visitor.Follow(visitor.Submit(page, here, values("q1", "a1")))
		if sent := visitor.Submit(summary, "/sondaggi/piazza-pedonale/riepilogo", nil); sent.Status != 303 {
			t.Fatalf("%d %.300s", sent.Status, sent.Text())
		}
	}
	b.Submit(b.Get(at+"/questions/q1"), at+"/questions/q1",
		values("option.a1.it", "Contrario", "option.a2.it", "Favorevole"))
	asked := b.Get(at + "/publish")
	if !asked.Has("Risposta 1") || asked.Has("Risposta a1") {
		t.Errorf("options are called by their codes: %.900s", asked.Text())
	}
	if !asked.Has("Domande con parole cambiate") || !asked.Has("vuole dire la stessa cosa di prima?") {
		t.Fatalf("the change of words is not shown: %.900s", asked.Text())
	}
	refused := b.Submit(asked, at+"/publish", values(times...))
	if refused.Status != 422 || !refused.Has("indicare se il significato è lo stesso") ||
		refused.Form(at+"/publish").Get("closes") != times[3] {
		t.Errorf("nothing was said: %d %.600s", refused.Status, refused.Text())
	}
	if done := b.Submit(refused, at+"/publish",
		values(append(times, "same.q1", "apart")...)); done.Status != 303 {
		t.Fatalf("%d %.600s", done.Status, done.Text())
	}
	results := b.Get(at + "/results")
	if !results.Has("Versione 1") || !results.Has("Versione 2") ||
		len(results.By("id", "domanda-q1-1")) != 1 || len(results.By("id", "domanda-q1-2")) != 1 {
		t.Errorf("%.1500s", results.Text())
	}
	if first := results.By("id", "domanda-q1-1")[0]; !strings.Contains(webtest.TextOf(first),
		"Favorevole 3 100,0%") {
		t.Errorf("version 1 reads %q", webtest.TextOf(first))
	}
	act := at + "/questions/q1/meaning"
	together := b.Follow(b.Submit(results, act, nil))
	if !together.Has("la versione 2 vuole dire la stessa cosa della versione 1") ||
		len(together.By("id", "domanda-q1-2")) != 0 {
		t.Errorf("together: %.900s", together.Text())
	}
	if apart := b.Follow(b.Submit(together, act, nil)); len(apart.By("id", "domanda-q1-2")) != 1 {
		t.Errorf("apart again: %.900s", apart.Text())
	}
}
