package search

import (
	"strings"
	"unicode/utf8"
)

// The bounds of the beginnings and endings that are indexed of names and codes, in letters.
const (
	minBeginning = 2
	maxBeginning = 10
	minDigits    = 4 // of a telephone number
)

// particles stand before a surname and are written apart, joined or with an apostrophe: De Luca, Deluca, D'Angelo, Dangelo.
var particles = map[string]bool{
	"d": true, "de": true, "di": true, "da": true, "del": true, "della": true, "delle": true, "dello": true, "dell": true,
	"dei": true, "degli": true, "dal": true, "dalla": true, "dall": true, "la": true, "lo": true, "li": true, "le": true,
	"l": true, "o": true, "mc": true, "mac": true, "san": true, "sant": true, "van": true, "von": true, "el": true, "al": true,
}

// nameTerms returns the whole words of a name, and its particles joined with what follows.
func nameTerms(name string) []string {
	ws := words(name)
	out := make([]string, 0, len(ws)+1)
	for i, w := range ws {
		out = append(out, w.folded)
		if joined := joinParticles(ws[i:]); joined != "" {
			out = append(out, joined)
		}
	}
	return out
}

// joinParticles returns the particles that ws begins with and the word after them as one word, or "" when there are none.
func joinParticles(ws []word) string {
	joined := ""
	for _, w := range ws {
		joined += w.folded
		if !particles[w.folded] {
			if joined == w.folded {
				return ""
			}
			return joined
		}
	}
	return ""
}

// nameBeginnings returns the beginnings of the words of a name, for "nico" to find Nicolò.
func nameBeginnings(name string) []string {
	var out []string
	for _, term := range nameTerms(name) {
		out = appendBeginnings(out, term, minBeginning)
	}
	return out
}

func appendBeginnings(out []string, term string, min int) []string {
	n := 0
	for i := range term {
		if n >= min && n <= maxBeginning {
			out = append(out, term[:i])
		}
		n++
	}
	return out
}

// codeTerms returns the forms under which a code is found whole, and its parts.
func codeTerms(code string) []string {
	whole := codeKey(code)
	if whole == "" {
		return nil
	}
	if digits, ok := phoneDigits(whole); ok {
		return []string{digits, "39" + digits}
	}
	out := []string{whole}
	for _, w := range words(whole) {
		if w.folded != whole && utf8.RuneCountInString(w.folded) > 1 {
			out = append(out, w.folded)
		}
	}
	return out
}

// codeBeginnings returns the beginnings of a code, and of a telephone number also the last digits.
func codeBeginnings(code string) []string {
	whole := codeKey(code)
	if digits, ok := phoneDigits(whole); ok {
		out := appendBeginnings(nil, digits, minDigits)
		for i := 1; i <= len(digits)-minDigits; i++ {
			out = append(out, digits[i:])
		}
		return out
	}
	local, _, _ := strings.Cut(whole, "@")
	return appendBeginnings(nil, local, minBeginning+1)
}

// codeKey returns a code in lower case without accents and spaces.
func codeKey(code string) string {
	return strings.Join(strings.Fields(fold(strings.ToLower(cut(code, 4*maxWord)))), "")
}

// phoneDigits returns the national digits of a telephone number, and whether code looks like one: six to fifteen digits with
// nothing else but the signs people put between them.
func phoneDigits(code string) (string, bool) {
	var b strings.Builder
	for i, r := range code {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0, strings.ContainsRune(" .-/()", r):
		default:
			return "", false
		}
	}
	digits := b.String()
	if len(digits) < 6 || len(digits) > 15 {
		return "", false
	}
	if rest, ok := strings.CutPrefix(digits, "0039"); ok {
		return rest, true
	}
	if strings.HasPrefix(code, "+39") {
		return digits[2:], true
	}
	return digits, true
}
