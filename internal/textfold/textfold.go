// Package textfold returns texts in plain Latin letters: one rule for finding, comparing, sorting and
// readable addresses.
package textfold

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plainLetters are letters that have no decomposition into a base letter and a mark.
var plainLetters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "ł",
	"l", "þ", "th", "ı", "i",
	"ħ", "h", "ŧ", "t", "ŋ", "n", "ĸ", "k", "ŀ", "l", "ə", "e", "ɖ", "d", "ƒ", "f", "ɓ", "b", "ɗ", "d", "ƙ",
	"k", "ƴ", "y", "ɛ", "e", "ɔ", "o")

// Fold returns s in small letters without accents, each letter as it is looked for and sorted: Città is
// citta, Łucja lucja, Đanilo danilo, Þór thor. It is the one rule for the index, for who is like whom, for
// the order of lists and for readable addresses.
func Fold(s string) string {
	s = strings.ToLower(s)
	if IsASCII(s) {
		return s
	}
	plain := latin()
	out := make([]byte, 0, len(s))
	for _, r := range s {
		if int(r) >= len(plain) {
			return fold(s)
		}
		out = append(out, plain[r]...)
	}
	return string(out)
}

// latin holds what the letters of Latin-1 and Latin Extended-A are folded to, each by itself.
var latin = sync.OnceValue(func() (plain [0x180]string) {
	for r := range plain {
		plain[r] = fold(string(rune(r)))
	}
	return plain
})

// fold is Fold for any letters.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
	return plainLetters.Replace(strings.ToLower(s))
}

// IsASCII reports whether s has nothing but ASCII letters, digits and signs.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Slug returns the readable part of an address for a title: words of ASCII letters and digits joined by
// hyphens, at most max characters, cut between words where that is possible. A title without such a letter
// gives "".
func Slug(title string, max int) string {
	words := strings.FieldsFunc(Fold(title), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
	var b strings.Builder
	for _, w := range words {
		if b.Len() > 0 && b.Len()+1+len(w) > max {
			break
		}
		if b.Len() > 0 {
			b.WriteByte('-')
		}
		b.WriteString(w[:min(len(w), max)])
	}
	return b.String()
}
