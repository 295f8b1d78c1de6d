package search

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// a town of documents with every scope, kind and facet, some values twice, some missing, some unknown names.
func mixedDocs(r *rand.Rand, n int) []Doc {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	docs := make([]Doc, n)
	for i := range docs {
		d := Doc{
			ID: fmt.Sprintf("doc/%04d", i), Kind: pick("post", "thread", "note"),
			Scope: Scope(pick("public", "public", "staff", "office/1", "office/2")),
			Title: pick("w1x", "w2x", "w3x"), Text: pick("w4x", "w5x", "") + " " + pick("w6x", "w7x"),
			Facets: map[string][]string{
				"district": {pick("q1", "q2", "q3", "Città Antica")}, "unknown": {"x"},
				"tag": {pick("a", "b", "c"), pick("a", "b", "c")},
			},
		}
		if r.IntN(3) > 0 {
			d.Facets["status"] = []string{pick("open", "closed")}
		}
		docs[i] = d
	}
	return docs
}

// matches is the plain meaning of a query, for words without inflection.
func (q Query) matches(d Doc) bool {
	if !slices.Contains(q.Scopes, d.Scope) || len(q.Kinds) > 0 && !slices.Contains(q.Kinds, d.Kind) {
		return false
	}
	for name, values := range q.Facets {
		if !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(d.Facets[name], v) }) {
			return false
		}
	}
	for _, w := range strings.Fields(q.Text) {
		if !slices.Contains(strings.Fields(d.Title+" "+d.Text), w) {
			return false
		}
	}
	return true
}

// bruteForce counts what q matches among docs, and the values of the facets it asks for.
func (q Query) bruteForce(docs []Doc) (ids []string, facets map[string][]FacetCount) {
	ids, facets = []string{}, map[string][]FacetCount{}
	counts := map[string]map[string]int{}
	for _, name := range q.Count {
		facets[name], counts[name] = []FacetCount{}, map[string]int{}
	}
	for _, d := range docs {
		if !q.matches(d) {
			continue
		}
		ids = append(ids, d.ID)
		for name, c := range counts {
			values := slices.Clone(d.Facets[name])
			slices.Sort(values)
			for _, v := range slices.Compact(values) {
				c[v]++
			}
		}
	}
	for name, c := range counts {
		for v, n := range c {
			facets[name] = append(facets[name], FacetCount{v, n})
		}
		slices.SortFunc(facets[name], func(a, b FacetCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
		})
	}
	return ids, facets
}

func TestCountsEqualBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 11))
	docs := mixedDocs(r, 600)
	x := filled(t, docs...)
	put(t, x, docs[:200]...) // again, so that some are there twice until merged
	some := func(from ...string) []string {
		var out []string
		for _, v := range from {
			if r.IntN(2) == 0 {
				out = append(out, v)
			}
		}
		return out
	}
	for range 300 {
		q := Query{
			Text: strings.Join(some("w1x", "w6x"), " "), Kinds: some("post", "thread"),
			Count:  []string{"district", "tag", "status", "office"},
			Scopes: []Scope{Scope([]string{"public", "staff", "office/1", "nobody"}[r.IntN(4)]), "office/2"},
			Size:   100,
		}
		if v := some("q1", "Città Antica"); len(v) > 0 {
			q.Facets = map[string][]string{"district": v}
		}
		if v := some("a", "c"); len(v) > 0 && q.Facets != nil {
			q.Facets["tag"] = v
		}
		wantIDs, wantFacets := q.bruteForce(docs)
		got, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if got.Total != len(wantIDs) || len(got.Hits) != min(100, len(wantIDs)) {
			t.Errorf("%+v: total %d, hits %d, want %d", q, got.Total, len(got.Hits), len(wantIDs))
		}
		if diff := gocmp.Diff(wantFacets, got.Facets); diff != "" {
			t.Errorf("%+v: facets (-want +got):\n%s", q, diff)
		}
		if n, err := x.Count(t.Context(), q); err != nil || n != len(wantIDs) {
			t.Errorf("%+v: count %d, %v; want %d", q, n, err, len(wantIDs))
		}
		ids := []string{}
		for id, err := range x.IDs(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		if diff := gocmp.Diff(wantIDs, ids); diff != "" {
			t.Errorf("%+v: ids (-want +got):\n%s", q, diff)
		}
	}
}

func TestPagesCoverEveryHitOnce(t *testing.T) {
	t.Parallel()
	x := filled(t, mixedDocs(rand.New(rand.NewPCG(1, 1)), 250)...)
	q := Query{Text: "w6x", Scopes: []Scope{Public, "staff"}, Size: 7}
	seen := map[string]bool{}
	total := 0
	for {
		r, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		total = r.Total
		if len(r.Hits) == 0 {
			break
		}
		for _, h := range r.Hits {
			if seen[h.ID] {
				t.Errorf("%s is on two pages", h.ID)
			}
			seen[h.ID] = true
		}
		q.From += q.Size
	}
	if len(seen) != total || total == 0 {
		t.Errorf("the pages have %d hits, total %d", len(seen), total)
	}
}

func TestSizeIsBounded(t *testing.T) {
	t.Parallel()
	x := filled(t, mixedDocs(rand.New(rand.NewPCG(1, 1)), 300)...)
	for _, c := range []struct{ size, from, want int }{{0, 0, civic.DefaultPageSize},
		{-5, -5, civic.DefaultPageSize}, {1 << 40, 0, civic.MaxPageSize}, {10, 1 << 40, 0}} {
		r, err := x.Search(t.Context(), Query{Scopes: []Scope{Public, "staff", "office/1", "office/2"},
			Size: c.size, From: c.from})
		if err != nil || len(r.Hits) != c.want {
			t.Errorf("size %d from %d: %d hits, %v; want %d", c.size, c.from, len(r.Hits), err, c.want)
		}
	}
}

func TestUnknownFiltersAreRefused(t *testing.T) {
	t.Parallel()
	x := filled(t)
	for name, q := range map[string]Query{
		"facet": {Facets: map[string][]string{"scope": {"staff"}}},
		"count": {Count: []string{"scope"}},
		"many":  {Kinds: make([]string, maxFilter+1)},
	} {
		q.Scopes = []Scope{Public}
		if _, err := x.Search(t.Context(), q); civic.CodeOf(err) != civic.Invalid {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
}
