package search

import (
	"fmt"
	"strings"
	"testing"
)

// What hits show follows every write, however often they were shown before, and an index that is built anew.
func TestHitsShowWhatWasWrittenLast(t *testing.T) {
	t.Parallel()
	x := filled(t)
	want := func(n int, text string) {
		t.Helper()
		for range 2 {
			found, err := x.Search(t.Context(),
				Query{Text: "lampione", Scopes: []Scope{Public}, Grouped: n%2 == 0})
			if err != nil || len(found.Hits) != 1 || !strings.HasPrefix(found.Hits[0].Snippet, text) {
				t.Fatalf("%s: %v, %v", text, found.Hits, err)
			}
		}
	}
	doc := func(n int) Doc {
		return Doc{ID: "post/1", Kind: "post", Scope: Public, Title: "Il parco",
			Text: fmt.Sprintf("Nota %d: il lampione.", n)}
	}
	for n := range 20 {
		put(t, x, doc(n), Doc{ID: fmt.Sprint("post/other", n), Kind: "post", Scope: Public, Title: "Altro"})
		want(n, fmt.Sprintf("Nota %d:", n))
	}
	for n := 77; n < 80; n++ { // each time into segments that are counted from the first
		if err := x.Rebuild(t.Context(), source{"post/1": {doc: doc(n)}}); err != nil {
			t.Fatal(err)
		}
		want(n, fmt.Sprintf("Nota %d:", n))
	}
}

func TestShelfStaysWithinItsBound(t *testing.T) {
	t.Parallel()
	var s shelf
	for n := range uint64(100) {
		d := shelved{id: fmt.Sprint(n), stored: stored{Text: strings.Repeat("x", maxText)}}
		d.Others = map[string]Wording{"en": {Text: strings.Repeat("y", 9*maxText)}}
		s.put(place{number: n}, d)
		if got, ok := s.get(place{number: n}); !ok || got.id != d.id {
			t.Fatalf("%d: %s, %t", n, got.id, ok)
		}
		if _, ok := s.get(place{exchanges: 1, number: n}); ok {
			t.Fatal("what another index held is given out")
		}
		if s.bytes > shelfKept || len(s.young)+len(s.old) > 2*shelfKept/(10*maxText) {
			t.Fatalf("%d bytes, %d and %d documents are kept", s.bytes, len(s.young), len(s.old))
		}
	}
}
