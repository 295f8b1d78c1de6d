package web_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/webtest"
)

// A copy of all data holds what each part of the house keeps, in words: what was answered with the question
// of its version, what was written in the forum, who read. It holds nobody else's.
func TestTheCopyOfOwnDataIsCompleteAndReadable(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	news := d.As(t, d.News)
	at := newSurvey(t, news, "Piazza pedonale", values("participation", "known"))
	addQuestion(t, news, at, "1", surveys.Single, values("text.it", "Si è favorevoli?", "option.lines",
		"Favorevole\nContrario"))
	times := []string{"opens", surveys.FormatLocal(time.Now().Add(-time.Minute)), "closes",
		surveys.FormatLocal(time.Now().Add(time.Hour))}
	news.Submit(news.Get(at+"/publish"), at+"/publish", values(times...))
	b := d.signInCitizen(t, "anna@posta.example")
	page, here := start(b, "piazza-pedonale")
	summary := b.Follow(b.Submit(page, here, values("q1", "a1")))
	sent := b.Follow(b.Submit(summary, "/sondaggi/piazza-pedonale/riepilogo", nil))
	if len(sent.By("href", "/area-personale/sondaggi")) != 1 {
		t.Errorf("the thanks do not lead to the answers: %.400s", sent.Text())
	}
	news.Submit(news.Get(at+"/questions/q1"), at+"/questions/q1",
		values("option.a1.it", "Contrario", "option.a2.it", "Favorevole"))
	if done := news.Submit(news.Get(at+"/publish"), at+"/publish",
		values(append(times, "same.q1", "apart")...)); done.Status != 303 {
		t.Fatalf("%d %.400s", done.Status, done.Text())
	}
	own := b.Get("/area-personale/sondaggi")
	for _, want := range []string{"Piazza pedonale", "Si è favorevoli?", "Favorevole"} {
		if !own.Has(want) || own.Has("Contrario") {
			t.Errorf("my answers lack %q: %.600s", want, own.Text())
		}
	}
	shown := b.Get("/area-personale/dati")
	for _, want := range []string{"Recapiti", "anna@posta.example", "Si è favorevoli?", "Favorevole",
		"Testi nel forum", "Accessi aperti", "Letture e operazioni registrate"} {
		if !shown.Has(want) {
			t.Errorf("the copy lacks %q: %.900s", want, shown.Text())
		}
	}
	if shown.Has("Contrario") || shown.Has("bruno@") {
		t.Error("the copy holds other words or other people")
	}
	var file struct{ Sections []civic.PersonalSection }
	data := b.Submit(shown, "/area-personale/dati", nil)
	if err := json.Unmarshal([]byte(data.Body), &file); err != nil || len(file.Sections) < 10 ||
		!strings.Contains(data.Body, `"Favorevole"`) {
		t.Errorf("%v: %.400s", err, data.Body)
	}
}

// Every part gives what it keeps to the person alone, and a colleague, another citizen or a stranger gets
// nothing from any.
func TestPersonalDataIsTheirsAlone(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	about := civic.Subject{Contact: town.Anna.Contact, Account: town.Anna.Account}
	parts := map[string]civic.PersonalData{"crm": town.Own, "surveys": town.Surveys, "forum": town.Forum,
		"notify": town.Notify, "accounts": town.Accounts}
	for name, part := range parts {
		export := func(by civic.Actor) civic.Code {
			_, err := part.ExportPersonal(context.Background(), by, about, "it")
			return civic.CodeOf(err)
		}
		if code := export(town.Anna); code != "" {
			t.Errorf("%s refuses the person: %s", name, code)
		}
		if export(town.Bruno) != civic.Forbidden || export(town.News) != civic.Forbidden ||
			export(civic.Visitor("r")) != civic.Unauthenticated {
			t.Errorf("%s gives the data to others", name)
		}
	}
}
