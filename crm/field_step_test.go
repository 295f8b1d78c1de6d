package crm

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/merge"
	"ascolto/internal/migrate"
)

// TestContactsOfEarlierFieldNames: who edited an address or a number before fields were named with points is
// known still; a contact with nothing old is left as it is.
func TestContactsOfEarlierFieldNames(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), storetest.Open(t)
	contacts, err := docstore.Collect[Contact](ctx, db, contactSpec())
	if err != nil {
		t.Fatal(err)
	}
	want := merge.Edits{{Field: "emails.1", By: "a1"}, {Field: "phones.1", By: "a2"},
		{Field: "street", By: "a3"}}
	for id, edits := range map[civic.ID]merge.Edits{
		"old": {{Field: "email_1", By: "a1"}, {Field: "phone_1", By: "a2"}, {Field: "street", By: "a3"}},
		"new": want,
	} {
		if err := contacts.Insert(ctx, &Contact{Meta: docstore.Meta{ID: id}, Edits: edits}); err != nil {
			t.Fatal(err)
		}
	}
	m, err := migrate.Open(ctx, db, migrate.Options{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a crash may repeat it
		if err := m.Take(ctx, FieldsStep()); err != nil {
			t.Fatal(err)
		}
	}
	for id, revision := range map[civic.ID]int64{"old": 1, "new": 1} {
		c, err := contacts.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, c.Edits); d != "" || c.Revision != revision {
			t.Errorf("%s: revision %d, want %d; %s", id, c.Revision, revision, d)
		}
	}
}

// TestTimelinesOfEarlierRequests: what a request is about goes from its lines; other lines stay.
func TestTimelinesOfEarlierRequests(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), storetest.Open(t)
	lines, err := docstore.Collect[Entry](ctx, db, timelineSpec())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []Entry{
		{Meta: docstore.Meta{ID: "a"}, Kind: "request", Title: "2026-000123 · Pratica · di Anna"},
		{Meta: docstore.Meta{ID: "b"}, Kind: "request_end", Title: "2026-000123 · Pratica"},
		{Meta: docstore.Meta{ID: "c"}, Kind: "request", Title: "2026-000124"},
		{Meta: docstore.Meta{ID: "d"}, Kind: "interaction", Title: "Telefonata · sui lampioni"},
	} {
		if err := lines.Insert(ctx, &e); err != nil {
			t.Fatal(err)
		}
	}
	m, err := migrate.Open(ctx, db, migrate.Options{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a crash may repeat it
		if err := m.Take(ctx, TitlesStep("request", "request_end")); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[civic.ID]string{"a": "2026-000123", "b": "2026-000123", "c": "2026-000124",
		"d": "Telefonata · sui lampioni"} {
		if e, err := lines.Get(ctx, id); err != nil || e.Title != want {
			t.Errorf("%s: %q, want %q; %v", id, e.Title, want, err)
		}
	}
}
