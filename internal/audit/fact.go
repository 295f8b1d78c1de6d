package audit

import (
	"slices"
	"strings"

	"ascolto/internal/civic"
)

// Fact is one thing that a document says, as a line of the audit keeps it.
type Fact struct {
	Field string // as forms call it
	Value string // a code, an id or what was typed; empty: nothing
}

// maxFact is how many characters of a value are kept.
const maxFact = 80

// Differences returns the details of a change that say under "was" and "now" what only the document of before
// says, and what only that of afterwards does; see ParseFacts.
func Differences(before, after []Fact) map[string]string {
	return map[string]string{"was": lines(before, after), "now": lines(after, before)}
}

// lines returns the facts that others lack, each on a line of its own.
func lines(facts, others []Fact) string {
	var all []string
	for _, f := range facts {
		if !slices.Contains(others, f) {
			value := strings.Join(strings.Fields(f.Value), " ")
			all = append(all, f.Field+" "+civic.Shorten(value, maxFact))
		}
	}
	return strings.Join(all, "\n")
}

// ParseFacts returns the facts of a detail that Differences made.
func ParseFacts(detail string) []Fact {
	var all []Fact
	for line := range strings.SplitSeq(detail, "\n") {
		if field, value, ok := strings.Cut(line, " "); ok {
			all = append(all, Fact{field, value})
		}
	}
	return all
}

// Flag returns the value of a fact that is so or not.
func Flag(is bool) string {
	if is {
		return "1"
	}
	return ""
}
