package siteui

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Excerpt returns the beginning of a text as one line, cut between words.
func Excerpt(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(line) <= excerptLength {
		return line
	}
	cut := string([]rune(line)[:excerptLength])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return cut + "…"
}

// excerptLength is how many characters of a description search engines show.
const excerptLength = 160

// Words returns the text of a piece of HTML without its marks.
func Words(piece string) string {
	var b strings.Builder
	for z := html.NewTokenizer(strings.NewReader(piece)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
			b.WriteByte(' ')
		}
	}
}
