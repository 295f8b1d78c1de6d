package web_test

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/surveys/logic"
	"ascolto/web/webtest"
)

// talk begins a discussion.
func talk(t *testing.T, town *webtest.Town, by civic.Actor, title, text string) forum.Thread {
	t.Helper()
	thread, err := town.Forum.StartThread(t.Context(), by,
		forum.ThreadInput{FormKey: rand.Text(), Area: "san-lazzaro", Title: title, Source: text,
			AsksAnswer: true})
	if err != nil {
		t.Fatal(err)
	}
	return thread
}

func indexed(t *testing.T, town *webtest.Town) {
	t.Helper()
	if err := town.Search.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Everybody finds what is public; staff find besides what they may read; nobody finds more.
func TestSearch(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	thread := talk(t, town, town.Anna, "Lampioni spenti in via Emilia",
		"I lampioni sono spenti da un mese <b>tutti</b>.")
	if _, err := town.Forum.AddNote(t.Context(), town.Works,
		forum.NoteInput{FormKey: rand.Text(), Thread: thread.ID,
			Text: "Lampioni: appalto segretissimo"}); err != nil {
		t.Fatal(err)
	}
	if _, err := town.CRM.RecordInteraction(t.Context(), town.Desk, crm.InteractionInput{
		FormKey: rand.Text(), Contact: town.Bruno.Contact, Office: "urp", Channel: crm.ByPhone,
		Direction: crm.Inbound,
		Subject:   "Telefonata sui lampioni", Note: "Lampioni rotti anche da Bruno", Outcome: crm.Answered,
	}); err != nil {
		t.Fatal(err)
	}
	indexed(t, town)
	const secret, call, hit = "segretissimo", "Telefonata sui", "via Emilia"
	town.Run(t, []webtest.Scenario{
		{Name: "a stranger", Path: "/cerca?q=lampioni", WantStatus: 200,
			Want:    []string{hit, "1 risultato", "Discussioni", "San Lazzaro"},
			WantNot: []string{secret, call, "<b>tutti", "Note interne", "Interazioni"}},
		{Name: "a citizen", Who: &town.Bruno, Path: "/cerca?q=lampioni", WantStatus: 200, Want: []string{hit},
			WantNot: []string{secret, call}},
		{Name: "staff in the public search", Who: &town.Desk, Path: "/cerca?q=lampioni", WantStatus: 200,
			Want: []string{hit}, WantNot: []string{secret, call}},
		{Name: "the operator at the desk", Who: &town.Desk, Path: "/desk/search?q=lampioni", WantStatus: 200,
			Want: []string{hit, secret, call, "3 risultati"}},
		{Name: "another office", Who: &town.Works, Path: "/desk/search?q=lampioni", WantStatus: 200,
			Want: []string{hit, secret}, WantNot: []string{call}},
		{Name: "the administrator", Who: &town.Administrator, Path: "/desk/search?q=lampioni",
			WantStatus: 200, Want: []string{hit}, WantNot: []string{secret, call}},
		{Name: "a stranger at the desk", Path: "/desk/search?q=lampioni", WantStatus: 303,
			WantLocation: "/desk/login?ritorno=%2Fdesk%2Fsearch%3Fq%3Dlampioni", WantNot: []string{secret}},
		{Name: "a citizen at the desk", Who: &town.Anna, Path: "/desk/search?q=lampioni", WantStatus: 403,
			WantNot: []string{secret, call, hit}},
		{Name: "a contact by name", Who: &town.Desk, Path: "/desk/search?q=de+cristofaro&kind=contact",
			WantStatus: 200, Want: []string{"Bruno De Cristofaro"}},
		{Name: "no contact for those who read none", Who: &town.Moderator,
			Path: "/desk/search?q=de+cristofaro", WantStatus: 200, Want: []string{"Nessun risultato"},
			WantNot: []string{"Bruno De Cristofaro"}},
		{Name: "a kind that is not the public's", Path: "/cerca?q=cristofaro&kind=contact", WantStatus: 200,
			WantNot: []string{"Bruno"}},
		{Name: "narrowed", Path: "/cerca?q=lampioni&district=centro", WantStatus: 200,
			Want: []string{"Nessun risultato"}, WantNot: []string{hit}},
		{Name: "too long", Path: "/cerca?q=" + strings.Repeat("a", 300), WantStatus: 400,
			Want: []string{"al massimo 200 caratteri"}},
		{Name: "nothing asked", Path: "/cerca", WantStatus: 200,
			Want: []string{"Contenuti più recenti", "via Emilia"}, WantNot: []string{secret, call}},
	})
	links := linksOf(town.As(t, town.Works).Get("/desk/search?q=lampioni"))
	for _, want := range []string{thread.Path(), "/desk/forum/" + string(thread.ID)} {
		if !slices.Contains(links, want) {
			t.Errorf("nothing leads to %s: %v", want, links)
		}
	}
}

// What is hidden is not found from that moment on, even before the index has heard of it.
func TestHiddenPostsAreNotFound(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	thread := talk(t, town, town.Anna, "Offesa lampante", "Parole da nascondere subito")
	indexed(t, town)
	if page := town.Browser(t).Get("/cerca?q=nascondere"); !page.Has("Offesa lampante") {
		t.Fatalf("the discussion is not found before it is hidden: %.300s", page.Text())
	}
	if _, err := town.Forum.Report(t.Context(), town.Bruno,
		forum.ReportInput{FormKey: rand.Text(), Thread: thread.ID, Number: 1, Rule: string(forum.Rules()[0]),
			Text: "Insulta una persona del quartiere"}); err != nil {
		t.Fatal(err)
	}
	if _, err := town.Forum.Decide(t.Context(), town.Moderator,
		forum.DecisionInput{Thread: thread.ID, Action: forum.ActionHide, Rule: string(forum.Rules()[0]),
			Reason: "Contiene insulti rivolti a una persona riconoscibile."}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if page := town.Browser(t).Get("/cerca?q=nascondere"); page.Has("Offesa lampante") {
			t.Error("the hidden discussion is found")
		}
		indexed(t, town)
	}
}

// A discussion goes on when only its first post is hidden, but the search no longer leads to it by the words
// that were hidden, nor by its title, which repeats them. The replies are still found.
func TestADiscussionWithoutItsFirstPostIsNotFound(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	thread := talk(t, town, town.Anna, "Offesa lampante", "Parole da nascondere subito")
	if _, err := town.Forum.Reply(t.Context(), town.Bruno,
		forum.ReplyInput{FormKey: rand.Text(), Thread: thread.ID,
			Source: "Parliamo piuttosto della fontanella"}); err != nil {
		t.Fatal(err)
	}
	indexed(t, town)
	decision := forum.DecisionInput{Thread: thread.ID, Number: 1, Action: forum.ActionHide,
		Rule: string(forum.Rules()[0]), Reason: "Contiene insulti rivolti a una persona riconoscibile."}
	if _, err := town.Forum.Decide(t.Context(), town.Moderator, decision); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"at once", "when the index has heard of it"} {
		for _, q := range []string{"nascondere", "lampante&kind=thread"} {
			if page := town.Browser(t).Get("/cerca?q=" + q); page.Has("Offesa lampante") ||
				page.Has("da nascondere subito") {
				t.Errorf("%s, %s finds it: %.400s", when, q, page.Text())
			}
		}
		if page := town.Browser(t).Get("/cerca?q=fontanella"); !page.Has("Parliamo piuttosto") {
			t.Errorf("%s the reply is not found", when)
		}
		indexed(t, town)
	}
}

