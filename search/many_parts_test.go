package search

import (
	"fmt"
	"testing"
)

// TestBeginningOfManyNames: what many names and numbers begin with finds them all, as people type it letter
// by letter.
func TestBeginningOfManyNames(t *testing.T) {
	t.Parallel()
	const people = 700
	docs := make([]Doc, people)
	for i := range docs {
		name := fmt.Sprintf("Mar%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676)
		docs[i] = Doc{
			ID: fmt.Sprintf("contact/%d", i), Kind: "contact", Title: name, Names: []string{name},
			Codes: []string{fmt.Sprintf("+39 059 20%05d", i)},
		}
	}
	x := filled(t, docs...)
	for _, text := range []string{"mar", "059 200", "059 20", "05920", "mar 05920"} {
		for _, spelling := range []Spelling{Forgiving, Exact} {
			r, err := x.Search(t.Context(), Query{Text: text, Scopes: []Scope{Public}, Spelling: spelling})
			if err != nil || r.Total != people {
				t.Errorf("%q finds %d of %d, %v", text, r.Total, people, err)
			}
		}
	}
}
