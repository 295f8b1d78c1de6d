package notify

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// plainText returns a parsed Markdown document as text for people who read mail without HTML: blocks apart, list items marked,
// quotations with >, and each link's address behind its words.
func plainText(doc ast.Node, src []byte) string {
	w := textWriter{src: src}
	w.blocks(doc, "")
	return strings.Join(w.lines, "\n")
}

type textWriter struct {
	src   []byte
	lines []string
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
		w.blocks(n, indent+"> ")
	case *ast.ThematicBreak:
		w.lines = append(w.lines, indent+strings.Repeat("-", 40))
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			w.lines = append(w.lines, indent+strings.TrimRight(string(line.Value(w.src)), "\n"))
		}
	default: // paragraphs, headings, text of tight list items
		for line := range strings.SplitSeq(w.inline(n), "\n") {
			w.lines = append(w.lines, indent+line)
		}
	}
}

func (w *textWriter) list(list *ast.List, indent string) {
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		w.gap(item, indent)
		bullet := "- "
		if list.IsOrdered() {
			bullet = strconv.Itoa(number) + ". "
			number++
		}
		first := len(w.lines)
		w.blocks(item, indent+strings.Repeat(" ", len(bullet)))
		if len(w.lines) > first {
			w.lines[first] = indent + bullet + strings.TrimPrefix(w.lines[first], indent+strings.Repeat(" ", len(bullet)))
		}
	}
}

// inline returns the words of n, with links as "words (address)".
func (w *textWriter) inline(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(words(c, w.src))
			if c.HardLineBreak() {
				b.WriteByte('\n')
			} else if c.SoftLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.URL(w.src))
		case *ast.Link:
			label := w.inline(c)
			b.WriteString(label)
			if to := strings.TrimPrefix(string(c.Destination), "mailto:"); to != label {
				b.WriteString(" (" + to + ")")
			}
		default:
			b.WriteString(w.inline(c))
		}
	}
	return b.String()
}

// words returns what t shows: backslashes and entities resolved, except in code.
func words(t *ast.Text, src []byte) []byte {
	v := t.Value(src)
	if t.IsRaw() || t.Parent().Kind() == ast.KindCodeSpan {
		return v
	}
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(v)))
}
