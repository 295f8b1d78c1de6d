package docstore_test

import (
	"testing"

	"ascolto/internal/docstore"
)

// TestEdition: it changes with every kind of write, by whoever holds the collection, and with no read; on a
// server nobody knows it.
func TestEdition(t *testing.T) {
	onEach(t, func(t *testing.T, p place, db *docstore.DB) {
		c, other := collect[person](t, db, people), collect[person](t, db, people)
		was := docstore.Edition(c)
		if p.name != "sqlite" {
			if was != "" {
				t.Errorf("what others write to a server is known: %q", was)
			}
			return
		}
		change := func(what string, err error) {
			t.Helper()
			now := docstore.Edition(c)
			if err != nil || now == was {
				t.Errorf("%s: %q as before, %v", what, now, err)
			}
			if _, err := c.Find(t.Context(), docstore.Query{Limit: 10}); err != nil ||
				docstore.Edition(c) != now {
				t.Errorf("after a read: %q and then %q, %v", now, docstore.Edition(c), err)
			}
			was = now
		}
		loaded := other.Load(t.Context(), func() error {
			_, err := other.InsertMany(t.Context(), []*person{named("a", "Anna"), named("b", "Bea")})
			change("added in bulk", err)
			return err
		})
		change("what was added is found", loaded)
		change("inserted", other.Insert(t.Context(), named("c", "Ciro")))
		_, err := other.Update(t.Context(), "c", func(p *person) error { p.Age++; return nil })
		change("updated", err)
		change("deleted", other.Delete(t.Context(), "c"))
	})
}

// TestWritesAreCountedWithin: by what a document belongs to, and by the document where nothing is said; a
// write elsewhere changes nothing, and one of which the owner is not known changes all.
func TestWritesAreCountedWithin(t *testing.T) {
	onEach(t, func(t *testing.T, p place, db *docstore.DB) {
		spec := people
		spec.Within = "name"
		c, single := collect[person](t, db, spec), collect[person](t, db, docstore.Spec{Name: "alone"})
		if now := docstore.Edition(c.Within("Anna")); now == "" || p.name != "sqlite" {
			if p.name == "sqlite" || now != "" {
				t.Errorf("on %s the edition is %q", p.name, now)
			}
			return
		}
		editions := func() [4]string {
			return [4]string{docstore.Edition(c.Within("Anna")), docstore.Edition(c.Within("Bea")),
				docstore.Edition(single.Within("a")), docstore.Edition(single.Within("b"))}
		}
		for _, write := range []struct {
			name    string
			do      func() error
			changed [4]bool
		}{
			{"one of Anna's", func() error { return c.Insert(t.Context(), named("a", "Anna")) },
				[4]bool{true, false, false, false}},
			{"several", func() error {
				_, err := c.InsertMany(t.Context(), []*person{named("b", "Bea"), named("c", "Ciro")})
				return err
			}, [4]bool{false, true, false, false}},
			{"an update", func() error {
				_, err := c.Update(t.Context(), "a", func(p *person) error { p.Age++; return nil })
				return err
			}, [4]bool{true, false, false, false}},
			{"a removal", func() error { return c.Delete(t.Context(), "a") },
				[4]bool{true, true, false, false}},
			{"a document by itself", func() error { return single.Insert(t.Context(), named("b", "Bea")) },
				[4]bool{false, false, false, true}},
		} {
			before := editions()
			if err := write.do(); err != nil {
				t.Fatal(err)
			}
			for i, now := range editions() {
				if (now != before[i]) != write.changed[i] {
					t.Errorf("%s: edition %d was %q and is %q", write.name, i, before[i], now)
				}
			}
		}
	})
}
