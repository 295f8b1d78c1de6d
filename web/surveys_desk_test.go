package web_test

import (
	"encoding/csv"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/ui"
	"ascolto/web/webtest"
)

// values returns form values from pairs of name and value.
func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// newSurvey makes a questionnaire by the desk's forms and returns its address.
func newSurvey(t *testing.T, b *webtest.Browser, title string, more url.Values) string {
	t.Helper()
	form := values("title.it", title, "introduction.it", "Una domanda per tutti.")
	for k, v := range more {
		form[k] = v
	}
	made := b.Submit(b.Get("/desk/surveys/new"), "/desk/surveys", form)
	if made.Status != 303 || !strings.HasPrefix(made.Location, "/desk/surveys/") {
		t.Fatalf("status %d: %.600s", made.Status, made.Text())
	}
	return made.Location
}

// addQuestion adds a question by the desk's form.
func addQuestion(
	t *testing.T, b *webtest.Browser, at string, page string, kind surveys.Kind, form url.Values,
) {
	t.Helper()
	empty := b.Get(at + "/questions/new?page=" + page + "&kind=" + string(kind))
	if saved := b.Submit(empty, at+"/questions", form); saved.Status != 303 {
		t.Fatalf("%s: status %d: %.900s", kind, saved.Status, saved.Text())
	}
}

func scaleLabels() url.Values {
	v := values("text.it", "Quanto si è soddisfatti?")
	for i, l := range []string{"Per nulla", "Poco", "Abbastanza", "Molto", "Del tutto"} {
		v.Set("option."+string(rune('1'+i))+".it", l)
	}
	return v
}

// Each line of the summary above a question's form leads to where that can be put right, on this page or
// another.
func TestFaultsOfAQuestionLeadToTheirPlace(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	at := newSurvey(t, b, "Verde in città", nil)
	addQuestion(t, b, at, "1", surveys.Single,
		values("text.it", "Quale parco?", "option.lines", "Amendola\nFerrari"))
	b.Submit(b.Get(at), at+"/pages", nil)
	addQuestion(t, b, at, "2", surveys.FreeText, values("text.it", "Che cosa non va al Ferrari?", "terms.1",
		"is:q1:a2", "join", "all"))
	edit := at + "/questions/q1"
	for _, tt := range []struct {
		name, from, to string
		form           url.Values
	}{
		{"another question's condition", edit, edit, values("act", "delete:a2")},
		{"a term that is none", at + "/questions/q2", at + "/questions/q2", values("terms.1", "is:q9:a1")},
		{"no text", edit, edit, values("text.it", "")},
		{"a new one, with a term that is none", at + "/questions/new?page=2&kind=text", at + "/questions",
			values("text.it", "Altro?", "terms.1", "is:q9:a1")},
		{"bounds", at + "/questions/new?page=1&kind=multiple", at + "/questions",
			values("text.it", "Che cosa?", "option.lines", "a\nb", "min", "7", "max", "9")},
	} {
		page := b.Submit(b.Get(tt.from), tt.to, tt.form)
		if page.Status != 422 {
			t.Errorf("%s: status %d", tt.name, page.Status)
			continue
		}
		boxes := page.By("class", "alert alert-danger error-summary")
		if len(boxes) != 1 {
			t.Errorf("%s: %d summaries", tt.name, len(boxes))
		}
		for _, box := range boxes {
			for _, line := range within(box, atom.Li) {
				links := within(line, atom.A)
				if len(links) != 1 {
					t.Errorf("%s: no link in %q", tt.name, webtest.TextOf(line))
					continue
				}
				path, place, _ := strings.Cut(webtest.Attr(links[0], "href"), "#")
				there := page
				if path != "" {
					there = b.Get(path)
				}
				if place == "" || len(there.By("id", place)) != 1 {
					t.Errorf("%s: %q leads nowhere", tt.name, webtest.Attr(links[0], "href"))
				}
			}
		}
	}
}

