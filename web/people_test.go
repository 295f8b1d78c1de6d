package web_test

import (
	"crypto/rand"
	"encoding/csv"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// namesakes are two people of one name, and two without any name.
type namesakes struct {
	*webtest.Town
	first, second crm.Contact
	nameless      civic.ID // nothing else is known either
	addressed     civic.ID // an address is known
}

func openNamesakes(t *testing.T) namesakes {
	t.Helper()
	n := namesakes{Town: webtest.Open(t)}
	make := func(in crm.ContactInput) crm.Contact {
		in.Kind, in.Language, in.Reason = crm.Person, civic.Italian, "omonimi"
		c, err := n.CRM.CreateContact(t.Context(), n.Desk, in)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	n.first = make(crm.ContactInput{GivenName: "Mario", FamilyName: "Gavioli", BirthYear: "1961",
		District: "centro", Emails: []string{"mario@posta.example"}})
	n.second = make(crm.ContactInput{GivenName: "Mario", FamilyName: "Gavioli", BirthYear: "1988",
		District: "san-lazzaro", Phones: []string{"059 206311"}})
	n.nameless = n.signedIn(t, accounts.Identity{FiscalCode: "RSSMRA61A01F257D"})
	n.addressed = n.signedIn(t, accounts.Identity{Email: "zeta@posta.example", EmailProved: true})
	return n
}

// signedIn returns the id of the contact that a sign-in made of what it told, which was no name.
func (n namesakes) signedIn(t *testing.T, told accounts.Identity) civic.ID {
	t.Helper()
	id, err := n.CRM.EnsureContact(t.Context(), told)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Namesakes are told apart, and nobody is an empty link, on every page of the desk that shows people.
func TestNamesakesAreToldApart(t *testing.T) {
	t.Parallel()
	n := openNamesakes(t)
	for _, id := range []civic.ID{n.first.ID, n.second.ID, n.nameless, n.addressed} {
		if _, err := n.CRM.Contact(t.Context(), n.Desk, id); err != nil {
			t.Fatal(err)
		}
		in := crm.InteractionInput{FormKey: rand.Text(), Contact: id, Subject: "Buca", Channel: crm.ByPhone,
			Direction: crm.Inbound, Outcome: crm.Answered, Office: "urp"}
		if _, err := n.CRM.RecordInteraction(t.Context(), n.Desk, in); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []civic.ID{n.first.ID, n.second.ID} {
		in := requests.FileInput{FormKey: rand.Text(), Procedure: "disservizio", Contact: id, Channel: crm.ByPhone,
			Subject: "Buca", Text: "In via Emilia."}
		if _, err := n.Requests.File(t.Context(), n.Desk, in); err != nil {
			t.Fatal(err)
		}
	}
	indexed(t, n.Town)
	for _, c := range []struct {
		who  civic.Actor
		path string
		want []string
	}{
		{n.Officer, "/desk/audit", []string{"nata o nato nel 1961 · Centro storico · m•••@posta.example",
			"nata o nato nel 1988 · San Lazzaro · •••311", "Senza nome", "z•••@posta.example"}},
		{n.Officer, "/desk/audit?person=Gavioli", []string{"nata o nato nel 1961", "nata o nato nel 1988"}},
		{n.Officer, "/desk/audit?contact=" + string(n.first.ID),
			[]string{"riguardano Mario Gavioli · nata o nato nel 1961 · Centro storico · m•••@posta.example"}},
		{n.Desk, "/desk/interactions", []string{"classe 1961 · Centro storico", "classe 1988 · San Lazzaro",
			"Senza nome"}},
		{n.Desk, "/desk/requests", []string{"classe 1961 · Centro storico", "classe 1988 · San Lazzaro"}},
		{n.Desk, "/desk/contacts", []string{"1961", "1988", "Senza nome"}},
		{n.Desk, "/desk/contacts/" + string(n.nameless), []string{"Senza nome"}},
		{n.Desk, "/desk/contacts/" + string(n.addressed), []string{"Senza nome · z•••@posta.example"}},
		{n.Desk, "/desk/contacts/" + string(n.addressed) + "/edit",
			[]string{"Senza nome · z•••@posta.example"}},
		{n.Desk, "/desk/calls/new?contact=" + string(n.nameless), []string{"Senza nome"}},
		{n.Desk, "/desk/search?q=Gavioli",
			[]string{"nata o nato nel 1961 · Centro storico · m•••@posta.example", "nata o nato nel 1988"}},
		{n.Desk, "/desk/search?kind=contact", []string{"Senza nome"}},
	} {
		page := n.As(t, c.who).Get(c.path)
		wants(t, page, 200, c.want...)
		nothingEmpty(t, c.path, page)
	}
}

// nothingEmpty fails for a link, a heading or an option without words.
func nothingEmpty(t *testing.T, path string, page *webtest.Page) {
	t.Helper()
	named := func(n *html.Node) bool {
		return webtest.HasAttr(n, "aria-label") || webtest.HasAttr(n, "aria-labelledby") ||
			webtest.HasAttr(n, "hidden") || webtest.HasAttr(n, "title")
	}
	for _, n := range page.All(func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.A, atom.H1, atom.H2, atom.H3, atom.H4, atom.Th, atom.Caption, atom.Title, atom.Strong:
			return webtest.TextOf(n) == "" && !named(n)
		}
		return false
	}) {
		t.Errorf("%s has an empty %s: %v", path, n.Data, n.Attr)
	}
}

// The audit as a table is read by people too: words, the time of Rome with its distance from UTC, and who is
// who, beside ids and codes that never change.
func TestTheAuditTableSpeaksWords(t *testing.T) {
	t.Parallel()
	n := openNamesakes(t)
	if _, err := n.CRM.SetConsent(t.Context(), n.Desk, n.first.ID,
		crm.ConsentInput{Topic: "vita-in-citta", Channel: crm.ByMail, Given: true, Version: 1,
			Language: civic.Italian, Source: crm.FromDesk}); err != nil {
		t.Fatal(err)
	}
	b := n.As(t, n.Officer)
	file := b.Get("/desk/audit/export?" + url.Values{"action": {"crm.consent.give"}}.Encode())
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.Body, "\uFEFF")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v: %q", err, rows)
	}
	cell := map[string]string{}
	for i, heading := range rows[0] {
		cell[heading] = rows[1][i]
	}
	for heading, want := range map[string]string{
		"Chi": "Carla Conti", "Chi (identificativo)": string(n.Desk.Account),
		"Operazione": "ha registrato un consenso", "Operazione (codice)": "crm.consent.give",
		"Su chi":                   "Mario Gavioli",
		"Su chi (per distinguere)": "nata o nato nel 1961 · Centro storico · m•••@posta.example",
		"Su chi (identificativo)":  string(n.first.ID),
		"Dettagli": "canale: E-mail, come è stata comunicata: Allo sportello, argomento: Vita in " +
			"città",
	} {
		if cell[heading] != want {
			t.Errorf("%s: %q, want %q", heading, cell[heading], want)
		}
	}
	at, err := time.Parse(time.RFC3339, cell["Quando"])
	if _, offset := at.Zone(); err != nil || offset == 0 || time.Since(at).Abs() > time.Hour {
		t.Errorf("the time is %q", cell["Quando"])
	}
	if en := b.Get("/desk/audit/export?lingua=en&action=crm.consent.give").Body; !strings.Contains(en,
		"When;Who;") {
		t.Errorf("in English: %.200s", en)
	}
	wants(t, n.As(t, n.Officer).Get("/desk/audit?action=crm.consent.give"), 200, "argomento: Vita in città",
		"canale: E-mail", "Allo sportello")
}

