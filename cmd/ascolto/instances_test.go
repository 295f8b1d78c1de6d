package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
	"ascolto/notify"
	"ascolto/search"
	"ascolto/surveys"
)

// heard is within what time one instance finds what another wrote: two seconds, and room for a machine that
// does other things as well.
const heard = 2*time.Second + 6*time.Second

// peer is one of several instances that run on one server, with its own folder and its own port.
type peer struct {
	creator
	t        *testing.T
	settings map[string]string
	stop     func()
}

// peers starts n instances on one new database.
func peers(t *testing.T, n int, more ...string) []*peer {
	t.Helper()
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	shared := append([]string{
		"ASCOLTO_DB", storetest.Mongo(t).URI, "ASCOLTO_SECRET", base64.StdEncoding.EncodeToString(secret),
	}, more...)
	all := make([]*peer, n)
	for i := range all {
		all[i] = &peer{t: t, settings: with(here(t), shared...)}
		all[i].start()
	}
	return all
}

// start opens the program and runs it until stop is called or the test ends.
func (p *peer) start() {
	p.t.Helper()
	p.join(p.t, opened(p.t, p.settings))
	listener, err := net.Listen("tcp", p.settings["ASCOLTO_LISTEN"])
	if err != nil {
		p.t.Fatal(err)
	}
	p.App.Origin = "http://" + p.settings["ASCOLTO_LISTEN"]
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- p.Serve(ctx, listener, func() { close(ready) }) }()
	<-ready
	stopped := false
	p.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("an instance ended with %v", err)
		}
		p.mustClose(p.t)
	}
	p.t.Cleanup(p.stop)
}

