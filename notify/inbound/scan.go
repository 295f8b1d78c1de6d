package inbound

import (
	"bytes"
	"crypto/rand"
	"mime"
	"regexp"
	"strconv"
	"strings"
)

// leaf is a part of a mail that has no parts of its own: its content in the bytes of the mail, and in which
// encoding.
type leaf struct {
	body, end int
	encoding  string // in small letters
}

// partField is the field by which a part of what a scan wrote is known: the number of its leaf.
const partField = "X-Ascolto-Part"

// keptFields are what is passed on of the header of a mail, and of that of a part.
var (
	keptFields     = []string{"From", "To", "Cc", "Subject", "Content-Type", "Content-Disposition"}
	keptPartFields = []string{"Content-Type", "Content-Disposition"}
)

// maxField is how many bytes of a field are passed on.
const maxField = 16 << 10

// scan is one walk through the bytes of a mail. It checks the bounds, and writes the mail once more as the
// rules would have it: with fields of bounded length, delimiters that stand nowhere else, and without the
// content of files, which are read from the mail itself. So what decodes the rest meets no more than the
// bounds allow, and nothing that programs understand in different ways.
type scan struct {
	raw    []byte
	head   header // of the mail itself
	media  string // likewise
	leaves []leaf
	parts  int
	cut    bool // of texts, something was left out
	out    bytes.Buffer
	fault  Why
}

// scanned walks through a mail; its fault is empty when the mail keeps to the bounds.
func scanned(raw []byte) *scan {
	s := &scan{raw: raw}
	if len(raw) > MaxRead {
		s.head, _ = readHeader(raw, maxHeader)
		s.fault = TooLarge
		return s
	}
	s.entity(0, len(raw), 0)
	if s.out.Len() > 2*maxWhole && s.fault == "" {
		s.fault = ManyParts
	}
	return s
}

// entity walks through a mail, or through a part, which lies between two positions.
func (s *scan) entity(start, end, depth int) {
	if s.parts++; s.parts > maxParts {
		s.fault = ManyParts
		return
	}
	most, kept := maxPartHeader, keptPartFields
	if depth == 0 {
		most, kept = maxHeader, keptFields
	}
	h, fault := readHeader(s.raw[start:end], most)
	media, boundary := kindOf(h)
	if depth == 0 {
		s.head, s.media = h, media
	}
	if s.fault = fault; fault != "" {
		return
	}
	for _, name := range kept {
		s.pass(h, name)
	}
	switch body := start + h.size; {
	case boundary == "":
		s.leaf(h, media, body, end)
	case len(boundary) > maxBoundary:
		s.fault = Unreadable
	case depth == maxDepth:
		s.fault = TooDeep
	default:
		ours := rand.Text()
		s.field("Content-Type", media+`; boundary="`+ours+`"`)
		s.out.WriteString("\r\n")
		s.multipart(body, end, depth, "--"+boundary, "--"+ours)
	}
}