// A fiscal code that does not fit is a question at the desk, and the form comes back filled with a box to
// answer it.
func TestTheDeskAsksAboutACodeThatDoesNotFit(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	page := b.Get("/desk/contacts/new")
	if len(page.By("name", crm.CodeConfirmed)) != 0 {
		t.Error("it is asked before there is a reason")
	}
	values := url.Values{"family_name": {"Gavioli"}, "given_name": {"Mario"},
		"fiscal_code": {"RSSMRA61A01F257D"}, "birth_year": {"1961"}}
	page = b.Submit(page, "/desk/contacts", values)
	wants(t, page, 422, "Il codice fiscale non corrisponde al nome o al cognome",
		"Il codice fiscale è giusto così")
	if page.Input("family_name") != "Gavioli" || page.Input("fiscal_code") != "RSSMRA61A01F257D" {
		t.Error("the form came back empty")
	}
	page = b.Submit(page, "/desk/contacts", url.Values{crm.CodeConfirmed: {"1"}})
	wants(t, page, 303)
}

// Whoever is only named like what was typed stands apart and is said to, in every list that finds people, and
// is never taken for who was meant: not by the audit, not by a call.
func TestPeopleNamedAlikeAreOffered(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	grandi := contact(t, town, "Elena", "Grandi")
	indexed(t, town)
	officer, desk := town.As(t, town.Officer), town.As(t, town.Desk)
	list := desk.Get("/desk/contacts?q=prandi")
	wants(t, list, 200, "0 contatti trovati", "Nomi simili", "Grandi Elena")
	if list := desk.Get("/desk/contacts?q=grandi"); list.Has("Nomi simili") ||
		!list.Has("1 contatto trovato") {
		t.Errorf("who was meant is said to be named alike: %.400s", list.Text())
	}
	log := officer.Get("/desk/audit?person=prandi&action=crm.contact.create")
	wants(t, log, 200, "Nomi simili", "Elena Grandi")
	if log.Has("riguardano") || len(log.Tags(atom.Table)) > 0 {
		t.Errorf("the audit takes her for who was meant: %.600s", log.Text())
	}
	link := "/desk/audit?action=crm.contact.create&contact=" + string(grandi.ID) + "&person=prandi"
	if len(log.By("href", link)) != 1 {
		t.Errorf("nothing leads to %s", link)
	}
	wants(t, officer.Get(link), 200, "riguardano Elena Grandi")
	wants(t, officer.Get("/desk/audit?person=grandi"), 200, "riguardano Elena Grandi")
	call := desk.Submit(desk.Get("/desk/calls/new"), "/desk/calls",
		url.Values{"q": {"prandi"}, "do": {"search"}})
	wants(t, call, 200, "Nomi simili: controllare prima di scegliere", "Elena Grandi (nome simile)")
	if chosen := call.Form("/desk/calls").Get("caller"); chosen != "unknown" {
		t.Errorf("the call is of %s", chosen)
	}
	call = desk.Submit(desk.Get("/desk/calls/new"), "/desk/calls",
		url.Values{"q": {"grandi"}, "do": {"search"}})
	if chosen := call.Form("/desk/calls").Get("caller"); chosen != string(grandi.ID) ||
		call.Has("nome simile") {
		t.Errorf("the call of who was found is of %s", chosen)
	}
}

