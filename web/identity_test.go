package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/webtest"
)

const profilePath, addressesPath = "/area-personale/profilo", "/area-personale/indirizzi"

// whose returns who is signed in with b.
func (d door) whose(t *testing.T, b *webtest.Browser) civic.Actor {
	t.Helper()
	who, _, err := d.Accounts.Who(t.Context(), b.Cookie("sid"), true)
	if err != nil || who.Contact == "" {
		t.Fatalf("nobody is signed in: %+v, %v", who, err)
	}
	return who
}

// profile fills the profile of who is signed in with b and returns the page it leads to.
func (d door) profile(t *testing.T, b *webtest.Browser, values url.Values) *webtest.Page {
	t.Helper()
	page := b.Submit(b.Get(profilePath), profilePath, values)
	if page.Status != 303 {
		t.Fatalf("the profile was not saved: %d, %.400s", page.Status, page.Text())
	}
	return b.Follow(page)
}

// A stranger writes the victim's address, and the name, into their own profile: the victim who signs in later
// is not led there.
func TestATypedAddressCapturesNobody(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	stranger := d.signInCitizen(t, "estraneo@posta.example")
	page := d.profile(t, stranger, url.Values{"given_name": {"Vera"}, "family_name": {"Vittima"},
		"emails.2": {"vittima@posta.example"}})
	wants(t, page, 200, "vittima@posta.example", "Da confermare",
		"Un codice è stato inviato a vittima@posta.example")
	if mail := d.Mail.Last("vittima@posta.example"); !strings.HasPrefix(mail,
		"vittima@posta.example confirmation it ") {
		t.Errorf("the mail: %s", mail)
	}
	victim := d.signInCitizen(t, "vittima@posta.example")
	if d.whose(t, victim).Contact == d.whose(t, stranger).Contact {
		t.Fatal("the victim landed on the stranger's contact")
	}
	if page := victim.Get(profilePath); page.Has("estraneo@posta.example") {
		t.Error("the victim reads the stranger's data")
	}
	c, err := d.CRM.Contact(t.Context(), civic.System("test"), d.whose(t, victim).Contact)
	if err != nil || c.Double != crm.DoubleClaimed {
		t.Errorf("the new contact says %q of its double, %v", c.Double, err)
	}
	if r, err := d.CRM.Recipient(t.Context(), d.whose(t, stranger).Contact, "", true); err != nil ||
		r.Address != "estraneo@posta.example" {
		t.Errorf("written to %+v, %v", r, err)
	}
}

// A victim whose contact staff made is signed in; a stranger who types the address moves neither the session
// nor the account.
func TestAnOpenSessionIsNeverMoved(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	victim := d.signInCitizen(t, "vittima@posta.example")
	before := d.whose(t, victim)
	stranger := d.signInCitizen(t, "estraneo@posta.example")
	d.profile(t, stranger, url.Values{"family_name": {"Vittima"}, "emails.1": {"vittima@posta.example"},
		"emails.2": {""}, crm.NoSignIn: {"1"}})
	if _, err := d.CRM.CreateContact(t.Context(), d.Desk,
		crm.ContactInput{Kind: crm.Person, FamilyName: "Vittima", Emails: []string{"vittima@posta.example"},
			Reason: "sportello"}); err != nil {
		t.Fatal(err)
	}
	if now := d.whose(t, victim); now.Contact != before.Contact {
		t.Errorf("the open session moved from %s to %s", before.Contact, now.Contact)
	}
	if again := d.whose(t, d.signInCitizen(t, "vittima@posta.example")); again.Contact != before.Contact ||
		again.Account != before.Account {
		t.Errorf("signing in again leads from %s to %s", before.Contact, again.Contact)
	}
}