// hears fails the test unless holds comes true within the time that instances have to hear of each other.
func hears(t *testing.T, what string, holds func() bool) {
	t.Helper()
	begun := time.Now()
	for !holds() {
		if time.Since(begun) > heard {
			t.Fatalf("after %s still not: %s", heard, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Logf("%s: after %s", what, time.Since(begun).Round(10*time.Millisecond))
}

// finds reports whether everybody finds something by a word.
func (p *peer) finds(word string) bool {
	p.t.Helper()
	r, err := p.Search.Search(p.t.Context(), search.Query{
		Text: word, Scopes: []search.Scope{search.Public, surveys.ScopeDrafts, crm.ScopeContacts},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return r.Total > 0
}

// page returns a page of the site.
func (p *peer) page(path string) string {
	p.t.Helper()
	r, err := http.Get(p.App.Origin + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(body)
}

// person makes a contact with an address.
func (p *peer) person(given, family, email string) crm.Contact {
	p.t.Helper()
	c, err := p.CRM.CreateContact(p.t.Context(), p.staff, crm.ContactInput{
		FormKey: "contact" + rand.Text(), Kind: crm.Person, GivenName: given, FamilyName: family,
		Language: civic.Italian, Emails: []string{email}, Reason: "Un'altra persona",
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

// consent records whether somebody consents to the topic.
func (p *peer) consent(contact civic.ID, given bool) {
	p.t.Helper()
	_, err := p.CRM.SetConsent(p.t.Context(), p.staff, contact, crm.ConsentInput{
		Topic: "vita-in-citta", Channel: crm.ByMail, Given: given, Version: 1, Language: "it",
		Source: crm.FromDesk,
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// settle gives the town an area, and a citizen who writes in it.
func (p *peer) settle() {
	p.t.Helper()
	_, err := p.Forum.CreateArea(p.t.Context(), p.staff, forum.AreaInput{
		FormKey: "area" + rand.Text(), Slug: "citta", Name: "Città", AnswerDays: 30,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.citizen.Contact = p.person("Anna", "Dall'Olio", "anna@posta.example").ID
}

// begins begins a discussion.
func (p *peer) begins(by civic.Actor, title, text string) forum.Thread {
	p.t.Helper()
	t, err := p.Forum.StartThread(p.t.Context(), by, forum.ThreadInput{
		FormKey: "thread" + rand.Text(), Area: "citta", Title: title, Source: text,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return t
}

// drafts makes a survey that is not published.
func (p *peer) drafts(title string) surveys.Questionnaire {
	p.t.Helper()
	q, err := p.Surveys.Create(p.t.Context(), p.staff, "survey"+rand.Text(), surveys.Settings{
		Title: civic.Text{civic.Italian: title}, Participation: surveys.Anonymous, Collection: surveys.OptIn,
		Office: "urp",
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return q
}

// TestInstancesFindEachOthersPosts: what is written at one instance is found by a search at another within
// two seconds, and what is hidden or removed there is found no more; pages that another keeps show it as
// soon.
func TestInstancesFindEachOthersPosts(t *testing.T) {
	both := peers(t, 2)
	a, b := both[0], both[1]
	a.settle()
	hears(t, "the area is on the other's page",
		func() bool { return strings.Contains(b.page("/forum"), "Città") })
	thread := a.begins(a.citizen, "Il parco è buio", "I lampioni sono spenti da settimane.")
	hears(t, "the discussion is found at the other", func() bool { return b.finds("lampioni") })
	hears(t, "the discussion is on the kept page of the other", func() bool {
		return strings.Contains(b.page("/forum/citta"), "Il parco è buio")
	})
	if !strings.Contains(b.page(thread.Path()), "spenti da settimane") {
		t.Error("the other does not show the discussion")
	}
	if _, err := a.Forum.Reply(t.Context(), a.citizen, forum.ReplyInput{
		FormKey: "reply" + rand.Text(), Thread: thread.ID, Source: "Anche in via Emilia è tutto spento.",
	}); err != nil {
		t.Fatal(err)
	}
	hears(t, "the reply is found", func() bool { return b.finds("Emilia") })
	shows := func(text string) bool { return strings.Contains(b.page(thread.Path()), text) }
	hears(t, "the reply is on the page", func() bool { return shows("via Emilia") })
	if _, err := a.Forum.Decide(t.Context(), a.staff, forum.DecisionInput{
		Thread: thread.ID, Number: 1, Action: forum.ActionHide, Rule: "off_topic",
		Reason: "Non riguarda il Comune.",
	}); err != nil {
		t.Fatal(err)
	}
	hears(t, "what was hidden is found no more", func() bool { return !b.finds("lampioni") })
	hears(t, "nor shown", func() bool { return !shows("spenti da settimane") })

	q := a.drafts("Questionario sugli alberi")
	hears(t, "the draft is found", func() bool { return b.finds("alberi") })
	if err := a.Surveys.Delete(t.Context(), a.staff, q.ID, q.Revision); err != nil {
		t.Fatal(err)
	}
	hears(t, "what was removed is found no more", func() bool { return !b.finds("alberi") })
}

// TestInstancesCountTheSamePeople: who takes a consent back at one instance is left out of the very next
// count at another, which does not read, nor list, all contacts for it.
func TestInstancesCountTheSamePeople(t *testing.T) {
	both := peers(t, 2)
	a, b := both[0], both[1]
	var people []crm.Contact
	for i := range 200 {
		a.person("Bruno", fmt.Sprintf("Neri %d", i), fmt.Sprintf("altra%d@posta.example", i))
	}
	for i := range 12 {
		c := a.person("Anna", fmt.Sprintf("Bianchi %c", 'a'+i), fmt.Sprintf("persona%d@posta.example", i))
		a.consent(c.ID, true)
		people = append(people, c)
	}
	all := segment.Any(segment.Is(crm.AttributeConsent, "vita-in-citta"))
	reached := func() int {
		t.Helper()
		p, err := b.Segments.Preview(t.Context(), b.staff, all, "vita-in-citta")
		if err != nil {
			t.Fatal(err)
		}
		return p.Reached
	}
	hears(t, "counted", func() bool { return reached() == 12 })
	for i := range 6 {
		a.consent(people[i].ID, false)
		if n := reached(); n != 11-i {
			t.Fatalf("after %d took it back, the other instance counts %d", i+1, n)
		}
	}
	a.consent(people[0].ID, true)
	// It reads those whom it shows as examples, as one does before which nothing was changed, and who
	// changed.
	count := func() (read, listed int64) {
		t.Helper()
		before := b.DB.Stats()
		if n := reached(); n != 7 {
			t.Errorf("%d are counted", n)
		}
		after := b.DB.Stats()
		return after.Read - before.Read, after.Revisions - before.Revisions
	}
	read, listed := count()
	unchanged, _ := count()
	if read-unchanged > 5 || listed > 0 {
		t.Errorf("%d documents were read for it, %d without a change; %d were listed", read, unchanged,
			listed)
	}
}

// TestInstancesShareLimits: codes that were asked for at one instance count at another, and so do wrong
// passwords; who proves to be the owner at one may go on at the other.
func TestInstancesShareLimits(t *testing.T) {
	both := peers(t, 2)
	a, b := both[0], both[1]
	here := accounts.Client{Address: netip.MustParseAddr("192.0.2.7")}
	ask := func(p *peer, want bool) {
		t.Helper()
		browser, err := p.Accounts.AskCode(t.Context(), "anna@posta.example", "it", here)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := p.Accounts.CodeAwaited(t.Context(), browser); err != nil || c.Sent != want {
			t.Errorf("sent: %v, want %v; %v", c.Sent, want, err)
		}
	}
	ask(a, true)
	ask(b, true)
	ask(a, true)
	ask(b, false)
	ask(a, false)
	if _, err := a.Accounts.CreateStaff(t.Context(), a.staff, accounts.NewStaff{
		FormKey: "staff" + rand.Text(), Email: "ada@comune.example.it", Name: "Ada Bianchi",
		Roles: []civic.Role{civic.Operator}, Offices: []civic.ID{"urp"}, Password: staffPassword,
	}); err != nil {
		t.Fatal(err)
	}
	wrong := func(i int, email string) civic.Code {
		_, err := both[i%2].Accounts.SignInWithPassword(t.Context(), email, "wrong password", here)
		return civic.CodeOf(err)
	}
	for i := range 12 { // whoever gets in is not counted at either, however often
		in, err := both[i%2].Accounts.SignInWithPassword(t.Context(), "ada@comune.example.it", staffPassword,
			here)
		if err != nil || in.Token == "" {
			t.Fatalf("sign-in %d: %v", i, err)
		}
	}
	var codes []civic.Code
	for i := range 8 {
		codes = append(codes, wrong(i, "ada@comune.example.it"))
	}
	if codes[0] != civic.Unauthenticated || codes[6] != civic.Limited || codes[7] != civic.Limited {
		t.Errorf("the answers to wrong passwords at both: %v", codes)
	}
	tried := map[civic.Code]int{}
	for i := range 100 {
		tried[wrong(i, fmt.Sprintf("nobody%d@example.it", i))]++
	}
	if tried[civic.Unauthenticated] > 60 {
		t.Errorf("from one address, two instances together take %v", tried)
	}
}

// TestInstancesShareProofs: mails that prove an address count at all instances, and at none against who
// signs in.
func TestInstancesShareProofs(t *testing.T) {
	both := peers(t, 2)
	library := accounts.Client{Address: netip.MustParseAddr("192.0.2.7")}
	sent := 0
	for i := range 80 {
		email := fmt.Sprintf("citizen%d@posta.example", i)
		if both[i%2].Accounts.CountProof(t.Context(), email, library) == nil {
			sent++
		}
	}
	if sent < 60 || sent > 70 { // a few come free meanwhile
		t.Errorf("two instances together count %d proofs from one place, want 60", sent)
	}
	for i, p := range both {
		email := fmt.Sprintf("anna%d@posta.example", i)
		browser, err := p.Accounts.AskCode(t.Context(), email, "it", library)
		if err != nil {
			t.Fatalf("instance %d: %v", i, err)
		}
		if c, err := p.Accounts.CodeAwaited(t.Context(), browser); err != nil || !c.Sent {
			t.Errorf("instance %d: no code goes out: %+v, %v", i, c, err)
		}
	}
}

// TestInstancesShareRequests: what one address asks of one instance counts at another within two seconds.
func TestInstancesShareRequests(t *testing.T) {
	both := peers(t, 2, "ASCOLTO_REQUESTS", "5") // and 50 at once
	a, b := both[0], both[1]
	asked := 0
	for ; a.status("/accedi") == http.StatusOK; asked++ {
		if asked > 200 {
			t.Fatal("one instance knows no limit")
		}
	}
	for begun := time.Now(); b.status("/accedi") != http.StatusTooManyRequests; {
		if time.Since(begun) > heard { // alone it would answer for ten seconds
			t.Fatalf("after %d requests at one instance, the other takes more", asked)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// status asks for a page.
func (p *peer) status(path string) int {
	p.t.Helper()
	r, err := http.Get(p.App.Origin + path)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Body.Close()
	return r.StatusCode
}

// TestInstancesSendOnce: while two instances send one campaign, each recipient gets it once, also when one of
// them is stopped in the middle.
func TestInstancesSendOnce(t *testing.T) {
	office := openPostOffice(t)
	both := peers(t, 2, "ASCOLTO_SMTP", "smtp://"+office.Addr+"?tls=none", "ASCOLTO_MAIL_RATE", "600")
	a, b := both[0], both[1]
	const people = 40
	for i := range people {
		c := a.person("Anna", fmt.Sprintf("Bianchi %d", i), fmt.Sprintf("persona%d@posta.example", i))
		a.consent(c.ID, true)
	}
	chosen, err := a.Segments.Create(t.Context(), a.staff, segment.Input{
		FormKey: "segment" + rand.Text(), Name: "Chi acconsente",
		Rule: segment.Any(segment.Is(crm.AttributeConsent, "vita-in-citta")),
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Notify.CreateCampaign(t.Context(), a.staff, notify.CampaignInput{
		Key: civic.ID("campaign" + rand.Text()), Name: "Mercato", Segment: chosen.ID, Topic: "vita-in-citta",
		Class:    notify.Voluntary,
		Contents: map[string]notify.Content{"it": {Language: "it", Subject: "Mercato", Body: "È lunedì."}},
	})
	if err == nil {
		_, err = b.Notify.Schedule(t.Context(), b.staff, c.ID, c.Tag(), time.Time{}, time.Time{})
	}
	if err != nil {
		t.Fatal(err)
	}
	until := func(what string, d time.Duration, holds func() bool) {
		t.Helper()
		for end := time.Now().Add(d); !holds(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("after %s still not: %s; %d arrived", d, what, len(office.Mails()))
			}
		}
	}
	until("a part has arrived", time.Minute, func() bool { return len(office.Mails()) >= people/4 })
	a.stop()
	until("all have arrived", 4*time.Minute, func() bool { return len(office.Mails()) >= people })
	until("it has ended", time.Minute, func() bool {
		n, err := b.Notify.Counts(t.Context(), b.staff, c.ID)
		return err == nil && n.Undelivered() == 0 && n.Of(notify.Sent) == people
	})
	for i := range people {
		if n := len(office.To(fmt.Sprintf("persona%d@posta.example", i))); n != 1 {
			t.Errorf("persona%d got it %d times", i, n)
		}
	}
}

// TestStoppedInstanceMissesNothing: what was written, changed and removed while an instance was stopped it
// finds when it runs again, and the other went on meanwhile.
func TestStoppedInstanceMissesNothing(t *testing.T) {
	both := peers(t, 2)
	a, b := both[0], both[1]
	a.settle()
	kept, q := a.person("Carla", "Conti", "carla@posta.example"), a.drafts("Questionario sugli alberi")
	hears(t, "found", func() bool { return b.finds("alberi") && b.finds("Conti") })
	b.stop()
	a.begins(a.citizen, "Il parco è buio", "I lampioni sono spenti.")
	a.consent(kept.ID, true)
	if err := a.Surveys.Delete(t.Context(), a.staff, q.ID, q.Revision); err != nil {
		t.Fatal(err)
	}
	b.start()
	hears(t, "what was written meanwhile is found", func() bool { return b.finds("lampioni") })
	hears(t, "what was removed meanwhile is not", func() bool { return !b.finds("alberi") })
	consenting := segment.Any(segment.Is(crm.AttributeConsent, "vita-in-citta"))
	p, err := b.Segments.Preview(t.Context(), b.staff, consenting, "vita-in-citta")
	if err != nil || p.Reached != 1 {
		t.Errorf("%d are reached: %v", p.Reached, err)
	}
	a.stop()
	b.begins(a.citizen, "Ancora buio", "Nessuno è venuto.")
	hears(t, "the one that is left goes on", func() bool { return b.finds("venuto") })
	if _, err := os.Stat(b.settings["ASCOLTO_DATA"]); err != nil {
		t.Error(err)
	}
}
