package web_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
	"ascolto/web/webtest"
)

const (
	visitorForm = "/richieste/nuova/istanza"
	confirming  = "/richieste/conferma"
)

var confirmLink = regexp.MustCompile(`/richieste/conferma/([0-9A-Za-z]+)/([0-9A-Z-]{23})`)

// lampVisitor is what somebody types who is not signed in.
func lampVisitor(email string) url.Values {
	return url.Values{"given_name": {"Nadia"}, "family_name": {"Ferri"}, "email": {email},
		"phone": {"059 206311"}, "subject": {"Lampione spento"}, "text": {"Da tre settimane è spento."}}
}

// laid returns values with others on top.
func laid(under url.Values, pairs ...string) url.Values {
	v := url.Values{}
	for name, values := range under {
		v[name] = values
	}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// posting has mail leave a town until the test ends.
func posting(t *testing.T, town *webtest.Town) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = town.Notify.Run(ctx) })
	t.Cleanup(func() { cancel(); wg.Wait() })
}

// mails returns those that went to an address, the lines of each put together.
func mails(town *webtest.Town, to string) (all []string) {
	for _, m := range town.Mail.Sent() {
		if strings.HasPrefix(m, to+" mail ") {
			all = append(all, strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(m))
		}
	}
	return all
}

// mailed waits until so many mails went to an address, and returns the last.
func mailed(t *testing.T, town *webtest.Town, to string, n int) string {
	t.Helper()
	for range 200 {
		if all := mails(town, to); len(all) >= n {
			return all[len(all)-1]
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%d mails went to %s, not %d", len(mails(town, to)), to, n)
	return ""
}

// askedBy has somebody who is not signed in ask for something, and returns the page that waits for the
// confirmation, the link that was mailed and the code in it.
func askedBy(t *testing.T, town *webtest.Town, b *webtest.Browser, typed url.Values,
) (waits *webtest.Page, link, code string) {
	t.Helper()
	summary := b.Submit(b.Get(visitorForm), visitorForm, laid(typed, "do", "review"))
	if summary.Status != 200 {
		t.Fatalf("the summary: status %d, %.900s", summary.Status, summary.Text())
	}
	before := len(mails(town, typed.Get("email")))
	sent := b.Submit(summary, visitorForm, url.Values{"do": {"send"}})
	if sent.Status != 303 || sent.Location != confirming {
		t.Fatalf("sending: status %d to %q, %.900s", sent.Status, sent.Location, sent.Text())
	}
	found := confirmLink.FindStringSubmatch(mailed(t, town, typed.Get("email"), before+1))
	if found == nil {
		t.Fatalf("no link was mailed: %q", mails(town, typed.Get("email")))
	}
	return b.Follow(sent), found[0], found[2]
}

// open returns how many requests wait for an answer.
func openRequests(t *testing.T, town *webtest.Town) []requests.Request {
	t.Helper()
	list, err := town.Requests.Queue(t.Context(), town.Desk, requests.Filter{}, civic.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// Who is not signed in types name and address, sees a summary, and is mailed a link that opens what they
// typed, in any browser, and files nothing; only when they press the button is the request filed, once, with
// a receipt. The office reads that nobody has proved who they are.
func TestAVisitorFilesARequest(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	posting(t, town)
	b, typed := town.Browser(t), lampVisitor("nadia@posta.example")
	back := b.Submit(b.Get(visitorForm), visitorForm, laid(typed, "email", "nadia@", "family_name", "123",
		"subject", "", "phone", "abc", "do", "review"))
	for _, want := range []string{"indirizzo e-mail", "lettera", "Telefono", "Oggetto"} {
		if back.Status != 422 || !back.Has(want) || back.Form(visitorForm).Get("text") != typed.Get("text") {
			t.Errorf("wrong fields, %q: status %d, %.900s", want, back.Status, back.Text())
		}
	}
	waits, link, code := askedBy(t, town, b, typed)
	mail := town.Mail.Last("nadia@posta.example")
	for _, typed := range []string{"Lampione", "settimane", "Nadia", "Ferri", "206311"} {
		if strings.Contains(mail, typed) {
			t.Errorf("the mail to an address that nobody proved says %q", typed)
		}
	}
	for _, want := range []string{"non è ancora presentata", "nadia@posta.example", "comincia da allora",
		"Lampione spento", "30 giorni da quando conferma"} {
		if !waits.Has(want) {
			t.Errorf("while it waits the page does not say %q: %.900s", want, waits.Text())
		}
	}
	wrong := b.Submit(waits, confirming, url.Values{"code": {"AAAAA-AAAAA-AAAAA-AAAAA"}})
	if wrong.Status != 422 || !wrong.Has("Il codice non è giusto") || !wrong.Has("Da tre settimane") {
		t.Errorf("a wrong code: status %d, %.600s", wrong.Status, wrong.Text())
	}
	elsewhere := town.Browser(t)
	if bad := elsewhere.Get(link[:len(link)-1] + "!"); bad.Status != 410 || bad.Has("Lampione") {
		t.Errorf("a wrong link: status %d", bad.Status)
	}
	opened := elsewhere.Follow(elsewhere.Get(link))
	if opened.Status != 200 || !opened.Has("Da tre settimane") || len(openRequests(t, town)) != 0 ||
		opened.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the link: status %d, %d requests, %.900s", opened.Status, len(openRequests(t, town)),
			opened.Text())
	}
	filed := elsewhere.Submit(opened, confirming, nil)
	receipt := elsewhere.Follow(filed)
	all := openRequests(t, town)
	if filed.Status != 303 || len(all) != 1 || !receipt.Has(all[0].Number) || !receipt.Has("Nadia Ferri") ||
		!receipt.Has("18-bis") {
		t.Fatalf("confirmed: status %d, %d requests, %.900s", filed.Status, len(all), receipt.Text())
	}
	pdf := elsewhere.Get("/richieste/seguita/ricevuta.pdf")
	if pdf.Status != 200 || pdf.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the receipt as a PDF: status %d", pdf.Status)
	}
	again := elsewhere.Submit(opened, confirming, nil)
	if page := elsewhere.Follow(again); !page.Has(all[0].Number) || len(openRequests(t, town)) != 1 {
		t.Errorf("confirmed twice: %d requests, %.300s", len(openRequests(t, town)), page.Text())
	}
	third := town.Browser(t)
	if page := third.Follow(third.Follow(third.Get(link))); !page.Has(all[0].Number) {
		t.Errorf("the link once more leads to %.300s", page.Text())
	}
	if page := b.Get(confirming); page.Location != "/richieste/segui" {
		t.Errorf("where it was typed, without the code: %q", page.Location)
	}
	letter := mailed(t, town, "nadia@posta.example", 2)
	if !strings.Contains(letter, all[0].Number) || strings.Contains(letter, code) {
		t.Errorf("the receipt by mail: %.900s", letter)
	}
	desk := town.As(t, town.Desk).Get("/desk/requests/" + string(all[0].ID))
	if !desk.Has("Presentata senza accedere, a nome di Nadia Ferri") || !desk.Has("059 206311") {
		t.Errorf("the desk reads %.900s", desk.Text())
	}
}

// The proof of an address decides whose a request is: one that was only typed brings nothing near the contact
// that has it. Who proves it is the person who signs in with it, keeps the name they have, and finds the
// request in their area; an address that staff typed makes a contact that is marked as a possible double.
func TestAnAddressTypedInARequestCapturesNobody(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	posting(t, town)
	claimed, err := town.CRM.CreateContact(t.Context(), town.Desk, crm.ContactInput{FormKey: "formformformform",
		Kind: crm.Person, GivenName: "Nadia", FamilyName: "Ferri", Emails: []string{"nadia@posta.example"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		email string
		of    civic.ID // whose it is; empty: a new contact's
		name  string   // of the contact
	}{{"anna@posta.example", town.Anna.Contact, "Anna Dall'Olio"}, {"nadia@posta.example", "", "Nadia Ferri"}} {
		b := town.Browser(t)
		_, link, _ := askedBy(t, town, b, lampVisitor(c.email))
		if all := openRequests(t, town); len(all) != 0 {
			t.Fatalf("a typed address alone files: %+v", all)
		}
		b.Get(link)
		if done := b.Submit(b.Get(confirming), confirming, nil); done.Status != 303 {
			t.Fatalf("%s: status %d, %.600s", c.email, done.Status, done.Text())
		}
		r := openRequests(t, town)[0]
		if r.Contact == claimed.ID || c.of != "" && r.Contact != c.of || r.Applicant != "Nadia Ferri" {
			t.Errorf("%s: it is of %s, %q", c.email, r.Contact, r.Applicant)
		}
		contact, err := town.CRM.Contact(t.Context(), town.Desk, r.Contact)
		if err != nil || contact.DisplayName() != c.name || c.of == "" && contact.Double != crm.DoubleClaimed {
			t.Errorf("%s: the contact is %q, double %q, %v", c.email, contact.DisplayName(), contact.Double, err)
		}
		account, err := town.Accounts.Proved(t.Context(), accounts.Identity{Email: c.email})
		if err != nil || account.Contact != r.Contact || account.Name != c.name {
			t.Errorf("%s signs in as %q, %s, %v", c.email, account.Name, account.Contact, err)
		}
		who := town.Anna
		who.Contact = r.Contact
		move(t, town, town.Desk, r, requests.MoveInput{Act: requests.ActTake})
		move(t, town, who, r, requests.MoveInput{Act: requests.ActWithdraw})
	}
}

// To one address go six messages, then from the same place none for a while: what was typed is kept,
// the page says that none went out, and codes to sign in still go to its owner.
func TestConfirmationsAreNoMailBomb(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	posting(t, town)
	const victim = "vittima@posta.example"
	for range 6 {
		askedBy(t, town, town.Browser(t), lampVisitor(victim))
	}
	before := len(town.Mail.Sent())
	b := town.Browser(t)
	summary := b.Submit(b.Get(visitorForm), visitorForm, laid(lampVisitor(victim), "do", "review"))
	waits := b.Follow(b.Submit(summary, visitorForm, url.Values{"do": {"send"}}))
	if !waits.Has("Al momento non è possibile scrivere a "+victim) || !waits.Has("Da tre settimane") {
		t.Errorf("the seventh: status %d, %.900s", waits.Status, waits.Text())
	}
	again := b.Submit(waits, confirming, url.Values{"do": {"again"}})
	if again.Status != 429 || !again.Has("Da tre settimane") {
		t.Errorf("asked again: status %d, %.900s", again.Status, again.Text())
	}
	time.Sleep(300 * time.Millisecond) // one that went out would do so at once
	if n := len(town.Mail.Sent()); n != before {
		t.Errorf("%d more mails went out", n-before)
	}
	other := town.Browser(t)
	other.Submit(other.Get("/accedi"), "/accedi", url.Values{"email": {victim}})
	if !strings.Contains(town.Mail.Last(victim), " code ") {
		t.Errorf("a code to sign in did not go out: %s", town.Mail.Last(victim))
	}
	corrected := b.Submit(b.Get(visitorForm+"?ripresa=1"), visitorForm,
		url.Values{"email": {"altra@posta.example"}, "do": {"send"}})
	if !b.Follow(corrected).Has("Abbiamo scritto a altra@posta.example") ||
		!confirmLink.MatchString(mailed(t, town, "altra@posta.example", 1)) {
		t.Errorf("with the address corrected: status %d", corrected.Status)
	}
}

// What was mailed holds for the address and for what was read: a code for the address typed first confirms
// nothing once another was typed, and what was changed since it was read is shown again first.
func TestWhatIsConfirmedIsWhatWasRead(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	posting(t, town)
	b := town.Browser(t)
	_, link, _ := askedBy(t, town, b, lampVisitor("nadia@posta.example"))
	reader := town.Browser(t)
	read := reader.Follow(reader.Get(link))
	form := b.Get(visitorForm + "?ripresa=1")
	if form.Form(visitorForm).Get("text") != "Da tre settimane è spento." {
		t.Fatalf("it is not resumed: %.600s", form.Text())
	}
	b.Submit(form, visitorForm, url.Values{"text": {"Da un anno è spento."}, "do": {"send"}})
	changed := reader.Submit(read, confirming, nil)
	if changed.Status != 422 || !changed.Has("Da un anno") || !changed.Has("modificata dopo") ||
		len(openRequests(t, town)) != 0 {
		t.Errorf("changed since it was read: status %d, %.600s", changed.Status, changed.Text())
	}
	b.Submit(b.Get(visitorForm+"?ripresa=1"), visitorForm,
		url.Values{"email": {"altra@posta.example"}, "do": {"send"}})
	stale := reader.Submit(reader.Get(confirming), confirming, nil)
	if stale.Status != 422 || len(openRequests(t, town)) != 0 {
		t.Errorf("the code for another address: status %d, %.600s", stale.Status, stale.Text())
	}
	if page := town.Browser(t).Get(link); page.Status != 410 || page.Has("Da un anno") {
		t.Errorf("the link for another address: status %d", page.Status)
	}
	dropped := b.Submit(b.Get(confirming), confirming, url.Values{"do": {"discard"}})
	if page := b.Get(confirming); dropped.Status != 303 || page.Status != 410 || page.Has("Da un anno") {
		t.Errorf("given up: status %d, then %d", dropped.Status, page.Status)
	}
}

// Files go along: they are kept while the request waits, are the request's when it is filed, and another form
// cannot name them. Where they came from is known only while they wait, by a digest.
func TestFilesOfAVisitor(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	posting(t, town)
	b := town.Browser(t)
	summary := b.Upload(b.Get(visitorForm), visitorForm, laid(lampVisitor("nadia@posta.example"), "do",
		"review"), "files", "pianta.txt", []byte("La pianta del cortile."))
	kept := summary.Form(visitorForm).Get("files.kept")
	if summary.Status != 200 || !summary.Has("pianta.txt") || kept == "" {
		t.Fatalf("the summary: status %d, %.600s", summary.Status, summary.Text())
	}
	waiting, err := town.Files.Get(t.Context(), civic.ID(kept))
	if err != nil || waiting.Place == "" || strings.Contains(string(waiting.Place), "127.0.0.1") {
		t.Errorf("while it waits it counts for the place %q, %v", waiting.Place, err)
	}
	thief := town.Browser(t)
	if page := thief.Submit(thief.Get(visitorForm), visitorForm, laid(lampVisitor("ladra@posta.example"),
		"files.kept", kept, "do", "review")); page.Status != 422 || page.Has("pianta.txt") {
		t.Errorf("another form takes the file: status %d", page.Status)
	}
	b.Submit(summary, visitorForm, url.Values{"do": {"send"}})
	b.Get(confirmLink.FindString(mailed(t, town, "nadia@posta.example", 1)))
	if done := b.Submit(b.Get(confirming), confirming, nil); done.Status != 303 {
		t.Fatalf("confirmed: status %d, %.600s", done.Status, done.Text())
	}
	r := openRequests(t, town)[0]
	if page := b.Get("/richieste/seguita/file/" + kept); page.Body != "La pianta del cortile." {
		t.Errorf("who sent it: status %d", page.Status)
	}
	file, err := town.Files.Get(t.Context(), civic.ID(kept))
	if err != nil || file.Person != r.Contact || file.Pool != "" || file.Place != "" ||
		len(file.Claims) != 1 {
		t.Errorf("the file is %+v, %v", file, err)
	}
}

// While nothing can be stored, the form comes back as it was filled and says that nothing was filed; the same
// form files it later.
func TestAFullDiskLosesNothingTyped(t *testing.T) {
	t.Parallel()
	var full atomic.Bool
	o := storetest.Options(t)
	o.BeforeWrite = func(string) error {
		if full.Load() {
			return civic.NewError(civic.Full, "error.full")
		}
		return nil
	}
	town := webtest.OpenOn(t, o)
	posting(t, town)
	for name, b := range map[string]*webtest.Browser{"a visitor": town.Browser(t),
		"a citizen": town.As(t, town.Anna)} {
		form := b.Get(visitorForm)
		typed := laid(lampVisitor("nadia@posta.example"), "do", "send")
		full.Store(true)
		page := b.Submit(form, visitorForm, typed)
		full.Store(false)
		again := page.Form(visitorForm)
		if page.Status != 507 || !page.Has("La richiesta non è presentata") ||
			again.Get("text") != typed.Get("text") || again.Get("subject") != "Lampione spento" {
			t.Errorf("%s: status %d, %.900s", name, page.Status, page.Text())
			continue
		}
		if done := b.Submit(page, visitorForm, url.Values{"do": {"send"}}); done.Status != 303 {
			t.Errorf("%s, later: status %d, %.600s", name, done.Status, done.Text())
		}
	}
	b := town.Browser(t)
	b.Get(confirmLink.FindString(mailed(t, town, "nadia@posta.example", 1)))
	waits := b.Get(confirming)
	full.Store(true)
	page := b.Submit(waits, confirming, nil)
	full.Store(false)
	if page.Status != 507 || !page.Has("Da tre settimane") || !page.Has("non è ancora presentata") {
		t.Errorf("confirming: status %d, %.900s", page.Status, page.Text())
	}
	if done := b.Submit(page, confirming, nil); done.Status != 303 || len(openRequests(t, town)) != 2 {
		t.Errorf("confirming later: status %d, %d requests", done.Status, len(openRequests(t, town)))
	}
}

// A procedure that asks why still asks; staff do not file for themselves.
func TestWhoMayAskWithoutSigningIn(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	posting(t, town)
	b := town.Browser(t)
	const access = "/richieste/nuova/accesso-documenti"
	page := b.Submit(b.Get(access), access, laid(lampVisitor("nadia@posta.example"), "do", "review"))
	if page.Status != 422 || !page.Has("Motivazione") {
		t.Errorf("without grounds: status %d", page.Status)
	}
	page = b.Submit(page, access, url.Values{"grounds": {"Abito lì."}, "do": {"review"}})
	if page.Status != 200 || !page.Has("Abito lì.") {
		t.Errorf("with grounds: status %d, %.600s", page.Status, page.Text())
	}
	if page := town.As(t, town.Desk).Get(visitorForm); page.Status == 200 {
		t.Error("staff are shown the form of citizens")
	}
	if page := town.Browser(t).Get(confirming); page.Status != 410 {
		t.Errorf("where nothing waits: status %d", page.Status)
	}
}
