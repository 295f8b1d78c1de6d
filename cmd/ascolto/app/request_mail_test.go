package app

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/notify/message"
	"ascolto/notify/transport"
	"ascolto/web/ui"
)

// caught is a mail server that keeps what it is given.
type caught struct {
	mu    sync.Mutex
	mails []transport.Envelope
}

func (c *caught) Conn(transport.Limits) transport.Conn { return c }
func (c *caught) Close() error                         { return nil }

func (c *caught) Send(_ context.Context, e transport.Envelope) transport.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mails = append(c.mails, e)
	return transport.Outcome{Result: transport.Accepted, Stage: transport.StageAnswer, Code: 250}
}

// to returns the mails that went to an address, with a word in their subject.
func (c *caught) to(t *testing.T, address, subject string) (all []message.Parsed) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.mails {
		m, err := message.Parse(e.Mail)
		if err != nil {
			t.Fatal(err)
		}
		if e.To == address && strings.Contains(m.Subject, subject) {
			all = append(all, m)
		}
	}
	return all
}

// mailTown is a program whose mail is caught and whose clock is moved, with a citizen who has an address.
type mailTown struct {
	*App
	post *caught
	anna crm.Contact

	mu  sync.Mutex
	now time.Time
}

// desk files and moves requests as the program itself does.
var desk = civic.System("desk")

func openMailTown(t *testing.T, day string) *mailTown {
	t.Helper()
	w := &mailTown{post: &caught{}}
	w.on(t, day)
	c := Config{Data: t.TempDir(), Rate: 1_000_000, Origin: &url.URL{},
		Town: ui.Municipality{Name: "Comune di Borgoforte", PEC: "comune@pec.borgoforte.example"},
		From: reach.Mailbox{Address: "ascolto@comune.example.it"}}
	a, err := Open(t.Context(), c, Options{Origin: "http://localhost", Log: slog.New(slog.DiscardHandler),
		Now: w.clock, Mail: w.post})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if err := a.FirstStart(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.App = a
	w.anna = w.contact(t, "Anna", "D'Angelo", "anna@posta.example")
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = a.Notify.Run(ctx) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	return w
}

func (w *mailTown) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// on moves the clock to ten in the morning of a day.
func (w *mailTown) on(t *testing.T, day string) {
	t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, day, civic.Rome())
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = at.Add(10 * time.Hour)
}

func (w *mailTown) contact(t *testing.T, given, family string, emails ...string) crm.Contact {
	t.Helper()
	c, err := w.CRM.CreateContact(t.Context(), desk, crm.ContactInput{FormKey: rand.Text(), Kind: crm.Person,
		GivenName: given, FamilyName: family, Emails: emails})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// filed returns a request of somebody that was filed at the desk.
func (w *mailTown) filed(t *testing.T, procedure civic.ID, who crm.Contact) requests.Request {
	t.Helper()
	r, err := w.Requests.File(t.Context(), desk, requests.FileInput{FormKey: rand.Text(), Procedure: procedure,
		Contact: who.ID, Channel: crm.ByPhone, Subject: "Lampione", Text: "È spento.", Grounds: "Abito lì."})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// moved makes a move on a day.
func (w *mailTown) moved(
	t *testing.T, day string, r requests.Request, in requests.MoveInput,
) requests.Request {
	t.Helper()
	w.on(t, day)
	in.FormKey = rand.Text()
	r, err := w.Requests.Move(t.Context(), desk, r.ID, in)
	if err != nil {
		t.Fatalf("%s: %v", in.Act, err)
	}
	return r
}

// mail waits for a mail to an address with a word in its subject.
func (w *mailTown) mail(t *testing.T, address, subject string) message.Parsed {
	t.Helper()
	for range 200 {
		if all := w.post.to(t, address, subject); len(all) > 0 {
			return all[0]
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no mail about %q went to %s", subject, address)
	return message.Parsed{}
}

// A refusal's letter says what the refusal says of the observations (L. 241/1990 art. 10-bis), and that of a
// decision after its term how long that was and how much was used (art. 2 c. 9-quinquies); one in time does
// not.
func TestDecisionsSayWhatTheLawWants(t *testing.T) {
	t.Parallel()
	w := openMailTown(t, "2026-03-02")
	colleague := w.colleague(t, "Ugo Neri", civic.Operator)
	take := requests.MoveInput{Act: requests.ActTake, Responsible: colleague}
	late := w.moved(t, "2026-03-02", w.filed(t, "istanza", w.anna), take)
	late = w.moved(t, "2026-03-25", late, requests.MoveInput{Act: requests.ActNotice, Text: "Strada privata."})
	late = w.moved(t, "2026-03-26", late, requests.MoveInput{Act: requests.ActObserve, On: "2026-03-26",
		Text: "Ci passano tutti."})
	w.moved(t, "2026-05-20", late, requests.MoveInput{Act: requests.ActRefuse, Text: "Non si può.",
		Considered: "Il passaggio di altri non la rende pubblica."})
	refused := w.mail(t, "anna@posta.example", "non accolta").Text
	for _, want := range []string{"Non si può.", "Sulle osservazioni",
		"Il passaggio di altri non la rende pubblica.", "30 giorni", "L. 7 agosto 1990, n. 241", "9-quinquies",
		"13 aprile 2026", "impiegato è stato di 68 giorni"} {
		if !strings.Contains(strings.Join(strings.Fields(refused), " "), want) {
			t.Errorf("the refusal does not say %q: %s", want, refused)
		}
	}
	w.on(t, "2026-05-20")
	inTime := w.moved(t, "2026-05-20", w.filed(t, "istanza", w.anna), take)
	w.moved(t, "2026-05-21", inTime, requests.MoveInput{Act: requests.ActAnswer, Text: "Fatto."})
	if text := w.mail(t, "anna@posta.example", "Risposta").Text; strings.Contains(text, "9-quinquies") ||
		!strings.Contains(text, "Fatto.") {
		t.Errorf("an answer in time says %s", text)
	}
}

// colleague returns somebody of the URP.
func (w *mailTown) colleague(t *testing.T, name string, role civic.Role) civic.ID {
	t.Helper()
	a, err := w.Accounts.CreateStaff(t.Context(), desk, newColleague(name, role))
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

func newColleague(name string, role civic.Role) accounts.NewStaff {
	given, _, _ := strings.Cut(strings.ToLower(name), " ")
	return accounts.NewStaff{FormKey: rand.Text(), Name: name, Email: given + "@comune.example",
		Roles: []civic.Role{role}, Offices: []civic.ID{"urp"}, Password: "una frase lunga " + given}
}
