package search

import (
	"bytes"
	"iter"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/italian"

	"ascolto/internal/textfold"
)

// fieldBreak separates values inside one field: words on its two sides are no neighbours.
const fieldBreak = '\x00'

// maxWord bounds what is indexed of one word, in bytes: the longest Italian words have under 30 letters.
const maxWord = 64

// word is one word of a text.
type word struct {
	start, end int    // its bytes in the text
	lower      string // in lower case, as written
	folded     string // in lower case without accents
	elided     bool   // an article cut by an apostrophe: the dell of dell'acqua
	broken     bool   // a fieldBreak lies before it
}

// words returns the words of text: runs of letters, digits and accents. Apostrophes separate.
func words(text string) []word {
	return slices.AppendSeq(make([]word, 0, 1+len(text)/bytesPerWord), wordsOf(text))
}

// bytesPerWord is how long a word of a text is, with what stands before the next.
const bytesPerWord = 6

// wordsOf yields the words of text.
func wordsOf(text string) iter.Seq[word] { return wordsAmong(text, nil) }

// letters are bytes below utf8.RuneSelf.
type letters [utf8.RuneSelf]bool

// wordsAmong yields the words of text that may begin, folded, with one of first or with a letter of other
// alphabets; all when first is nil. What is left out costs next to nothing: folding keeps a Latin letter that
// a word begins with. Of what is yielded with first, nothing says whether a fieldBreak lies before it.
func wordsAmong(text string, first *letters) iter.Seq[word] {
	return func(yield func(word) bool) {
		start, broken := -1, false
		for i, r := range text {
			if isWordRune(r) {
				if start < 0 {
					start = i
				}
				continue
			}
			if start >= 0 && first.may(text[start]) {
				if w, ok := newWord(text, start, i, r, broken); ok {
					if !yield(w) {
						return
					}
					broken = false
				}
			}
			start, broken = -1, broken || r == fieldBreak
		}
		if start >= 0 && first.may(text[start]) {
			if w, ok := newWord(text, start, len(text), ' ', broken); ok {
				yield(w)
			}
		}
	}
}

// add takes in what word begins with.
func (l *letters) add(word string) {
	if word != "" && word[0] < utf8.RuneSelf {
		l[word[0]] = true
	}
}

// may reports whether a word whose first byte is b may begin, in small letters, with one of l.
func (l *letters) may(b byte) bool {
	if b >= 'A' && b <= 'Z' {
		b += 'a' - 'A'
	}
	return l == nil || b >= utf8.RuneSelf || l[b]
}

// newWord returns the word that text has from start to end, before next; there is none when it is accents
// alone.
func newWord(text string, start, end int, next rune, broken bool) (word, bool) {
	lower := strings.ToLower(cut(seen(text[start:end]), maxWord))
	w := word{start: start, end: end, lower: lower, folded: lower, broken: broken}
	if !textfold.IsASCII(lower) {
		w.folded = textfold.Fold(lower)
	}
	w.elided = isApostrophe(next) && articles()[w.folded]
	return w, w.folded != ""
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || unicode.Is(unicode.Cf, r)
}

// seen returns s without the signs that format a text and are not seen: they come along when a word is
// copied, and divide none.
func seen(s string) string {
	if textfold.IsASCII(s) ||
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cf, r) }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

func isApostrophe(r rune) bool { return r != ' ' && strings.ContainsRune("'’‘ʼ′`´", r) }

// cut returns at most the first max bytes of s, never half a character.
func cut(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max]
}

// stem returns what the forms of an Italian word have in common. The Snowball stemmer leaves the h that keeps
// the c or g of a plural hard when the word is short; without it buche (buch) would not find buca (buc).
func stem(folded string) string {
	env := snowballstem.NewEnv(folded)
	italian.Stem(env)
	s := env.Current()
	if strings.HasSuffix(s, "ch") || strings.HasSuffix(s, "gh") {
		s = s[:len(s)-1]
	}
	if s == "" {
		return folded
	}
	return s
}

// stopWords holds the words that carry no meaning for a search, as written and, where no other word is spelt
// so, without accent: "sarà" is one, the name Sara is none.
var stopWords = sync.OnceValue(func() map[string]bool {
	set := tokenSet(it.ItalianStopWords)
	for _, w := range []string{"perche", "piu", "cosi", "così", "lì", "là", "ciò", "cio", "però", "pero", "d",
		"s", "v", "m", "t", "n"} {
		set[w] = true
	}
	return set
})

// articles holds what an apostrophe cuts off before a noun.
var articles = sync.OnceValue(func() map[string]bool { return tokenSet(it.ItalianArticles) })

func tokenSet(list []byte) map[string]bool {
	m := analysis.NewTokenMap()
	if err := m.LoadBytes(list); err != nil {
		return nil // a list in memory cannot fail to be read
	}
	return m
}

// isStop reports whether w says nothing by itself.
func (w word) isStop() bool { return w.elided || stopWords()[w.lower] }

// stemmed is the analysis of running Italian text: stems, without stop words.
type stemmed struct{}

// Analyze returns the stems of text.
func (stemmed) Analyze(text []byte) analysis.TokenStream {
	ws := words(string(text))
	out := make(analysis.TokenStream, 0, len(ws))
	for i, w := range ws {
		if !w.isStop() {
			out = append(out, &analysis.Token{Term: []byte(stem(w.folded)), Start: w.start, End: w.end,
				Position: i + 1})
		}
	}
	return out
}

// literal is the analysis for exact words and phrases: every word, without accents.
type literal struct{}

// phraseGap is put between two values of a field, so that no phrase spans them.
const phraseGap = 100

// Analyze returns the words of text.
func (literal) Analyze(text []byte) analysis.TokenStream {
	ws := words(string(text))
	out := make(analysis.TokenStream, len(ws))
	pos := 0
	for i, w := range ws {
		pos++
		if w.broken && i > 0 {
			pos += phraseGap
		}
		out[i] = &analysis.Token{Term: []byte(w.folded), Start: w.start, End: w.end, Position: pos}
	}
	return out
}

// each is the analysis of a list of values with a fieldBreak between them: every value as it is.
type each struct{}

// Analyze returns the values of list.
func (each) Analyze(list []byte) analysis.TokenStream {
	out := make(analysis.TokenStream, 0, bytes.Count(list, []byte{fieldBreak})+1)
	for v := range bytes.SplitSeq(list, []byte{fieldBreak}) {
		out = append(out, &analysis.Token{Term: v, Position: len(out) + 1, End: len(list)})
	}
	return out
}
