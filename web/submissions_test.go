package web_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/surveys"
	"ascolto/surveys/logic"
	"ascolto/web/webtest"
)

// submission is a form that makes something: where it stands, where it goes, what is typed, and where what it
// makes is kept.
type submission struct {
	name   string
	who    *civic.Actor // nil: a stranger
	crowd  bool         // each form is another person's, because one may not write so much
	page   func(n int) string
	lead   func(*webtest.Browser) // does what comes before the page; may be nil
	action func(n int) string
	fill   func(n int) url.Values
	kept   string     // the collection
	makes  int        // documents in it for each form; 1 when not set
	other  url.Values // what makes it another form with the same key
	// of the free texts of the page those that are sent; nil: all. The rest are for somebody new
	only []string
}

const formsEach, timesEach = 8, 5

// TestFormsSentFiveTimes sends every form that makes something five times at once, more than a hundred forms
// in all: each makes one document, whoever pressed twice is led on as if they had pressed once, and another
// text under the same key is refused.
func TestFormsSentFiveTimes(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	for _, s := range submissions(t, town, formsEach) {
		t.Run(s.name, func(t *testing.T) {
			before := kept(t, town, s.kept)
			browsers, forms := make([]*webtest.Browser, formsEach), make([]url.Values, formsEach)
			var wg sync.WaitGroup
			for n := range formsEach {
				browsers[n], forms[n] = s.filled(t, town, n)
				for range timesEach {
					wg.Go(func() {
						if page := browsers[n].Do(
							browsers[n].PostRequest(s.action(n),
								forms[n])); page.Status != http.StatusSeeOther {
							t.Errorf("form %d: status %d: %.300s", n, page.Status, said(page))
						}
					})
				}
			}
			wg.Wait()
			want := before + formsEach*max(1, s.makes)
			if got := kept(t, town, s.kept); got != want {
				t.Errorf("%d documents of %d forms", got-before, formsEach)
			}
			for k, v := range s.other {
				forms[0][k] = v
			}
			if page := browsers[0].Do(browsers[0].PostRequest(s.action(0), forms[0])); s.other != nil &&
				!refused(page) {
				t.Errorf("another text with the same key: status %d: %.300s", page.Status, said(page))
			}
			if got := kept(t, town, s.kept); got != want {
				t.Errorf("afterwards %d documents, want %d", got, want)
			}
		})
	}
}

// refused reports whether a page says that the form cannot be taken: with 409, or with the form and what is
// wrong.
func refused(page *webtest.Page) bool {
	return page.Status == http.StatusConflict || page.Status == http.StatusUnprocessableEntity
}

// said returns the text of a page's own part.
func said(page *webtest.Page) string {
	for _, main := range page.Tags(atom.Main) {
		return webtest.TextOf(main)
	}
	return page.Text()
}

func (s submission) filled(t *testing.T, town *webtest.Town, n int) (*webtest.Browser, url.Values) {
	t.Helper()
	b := town.Browser(t)
	switch {
	case s.crowd:
		b = town.As(t, neighbour(*s.who, n))
	case s.who != nil:
		b = town.As(t, *s.who)
	}
	if s.lead != nil {
		s.lead(b)
	}
	page := b.Get(s.page(n))
	form := page.Form(s.action(n))
	if form == nil {
		t.Fatalf("status %d: no form that posts to %s", page.Status, s.action(n))
	}
	for k, v := range s.fill(n) {
		form[k] = v
	}
	return b, form
}

// neighbour returns who as somebody else, the nth.
func neighbour(who civic.Actor, n int) civic.Actor {
	who.Account = civic.ID(fmt.Sprint(who.Account, "-neighbour-", n))
	return who
}