// TestAnExtensionInTheProfile: an extension is kept with its number, and shown with it; of what does not say
// that it is one the message tells how it is written, and what was written comes back.
func TestAnExtensionInTheProfile(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	const own = "/area-personale/profilo"
	anna := town.As(t, town.Anna)
	page := anna.Submit(anna.Get(own), own, url.Values{"phones.1": {"059 123456/3"}})
	if page.Status != 422 || page.Input("phones.1") != "059 123456/3" || !page.Has("059 206311 int. 12") ||
		page.Has("nella riga seguente") {
		t.Errorf("a number with something behind it: %d, %.600s", page.Status, page.Text())
	}
	saved := anna.Submit(anna.Get(own), own, url.Values{"phones.1": {"059 123456 interno 3"}})
	if saved.Status != 303 || anna.Get(own).Input("phones.1") != "059 123456 int. 3" {
		t.Errorf("a number with an extension: %d, %q", saved.Status, anna.Get(own).Input("phones.1"))
	}
	desk := town.As(t, town.Desk)
	contact := desk.Get("/desk/contacts/" + string(town.Anna.Contact))
	if !contact.Has("059 123456 int. 3") || !strings.Contains(contact.Body, `href="tel:+39059123456;ext=3"`) {
		t.Errorf("at the desk: %.600s", contact.Text())
	}
	found := desk.Get("/desk/contacts?q=" + url.QueryEscape("059 123456 ext 3"))
	if !found.Has("Anna") && found.Location == "" {
		t.Errorf("looked for by the extension: %.600s", found.Text())
	}
}
