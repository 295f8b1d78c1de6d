package markdown

import (
	"html/template"

	"github.com/yuin/goldmark/ast"
)

// Sanitize returns an HTML fragment with nothing in it but what texts of this engine may hold.
func (e *Engine) Sanitize(fragment string) template.HTML {
	return template.HTML(e.policy.Sanitize(fragment)) // sanitised
}

// Headings returns the levels of the headings, in their order.
func (d *Document) Headings() []int {
	var levels []int
	d.each(func(n ast.Node) {
		if h, ok := n.(*ast.Heading); ok {
			levels = append(levels, h.Level)
		}
	})
	return levels
}

// HasImages reports whether an image was typed, which is shown as a link.
func (d *Document) HasImages() (found bool) {
	d.each(func(n ast.Node) {
		_, image := n.AttributeString(imageMark)
		found = found || image
	})
	return found
}

// Targets returns where the links of the text lead, in their order.
func (d *Document) Targets() []string {
	var targets []string
	d.each(func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Link:
			targets = append(targets, string(n.Destination))
		case *ast.AutoLink:
			targets = append(targets, string(targetOf(n, d.source)))
		}
	})
	return targets
}

// Unfollowed returns what stands in the place of an address in links that became none because it leads
// nowhere.
func (d *Document) Unfollowed() []string { return d.unfollowed }

func (d *Document) each(visit func(ast.Node)) {
	if d.root == nil {
		return
	}
	_ = ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			visit(n)
		}
		return ast.WalkContinue, nil
	})
}
