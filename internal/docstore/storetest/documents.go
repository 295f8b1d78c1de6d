package storetest

import (
	"bytes"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/docstore"
)

// wholeDocument is a document with all its fields, whatever its type knows.
type wholeDocument struct {
	docstore.Meta `bson:",inline"`
	Rest          bson.M `bson:",inline"`
}

// holders calls found with each document of a collection and those of the texts that stand in it. Nobody else
// has the collection open: it is opened without its indexes.
func holders(
	t testing.TB, db *docstore.DB, collection string, texts []string, found func(wholeDocument, []string),
) {
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
		raw = bytes.ToLower(raw)
		found(d, slices.DeleteFunc(slices.Clone(texts), func(text string) bool {
			return !bytes.Contains(raw, bytes.ToLower([]byte(text)))
		}))
	}
}

// Holding returns which of the texts stand in a document of a collection, whatever the case of their letters:
// in its id, a field's value or name, or bytes. Nobody else has the collection open.
func Holding(t testing.TB, db *docstore.DB, collection string, texts ...string) (held []string) {
	t.Helper()
	holders(t, db, collection, texts, func(_ wholeDocument, in []string) {
		for _, text := range in {
			if !slices.Contains(held, text) {
				held = append(held, text)
			}
		}
	})
	return held
}

// Kept is a document as it was at a moment.
type Kept struct{ doc wholeDocument }

// Keep returns the documents of a collection in which one of the texts stands. Nobody else has the collection
// open.
func Keep(t testing.TB, db *docstore.DB, collection string, texts ...string) (kept []Kept) {
	t.Helper()
	holders(t, db, collection, texts, func(d wholeDocument, in []string) {
		if len(in) > 0 {
			kept = append(kept, Kept{d})
		}
	})
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
