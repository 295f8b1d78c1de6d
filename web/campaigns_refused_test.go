package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/notify/transport"
	"ascolto/web/webtest"
)

// carrier is a mail server that refuses everybody until it is cured, with an outcome of the test's.
type carrier struct {
	refuse atomic.Pointer[transport.Outcome]
	sent   atomic.Int64
}

func (c *carrier) Conn(transport.Limits) transport.Conn { return c }
func (c *carrier) Close() error                         { return nil }
func (c *carrier) Send(_ context.Context, e transport.Envelope) transport.Outcome {
	if out := c.refuse.Load(); out != nil {
		return *out
	}
	c.sent.Add(1)
	return transport.Outcome{Result: transport.Accepted, Stage: transport.StageAnswer, Code: 250}
}

// crowd adds people with an address to the town, and returns a draft of an institutional mail to everybody.
func (n *newsroom) crowd(people int) url.Values {
	n.t.Helper()
	for i := range people {
		if _, err := n.CRM.CreateContact(n.t.Context(), n.Desk, crm.ContactInput{
			FormKey: fmt.Sprintf("chiave-della-persona-%d", i), Kind: crm.Person, GivenName: "Persona",
			FamilyName: fmt.Sprintf("Prova%d", i),
			Emails:     []string{fmt.Sprintf("persona%d@posta.example", i)}, Language: "it",
			Reason: "nomi di prova",
		}); err != nil {
			n.t.Fatal(err)
		}
	}
	in := n.draft()
	in.Set("class", "institutional")
	in.Set("legal_basis", "D.Lgs. 267/2000")
	in.Del("topic")
	return in
}

// send makes a campaign and lets it begin now.
func (n *newsroom) send(b *webtest.Browser, in url.Values) (path string) {
	n.t.Helper()
	page := b.Submit(b.Get("/desk/campaigns/new"), "/desk/campaigns", in)
	if page.Status != http.StatusSeeOther {
		n.t.Fatalf("status %d: %.600s", page.Status, page.Text())
	}
	path = page.Location
	if page := n.schedule(b, path); page.Status != http.StatusSeeOther {
		n.t.Fatalf("schedule: %d %.600s", page.Status, page.Text())
	}
	return path
}

// TestTheDeskSaysWhyACampaignWasStopped: which answer came how often and what to do, and nobody is suspended.
func TestTheDeskSaysWhyACampaignWasStopped(t *testing.T) {
	t.Parallel()
	server := &carrier{}
	server.refuse.Store(&transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 550,
		Cause: "notify.cause.relay", Answer: "relay not permitted"})
	n := openNewsroomOver(t, server)
	n.run()
	b := n.As(t, n.News)
	path := n.send(b, n.crowd(30))
	page := n.await(b, path, "Il programma ha messo in pausa l'invio")
	for _, want := range []string{"550 relay not permitted", "Nessun indirizzo è stato sospeso",
		"ASCOLTO_SMTP", "Perché non sono stati recapitati"} {
		if !page.Has(want) {
			t.Errorf("the page does not say %q: %.1500s", want, page.Text())
		}
	}
	if held := b.Get("/desk/mail/addresses"); !held.Has("Nessun indirizzo è sospeso") {
		t.Errorf("suspended: %.600s", held.Text())
	}
	server.refuse.Store(nil)
	ask := func() *webtest.Page { return b.Submit(b.Get(path), path+"/resume", nil) }
	asked := ask()
	for end := time.Now().Add(time.Minute); !asked.Has("Riprendere l'invio verso 32 persone"); asked = ask() {
		// by then what was on its way when the campaign stopped has come to its end
		if time.Now().After(end) {
			t.Fatalf("resuming asks nothing: %d %.900s", asked.Status, asked.Text())
		}
	}
	if page := b.Submit(asked, path+"/resume", nil); page.Status != http.StatusSeeOther {
		t.Fatalf("resume: %d", page.Status)
	}
	done := n.await(b, path, "Concluso")
	if done.Has("Concluso con mancati recapiti") || done.Has("messo in pausa") {
		t.Errorf("after the cure: %.1200s", done.Text())
	}
}