// Who changes the address in the profile stays the same person: a survey of known people is answered once,
// whichever address they sign in with. The old one opens nothing any more, nor does what is signed in with it
// elsewhere; the last one goes only after a question that says how one gets in again.
func TestTakingAnAddressOffMakesNobodyNew(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.knownSurvey(t)
	b := d.signInCitizen(t, "anna.bo@posta.example")
	before := d.whose(t, b)
	page, here := start(b, "piazza-pedonale")
	summary := b.Follow(b.Submit(page, here, values("q1", "a1")))
	wants(t, b.Follow(b.Submit(summary, "/sondaggi/piazza-pedonale/riepilogo", nil)), 200, "area personale")
	elsewhere := d.signInCitizen(t, "anna.bo@posta.example")
	name := url.Values{"given_name": {"Anna"}, "family_name": {"Bo"}, "emails.1": {""}}
	asked := b.Submit(b.Get(profilePath), profilePath, name)
	wants(t, asked, 422, "non resta nessun indirizzo confermato", "chiedendo all'URP")
	name["emails.1"], name["emails.2"] = []string{"anna.bo@posta.example"}, []string{"nuova@posta.example"}
	d.profile(t, b, name)
	code := strings.Fields(d.Mail.Last("nuova@posta.example"))[3]
	b.Follow(b.Submit(b.Get(addressesPath), addressesPath, url.Values{"code": {code}}))
	name["emails.1"], name["emails.2"] = []string{""}, []string{"nuova@posta.example"}
	wants(t, d.profile(t, b, name), 200, "Con l'indirizzo anna.bo@posta.example non si accede più")
	if d.whose(t, b).Contact != before.Contact {
		t.Error("the browser that changed the profile is signed out")
	}
	if page := elsewhere.Get(profilePath); page.Status != 303 {
		t.Errorf("who signed in elsewhere with the old address reads on: %d", page.Status)
	}
	old := d.site.Browser(t)
	form := d.askCode(t, old, "anna.bo@posta.example", "")
	refused := old.Submit(form, "/accedi/codice", url.Values{"code": {d.code(t, "anna.bo@posta.example")}})
	wants(t, refused, 403, "Con questo indirizzo non si accede", "URP")
	if page := old.Get("/area-personale"); page.Status != 303 {
		t.Errorf("the old address opens the personal area: %d", page.Status)
	}
	again := d.signInCitizen(t, "nuova@posta.example")
	if now := d.whose(t, again); now.Contact != before.Contact {
		t.Errorf("the account has another contact: %s, before %s", now.Contact, before.Contact)
	}
	if intro := again.Get("/sondaggi/piazza-pedonale"); intro.Form("/sondaggi/piazza-pedonale") != nil {
		t.Error("the survey can be begun again")
	}
	refused = again.Post("/sondaggi/piazza-pedonale", nil)
	if refused.Location != "/sondaggi/piazza-pedonale" {
		t.Errorf("a second response is begun at %q", refused.Location)
	}
	wants(t, again.Follow(refused), 200, "sono state inviate da questo browser o da questo accesso")
	list, err := d.Surveys.List(t.Context(), civic.System("test"), civic.PageRequest{})
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("%d surveys, %v", len(list.Items), err)
	}
	if _, r, err := d.Surveys.Results(t.Context(), civic.System("test"), list.Items[0].ID); err != nil ||
		r.Responses != 1 {
		t.Errorf("%d responses are stored, %v", r.Responses, err)
	}
}

// knownSurvey publishes a survey of one question for people who are known.
func (d door) knownSurvey(t *testing.T) {
	t.Helper()
	news := d.As(t, d.News)
	at := newSurvey(t, news, "Piazza pedonale", values("participation", "known"))
	addQuestion(t, news, at, "1", surveys.Single, values("text.it", "Si è favorevoli?", "option.lines",
		"Favorevole\nContrario"))
	times := values("opens", surveys.FormatLocal(time.Now().Add(-time.Minute)), "closes",
		surveys.FormatLocal(time.Now().Add(time.Hour)))
	if done := news.Submit(news.Get(at+"/publish"), at+"/publish", times); done.Status != 303 {
		t.Fatalf("status %d: %.400s", done.Status, done.Text())
	}
}

// Replacing the address by one that nobody confirmed stops campaigns and notices; the code confirms it, in
// the form without scripts.
func TestConfirmingAnAddress(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	b := d.signInCitizen(t, "anna.bo@posta.example")
	contact := d.whose(t, b).Contact
	page := d.profile(t, b, url.Values{"given_name": {"Anna"}, "family_name": {"Bo"},
		"emails.1": {"nuova@posta.example"}, crm.NoSignIn: {"1"}})
	recipient := func() string {
		r, err := d.CRM.Recipient(t.Context(), contact, "", true)
		if err != nil {
			t.Fatal(err)
		}
		return r.Address + r.Skip
	}
	if got := recipient(); got != crm.SkipAwaits {
		t.Errorf("written to %q before it is confirmed", got)
	}
	wrong := b.Submit(page, addressesPath, url.Values{"code": {"00000000"}})
	wants(t, wrong, 422, "Il codice non è corretto", "nuova@posta.example")
	code := strings.Fields(d.Mail.Last("nuova@posta.example"))[3]
	signIn := d.site.Browser(t)
	form := d.askCode(t, signIn, "nuova@posta.example", "")
	// a code to confirm signs nobody in
	wants(t, signIn.Submit(form, "/accedi/codice", url.Values{"code": {code}}), 422)
	other := d.signInCitizen(t, "bruno@posta.example")
	wants(t, other.Post(addressesPath, url.Values{"email": {"nuova@posta.example"}, "code": {code}}), 404)
	wants(t, b.Follow(b.Submit(b.Get(addressesPath), addressesPath, url.Values{"code": {code}})), 200,
		"è confermato", "Confermato")
	if got := recipient(); got != "nuova@posta.example" {
		t.Errorf("written to %q", got)
	}
	if again := d.whose(t, d.signInCitizen(t, "nuova@posta.example")); again.Contact != contact {
		t.Error("the confirmed address leads to another contact")
	}
}