// The communication office makes a questionnaire with every kind of question and a condition, looks at it,
// publishes it; a citizen answers; the office reads the results, the texts and the tables, and closes it.
func TestQuestionnaireFromDraftToResults(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	at := newSurvey(t, b, "Verde in città", values("participation", "known"))
	addQuestion(t, b, at, "1", surveys.Single,
		values("text.it", "Quale parco?", "required", "1", "option.lines", "Amendola\nFerrari\nPertini",
			"other", "1"))
	addQuestion(t, b, at, "1", surveys.Multiple,
		values("text.it", "Che cosa manca?", "option.lines", "Panchine\nOmbra\nFontane", "max", "2"))
	addQuestion(t, b, at, "1", surveys.Scale, scaleLabels())
	addQuestion(t, b, at, "1", surveys.NPS,
		values("text.it", "Lo consiglierebbe?", "low.it", "Per niente probabile", "high.it",
			"Molto probabile"))
	b.Submit(b.Get(at), at+"/pages", nil)
	addQuestion(t, b, at, "2", surveys.FreeText, values("text.it", "Che cosa non va al Ferrari?", "terms.1",
		"is:q1:a2", "terms.2", "max:q3:2", "join", "all"))
	addQuestion(t, b, at, "2", surveys.FreeText, values("text.it", "Altro da dire?"))

	page := b.Get(at)
	for _, want := range []string{"Bozza", "Quale parco?",
		"Compare se tutto è vero: «Quale parco?» è Ferrari; «Quanto si è soddisfatti?» è al massimo 2",
		"Pagina 2"} {
		if !page.Has(want) {
			t.Errorf("the questionnaire does not say %q", want)
		}
	}
	preview := b.Get(at + "/preview?pagina=2")
	if preview.Status != 200 || !preview.Has("Anteprima") ||
		!preview.Has("Compare solo se la condizione è vera") ||
		len(preview.By("action", "/sondaggi/verde-in-citta/pagina/2")) != 0 {
		t.Errorf("preview: %d %.300s", preview.Status, preview.Text())
	}
	editing := b.Get(at + "/questions/q5")
	if form := editing.Form(at + "/questions/q5"); form.Get("terms.1") != "is:q1:a2" ||
		form.Get("terms.2") != "max:q3:2" || form.Get("join") != "all" {
		t.Errorf("the condition came back as %v", form)
	}

	published := b.Submit(b.Get(at+"/publish"), at+"/publish",
		values("opens", surveys.FormatLocal(time.Now().Add(-time.Minute)), "closes",
			surveys.FormatLocal(time.Now().Add(time.Hour))))
	if published.Status != 303 || !b.Follow(published).Has("Versione pubblicata: 1") {
		t.Fatalf("publishing: %d %.600s", published.Status, published.Text())
	}
	anna := town.As(t, town.Anna)
	first, here := start(anna, "verde-in-citta")
	second := anna.Follow(anna.Submit(first, here, values("q1", "a2", "q2", "a1", "q3", "2", "q4", "10")))
	summary := anna.Follow(anna.Submit(second, "/sondaggi/verde-in-citta/pagina/2",
		values("q5", "=BUIO()", "q6", "")))
	if sent := anna.Submit(summary, "/sondaggi/verde-in-citta/riepilogo",
		nil); sent.Location != "/sondaggi/verde-in-citta/inviato" {
		t.Fatalf("sending: %d %.300s", sent.Status, sent.Text())
	}
	timeline, err := town.CRM.OwnTimeline(t.Context(), town.Anna, civic.PageRequest{})
	if err != nil || len(timeline.Items) != 1 || timeline.Items[0].Title != "Verde in città" {
		t.Errorf("anna's timeline: %+v, %v", timeline.Items, err)
	}

	results := b.Get(at + "/results")
	for _, want := range []string{"Ha risposto una persona", "100,0%", "Media: 2,00 (da 1 a 5)",
		"Indice di raccomandazione (NPS): 100,0", "controllo sull'accesso", "non si possono estendere"} {
		if !results.Has(want) {
			t.Errorf("the results do not say %q: %.1500s", want, results.Text())
		}
	}
	if strings.Contains(results.Body, "margine") || strings.Contains(results.Body, "BUIO") {
		t.Error("the results say too much")
	}
	if texts := b.Get(at + "/texts/q5"); !texts.Has("=BUIO()") ||
		!texts.Has("la lettura dei testi è registrata") || texts.Has("Dall'Olio") {
		t.Errorf("texts: %.300s", texts.Text())
	}
	if file := b.Get(at + "/responses.csv"); file.Status != 200 || !strings.Contains(file.Body, "'=BUIO()") ||
		strings.Contains(file.Body, string(town.Anna.Contact)) ||
		!strings.Contains(file.Header.Get("Content-Disposition"), "verde-in-citta-responses.csv") {
		t.Errorf("responses: %d %s %v", file.Status, file.Body, file.Header)
	}
	file := b.Get(at + "/results.csv")
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.Body, "\uFEFF")))
	r.Comma, r.FieldsPerRecord = ';', -1
	if rows, err := r.ReadAll(); err != nil || len(rows) < 20 ||
		!strings.Contains(rows[0][0], "non si possono estendere") {
		t.Errorf("%v %v", rows, err)
	}
	if closed := b.Follow(b.Submit(b.Get(at), at+"/close", nil)); !closed.Has("Chiuso, tolleranza in corso") {
		t.Errorf("after closing: %.300s", closed.Text())
	}
	duplicate := b.Follow(b.Submit(b.Get(at), at+"/duplicate", nil))
	if !duplicate.Has("/sondaggi/verde-in-citta-2") || !duplicate.Has("Bozza") {
		t.Errorf("duplicate: %.300s", duplicate.Text())
	}
}

