package main

import (
	"bytes"
	"testing"

	"ascolto/crm/requests"
	"ascolto/crm/requests/intake"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web"
	"ascolto/web/webtest"
)

// TestTheDemoShowsWhatComesOutOfTheOrdinary: campaigns in every state that lasts, deliveries in each,
// addresses that do not exist, and a question that was reworded, with somebody's word that it means the same.
func TestTheDemoShowsWhatComesOutOfTheOrdinary(t *testing.T) {
	t.Parallel()
	settings := here(t)
	var out bytes.Buffer
	args := []string{"demo", "-contacts", "1200", "-interactions", "0", "-answers", "200", "-threads", "1",
		"-posts", "1"}
	if err := run(t.Context(), args, func(name string) string { return settings[name] }, nil, nil, &out,
		&out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	a := opened(t, settings)
	demoCampaigns(t, a)
	demoRewording(t, a)
	demoRequests(t, a)
	demoMails(t, a)
	a.administrator(t, "ada@comune.example.it")
	a.mustClose(t)
	p := start(t, settings)
	mailPageSays(t, signedIn(t, p, "ada@comune.example.it"), madeUpNote, secretsNote)
}

// demoRequests fails the test unless there are requests in every state, in time and late.
func demoRequests(t *testing.T, a instance) {
	t.Helper()
	by := civic.NewActor(civic.Actor{Account: "test", Roles: []civic.Role{civic.Operator}}, web.Grants())
	late, inTime := 0, 0
	for _, state := range requests.States() {
		list, err := a.Requests.Queue(t.Context(), by, requests.Filter{State: state},
			civic.PageRequest{Size: civic.MaxPageSize})
		if err != nil || len(list.Items) == 0 {
			t.Errorf("%d requests are %s, %v", len(list.Items), state, err)
		}
		for _, r := range list.Items {
			if r.Late(civic.Now()) {
				late++
			} else {
				inTime++
			}
		}
	}
	before := civic.Now().AddDate(-1, 0, 0).Year()
	report, err := a.Requests.Report(t.Context(), by, before, "")
	received := 0
	for _, m := range report.Months {
		received += m.Received
	}
	if err != nil || received < 300 {
		t.Errorf("%d requests came in %d, %v", received, before, err)
	}
	if late < 10 || inTime < 10 {
		t.Errorf("%d requests are late and %d are not", late, inTime)
	}
}

// demoMails fails the test unless there are mails that came in with every outcome that lasts.
func demoMails(t *testing.T, a instance) {
	t.Helper()
	for _, state := range intake.States() {
		list, err := a.Intake.List(t.Context(), civic.System("test"), intake.Filter{State: state},
			civic.PageRequest{})
		if err != nil || (len(list.Items) == 0) != (state == intake.Pending) {
			t.Errorf("%d mails are %s, %v", len(list.Items), state, err)
		}
	}
}

// What the page of outgoing mail says of a store that was made up, and of any other.
const (
	madeUpNote = "Questi sono dati inventati (ascolto demo): i codici dei cittadini inventati " +
		"e le comunicazioni sulle loro richieste si leggono qui."
	secretsNote = "Dei messaggi con un codice o un collegamento per accedere si vedono solo destinatario e data"
)

func mailPageSays(t *testing.T, b *webtest.Browser, want, wantNot string) {
	t.Helper()
	page := b.Get("/desk/mail")
	if page.Status != 200 || !page.Has("Nessun messaggio lascia questo computer") {
		t.Fatalf("status %d: %.600s", page.Status, page.Text())
	}
	if !page.Has(want) || page.Has(wantNot) {
		t.Errorf("the page does not say %q, or says %q: %.900s", want, wantNot, page.Text())
	}
}

// TestOnlyTheDemoShowsCodes: a store that nobody made up says what staff do not get to read.
func TestOnlyTheDemoShowsCodes(t *testing.T) {
	t.Parallel()
	settings := here(t)
	a := opened(t, settings)
	a.administrator(t, "ada@comune.example.it")
	a.mustClose(t)
	p := start(t, settings)
	mailPageSays(t, signedIn(t, p, "ada@comune.example.it"), secretsNote, madeUpNote)
}

func demoCampaigns(t *testing.T, a instance) {
	t.Helper()
	by, states, deliveries := civic.System("test"), map[notify.CampaignState]int{},
		map[notify.DeliveryState]int{}
	all, err := a.Notify.Campaigns(t.Context(), by, "", civic.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all.Items {
		states[c.State]++
		counts, err := a.Notify.Counts(t.Context(), by, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for state, n := range counts.States {
			deliveries[state] += n
		}
	}
	for _, want := range []notify.CampaignState{notify.Draft, notify.Scheduled, notify.Paused,
		notify.FinishedWithFailures, notify.Cancelled} {
		if states[want] == 0 {
			t.Errorf("no campaign is %s: %v", want, states)
		}
	}
	for _, want := range notify.DeliveryStates() {
		if n := deliveries[want]; want == notify.Sending && n > 0 || want != notify.Sending && n == 0 {
			t.Errorf("%d deliveries are %s", n, want)
		}
	}
	held, err := a.Notify.HeldGroups(t.Context(), by)
	if err != nil || len(held) == 0 {
		t.Errorf("no suspended addresses: %v, %v", held, err)
	}
}

func demoRewording(t *testing.T, a instance) {
	t.Helper()
	list, err := a.Surveys.List(t.Context(), civic.System("test"), civic.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range list.Items {
		if q.Version() > 1 && len(q.Meanings) == 1 && q.Meanings[0].Name != "" && q.Meanings[0].By != "" {
			return
		}
	}
	t.Error("no question was reworded with somebody's word on it")
}
