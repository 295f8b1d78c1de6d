package forum

import (
	"bytes"
	"html"
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"ascolto/internal/civic"
)

// linkRel is on every link a citizen writes: search engines give it no weight, and the page it opens gets no handle on ours.
const linkRel = "nofollow ugc noopener"

// maxDepth bounds how deep quotations and lists nest in one text; beyond it the text is shown as it was typed.
const maxDepth = 24

// Markdown turns what people write into HTML. It knows paragraphs, line breaks, emphasis, strikethrough, lists, quotations, code and
// links. Headings would break the outline of the page, and images would call other hosts: both are shown as text, and so
// are HTML tags. It is safe for use by several goroutines.
type Markdown struct {
	engine goldmark.Markdown
	policy *bluemonday.Policy
}

// NewMarkdown returns the one Markdown that pages, previews, feeds and mails share.
func NewMarkdown() *Markdown {
	p := parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(indentedParagraph{parser.NewParagraphParser()}, 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)
	r := renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(ghtml.NewRenderer(ghtml.WithHardWraps()), 1000),
		util.Prioritized(linkRenderer{}, 100),
	))
	return &Markdown{
		engine: goldmark.New(goldmark.WithParser(p), goldmark.WithRenderer(r),
			goldmark.WithExtensions(extension.Strikethrough, extension.Linkify)),
		policy: sanitizer(),
	}
}

// indentedParagraph also takes lines that begin with spaces: Markdown's indented code is off, since nobody here means it.
type indentedParagraph struct{ parser.BlockParser }

func (indentedParagraph) CanAcceptIndentedLine() bool { return true }

// sanitizer is the second lock: whatever the renderer lets through, only these elements and attributes leave.
func sanitizer() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "em", "strong", "del", "ul", "ol", "li", "blockquote", "pre", "code")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^` + linkRel + `$`)).OnElements("a")
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(false)
	return p
}

// HTML returns source as HTML that holds no script, no event handler, no image and no link but http, https and mailto.
func (m *Markdown) HTML(source string) template.HTML {
	src := []byte(source)
	doc := m.engine.Parser().Parse(text.NewReader(src))
	var out bytes.Buffer
	if depth(doc) > maxDepth || m.engine.Renderer().Render(&out, src, doc) != nil {
		return template.HTML("<p>" + html.EscapeString(source) + "</p>") // escaped one line above
	}
	return template.HTML(m.policy.SanitizeBytes(out.Bytes())) // sanitised
}

// Text returns the words of source without its marks, for the index, feeds and summaries.
func (m *Markdown) Text(source string) string {
	src := []byte(source)
	var b strings.Builder
	_ = ast.Walk(m.engine.Parser().Parse(text.NewReader(src)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				b.WriteByte('\n')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(src))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(src))
		case *ast.FencedCodeBlock:
			b.Write(n.Lines().Value(src))
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
}

// depth returns how many blocks contain one another at most.
func depth(doc ast.Node) int {
	deepest, now := 0, 0
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
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

// linkRenderer writes links with linkRel, links that may not be followed as their text, and images as their description.
type linkRenderer struct{}

func (r linkRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindLink, r.link)
	reg.Register(ast.KindAutoLink, r.autoLink)
	reg.Register(ast.KindImage, func(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
		return ast.WalkContinue, nil
	})
}

func (linkRenderer) link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	target := n.(*ast.Link).Destination
	if !mayFollow(target) {
		return ast.WalkContinue, nil
	}
	if entering {
		return ast.WalkContinue, openLink(w, target)
	}
	_, err := w.WriteString("</a>")
	return ast.WalkContinue, err
}

func (linkRenderer) autoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.AutoLink)
	label, target := util.EscapeHTML(n.Label(source)), n.URL(source)
	if n.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(target), []byte("mailto:")) {
		target = append([]byte("mailto:"), target...)
	}
	if !mayFollow(target) {
		_, err := w.Write(label)
		return ast.WalkContinue, err
	}
	if err := openLink(w, target); err != nil {
		return ast.WalkStop, err
	}
	_, _ = w.Write(label) // a failure stays in w and comes with the next write
	_, err := w.WriteString("</a>")
	return ast.WalkContinue, err
}

// mayFollow reports whether target is an absolute address of a scheme that only opens a page or a letter.
func mayFollow(target []byte) bool {
	u, err := url.Parse(string(target))
	return err == nil && (u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") || u.Scheme == "mailto")
}

func openLink(w util.BufWriter, target []byte) error {
	_, _ = w.WriteString(`<a href="`)
	_, _ = w.Write(util.EscapeHTML(util.URLEscape(target, true)))
	_, err := w.WriteString(`" rel="` + linkRel + `">`)
	return err
}

// cleanSource is civic.CleanText for a text people write: it also drops the invisible characters that turn the direction
// of writing, by which a link or a name can be made to read as another.
func cleanSource(s string, max int) (string, error) {
	s, err := civic.CleanText(s, max)
	return strings.TrimSpace(dropOverrides(s)), err
}

// cleanTitle is civic.CleanLine without direction overrides.
func cleanTitle(s string, max int) (string, error) {
	s, err := civic.CleanLine(s, max)
	return strings.TrimSpace(dropOverrides(s)), err
}

func dropOverrides(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}