func TestEditingComesBackFilled(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	back := b.Submit(b.Get("/desk/surveys/new"), "/desk/surveys",
		values("title.it", "", "slug", "Non Va", "introduction.it", "Testo <b>scritto</b>"))
	if back.Status != 422 || back.Form("/desk/surveys").Get("introduction.it") != "Testo <b>scritto</b>" ||
		!back.Has("Inserire il titolo in italiano.") ||
		len(back.By("href", "#campo-title-it")) != 1 || len(back.By("id", "campo-title-it")) != 1 {
		t.Errorf("%d %.600s", back.Status, back.Text())
	}
	if untitled := b.Submit(b.Get("/desk/surveys/new"), "/desk/surveys",
		nil); len(untitled.By("href", "#campo-title-it")) != 1 ||
		len(untitled.By("href", "#campo-slug")) != 0 {
		t.Errorf("without a title the address is blamed too: %.600s", untitled.Text())
	}
	at := newSurvey(t, b, "Prova", nil)
	empty := b.Get(at + "/questions/new?page=1&kind=multiple")
	back = b.Submit(empty, at+"/questions", values("text.it", "Quali?", "option.lines", "Uno\nDue", "min",
		"5"))
	form := back.Form(at + "/questions")
	if back.Status != 422 || form.Get("option.lines") != "Uno\nDue" || form.Get("min") != "5" ||
		form.Get("kind") != "multiple" || !back.Has("Il numero minimo di scelte va da 0 a 2.") {
		t.Errorf("%d %v %.600s", back.Status, form, back.Text())
	}
	addQuestion(t, b, at, "1", surveys.Multiple, values("text.it", "Quali?", "option.lines", "Uno\nDue\nTre"))
	path := at + "/questions/q1"
	moved := b.Follow(b.Submit(b.Get(path), path, values("act", "up:a3")))
	if order := moved.Form(path)["option.order"]; strings.Join(order, " ") != "a1 a3 a2" {
		t.Errorf("order %v", order)
	}
	less := b.Follow(b.Submit(moved, path, values("act", "delete:a1", "option.a2.it", "Due e mezzo")))
	if form := less.Form(path); strings.Join(form["option.order"], " ") != "a3 a2" ||
		form.Get("option.a2.it") != "Due e mezzo" {
		t.Errorf("%v", form)
	}
	if old := b.Submit(moved, path, values("text.it", "Sovrascrive?")); old.Status != 422 ||
		!old.Has("modificati sia qui sia altrove") {
		t.Errorf("saving over another's change: %d: %s", old.Status, old.Text())
	}
	if unfinished := b.Submit(b.Get(at+"/publish"), at+"/publish",
		values("closes", "2026-03-29T02:30")); unfinished.Status != 422 ||
		!unfinished.Has("quest'ora non esiste") {
		t.Errorf("a time that does not exist: %d %.600s", unfinished.Status, unfinished.Text())
	}
	b.Submit(b.Get(at), at+"/pages", nil)
	addQuestion(t, b, at, "2", surveys.FreeText, values("text.it", "Perché?", "terms.1", "answered:q1"))
	kept := b.Submit(b.Get(at), path+"/delete", nil)
	if kept.Status != 422 || !kept.Has("non si può eliminare: ne dipende la domanda «Perché?»") {
		t.Errorf("deleting what a condition needs: %d %.400s", kept.Status, kept.Text())
	}
	if moved := b.Submit(b.Get(at), at+"/questions/q2/move", values("move", "up")); moved.Status != 422 ||
		!moved.Has("nella stessa pagina") {
		t.Errorf("moving a question to the page it depends on: %d", moved.Status)
	}
	titled := b.Follow(b.Submit(b.Get(at), at+"/pages/2", values("title.it", "Le ragioni")))
	if !titled.Has("Pagina 2 – Le ragioni") {
		t.Errorf("%.400s", titled.Text())
	}
	// more than any line of a form
	long := b.Submit(b.Get(at), at+"/pages/2", values("title.it", strings.Repeat("a", 501)))
	if long.Status != 422 || !b.Get(at).Has("Pagina 2 – Le ragioni") {
		t.Errorf("a title that is too long takes the one there was: %d %.400s", long.Status, b.Get(at).Text())
	}
}

