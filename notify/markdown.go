package notify

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"ascolto/internal/civic"
)

// markdown parses what staff write. Raw HTML is not rendered; the policy below is the second lock.
var markdown = sync.OnceValue(func() goldmark.Markdown { return goldmark.New() })

// mailPolicy allows what Markdown makes, without images: a mail shows nothing that is fetched from elsewhere.
var mailPolicy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	return p
})

// body is a campaign's Markdown made ready: HTML and text with gaps.
type body struct{ html, text pattern }

// parseBody renders Markdown with gaps. It returns an Invalid error for gaps that are wrong or lie in a link's address, for
// images, and for headings that skip a level.
func parseBody(source string) (body, error) {
	marked, gaps, err := markGaps(source)
	if err != nil {
		return body{}, err
	}
	src := []byte(newlines(marked))
	doc := markdown().Parser().Parse(text.NewReader(src))
	if err := checkBody(doc); err != nil {
		return body{}, err
	}
	var out bytes.Buffer
	if err := markdown().Renderer().Render(&out, src, doc); err != nil {
		return body{}, fmt.Errorf("notify: render Markdown: %w", err)
	}
	var b body
	if b.html, err = splitMarks(mailPolicy().Sanitize(out.String()), gaps); err != nil {
		return body{}, err
	}
	if len(b.html.gaps) != len(gaps) {
		return body{}, civic.NewError(civic.Invalid, "notify.error.template.place")
	}
	b.text, err = splitMarks(plainText(doc, src), gaps)
	return b, err
}

// checkBody refuses images, HTML, headings that skip a level, links that lead nowhere, and gaps in a link's address.
func checkBody(doc ast.Node) error {
	last := 0 // the level of the heading before
	return ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Image:
			return ast.WalkStop, civic.NewError(civic.Invalid, "notify.error.body.image")
		case *ast.RawHTML, *ast.HTMLBlock:
			return ast.WalkStop, civic.NewError(civic.Invalid, "notify.error.body.html")
		case *ast.Heading:
			if last > 0 && n.Level > last+1 {
				return ast.WalkStop, civic.NewErrorArgs(civic.Invalid, "notify.error.body.heading", civic.Args{"From": last, "To": n.Level})
			}
			last = n.Level
		case *ast.Link:
			return ast.WalkContinue, checkLink(string(n.Destination))
		}
		return ast.WalkContinue, nil
	})
}

func checkLink(to string) error {
	if strings.ContainsRune(to, markOpen) {
		return civic.NewError(civic.Invalid, "notify.error.template.place")
	}
	for _, scheme := range []string{"https://", "http://", "mailto:", "tel:"} {
		if strings.HasPrefix(strings.ToLower(to), scheme) {
			return nil
		}
	}
	return civic.NewErrorArgs(civic.Invalid, "notify.error.body.link", civic.Args{"Link": shorten(to, 60)})
}
