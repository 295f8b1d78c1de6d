package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"ascolto/surveys"
	"ascolto/web/webtest"
)

// kindCase is one kind of question from the editor's form to the tables: what is typed at each step and what
// must be read there.
type kindCase struct {
	Kind       surveys.Kind
	Wrong      url.Values // settings that are refused, and come back as they were typed
	WrongSays  string
	Settings   url.Values // settings that are stored
	Term       url.Values // the condition of the question on the second page
	TermSays   string
	Asks       []string // what the page of the question says, in English too
	Bad        url.Values
	BadSays    string
	BadEnglish string
	Hides      url.Values // an answer that keeps the second page hidden
	Good       url.Values // one that shows it
	// the answer as it is read in the summary, among one's own data, and in the copy of all data
	Words   []string
	Results []string
	Columns string // of the table of responses, from the question on
	Cells   string // of the one response
	Counts  []string
}

func kindCases() []kindCase {
	return []kindCase{{
		Kind:      surveys.Scale,
		Wrong:     values("from", "1", "to", "12"),
		WrongSays: "La scala deve avere da 2 a 11 punti: l'ultimo va da 2 a 11.",
		Settings: values("from", "0", "to", "10", "option.order", "0", "option.order", "10", "option.0.it",
			"Per niente", "option.0.en", "Not at all", "option.10.it", "Del tutto", "option.10.en", "Fully"),
		Term:     values("terms.1", "min:q1:7"),
		TermSays: "«Quanto?» è almeno 7",
		Asks:     []string{"0 – Per niente", "10 – Del tutto"},
		Bad:      values("q1", ""), BadSays: "Questa domanda richiede una risposta.",
		BadEnglish: "0 – Not at all",
		Hides:      values("q1", "6"), Good: values("q1", "7"), Words: []string{"7"},
		Results: []string{"Media: 7,00 (da 0 a 10)", "10 – Del tutto", "100,0%"},
		Columns: "q1;q1_label;q2", Cells: "7;7;Bene",
		Counts: []string{"7;7;1;100,0", "0;0 – Per niente;0;0,0", "mean;Media;;7,00"},
	}, {
		Kind:      surveys.Number,
		Wrong:     values("least", "10", "most", "2,5", "decimals", "1"),
		WrongSays: "Il valore massimo è più basso del minimo.",
		Settings: values("unit.it", "minuti", "unit.en", "minutes", "least", "0,5", "most", "1.500",
			"decimals", "1"),
		Term:     values("terms.1", "min:q1:", "terms.1.value", "12,5"),
		TermSays: "«Quanto?» è almeno 12,5",
		Asks:     []string{"Quanto? (minuti)", "Da 0,5 a 1.500."},
		Bad:      values("q1", "2000"), BadSays: "Il numero massimo ammesso è 1.500.",
		BadEnglish: "The highest number allowed is 1,500.",
		Hides:      values("q1", "12,4"), Good: values("q1", "12,5"), Words: []string{"12,5 minuti"},
		Results: []string{"Media: 12,50", "Mediana: 12,5 (metà", "Valore più basso: 12,5", "Valore più alto: 12,5",
			"100,0%"},
		Columns: "q1;q2", Cells: "12,5;Bene", Counts: []string{"12.5;12,5;1;100,0", "average;Media;;12,50",
			"most;Valore più alto;;12,5"},
	}, {
		Kind:      surveys.Date,
		Wrong:     values("first", "2026-12-31", "last", "2026-01-01"),
		WrongSays: "L'ultimo giorno ammesso è prima del primo.",
		Settings:  values("first", "2020-01-01", "last", "2026-12-31"),
		Term:      values("terms.1", "max:q1:", "terms.1.value", "1/3/2026"),
		TermSays:  "«Quanto?» è il 1º marzo 2026 o prima",
		Asks:      []string{"Quanto?", "Dal 1º gennaio 2020 al 31 dicembre 2026."},
		Bad:       values("q1", "2026-02-30"), BadSays: "Inserire una data, per esempio 23/11/2026.",
		BadEnglish: "Enter a date, such as 23/11/2026.",
		Hides:      values("q1", "2026-03-02"), Good: values("q1", "2026-03-01"),
		Words:   []string{"01/03/2026"},
		Results: []string{"Giorno mediano: 01/03/2026", "Primo giorno: 01/03/2026", "03/2026", "100,0%"},
		Columns: "q1;q2", Cells: "2026-03-01;Bene",
		Counts: []string{"2026-03;03/2026;1;100,0", "median_day;Giorno mediano;;2026-03-01"},
	}, {
		Kind:      surveys.Matrix,
		Wrong:     values("row.lines", strings.Repeat("Riga\n", 21), "option.lines", "Sì\nNo"),
		WrongSays: "Una tabella può avere al massimo 20 righe.",
		Settings: values("row.lines", "Orari | Hours\nPulizia | Cleanliness", "option.lines",
			"Bene | Well\nMale | Badly"),
		Term:     values("terms.1", "is:q1:r2=a4"),
		TermSays: "«Quanto?» è Pulizia: Male",
		Asks:     []string{"Orari", "Pulizia", "Male"},
		Bad:      values("q1.r1", "a3"), BadSays: "Questa domanda richiede una risposta.",
		BadEnglish: "Cleanliness",
		Hides:      values("q1.r1", "a4", "q1.r2", "a3"), Good: values("q1.r1", "a3", "q1.r2", "a4"),
		Words:   []string{"Orari: Bene", "Pulizia: Male"},
		Results: []string{"Orari", "Pulizia", "Ha risposto una persona.", "100,0%"},
		Columns: "q1_r1;q1_r1_label;q1_r2;q1_r2_label;q2", Cells: "a3;Bene;a4;Male;Bene",
		Counts: []string{"r1=a3;Orari: Bene;1;100,0", "r2=a3;Pulizia: Bene;0;0,0"},
	}, {
		Kind:      surveys.Ranking,
		Wrong:     values("option.lines", "Uno\nDue", "places", "3"),
		WrongSays: "I posti da assegnare vanno da 0 a 2",
		Settings: values("option.lines", "Panchine | Benches\nOmbra | Shade\nFontane | Fountains", "places",
			"2"),
		Term:     values("terms.1", "is:q1:a2"),
		TermSays: "«Quanto?» ha al primo posto Ombra",
		Asks:     []string{"Posto 1", "Posto 2", "Fontane", "Scegliere una risposta diversa per ogni posto"},
		Bad:      values("q1.1", "a1", "q1.2", "a1"), BadSays: "Questa risposta ha già un posto",
		BadEnglish: "This option has a place already",
		Hides:      values("q1.1", "a1", "q1.2", "a2"), Good: values("q1.1", "a2", "q1.2", "a3"),
		Words:   []string{"1. Ombra", "2. Fontane"},
		Results: []string{"Ombra", "Posto medio: 1,00", "Posto medio: 2,00"},
		Columns: "q1_1;q1_1_label;q1_2;q1_2_label;q2", Cells: "a2;Ombra;a3;Fontane;Bene",
		Counts: []string{"a2=1;Ombra: 1;1;100,0", "a3=2;Fontane: 2;1;100,0"},
	}, {
		Kind:      surveys.Sum,
		Wrong:     values("row.lines", "Parchi\nScuole", "total", "0"),
		WrongSays: "Il totale va da 1 a 1.000.000.",
		Settings: values("row.lines", "Parchi | Parks\nScuole | Schools\nStrade | Roads", "total", "50",
			"unit.it", "punti", "unit.en", "points"),
		Term:       values("terms.1", "answered:q1"),
		TermSays:   "«Quanto?» ha una risposta",
		Asks:       []string{"Parchi (punti)", "Strade (punti)", "Distribuire in tutto 50 tra le voci"},
		Bad:        values("q1.r1", "30", "q1.r2", "5", "q1.r3", ""),
		BadSays:    "I numeri danno 35 in tutto: ne mancano 15 per arrivare a 50.",
		BadEnglish: "The numbers come to 35: 15 are missing to make 50.",
		Good:       values("q1.r1", "30", "q1.r2", "20", "q1.r3", ""),
		Words:      []string{"Parchi: 30 punti", "Scuole: 20 punti"},
		Results:    []string{"Ogni risposta distribuisce 50 in tutto", "Parchi", "60,0%"},
		Columns:    "q1_r1;q1_r2;q1_r3;q2", Cells: "30;20;0;Bene",
		Counts: []string{"r1;Parchi;30;60,0", "r3;Strade;0;0,0", "distributed;Totale per risposta;;50"},
	}, {
		Kind:       surveys.Place,
		Wrong:      values("precision", "9"),
		WrongSays:  "Le cifre delle coordinate vanno da 2 a 5.",
		Settings:   values("precision", "3"),
		Term:       values("terms.1", "!is:q1:none"),
		TermSays:   "«Quanto?» non è Quartiere non indicato",
		Asks:       []string{"Via e numero civico", "Quartiere non indicato", "Longitudine", "3 cifre"},
		Bad:        values("q1.street", "", "q1.lat", "44,65", "q1.lon", ""),
		BadSays:    "Servono entrambe le coordinate, oppure nessuna delle due.",
		BadEnglish: "Both coordinates are needed, or neither.",
		Hides:      values("q1.street", "Via Emilia 3", "q1.lat", "", "q1.lon", ""),
		Good: values("q1.street", "Via dell'Olmo 12", "q1.district", "centro", "q1.lat", "44.64712", "q1.lon",
			"10,92558"),
		Words:   []string{"Via dell'Olmo 12, Centro storico, 44,647; 10,926"},
		Results: []string{"Centro storico", "Quartiere non indicato", "100,0%"},
		Columns: "q1;q1_label;q1_street;q1_lat;q1_lon;q2",
		Cells:   "centro;Centro storico;Via dell'Olmo 12;44,647;10,926;Bene",
		Counts:  []string{"centro;Centro storico;1;100,0", "none;Quartiere non indicato;0;0,0"},
	}}
}