// kindOf returns the media type of a part, and the boundary of its parts; none when it has none.
func kindOf(h header) (media, boundary string) {
	given := h.first("Content-Type")
	media, params, err := mime.ParseMediaType(given)
	if err != nil { // as far as it can be told
		media, _, _ = strings.Cut(given, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	if !strings.HasPrefix(media, "multipart/") {
		return media, ""
	}
	if boundary = params["boundary"]; boundary == "" {
		boundary = looseBoundary(given)
	}
	if strings.ContainsAny(media, "\"\r\n ") {
		media = "multipart/mixed"
	}
	return media, boundary
}

// namesBoundary finds where a Content-Type names a boundary.
var namesBoundary = regexp.MustCompile(`(?i)boundary\s*=\s*`)

// looseBoundary returns the boundary that a Content-Type names which does not keep to the rules otherwise.
func looseBoundary(contentType string) string {
	at := namesBoundary.FindStringIndex(contentType)
	if at == nil {
		return ""
	}
	after := contentType[at[1]:]
	if quoted, ok := strings.CutPrefix(after, `"`); ok {
		after, _, _ = strings.Cut(quoted, `"`)
		return after
	}
	after, _, _ = strings.Cut(after, ";")
	return strings.TrimSpace(after)
}

// pass writes the first field of a name, as far as it is passed on; Content-Type of what has parts is
// written otherwise.
func (s *scan) pass(h header, name string) {
	value := h.first(name)
	media, boundary := kindOf(h)
	switch {
	case name != "Content-Type":
	case boundary != "":
		return
	case isText(h, media):
		value = textKind(h, media)
	}
	if value != "" {
		s.field(name, value)
	}
}

// isText reports whether a part without parts may be what somebody wrote, rather than a file. Some programs
// send plain texts that say they had parts, or with a type that is none.
func isText(h header, media string) bool {
	attached := strings.HasPrefix(strings.ToLower(h.first("Content-Disposition")), "attachment")
	return !attached && (media == "text/plain" || media == "text/html" || !strings.Contains(media, "/") ||
		strings.HasPrefix(media, "multipart/"))
}

// textKind returns the Content-Type of a text. Where it says no charset, or one that every program says that
// knows of none, nothing is to be decoded by it: see utf8Of.
func textKind(h header, media string) string {
	if media != "text/html" {
		media = "text/plain"
	}
	_, params, _ := mime.ParseMediaType(h.first("Content-Type"))
	switch charset := strings.ToLower(strings.TrimSpace(params["charset"])); charset {
	case "", "us-ascii", "ascii", "utf-8", "utf8":
		return media + "; charset=" + unsaid
	default:
		if said := mime.FormatMediaType(media, map[string]string{"charset": charset}); said != "" {
			return said
		}
		return media + "; charset=" + unsaid
	}
}

// unsaid is a charset that there is not: such a text stays as it is.
const unsaid = "x-unsaid"

func (s *scan) field(name, value string) {
	if len(value) > maxField {
		value = value[:maxField]
	}
	s.out.WriteString(name + ": " + strings.ReplaceAll(printable(utf8Of([]byte(value))), "\n", " ") + "\r\n")
}

// leaf writes a part without parts, and its content when it is a text.
func (s *scan) leaf(h header, media string, body, end int) {
	l := leaf{body: body, end: end,
		encoding: strings.ToLower(strings.TrimSpace(h.first("Content-Transfer-Encoding")))}
	s.field(partField, strconv.Itoa(len(s.leaves)))
	s.leaves = append(s.leaves, l)
	if !isText(h, media) {
		s.out.WriteString("\r\n")
		return
	}
	if l.encoding != "" {
		s.field("Content-Transfer-Encoding", l.encoding)
	}
	s.out.WriteString("\r\n")
	text := s.raw[body:end]
	if most := min(maxText, max(0, maxWhole-s.out.Len())); len(text) > most {
		s.cut = true
		if text = text[:most]; bytes.IndexByte(text, '\n') >= 0 {
			text = text[:bytes.LastIndexByte(text, '\n')+1]
		}
	}
	s.out.Write(text)
}

// multipart walks through the parts between the lines of a delimiter, and writes them between others.
func (s *scan) multipart(from, end, depth int, delimiter, ours string) {
	part := func(begun, ended int) {
		s.out.WriteString("\r\n" + ours + "\r\n")
		s.entity(begun, ended, depth+1)
	}
	for begun := -1; s.fault == ""; {
		line, next, last, ok := s.delimiter(from, end, delimiter)
		switch {
		case !ok && begun >= 0: // it was never closed
			part(begun, end)
		case ok && begun >= 0:
			part(begun, line)
		}
		if !ok || last {
			break
		}
		from, begun = next, next
	}
	s.out.WriteString("\r\n" + ours + "--\r\n")
}

// delimiter finds the next line of a delimiter: where the line break before it begins, where the line after
// it begins, and whether it is the last.
func (s *scan) delimiter(from, end int, delimiter string) (line, next int, last, ok bool) {
	for at := from; at < end; {
		n := bytes.Index(s.raw[at:end], []byte(delimiter))
		if n < 0 {
			return 0, 0, false, false
		}
		at += n
		after := at + len(delimiter)
		rest := s.raw[after:end]
		last = bytes.HasPrefix(rest, []byte("--"))
		ends := last || len(rest) == 0 || strings.IndexByte(" \t\r\n", rest[0]) >= 0
		if at > from && s.raw[at-1] != '\n' || !ends {
			at = after
			continue
		}
		next = end
		if n := bytes.IndexByte(rest, '\n'); n >= 0 {
			next = after + n + 1
		}
		return max(from, beforeBreak(s.raw, at)), next, last, true
	}
	return 0, 0, false, false
}

// beforeBreak returns where the line break begins that stands before a position.
func beforeBreak(raw []byte, at int) int {
	if at > 0 && raw[at-1] == '\n' {
		at--
	}
	if at > 0 && raw[at-1] == '\r' {
		at--
	}
	return at
}
