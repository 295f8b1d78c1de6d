package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"

	"ascolto/internal/textfold"
)

// The letters that begin the terms of the field of names and codes. None of them occurs in a word.
const (
	asName = "'" // a whole word of a name
	asCode = "=" // a whole code, or a word of one
	asTail = "^" // a telephone number, its last digit first
)

// knownValue returns the names and codes of a document as the value of their field.
func knownValue(names, codes []string) []byte {
	var b strings.Builder
	for _, n := range names[:min(len(names), maxValues)] {
		b.WriteString(asName + cleanValue(n, maxTitle) + string(fieldBreak))
	}
	for _, c := range codes[:min(len(codes), maxValues)] {
		b.WriteString(asCode + cleanValue(c, maxTitle) + string(fieldBreak))
	}
	return []byte(b.String())
}

// known is the analysis of names and codes.
type known struct{}

// Analyze returns the terms under which the names and codes of value are found.
func (known) Analyze(value []byte) analysis.TokenStream {
	var out analysis.TokenStream
	add := func(as string, terms []string) {
		for _, t := range terms {
			out = append(out, &analysis.Token{Term: []byte(as + t), Position: len(out) + 1, End: len(value)})
		}
	}
	for v := range strings.SplitSeq(string(value), string(fieldBreak)) {
		if name, ok := strings.CutPrefix(v, asName); ok {
			add(asName, nameTerms(name))
		} else if code, ok := strings.CutPrefix(v, asCode); ok {
			key := codeKey(code)
			add(asCode, codeTerms(key))
			if digits, ok := phoneDigits(key); ok {
				add(asTail, []string{reversed(digits)})
			}
		}
	}
	return out
}

// The least of a name and of a telephone number that finds the whole.
const (
	minBeginning = 3 // letters
	minEnding    = 4 // digits: what people remember, or what is left without the prefix
	minPhone     = 6 // digits of a whole number
)

// particles stand before a surname and are written apart, joined or with an apostrophe: De Luca, Deluca,
// D'Angelo, Dangelo.
var particles = map[string]bool{
	"d": true, "de": true, "di": true, "da": true, "del": true, "della": true, "delle": true, "dello": true,
	"dell": true,
	"dei":  true, "degli": true, "dal": true, "dalla": true, "dall": true, "la": true, "lo": true, "li": true,
	"le": true,
	"l":  true, "o": true, "mc": true, "mac": true, "san": true, "sant": true, "van": true, "von": true,
	"el": true, "al": true,
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

// joinParticles returns the particles that ws begins with and the word after them as one word, or "" when
// there are none.
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

// partTerms returns the beginnings of terms under which w is found as a part: as the beginning of a name, for
// "nico" to find Nicolò, or as the first or the last digits of a telephone number.
func partTerms(w string) []string {
	var out []string
	if utf8.RuneCountInString(w) >= minBeginning {
		out = append(out, asName+w)
	}
	if len(w) >= minEnding && strings.Trim(w, "0123456789") == "" {
		// the end of a telephone number, or the beginning of one
		out = append(out, asTail+reversed(w), asCode+w)
	}
	return out
}

// reversed returns digits from the last to the first.
func reversed(digits string) string {
	b := []byte(digits)
	slices.Reverse(b)
	return string(b)
}

// codeTerms returns the forms under which the code with the key whole is found: whole, and of an e-mail
// address the domain and the words before it, of other codes their words.
func codeTerms(whole string) []string {
	if whole == "" {
		return nil
	}
	if digits, ok := phoneDigits(whole); ok {
		return []string{digits}
	}
	out := []string{whole}
	local, domain, isMail := strings.Cut(whole, "@")
	if isMail {
		out = append(out, domain)
	}
	for _, w := range words(local) {
		if w.folded != whole && utf8.RuneCountInString(w.folded) > 1 {
			out = append(out, w.folded)
		}
	}
	return out
}

// codeKey returns a code in lower case without accents and spaces.
func codeKey(code string) string {
	return strings.Join(strings.Fields(textfold.Fold(cut(seen(code), 4*maxWord))), "")
}

// phoneDigits returns the national digits of a telephone number, and whether code looks like one: six to
// fifteen digits with nothing else but the signs people put between them.
func phoneDigits(code string) (string, bool) { return nationalDigits(code, minPhone) }

// nationalDigits does the same for a number, or the part of one, of so many digits at least.
func nationalDigits(code string, least int) (string, bool) {
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
	if len(digits) < least || len(digits) > 15 {
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
