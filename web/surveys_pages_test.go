package web_test

import (
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/webtest"
)

// A start page speaks of what can happen in this survey: of questions that may not appear only where one has
// a condition, of free texts only where there are some. The large contact block stands at the beginning and
// at the end, never below a step.
func TestSurveyPagesSayWhatCanHappen(t *testing.T) {
	t.Parallel()
	s := openSurveys(t)
	plain := s.publish("Una domanda sola", surveys.Anonymous,
		[]question{single("Sì o no?", "Sì|Yes\nNo|No"), fivePoints("Quanto?")})
	rich := s.mobility(surveys.Anonymous)
	b := s.Browser(t)
	for slug, want := range map[string]bool{plain.Slug: false, rich.Slug: true} {
		intro := b.Get("/sondaggi/" + slug)
		for _, text := range []string{"possono non comparire", "Nei testi liberi"} {
			if intro.Has(text) != want {
				t.Errorf("%s: %q stands there: %v", slug, text, !want)
			}
		}
	}
	blocks := func(name string, p *webtest.Page, large, line int) {
		t.Helper()
		if n, m := len(p.By("class", "bg-primary contact-block")), len(
			p.By("class", "contact-line border-top")); n != large || m != line || p.Status != 200 {
			t.Errorf("%s: status %d, %d large blocks, %d lines", name, p.Status, n, m)
		}
	}
	blocks("start", b.Get("/sondaggi/"+plain.Slug), 1, 0)
	page, here := start(b, plain.Slug)
	blocks("step", page, 0, 1)
	summary := b.Get(b.Submit(page, here, values("q1", "a1")).Location)
	blocks("summary", summary, 0, 1)
	sent := b.Get(b.Submit(summary, "/sondaggi/"+plain.Slug+"/riepilogo", nil).Location)
	blocks("end", sent, 1, 0)
	if sent.Has("area personale, tra") {
		t.Error("an anonymous survey promises answers in the personal area")
	}
}

// Unpublished edits hide neither the times nor the end; they are thrown away after a question, and so is a
// draft.
func TestEditedSurveyKeepsItsActs(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	at, times := opinionSurvey(t, b)
	b.Submit(b.Get(at+"/questions/q1"), at+"/questions/q1", values("text.it", "Si è contrari?"))
	page := b.Get(at)
	for _, want := range []string{"Modifiche non pubblicate", "Cambia i tempi", "Pubblica le modifiche",
		"Chiudi", "Annulla le modifiche"} {
		if !page.Has(want) {
			t.Errorf("the edited survey lacks %q", want)
		}
	}
	times[3] = surveys.FormatLocal(time.Now().Add(26 * time.Hour))
	if moved := b.Submit(b.Get(at+"/times"), at+"/times", values(times...)); moved.Status != 303 ||
		!b.Follow(moved).Has("Modifiche non pubblicate") {
		t.Errorf("times: %d %.300s", moved.Status, moved.Text())
	}
	if refused := b.Submit(b.Get(at+"/times"), at+"/times", values("closes", "")); refused.Status != 422 ||
		!refused.Has("Inserire giorno e ora.") {
		t.Errorf("no closing time: %d", refused.Status)
	}
	back := b.Follow(b.Submit(b.Get(at), at+"/discard", nil))
	if !back.Has("Modifiche annullate") || back.Has("Modifiche non pubblicate") || back.Has("Si è contrari?") ||
		back.Has("Elimina la bozza") {
		t.Errorf("after discarding: %.600s", back.Text())
	}
	draft := newSurvey(t, b, "Da buttare", nil)
	if gone := b.Submit(b.Get(draft), draft+"/delete", nil); gone.Location != "/desk/surveys" ||
		b.Get(draft).Status != 404 {
		t.Errorf("deleting: %d %s", gone.Status, gone.Location)
	}
}

// TestAFormSentAgainAfterOthersSaysSo: who sends the settings once more, because the answer was lost, after
// a colleague changed the survey is not told that they are what stands now; nor that edits were discarded
// when there are new ones.
func TestAFormSentAgainAfterOthersSaysSo(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	at, _ := opinionSurvey(t, b)
	id := civic.ID(strings.TrimPrefix(at, "/desk/surveys/"))
	colleague := func() {
		t.Helper()
		q, err := town.Surveys.Get(t.Context(), civic.System("test"), id)
		if err == nil {
			_, err = town.Surveys.AddPage(t.Context(), civic.System("test"), id, q.Revision)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const since = "dopo il questionario è stato modificato da un'altra persona"
	for _, c := range []struct {
		form, to, done string
		fields         []string
	}{
		{at + "/settings", at + "/settings", "Modifiche salvate.", []string{"title.it", "Un parere sui parchi"}},
		{at + "/questions/q1", at + "/questions/q1", "Modifiche salvate.", []string{"text.it", "Si è contrari?"}},
		{at, at + "/discard", "Modifiche annullate", nil},
	} {
		page := b.Get(c.form)
		if first := b.Follow(b.Submit(page, c.to, values(c.fields...))); !first.Has(c.done) || first.Has(since) {
			t.Errorf("%s: %.400s", c.to, first.Text())
		}
		colleague()
		if again := b.Follow(b.Submit(page, c.to, values(c.fields...))); again.Has(c.done) || !again.Has(since) {
			t.Errorf("%s, sent again: %.400s", c.to, again.Text())
		}
	}
}
