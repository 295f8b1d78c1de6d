package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRanking(t *testing.T) {
	t.Parallel()
	now := time.Now()
	filler := strings.Repeat("altre parole del testo ", 40)
	docs := []Doc{
		{ID: "typo", Title: "Marciapide", Text: "marciapide"},
		{ID: "text", Title: "Lavori", Text: filler + "il marciapiede " + filler},
		{ID: "title", Title: "Marciapiede rotto", Text: filler},
		{ID: "old", Title: "Biblioteca chiusa", At: now.AddDate(-3, 0, 0)},
		{ID: "new", Title: "Biblioteca chiusa", At: now.AddDate(0, 0, -3)},
		{ID: "newtext", Title: "Orari", Text: filler + "biblioteca", At: now},
		{ID: "both", Title: "Fontana in piazza"},
		{ID: "one", Title: "Fontana"},
		{ID: "phrase", Text: "orario estivo degli uffici"},
		{ID: "apart", Text: "uffici, e degli sportelli, orario; poi estivo"},
	}
	for i := range 200 { // so that the misspelt word is rare and the right one is not
		docs = append(docs, Doc{ID: fmt.Sprint("many", i), Title: "Avviso", Text: "marciapiede " + filler})
	}
	x := filled(t, docs...)
	for text, want := range map[string][]string{
		"biblioteca":               {"new", "old", "newtext"},
		"fontana piazza":           {"both"},
		`"orario estivo"`:          {"phrase"},
		`orario "estivo"`:          {"apart", "phrase"},
		"orario uffici":            {"apart", "phrase"},
		"fontana piazza monumento": {"both"},
	} {
		got := find(t, x, text)
		if strings.Contains(text, "orario") {
			slices.Sort(got)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("search %q (-want +got):\n%s", text, diff)
		}
	}
	r, err := x.Search(t.Context(), Query{Text: "marciapiede", Scopes: []Scope{Public}, Size: 100, From: 150})
	if err != nil {
		t.Fatal(err)
	}
	if last := r.Hits[len(r.Hits)-1].ID; last != "typo" || r.Total != 203 {
		t.Errorf("the misspelt title is not the last of %d: %s", r.Total, last)
	}
	if got := find(t, x, "marciapiede")[0]; got != "title" {
		t.Errorf("first is %s, want title", got)
	}
}

func TestEmptyTextListsTheNewestFirst(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	x := filled(t,
		Doc{ID: "b", Title: "Due", At: at.Add(time.Hour)}, Doc{ID: "a", Title: "Uno", At: at},
		Doc{ID: "d", Title: "Quattro", At: at.AddDate(1, 0, 0)},
		Doc{ID: "c", Title: "Tre", At: at.AddDate(0, 1, 0)}, Doc{ID: "never", Title: "Mai"},
	)
	if diff := cmp.Diff([]string{"d", "c", "b", "a", "never"}, find(t, x, "  ")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSnippetShowsWhatWasFound(t *testing.T) {
	t.Parallel()
	filler := strings.Repeat("parole che riempiono ", 60)
	x := filled(t,
		Doc{ID: "1", Title: "Uno", Text: filler + "la fontana di piazza è spenta, la fontana! " + filler},
		Doc{ID: "2", Title: "Due", Text: strings.Repeat("à", 5_000) + " fontana " +
			strings.Repeat("è", 5_000)},
		Doc{ID: "3", Title: "Tre", Text: "Fontana."},
	)
	r, err := x.Search(t.Context(), Query{Text: "fontane", Scopes: []Scope{Public}})
	if err != nil || len(r.Hits) != 3 {
		t.Fatalf("%d hits, %v", len(r.Hits), err)
	}
	for _, h := range r.Hits {
		if !strings.Contains(strings.ToLower(h.Snippet), "<mark>fontana</mark>") {
			t.Errorf("%s: the snippet does not show the word: %q", h.ID, h.Snippet)
		}
		if len(h.Snippet) > 2*snippetLength || !strings.HasPrefix(h.Snippet+"… ", "… ") && h.ID != "3" ||
			strings.ContainsRune(h.Snippet, '\uFFFD') {
			t.Errorf("%s: snippet of %d bytes: %q", h.ID, len(h.Snippet), h.Snippet)
		}
	}
}

// A preferred kind goes first among what matches about as well, and nothing comes in that does not match.
func TestPreferredKinds(t *testing.T) {
	t.Parallel()
	now := time.Now()
	x := filled(t,
		Doc{ID: "reply", Kind: "post", Title: "Orti condivisi", Text: "Ottima idea", At: now},
		Doc{ID: "whole", Kind: "thread", Title: "Orti condivisi", Text: "Si possono fare anche in centro?",
			At: now.AddDate(0, -2, 0)},
		Doc{ID: "other", Kind: "thread", Title: "Piste ciclabili", At: now},
	)
	for _, tt := range []struct{ prefer, want []string }{{nil, []string{"reply", "whole"}},
		{[]string{"thread"}, []string{"whole", "reply"}}} {
		r, err := x.Search(t.Context(), Query{Text: "orti", Scopes: []Scope{Public}, Prefer: tt.prefer})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range r.Hits {
			got = append(got, h.ID)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("preferring %v (-want +got):\n%s", tt.prefer, diff)
		}
	}
}
