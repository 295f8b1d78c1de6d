package docstore_test

import (
	"testing"

	"ascolto/internal/docstore"
)

// TestEdition: it changes with every kind of write, by whoever holds the collection, and with no read; on a server nobody knows it.
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
			if _, err := c.Find(t.Context(), docstore.Query{Limit: 10}); err != nil || docstore.Edition(c) != now {
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
