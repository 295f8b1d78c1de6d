package webtest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// MarkupFaults returns what in a page breaks the rules of HTML (html.spec.whatwg.org, and ARIA in HTML for
// roles) that a person or a browser would notice: content where it may not stand, controls without a name,
// ids that are there twice, headings that leave out a level. It reads the text as it was sent, because a
// parser mends much of it silently.
func MarkupFaults(page string) []string {
	m := &markup{ids: map[string]int{}, labels: map[string]bool{}, controls: map[string]bool{}}
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return m.finish()
		case html.StartTagToken, html.SelfClosingTagToken:
			m.open(z.Token())
		case html.EndTagToken:
			m.close(z.Token().Data)
		case html.TextToken:
			m.text(string(z.Raw()))
		}
	}
}

// element is an open element of a page.
type element struct {
	html.Token
	children int  // elements in it
	worded   bool // it holds words, or a picture with a name
}

// markup is what is known of a page at a place in it.
type markup struct {
	stack      []*element
	faults     []string
	ids        map[string]int
	labels     map[string]bool // ids that labels name
	controls   map[string]bool // ids of what can have a label
	references []reference
	heading    int
	headings   int // of the first level
}

// reference is an attribute that names another element; control is set for one that needs a label of that id.
type reference struct {
	from, id string
	control  bool
}

func (m *markup) fault(format string, args ...any) {
	if f := fmt.Sprintf(format, args...); !slices.Contains(m.faults, f) {
		m.faults = append(m.faults, f)
	}
}

// parent returns the innermost open element, never nil.
func (m *markup) parent() *element {
	if len(m.stack) == 0 {
		return &element{}
	}
	return m.stack[len(m.stack)-1]
}

func (m *markup) open(token html.Token) {
	e := &element{Token: token}
	m.place(e)
	m.attributes(e)
	m.named(e)
	m.parent().children++
	if !slices.Contains(void, e.Data) && token.Type != html.SelfClosingTagToken {
		m.stack = append(m.stack, e)
	}
}

func (m *markup) close(name string) {
	e := m.parent()
	if e.Data != name {
		m.fault("</%s> closes <%s>", name, e.Data)
	}
	i := len(m.stack) - 1
	for i > 0 && m.stack[i].Data != name {
		i--
	}
	if i < 0 || m.stack[i].Data != name {
		return
	}
	m.stack = m.stack[:i]
	if slices.Contains([]string{"a", "button", "h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary",
		"label"}, name) && !e.worded {
		m.fault("<%s%s> has no words", name, mark(e))
	}
	m.parent().worded = m.parent().worded || e.worded
}

func (m *markup) text(s string) {
	if strings.TrimSpace(s) != "" {
		m.parent().worded = true
	}
}

// finish returns the faults, those that only the whole page shows included.
func (m *markup) finish() []string {
	for id, n := range m.ids {
		if n > 1 {
			m.fault("the id %s is there %d times", id, n)
		}
	}
	for id := range m.labels {
		if !m.controls[id] {
			m.fault("a label is for #%s, which is no control", id)
		}
	}
	for _, r := range m.references {
		if r.control && !m.labels[r.id] {
			m.fault("%s has no label", r.from)
		}
		if !r.control && m.ids[r.id] == 0 {
			m.fault("%s leads to #%s, which is not there", r.from, r.id)
		}
	}
	for _, e := range m.stack {
		m.fault("<%s> is never closed", e.Data)
	}
	if m.headings != 1 {
		m.fault("%d headings of the first level", m.headings)
	}
	slices.Sort(m.faults)
	return m.faults
}

// get returns the value of an attribute, and whether it is there.
func get(e *element, name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// mark tells one element from others of its name.
func mark(e *element) string {
	for _, name := range []string{"id", "name", "class", "href"} {
		if v, ok := get(e, name); ok {
			return fmt.Sprintf(" %s=%q", name, v)
		}
	}
	return ""
}
