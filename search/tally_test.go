package search

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/blevesearch/bleve/v2"
	index "github.com/blevesearch/bleve_index_api"
)

// bleveLike returns the terms of a field that Bleve finds one letter off.
func bleveLike(t *testing.T, reader index.IndexReader, field, term string) (terms []string) {
	t.Helper()
	dict, err := reader.(index.IndexReaderFuzzy).FieldDictFuzzy(field, term, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	defer dict.Close()
	for {
		entry, err := dict.Next()
		if err != nil {
			t.Fatal(err)
		}
		if entry == nil {
			slices.Sort(terms)
			return terms
		}
		terms = append(terms, entry.Term)
	}
}

// written are documents of few words, so that many of them have several, and are like each other: discussions
// and what is said in them, people, codes and numbers, seen by some.
func written(r *rand.Rand, n int) []Doc {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	text := func(words int) string {
		var b strings.Builder
		for range words {
			b.WriteString(pick("strada", "strade", "strana", "parco", "parchi", "porco", "buca", "buche",
				"bucha", "della", "è", "dell'acqua",
				"città", "citta", "giochi", "2026", "lampione", "lampioni", "campione", "perché", "acqua",
				"acque", "di", "漢字漢字漢") + " ")
		}
		return b.String()
	}
	docs := make([]Doc, n)
	for i := range docs {
		d := Doc{
			ID: fmt.Sprintf("post/%04d", i), Kind: pick("post", "post", "thread"),
			Scope: Scope(pick("public", "public", "staff")),
			Title: text(2), Text: text(r.IntN(8)), Part: r.IntN(2) == 0,
			Group: fmt.Sprintf("thread/%d", r.IntN(n/5)),
			Facets: map[string][]string{"district": {pick("q1", "q2", "q3")},
				"tag": {pick("a", "b"), pick("c", "a")}},
		}
		if r.IntN(4) == 0 {
			d.Also = []Scope{"office/1"}
		}
		if r.IntN(4) == 0 {
			d.Kind, d.Names = "contact", []string{pick("Nicolò", "Nicola", "Anna", "Parchi") + " " +
				pick("De Luca", "D'Angelo", "Strada", "Lampioni")}
			d.Codes = []string{pick("RSSMRA80A01H501U", "2026/117", "a.strada@posta.example",
				fmt.Sprintf("+39 3331%06d", r.IntN(50)))}
		}
		docs[i] = d
	}
	return docs
}

// anyQuestion returns what people may ask of written documents.
func anyQuestion(r *rand.Rand) string {
	words := []string{"strada", "strade", "stade", "parco", "parko", "buche", "buca", "della", "è",
		"dell'acqua", "citta", "2026", "2026/117",
		"lampione", "campioni", "lampiome", "nico", "nicolo", "de luca", "deluca", "d'angelo", "3331",
		"333100", "+39 333 1000007", `"acqua"`,
		`"strada della"`, "a.strada@posta.example", "perche", "漢字漢字", "xyzxyz", "posta.example", "giochi",
		"gioci", "di", "par"}
	var text []string
	for range r.IntN(5) {
		text = append(text, words[r.IntN(len(words))])
	}
	return strings.Join(text, " ")
}

// anyQuery returns a search of written documents, of any kind there is.
func anyQuery(r *rand.Rand) Query {
	q := Query{
		Text:     anyQuestion(r),
		Scopes:   []Scope{Scope([]string{"public", "staff", "office/1", "nobody"}[r.IntN(4)])},
		Spelling: Spelling(r.IntN(3)), Alike: true,
		Count: []string{KindFacet, "district", "tag", "office"},
	}
	if r.IntN(2) == 0 {
		q.Scopes = append(q.Scopes, "public")
	}
	if r.IntN(3) == 0 {
		q.Kinds = append(q.Kinds, []string{"post", "contact"}[:1+r.IntN(2)]...)
	}
	if r.IntN(4) == 0 {
		q.Facets = map[string][]string{"district": append([]string{"q1"}, []string{"q2"}[:r.IntN(2)]...),
			"tag": {"a"}}
	}
	if r.IntN(6) == 0 {
		q.Within = fmt.Sprintf("thread/%d", r.IntN(100))
	}
	if r.IntN(3) == 0 {
		q.Prefer = []string{"thread", "contact"}[:1+r.IntN(2)]
	}
	return q
}

// What is counted by sets is what Bleve counts, for every way to ask, also in an index of several parts with
// deleted documents.
func TestTallyCountsWhatBleveCounts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(17, 19))
	docs := written(r, 500)
	x := filled(t, docs[:300]...)
	put(t, x, docs[250:]...)
	for i := 0; i < 40; i += 2 {
		put(t, x, Doc{ID: docs[i*7].ID, Deleted: true})
	}
	counted, uncounted, hits := 0, 0, 0
	for range 1000 {
		q := anyQuery(r)
		a, req := requested(t, x, q)
		want, err := x.runHitless(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		var tallied tallyCounts
		err = x.tallied(t.Context(), func(_ context.Context, s *tally) (err error) {
			tallied, err = s.counts(q, a, s.query(q, a))
			return err
		})
		if err != nil {
			if !strings.Contains(q.Text, `"strada della"`) {
				t.Fatalf("%+v: %v", q, err)
			}
			uncounted++
			continue
		}
		counted, hits = counted+1, hits+cmp.Compare(tallied.total, 0)
		if tallied.total != int(want.Total) {
			t.Errorf("%+v: %d, want %d", q, tallied.total, want.Total)
		}
		if want := bleveAlike(t, x, q, int(want.Total)); tallied.alike != want {
			t.Errorf("%+v: %d are alike, want %d", q, tallied.alike, want)
		}
		if diff := gocmp.Diff(facetCounts(want.Facets), tallied.facets); diff != "" {
			t.Errorf("%+v (-bleve +tally)\n%s", q, diff)
		}
	}
	if counted < 700 || uncounted < 15 || hits < 300 {
		t.Errorf("%d were counted, of which %d found something, and %d were not", counted, hits, uncounted)
	}
}