// TestRetryAsks: whoever has a run tried again is told to how many people, and asked.
func TestRetryAsks(t *testing.T) {
	t.Parallel()
	server := &carrier{}
	server.refuse.Store(&transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 550,
		Cause: "notify.cause.policy"})
	n := openNewsroomOver(t, server)
	n.run()
	b := n.As(t, n.News)
	path := n.send(b, n.crowd(2))
	n.await(b, path, "Concluso con mancati recapiti")
	server.refuse.Store(nil)
	asked := b.Submit(b.Get(path), path+"/retry", nil)
	if asked.Status != http.StatusOK || !asked.Has("Ritentare l'invio a 4 persone") ||
		server.sent.Load() > 1 {
		t.Fatalf("retrying asks nothing: %d %.400s", asked.Status, asked.Text())
	}
	if page := b.Submit(asked, path+"/retry", nil); page.Status != http.StatusSeeOther {
		t.Fatalf("retry: %d", page.Status)
	}
	n.await(b, path, "Inviati (4)")
}

// TestARetryOfSuspendedAddressesSaysWhy: with nobody to send to, trying again says why, leads to the
// suspended addresses, and changes nothing.
func TestARetryOfSuspendedAddressesSaysWhy(t *testing.T) {
	t.Parallel()
	server := &carrier{}
	server.refuse.Store(&transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 550,
		Enhanced: "5.1.1", Cause: "notify.cause.mailbox", Answer: "user unknown"})
	n := openNewsroomOver(t, server)
	n.run()
	b := n.As(t, n.News)
	path := n.send(b, n.crowd(2))
	n.await(b, path, "Concluso con mancati recapiti")
	server.refuse.Store(nil)
	for range 2 {
		told := b.Submit(b.Get(path), path+"/retry", url.Values{"confirmed": {"4"}})
		if told.Status != http.StatusOK || !told.Has("Nessuno dei messaggi non recapitati può ripartire adesso") ||
			!told.Has("inesistente, chiusa o piena da giorni 4") || told.Has("Conferma il nuovo tentativo") ||
			len(told.By("href", "/desk/mail/addresses")) == 0 {
			t.Fatalf("with nobody to send to it says %d %.900s", told.Status, told.Text())
		}
	}
	page := b.Get(path)
	if !page.Has("Concluso con mancati recapiti") || !page.Has("Non recapitati (4)") ||
		!b.Get(path+"/deliveries?state=failed").Has("550 5.1.1 user unknown") {
		t.Errorf("afterwards: %.900s", page.Text())
	}
}

// TestADraftChangedWhileItIsConfirmedIsAskedAbout: nothing is sent that nobody confirmed; the page says what
// changed and asks again, at once and for a later time.
func TestADraftChangedWhileItIsConfirmedIsAskedAbout(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	b := n.As(t, n.News)
	path := n.create(b)
	for _, start := range []string{"", nextYear + "-01-02T08:00"} {
		asked := b.Submit(b.Get(path+"/schedule"), path+"/schedule", url.Values{"start": {start}})
		if asked.Has("Nulla è partito") {
			t.Errorf("without a change: %.500s", asked.Text())
		}
		edited := url.Values{"body.it": {"Testo che nessuno ha confermato" + start}}
		if page := b.Submit(b.Get(path+"/edit"), path, edited); page.Status != http.StatusSeeOther {
			t.Fatalf("edit: %d", page.Status)
		}
		told := b.Submit(asked, path+"/schedule", nil)
		if told.Status != http.StatusOK || !told.Has("Nulla è partito") || !told.Has("(Messaggio (italiano))") ||
			!b.Get(path).Has("Bozza") {
			t.Fatalf("changed meanwhile: %d %.900s", told.Status, told.Text())
		}
		if page := b.Submit(told, path+"/schedule", nil); page.Status != http.StatusSeeOther {
			t.Fatalf("confirmed again: %d", page.Status)
		}
		if start == "" {
			b.Submit(b.Get(path), path+"/unschedule", nil)
		}
	}
}

