package inbound

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jhillyerd/enmime/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/charmap"

	"ascolto/internal/civic"
)

// textOf returns what somebody wrote: the plain text, else what the page says that came instead.
func textOf(e *enmime.Envelope) string {
	text := printable(utf8Of([]byte(e.Text)))
	if civic.IsBlank(text) {
		text = htmlText(printable(utf8Of([]byte(e.HTML))))
	}
	return strings.TrimSpace(text)
}

// utf8Of returns b as UTF-8. What is none was written by a program that did not say how, or said something
// that there is not: nearly always in the encoding of Windows for western languages, which holds ISO 8859-1.
func utf8Of(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	s, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil { // it has a sign for every byte
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(s)
}

// printable returns s without control characters but tabs and line breaks.
func printable(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

// unseen are the elements whose content nobody sees. They have to be ended; others, like head, need not be,
// and would take the rest of a mail with them.
var unseen = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Title: true, atom.Template: true,
	atom.Iframe: true}

// blocks are the elements that stand on lines of their own.
var blocks = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Br: true, atom.Tr: true, atom.Li: true,
	atom.Ul: true, atom.Ol: true, atom.Table: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true,
	atom.H5: true, atom.H6: true, atom.Blockquote: true, atom.Pre: true, atom.Hr: true, atom.Section: true,
	atom.Article: true, atom.Header: true, atom.Footer: true}

// htmlText returns what a page says, as text: line by line, with the addresses of its links. It goes through
// the page once and keeps no tree of it.
func htmlText(page string) string {
	var w pageText
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return w.String()
		}
		w.token(kind, z)
	}
}

// pageText gathers the text of a page.
type pageText struct {
	strings.Builder
	skipping atom.Atom // the element whose content is passed over
	link     string    // where the text leads that is being read
	linked   int       // where that text begins
	breaks   int       // line breaks at the end; a page begins with as many as it needs
}

func (w *pageText) token(kind html.TokenType, z *html.Tokenizer) {
	if kind == html.TextToken {
		if w.skipping == 0 {
			w.say(string(z.Text()))
		}
		return
	}
	name, more := z.TagName()
	element := atom.Lookup(name)
	switch {
	case w.skipping != 0:
		if kind == html.EndTagToken && element == w.skipping {
			w.skipping = 0
		}
		return
	case kind == html.StartTagToken && unseen[element]:
		w.skipping = element
		return
	}
	switch {
	case element == atom.A && kind == html.StartTagToken:
		w.link, w.linked = hrefOf(z, more), w.Len()
	case element == atom.A && kind == html.EndTagToken:
		w.endLink()
	case blocks[element]:
		w.lineBreak(element == atom.P || element == atom.Table)
	case element == atom.Td || element == atom.Th:
		w.say(" ")
	}
	if element == atom.Li && kind == html.StartTagToken {
		w.say("- ")
	}
}

// hrefOf returns where a link leads when that is worth saying.
func hrefOf(z *html.Tokenizer, more bool) string {
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if v := strings.TrimSpace(string(value)); string(key) == "href" &&
			(strings.HasPrefix(v, "https://") || strings.HasPrefix(v, "http://")) && len(v) <= 500 {
			return v
		}
	}
	return ""
}

func (w *pageText) endLink() {
	if w.link != "" && !strings.Contains(w.String()[w.linked:], w.link) {
		w.say(" (" + w.link + ")")
	}
	w.link = ""
}

// say writes a run of text, its spaces and line breaks as one space.
func (w *pageText) say(s string) {
	s = strings.ReplaceAll(s, "\u00a0", " ")
	words := strings.Join(strings.Fields(s), " ")
	if words == "" {
		if w.breaks == 0 && w.Len() > 0 && s != "" && !strings.HasSuffix(w.String(), " ") {
			w.WriteByte(' ')
		}
		return
	}
	spaced := w.Len() > 0 && w.breaks == 0 && !strings.HasSuffix(w.String(), " ") &&
		strings.IndexByte(" \n\t\r", s[0]) >= 0
	if spaced {
		w.WriteByte(' ')
	}
	w.WriteString(words)
	if strings.IndexByte(" \n\t\r", s[len(s)-1]) >= 0 {
		w.WriteByte(' ')
	}
	w.breaks = 0
}

// lineBreak ends the line, or the paragraph.
func (w *pageText) lineBreak(paragraph bool) {
	want := 1
	if paragraph {
		want = 2
	}
	for w.Len() > 0 && w.breaks < want {
		w.WriteByte('\n')
		w.breaks++
	}
}
