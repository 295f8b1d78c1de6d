package crm

import (
	"slices"
	"strings"
)

// inOrder returns a folded name with its words sorted, so that "mario rossi" and "rossi mario" are one.
func inOrder(folded string) string {
	words := strings.Fields(folded)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// skeleton returns what of a folded name survives the usual slips of hearing and typing: the first letter and
// the consonants of each word, doubled letters once, words sorted. "Rosi Mario" and "Mario Rossi" are both
// "mr rs".
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

// joinedSkeleton returns the skeleton of a folded name whose parts are each one word, so that Dell'Orbona,
// Dell Orbona and Dellorbona, Gian Carlo and Giancarlo have the same one. A part is the family name or the
// given name; the two are sorted.
func joinedSkeleton(folded string) string {
	parts := strings.Split(folded, givenMark)
	for i, p := range parts {
		parts[i] = consonants(strings.Join(strings.Fields(p), ""))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// unspaced returns a folded name without the spaces inside its parts, the parts sorted.
func unspaced(folded string) string {
	parts := strings.Split(folded, givenMark)
	for i, p := range parts {
		parts[i] = strings.Join(strings.Fields(p), "")
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// likeness returns how alike two folded names are, whatever the order and the division of their words: 1 for
// equal ones, less by each letter that must be put, dropped, changed or swapped with its neighbour, as a
// share of the longer name.
func likeness(a, b string) float64 {
	return max(closeness(a, b), closeness(inOrder(a), inOrder(b)))
}

// alike reports whether two folded names may be one person's: alike as a whole, and where both have a family
// and a given name, each of them. Ferrari Anna and Ferri Anna are two people, although few letters tell them
// apart.
func alike(a, b string) bool {
	if likeness(a, b) < leastLikeness {
		return false
	}
	x, y := strings.Split(a, givenMark), strings.Split(b, givenMark)
	if len(x) != 2 || len(y) != 2 {
		return true
	}
	return partsAlike(x[0], y[0]) && partsAlike(x[1], y[1]) || partsAlike(x[0], y[1]) &&
		partsAlike(x[1], y[0])
}

// partsAlike reports whether two family names, or two given names, differ by one slip or by little of their
// length.
func partsAlike(a, b string) bool {
	x, y := []rune(strings.Join(strings.Fields(a), "")), []rune(strings.Join(strings.Fields(b), ""))
	d := distance(x, y)
	return d <= 1 || float64(d) < (1-leastPartLikeness)*float64(max(len(x), len(y)))
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
