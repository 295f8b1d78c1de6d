package surveys

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold returns a text as two readers see the same: compatibility forms made plain, without capital letters,
// without characters that leave no mark, and with single spaces.
func fold(s string) string {
	s = cases.Fold().String(norm.NFKC.String(s))
	return strings.Join(strings.Fields(strings.Map(visible, s)), " ")
}

// visible returns a space for what looks like one, -1 for what leaves no mark, and every other character
// itself. The blanks that Unicode counts among letters and symbols: Hangul fillers and the empty Braille
// pattern.
func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r), r == '\u2800', r == '\u3164', r == '\u115F', r == '\u1160', r == '\uFFA0':
		return ' '
	case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector), r == '\u034F', r == '\u17B4',
		r == '\u17B5':
		return -1
	}
	return r
}
