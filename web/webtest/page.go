package webtest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Page is an answer; Doc is nil when it is no HTML.
type Page struct {
	Status   int
	Header   http.Header
	Location string
	Body     string
	Doc      *html.Node
}

// Text returns the words of the page as a reader meets them, with runs of space as one.
func (p *Page) Text() string {
	if p.Doc == nil {
		return p.Body
	}
	return TextOf(p.Doc)
}

// Has reports whether the page's text, or what its form fields hold, contains s.
func (p *Page) Has(s string) bool {
	if strings.Contains(p.Text(), s) {
		return true
	}
	return len(p.All(func(n *html.Node) bool {
		return n.DataAtom == atom.Input &&
			strings.Contains(Attr(n, "value"), s)
	})) > 0
}

// All returns the elements for which keep holds, in the order of the page.
func (p *Page) All(keep func(*html.Node) bool) []*html.Node {
	if p.Doc == nil {
		return nil
	}
	var found []*html.Node
	for n := range p.Doc.Descendants() {
		if n.Type == html.ElementNode && keep(n) {
			found = append(found, n)
		}
	}
	return found
}

var bareKey = regexp.MustCompile(
	`\b(core|error|site|desk|accounts|crm|surveys|forum|notify|search)\.[a-z_]+(\.[a-z0-9_]+)+\b`)

// bareKey returns a catalogue key that stands in the page's text, as one without a text does.
func (p *Page) bareKey() string {
	if p.Doc == nil {
		return ""
	}
	return bareKey.FindString(p.Text())
}

// By returns the elements whose attribute has a value; a value of "*" means any.
func (p *Page) By(attr, value string) []*html.Node {
	return p.All(func(n *html.Node) bool {
		return HasAttr(n, attr) && (value == "*" || Attr(n, attr) == value)
	})
}

// Tags returns the elements of a name.
func (p *Page) Tags(name atom.Atom) []*html.Node {
	return p.All(func(n *html.Node) bool { return n.DataAtom == name })
}

// Input returns the value of the first input of a name.
func (p *Page) Input(name string) string {
	for _, n := range p.By("name", name) {
		if n.DataAtom == atom.Input {
			return Attr(n, "value")
		}
	}
	return ""
}

// Form returns what a browser would send of the form that posts to action, nil when the page has no such
// form.
func (p *Page) Form(action string) url.Values {
	for _, form := range p.Tags(atom.Form) {
		if Attr(form, "action") == action {
			return formValues(form)
		}
	}
	return nil
}

func formValues(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		name := Attr(n, "name")
		if n.Type != html.ElementNode || name == "" || HasAttr(n, "disabled") {
			continue
		}
		switch n.DataAtom {
		case atom.Input:
			kind := Attr(n, "type")
			if (kind == "radio" || kind == "checkbox") && !HasAttr(n, "checked") {
				continue
			}
			values.Add(name, Attr(n, "value"))
		case atom.Textarea:
			values.Add(name, strings.TrimPrefix(rawText(n), "\n"))
		case atom.Select:
			addSelected(values, name, n)
		}
	}
	return values
}

func addSelected(values url.Values, name string, sel *html.Node) {
	var options []*html.Node
	for n := range sel.Descendants() {
		if n.DataAtom == atom.Option {
			options = append(options, n)
		}
	}
	i := slices.IndexFunc(options, func(n *html.Node) bool { return HasAttr(n, "selected") })
	switch {
	case i >= 0:
		values.Add(name, Attr(options[i], "value"))
	case len(options) > 0:
		values.Add(name, Attr(options[0], "value"))
	}
}

// Attr returns the value of an attribute, empty when n has none.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// HasAttr reports whether n has an attribute.
func HasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// TextOf returns the words in n, with runs of space as one.
func TextOf(n *html.Node) string { return strings.Join(strings.Fields(rawText(n)), " ") }

func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.DataAtom != atom.Script && d.Parent.DataAtom != atom.Style {
			b.WriteString(d.Data)
		}
		if d.Type == html.ElementNode {
			b.WriteString(" ")
		}
	}
	return b.String()
}
