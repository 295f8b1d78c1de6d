package civic

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// blanks look like nothing but are letters or symbols to Unicode: the Hangul fillers, the empty Braille
// pattern and the empty notehead. Source: Unicode 15, "Default_Ignorable_Code_Point" and the glyphs of the
// code charts.
const blanks = "\u115F\u1160\u3164\uFFA0\u2800\U0001D159"

// IsVisible reports whether r is a sign that a reader sees by itself: no space, no control or format
// character, no variation selector, no combining mark without a letter, and no letter that is drawn as
// nothing.
func IsVisible(r rune) bool {
	return !unicode.IsSpace(r) && !unicode.Is(unicode.C, r) && !unicode.Is(unicode.M, r) &&
		!unicode.Is(unicode.Z, r) &&
		!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && !strings.ContainsRune(blanks, r) ||
		unicode.Is(unicode.Co, r)
}

// IsBlank reports whether a reader sees nothing of s. Every required text is checked with it, because
// CleanText and CleanLine return nothing for a text of which nothing is seen.
func IsBlank(s string) bool { return !strings.ContainsFunc(s, IsVisible) }

// VisibleLength returns how many signs of s a reader sees.
func VisibleLength(s string) int {
	n := 0
	for _, r := range s {
		if IsVisible(r) {
			n++
		}
	}
	return n
}

// CleanText returns s with surrounding space cut, CR LF turned into LF and control characters other than
// newline and tab removed, and nothing when a reader would see nothing of it. It returns an Invalid error
// when s is not valid UTF-8 or holds more than max characters.
func CleanText(s string, max int) (string, error) {
	if !utf8.ValidString(s) {
		return "", NewError(Invalid, "error.text.encoding")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || !unicode.IsControl(r) {
			return r
		}
		return -1
	}, s)
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > max {
		return "", NewErrorArgs(Invalid, "error.text.long", Args{"Max": max})
	}
	if IsBlank(s) {
		return "", nil
	}
	return s, nil
}

// CleanLine is CleanText for a single line: newlines and tabs become spaces and runs of spaces become one.
func CleanLine(s string, max int) (string, error) {
	s, err := CleanText(s, max*4)
	if err != nil {
		return "", err
	}
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > max {
		return "", NewErrorArgs(Invalid, "error.text.long", Args{"Max": max})
	}
	return s, nil
}

// Bare returns s without space around it and without the signs of Unicode that format a text and are not
// seen: what comes along when an address or a number is copied from a page or a letter (zero-width space,
// marks and embeddings of direction, word joiner, soft hyphen, byte order mark). For what identifies
// something; in names and texts such signs may mean something.
func Bare(s string) string {
	if !utf8.ValidString(s) {
		return s // which what reads it refuses
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || r == '\u034F' || r == '\u180E' {
			return -1
		}
		return r
	}, s))
}

// Unformatted returns s without the signs of Unicode that format a text and are not seen, by which a line can
// be made to read as another: they turn the direction of what follows (UAX #9) or hide in a word. The joiners
// stay, by which some scripts and pictures are written.
func Unformatted(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) && r != '\u200C' && r != '\u200D' {
			return -1
		}
		return r
	}, s)
}

// Shorten returns s, or its first max characters and an ellipsis where it has more.
func Shorten(s string, max int) string {
	if r := []rune(s); len(r) > max {
		return string(r[:max]) + "…"
	}
	return s
}
