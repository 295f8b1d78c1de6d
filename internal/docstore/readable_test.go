package docstore_test

import (
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// oddPerson is a person as another program may have stored one.
type oddPerson struct {
	docstore.Meta `bson:",inline"`
	Name          string `bson:"name"`
	Age           string `bson:"age"`
}

// TestReadablePassesOver: a document that does not fit its type ends a list at an error, and is passed over
// by who wants all others, wherever pages end.
func TestReadablePassesOver(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		odd := collect[oddPerson](t, db, docstore.Spec{Name: "people"})
		c := collect[person](t, db, docstore.Spec{Name: "people"})
		want := []civic.ID{}
		for _, id := range []civic.ID{"a", "b", "c", "d", "e"} {
			if id == "b" || id == "e" {
				doc := &oddPerson{Meta: docstore.Meta{ID: id}, Name: "Anna", Age: "trenta"}
				if err := odd.Insert(t.Context(), doc); err != nil {
					t.Fatal(err)
				}
				continue
			}
			mustInsert(t, c, named(id, "Anna"))
			want = append(want, id)
		}
		for limit := 1; limit <= 6; limit++ {
			got, fault := []civic.ID{}, error(nil)
			for p, err := range c.All(t.Context(), docstore.Query{Limit: limit}) {
				if fault = err; err != nil {
					break
				}
				got = append(got, p.ID)
			}
			if fault == nil {
				t.Errorf("%d at a time: a list goes on past what it cannot read: %v", limit, got)
			}
			got = got[:0]
			for p, err := range c.Readable(t.Context(), docstore.Query{Limit: limit}) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, p.ID)
			}
			if len(got) != len(want) || got[0] != "a" || got[2] != "d" {
				t.Errorf("%d at a time: %v, want %v", limit, got, want)
			}
		}
	})
}
