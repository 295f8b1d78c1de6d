// Package markdown turns what people write into pages, mails, feeds and index entries, by one rule wherever
// it is shown: line breaks stay, lists keep the numbers that were typed, bare addresses lead somewhere, and
// every word that was written is shown. It knows paragraphs, emphasis, strikethrough, lists, quotations, code
// and links, and headings where they are asked for. Everything else (HTML, entities, tables, underlined
// headings, definitions of references) is shown as it was typed.
package markdown

import (
	"bytes"
	"html"
	"html/template"
	"strings"
	"sync"
	"time"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"ascolto/internal/civic"
)

// PostRel is on every link of a post: search engines give it no weight, and the page it opens gets no handle
// on ours.
const PostRel = "nofollow ugc noopener"

// TimeLimit is how long one text may take; what takes longer is shown as it was typed, with its line breaks.
const TimeLimit = 2 * time.Second

const (
	// maxNesting bounds how deep quotations and lists nest; marks beyond it are text.
	maxNesting = 12
	// maxDepth bounds the elements within one another; a text beyond it is shown as it was typed.
	maxDepth = 40
	// maxMarks bounds the marks of emphasis and links that one text may hold; marks beyond it are text.
	maxMarks = 4000
	// maxTried bounds, in bytes, how far links that are never closed are looked for: each is sought to the end
	// of its text. Brackets beyond it are text.
	maxTried = 2 << 20
)

// Engine is one way to show texts. It is safe for use by several goroutines.
type Engine struct {
	parser   parser.Parser
	renderer renderer.Renderer
	policy   *bluemonday.Policy
	rel      string
	limit    time.Duration
}

// Posts returns the engine of the forum: posts, official answers, previews, feeds. Headings would break the
// outline of the page they stand on and are text there.
var Posts = sync.OnceValue(func() *Engine { return newEngine(false, PostRel) })

// Letters returns the engine of mails: the same with headings, and with links that are the municipality's
// own.
var Letters = sync.OnceValue(func() *Engine { return newEngine(true, "") })

func newEngine(headings bool, rel string) *Engine {
	r := renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(ghtml.NewRenderer(ghtml.WithHardWraps(), ghtml.WithWriter(writer{})), 1000),
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		util.Prioritized(nodeRenderer{rel: rel}, 100),
	))
	return &Engine{parser: newParser(headings), renderer: r, policy: sanitizer(headings, rel), rel: rel,
		limit: TimeLimit}
}

// Document is a text that was read. Its methods agree on every word.
type Document struct {
	engine *Engine
	source []byte
	root   ast.Node // nil: too deep or too slow to read; shown as it was typed

	unfollowed []string // what stands where the address of a link would
}

// Parse reads source. It never fails: what cannot be read within the limits is shown as it was typed.
func (e *Engine) Parse(source string) *Document {
	d := &Document{engine: e, source: []byte(source)}
	d.root = d.parse(time.Now().Add(e.limit))
	return d
}

// errLate ends the reading of a text that takes too long.
type errLate struct{}

func (d *Document) parse(deadline time.Time) (root ast.Node) {
	defer func() {
		if r := recover(); r != nil {
			root = nil // shown as it was typed: a text must not take down its page
		}
	}()
	pc := parser.NewContext()
	b := &bounds{deadline: deadline}
	pc.Set(boundsKey, b)
	root = d.engine.parser.Parse(text.NewReader(d.source), parser.WithContext(pc))
	d.unfollowed = b.unfollowed
	if depth(root) > maxDepth {
		return nil
	}
	return root
}

// HTML returns the text as HTML that holds no script, no event handler, no image and no link but http, https,
// mailto and tel.
func (d *Document) HTML() template.HTML {
	var out bytes.Buffer
	if d.root == nil || d.engine.renderer.Render(&out, d.source, d.root) != nil {
		return plainHTML(string(d.source), d.engine.rel)
	}
	return template.HTML(d.engine.policy.SanitizeBytes(out.Bytes())) // sanitised
}

// HTML returns source as Document.HTML does.
func (e *Engine) HTML(source string) template.HTML { return e.Parse(source).HTML() }

// Words returns the words of source on one line, without its marks, for the index and summaries.
func (e *Engine) Words(source string) string { return e.Parse(source).Words() }

// Words returns the words of the text on one line, without its marks.
func (d *Document) Words() string {
	if d.root == nil {
		return strings.Join(strings.Fields(string(d.source)), " ")
	}
	w := textWriter{src: d.source, bare: true}
	w.blocks(d.root, "")
	return strings.Join(strings.Fields(strings.Join(w.lines, "\n")), " ")
}

// Text returns the text for people who read mail without HTML: line breaks kept, blocks apart, list items
// marked as they were typed, quotations with >, and each link's address behind its words.
func (d *Document) Text() string {
	if d.root == nil {
		return string(d.source)
	}
	w := textWriter{src: d.source}
	w.blocks(d.root, "")
	return strings.Join(w.lines, "\n")
}

// IsEmpty reports whether a reader would see no word of the text.
func (d *Document) IsEmpty() bool { return civic.IsBlank(d.Words()) }

// depth returns how many nodes contain one another at most.
func depth(doc ast.Node) int {
	deepest, now := 0, 0
	_ = ast.Walk(doc, func(_ ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			now++
			deepest = max(deepest, now)
		} else {
			now--
		}
		return ast.WalkContinue, nil
	})
	return deepest
}

// Plain returns a text without marks as HTML: paragraphs, line breaks, and its bare addresses as links.
func Plain(s string) template.HTML { return plainHTML(s, "") }

func plainHTML(s, rel string) template.HTML {
	var b strings.Builder
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	for paragraph := range strings.SplitSeq(s, "\n\n") {
		b.WriteString("<p>")
		for i, line := range strings.Split(paragraph, "\n") {
			if i > 0 {
				b.WriteString("<br>\n")
			}
			plainLine(&b, line, rel)
		}
		b.WriteString("</p>\n")
	}
	return template.HTML(b.String()) // every piece escaped
}

// plainLine writes a line with its bare addresses as links.
func plainLine(b *strings.Builder, line, rel string) {
	done := 0
	for _, a := range addressesIn(line) {
		b.WriteString(html.EscapeString(line[done:a.start]))
		b.WriteString(`<a href="` + html.EscapeString(string(util.URLEscape([]byte(a.target), false))) + `"` +
			relAttribute(rel) + `>`)
		b.WriteString(html.EscapeString(line[a.start:a.stop]) + `</a>`)
		done = a.stop
	}
	b.WriteString(html.EscapeString(line[done:]))
}

func relAttribute(rel string) string {
	if rel == "" {
		return ""
	}
	return ` rel="` + rel + `"`
}