func TestDeskOfSurveysIsGuarded(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	ctx, root := t.Context(), civic.System("test")
	q, err := town.Surveys.Create(ctx, root, "form-key-of-a-survey",
		surveys.Settings{Title: both("Lavori in piazza"), Participation: surveys.Known,
			Collection: surveys.OptIn, Office: "urp"})
	if err != nil {
		t.Fatal(err)
	}
	at := "/desk/surveys/" + string(q.ID)
	for _, path := range []string{"/desk/surveys", at, at + "/preview", at + "/results", at + "/texts/q1",
		at + "/responses.csv", at + "/results.csv", at + "/publish", at + "/settings"} {
		town.Run(t, []webtest.Scenario{
			{Name: "stranger " + path, Path: path, WantStatus: 303, WantNot: []string{"Lavori in piazza"}},
			{Name: "citizen " + path, Who: &town.Anna, Path: path, WantStatus: 403,
				WantNot: []string{"Lavori in piazza"}},
			{Name: "moderator " + path, Who: &town.Moderator, Path: path, WantStatus: 403,
				WantNot: []string{"Lavori in piazza"}},
		})
	}
	for _, path := range []string{"/settings", "/publish", "/times", "/questions/q1",
		"/questions/new?kind=text&page=1"} {
		town.Run(t, []webtest.Scenario{{Name: "another office is shown no form " + path, Who: &town.Head,
			Path: at + path, WantStatus: 403, WantNot: []string{"name=\"rev\""}}})
	}
	form := values("rev", "1", "title.it", "Preso", "participation", "known", "collection", "opt_in", "slug",
		q.Slug)
	town.Run(t, []webtest.Scenario{
		{Name: "another office sees that it exists", Who: &town.Head, Path: at, WantStatus: 200,
			Want: []string{"Lavori in piazza"}, WantNot: []string{"Chiudi ora", "/pages\"", "surveys."}},
		{Name: "another office reads no results", Who: &town.Head, Path: at + "/results", WantStatus: 403},
		{Name: "another office reads no texts", Who: &town.Head, Path: at + "/texts/q1", WantStatus: 403},
		{Name: "another office downloads nothing", Who: &town.Head, Path: at + "/responses.csv",
			WantStatus: 403},
		{Name: "another office changes nothing", Who: &town.Head, Method: "POST", Path: at + "/settings",
			Form: form, WantStatus: 403},
		{Name: "another office adds no page", Who: &town.Head, Method: "POST", Path: at + "/pages",
			Form: values("rev", "1"), WantStatus: 403},
		{Name: "another office closes nothing", Who: &town.Head, Method: "POST", Path: at + "/close",
			WantStatus: 403},
		{Name: "a member does not edit", Who: &town.Works, Path: at + "/settings", WantStatus: 403},
		{Name: "no such questionnaire", Who: &town.News, Path: "/desk/surveys/nothing", WantStatus: 404},
		{Name: "no such question", Who: &town.News, Path: at + "/questions/q99", WantStatus: 404},
		{Name: "no such kind", Who: &town.News, Path: at + "/questions/new?kind=hologram&page=1",
			WantStatus: 400},
		{Name: "the list", Who: &town.Works, Path: "/desk/surveys", WantStatus: 200,
			Want: []string{"Lavori in piazza", "Bozza"}, WantNot: []string{"Nuovo questionario", "surveys."}},
	})
	if after, err := town.Surveys.Get(ctx, root, q.ID); err != nil || after.Revision != q.Revision {
		t.Errorf("somebody changed it: %v %v", after.Revision, err)
	}
}