// kept returns how many documents a collection has, counted in a copy of the store.
func kept(t *testing.T, town *webtest.Town, name string) int {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := town.DB.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	db := storetest.OpenOptions(t, docstore.Options{Path: path})
	type document struct {
		docstore.Meta `bson:",inline"`
	}
	c, err := docstore.Collect[document](t.Context(), db, docstore.Spec{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	n, err := c.Count(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// submissions returns every form that makes something. There are so many discussions for those that belong to
// one.
func submissions(t *testing.T, w *webtest.Town, discussions int) []submission {
	t.Helper()
	threads := make([]string, discussions)
	for n := range threads {
		thread, err := w.Forum.StartThread(t.Context(), neighbour(w.Anna, n), forum.ThreadInput{
			FormKey: rand.Text(), Area: "san-lazzaro", Title: fmt.Sprint("Il parco è buio, numero ", n),
			Source: "I lampioni sono spenti.", AsksAnswer: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		threads[n] = string(thread.ID)
	}
	segment, err := w.Segments.Create(t.Context(), w.News,
		segment.Input{FormKey: rand.Text(), Name: "Tutti",
			Rule: segment.All(segment.Is(crm.AttributeLanguage, "it"))})
	if err != nil {
		t.Fatal(err)
	}
	at := func(path string) func(int) string { return func(int) string { return path } }
	of := func(before, after string) func(int) string {
		return func(n int) string { return before + threads[n%discussions] + after }
	}
	typed := func(pairs ...string) func(int) url.Values {
		return func(n int) url.Values {
			v := url.Values{}
			for i := 0; i < len(pairs); i += 2 {
				v.Set(pairs[i], strings.ReplaceAll(pairs[i+1], "#", fmt.Sprint(n)))
			}
			return v
		}
	}
	return []submission{
		{name: "contact", who: &w.Desk, page: at("/desk/contacts/new"), action: at("/desk/contacts"),
			kept:  "contacts",
			fill:  typed("given_name", "Zoë#", "family_name", "Dell'Orto#", "emails.1", "zoe#@posta.example"),
			other: url.Values{"given_name": {"Ada"}}},
		{name: "call", who: &w.Desk, page: at("/desk/calls/new"), action: at("/desk/calls"),
			kept:  "interactions",
			fill:  typed("caller", "new", "given_name", "Ciro#", "subject", "Passo carrabile #"),
			other: url.Values{"subject": {"Altro"}}},
		{name: "request", who: &w.Anna, page: at("/richieste/nuova/istanza"),
			action: at("/richieste/nuova/istanza"), kept: "requests",
			fill:  typed("subject", "Lampione #", "text", "È spento.", "do", "send"),
			other: url.Values{"text": {"È acceso."}}},
		{name: "request at the desk", who: &w.Desk,
			page: at("/desk/requests/new?contact=" + string(w.Bruno.Contact)), action: at("/desk/requests"),
			kept: "requests",
			fill: typed("contact", string(w.Bruno.Contact), "procedure", "disservizio", "channel", "phone",
				"subject", "Buca #", "text", "In via Po."), only: []string{"subject", "text", "grounds"},
			other: url.Values{"text": {"In via Emilia."}}},
		{name: "procedure", who: &w.Administrator, page: at("/desk/procedures/new"),
			action: at("/desk/procedures"), kept: "procedures",
			fill: typed("name.it", "Suolo pubblico #", "name.en", "Public ground #", "description.it", "Per feste.",
				"description.en", "For parties.", "basis", "Regolamento", "substitute", "Segretario",
				"office", "urp"),
			other: url.Values{"basis": {"Legge"}}},
		{name: "reminder", who: &w.Administrator, page: at("/desk/escalation/new"),
			action: at("/desk/escalation"), kept: "request_steps",
			fill: typed("kind", "before", "value", "5"), other: url.Values{"value": {"9"}}},
		{name: "segment", who: &w.News, page: at("/desk/segments/new"), action: at("/desk/segments"),
			kept: "segments",
			fill: typed("name", "Raggiungibili #", "rule", "all", "rule.1.is", "reach", "rule.1", "mail",
				"do", "save"), other: url.Values{"name": {"Altri"}}},
		{name: "campaign", who: &w.News, page: at("/desk/campaigns/new"), action: at("/desk/campaigns"),
			kept: "campaigns",
			fill: typed("name", "Pista #", "segment", string(segment.ID), "class", "voluntary", "topic",
				"mobilita", "subject.it", "La pista", "body.it", "Apre."),
			other: url.Values{"body.it": {"Chiude."}}},
		{name: "survey", who: &w.News, page: at("/desk/surveys/new"), action: at("/desk/surveys"),
			kept:  "surveys",
			fill:  typed("title.it", "Mobilità #", "introduction.it", "Una domanda."),
			other: url.Values{"introduction.it": {"Due domande."}}},
		{name: "discussion", who: &w.Bruno, crowd: true, page: at("/forum/nuova"), action: at("/forum/nuova"),
			kept:  "forum_threads",
			fill:  typed("area", "citta", "title", "Orti condivisi in centro, #", "body", "Si può?"),
			other: url.Values{"body": {"Non si può?"}}},
		{name: "reply", who: &w.Bruno, crowd: true, page: of("/forum/discussioni/", "/rispondi"),
			action: of("/forum/discussioni/", "/rispondi"), kept: "forum_posts",
			fill: typed("body", "Sì, **volentieri** #."), other: url.Values{"body": {"No."}}},
		{name: "official answer", who: &w.Works, page: of("/desk/forum/", ""),
			action: of("/desk/forum/", "/answer"), kept: "forum_posts",
			fill: typed("body", "A marzo #."), other: url.Values{"body": {"Ad aprile."}}},
		{name: "note", who: &w.Works, page: of("/desk/forum/", ""), action: of("/desk/forum/", "/notes"),
			kept: "forum_notes",
			fill: typed("text", "Guasto noto #."), other: url.Values{"text": {"Guasto ignoto."}}},
		{name: "report", page: of("/forum/discussioni/", "/messaggi/1/segnala"),
			action: of("/forum/discussioni/", "/messaggi/1/segnala"), kept: "forum_reports",
			fill:  typed("rule", "off_topic", "text", "Fuori tema #"),
			other: url.Values{"text": {"Offensivo"}}},
		{name: "answer to a survey", page: at("/sondaggi/orari/riepilogo"),
			action: at("/sondaggi/orari/riepilogo"), kept: "survey_responses",
			fill: typed(), lead: answering(t, w)},
		{name: "area", who: &w.Moderator, page: at("/desk/forum/areas/new"), action: at("/desk/forum/areas"),
			kept:  "forum_areas",
			fill:  typed("slug", "quartiere-#", "name", "Quartiere #", "answer_days", "15"),
			other: url.Values{"name": {"Altrove"}}},
		{name: "district", who: &w.News, page: at("/desk/settings/districts/new"),
			action: at("/desk/settings/districts"), kept: "districts",
			fill: typed("name", "Città Nuova #", "order", "3"), other: url.Values{"order": {"4"}}},
		{name: "office", who: &w.News, page: at("/desk/settings/offices/new"),
			action: at("/desk/settings/offices"), kept: "offices",
			fill:  typed("name", "Tributi #", "email", "Tributi@Comune.example"),
			other: url.Values{"email": {"altro@comune.example"}}},
		{name: "topic", who: &w.News, page: at("/desk/settings/topics/new"),
			action: at("/desk/settings/topics"), kept: "topics",
			fill: typed("name.it", "Ambiente #", "name.en", "Environment #", "text.it", "Testo", "text.en",
				"Text"), other: url.Values{"text.it": {"Altro testo"}}},
		{name: "tag", who: &w.News, page: at("/desk/settings/tags/new"), action: at("/desk/settings/tags"),
			kept: "tags",
			fill: typed("name", "Sport #"), other: url.Values{"order": {"9"}}},
		{name: "colleague", who: &w.Administrator, page: at("/desk/users/new"), action: at("/desk/users"),
			kept: "accounts",
			fill: typed("email", "nuova#@comune.example", "name", "Ada Lo Piparo #", "roles", "operator",
				"offices", "urp"), other: url.Values{"roles": {"administrator"}}},
	}
}

// answering opens a survey and returns what leads a browser to the summary of its answers.
func answering(t *testing.T, w *webtest.Town) func(*webtest.Browser) {
	t.Helper()
	ctx, by := t.Context(), civic.System("test")
	q, err := w.Surveys.Create(ctx, by, rand.Text(),
		surveys.Settings{Title: both("Orari"), Introduction: both("Perché."), Slug: "orari", English: true,
			Participation: surveys.Anonymous, Collection: surveys.OptIn})
	if err == nil {
		q, _, err = w.Surveys.AddQuestion(ctx, by, q.ID, q.Revision, 1, surveys.FreeText,
			surveys.QuestionInput{Text: both("Quando?"), Details: surveys.Details{MaxLength: 300},
				Join: logic.All})
	}
	if err == nil {
		_, err = w.Surveys.Publish(ctx, by, q.ID, q.Revision,
			surveys.Publication{Schedule: surveys.Schedule{OpensAt: civic.Now(),
				ClosesAt: civic.Now().Add(24 * time.Hour), Grace: 30}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return func(b *webtest.Browser) {
		first := b.Follow(b.Submit(b.Get("/sondaggi/orari"), "/sondaggi/orari", nil)).Location
		if answered := b.Submit(b.Get(first), first,
			url.Values{"q1": {"La sera"}}); answered.Location != "/sondaggi/orari/riepilogo" {
			t.Errorf("status %d, to %q: %.300s", answered.Status, answered.Location, said(answered))
		}
	}
}
