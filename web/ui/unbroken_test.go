package ui

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNumbersInTitlesAreWhole: a number or code with hyphens is not broken over two lines, words with hyphens
// are as they were, and nothing of a title is lost.
func TestNumbersInTitlesAreWhole(t *testing.T) {
	t.Parallel()
	for title, want := range map[string][]titlePart{
		"":                       nil,
		"Domande frequenti":      {{"Domande frequenti", false}},
		"Indirizzi e-mail: A-Z":  {{"Indirizzi e-mail: A-Z", false}},
		"Ricevuta n. 2026-00012": {{"Ricevuta n. ", false}, {"2026-00012", true}},
		"K7QM-2XVD-JH5A: esito":  {{"K7QM-2XVD-JH5A", true}, {": esito", false}},
	} {
		if diff := cmp.Diff(want, unbroken(title), cmp.AllowUnexported(titlePart{})); diff != "" {
			t.Errorf("%q: %s", title, diff)
		}
	}
}
