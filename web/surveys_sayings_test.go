package web_test

import (
	"testing"
	"time"

	"ascolto/surveys"
)

// What the editor and the pages of a survey say is true of this survey: which rows are alike, what publishing
// and closing do, and when results can be published.
func TestSurveyPagesSayWhatIsSo(t *testing.T) {
	t.Parallel()
	town := openDoor(t)
	b := town.As(t, town.News)
	at := newSurvey(t, b, "Che cosa serve?", values("participation", "anonymous"))
	read := func(where, path string, wants, wantNots []string) {
		t.Helper()
		page := b.Get(path)
		wantTexts(t, where, page, wants...)
		for _, text := range wantNots {
			if page.Has(text) {
				t.Errorf("%s says %q", where, text)
			}
		}
	}
	read("a new choice, no page named", at+"/questions/new?kind=single",
		[]string{"Risposte, una per riga (per pubblicare, almeno due)"}, []string{"almeno due) (facoltativ"})
	if missing := b.Get(at + "/questions/new?kind=single&page=7"); missing.Status != 404 {
		t.Errorf("a page that is not there: %d", missing.Status)
	}
	addQuestion(t, b, at, "1", surveys.NPS, values("text.it", "Lo consiglierebbe?"))
	if page := b.Get(at + "/preview"); len(page.By("class", "asc-score-ends")) != 0 {
		t.Error("a score without words at its ends shows them")
	}
	addQuestion(t, b, at, "1", surveys.Matrix, values("text.it", "Le strade?", "required", "1", "row.lines",
		"Luce\nluce", "option.lines", "Bene\nMale"))
	read("publishing the first time", at+"/publish", []string{"Si pubblica la prima versione"},
		[]string{"la finisce com'era"})
	times := values("opens", surveys.FormatLocal(time.Now().Add(-time.Minute)), "closes",
		surveys.FormatLocal(time.Now().Add(time.Hour)), "grace", "0")
	wantTexts(t, "equal rows", b.Submit(b.Get(at+"/publish"), at+"/publish", times),
		"due righe non si distinguono: «Luce» e «luce»")
	question := at + "/questions/q2"
	wantTexts(t, "a row without words", b.Submit(b.Get(question), question,
		values("row.r1.it", "", "option.a4.it", "")),
		"Riga 1 – Testo: Manca il testo", "Colonna 2 – Testo: Manca il testo")
	wantTexts(t, "a scale without words", b.Submit(b.Get(at+"/questions/new?kind=scale&page=1"), at+"/questions",
		values("text.it", "Quanto?")), "Punto 1 della scala – Testo: Inserire che cosa vuol dire questo estremo",
		"Punto 5 della scala – Testo: Inserire")
	b.Submit(b.Get(question), question, values("row.r2.it", "Pulizia"))
	wantTexts(t, "published", b.Follow(b.Submit(b.Get(at+"/publish"), at+"/publish", times)),
		"Questionario pubblicato.", "chi ha già iniziato non potrà più inviare")
	b.Submit(b.Get(question), question, values("text.it", "Le strade, dunque?"))
	read("publishing changes", at+"/publish", []string{"Pubblica le modifiche"}, nil)
	read("results of a survey that runs", at+"/results",
		[]string{"I risultati si possono pubblicare dalla fine del sondaggio", "Nessuno ha risposto."},
		[]string{"Hanno risposto in 0."})
	visitor := town.Browser(t)
	page, here := start(visitor, "che-cosa-serve")
	wantTexts(t, "a row that was left out", visitor.Submit(page, here, nil), "Le strade? – Luce:",
		"Le strade? – Pulizia:")
}

// A page after which others may appear does not promise the summary, nor how many steps there are.
func TestStepsThatMayAppearAreNotDenied(t *testing.T) {
	t.Parallel()
	s := openSurveys(t)
	q := s.publish("Prova", surveys.Anonymous, []question{single("Ci va?", "Sì|Yes\nNo|No")},
		[]question{freeText("Perché?", "is:q1:a1")})
	b := s.Browser(t)
	page, at := start(b, q.Slug)
	wantTexts(t, "the first page", page, "Passo 1 di almeno 2", "Avanti")
	if page.Has("Vai al riepilogo") {
		t.Error("the first page promises the summary")
	}
	second := b.Follow(b.Submit(page, at, values("q1", "a1")))
	wantTexts(t, "the second page", second, "Passo 2 di 3", "Vai al riepilogo")
}
