package audit

import (
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// note is a document that keeps its last change.
type note struct {
	docstore.Meta `bson:",inline"`
	Text          string  `bson:"text"`
	Last          *Change `bson:"last,omitempty"`
}

func lastOf(n *note) (docstore.Meta, **Change) { return n.Meta, &n.Last }

// TestWhoCameBetweenIsTold: a colleague who stored a change after a form was read, and died before its line
// was written, is named in the audit as well as whose form it is.
func TestWhoCameBetweenIsTold(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	log, err := New(t.Context(), db, Options{})
	if err != nil {
		t.Fatal(err)
	}
	notes, err := docstore.Collect[note](t.Context(), db, docstore.Spec{Name: "notes"})
	if err != nil {
		t.Fatal(err)
	}
	if err := notes.Insert(t.Context(), &note{Meta: docstore.Meta{ID: "n"}}); err != nil {
		t.Fatal(err)
	}
	entry := func(account civic.ID) Entry {
		return Entry{By: civic.Actor{Account: account, Name: string(account), Roles: []civic.Role{civic.Operator}},
			Action: "note.edit", Object: "n"}
	}
	theirs, err := docstore.Collect[note](t.Context(), db, docstore.Spec{Name: "notes"})
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	stored, err := Edit(t.Context(), log, notes, "n", entry("anna"), lastOf, func(n *note) error {
		if calls++; calls == 1 {
			_, err := theirs.Edit(t.Context(), "n", func(n *note) error {
				n.Text, n.Last = "di Bea", entry("bea").Changed(n.Revision, time.Now())
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
		n.Text += ", di Anna"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if stored.Text != "di Bea, di Anna" {
		t.Errorf("stored is %q", stored.Text)
	}
	page, err := log.List(t.Context(), civic.System("test"), Query{Action: "note.edit"})
	if err != nil || len(page.Items) != 2 {
		t.Fatalf("%d lines, %v", len(page.Items), err)
	}
	for n, want := range []civic.ID{"anna", "bea"} {
		if page.Items[n].Actor != want {
			t.Errorf("line %d is of %s, want %s", n, page.Items[n].Actor, want)
		}
	}
}
