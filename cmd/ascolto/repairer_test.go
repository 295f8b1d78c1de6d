package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/cmd/ascolto/app"
	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/web"
)

// forgetTimeline empties the timelines of a store, as if the program had always been killed before it wrote
// them.
func forgetTimeline(t *testing.T, settings map[string]string) (ids []civic.ID) {
	t.Helper()
	db, err := docstore.Open(t.Context(),
		docstore.Options{Path: filepath.Join(settings["ASCOLTO_DATA"], storeFile)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	spec := docstore.Spec{Name: "timeline",
		Indexes: []docstore.Index{{Name: "contact", Fields: []string{"contact", "-at"}}}}
	entries, err := docstore.Collect[crm.Entry](t.Context(), db, spec)
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range entries.All(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if err := entries.Delete(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e.ID)
	}
	return ids
}

// TestEffectsAreRepairedAtStart: a call and a citizen's reply that were stored, but whose storing nobody
// lived to acknowledge, are on the timeline as soon as the program runs again, not at ten past three in the
// night.
func TestEffectsAreRepairedAtStart(t *testing.T) {
	t.Parallel()
	settings := here(t)
	a := opened(t, settings)
	if err := a.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	by := civic.System("test")
	c, err := a.CRM.CreateContact(t.Context(), by, crm.ContactInput{
		FormKey: "contact-00000000001", Kind: crm.Person, GivenName: "Anna", FamilyName: "Dall'Olio",
		Language: civic.Italian,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.CRM.RecordInteraction(t.Context(), by, crm.InteractionInput{
		FormKey: "interaction-0000001", Contact: c.ID, Channel: crm.ByPhone, Direction: crm.Inbound,
		Office:  "urp",
		Subject: "Lampione spento", Outcome: crm.Answered,
	}); err != nil {
		t.Fatal(err)
	}
	a.repliesInTheForum(t, c.ID)
	a.mustClose(t)
	lost := forgetTimeline(t, settings)
	if len(lost) != 2 {
		t.Fatalf("the timelines held %v", lost)
	}
	p := start(t, settings)
	for deadline := time.Now().Add(time.Minute); !strings.Contains(p.out.String(),
		app.RepairedAtStart); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("nothing is repaired within a minute: %s", p.out.String())
		}
	}
	if err := p.Stop(20 * time.Second); err != nil {
		t.Fatal(err)
	}
	if again := forgetTimeline(t, settings); !slices.Equal(again, lost) {
		t.Errorf("after a restart the timelines held %v, before %v", again, lost)
	}
}

// repliesInTheForum has a citizen reply to a discussion of somebody else.
func (a instance) repliesInTheForum(t *testing.T, contact civic.ID) {
	t.Helper()
	by := civic.System("test")
	if _, err := a.Forum.SeedAreas(t.Context(), by,
		[]forum.AreaInput{{Slug: "citta", Name: "Città", Description: "Di tutti",
			AnswerDays: 30}}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Forum.Load(t.Context(), by, []forum.Past{{
		Key: "archivioarchivio1", Area: "citta", Title: "Panchine del parco",
		Posts: []forum.PastPost{{Author: forum.Author{Name: "Bruno D."}, At: civic.Now().Add(-time.Hour),
			Source: "Ne mancano due."}},
	}}); err != nil {
		t.Fatal(err)
	}
	threads, err := a.Forum.Threads(t.Context(), forum.ThreadFilter{})
	if err != nil || len(threads.Items) != 1 {
		t.Fatalf("%d discussions, %v", len(threads.Items), err)
	}
	anna := civic.NewActor(civic.Actor{Account: "anna", Contact: contact, Name: "Anna Dall'Olio",
		Roles: []civic.Role{civic.Citizen}}, web.Grants())
	if _, err := a.Forum.Reply(t.Context(), anna, forum.ReplyInput{
		FormKey: "replyreplyreply01", Thread: threads.Items[0].ID, Source: "Anche in via Emilia.",
	}); err != nil {
		t.Fatal(err)
	}
}
