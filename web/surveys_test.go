package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/surveys"
	"ascolto/surveys/logic"
	"ascolto/web"
	"ascolto/web/webtest"
)

// surveyTown is a site with surveys, on a real store and index, with a clock to move and timelines that
// remember.
type surveyTown struct {
	*webtest.Site
	t         *testing.T
	service   *surveys.Service
	responses *docstore.Collection[surveys.Response]
	mu        sync.Mutex
	at        time.Time
	timeline  []civic.Activity
}

var (
	commsOffice = civic.Actor{Account: "comms", Name: "Niccolò D'Amico",
		Roles: []civic.Role{civic.Communication}}
	otherOffice = civic.Actor{Account: "social", Name: "Loredana Dell'Orto",
		Roles: []civic.Role{civic.OfficeHead}, Offices: []civic.ID{"office-social"}}
	annaCitizen = civic.Actor{Account: "anna", Contact: "contact-anna", Name: "Anna De Luca",
		Roles: []civic.Role{civic.Citizen}}
	zoeCitizen = civic.Actor{Account: "zoe", Contact: "contact-zoe", Name: "Zoë Niccolini",
		Roles: []civic.Role{civic.Citizen}}
)

func (s *surveyTown) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

func (s *surveyTown) goTo(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = at
}

func (s *surveyTown) Record(_ context.Context, a civic.Activity) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timeline = append(s.timeline, a)
	return nil
}

func openSurveys(t *testing.T) *surveyTown {
	t.Helper()
	town := webtest.Open(t)
	s := &surveyTown{t: t, at: civic.Now()}
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	s.service, err = surveys.New(t.Context(), surveys.Options{
		DB: town.DB, Audit: town.Audit, Index: town.Search, Recorder: s, Files: town.Files, Now: s.now,
		Log: slog.New(slog.DiscardHandler),
	})
	fail(err)
	s.responses, err = docstore.Collect[surveys.Response](t.Context(), town.DB, surveys.ResponseSpec())
	fail(err)
	services := town.Services
	services.Surveys = s.service
	s.Site = webtest.Start(t, web.Options{Services: services})
	return s
}