// Three requests of a stranger keep nobody out, and what was sent because of them works in the owner's
// browser.
func TestAskingForCodesKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	for range 4 {
		d.askCode(t, d.site.Browser(t), "anna@posta.example", "")
	}
	b := d.site.Browser(t)
	page := d.askCode(t, b, "anna@posta.example", "")
	wants(t, page, 200, "anna@posta.example", "usare quello del messaggio più recente")
	page = b.Submit(page, "/accedi/codice", url.Values{"code": {d.code(t, "anna@posta.example")}})
	wants(t, page, 303)
	if who := d.whose(t, b); who.Contact != d.Anna.Contact {
		t.Errorf("signed in for %s", who.Contact)
	}
}

// What an identity provider proves later waits for the person's answer; who has no name is shown by a masked
// address.
func TestLaterFacts(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	b := d.signInCitizen(t, "senza.nome@posta.example")
	who := d.whose(t, b)
	desk := d.As(t, d.Desk).Get("/desk/contacts/" + string(who.Contact))
	wants(t, desk, 200, "s•••@posta.example")
	told := identityOf("Anna", "Bo", "anna.bo@posta.example")
	if err := d.CRM.Learn(t.Context(), who.Contact, told); err != nil {
		t.Fatal(err)
	}
	page := b.Get(addressesPath)
	wants(t, page, 200, "riporta anche l'indirizzo anna.bo@posta.example")
	if c, err := d.CRM.Contact(t.Context(), civic.System("test"), who.Contact); err != nil ||
		c.FullName() != "Anna Bo" || len(c.Emails) != 1 {
		t.Errorf("the contact is called %q, %v", c.FullName(), err)
	}
	if err := d.CRM.Learn(t.Context(), who.Contact,
		identityOf("Anna Maria", "Bo", "anna.bo@posta.example")); err != nil {
		t.Fatal(err)
	}
	wants(t, b.Get(addressesPath), 200, "il nome «Anna Maria Bo»")
	wants(t, d.As(t, d.Desk).Get("/desk/contacts/"+string(who.Contact)), 200, "Anna Maria Bo",
		"in attesa del cittadino")
	answer := func(field, answer string) {
		wants(t, b.Post(addressesPath+"/proposta", url.Values{"field": {field}, "answer": {answer}}), 303)
	}
	answer("name", "decline")
	answer("email", "take")
	answer("email", "take") // the button pressed twice
	wants(t, b.Post(addressesPath+"/proposta", url.Values{"field": {"email"}, "answer": {"decline"}}), 404)
	if err := d.CRM.Learn(t.Context(), who.Contact,
		identityOf("Anna Maria", "Bo", "anna.bo@posta.example")); err != nil {
		t.Fatal(err)
	}
	c, err := d.CRM.Contact(t.Context(), civic.System("test"), who.Contact)
	if err != nil || c.FullName() != "Anna Bo" || !c.HasProved("anna.bo@posta.example") ||
		len(c.OpenProposals()) != 0 {
		t.Errorf("%q, %v, %v, %v", c.FullName(), c.Emails, c.OpenProposals(), err)
	}
}

// identityOf is what a provider proves that knows addresses.
func identityOf(given, family, email string) accounts.Identity {
	return accounts.Identity{FiscalCode: "BOXNNA85T50A562K", GivenName: given, FamilyName: family,
		Email: email, EmailProved: true}
}

// Staff who know the person bind an account to the right contact, with a reason; open sessions end instead of
// moving.
func TestStaffRebindAnAccount(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	made, err := d.CRM.CreateContact(t.Context(), d.Desk,
		crm.ContactInput{Kind: crm.Person, GivenName: "Vera", FamilyName: "Vittima",
			Emails: []string{"vittima@posta.example"}})
	if err != nil {
		t.Fatal(err)
	}
	victim := d.signInCitizen(t, "vittima@posta.example")
	who := d.whose(t, victim)
	path := "/desk/contacts/" + string(who.Contact) + "/accounts"
	for _, other := range []civic.Actor{d.Anna, d.Works, d.News, d.Moderator} {
		if page := d.As(t, other).Get(path); page.Status == 200 {
			t.Errorf("%s opens the page", other.Name)
		}
	}
	desk := d.As(t, d.Desk)
	page := desk.Get(path)
	wants(t, page, 200, "Vera Vittima", "Questo accesso appartiene a")
	if !leadsBack(page, "/desk/contacts") {
		t.Error("the way to the page does not begin at the contacts")
	}
	wants(t, desk.Submit(page, path, url.Values{"contact": {string(made.ID)}}), 422, "Scrivere il motivo")
	wants(t, desk.Submit(page, path,
		url.Values{"contact": {""}, "other": {"nessuno"}, "reason": {"carta d'identità"}}), 422,
		"Scegliere un contatto che esiste")
	done := desk.Submit(page, path, url.Values{"contact": {string(made.ID)}, "reason": {"carta d'identità"}})
	wants(t, done, 303)
	wants(t, desk.Follow(done), 200, "L'accesso è stato collegato")
	if page := victim.Get("/area-personale"); page.Status != 303 {
		t.Errorf("the open session goes on: %d", page.Status)
	}
	if again := d.whose(t, d.signInCitizen(t, "vittima@posta.example")); again.Contact != made.ID ||
		again.Account != who.Account {
		t.Errorf("signs in for %s, want %s", again.Contact, made.ID)
	}
	if c, err := d.CRM.Contact(t.Context(), civic.System("test"), made.ID); err != nil ||
		!c.HasProved("vittima@posta.example") {
		t.Errorf("proved %v, %v", c.Proved, err)
	}
}

