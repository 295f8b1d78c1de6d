package web_test

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/web/webtest"
)

// mark is what a form tells about a field that is left empty.
type mark string

const (
	optional  mark = "optional"
	required  mark = "required"
	sometimes mark = "needed in some cases" // its hint says in which
	chosen    mark = "always chosen"        // a list or a choice that cannot be left empty
	box       mark = "a box"                // may be left without a tick
	unmarked  mark = "without a mark"
)

// typedForm is a form as whoever fills it sees it.
type typedForm struct {
	action   string
	act      string // which of the acts that go to one address
	node     *html.Node
	controls []*html.Node // what is filled in: neither hidden nor a button
}

// newForm reads a form; nil gives one without fields.
func newForm(node *html.Node) typedForm {
	f := typedForm{node: node}
	if node == nil {
		return f
	}
	f.action = webtest.Attr(node, "action")
	for n := range node.Descendants() {
		if webtest.Attr(n, "name") == "act" && webtest.Attr(n, "type") == "hidden" {
			f.act = webtest.Attr(n, "value")
		}
		if webtest.Attr(n, "name") != "" && webtest.Attr(n, "type") != "hidden" &&
			n.DataAtom != atom.Button && !webtest.HasAttr(n, "disabled") {
			f.controls = append(f.controls, n)
		}
	}
	return f
}

// shape is the same for forms that do the same on pages of one kind and ask for the same fields with the same
// marks.
func (f typedForm) shape() string {
	key := alike(f.action) + " " + f.act
	for _, c := range f.controls {
		key += " " + webtest.Attr(c, "name") + " " + string(markOf(fieldOf(c)))
	}
	return key
}

// marks returns the mark of each field that stands in the form, by the name of its first control.
func (f typedForm) marks() map[string]mark {
	marks := map[string]mark{}
	for _, c := range f.controls {
		if names := namesIn(fieldOf(c)); len(names) > 0 {
			marks[names[0]] = markOf(fieldOf(c))
		}
	}
	return marks
}

// fields returns the names of each field's controls, those of a field that has a mark.
func (f typedForm) fields() map[string][]string {
	fields := map[string][]string{}
	for _, c := range f.controls {
		if names := namesIn(fieldOf(c)); len(names) > 0 {
			fields[names[0]] = names
		}
	}
	return fields
}

// faults returns what is wrong with the marks of a form as it stands.
func (f typedForm) faults() (faults []string) {
	for _, c := range f.controls {
		field, name := fieldOf(c), webtest.Attr(c, "name")
		switch m := markOf(field); {
		case field == nil:
			faults = append(faults, name+": stands outside of a field, without a mark")
		case m == unmarked:
			faults = append(faults, name+": without a mark")
		case m == optional && demands(field):
			faults = append(faults, name+": called optional, and the browser demands it")
		case m == optional && alwaysChosen(field):
			faults = append(faults, name+": called optional, and something is always chosen")
		}
	}
	return faults
}

// fieldOf returns the field that a control, or a note, belongs to, nil when it stands in none.
func fieldOf(n *html.Node) *html.Node {
	for n != nil && !slices.Contains(strings.Fields(webtest.Attr(n, "class")), "asc-field") {
		n = n.Parent
	}
	return n
}

// namesIn returns the names of the controls of a field.
func namesIn(field *html.Node) (names []string) {
	if field == nil {
		return nil
	}
	for n := range field.Descendants() {
		if name := webtest.Attr(n, "name"); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// holds reports whether something in a field is so.
func holds(field *html.Node, is func(*html.Node) bool) bool {
	for n := range field.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			return true
		}
	}
	return false
}

func demands(field *html.Node) bool {
	return webtest.Attr(field, "aria-required") == "true" ||
		holds(field, func(n *html.Node) bool { return webtest.HasAttr(n, "required") })
}

func isType(n *html.Node, kind string) bool {
	return n.DataAtom == atom.Input && webtest.Attr(n, "type") == kind
}

// alwaysChosen reports whether a field has a list without an empty option, or a choice of which one is made
// already.
func alwaysChosen(field *html.Node) bool {
	return holds(field, func(n *html.Node) bool {
		return n.DataAtom == atom.Select && !offersNothing(n) || isType(n, "radio") &&
			webtest.HasAttr(n, "checked")
	})
}

// offersNothing reports whether a list has an option that stands for none.
func offersNothing(list *html.Node) bool {
	return holds(list, func(n *html.Node) bool {
		return n.DataAtom == atom.Option &&
			webtest.Attr(n, "value") == ""
	})
}

// isHint reports whether n tells more about a field, as in which cases it is needed.
func isHint(n *html.Node) bool { return strings.HasSuffix(webtest.Attr(n, "id"), "-aiuto") }

// markOf returns what a field tells about being left empty.
func markOf(field *html.Node) mark {
	if field == nil {
		return unmarked
	}
	boxes := holds(field, func(n *html.Node) bool { return isType(n, "checkbox") })
	switch {
	case holds(field, func(n *html.Node) bool { return webtest.Attr(n, "class") == "optional" }):
		return optional
	case alwaysChosen(field):
		return chosen
	case demands(field):
		return required
	case boxes && webtest.HasAttr(field, "data-conditional") && holds(field, isHint):
		return sometimes
	// no attribute says it of several boxes; the missing "optional" does
	case boxes && field.DataAtom == atom.Fieldset:
		return required
	case holds(field, isHint) && !boxes:
		return sometimes
	case boxes:
		return box
	}
	if group := fieldOf(field.Parent); isParts(group) {
		return markOf(group) // which says of its parts when they are needed
	}
	return unmarked
}

// isParts reports whether a field asks in several parts.
func isParts(field *html.Node) bool {
	return field != nil && slices.Contains(strings.Fields(webtest.Attr(field, "class")), "asc-parts")
}
