package storetest

import (
	"bytes"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/docstore"
)

// wholeDocument is a document with all its fields, whatever its type knows.
type wholeDocument struct {
	docstore.Meta `bson:",inline"`
	Rest          bson.M `bson:",inline"`
}

// Holding returns which of the texts stand in a document of a collection, whatever the case of their letters:
// in its id, a field's value or name, or bytes. Nobody else has the collection open: it is opened without its
// indexes.
func Holding(t testing.TB, db *docstore.DB, collection string, texts ...string) (held []string) {
	t.Helper()
	c, err := docstore.Collect[wholeDocument](t.Context(), db, docstore.Spec{Name: collection})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for d, err := range c.All(t.Context(), docstore.Query{}) {
		var raw []byte
		if err == nil {
			raw, err = bson.Marshal(d)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if !seen[text] && bytes.Contains(bytes.ToLower(raw), bytes.ToLower([]byte(text))) {
				seen[text] = true
				held = append(held, text)
			}
		}
	}
	return held
}