// stored returns the responses in the store.
func (s *surveyTown) stored() []surveys.Response {
	s.t.Helper()
	var all []surveys.Response
	for r, err := range s.responses.All(s.t.Context(), docstore.Query{}) {
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func both(it string) civic.Text { return civic.Text{civic.Italian: it, civic.English: it + " (en)"} }

// publish makes a questionnaire through the service and opens it for a day. pages hold the questions.
func (s *surveyTown) publish(
	title string, p surveys.Participation, pages ...[]question,
) surveys.Questionnaire {
	s.t.Helper()
	return s.publishIn(true, title, p, pages...)
}

// publishIn does so in Italian alone, or in English too.
func (s *surveyTown) publishIn(
	english bool, title string, p surveys.Participation, pages ...[]question,
) surveys.Questionnaire {
	s.t.Helper()
	ctx, by := s.t.Context(), civic.System("test")
	q, err := s.service.Create(ctx, by, string(docstore.NewID()),
		surveys.Settings{Title: both(title), Introduction: both("Perché lo chiediamo."),
			English: english, Participation: p, Collection: surveys.OptIn})
	for i, page := range pages {
		if err == nil && i > 0 {
			q, err = s.service.AddPage(ctx, by, q.ID, q.Revision)
		}
		for _, in := range page {
			if err == nil {
				in.Join = logic.All
				q, _, err = s.service.AddQuestion(ctx, by, q.ID, q.Revision, i+1, in.kind, in.QuestionInput)
			}
		}
	}
	if err == nil {
		q, err = s.service.Publish(ctx, by, q.ID, q.Revision,
			surveys.Publication{Schedule: surveys.Schedule{OpensAt: s.now(),
				ClosesAt: s.now().Add(24 * time.Hour), Grace: 30}})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return q
}

type question struct {
	kind surveys.Kind
	surveys.QuestionInput
}

func single(text, lines string, terms ...string) question {
	return question{surveys.Single, surveys.QuestionInput{Text: both(text), Lines: lines, Required: true,
		Terms: terms}}
}

func freeText(text string, terms ...string) question {
	return question{surveys.FreeText,
		surveys.QuestionInput{Text: both(text), Details: surveys.Details{MaxLength: 300}, Terms: terms}}
}

func score(text string, terms ...string) question {
	return question{surveys.NPS,
		surveys.QuestionInput{Text: both(text), Details: surveys.Details{Low: both("Per niente probabile"),
			High: both("Molto probabile")}, Terms: terms}}
}

func fivePoints(text string, terms ...string) question {
	in, _ := surveys.NewInput(surveys.Scale) // fails for unknown kinds only
	in.Text, in.Terms = both(text), terms
	for i, l := range []string{"Per nulla", "Poco", "Abbastanza", "Molto", "Del tutto"} {
		in.Options[i].Label = both(l)
	}
	return question{surveys.Scale, in}
}

func several(text, lines string, terms ...string) question {
	return question{surveys.Multiple, surveys.QuestionInput{Text: both(text), Lines: lines,
		Details: surveys.Details{Max: 2, Other: true}, Terms: terms}}
}

// mobility is a survey of twenty questions on five pages, in which what is shown depends on answers of
// earlier pages.
func (s *surveyTown) mobility(p surveys.Participation) surveys.Questionnaire {
	return s.publish("Come ci si muove", p,
		[]question{single("Come ci si sposta?", "In autobus|By bus\nIn auto|By car"),
			several("Perché?", "Costa poco|Cheap\nÈ comodo|Handy\nÈ pulito|Clean"),
			fivePoints("Quanto si è contenti?"), score("Lo consiglierebbe?")},
		[]question{freeText("Quale linea?", "is:q1:a1"), freeText("Dove si parcheggia?", "is:q1:a2"),
			fivePoints("Puntualità?", "is:q1:a1"), fivePoints("Parcheggi?", "is:q1:a2")},
		[]question{freeText("Che cosa manca?", "max:q3:2"), freeText("Che cosa va bene?", "min:q3:4"),
			score("E domani?"), freeText("Altro da dire?")},
		[]question{freeText("Perché un voto basso?", "max:q4:6"),
			freeText("Perché un voto alto?", "min:q4:9"), freeText("Che cosa costa poco?", "is:q2:a1"),
			freeText("Che altro?", "is:q2:other")},
		[]question{freeText("La linea in una parola?", "answered:q5"),
			freeText("Il parcheggio in una parola?",
				"answered:q6"), freeText("Senza risposta?", "!answered:q4"), freeText("Saluti")})
}

// start opens the introduction, begins, and returns the first page with its address.
func start(b *webtest.Browser, slug string) (*webtest.Page, string) {
	intro := b.Get("/sondaggi/" + slug)
	place := b.Follow(b.Submit(intro, "/sondaggi/"+slug, nil))
	return b.Get(place.Location), place.Location
}

// A respondent without scripts goes through twenty questions page by page; what they see is what the
// conditions say, and what is stored is what they saw at the end.
func TestAnswerTwentyQuestionsWithoutScripts(t *testing.T) {
	t.Parallel()
	s := openSurveys(t)
	q := s.mobility(surveys.Anonymous)
	b := s.Browser(t)
	intro := b.Get("/sondaggi/" + q.Slug)
	for _, want := range []string{"Come ci si muove", "Perché lo chiediamo.", "Anonimo",
		"nessun nome e nessun indirizzo di rete", "20 domande", "non si possono estendere"} {
		if !intro.Has(want) {
			t.Errorf("the introduction does not say %q", want)
		}
	}
	page, at := start(b, q.Slug)
	if at != "/sondaggi/"+q.Slug+"/pagina/1" || !page.Has("Passo 1 di almeno 4") {
		t.Fatalf("begins at %s: %.300s", at, page.Text())
	}
	steps := []struct {
		form    url.Values
		see     []string
		notSee  []string
		current string
	}{
		{url.Values{"q1": {"a1"}, "q2": {"a1", "other"}, "q2.other": {"Perché sì"}, "q3": {"2"}, "q4": {"3"}},
			nil, nil, "1"},
		{url.Values{"q5": {"La 7"}, "q7": {"1"}}, []string{"Quale linea?", "Puntualità?"},
			[]string{"Dove si parcheggia?", "Parcheggi?"}, "2"},
		{url.Values{"q9": {"Corse la sera"}, "q11": {"10"}}, []string{"Che cosa manca?"},
			[]string{"Che cosa va bene?"}, "3"},
		{url.Values{"q13": {"Ritardi"}, "q15": {"Il biglietto"}},
			[]string{"Perché un voto basso?", "Che cosa costa poco?", "Che altro?"},
			[]string{"Perché un voto alto?"}, "4"},
		{url.Values{"q17": {"Piena"}}, []string{"La linea in una parola?", "Saluti"},
			[]string{"Il parcheggio in una parola?", "Senza risposta?"}, "5"},
	}
	for _, step := range steps {
		if want := "/sondaggi/" + q.Slug + "/pagina/" + step.current; at != want {
			t.Fatalf("at %s, want %s", at, want)
		}
		for _, text := range step.see {
			if !page.Has(text) {
				t.Errorf("page %s does not ask %q", step.current, text)
			}
		}
		for _, text := range step.notSee {
			if page.Has(text) {
				t.Errorf("page %s asks %q", step.current, text)
			}
		}
		answer := b.Submit(page, at, step.form)
		if at = answer.Location; answer.Status != 303 {
			t.Fatalf("page %s: status %d: %.400s", step.current, answer.Status, answer.Text())
		}
		page = b.Follow(answer)
	}
	for _, want := range []string{"Riepilogo", "La 7", "Altro: Perché sì", "Corse la sera",
		"Nessuna risposta"} {
		if !page.Has(want) {
			t.Errorf("the summary does not say %q", want)
		}
	}

	// Back to the first page: the car instead of the bus. The answers about the bus are dropped.
	first := b.Get("/sondaggi/" + q.Slug + "/pagina/1")
	if form := first.Form("/sondaggi/" + q.Slug + "/pagina/1"); form.Get("q1") != "a1" ||
		len(form["q2"]) != 2 || form.Get("q2.other") != "Perché sì" || form.Get("q4") != "3" {
		t.Errorf("the first page came back with %v", form)
	}
	second := b.Follow(b.Submit(first, "/sondaggi/"+q.Slug+"/pagina/1", url.Values{"q1": {"a2"}}))
	if second.Has("Quale linea?") || !second.Has("Dove si parcheggia?") {
		t.Error("the second page does not follow the new answer")
	}
	summary := b.Get("/sondaggi/" + q.Slug + "/riepilogo")
	if summary.Has("La 7") || summary.Has("Piena") {
		t.Error("the summary shows answers to hidden questions")
	}
	if n := len(s.stored()); n != 0 {
		t.Errorf("%d responses before sending", n)
	}
	sent := b.Submit(summary, "/sondaggi/"+q.Slug+"/riepilogo", nil)
	if sent.Location != "/sondaggi/"+q.Slug+"/inviato" || !b.Follow(sent).Has("Grazie") {
		t.Errorf("after sending: %d %s", sent.Status, sent.Location)
	}
	again := b.Do(b.PostRequest("/sondaggi/"+q.Slug+"/riepilogo",
		summary.Form("/sondaggi/"+q.Slug+"/riepilogo")))
	if again.Location != "/sondaggi/"+q.Slug+"/inviato" {
		t.Errorf("sending twice: %d %s", again.Status, again.Location)
	}
	all := s.stored()
	if len(all) != 1 || all[0].Contact != "" || !all[0].At.IsZero() {
		t.Fatalf("%+v", all)
	}
	for _, gone := range []string{"q5", "q7", "q17"} {
		if !all[0].Answers.To(gone).Empty() {
			t.Errorf("the hidden answer to %s was stored", gone)
		}
	}
	if all[0].Answers.To("q13").Text != "Ritardi" || all[0].Answers.To("q1").Codes[0] != "a2" {
		t.Errorf("%+v", all[0].Answers)
	}
	if b.Cookie("survey-"+q.Slug) != surveys.SubmittedToken {
		t.Error("the browser keeps a token that leads to the response")
	}
	if page := b.Get("/sondaggi/" + q.Slug); page.Form("/sondaggi/"+q.Slug) != nil ||
		!page.Has("sono state inviate") {
		t.Error("the introduction lets the same browser answer again")
	}
}

func TestAPageWithProblemsComesBackFilled(t *testing.T) {
	t.Parallel()
	s := openSurveys(t)
	q := s.mobility(surveys.Anonymous)
	b := s.Browser(t)
	page, at := start(b, q.Slug)
	back := b.Submit(page, at, url.Values{"q2": {"a1", "a2", "a3"}, "q3": {"4"}, "q2.other": {"<b>x</b>"}})
	if back.Status != 422 {
		t.Fatalf("status %d", back.Status)
	}
	form := back.Form(at)
	if len(form["q2"]) != 3 || form.Get("q3") != "4" || form.Get("q2.other") != "<b>x</b>" {
		t.Errorf("came back with %v", form)
	}
	if !back.Has("Questa domanda richiede una risposta.") || !back.Has("Numero massimo di risposte è 2") &&
		!back.Has("Il numero massimo di risposte è 2.") {
		t.Errorf("%.900s", back.Text())
	}
	for _, id := range []string{"campo-q1", "campo-q2"} {
		if len(back.By("href", "#"+id)) != 1 || len(back.By("id", id)) != 1 ||
			len(back.By("id", id+"-errore")) != 1 {
			t.Errorf("the summary does not lead to %s", id)
		}
	}
	if strings.Contains(back.Body, "<b>x") {
		t.Error("what was typed became markup")
	}
	leave := b.Submit(page, at, url.Values{"q3": {"5"}, "vai": {"esci"}})
	if leave.Location != "/sondaggi/"+q.Slug || !b.Follow(leave).Has("Continua da dove si era rimasti") {
		t.Errorf("leaving leads to %s", leave.Location)
	}
	if form := b.Get(at).Form(at); form.Get("q3") != "5" {
		t.Errorf("what was saved before leaving: %v", form)
	}
	for path, want := range map[string]string{"/pagina/2": "/pagina/1", "/riepilogo": "/pagina/1",
		"/inviato": ""} {
		if page := b.Get("/sondaggi/" + q.Slug + path); page.Location != "/sondaggi/"+q.Slug+want {
			t.Errorf("%s leads to %q", path, page.Location)
		}
	}
	s.Run(t, []webtest.Scenario{
		{Name: "no draft", Path: at, WantStatus: 303, WantLocation: "/sondaggi/" + q.Slug},
		{Name: "no survey", Path: "/sondaggi/altro/pagina/1", WantStatus: 404},
		{Name: "no such address", Path: "/sondaggi/..", WantStatus: 404},
		{Name: "saving without a draft", Method: "POST", Path: at, Form: url.Values{"q1": {"a1"}},
			WantStatus: 410, Want: []string{"Le risposte iniziate non si trovano più", "In autobus"}},
		{Name: "saving nothing without a draft", Method: "POST", Path: at, WantStatus: 303,
			WantLocation: "/sondaggi/" + q.Slug},
	})
}

func TestKnownSurveyIsForCitizens(t *testing.T) {
	t.Parallel()
	s := openSurveys(t)
	q := s.publish("Il mio quartiere", surveys.Known, []question{single("Dove?", "Centro|Centre\nNord|North"),
		freeText("Perché?")})
	path := "/sondaggi/" + q.Slug
	s.Run(t, []webtest.Scenario{
		{Name: "a stranger is led to sign in", Path: path, WantStatus: 200,
			Want:    []string{"Accedi per rispondere", "collegate alla scheda personale"},
			WantNot: []string{"surveys."}},
		{Name: "a stranger cannot begin", Method: "POST", Path: path, WantStatus: 303,
			WantLocation: "/accedi"},
		{Name: "staff cannot begin", Who: &commsOffice, Method: "POST", Path: path, WantStatus: 403},
		{Name: "staff of another office cannot begin", Who: &otherOffice, Method: "POST", Path: path,
			WantStatus: 403},
	})
	b := s.As(t, annaCitizen)
	page, at := start(b, q.Slug)
	summary := b.Follow(b.Submit(page, at, url.Values{"q1": {"a2"}, "q2": {"C'è verde"}}))
	if sent := b.Follow(b.Submit(summary, path+"/riepilogo", nil)); !sent.Has("area personale") {
		t.Errorf("%.300s", sent.Text())
	}
	if len(s.timeline) != 1 || s.timeline[0].Contact != annaCitizen.Contact ||
		len(s.timeline[0].Answers) != 1 {
		t.Errorf("%+v", s.timeline)
	}
	if page := s.As(t, annaCitizen).Get(path); page.Form(path) != nil {
		t.Error("anna may answer again in another browser")
	}
	zoe := s.As(t, zoeCitizen)
	zoe.SetCookie("survey-"+q.Slug, b.Cookie("survey-"+q.Slug)) // the same browser, another citizen
	if page, at := start(zoe, q.Slug); !strings.HasSuffix(at, "/pagina/1") || page.Has("C'è verde") {
		t.Errorf("zoë begins at %s", at)
	}
}

func TestSurveyInEnglish(t *testing.T) {
	t.Parallel()
	s := openSurveys(t)
	q := s.publish("Parchi", surveys.Anonymous, []question{single("Quale?", "Nord|North\nSud|South")},
		[]question{fivePoints("Pulizia?"), score("Lo consiglia?")})
	b := s.Browser(t)
	b.SetCookie("lang", "it")
	page, at := start(b, q.Slug)
	b.Follow(b.Submit(page, at, url.Values{"q1": {"a2"}}))
	b.SetCookie("lang", "en")
	page = b.Get("/sondaggi/" + q.Slug + "/pagina/2")
	for _, want := range []string{"Step 2 of 3", "Pulizia? (en)", "Abbastanza (en)", "No answer"} {
		if !page.Has(want) {
			t.Errorf("the page does not say %q: %.500s", want, page.Text())
		}
	}
	page = b.Follow(b.Submit(page, "/sondaggi/"+q.Slug+"/pagina/2", url.Values{"q2": {"5"}}))
	if !page.Has("South") || page.Has("Sud") {
		t.Error("the answer given in Italian is not shown in English")
	}
	b.Submit(page, "/sondaggi/"+q.Slug+"/riepilogo", nil)
	if all := s.stored(); len(all) != 1 || all[0].Language != "en" ||
		all[0].Answers.To("q1").Codes[0] != "a2" {
		t.Errorf("%+v", all)
	}
}

// Who reads the site in English and meets a survey that is in Italian only hears its words spoken in Italian,
// and the site's in English.
func TestItalianSurveyForEnglishReaders(t *testing.T) {
	t.Parallel()
	s := openSurveys(t)
	asked := single("Quale?", "Nord|North\nSud|South")
	asked.Required = true
	q := s.publishIn(false, "Parchi", surveys.Anonymous, []question{asked})
	b := s.Browser(t)
	b.SetCookie("lang", "en")
	link := b.Get("/").By("href", "/sondaggi/"+q.Slug)
	if len(link) != 1 || webtest.TextOf(link[0]) != "Parchi" || spoken(link[0]) != "it" {
		t.Fatalf("the start page: %d links to the survey, in %v", len(link), link)
	}
	page, at := start(b, q.Slug)
	page = b.Submit(page, at, nil)
	if legends := page.Tags(atom.Legend); len(legends) != 1 || spoken(legends[0]) != "it" {
		t.Errorf("the question is not marked as Italian: %.400s", page.Text())
	}
	if faults := page.By("class", "field-error"); len(faults) != 1 || spoken(faults[0]) != "en" {
		t.Errorf("what is wrong with it is not marked as English: %.400s", page.Text())
	}
}

// spoken returns the language in which a part of a page is read aloud.
func spoken(n *html.Node) string {
	for ; n != nil; n = n.Parent {
		if lang := webtest.Attr(n, "lang"); lang != "" {
			return lang
		}
	}
	return ""
}

func TestSurveyListAndResults(t *testing.T) {
	t.Parallel()
	s := openSurveys(t)
	q := s.publish("Biblioteca", surveys.Anonymous,
		[]question{single("Ci va?", "Sì|Yes\nNo|No"), fivePoints("Come si trova?"), freeText("Consigli?")})
	for i := range 6 {
		b := s.Browser(t)
		page, at := start(b, q.Slug)
		form := url.Values{"q1": {"a1"}, "q3": {fmt.Sprint("Consiglio riservato ", i)}}
		if i < 3 {
			form.Set("q2", "5")
		}
		summary := b.Follow(b.Submit(page, at, form))
		b.Submit(summary, "/sondaggi/"+q.Slug+"/riepilogo", nil)
	}
	results := "/sondaggi/" + q.Slug + "/risultati"
	s.Run(t, []webtest.Scenario{
		{Name: "open", Path: "/sondaggi", WantStatus: 200, Want: []string{"Biblioteca", "Aperto fino al"},
			WantNot: []string{"risultati", "surveys."}},
		{Name: "no results yet", Path: results, WantStatus: 404},
	})
	s.goTo(q.GraceEnds())
	if _, err := s.service.PublishResults(t.Context(), civic.System("test"), q.ID); err != nil {
		t.Fatal(err)
	}
	s.Run(t, []webtest.Scenario{
		{Name: "closed", Path: "/sondaggi", WantStatus: 200,
			Want: []string{"Conclusi", "Vedi i risultati di «Biblioteca»"}},
		{Name: "closed survey", Path: "/sondaggi/" + q.Slug, WantStatus: 200, Want: []string{"Chiuso il"},
			WantNot: []string{"Inizia"}},
		{Name: "starting when it is over", Method: "POST", Path: "/sondaggi/" + q.Slug, WantStatus: 410},
		{
			Name: "results", Path: results, WantStatus: 200,
			Want: []string{"Risposte ricevute: 6", "100,0%", "Hanno risposto meno di 5 persone",
				"non si possono estendere", "controllo debole (cookie del browser)"},
			WantNot: []string{"Consiglio riservato", "margine di errore", "Media:", "surveys."},
		},
	})
	page := s.Browser(t).Get(results)
	if n := len(page.Tags(atom.Table)); n != 1 {
		t.Errorf("%d tables: the question with three answers and the texts must have none", n)
	}
}
