package crm

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold returns a name as it is compared and sorted: small letters without accents, apostrophes dropped ("D'Aloè" is "daloe"),
// everything else that is no letter or digit a single space.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range decomposed(s) {
		switch {
		case r == '\'' || r == '’' || r == '‘' || r == '`' || unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return b.String()
}

// decomposed returns s with accents apart from their letters; most names have none and are returned as they are.
func decomposed(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return norm.NFKD.String(s)
		}
	}
	return s
}

// inOrder returns a folded name with its words sorted, so that "mario rossi" and "rossi mario" are one.
func inOrder(folded string) string {
	words := strings.Fields(folded)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// skeleton returns what of a folded name survives the usual slips of hearing and typing: the first letter and the consonants
// of each word, doubled letters once, words sorted. "Rosi Mario" and "Mario Rossi" are both "mr rs".
func skeleton(folded string) string {
	words := strings.Fields(folded)
	for i, w := range words {
		words[i] = consonants(w)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

func consonants(word string) string {
	var b strings.Builder
	var last rune
	for i, r := range word {
		if i > 0 && (r == last || strings.ContainsRune("aeiouhj", r)) {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// likeness returns how alike two folded names are, whatever the order and the division of their words: 1 for equal ones, less by
// each letter that must be put, dropped, changed or swapped with its neighbour, as a share of the longer name.
func likeness(a, b string) float64 {
	return max(closeness(a, b), closeness(inOrder(a), inOrder(b)))
}

func closeness(a, b string) float64 {
	x, y := []rune(strings.Join(strings.Fields(a), "")), []rune(strings.Join(strings.Fields(b), ""))
	longer := max(len(x), len(y))
	if longer == 0 {
		return 0
	}
	return 1 - float64(distance(x, y))/float64(longer)
}

// distance counts the edits between two words (optimal string alignment), keeping three rows of the table.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
