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

// Kept is a document as it was at a moment.
type Kept struct{ doc wholeDocument }

// Keep returns the documents of a collection in which one of the texts stands. Nobody else has the collection
// open.
func Keep(t testing.TB, db *docstore.DB, collection string, texts ...string) (kept []Kept) {
	t.Helper()
	c, err := docstore.Collect[wholeDocument](t.Context(), db, docstore.Spec{Name: collection})
	if err != nil {
		t.Fatal(err)
	}
	for d, err := range c.All(t.Context(), docstore.Query{}) {
		var raw []byte
		if err == nil {
			raw, err = bson.Marshal(d)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if bytes.Contains(bytes.ToLower(raw), bytes.ToLower([]byte(text))) {
				kept = append(kept, Kept{d})
				break
			}
		}
	}
	return kept
}

// PutBack stores documents as Keep found them, in the place of what has their ids now.
func PutBack(t testing.TB, db *docstore.DB, collection string, kept []Kept) {
	t.Helper()
	c, err := docstore.Collect[wholeDocument](t.Context(), db, docstore.Spec{Name: collection})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kept {
		if err := c.Delete(t.Context(), k.doc.ID); err != nil {
			t.Fatal(err)
		}
		k.doc.Revision = 0
		if err := c.Insert(t.Context(), &k.doc); err != nil {
			t.Fatal(err)
		}
	}
}