// TestAddressesAreReleasedByRunAndCause: from the desk, by who may send, with a reason.
func TestAddressesAreReleasedByRunAndCause(t *testing.T) {
	t.Parallel()
	server := &carrier{}
	server.refuse.Store(&transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 550,
		Enhanced: "5.1.1", Cause: "notify.cause.mailbox", Answer: "user unknown"})
	n := openNewsroomOver(t, server)
	n.run()
	b := n.As(t, n.News)
	path := n.send(b, n.crowd(4))
	n.await(b, path, "Concluso con mancati recapiti")
	groups := b.Get("/desk/mail/addresses")
	if !groups.Has("Nuova pista ciclabile") || !groups.Has("La casella non esiste") ||
		!groups.Has("Mostra 6 indirizzi") {
		t.Fatalf("groups: %.1200s", groups.Text())
	}
	group := "/desk/mail/addresses?" + url.Values{"cause": {"notify.cause.mailbox"},
		"campaign": {strings.TrimPrefix(path, "/desk/campaigns/")}}.Encode()
	page := b.Get(group)
	if !page.Has("Riattiva tutti i 6 indirizzi") || !page.Has("550 5.1.1 user unknown") {
		t.Errorf("one group: %.1200s", page.Text())
	}
	opens := func(page *webtest.Page) bool {
		return slices.ContainsFunc(linksOf(page),
			func(link string) bool { return strings.HasPrefix(link, "/desk/contacts/") })
	}
	if theirs := n.As(t, n.Administrator).Get(group); !opens(page) || opens(theirs) ||
		!theirs.Has("user unknown") {
		t.Error("contacts are offered to who may not open them, or not to who may")
	}
	if got := n.As(t, n.Administrator).Post("/desk/mail/addresses/release",
		nil); got.Status != http.StatusForbidden {
		t.Errorf("who may not send releases: %d", got.Status)
	}
	if again := b.Submit(page, "/desk/mail/addresses/release",
		url.Values{"reason": {""}}); again.Status != http.StatusUnprocessableEntity ||
		!again.Has("Compilare questo campo") {
		t.Errorf("without a reason: %d", again.Status)
	}
	released := b.Submit(page, "/desk/mail/addresses/release", url.Values{"reason": {"guasto del server"}})
	if released.Status != http.StatusSeeOther {
		t.Fatalf("released: %d", released.Status)
	}
	if left := b.Follow(released); !left.Has("6 indirizzi riattivati.") {
		t.Errorf("released: %.800s", left.Text())
	}
	if left := b.Get("/desk/mail/addresses"); left.Has("Nuova pista ciclabile") {
		t.Errorf("left: %.600s", left.Text())
	}
}

// TestASegmentCountsSuspendedAddresses: whoever a campaign would leave out is not counted among those it
// reaches.
func TestASegmentCountsSuspendedAddresses(t *testing.T) {
	t.Parallel()
	server := &carrier{}
	server.refuse.Store(&transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 550,
		Enhanced: "5.1.1", Cause: "notify.cause.mailbox"})
	n := openNewsroomOver(t, server)
	n.run()
	b := n.As(t, n.News)
	in := n.crowd(2)
	page := "/desk/segments/" + string(n.segment)
	wants(t, b.Get(page), 200, "Con un indirizzo sospeso, perché la casella non riceve 0",
		"Raggiungibili per e-mail 4")
	n.await(b, n.send(b, in), "Concluso con mancati recapiti")
	wants(t, b.Get(page), 200, "Con un indirizzo sospeso, perché la casella non riceve 4",
		"Raggiungibili per e-mail 0")
}
