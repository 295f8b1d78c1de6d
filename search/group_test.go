package search

import (
	"fmt"
	"testing"
	"time"
)

// TestAGroupCountsAllItsMatches: how many others of a discussion match is said also when more match than are
// put into groups.
func TestAGroupCountsAllItsMatches(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	docs := []Doc{}
	for n := range 40 { // the newest and the oldest of all: most fall out of what is gathered
		at := day.AddDate(0, 0, -1000)
		if n == 0 {
			at = day
		}
		docs = append(docs, Doc{ID: fmt.Sprintf("posts/%d", n), Kind: "post", Group: "lampioni",
			Title: "Lampioni", Text: "Il lampione è spento.", At: at})
	}
	for n := range maxGathered + 50 {
		at := day.Add(-time.Duration(n+1) * time.Minute)
		docs = append(docs, Doc{ID: fmt.Sprintf("contacts/%d", n), Kind: "contact", Title: "Contatto",
			Text: "Segnala un lampione.", At: at})
	}
	x := filled(t, docs...)
	for _, text := range []string{"", "lampione"} {
		found, err := x.Search(t.Context(), Query{Text: text, Scopes: []Scope{Public}, Grouped: true})
		if err != nil || len(found.Hits) == 0 {
			t.Fatal(found, err)
		}
		for _, h := range found.Hits {
			if want := map[bool]int{true: 39, false: 0}[h.Group == "lampioni"]; h.More != want {
				t.Errorf("%q: %s has %d others, want %d", text, h.ID, h.More, want)
			}
		}
		if text == "" && found.Hits[0].Group != "lampioni" {
			t.Errorf("the newest is %s", found.Hits[0].ID)
		}
	}
}