// Each kind works from the editor's form over a page without scripts, its faults and its conditions, to
// results, tables and own data.
func TestKindsFromTheFormToTheTables(t *testing.T) {
	t.Parallel()
	for _, k := range kindCases() {
		t.Run(string(k.Kind), func(t *testing.T) {
			t.Parallel()
			k.walk(t)
		})
	}
}

func (k kindCase) walk(t *testing.T) {
	town := openDoor(t)
	news := town.As(t, town.News)
	at := newSurvey(t, news, "Prova dei tipi", values("participation", "known", "english", "1", "title.en",
		"Kinds", "introduction.en", "One."))
	k.edit(t, news, at)
	anna, slug := town.signInCitizen(t, "anna@posta.example"), "/sondaggi/prova-dei-tipi"
	page, here := start(anna, "prova-dei-tipi")
	wantTexts(t, "the question", page, k.Asks...)
	again := anna.Submit(page, here, k.Bad)
	if again.Status != 422 {
		t.Errorf("a bad answer: status %d", again.Status)
	}
	wantTexts(t, "a bad answer", again, k.BadSays)
	wantForm(t, "a bad answer", again.Form(here), k.Bad)
	anna.SetCookie("lang", "en")
	wantTexts(t, "a bad answer in English", anna.Submit(anna.Get(here), here, k.Bad), k.BadEnglish,
		"How much?")
	anna.SetCookie("lang", "it")
	if k.Hides == nil { // what is answered cannot be compared
	} else if hidden := anna.Submit(anna.Get(here), here, k.Hides); hidden.Location != slug+"/riepilogo" {
		t.Errorf("an answer that hides the second page leads to %q: %.600s", hidden.Location, hidden.Text())
	}
	if k.Hides != nil {
		wantForm(t, "an answer that is kept", anna.Get(here).Form(here), k.Hides)
	}
	second := anna.Submit(anna.Get(here), here, k.Good)
	if second.Location != slug+"/pagina/2" {
		t.Fatalf("an answer that shows the second page leads to %q: %.600s", second.Location, second.Text())
	}
	summary := anna.Follow(anna.Submit(anna.Follow(second), slug+"/pagina/2", values("q2", "Bene")))
	wantTexts(t, "the summary", summary, k.Words...)
	if sent := anna.Submit(summary, slug+"/riepilogo", nil); sent.Location != slug+"/inviato" {
		t.Fatalf("sending: %d %.400s", sent.Status, sent.Text())
	}
	wantTexts(t, "own answers", anna.Get("/area-personale/sondaggi"), k.Words...)
	wantTexts(t, "the copy of all data", anna.Get("/area-personale/dati"), k.Words...)
	wantTexts(t, "the results", news.Get(at+"/results"), k.Results...)
	lines := strings.Split(strings.ReplaceAll(news.Get(at+"/responses.csv").Body, "\r", ""), "\n")
	if !strings.HasSuffix(lines[0], ";"+k.Columns) || !strings.HasSuffix(lines[1], ";"+k.Cells) {
		t.Errorf("the table of responses: %q", lines)
	}
	table := news.Get(at + "/results.csv").Body
	for _, want := range k.Counts {
		if !strings.Contains(table, ";"+want+"\r\n") && !strings.Contains(table, ";"+want+"\n") {
			t.Errorf("the table of results lacks %q:\n%s", want, table)
		}
	}
}

