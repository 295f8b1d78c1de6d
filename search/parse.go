package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ascolto/internal/civic"
	"ascolto/internal/textfold"
)

// The bounds of what a person may ask.
const (
	maxQuery = 200 // characters
	maxTerms = 16  // words; those after are not looked for
	minFuzzy = 5   // letters a word needs for a typing error to be forgiven
	// minFuzzyStem is how many letters of it the stem needs: shorter ones are like everything.
	minFuzzyStem = 4
	// maxFuzzy is how many words may be asked for with their typing errors forgiven: each costs as much as
	// ten others.
	maxFuzzy = 8
)

// asked is a text as it was understood: every part is to be found. Nothing in it is syntax of the index.
type asked struct {
	parts    []part
	all      bool // nothing was asked: everything matches
	strict   bool // there are too many words to forgive typing errors in
	spelling Spelling
}

// exact reports whether only what is written as it was asked for is looked for.
func (a asked) exact() bool { return a.strict || a.spelling == Exact }

// part is one thing that is to be found: the words of a phrase in their order, or all words that need
// finding, or one of the whole forms of a name or code.
type part struct {
	phrase bool
	words  []word
	whole  []string
}

// parse returns what text asks for: words, "phrases" in quotes, and what looks like a code or a telephone
// number also whole. It returns an Invalid error when text is no UTF-8 or too long.
func parse(text string) (asked, error) {
	if !utf8.ValidString(text) {
		return asked{}, civic.NewError(civic.Invalid, "search.error.encoding")
	}
	if utf8.RuneCountInString(text) > maxQuery {
		return asked{}, civic.NewErrorArgs(civic.Invalid, "search.error.long", civic.Args{"Max": maxQuery})
	}
	text = seen(strings.ReplaceAll(text, string(fieldBreak), " "))
	if civic.IsBlank(text) {
		return asked{all: true}, nil
	}
	var a asked
	left := maxTerms
	for i, piece := range quoted(text) {
		if i%2 == 1 {
			left = a.add(part{phrase: true, words: words(piece)}, left)
			continue
		}
		for _, p := range plainParts(piece) {
			left = a.add(p, left)
		}
	}
	a.strict = maxTerms-left > maxFuzzy
	return a, nil
}

// add takes p in as far as words are left and unless it was asked for already, and returns how many are left
// after it.
func (a *asked) add(p part, left int) int {
	p.words = p.words[:min(len(p.words), left)]
	if len(p.words) == 0 || slices.ContainsFunc(a.parts, p.same) {
		return left
	}
	a.parts = append(a.parts, p)
	return left - len(p.words)
}

// same reports whether p and other ask for the same.
func (p part) same(other part) bool {
	return p.phrase == other.phrase && slices.Equal(p.whole, other.whole) &&
		slices.EqualFunc(p.words, other.words, func(a, b word) bool {
			return a.folded == b.folded &&
				a.isStop() == b.isStop()
		})
}

// quoted splits text at its quotation marks: the pieces at odd places are phrases. A mark without its partner
// is none.
func quoted(text string) []string {
	pieces := strings.FieldsFunc(" "+markQuotes(text)+" ", func(r rune) bool { return r == fieldBreak })
	return pieces
}

// markQuotes puts fieldBreak in the place of every pair of quotation marks, with a space so that no piece is
// empty.
func markQuotes(text string) string {
	rs := []rune(text)
	open := -1
	for i, r := range rs {
		if !strings.ContainsRune("\"“”„«»", r) {
			continue
		}
		if open < 0 {
			open = i
			continue
		}
		rs[open], rs[i] = fieldBreak, fieldBreak
		open = -1
	}
	return strings.ReplaceAll(string(rs), string(fieldBreak), " "+string(fieldBreak)+" ")
}

// plainParts returns the parts of text outside quotes: one for each run of non-spaces, particles joined to
// the name after them, and neighbouring groups of digits taken together as one number.
func plainParts(text string) []part {
	raws := strings.FieldsFunc(text, unicode.IsSpace)
	var out []part
	for i := 0; i < len(raws); {
		n := numberRun(raws[i:])
		if n > 0 {
			run := strings.Join(raws[i:i+n], "")
			digits, _ := nationalDigits(run, minEnding)
			out = append(out, part{words: words(strings.Join(raws[i:i+n], " ")), whole: []string{digits}})
			i += n
			continue
		}
		n = particleRun(raws[i:])
		out = append(out, plainPart(raws[i:i+n]))
		i += n
	}
	return out
}

// numberRun returns how many of the first raws together look like a telephone number or, when it is written
// in groups, like a part of one; 0 when they do not.
func numberRun(raws []string) int {
	for n := len(raws); n > 0; n-- {
		least := minEnding
		if n == 1 {
			least = minPhone // fewer digits are found as a part by themselves
		}
		if _, ok := nationalDigits(strings.Join(raws[:n], ""), least); ok {
			return n
		}
	}
	return 0
}

// particleRun returns how many of the first raws are one name: 2 for De Luca, 1 for other words.
func particleRun(raws []string) int {
	n := 1
	for n < len(raws) && n < 3 && particles[textfold.Fold(raws[n-1])] {
		n++
	}
	return n
}

// plainPart returns the part that raws, one word or one name, ask for.
func plainPart(raws []string) part {
	p := part{words: words(strings.Join(raws, " "))}
	if len(p.words) < 2 {
		return p
	}
	if joined := joinParticles(p.words); joined != "" {
		p.whole = append(p.whole, joined)
	}
	if len(raws) == 1 {
		key := strings.TrimFunc(codeKey(raws[0]), func(r rune) bool { return !isWordRune(r) })
		p.whole = append(p.whole, key)
	}
	return p
}

// needed returns the words of p that have to be found: not the stop words, unless there are no others.
func (p part) needed() []word {
	var out []word
	for _, w := range p.words {
		if !w.isStop() {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return p.words
	}
	return out
}

// vague reports whether p has stop words only.
func (p part) vague() bool {
	for _, w := range p.words {
		if !w.isStop() {
			return false
		}
	}
	return !p.phrase
}

// forgiving reports whether a typing error in w is forgiven: it is long enough and a word, not a number.
func (w word) forgiving() bool {
	return utf8.RuneCountInString(w.folded) >= minFuzzy && !strings.ContainsFunc(w.folded, unicode.IsDigit)
}