// requested returns what is asked in q, and the request for it.
func requested(t *testing.T, x *Index, q Query) (asked, *bleve.SearchRequest) {
	t.Helper()
	a, err := understand(q)
	if err != nil {
		t.Fatal(err)
	}
	req, err := x.request(q, a)
	if err != nil {
		t.Fatal(err)
	}
	return a, req
}

// bleveAlike returns how many documents Bleve finds one letter off where something else is found.
func bleveAlike(t *testing.T, x *Index, q Query, found int) int {
	t.Helper()
	q.Spelling = Similar
	a, req := requested(t, x, q)
	if found == 0 || a.all {
		return 0
	}
	alike, err := x.runHitless(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return int(alike.Total)
}

// What is alike is counted also with a phrase, which sets cannot tell, and only where something is found as
// it was asked for.
func TestWhatIsAlikeIsCounted(t *testing.T) {
	t.Parallel()
	x := filled(t,
		Doc{ID: "post/1", Kind: "post", Scope: Public, Title: "Il parco è buio",
			Text: "Il lampione del parco."},
		Doc{ID: "post/2", Kind: "post", Scope: Public, Title: "Il parco è chiuso",
			Text: "Il campione del parco."},
		Doc{ID: "post/3", Kind: "post", Scope: "staff", Title: "Il parco è chiuso",
			Text: "Il campione del parco."},
	)
	for text, want := range map[string][2]int{
		"lampione": {1, 1}, `"del parco" lampione`: {1, 1}, "lampioni buio": {1, 0}, "lampiome": {0, 0},
		"": {2, 0}, " ": {2, 0}, "parco": {2, 0},
	} {
		found, err := x.Search(t.Context(), Query{Text: text, Scopes: []Scope{Public}, Spelling: Exact,
			Alike: true})
		if got := [2]int{found.Total, found.Alike}; got != want || err != nil {
			t.Errorf("%q: %v are found and alike, want %v, %v", text, got, want, err)
		}
	}
}

// Values of a facet that are too many for sets are counted all the same.
func TestFacetsOfManyValuesAreCounted(t *testing.T) {
	t.Parallel()
	var docs []Doc
	for i := range 3 * maxFacetSize / 2 {
		docs = append(docs, Doc{ID: fmt.Sprintf("post/%d", i), Kind: "post", Scope: Public, Title: "Il parco",
			Facets: map[string][]string{"tag": {fmt.Sprint("t", i%250)}}})
	}
	x := filled(t, docs...)
	q := Query{Text: "parco", Scopes: []Scope{Public}, Count: []string{"tag"}}
	counts, err := x.Counts(t.Context(), q)
	found, err2 := x.Search(t.Context(), q)
	if err != nil || err2 != nil || len(counts["tag"]) != maxFacetSize || counts["tag"][0].Count != 2 {
		t.Errorf("%v, %v: %d values are counted: %v", err, err2, len(counts["tag"]), counts["tag"][:1])
	}
	if diff := gocmp.Diff(counts, found.Facets); diff != "" {
		t.Error(diff)
	}
}
