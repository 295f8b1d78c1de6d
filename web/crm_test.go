package web_test

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// settled waits until everything put into the index is findable.
func settled(t *testing.T, town *webtest.Town) {
	t.Helper()
	if err := town.Search.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// call records a conversation with a contact through the service.
func call(t *testing.T, town *webtest.Town, by civic.Actor, in crm.InteractionInput) crm.Interaction {
	t.Helper()
	if in.Subject == "" {
		in.Subject = "Orari della biblioteca"
	}
	if in.Channel == "" {
		in.Channel = crm.ByPhone
	}
	in.Direction = crm.Inbound
	if in.Outcome == "" {
		in.Outcome = crm.Answered
	}
	i, err := town.CRM.RecordInteraction(t.Context(), by, in)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestWhoSeesThePagesOfContacts(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	anna := "/desk/contacts/" + string(town.Anna.Contact)
	secret := call(t, town, town.Desk, crm.InteractionInput{Contact: town.Anna.Contact, Office: "urp",
		Subject: "Colloquio", Note: "parola-segreta", Confidential: true})
	// what each of the ten may open: v visitor, a Anna, b Bruno, d desk, w works, h head, n news, m
	// moderator, o officer, x administrator
	tests := []struct {
		path string
		may  string
	}{
		{"/desk/contacts", "dno"},
		{"/desk/contacts?q=dall%27olio", "dno"},
		{"/desk/contacts/new", "dn"},
		{"/desk/contacts/export", "n"},
		{anna, "dno"},
		{anna + "/edit", "dn"},
		{"/desk/calls/new", "dwh"},
		{"/desk/interactions", "dwh"},
		{"/desk/interactions/" + string(secret.ID), "d"},
		{"/desk/segments", "n"},
		{"/desk/segments/new", "n"},
		{"/desk/settings", "nx"},
		{"/desk/settings/offices/urp", "nx"},
		{"/area-personale", "ab"},
		{"/area-personale/profilo", "ab"},
		{"/area-personale/preferenze", "ab"},
	}
	for _, tt := range tests {
		for i, who := range town.Everybody() {
			letter := string("vabdwhnmox"[i])
			b := town.Browser(t)
			if who.Account != "" {
				b = town.As(t, who)
			}
			page := b.Get(tt.path)
			if may := strings.Contains(tt.may, letter); (page.Status == 200) != may {
				t.Errorf("%s of %s: status %d", tt.path, letter, page.Status)
			}
			if page.Status != 200 && (strings.Contains(page.Body, "Dall&#39;Olio") ||
				strings.Contains(page.Body, "parola-segreta")) && letter != "a" {
				t.Errorf("%s tells %s what it refuses", tt.path, letter)
			}
		}
	}
}

func TestContactFromFormToPage(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	form := b.Get("/desk/contacts/new")
	wrong := b.Submit(form, "/desk/contacts", url.Values{
		"family_name": {"D'Angelo"}, "emails.1": {"nessuno"}, "fiscal_code": {"RSSMRA85T10A562T"},
		"birth_year": {"3000"},
	})
	if wrong.Status != 422 || wrong.Input("family_name") != "D'Angelo" ||
		wrong.Input("emails.1") != "nessuno" {
		t.Fatalf("status %d; the page says %.400s", wrong.Status, wrong.Text())
	}
	for _, want := range []string{"indirizzo e-mail valido", "carattere di controllo", "tra il 1900 e il"} {
		if !wrong.Has(want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if links := wrong.By("href", "#campo-emails-1"); len(links) != 1 {
		t.Errorf("%d links of the summary lead to the field", len(links))
	}
	saved := b.Submit(wrong, "/desk/contacts", url.Values{
		"given_name": {"Nicolò"}, "emails.1": {"nicolo@posta.example"}, "phones.1": {"059 206311"},
		"fiscal_code": {"RSSMRA85T10A562S"}, crm.CodeConfirmed: {"1"},
		"birth_year": {"1985"}, "district": {"san-lazzaro"}, "tags": {"volontariato", "stampa"},
	})
	if saved.Status != 303 {
		t.Fatalf("status %d; the page says %.600s", saved.Status, saved.Text())
	}
	page := b.Follow(saved)
	for _, want := range []string{"Nicolò D'Angelo", "Il contatto è stato registrato", "nicolo@posta.example",
		"059 206311", "San Lazzaro", "1985", "Volontariato, Stampa locale"} {
		if !page.Has(want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if page.Has("RSSMRA85T10A562S") {
		t.Error("the page shows the fiscal code")
	}
	edit := b.Get(saved.Location + "/edit")
	if edit.Input("fiscal_code") != "RSSMRA85T10A562S" || edit.Input("phones.1") != "059 206311" ||
		len(edit.By("name", "phones.2")) != 1 {
		t.Errorf("the form to edit: %v", edit.Form(saved.Location))
	}
	settled(t, town)
	for _, q := range []string{"dangelo", "nicolo@posta.example", "059206311", "rssmra85t10a562s"} {
		if list := b.Get("/desk/contacts?" + url.Values{"q": {q}}.Encode()); !list.Has("D'Angelo Nicolò") ||
			list.Has("Dall'Olio") {
			t.Errorf("%q does not find him alone", q)
		}
		if list := b.Get("/desk/contacts?" +
			url.Values{"q": {q}, "district": {"centro"}}.Encode()); list.Status != 200 ||
			list.Has("D'Angelo Nicolò") {
			t.Errorf("%q finds him in a district where he does not live", q)
		}
		if list := b.Get("/desk/contacts?" +
			url.Values{"q": {q}, "district": {"san-lazzaro"}}.Encode()); !list.Has("D'Angelo Nicolò") {
			t.Errorf("%q does not find him in his district", q)
		}
	}
	if list := b.Get("/desk/contacts?" +
		url.Values{"q": {strings.Repeat("nicolò ", 40)}}.Encode()); list.Status != 200 ||
		!list.Has("Nessun contatto trovato") {
		t.Errorf("a text too long to be a name: status %d", list.Status)
	}
}

// TestASearchThatFindsTooManySaysSo: fifty are shown, which is not how many there are.
func TestASearchThatFindsTooManySaysSo(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	for i := range crm.MaxFound + 1 {
		in := crm.ContactInput{FormKey: rand.Text(), Kind: crm.Organisation,
			Organisation: fmt.Sprintf("Polisportiva %d", i), Reason: "altra sede", District: "centro"}
		if i < 2 {
			in.District = "san-lazzaro"
		}
		if _, err := town.CRM.CreateContact(t.Context(), town.Desk, in); err != nil {
			t.Fatal(err)
		}
	}
	settled(t, town)
	b := town.As(t, town.Desk)
	wants(t, b.Get("/desk/contacts?q=polisportiva"), 200, "I primi 50 contatti trovati")
	wants(t, b.Get("/desk/contacts?q=polisportiva&district=san-lazzaro"), 200, "2 contatti trovati.")
}

func TestALikelyDoubleIsShownAndCanBeSavedWithAReason(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	page := b.Submit(b.Get("/desk/contacts/new"), "/desk/contacts",
		url.Values{"given_name": {"Ana"}, "family_name": {"Dall'Olio"}, "emails.1": {"ANNA@posta.example"}})
	if page.Status != 422 || !page.Has("Contatti simili già presenti") || !page.Has("e-mail, nome simile") ||
		page.Has("De Cristofaro") {
		t.Fatalf("status %d; the page says %.600s", page.Status, page.Text())
	}
	page = b.Submit(page, "/desk/contacts", url.Values{"reason": {"la figlia"}})
	if page.Status != 303 {
		t.Fatalf("status %d; the page says %.600s", page.Status, page.Text())
	}
	if page = b.Follow(page); !page.Has("la figlia") {
		t.Error("the reason is not kept")
	}
}

func TestTwoEditorsOfOneContact(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	path := "/desk/contacts/" + string(town.Anna.Contact)
	first, second := town.As(t, town.Desk), town.As(t, town.News)
	one, two := first.Get(path+"/edit"), second.Get(path+"/edit")
	if page := first.Submit(one, path, url.Values{"family_name": {"Dall'Olio Neri"}}); page.Status != 303 {
		t.Fatalf("status %d", page.Status)
	}
	page := second.Submit(two, path, url.Values{"given_name": {"Anna Maria"}, "family_name": {"Olio"}})
	if page.Status != 422 || !page.Has("Campi modificati nel frattempo") || !page.Has("Dall'Olio Neri") ||
		page.Input("given_name") != "Anna Maria" {
		t.Fatalf("status %d; the page says %.600s", page.Status, page.Text())
	}
	if page = second.Submit(page, path, nil); page.Status != 303 {
		t.Errorf("saving on purpose: status %d", page.Status)
	}
}

func TestFormsOfContactsSentFiveTimes(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	form := b.Get("/desk/calls/new").Form("/desk/calls")
	form.Set("caller", "new")
	form.Set("given_name", "Zoë")
	form.Set("subject", "Passo carrabile")
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if page := b.Do(b.PostRequest("/desk/calls", form)); page.Status != 303 {
				t.Errorf("status %d; the page says %.300s", page.Status, page.Text())
			}
		})
	}
	wg.Wait()
	settled(t, town)
	if found, _, err := town.CRM.FindContacts(t.Context(), town.Desk, "zoë", ""); err != nil ||
		len(found) != 1 {
		t.Errorf("%d contacts, %v", len(found), err)
	}
	list, err := town.CRM.Interactions(t.Context(), town.Desk, crm.InteractionFilter{}, civic.PageRequest{})
	if err != nil || len(list.Items) != 1 {
		t.Errorf("%d interactions, %v", len(list.Items), err)
	}
}

func TestCallWhileThePersonIsOnThePhone(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	settled(t, town)
	b := town.As(t, town.Desk)
	page := b.Submit(b.Get("/desk/calls/new"), "/desk/calls",
		url.Values{"q": {"dall olio"}, "do": {"search"}, "subject": {"Buca in via Emilia"},
			"note": {"parola-segreta"}})
	if page.Status != 200 || !page.Has("Anna Dall'Olio") || page.Has("De Cristofaro") ||
		page.Input("subject") != "Buca in via Emilia" {
		t.Fatalf("status %d; the page says %.600s", page.Status, page.Text())
	}
	form := page.Form("/desk/calls")
	if form.Get("caller") != string(town.Anna.Contact) || form.Get("note") != "parola-segreta" ||
		form.Get("office") != "urp" {
		t.Errorf("the form holds %v", form)
	}
	page = b.Submit(page, "/desk/calls", nil)
	if page.Status != 303 || page.Location != "/desk/contacts/"+string(town.Anna.Contact) {
		t.Fatalf("status %d to %s; the page says %.600s", page.Status, page.Location, page.Text())
	}
	if page = b.Follow(page); !page.Has("Buca in via Emilia") || !page.Has("Telefono") {
		t.Errorf("the contact's page says %.600s", page.Text())
	}
	own := town.As(t, town.Anna).Get("/area-personale")
	if !own.Has("Buca in via Emilia") || !own.Has("Ufficio relazioni con il pubblico") ||
		strings.Contains(own.Body, "parola-segreta") || strings.Contains(own.Body, "Carla Conti") {
		t.Errorf("the personal area says %.600s", own.Text())
	}
	if other := town.As(t, town.Bruno).Get("/area-personale"); other.Has("Buca in via Emilia") ||
		other.Has("Anna") {
		t.Errorf("another's personal area says %.600s", other.Text())
	}
	list := b.Get("/desk/interactions")
	settled(t, town)
	if form := list.Form("/desk/search"); form.Get("kind") != crm.DocInteraction ||
		!b.Get("/desk/search?kind="+form.Get("kind")+"&q=buca").Has("Buca in via Emilia") {
		t.Errorf("the list does not lead to a search of conversations: %v", form)
	}
	if links := list.By("href", "/desk/contacts/"+string(town.Anna.Contact)); len(links) != 1 {
		t.Errorf("%d links of the list lead to the person", len(links))
	}
	wrong := b.Submit(b.Get("/desk/calls/new"), "/desk/calls", url.Values{"caller": {"new"}})
	if wrong.Status != 422 || len(wrong.By("href", "#campo-subject")) != 1 {
		t.Errorf("status %d; the page says %.400s", wrong.Status, wrong.Text())
	}
}

// The return key presses the first button of a form. In the field of the caller it looks for the caller,
// once; in any other it stores the call.
func TestReturnKeyInTheCallForm(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	settled(t, town)
	b := town.As(t, town.Desk)
	form := b.Get("/desk/calls/new")
	first := form.All(func(n *html.Node) bool {
		return n.DataAtom == atom.Button &&
			webtest.Attr(n, "name") == "do"
	})
	if len(first) == 0 || webtest.Attr(first[0], "value") != "enter" {
		t.Fatal("the return key presses another button")
	}
	enter := url.Values{"do": {"enter"}, "q": {"dall olio"}, "subject": {"Buca in via Emilia"}}
	found := b.Submit(form, "/desk/calls", enter)
	if found.Status != 200 || found.Form("/desk/calls").Get("caller") != string(town.Anna.Contact) {
		t.Fatalf("status %d; the page says %.600s", found.Status, found.Text())
	}
	saved := b.Submit(found, "/desk/calls", url.Values{"do": {"enter"}})
	if saved.Status != 303 || saved.Location != "/desk/contacts/"+string(town.Anna.Contact) {
		t.Errorf("the same name again: status %d to %q", saved.Status, saved.Location)
	}
	saved = b.Submit(b.Get("/desk/calls/new"), "/desk/calls",
		url.Values{"do": {"enter"}, "subject": {"Chi non si presenta"}})
	if saved.Status != 303 || saved.Location != "/desk/interactions" {
		t.Errorf("without a name: status %d to %q", saved.Status, saved.Location)
	}
}

func TestConsentAtTheDeskAndItsReceipt(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	path := "/desk/contacts/" + string(town.Anna.Contact)
	consent := url.Values{"topic": {"mobilita"}, "version": {"1"}, "language": {"it"}, "choice": {"give"},
		"channel": {"mail"}, "source": {"phone"}}
	if page := b.Get(path); !page.Has("Acconsento a ricevere per e-mail gli avvisi") {
		t.Error("the text of the consent is not shown")
	}
	page := b.Post(path+"/consents", consent)
	if page.Status != 303 {
		t.Fatalf("status %d; the page says %.400s", page.Status, page.Text())
	}
	page = b.Get(path)
	if !page.Has("Consenso dato per: E-mail") || !page.Has("Per telefono") {
		t.Errorf("the page says %.900s", page.Text())
	}
	c, err := town.CRM.Contact(t.Context(), town.Desk, town.Anna.Contact)
	if err != nil {
		t.Fatal(err)
	}
	receipt := b.Get(path + "/consents/" + string(c.Consents[0].ID))
	if receipt.Status != 200 || !receipt.Has("Acconsento a ricevere per e-mail gli avvisi") ||
		!receipt.Has(string(c.Consents[0].ID)) ||
		!receipt.Has(town.Desk.Name) || receipt.Has(string(town.Desk.Account)) {
		t.Errorf("status %d; the receipt says %.400s", receipt.Status, receipt.Text())
	}
	consent.Set("version", "7")
	if page := b.Post(path+"/consents", consent); page.Status != 422 ||
		!page.Has("Il testo del consenso è cambiato") {
		t.Errorf("a text that does not hold: status %d; the page says %.400s", page.Status, page.Text())
	}
	if page := b.Get(path + "/consents"); page.Status == 200 {
		t.Error("consent by a GET")
	}
}

func TestPreferencesAndProfile(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Anna)
	page := b.Get("/area-personale/preferenze")
	if !page.Has("Mobilità e traffico") || !page.Has("Acconsento a ricevere per e-mail gli avvisi") {
		t.Fatalf("the page says %.600s", page.Text())
	}
	give := url.Values{"topic": {"mobilita"}, "choice": {"give"}, "version": {"1"}}
	if page = b.Follow(
		b.Post("/area-personale/preferenze", give)); !page.Has("Il consenso è stato registrato") ||
		!page.Has("Ritiro il consenso: Mobilità e traffico") {
		t.Errorf("the page says %.600s", page.Text())
	}
	b.Get("/area-personale/preferenze?topic=mobilita&choice=withdraw")
	if c, _ := town.CRM.OwnContact(t.Context(), town.Anna); !c.ConsentsTo("mobilita", crm.ByMail) {
		t.Error("a GET took consent back")
	}
	if page = b.Follow(b.Post("/area-personale/preferenze",
		url.Values{"topic": {"mobilita"}, "choice": {"withdraw"}})); !page.Has(
		"Il consenso è stato ritirato") {
		t.Errorf("the page says %.600s", page.Text())
	}
	give.Set("version", "9")
	if page := b.Post("/area-personale/preferenze", give); page.Status != 422 ||
		!page.Has("Il testo del consenso è cambiato") {
		t.Errorf("status %d", page.Status)
	}
	profile := b.Get("/area-personale/profilo")
	page = b.Submit(profile, "/area-personale/profilo",
		url.Values{"phones.1": {"347 1234567"}, "district": {"centro"}, "kind": {"organisation"},
			"tags": {"stampa"}})
	if page.Status != 303 {
		t.Fatalf("status %d; the page says %.600s", page.Status, page.Text())
	}
	c, err := town.CRM.OwnContact(t.Context(), town.Anna)
	if err != nil || c.District != "centro" || len(c.Phones) != 1 || c.Kind != crm.Person ||
		len(c.Tags) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if page := b.Submit(profile, "/area-personale/profilo",
		url.Values{"street": {"Via Po 1"}}); page.Status != 303 {
		t.Errorf("an old form that changes another field: status %d", page.Status)
	}
	if c, err := town.CRM.OwnContact(t.Context(), town.Anna); err != nil || c.District != "centro" ||
		len(c.Phones) != 1 || c.Address.Street != "Via Po 1" {
		t.Errorf("an old form took something away: %+v, %v", c, err)
	}
}

// A browser that was left open does not give away all that is kept about a person: the download asks for a
// sign-in of the last minutes.
func TestOwnDataNeedsAFreshSignIn(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	old := d.As(t, d.Anna) // in a session that began nobody knows when
	page := old.Get("/area-personale/dati")
	if page.Status != 303 || !strings.HasPrefix(page.Location, "/accedi?") ||
		strings.Contains(page.Body, "anna@posta.example") {
		t.Fatalf("status %d to %q: %.300s", page.Status, page.Location, page.Body)
	}
	if page = old.Follow(page); page.Status != 200 || !page.Has("accedere di nuovo") ||
		page.Input("ritorno") != "/area-personale/dati" {
		t.Errorf("status %d; the page says %.400s", page.Status, page.Text())
	}
	b := d.signInCitizen(t, "anna@posta.example")
	shown := b.Get("/area-personale/dati")
	if shown.Status != 200 || !shown.Has("anna@posta.example") || shown.Has("bruno@") ||
		shown.Has("site.personal.") {
		t.Errorf("status %d: %.600s", shown.Status, shown.Text())
	}
	data := b.Submit(shown, "/area-personale/dati", nil)
	if data.Status != 200 || !strings.Contains(data.Header.Get("Content-Disposition"), "attachment") ||
		!strings.Contains(data.Body, "anna@posta.example") || strings.Contains(data.Body, "bruno@") {
		t.Errorf("status %d: %.300s", data.Status, data.Body)
	}
}

func TestSegmentBuiltWithoutScripts(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	page := b.Get("/desk/segments/new")
	press := func(do string, values url.Values) {
		t.Helper()
		if values == nil {
			values = url.Values{}
		}
		values.Set("do", do)
		page = b.Submit(page, "/desk/segments", values)
	}
	press("add rule", url.Values{"name": {"Senza stampa"}, "rule.new": {"reach"}})
	press("group rule", url.Values{"rule.1": {"mail"}})
	press("add rule.2", url.Values{"rule.2": {"none"}, "rule.2.new": {"tag"}})
	press("add rule.2", url.Values{"rule.2.1": {"stampa"}, "rule.2.new": {"district"}})
	if page.Status != 200 || page.Input("name") != "Senza stampa" {
		t.Fatalf("status %d; the page says %.400s", page.Status, page.Text())
	}
	form := page.Form("/desk/segments")
	for name, want := range map[string]string{"rule.1": "mail", "rule.2": "none", "rule.2.1": "stampa",
		"rule.2.2.is": "district"} {
		if form.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, form.Get(name), want)
		}
	}
	press("preview", nil)
	if page.Status != 422 || !page.Has("Scegliere almeno un valore") ||
		len(page.By("href", "#campo-rule-2-2")) != 1 {
		t.Errorf("a condition without values: status %d; the page says %.400s", page.Status, page.Text())
	}
	press("drop rule.2.2", nil)
	press("preview", nil)
	if page.Status != 200 || !page.Has("2 contatti nel segmento") {
		t.Errorf("status %d; the page says %.600s", page.Status, page.Text())
	}
	press("save", nil)
	if page.Status != 303 {
		t.Fatalf("status %d; the page says %.600s", page.Status, page.Text())
	}
	path := page.Location
	page = b.Get(path + "?topic=mobilita")
	for _, want := range []string{"Senza stampa", "Tutte le condizioni seguenti",
		"Si può raggiungere con: E-mail", "Nessuna delle condizioni seguenti", "Etichetta: Stampa locale",
		"Anna Dall'Olio", "Senza consenso all'argomento 2"} {
		if !page.Has(want) {
			t.Errorf("the page does not say %q; it says %.900s", want, page.Text())
		}
	}
	page = b.Get(path + "?contact=" + string(town.Bruno.Contact))
	if !page.Has("Bruno De Cristofaro · b•••@posta.example è nel segmento.") {
		t.Errorf("the explanation says %.900s", page.Text())
	}
	table := b.Get(path + "/export")
	if table.Status != 200 || !strings.Contains(table.Body, "anna@posta.example") ||
		strings.Count(table.Body, "\r\n") != 3 {
		t.Errorf("status %d: %s", table.Status, table.Body)
	}
	edited := b.Submit(b.Get(path+"/edit"), path, url.Values{"name": {"Altro nome"}, "do": {"save"}})
	if edited.Status != 303 || !b.Follow(edited).Has("Altro nome") {
		t.Errorf("status %d; the page says %.400s", edited.Status, edited.Text())
	}
	if page := b.Post(path+"/delete", nil); page.Status != 303 || b.Get(path).Status != 404 {
		t.Errorf("status %d", page.Status)
	}
}