// A discussion is one hit however many of its replies match; a reply is not found by the title it stands
// under, and the words asked for are shown where they are.
func TestADiscussionIsOneHit(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	thread := talk(t, town, town.Anna, "Biblioteche aperte la domenica", "Si potrebbe fare, per chi lavora")
	other := talk(t, town, town.Anna, "Scuole del centro", "Anche le biblioteche aperte servono")
	for _, text := range []string{"Concordo", "Le vorrei aperte anche di sera", "Biblioteche aperte, sì",
		"Mai"} {
		if _, err := town.Forum.Reply(t.Context(), town.Bruno,
			forum.ReplyInput{FormKey: rand.Text(), Thread: thread.ID, Source: text}); err != nil {
			t.Fatal(err)
		}
	}
	indexed(t, town)
	page := town.Browser(t).Get("/cerca?q=biblioteche+aperte")
	hits := page.By("class", "asc-hit")
	if len(hits) != 2 || !page.Has("4 risultati") || page.Has("Concordo") || page.Has("Mai") {
		t.Fatalf("%d hits: %.900s", len(hits), page.Text())
	}
	if text := webtest.TextOf(hits[0]); !strings.Contains(text, "Biblioteche aperte, sì") ||
		!strings.Contains(text, "2 altri messaggi trovati in questa discussione") {
		t.Errorf("the discussion is shown as %s", text)
	}
	if !strings.Contains(page.Body, "<mark>Biblioteche</mark> <mark>aperte</mark>, sì") {
		t.Error("the words are not marked where they are")
	}
	within := town.Browser(t).Get("/cerca?q=biblioteche+aperte&in=thread%2F" + string(thread.ID))
	if len(within.By("class", "asc-hit")) != 3 || within.Has("Anche le biblioteche") ||
		!within.Has("Cerca in tutte le discussioni") {
		t.Errorf("the discussion's own hits: %.900s", within.Text())
	}
	if page := town.Browser(t).Get("/cerca?q=scuole+concordo"); page.Has("Concordo") ||
		page.Has(other.Title) && len(page.By("class", "asc-hit")) > 0 {
		t.Errorf("words of two discussions find %.400s", page.Text())
	}
	if page := town.Browser(t).Get("/cerca?q=domenica+sera"); !page.Has("anche di sera") {
		t.Error("a reply is not found by a word of its own and one of its discussion's title")
	}
}