// Every control of every kind of question has a name that assistive technology reads, and every choice its
// group.
func TestQuestionsAreNamed(t *testing.T) {
	t.Parallel()
	s := openSurveys(t)
	q := s.publish("Nomi", surveys.Anonymous,
		[]question{single("Uno", "A|A\nB|B"), several("Tanti", "A|A\nB|B"), fivePoints("Scala"),
			score("Voto"), freeText("Testo"),
			{surveys.Number, surveys.QuestionInput{Text: both("Numero")}},
			{surveys.Date, surveys.QuestionInput{Text: both("Giorno")}},
			{surveys.Matrix, surveys.QuestionInput{Text: both("Tabella"), RowLines: "C|C\nD|D",
				Lines: "A|A\nB|B"}}})
	page, at := start(s.Browser(t), q.Slug)
	labels := map[string]string{}
	for _, l := range page.Tags(atom.Label) {
		labels[webtest.Attr(l, "for")] = webtest.TextOf(l)
	}
	seen := 0
	for name := range page.Form(at) {
		if name == "csrf" || name == "form_key" || name == ui.LabelsField {
			continue
		}
		for _, n := range page.By("name", name) {
			if labels[webtest.Attr(n, "id")] == "" {
				t.Errorf("a control of %s has no name", name)
			}
			seen++
		}
	}
	controls := page.All(func(n *html.Node) bool {
		return n.DataAtom == atom.Input &&
			(webtest.Attr(n, "type") == "radio" || webtest.Attr(n, "type") == "checkbox")
	})
	for _, n := range controls {
		group := n.Parent
		for group != nil && group.DataAtom != atom.Fieldset {
			group = group.Parent
		}
		if group == nil || labels[webtest.Attr(n, "id")] == "" {
			t.Errorf("%s %s has no group or no name", webtest.Attr(n, "name"), webtest.Attr(n, "value"))
		}
	}
	if n := len(page.Tags(atom.Fieldset)); n != 4+3 || len(controls) != 2+3+6+12+2*3 {
		t.Errorf("%d groups, %d choices", n, len(controls))
	}
	ids := map[string]int{}
	for _, n := range page.By("id", "*") {
		ids[webtest.Attr(n, "id")]++
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("the id %s stands %d times", id, n)
		}
	}
}