// Two colleagues have the page of one contact open; the second is told that the account has left it. What the
// account told of its owner is on the new contact alone, and each of the two people reads in their own data
// that the account was moved, and nothing of the other.
func TestRebindingLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	made, err := d.CRM.CreateContact(t.Context(), d.Desk,
		crm.ContactInput{Kind: crm.Person, GivenName: "Vera", FamilyName: "Vittima",
			Emails: []string{"vittima@posta.example"}})
	if err != nil {
		t.Fatal(err)
	}
	victim := d.signInCitizen(t, "vittima@posta.example")
	who := d.whose(t, victim)
	path := "/desk/contacts/" + string(who.Contact) + "/accounts"
	first, second := d.As(t, d.Desk), d.As(t, d.Desk)
	seen, stale := first.Get(path), second.Get(path)
	wants(t, first.Submit(seen, path,
		url.Values{"contact": {string(made.ID)}, "reason": {"carta d'identità"}}), 303)
	late := second.Submit(stale, path, url.Values{"contact": {""}, "other": {string(d.Anna.Contact)},
		"reason": {"sembra lei"}})
	wants(t, late, 409, "non è più collegato a questa scheda")
	if now := d.whose(t, d.signInCitizen(t, "vittima@posta.example")); now.Contact != made.ID {
		t.Errorf("signs in for %s", now.Contact)
	}
	left, err := d.CRM.Contact(t.Context(), civic.System("test"), who.Contact)
	if err != nil || left.HasProved("vittima@posta.example") || left.WrittenTo().Address != "" {
		t.Errorf("left behind: %+v, written to %+v, %v", left.Proved, left.WrittenTo(), err)
	}
	for _, contact := range []civic.ID{who.Contact, made.ID} {
		sections, err := d.Accounts.ExportPersonal(t.Context(), civic.System("test"),
			civic.Subject{Contact: contact, Account: who.Account}, "it")
		if err != nil {
			t.Fatal(err)
		}
		var moved, signedIn int
		for _, e := range sections[2].Entries {
			switch e.Fields[0].Value {
			case string(accounts.ActionRebound):
				moved++
			case string(accounts.ActionSignedIn):
				signedIn++
			}
		}
		if moved != 1 || signedIn != 1 {
			t.Errorf("contact %s reads of %d moves and %d sign-ins", contact, moved, signedIn)
		}
	}
}

// TestTheLanguageOfTheFirstPageIsKept: whoever signs in for the first time on an English page is written to
// in English from then on; a later visit in another language changes nothing.
func TestTheLanguageOfTheFirstPageIsKept(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	signIn := func(email, language string) civic.ID {
		t.Helper()
		b := d.site.Browser(t)
		chosen, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
			d.site.Origin+"/accedi?lingua="+language, nil)
		if err != nil {
			t.Fatal(err)
		}
		chosen.Header.Set("Sec-Fetch-Site", "same-origin") // the link at the top of the page
		b.Do(chosen)
		wants(t, b.Submit(d.askCode(t, b, email, ""), "/accedi/codice", url.Values{"code": {d.code(t, email)}}),
			303)
		return d.whose(t, b).Contact
	}
	language := func(contact civic.ID) string {
		t.Helper()
		c, err := d.CRM.Contact(t.Context(), civic.System("test"), contact)
		if err != nil {
			t.Fatal(err)
		}
		return c.Language
	}
	for _, want := range []string{"en", "it"} {
		email := want + "@posta.example"
		if got := language(signIn(email, want)); got != want {
			t.Errorf("first signed in in %q, written to in %q", want, got)
		}
	}
	if got := language(signIn("en@posta.example", "it")); got != "en" {
		t.Errorf("a later visit in Italian changed it to %q", got)
	}
}