// Pages count discussions, not messages: none is shown twice and none is left out.
func TestPagesOfDiscussions(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	anna := forum.Author{Account: town.Anna.Account, Contact: town.Anna.Contact, Name: "Anna D."}
	var past []forum.Past
	for i := range 23 {
		at := time.Date(2026, 9, 1+i, 8, 0, 0, 0, time.UTC)
		past = append(past,
			forum.Past{Key: rand.Text(), Area: "san-lazzaro", Title: fmt.Sprintf("Fontana numero %d", i),
				Posts: []forum.PastPost{
					{Author: anna, At: at, Source: "Fontana guasta"},
					{Author: anna, At: at.Add(time.Hour), Source: "La fontana perde"},
				}})
	}
	if _, err := town.Forum.Load(t.Context(), civic.System("test"), past); err != nil {
		t.Fatal(err)
	}
	indexed(t, town)
	b := town.Browser(t)
	first := b.Get("/cerca?q=fontana")
	next := first.By("rel", "next")
	if len(first.By("class", "asc-hit")) != 20 || !first.Has("46 risultati") || len(next) != 1 {
		t.Fatalf("the first page: %.600s", first.Text())
	}
	second := b.Get(webtest.Attr(next[0], "href"))
	if len(second.By("class", "asc-hit")) != 3 || len(second.By("rel", "next")) != 0 {
		t.Fatalf("the second page: %.600s", second.Text())
	}
	for i := range 23 {
		if title := fmt.Sprintf("Fontana numero %d ", i); !first.Has(title) && !second.Has(title) {
			t.Errorf("%s is on no page", title)
		}
	}
}

