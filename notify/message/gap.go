package message

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tags that stand within a line; every other tag begins or ends one.
var (
	openInline  = regexp.MustCompile(`(?:</?(?:strong|em|b|i|del|s|code|a|span)(?: [^<>]*)?>)+$`)
	closeInline = regexp.MustCompile(`^(?:</?(?:strong|em|b|i|del|s|code|a|span)(?: [^<>]*)?>)+`)
)

// closeGap returns the text before and after a gap that stays empty as they have to meet.
func closeGap(before []byte, after string) ([]byte, string) {
	var opened, closed string
	if i := openInline.FindIndex(before); i != nil {
		before, opened = before[:i[0]:i[0]], string(before[i[0]:])
	}
	if i := closeInline.FindStringIndex(after); i != nil {
		closed, after = after[:i[1]], after[i[1]:]
	}
	head, tail := bytes.TrimRight(before, " "), strings.TrimLeft(after, " ")
	starts := len(head) == 0 || head[len(head)-1] == '\n' || head[len(head)-1] == '>'
	ends := tail == "" || tail[0] == '\n' || tail[0] == '<'
	switch {
	case starts && ends:
	case starts:
		tail = capital(strings.TrimLeft(tail, ",;: "))
	case ends:
		head = bytes.TrimRight(head, ",; ")
	case strings.ContainsRune(",;:.!?)", rune(tail[0])):
		head = bytes.TrimRight(head, ",; ")
	case len(head) < len(before) || len(tail) < len(after):
		tail = " " + tail
	}
	return append(head, opened...), closed + tail
}

// capital returns s with a capital first letter.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