// A question is deleted only after the page has said what that means, in a part that unfolds without scripts.
func TestDeletingAQuestionIsAskedTwice(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	at := newSurvey(t, b, "Prova", nil)
	addQuestion(t, b, at, "1", surveys.FreeText, values("text.it", "Che cosa manca?"))
	page := b.Get(at)
	action := at + "/questions/q1/delete"
	for _, form := range page.By("action", action) {
		folded := false
		for n := form.Parent; n != nil; n = n.Parent {
			folded = folded || n.DataAtom == atom.Details && !webtest.HasAttr(n, "open")
		}
		if !folded || !strings.Contains(webtest.TextOf(form), "sparisce dalla bozza") {
			t.Errorf("the question goes at one press: %s", webtest.TextOf(form))
		}
	}
	if gone := b.Submit(page, action, nil); gone.Status != 303 || b.Get(at).Has("Che cosa manca?") {
		t.Errorf("the question is still there: status %d", gone.Status)
	}
}

// The list says how many answered, to those who may know: not to another office.
func TestTheListSaysHowManyAnswered(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	at := newSurvey(t, b, "Verde in città", values("participation", "known", "office", "urp"))
	addQuestion(t, b, at, "1", surveys.FreeText, values("text.it", "Che cosa manca?"))
	if draft := b.Get("/desk/surveys"); len(draft.By("href", at+"/results")) != 0 {
		t.Error("a draft has a number of responses")
	}
	times := values("opens", surveys.FormatLocal(time.Now().Add(-time.Minute)), "closes",
		surveys.FormatLocal(time.Now().Add(time.Hour)))
	if published := b.Submit(b.Get(at+"/publish"), at+"/publish", times); published.Status != 303 {
		t.Fatalf("publishing: %d %.600s", published.Status, published.Text())
	}
	anna := town.As(t, town.Anna)
	page, here := start(anna, "verde-in-citta")
	summary := anna.Follow(anna.Submit(page, here, values("q1", "Panchine")))
	if sent := anna.Submit(summary, "/sondaggi/verde-in-citta/riepilogo", nil); sent.Status != 303 {
		t.Fatalf("sending: %d %.300s", sent.Status, sent.Text())
	}
	if links := b.Get("/desk/surveys").By("href", at+"/results"); len(links) != 1 ||
		webtest.TextOf(links[0]) != "1 (Verde in città)" {
		t.Errorf("the list does not say that one person answered: %d links", len(links))
	}
	if other := town.As(t, town.Head).Get("/desk/surveys"); len(other.By("href", at+"/results")) != 0 ||
		!other.Has("Verde in città") {
		t.Error("another office reads how many answered")
	}
}

// What a questionnaire still lacks is put right on other pages, and the refusal to publish leads there.
func TestWhatAQuestionnaireLacksIsLinked(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	at := newSurvey(t, b, "Orari", values("english", "1"))
	addQuestion(t, b, at, "1", surveys.FreeText, values("text.it", "Quando?", "text.en", ""))
	b.Submit(b.Get(at), at+"/pages", nil)
	times := values("opens", surveys.FormatLocal(time.Now().Add(time.Hour)), "closes",
		surveys.FormatLocal(time.Now().Add(2*time.Hour)))
	refused := b.Submit(b.Get(at+"/publish"), at+"/publish", times)
	if refused.Status != 422 {
		t.Fatalf("status %d", refused.Status)
	}
	for _, want := range []string{at + "/settings", at + "#domande", at + "/questions/q1"} {
		found := false
		for _, a := range refused.By("href", want) {
			found = found || a.Parent.Data == "li"
		}
		if !found {
			t.Errorf("the summary does not lead to %s: %.800s", want, refused.Text())
		}
	}
	checkRefusal(t, "publishing", refused)
}

// within returns the elements of a kind below a node.
func within(n *html.Node, name atom.Atom) (found []*html.Node) {
	for d := range n.Descendants() {
		if d.DataAtom == name {
			found = append(found, d)
		}
	}
	return found
}