// What is written one letter off is shown apart and said so: at once when nothing is written as it was asked,
// else by a link.
func TestSimilarWordsAreApart(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	talk(t, town, town.Anna, "Parcheggi", "Servono spazi grandi davanti alla stazione")
	indexed(t, town)
	b := town.Browser(t)
	page := b.Get("/cerca?q=prandi")
	if !page.Has("Questi contengono parole simili") || !strings.Contains(page.Body, "<mark>grandi</mark>") {
		t.Errorf("with nothing exact: %.600s", page.Text())
	}
	talk(t, town, town.Anna, "Via Prandi", "La via è al buio")
	indexed(t, town)
	page = b.Get("/cerca?q=prandi")
	if !page.Has("1 risultato") || page.Has("spazi grandi") || page.Has("Questi contengono") ||
		!page.Has("Cerca anche parole simili (1 risultato)") || page.Has("Parcheggi") {
		t.Errorf("with something exact: %.600s", page.Text())
	}
	page = b.Get("/cerca?q=prandi&simili=1")
	if !page.Has("Torna alle parole esatte") || !strings.Contains(page.Body, "<mark>grandi</mark>") ||
		page.Has("La via è al buio") {
		t.Errorf("similar words asked for: %.600s", page.Text())
	}
	if page := b.Get("/cerca?q=zzzzzz"); !page.Has("Nessun risultato") || page.Has("parole simili") ||
		page.Has("Filtri") {
		t.Errorf("nothing at all: %.600s", page.Text())
	}
}

// A confidential note is found by who wrote it, whatever their office, and by its office; by nobody else.
func TestAConfidentialNoteIsFoundByItsAuthor(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	if _, err := town.CRM.RecordInteraction(t.Context(), town.Desk, crm.InteractionInput{
		FormKey: rand.Text(), Contact: town.Bruno.Contact, Office: "lavori-pubblici", Channel: crm.ByPhone,
		Direction: crm.Inbound,
		Subject:   "Colloquio delicato", Note: "Riservatissimo: parola-chiave", Outcome: crm.Answered,
		Confidential: true,
	}); err != nil {
		t.Fatal(err)
	}
	indexed(t, town)
	colleague := town.Desk
	colleague.Account = "somebody-else"
	scenarios := []webtest.Scenario{
		{Name: "its author", Who: &town.Desk, Path: "/desk/search?q=riservatissimo", WantStatus: 200,
			Want: []string{"Colloquio delicato", "1 risultato"}},
		{Name: "moderator", Who: &town.Moderator, Path: "/desk/search?q=riservatissimo", WantStatus: 200,
			WantNot: []string{"Colloquio delicato"}},
		{Name: "administrator", Who: &town.Administrator, Path: "/desk/search?q=riservatissimo",
			WantStatus: 200, WantNot: []string{"Colloquio delicato"}},
		{Name: "a stranger", Path: "/cerca?q=riservatissimo", WantStatus: 200,
			WantNot: []string{"Colloquio delicato"}},
	}
	town.Run(t, scenarios)
	for by, want := range map[*civic.Actor]int{&town.Desk: 1, &colleague: 0} {
		scopes, err := town.CRM.Scopes(t.Context(), *by)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := town.Search.Count(t.Context(),
			search.Query{Text: "riservatissimo", Scopes: scopes}); n != want || err != nil {
			t.Errorf("%s finds %d, %v", by.Account, n, err)
		}
	}
}

// A discussion stands before its replies.
func TestADiscussionStandsBeforeItsReplies(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	thread := talk(t, town, town.Anna, "Biblioteche la domenica",
		"Si potrebbe aprire anche nei giorni di festa, per chi lavora")
	for range 5 {
		if _, err := town.Forum.Reply(t.Context(), town.Bruno,
			forum.ReplyInput{FormKey: rand.Text(), Thread: thread.ID, Source: "Concordo"}); err != nil {
			t.Fatal(err)
		}
	}
	indexed(t, town)
	hits := town.Browser(t).Get("/cerca?q=biblioteche").By("class", "asc-hit")
	if len(hits) != 1 || !strings.HasPrefix(webtest.TextOf(hits[0]), "Discussione") {
		t.Errorf("of %d results the first is %.200s", len(hits), webtest.TextOf(hits[0]))
	}
}

