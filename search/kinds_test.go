package search

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKindsAreCounted: with the other facets and without hits, within the scopes and the other filters.
func TestKindsAreCounted(t *testing.T) {
	t.Parallel()
	x := filled(t,
		Doc{ID: "thread/1", Kind: "thread", Scope: Public, Title: "Il parco",
			Facets: map[string][]string{"district": {"q1"}}},
		Doc{ID: "post/1", Kind: "post", Scope: Public, Title: "Il parco", Text: "Il parco è buio", Part: true,
			Group: "thread/1", Facets: map[string][]string{"district": {"q1"}}},
		Doc{ID: "post/2", Kind: "post", Scope: Public, Title: "Il parco", Text: "Parco chiuso", Part: true,
			Group: "thread/1", Facets: map[string][]string{"district": {"q2"}}},
		Doc{ID: "note/1", Kind: "note", Scope: "staff", Title: "Il parco", Text: "Il parco in segreto"},
	)
	q := Query{Text: "parco", Scopes: []Scope{Public}, Grouped: true, Count: []string{KindFacet, "district"}}
	want := []FacetCount{{"post", 2}, {"thread", 1}}
	found, err := x.Search(t.Context(), q)
	if diff := cmp.Diff(want, found.Facets[KindFacet]); diff != "" || err != nil ||
		len(found.Facets["district"]) != 2 {
		t.Errorf("with hits (-want +got) %v\n%s", err, diff)
	}
	counts, err := x.Counts(t.Context(), q)
	if diff := cmp.Diff(want, counts[KindFacet]); diff != "" || err != nil {
		t.Errorf("without hits (-want +got) %v\n%s", err, diff)
	}
	q.Facets = map[string][]string{"district": {"q2"}}
	counts, err = x.Counts(t.Context(), q)
	if diff := cmp.Diff([]FacetCount{{"post", 1}}, counts[KindFacet]); diff != "" || err != nil {
		t.Errorf("under a filter (-want +got) %v\n%s", err, diff)
	}
}
