package search

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"ascolto/internal/civic"
)

// shelfOf is a domain with one collection, whose documents a test changes while they are read.
type shelfOf struct {
	docs   map[civic.ID]string
	during func()
	err    error
}

func (s *shelfOf) ChangedDocs(_ context.Context, collection string, ids []civic.ID, _ time.Time) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		if collection != "letters" {
			return
		}
		for _, id := range ids {
			text, there := s.docs[id]
			if s.during != nil {
				s.during()
			}
			d := Doc{ID: "letter/" + string(id), Kind: "letter", Scope: Public, Title: text, Text: text, Deleted: !there}
			if !yield(d, s.err) || s.err != nil {
				return
			}
		}
	}
}

// TestApply: what others changed is found, what they removed is not, and what this instance put while it was
// read stays; after a failure the same can be applied again. The place in the feed outlives closing and
// rebuilding.
func TestApply(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	x := openIndex(t, dir)
	s := &shelfOf{docs: map[civic.ID]string{"a": "lampioni", "b": "alberi"}}
	apply := func(ids ...civic.ID) error {
		return x.Apply(t.Context(), map[string][]civic.ID{"letters": ids, "others": {"z"}}, s)
	}
	count := func(word string, want int) {
		t.Helper()
		if n, err := x.Count(t.Context(), Query{Text: word, Scopes: []Scope{Public}}); err != nil || n != want {
			t.Errorf("%s is found %d times, want %d: %v", word, n, want, err)
		}
	}
	if err := apply("a", "b"); err != nil {
		t.Fatal(err)
	}
	count("lampioni", 1)
	count("alberi", 1)
	delete(s.docs, "b")
	s.during = func() { x.Put(Doc{ID: "letter/a", Kind: "letter", Scope: Public, Title: "panchine", Text: "panchine"}) }
	if err := apply("b", "a"); err != nil {
		t.Fatal(err)
	}
	count("alberi", 0)
	count("lampioni", 0)
	count("panchine", 1)
	s.during, s.err, s.docs["c"] = nil, errors.New("the store is away"), "fontane"
	if err := apply("c"); err == nil {
		t.Error("no error of the source")
	}
	s.err = nil
	if err := apply("c"); err != nil {
		t.Fatal(err)
	}
	count("fontane", 1)

	if err := x.KeepPosition(t.Context(), "17.here"); err != nil {
		t.Fatal(err)
	}
	if err := x.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir)
	if at, err := x.Position(t.Context()); err != nil || at != "17.here" {
		t.Errorf("the place in the feed is %q: %v", at, err)
	}
}