// edit makes a question of the kind and one that depends on it, and publishes them.
func (k kindCase) edit(t *testing.T, news *webtest.Browser, at string) {
	form := values("text.it", "Quanto?", "text.en", "How much?", "required", "1")
	empty := at + "/questions/new?page=1&kind=" + string(k.Kind)
	refused := news.Submit(news.Get(empty), at+"/questions", joined(form, k.Wrong))
	if refused.Status != 422 {
		t.Errorf("wrong settings: status %d", refused.Status)
	}
	wantTexts(t, "wrong settings", refused, k.WrongSays)
	wantForm(t, "wrong settings", refused.Form(at+"/questions"), k.Wrong)
	addQuestion(t, news, at, "1", k.Kind, joined(form, k.Settings))
	own := at + "/questions/q1"
	if saved := news.Submit(news.Get(own), own, nil); saved.Status != 303 {
		t.Errorf("saved as it is shown: %d %.600s", saved.Status, saved.Text())
	}
	news.Submit(news.Get(at), at+"/pages", nil)
	addQuestion(t, news, at, "2", surveys.FreeText,
		joined(values("text.it", "Perché?", "text.en", "Why?", "join", "all"), k.Term))
	wantTexts(t, "the questionnaire", news.Get(at), k.TermSays)
	depends := at + "/questions/q2"
	if saved := news.Submit(news.Get(depends), depends, nil); saved.Status != 303 {
		t.Errorf("the condition saved as it is shown: %d %.600s", saved.Status, saved.Text())
	}
	wantTexts(t, "the questionnaire after that", news.Get(at), k.TermSays)
	published := news.Submit(news.Get(at+"/publish"), at+"/publish",
		values("opens", surveys.FormatLocal(time.Now().Add(-time.Minute)),
			"closes", surveys.FormatLocal(time.Now().Add(time.Hour))))
	if published.Status != 303 {
		t.Fatalf("publishing: %d %.900s", published.Status, published.Text())
	}
}

// joined returns the values of several forms as one.
func joined(forms ...url.Values) url.Values {
	all := url.Values{}
	for _, form := range forms {
		for name, v := range form {
			all[name] = v
		}
	}
	return all
}

func wantTexts(t *testing.T, where string, page *webtest.Page, texts ...string) {
	t.Helper()
	for _, want := range texts {
		if !page.Has(want) {
			t.Errorf("%s: no %q in %.1500s", where, want, page.Text())
		}
	}
}

func wantForm(t *testing.T, where string, got, want url.Values) {
	t.Helper()
	for name := range want {
		if strings.Join(got[name], "|") != strings.Join(want[name], "|") {
			t.Errorf("%s: %s came back as %q, not %q", where, name, got[name], want[name])
		}
	}
}