// Rules that no form of ours sends do not break the form.
func TestHostileSegmentForms(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	deep := url.Values{"do": {"preview"}}
	path := "rule"
	for range 40 {
		deep.Set(path, "all")
		deep.Set(path+".is", "group")
		path += ".0"
	}
	for name, form := range map[string]url.Values{
		"deep":           deep,
		"no rule":        {"do": {"preview"}},
		"act on nothing": {"do": {"drop rule.10.10"}, "rule.is": {"group"}, "rule": {"all"}},
		"act on no path": {"do": {"add x.y"}, "rule.is": {"group"}, "rule": {"all"}},
		"operators": {"do": {"preview"}, "rule.is": {"group"}, "rule": {"$where"},
			"rule.1.is": {"$ne"}, "rule.1": {"{\"$gt\":\"\"}"}},
		"an unknown fact": {"do": {"preview"}, "rule.is": {"group"}, "rule": {"all"}, "rule.1.is": {"fact"},
			"rule.1.source": {"x"}, "rule.1.key": {"y"}, "rule.1": {"1"}},
		"a negative place": {"do": {"drop rule.-1"}, "rule.is": {"group"}, "rule": {"all"}},
	} {
		if page := b.Post("/desk/segments", form); page.Status != 200 && page.Status != 422 {
			t.Errorf("%s: status %d", name, page.Status)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Administrator)
	page := b.Submit(b.Get("/desk/settings/districts/new"), "/desk/settings/districts",
		url.Values{"name": {"Città Nuova"}, "order": {"3"}})
	if page.Status != 303 || !b.Follow(page).Has("Città Nuova") {
		t.Fatalf("status %d; the page says %.400s", page.Status, page.Text())
	}
	if page := b.Submit(b.Get("/desk/settings/tags/new"), "/desk/settings/tags",
		url.Values{"name": {" "}}); page.Status != 422 || len(page.By("href", "#campo-name")) != 1 {
		t.Errorf("status %d", page.Status)
	}
	for kind, field := range map[string]url.Values{
		"districts": {"name": {"Città nuova"}},
		"topics": {"name.it": {"Mobilita"}, "name.en": {"Mobility"}, "text.it": {"Acconsento"},
			"text.en": {"I agree"}},
	} {
		again := b.Submit(b.Get("/desk/settings/"+kind+"/new"), "/desk/settings/"+kind, field)
		name := "#campo-name"
		if kind == "topics" {
			name += "-it"
		}
		if again.Status != 422 || !again.Has("Esiste già una voce con questo nome") ||
			len(again.By("href", name)) != 1 {
			t.Errorf("a name of %s that is taken: status %d; the page says %.400s", kind, again.Status,
				again.Text())
		}
	}
	empty := b.Submit(b.Get("/desk/settings/topics/new"), "/desk/settings/topics", url.Values{})
	for _, name := range []string{"Nome in italiano", "Nome in inglese", "Testo del consenso in italiano"} {
		if empty.Status != 422 || !empty.Has(name+": Compilare questo campo") {
			t.Errorf("an empty topic, %d, without a word on %q: %.600s", empty.Status, name, empty.Text())
		}
	}
	topic := b.Get("/desk/settings/topics/mobilita")
	if page := b.Submit(topic, "/desk/settings/topics/mobilita",
		url.Values{"text.it": {"Testo nuovo"}}); page.Status != 303 {
		t.Fatalf("status %d; the page says %.400s", page.Status, page.Text())
	}
	if page := b.Submit(topic, "/desk/settings/topics/mobilita",
		url.Values{"text.it": {"Altro"}}); page.Status != 422 {
		t.Errorf("an old form: status %d", page.Status)
	}
	page = b.Get("/desk/settings/topics/mobilita")
	if !page.Has("Testo nuovo") || !page.Has("Acconsento a ricevere per e-mail gli avvisi") {
		t.Error("the versions are not shown")
	}
	for _, path := range []string{"/desk/settings/x/new", "/desk/settings/topics/nessuno",
		"/desk/settings/x/y"} {
		if page := b.Get(path); page.Status != 404 {
			t.Errorf("%s: status %d", path, page.Status)
		}
	}
}

// Each page of a contact that was opened is in the audit, with who opened it.
func TestReadingIsAudited(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	b.Get("/desk/contacts/" + string(town.Anna.Contact))
	b.Get("/desk/contacts/" + string(town.Anna.Contact) + "/edit")
	page, err := town.Audit.List(t.Context(), town.Officer,
		audit.Query{Contact: town.Anna.Contact, Actor: town.Desk.Account})
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, r := range page.Items {
		actions = append(actions, string(r.Action))
	}
	if got := strings.Join(actions, " "); got != "crm.contact.read_code crm.contact.read crm.contact.read" {
		t.Errorf("audited: %s", got)
	}
}

// What was just added to the rule of a segment is where the keyboard goes on, without scripts too.
func TestFocusGoesToTheNewCondition(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.News)
	for _, c := range []struct{ do, name string }{{"add rule", "rule.1"}, {"group rule", "rule.1"},
		{"drop rule.1", "rule"}} {
		page := b.Submit(b.Get("/desk/segments/new"), "/desk/segments",
			url.Values{"do": {c.do}, "rule.new": {"language"}})
		focused := page.By("autofocus", "*")
		if page.Status != 200 || len(focused) != 1 || webtest.Attr(focused[0], "name") != c.name {
			t.Errorf("%s: status %d, the keyboard is at %v, want %s", c.do, page.Status, focused, c.name)
		}
	}
}
