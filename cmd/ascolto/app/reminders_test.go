package app

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reach"
)

// TestRemindersReachWhomTheyName: a step of an escalation is a mail to the person responsible, the head of
// the office and who has the substitute power, to each once, or to the administrators where nobody is
// of it; the applicant reads what follows from silence; nothing is written twice when the timetable looks
// again.
func TestRemindersReachWhomTheyName(t *testing.T) {
	t.Parallel()
	ctx, root := t.Context(), civic.System("command line")
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := Config{Data: t.TempDir(), Rate: 1000, Origin: &url.URL{},
		From: reach.Mailbox{Address: "ascolto@comune.example.it"}}
	a, err := Open(ctx, c, Options{Origin: "http://localhost", Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if err := a.FirstStart(ctx); err != nil {
		t.Fatal(err)
	}
	staff := map[string]accounts.Account{}
	for name, role := range map[string]civic.Role{"Ugo Neri": civic.Operator, "Ada Bianchi": civic.OfficeHead,
		"Eva Però": civic.Operator, "Pia Costa": civic.Administrator} {
		office := civic.ID("urp")
		if name == "Eva Però" || name == "Pia Costa" {
			office = "anagrafe"
		}
		given, _, _ := strings.Cut(strings.ToLower(name), " ")
		staff[name], err = a.Accounts.CreateStaff(ctx, root, accounts.NewStaff{Name: name,
			Email: given + "@comune.example", Roles: []civic.Role{role}, Offices: []civic.ID{office},
			Password: "una frase lunga " + given})
		if err != nil {
			t.Fatal(err)
		}
	}
	over, err := a.Requests.Step(ctx, "term-over")
	if err == nil {
		over.Substitute = staff["Eva Però"].ID
		_, err = a.Requests.SaveStep(ctx, root, "", over.ID, over.Revision, over)
	}
	if err != nil {
		t.Fatal(err)
	}
	anna, err := a.CRM.CreateContact(ctx, root, crm.ContactInput{Kind: crm.Person, GivenName: "Anna",
		FamilyName: "D'Angelo", Emails: []string{"anna@posta.example"}})
	if err != nil {
		t.Fatal(err)
	}
	by := civic.System("desk")
	r, err := a.Requests.File(ctx, by, requests.FileInput{FormKey: "reminders-of-a-request",
		Procedure: "istanza",
		Contact:   anna.ID, Channel: crm.ByPhone, Subject: "Lampione", Text: "È spento."})
	if err == nil {
		_, err = a.Requests.Move(ctx, by, r.ID, requests.MoveInput{FormKey: "reminders-of-a-request-2",
			Act: requests.ActTake, Responsible: staff["Ugo Neri"].ID})
	}
	if err != nil {
		t.Fatal(err)
	}
	empty, err := a.Requests.File(ctx, by, requests.FileInput{FormKey: "reminders-of-nobody",
		Procedure: "istanza", Contact: anna.ID, Channel: crm.ByPhone, Subject: "Teatro", Text: "È chiuso."})
	if err == nil {
		empty, err = a.Requests.Move(ctx, by, empty.ID, requests.MoveInput{FormKey: "reminders-of-nobody-2",
			Act: requests.ActForward, Office: "cultura", Reason: "Se ne occupa la cultura.",
			Text: "Passa alla cultura."})
	}
	if err != nil {
		t.Fatal(err)
	}
	for ; now.Before(time.Date(2026, 4, 3, 9, 0, 0, 0, time.UTC)); now = now.Add(6 * time.Hour) {
		for range 2 {
			if _, err := a.Requests.KeepClocks(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	// who comes into an office that had nobody is told of the last that came, once
	_, err = a.Accounts.CreateStaff(ctx, root, accounts.NewStaff{Name: "Leo Riva", Email: "leo@comune.example",
		Roles: []civic.Role{civic.OfficeMember}, Offices: []civic.ID{"cultura"},
		Password: "una frase lunga leo"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if n, err := a.Requests.TellOffices(ctx); err != nil || n > 1 {
			t.Fatal(n, err)
		}
	}
	for step, want := range map[string]string{"half-of-the-term": "ugo", "most-of-the-term": "ada ugo",
		"due-tomorrow": "ada ugo", "term-over": "ada eva ugo", "silence": "anna"} {
		if got := mailed(ctx, t, a, r, "step/"+step); got != want {
			t.Errorf("%s went to %q, want %q", step, got, want)
		}
	}
	// nobody was of the office: who says which office deals with what was told instead
	arrived := string(empty.Events[len(empty.Events)-1].ID)
	for part, want := range map[string]string{arrived + "/office": "pia", "step/half-of-the-term": "pia",
		"step/most-of-the-term": "pia", "step/due-tomorrow": "pia", "step/term-over": "eva leo",
		"step/silence": "anna"} {
		if got := mailed(ctx, t, a, empty, part); got != want {
			t.Errorf("of an office without staff %s went to %q, want %q", part, got, want)
		}
	}
}

// mailed returns to whom a letter about a request waits to go, by the names of the mailboxes.
func mailed(ctx context.Context, t *testing.T, a *App, r requests.Request, letter string) string {
	t.Helper()
	type delivery struct {
		docstore.Meta `bson:",inline"`
		Address       string `bson:"address"`
	}
	waiting, err := docstore.Collect[delivery](ctx, a.DB, docstore.Spec{Name: "deliveries"})
	if err != nil {
		t.Fatal(err)
	}
	var to []string
	for d, err := range waiting.All(ctx, docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if name, _, _ := strings.Cut(d.Address, "@"); strings.Contains(string(d.ID), string(r.ID)+"/"+letter) {
			to = append(to, name)
		}
	}
	slices.Sort(to)
	return strings.Join(to, " ")
}
