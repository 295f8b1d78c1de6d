package message

import (
	"encoding/base64"
	"fmt"
	"net/mail"
	"strings"
	"unicode/utf8"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
)

// Line lengths of RFC 5322 section 2.1.1, in bytes without CR LF: no line may exceed the first, lines are
// folded at the second.
const (
	maxLine = 998
	aimLine = 78
)

// header is the head of a mail: fields in the order they are written.
type header struct{ fields []string }

// add appends a field whose value is already encoded. It refuses a value that could end the field: CR, LF,
// NUL and every other control character, as well as bytes outside ASCII.
func (h *header) add(name, value string) error {
	for i := range len(value) {
		if c := value[i]; c < ' ' || c > '~' {
			return civic.Wrap(civic.Invalid, "notify.error.header",
				fmt.Errorf("field %s holds byte %#x", name, c))
		}
	}
	line := fold(name, value)
	for l := range strings.SplitSeq(line, "\r\n") {
		if len(l) > maxLine {
			return civic.Wrap(civic.Invalid, "notify.error.header",
				fmt.Errorf("field %s has a line of %d bytes", name, len(l)))
		}
	}
	h.fields = append(h.fields, line)
	return nil
}

func (h *header) String() string { return strings.Join(h.fields, "\r\n") + "\r\n" }

// fold writes a field, with a line break before every word that would pass the aimed length. The first word
// stays on the first line, because some readers take an empty one for an empty field.
func fold(name, value string) string {
	var b strings.Builder
	b.WriteString(name + ":")
	length := len(name) + 1
	for i, word := range strings.Split(value, " ") {
		if i > 0 && word != "" && length+1+len(word) > aimLine {
			b.WriteString("\r\n")
			length = 0
		}
		b.WriteString(" " + word)
		length += 1 + len(word)
	}
	return b.String()
}

// OneLine refuses text that would not stay on one line of a header: CR, LF, NUL and other control characters,
// and text that is not UTF-8.
func OneLine(s string) error {
	if !utf8.ValidString(s) {
		return civic.NewError(civic.Invalid, "error.text.encoding")
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return civic.NewError(civic.Invalid, "notify.error.line")
		}
	}
	return nil
}

// encodeText returns s for an unstructured field or a display name: as it is when it is plain ASCII that no
// reader could take for something else, otherwise as encoded words of RFC 2047.
func encodeText(s string) string {
	if isPlain(s) {
		return s
	}
	const chunk = 42 // bytes; in Base64 and with its frame a word of 68, which fits behind "Subject: "
	var words []string
	for len(s) > 0 {
		n := min(chunk, len(s))
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		words = append(words, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, " ")
}

func isPlain(s string) bool {
	if strings.Contains(s, "=?") {
		return false
	}
	for word := range strings.SplitSeq(s, " ") {
		if len(word) > aimLine/2 {
			return false
		}
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// mailboxHeader returns m as it stands in From, To or Reply-To.
func mailboxHeader(m reach.Mailbox) string {
	if m.Name == "" {
		return m.Address
	}
	if name := encodeText(m.Name); name != m.Name {
		return name + " <" + m.Address + ">"
	}
	return (&mail.Address{Name: m.Name, Address: m.Address}).String()
}
