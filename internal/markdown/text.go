package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// textWriter writes a document as lines. A bare one writes words alone: no marks of quotations, no address
// behind a link.
type textWriter struct {
	src   []byte
	lines []string
	bare  bool
}

// blocks writes the children of n, each line led by indent.
func (w *textWriter) blocks(n ast.Node, indent string) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.gap(c, indent)
		w.block(c, indent)
	}
}

// gap sets an empty line before c, except before the first block and between the items of a tight list.
func (w *textWriter) gap(c ast.Node, indent string) {
	if c.PreviousSibling() == nil {
		return
	}
	if list, ok := c.Parent().(*ast.List); ok && list.IsTight {
		return
	}
	if c.Kind() == ast.KindList && c.Parent().Kind() == ast.KindListItem {
		return
	}
	w.lines = append(w.lines, strings.TrimRight(indent, " "))
}

func (w *textWriter) block(n ast.Node, indent string) {
	switch n := n.(type) {
	case *ast.List:
		w.list(n, indent)
	case *ast.Blockquote:
		w.blocks(n, w.mark(indent, "> "))
	case *ast.ThematicBreak:
		w.lines = append(w.lines, w.mark(indent, strings.Repeat("-", 40)))
	case *ast.FencedCodeBlock:
		w.add(indent, strings.TrimSuffix(string(fencedOf(n, w.src)), "\n"))
	default: // paragraphs, headings, text of tight list items
		w.add(indent, w.inline(n))
	}
}

// mark returns indent with a mark behind it, which a bare text lacks.
func (w *textWriter) mark(indent, mark string) string {
	if w.bare {
		return indent
	}
	return indent + mark
}

func (w *textWriter) add(indent, s string) {
	for line := range strings.SplitSeq(s, "\n") {
		w.lines = append(w.lines, indent+line)
	}
}

func (w *textWriter) list(list *ast.List, indent string) {
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		w.gap(item, indent)
		bullet := w.mark("", "- ")
		if number, ok := itemNumber(item); ok {
			bullet = strconv.Itoa(number) + string(list.Marker) + " "
		}
		room := indent + strings.Repeat(" ", len(bullet))
		first := len(w.lines)
		w.blocks(item, room)
		if len(w.lines) == first {
			w.lines = append(w.lines, room)
		}
		w.lines[first] = indent + bullet + strings.TrimPrefix(w.lines[first], room)
	}
}

// inline returns the words of n, with links as "words (address)".
func (w *textWriter) inline(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(wordsOf(c, w.src))
			if c.HardLineBreak() || c.SoftLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.WriteString(w.address(c))
		case *ast.CodeSpan:
			b.WriteString(w.between(c, "`", string(codeOf(c, w.src)), "`"))
		case *ast.Link:
			b.WriteString(w.linkText(c))
		default:
			b.WriteString(w.inline(c))
		}
	}
	return b.String()
}

// address returns an address as it was typed, in angle brackets where it stood in some.
func (w *textWriter) address(n *ast.AutoLink) string {
	label := string(n.Label(w.src))
	if _, bare := n.AttributeString(targetMark); bare {
		return label
	}
	return w.between(n, "<", label, ">")
}

// between returns s, which is what n shows, between the marks that set it apart from the words beside it; a
// bare text has spaces in their place, where words would run together.
func (w *textWriter) between(n ast.Node, open, s, end string) string {
	if !w.bare {
		return open + s + end
	}
	if before, ok := n.PreviousSibling().(*ast.Text); !ok || isWord(lastRune(string(before.Value(w.src)))) {
		s = " " + s
	}
	if after, ok := n.NextSibling().(*ast.Text); !ok || isWord(firstRune(string(after.Value(w.src)))) {
		s += " "
	}
	return s
}

func (w *textWriter) linkText(n *ast.Link) string {
	label := w.inline(n)
	to := string(util.UnescapePunctuations(n.Destination))
	if seen := strings.TrimPrefix(strings.TrimPrefix(to, "mailto:"), "tel:"); w.bare {
		return w.between(n, "", label, "")
	} else if seen == label || to == label {
		return label
	} else if seen != to {
		to = seen
	}
	return label + " (" + to + ")"
}

// wordsOf returns what t shows: without the backslash before a sign.
func wordsOf(t *ast.Text, src []byte) []byte {
	v := t.Value(src)
	if t.IsRaw() {
		return v
	}
	return util.UnescapePunctuations(v)
}

// labelOf returns the words of an address as plain text.
func labelOf(a *ast.AutoLink, source []byte) ast.Node {
	t := ast.NewString(a.Label(source))
	t.SetRaw(true)
	return t
}
