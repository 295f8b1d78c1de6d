package search

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
)

// The letters that begin the terms of the field of names and codes. None of them occurs in a word.
const (
	asName = "'" // a whole word of a name
	asCode = "=" // a whole code, or a word of one
	asPart = "^" // the beginning of a name, the end of a telephone number
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
			terms := nameTerms(name)
			add(asName, terms)
			add(asPart, beginnings(terms))
		} else if code, ok := strings.CutPrefix(v, asCode); ok {
			key := codeKey(code)
			add(asCode, codeTerms(key))
			add(asPart, phoneEndings(key))
		}
	}
	return out
}

// The bounds of the beginnings that are indexed of names, in letters.
const (
	minBeginning = 3
	maxBeginning = 10
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

// beginnings returns the beginnings of terms, for "nico" to find Nicolò.
func beginnings(terms []string) []string {
	var out []string
	for _, term := range terms {
		n := 0
		for i := range term {
			if n >= minBeginning && n <= maxBeginning {
				out = append(out, term[:i])
			}
			n++
		}
	}
	return out
}

// codeTerms returns the forms under which the code with the key whole is found: whole, and of an e-mail address the domain and
// the words before it, of other codes their words.
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

// endings are the numbers of last digits by which a telephone number is found: what people remember of it, and what is left
// of it without the prefix.
var endings = []int{4, 6, 7}

// phoneEndings returns the last digits of a code when it is a telephone number.
func phoneEndings(key string) []string {
	digits, ok := phoneDigits(key)
	if !ok {
		return nil
	}
	var out []string
	for _, n := range endings {
		if n < len(digits) {
			out = append(out, digits[len(digits)-n:])
		}
	}
	return out
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