// Text of people never becomes syntax: of the index, or of the page.
func TestHostileSearches(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	talk(t, town, town.Anna, "Il parco è chiuso", "Da lunedì il parco è chiuso a tutti")
	indexed(t, town)
	b := town.Browser(t)
	for _, q := range []string{
		"*", "?:", "title:parco", "scope:staff", "+scope:crm", "parco^99999", "/.*/", "(((", `"""`,
		"a AND NOT b OR", "~2", "[1 TO 9]", `\`,
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "%00", "\u202eocrap",
		strings.Repeat("a ", 99), "{$ne:1}", "<mark>x</mark>",
	} {
		page := b.Get("/cerca?" + url.Values{"q": {q}}.Encode())
		if page.Status != 200 && page.Status != 400 {
			t.Errorf("%.30q: status %d", q, page.Status)
		}
		for _, not := range []string{"<script>alert", "<img src=x", "<mark>x"} {
			if strings.Contains(page.Body, not) {
				t.Errorf("%.30q: the page holds %s", q, not)
			}
		}
	}
}

func TestSearchPaging(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	if _, err := town.Forum.SeedAreas(t.Context(), civic.System("test"), nil); err != nil {
		t.Fatal(err)
	}
	for i := range 23 {
		contact(t, town, fmt.Sprintf("Prova%02d", i), "Esposito")
	}
	indexed(t, town)
	b := town.As(t, town.Desk)
	first := b.Get("/desk/search?q=esposito")
	if !first.Has("23 risultati") || strings.Count(first.Text(), "Esposito") != 20 {
		t.Errorf("the first page shows %d", strings.Count(first.Text(), "Esposito"))
	}
	next := first.By("rel", "next")
	if len(next) != 1 {
		t.Fatal("no way to the next page")
	}
	second := b.Get(webtest.Attr(next[0], "href"))
	if n := strings.Count(second.Text(), "Esposito"); n != 3 || len(second.By("rel", "prev")) != 1 ||
		len(second.By("rel", "next")) != 0 {
		t.Errorf("the second page shows %d", n)
	}
	if page := b.Get("/desk/search?q=esposito&p=999999999999"); page.Status != 200 {
		t.Errorf("a page far beyond the end: status %d", page.Status)
	}
}

// contact makes a contact through the service.
func contact(t *testing.T, town *webtest.Town, given, family string) crm.Contact {
	t.Helper()
	c, err := town.CRM.CreateContact(t.Context(), town.Desk, crm.ContactInput{
		FormKey: rand.Text(), Kind: crm.Person, GivenName: given, FamilyName: family,
		Reason: "is another person",
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestStartPages(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	empty := town.Browser(t).Get("/")
	if !empty.Has("In questo momento non ci sono sondaggi aperti.") ||
		!empty.Has("Nel forum non ci sono ancora discussioni.") {
		t.Errorf("the start page of an empty town says %.400s", empty.Text())
	}
	talk(t, town, town.Anna, "Panchine rotte", "Le panchine del parco")
	town.Run(t, []webtest.Scenario{
		{Name: "a stranger", Path: "/", WantStatus: 200,
			Want:    []string{"Panchine rotte", "San Lazzaro", "0 risposte"},
			WantNot: []string{"Nel forum non ci sono", "anna@posta.example"}},
		{Name: "the desk, a stranger", Path: "/desk", WantStatus: 303,
			WantLocation: "/desk/login?ritorno=%2Fdesk"},
		{Name: "the desk, a citizen", Who: &town.Anna, Path: "/desk", WantStatus: 403},
		{Name: "the desk, another office", Who: &town.Works, Path: "/desk", WantStatus: 200,
			WantNot: []string{"/desk/campaigns"}},
		{Name: "what an office may not open, with the way back to its desk", Who: &town.Works,
			Path: "/desk/contacts", WantStatus: 403,
			Want: []string{"Questo accesso non permette l'operazione richiesta.",
				"Torna all'inizio dell'area riservata", "Domande dal forum"},
			WantNot: []string{"Contatta il comune"}},
		{Name: "the same for a citizen", Who: &town.Anna, Path: "/desk/contacts", WantStatus: 403,
			Want: []string{"Torna alla pagina iniziale"}, WantNot: []string{"area riservata", "/desk/forum"}},
	})
}

// TestFirstSteps: an administrator is told what a municipality lacks, and nobody else is; the list goes when
// nothing is left to do.
func TestFirstSteps(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	if _, err := town.Accounts.Disable(t.Context(), town.Administrator, town.News.Account); err != nil {
		t.Fatal(err)
	}
	town.Run(t, []webtest.Scenario{
		{Name: "the administrator", Who: &town.Administrator, Path: "/desk", WantStatus: 200,
			Want: []string{"Primi passi", "Aggiungere il personale Da fare",
				"Nessuno ha ancora il ruolo: Ufficio comunicazione.", "Creare le sezioni del forum Fatto"},
			WantNot: []string{"Una per tutta la città"}},
		{Name: "an operator", Who: &town.Desk, Path: "/desk", WantStatus: 200,
			WantNot: []string{"Primi passi"}},
		{Name: "data protection", Who: &town.Officer, Path: "/desk", WantStatus: 200,
			WantNot: []string{"Primi passi"}},
	})
	if _, err := town.Accounts.Enable(t.Context(), town.Administrator, town.News.Account); err != nil {
		t.Fatal(err)
	}
	if page := town.As(t, town.Administrator).Get("/desk"); page.Status != 200 || page.Has("Primi passi") {
		t.Errorf("with nothing left to do: status %d, %.300s", page.Status, page.Text())
	}
}

// The start page of the desk tells each what waits for them, and nothing of what waits for others.
func TestWhatWaitsAtTheDesk(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	for _, due := range []string{nextYear + "-01-02", ""} {
		in := crm.InteractionInput{
			FormKey: rand.Text(), Contact: w.Anna.Contact, Office: "urp", Subject: "Richiamare" + due,
			Note: "parola-segreta", Channel: crm.ByPhone,
			Direction: crm.Inbound, Outcome: crm.FollowUp, DueOn: due,
		}
		if _, err := w.CRM.RecordInteraction(t.Context(), w.Desk, in); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Forum.Report(t.Context(), w.Anna,
		forum.ReportInput{FormKey: rand.Text(), Thread: thread.ID, Number: 2,
			Rule: string(forum.Rules()[0])}); err != nil {
		t.Fatal(err)
	}
	overdue(t, w, "2026-01-02")
	w.Run(t, []webtest.Scenario{
		{Name: "an operator", Who: &w.Desk, Path: "/desk", WantStatus: 200,
			Want: []string{"Registra un colloquio", "Colloqui con qualcosa da fare (3)",
				"entro il 2 gennaio " + nextYear, "entro il 2 gennaio 2026 In ritardo",
				"Discussioni che attendono una risposta (0)", "Nessun sondaggio è aperto."},
			WantNot: []string{"Il parco è buio", "parola-segreta", "Dall&#39;Olio", "Messaggi segnalati"}},
		{Name: "the office that answers", Who: &w.Works, Path: "/desk", WantStatus: 200,
			Want: []string{"Colloqui con qualcosa da fare (0)", "Discussioni che attendono una risposta (1)",
				"Il parco è buio"}, WantNot: []string{"Richiamare", "Messaggi segnalati"}},
		{Name: "a moderator", Who: &w.Moderator, Path: "/desk", WantStatus: 200,
			Want:    []string{"Messaggi segnalati da esaminare (1)", "Concordo, è pericoloso."},
			WantNot: []string{"Richiamare", "Registra un colloquio"}},
		{Name: "communication", Who: &w.News, Path: "/desk", WantStatus: 200,
			Want:    []string{"Nuovo invio", "Nessun invio in corso o programmato."},
			WantNot: []string{"Richiamare", "Concordo"}},
		{Name: "data protection", Who: &w.Officer, Path: "/desk", WantStatus: 200,
			Want: []string{"Registro delle operazioni", "Chi ha visto i dati di una persona",
				"Controlla l'integrità", "Ultimi 30 giorni",
				"ha letto che cosa una persona ha scritto sotto pseudonimo"},
			WantNot: []string{"Richiamare", "Concordo"}},
		{Name: "the administrator", Who: &w.Administrator, Path: "/desk", WantStatus: 200,
			Want: []string{"Aggiungi una persona", "Chi non ha ancora fatto l'accesso (7)",
				"Dario Fontana"},
			WantNot: []string{"Richiamare", "Concordo", "Primi passi", "Chi ha visto i dati"}},
	})
	order := w.As(t, w.Desk).Get("/desk").Text()
	late, next, last := strings.Index(order, "Sollecitato"), strings.Index(order, "Richiamare"+nextYear),
		strings.LastIndex(order, "Richiamare")
	if late < 0 || late > next || next > last {
		t.Errorf("what is due first does not stand first: %d, %d, %d", late, next, last)
	}
	if n := strings.Count(order, "In ritardo"); n != 1 {
		t.Errorf("%d calls are late", n)
	}
}

// overdue stores a call that should have been followed up by a day in the past, which no form takes.
func overdue(t *testing.T, town *webtest.Town, due string) {
	t.Helper()
	call := crm.LoadInteraction{At: time.Date(2025, 12, 20, 9, 0, 0, 0, time.UTC),
		InteractionInput: crm.InteractionInput{
			Contact: town.Anna.Contact, Office: "urp", Subject: "Sollecitato", Channel: crm.ByPhone,
			Direction: crm.Inbound, Outcome: crm.FollowUp, DueOn: due,
		}}
	err := town.CRM.LoadInteractions(t.Context(), civic.System("test"),
		slices.Values([]crm.LoadInteraction{call}), func(int) {})
	if err != nil {
		t.Fatal(err)
	}
}

// spokenInTwo publishes a survey that says other things in Italian than in English.
func spokenInTwo(t *testing.T, town *webtest.Town) surveys.Questionnaire {
	t.Helper()
	ctx, by := t.Context(), civic.System("test")
	q, err := town.Surveys.Create(ctx, by, rand.Text(), surveys.Settings{
		Title:         civic.Text{civic.Italian: "La piscina comunale", civic.English: "The public pool"},
		Participation: surveys.Anonymous, Collection: surveys.OptIn,
		Introduction: civic.Text{civic.Italian: "Per decidere gli orari della vasca grande.",
			civic.English: "To decide the hours of the large tank."}, English: true,
	})
	in := surveys.QuestionInput{Text: civic.Text{civic.Italian: "Come si nuota la mattina?",
		civic.English: "How is swimming before noon?"},
		Details: surveys.Details{MaxLength: 300}, Join: logic.All}
	if err == nil {
		q, _, err = town.Surveys.AddQuestion(ctx, by, q.ID, q.Revision, 1, surveys.FreeText, in)
	}
	if err == nil {
		now := civic.Now()
		q, err = town.Surveys.Publish(ctx, by, q.ID, q.Revision,
			surveys.Publication{Schedule: surveys.Schedule{OpensAt: now, ClosesAt: now.Add(24 * time.Hour),
				Grace: 30}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// A survey is one hit, found by its words in either language, and shown in the reader's.
func TestASurveyIsShownInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	spokenInTwo(t, town)
	indexed(t, town)
	italian := []string{"La piscina comunale", "orari della vasca", "Come si nuota"}
	english := []string{"The public pool", "hours of the large tank", "How is swimming"}
	for _, room := range []struct {
		path string
		who  civic.Actor
	}{{"/cerca", civic.Actor{}}, {"/desk/search", town.News}} {
		for _, q := range []string{"piscina", "pool", "vasca", "tank", "nuota", "swimming"} {
			for lang, want := range map[string][]string{"it": italian, "en": english} {
				b := town.Browser(t)
				if room.who.Account != "" {
					b = town.As(t, room.who)
				}
				hits := b.Get(room.path+"?kind=survey&lingua="+lang+"&q="+q).By("class", "asc-hit")
				if len(hits) != 1 {
					t.Errorf("%s in %s, %s: %d hits", room.path, lang, q, len(hits))
					continue
				}
				other := map[string][]string{"it": english, "en": italian}[lang]
				text := webtest.TextOf(hits[0])
				for i := range want {
					if !strings.Contains(text, want[i]) || strings.Contains(text, other[i]) {
						t.Errorf("%s in %s, %s is shown as %s", room.path, lang, q, text)
					}
				}
			}
		}
	}
}
