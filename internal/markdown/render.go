package markdown

import (
	"bytes"
	"regexp"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// sanitizer is the second lock: whatever the renderer lets through, only these elements and attributes leave.
func sanitizer(headings bool, rel string) *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "em", "strong", "del", "ul", "ol", "li", "blockquote", "pre", "code")
	if headings {
		p.AllowElements("h1", "h2", "h3", "h4", "h5", "h6")
	}
	number := regexp.MustCompile(`^[0-9]{1,9}$`)
	p.AllowAttrs("start").Matching(number).OnElements("ol")
	p.AllowAttrs("value").Matching(number).OnElements("li")
	p.AllowAttrs("href").OnElements("a")
	if rel != "" {
		p.AllowAttrs("rel").Matching(regexp.MustCompile(`^` + rel + `$`)).OnElements("a")
	}
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(false)
	return p
}

// nodeRenderer writes links with their rel, code with every line of it, and list items with their number.
type nodeRenderer struct{ rel string }

func (r nodeRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindLink, r.link)
	reg.Register(ast.KindAutoLink, r.autoLink)
	reg.Register(ast.KindListItem, listItemHTML)
	reg.Register(ast.KindCodeSpan, codeSpanHTML)
	reg.Register(ast.KindFencedCodeBlock, fencedHTML)
}

func (r nodeRenderer) link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		return ast.WalkContinue, r.open(w, n.(*ast.Link).Destination)
	}
	_, err := w.WriteString("</a>")
	return ast.WalkContinue, err
}

func (r nodeRenderer) autoLink(
	w util.BufWriter, source []byte, node ast.Node, entering bool,
) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.AutoLink)
	label, target := util.EscapeHTML(n.Label(source)), targetOf(n, source)
	if !mayFollow(target) {
		_, err := w.Write(label)
		return ast.WalkContinue, err
	}
	if err := r.open(w, target); err != nil {
		return ast.WalkStop, err
	}
	_, _ = w.Write(label) // a failure stays in w and comes with the next write
	_, err := w.WriteString("</a>")
	return ast.WalkContinue, err
}

func (r nodeRenderer) open(w util.BufWriter, target []byte) error {
	_, _ = w.WriteString(`<a href="`)
	_, _ = w.Write(util.EscapeHTML(util.URLEscape(util.UnescapePunctuations(target), false)))
	_, err := w.WriteString(`"` + relAttribute(r.rel) + `>`)
	return err
}

// listItemHTML writes the number of an item where it does not follow from the one before.
func listItemHTML(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</li>\n")
		return ast.WalkContinue, err
	}
	_, _ = w.WriteString("<li")
	if number, ok := itemNumber(n); ok && number != expectedNumber(n) {
		v, _ := n.AttributeString("value")
		_, _ = w.WriteString(` value="`)
		_, _ = w.Write(v.([]byte))
		_ = w.WriteByte('"')
	}
	err := w.WriteByte('>')
	if first := n.FirstChild(); first != nil && first.Kind() != ast.KindTextBlock {
		err = w.WriteByte('\n')
	}
	return ast.WalkContinue, err
}

// expectedNumber returns the number that a browser would give an item by itself.
func expectedNumber(n ast.Node) int {
	if prev := n.PreviousSibling(); prev != nil {
		number, _ := itemNumber(prev)
		return number + 1
	}
	return n.Parent().(*ast.List).Start
}

func codeSpanHTML(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</code>")
		return ast.WalkContinue, err
	}
	_, _ = w.WriteString("<code>")
	_, err := w.Write(bytes.ReplaceAll(util.EscapeHTML(codeOf(n, source)), []byte("\n"), []byte("<br>\n")))
	return ast.WalkSkipChildren, err
}

// codeOf returns the words of a code span.
func codeOf(n ast.Node, source []byte) []byte {
	var b bytes.Buffer
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(source))
		}
	}
	return b.Bytes()
}

func fencedHTML(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<pre><code>")
		_, err := w.Write(util.EscapeHTML(fencedOf(n.(*ast.FencedCodeBlock), source)))
		return ast.WalkContinue, err
	}
	_, err := w.WriteString("</code></pre>\n")
	return ast.WalkContinue, err
}

// fencedOf returns the words of a block of code: what stands behind the fence, too.
func fencedOf(n *ast.FencedCodeBlock, source []byte) []byte {
	var b bytes.Buffer
	if n.Info != nil {
		b.Write(n.Info.Segment.Value(source))
		b.WriteByte('\n')
	}
	b.Write(n.Lines().Value(source))
	return b.Bytes()
}

// writer writes words: backslashes before a sign are dropped, and entities are what was typed.
type writer struct{}

func (writer) Write(w util.BufWriter, source []byte) {
	_, _ = w.Write(util.EscapeHTML(util.UnescapePunctuations(source)))
}
func (writer) RawWrite(w util.BufWriter, source []byte)    { _, _ = w.Write(util.EscapeHTML(source)) }
func (writer) SecureWrite(w util.BufWriter, source []byte) { _, _ = w.Write(util.EscapeHTML(source)) }
