package web_test

import (
	"crypto/rand"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// TestTheCopyOfOwnDataSaysWhatThePageOfARequestSays: whatever a citizen reads on the page of a request stands
// in the copy of their data too, in both languages, and days are words there; for programs they are days.
func TestTheCopyOfOwnDataSaysWhatThePageOfARequestSays(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	all := requestsOfEveryKind(t, d.Town)
	b := d.signInCitizen(t, "anna@posta.example")
	isoDay := regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b`)
	for _, lang := range []string{"it", "en"} {
		shown := b.Get("/area-personale/dati?lingua=" + lang)
		copied := strings.ToLower(shown.Text())
		if day := isoDay.FindString(copied); shown.Status != 200 || day != "" {
			t.Fatalf("%s: status %d, the day %q", lang, shown.Status, day)
		}
		for _, r := range all {
			page := b.Get(ownRequests + "/" + string(r.ID) + "?lingua=" + lang)
			facts := requestFacts(page)
			if len(facts) < 20 || !slices.Contains(facts, "ufficio relazioni con il pubblico") {
				t.Fatalf("%s: status %d, only %q is said of %s", lang, page.Status, facts, r.Number)
			}
			for _, fact := range facts {
				if !strings.Contains(copied, fact) {
					t.Errorf("%s: the page of %s says %q, the copy does not", lang, r.Name.In("it"), fact)
				}
			}
		}
	}
	var file struct{ Sections []civic.PersonalSection }
	data := b.Submit(b.Get("/area-personale/dati"), "/area-personale/dati", nil)
	if err := json.Unmarshal([]byte(data.Body), &file); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{`"name": "due",`, `"name": "promise_first",`, `"name": "office",`,
		`"name": "channel",`} {
		if !strings.Contains(data.Body, field) {
			t.Errorf("for programs the copy lacks %s", field)
		}
	}
	if due := isoDay.FindAllString(data.Body, -1); len(due) < 10 {
		t.Errorf("for programs days are %q", due)
	}
}

// frames are the words around what the history of a request says, where the copy has a field of its own.
var frames = []string{"destinazione: ", "to ", "responsabile ", "responsible ", "ricevuto il giorno ",
	"received on ", "arrivate il giorno ", "came on ", "prima il termine era il giorno ",
	"before, the term was "}

// requestFacts returns everything the page of a request says, in small letters: every text of it but
// headings, buttons, forms, and how large a file is.
func requestFacts(page *webtest.Page) []string {
	var facts []string
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		class := " " + webtest.Attr(n, "class") + " "
		switch {
		case n.Type == html.TextNode:
			for _, part := range strings.Split(strings.Join(strings.Fields(n.Data), " "), " · ") {
				part = strings.ToLower(strings.TrimSuffix(part, ":"))
				for _, frame := range frames {
					part = strings.TrimPrefix(part, frame)
				}
				if strings.Trim(part, "() ") != "" {
					facts = append(facts, part)
				}
			}
			return
		case n.DataAtom == atom.H1, n.DataAtom == atom.H2, n.DataAtom == atom.Summary,
			n.DataAtom == atom.Button, strings.Contains(class, " btn "),
			strings.Contains(class, " page-heading "), strings.Contains(class, " breadcrumb"),
			webtest.Attr(n, "aria-labelledby") == "passi",
			n.DataAtom == atom.Span && strings.Contains(class, " form-text "):
			return
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	for _, main := range page.Tags(atom.Main) {
		walk(main)
	}
	return facts
}

// requestsOfEveryKind has Anna ask for things, and offices do to them what citizens can be told: promises in
// hours, another office, a term that rests, that is over and that is another one, objections, observations,
// a file, an end.
func requestsOfEveryKind(t *testing.T, w *webtest.Town) []requests.Request {
	t.Helper()
	day := func(ago int) string {
		return time.Now().In(civic.Rome()).AddDate(0, 0, -ago).Format(time.DateOnly)
	}
	act := func(r requests.Request, by civic.Actor, acts ...requests.MoveInput) requests.Request {
		t.Helper()
		for _, in := range acts {
			in.FormKey = rand.Text()
			if in.Text == "" && in.Act != requests.ActTake {
				in.Text = "Parole per " + string(in.Act)
			}
			moved, err := w.Requests.Move(t.Context(), by, r.ID, in)
			if err != nil {
				t.Fatalf("%s: %v", in.Act, err)
			}
			r = moved
		}
		return r
	}
	filed := func(procedure civic.ID, ago int) requests.Request {
		t.Helper()
		in := requests.FileInput{FormKey: rand.Text(), Procedure: procedure, Contact: w.Anna.Contact,
			Channel: crm.ByLetter, ReceivedOn: day(ago), Subject: "Pratica su " + string(procedure),
			Text: "Il testo della richiesta.", Grounds: "Perché ci abito."}
		r, err := w.Requests.File(t.Context(), w.Desk, in)
		if err != nil {
			t.Fatal(err)
		}
		return act(r, w.Desk, requests.MoveInput{Act: requests.ActTake})
	}
	promised := promisedProcedure(t, w)
	resting := act(filed(promised, 3), w.Desk, requests.MoveInput{Act: requests.ActReterm, Version: 2},
		requests.MoveInput{Act: requests.ActMessage}, requests.MoveInput{Act: requests.ActAsk})
	missed := filed(promised, 25)
	called := act(filed("istanza", 100), w.Anna, requests.MoveInput{Act: requests.ActSubstitute})
	refused := filed("accesso-documenti", 90)
	notice := act(filed("istanza", 8), w.Desk, requests.MoveInput{Act: requests.ActNotice},
		requests.MoveInput{Act: requests.ActObserve, On: day(0)},
		requests.MoveInput{Act: requests.ActAnswer, Considered: "Non cambiano la decisione."})
	opposed := act(filed("accesso-civico-generalizzato", 5), w.Desk,
		requests.MoveInput{Act: requests.ActConsult})
	opposed = act(opposed, w.Desk, requests.MoveInput{Act: requests.ActObject, Objection: true,
		Of: opposed.Events[len(opposed.Events)-1].ID})
	answered := act(filed(promised, 1), w.Desk, requests.MoveInput{Act: requests.ActAnswer})
	return []requests.Request{resting, missed, called, refused, notice, opposed, answered}
}

// promisedProcedure returns a procedure of two versions by which something is promised besides the law.
func promisedProcedure(t *testing.T, w *webtest.Town) civic.ID {
	t.Helper()
	p, err := w.Requests.Procedure(t.Context(), "istanza")
	if err != nil {
		t.Fatal(err)
	}
	v := p.Latest()
	v.From, v.FirstHours, v.SolutionHours = time.Now().In(civic.Rome()).Format(time.DateOnly), 4, 30
	v.Name = civic.Text{civic.Italian: "Pratica con impegni", civic.English: "Case with promises"}
	for range 2 {
		if p, err = w.Requests.SaveProcedure(t.Context(), w.Administrator, rand.Text(), p.ID, p.Revision,
			v); err != nil {
			t.Fatal(err)
		}
		v.Term.Length = 45
	}
	return p.ID
}

// TestADraftIsCalledByItsProcedure: what was begun to be asked for has a name in the copy of one's data, also
// when nobody can ask for it any more, or by its first version not yet.
func TestADraftIsCalledByItsProcedure(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	b := d.signInCitizen(t, "anna@posta.example")
	b.Submit(b.Get(visitorForm), visitorForm, url.Values{"text": {"Il lampione è"}, "do": {"save"}})
	drafts, err := d.Requests.OwnDrafts(t.Context(), d.Anna)
	if err != nil || len(drafts) != 1 {
		t.Fatalf("%+v, %v", drafts, err)
	}
	for name, from := range map[string]string{"over": "2020-01-01", "not yet": "2999-01-01"} {
		p := requests.Procedure{Versions: []requests.Version{{Number: 1, From: from, Until: from,
			Name: civic.Text{civic.Italian: "Passo carrabile"}}}}
		if called, offered := drafts[0].Called(p, time.Now()); offered || called.In("it") != "Passo carrabile" {
			t.Errorf("%s: it is called %q, offered %t", name, called, offered)
		}
	}
	p, err := d.Requests.Procedure(t.Context(), drafts[0].Procedure)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"it", "en"} {
		if page := b.Get("/area-personale/dati?lingua=" + lang); !page.Has(p.Latest().Name.In(lang)) {
			t.Errorf("%s: the copy does not say what was begun: %.900s", lang, page.Text())
		}
	}
}
