package audit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFactsOfAChange: what did not change is left out, what was not there is told as new, long texts are
// shortened, and what is kept is read as it was written.
func TestFactsOfAChange(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("è ", 100)
	for what, c := range map[string]struct {
		before, after []Fact
		was, now      []Fact
	}{
		"nothing": {[]Fact{{"name", "URP"}}, []Fact{{"name", "URP"}}, nil, nil},
		"one thing": {[]Fact{{"name", "URP"}, {"order", "1"}}, []Fact{{"name", "Urp e altro"}, {"order", "1"}},
			[]Fact{{"name", "URP"}}, []Fact{{"name", "Urp e altro"}}},
		"emptied": {[]Fact{{"phone", "059"}}, []Fact{{"phone", ""}}, []Fact{{"phone", "059"}},
			[]Fact{{"phone", ""}}},
		"new":   {nil, []Fact{{"name", "URP"}, {"off", Flag(true)}}, nil, []Fact{{"name", "URP"}, {"off", "1"}}},
		"lines": {nil, []Fact{{"text.it", "Uno.\nname Due."}}, nil, []Fact{{"text.it", "Uno. name Due."}}},
		"long": {nil, []Fact{{"text.it", long}}, nil,
			[]Fact{{"text.it", strings.Repeat("è ", maxFact/2) + "…"}}},
	} {
		got := Differences(c.before, c.after)
		read := [][]Fact{ParseFacts(got["was"]), ParseFacts(got["now"])}
		if d := cmp.Diff([][]Fact{c.was, c.now}, read); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
}
