package find

import (
	"slices"
	"testing"

	"ascolto/search"
)

// TestChoicesOfOneCountAreByName: what is found as often stands where readers look for its name.
func TestChoicesOfOneCountAreByName(t *testing.T) {
	t.Parallel()
	counts := []search.FacetCount{{Value: "z", Count: 1}, {Value: "a", Count: 2}, {Value: "b", Count: 2},
		{Value: "c", Count: 2}}
	names := facetNames{"office": {"z": "Anagrafe", "a": "Zanasi", "b": "Èlia", "c": "de Luca"}}
	var got []string
	for _, f := range (asked{}).choices("office", counts, names) {
		got = append(got, f.Label)
	}
	if want := []string{"de Luca", "Èlia", "Zanasi", "Anagrafe"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
