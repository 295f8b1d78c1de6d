package webtest

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

var (
	void = strings.Fields("area base br col embed hr img input link meta source track wbr")
	// blocks may only stand where flow content may.
	blocks = strings.Fields(
		"address article aside blockquote details dialog div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 " +
			"header hr main nav ol p pre section table ul")
	// phrases take phrasing content only.
	phrases = strings.Fields(
		"abbr b bdi bdo button cite code dfn em h1 h2 h3 h4 h5 h6 i kbd label legend mark p pre q s samp small " +
			"span strong sub summary sup time u var")
	transparent = strings.Fields("a ins del")
	// children says what alone may stand directly in an element.
	children = map[string][]string{
		"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"td", "th"}, "thead": {"tr"},
		"tbody": {"tr"}, "tfoot": {"tr"},
		"table":  {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"},
		"select": {"option", "optgroup", "hr"},
	}
	// implicit gives the role that an element has by itself, or that its place in a table gives it.
	implicit = map[string][]string{
		"table": {"table"}, "tr": {"row"}, "td": {"cell"}, "th": {"columnheader", "rowheader"},
		"thead": {"rowgroup"},
		"tbody": {"rowgroup"}, "tfoot": {"rowgroup"}, "ul": {"list"}, "ol": {"list"}, "li": {"listitem"},
		"nav":  {"navigation"},
		"main": {"main"}, "button": {"button"}, "a": {"link"}, "article": {"article"}, "form": {"form"},
		"fieldset": {"group"},
		"select":   {"listbox", "combobox"}, "textarea": {"textbox"}, "dialog": {"dialog"},
		"details": {"group"}, "aside": {"complementary"},
	}
	// dressed says which roles alone an element may be given, where they are few.
	dressed = map[string][]string{
		"ul": {"group", "listbox", "menu", "menubar", "none", "presentation", "radiogroup", "tablist",
			"toolbar", "tree"},
		"ol": {"group", "listbox", "menu", "menubar", "none", "presentation", "radiogroup", "tablist",
			"toolbar", "tree"},
		"dl":       {"group", "list", "none", "presentation"},
		"fieldset": {"radiogroup", "none", "presentation"},
		"form":     {"search", "none", "presentation"},
	}
	controls = strings.Fields("input select textarea button meter output progress")
	// fills are the tokens of autocomplete (html.spec.whatwg.org, "Autofill"); multiline ones need a
	// textarea.
	fills = strings.Fields(
		"on off name honorific-prefix given-name additional-name family-name honorific-suffix nickname " +
			"username new-password current-password one-time-code organization-title organization address-line1 " +
			"address-line2 address-line3 " +
			"address-level4 address-level3 address-level2 address-level1 country country-name postal-code bday " +
			"bday-day bday-month bday-year " +
			"sex url photo tel tel-country-code tel-national email impp language")
	spaces = regexp.MustCompile(`\s`)
)

// place checks where an element stands.
func (m *markup) place(e *element) {
	p := m.parent()
	if only, ok := children[p.Data]; ok && !slices.Contains(only, e.Data) && e.Data != "script" &&
		e.Data != "template" {
		m.fault("<%s%s> stands directly in <%s%s>", e.Data, mark(e), p.Data, mark(p))
	}
	if slices.Contains(blocks, e.Data) {
		m.phrase(e)
	}
	interactive := slices.Contains([]string{"a", "button", "select", "textarea", "input", "label", "details"},
		e.Data)
	for _, up := range m.stack {
		if up.Data == "form" && e.Data == "form" || interactive && (up.Data == "a" || up.Data == "button") ||
			up.Data == "label" && e.Data == "label" {
			m.fault("<%s%s> stands in <%s%s>", e.Data, mark(e), up.Data, mark(up))
		}
	}
	if e.Data == "option" && p.Data == "select" && p.children == 0 {
		m.firstOption(p, e)
	}
}

// phrase finds a block that stands where only phrasing content may.
func (m *markup) phrase(e *element) {
	for _, up := range slices.Backward(m.stack) {
		if slices.Contains(transparent, up.Data) {
			continue
		}
		if titled := up.Data == "legend" || up.Data == "summary"; titled && len(e.Data) == 2 &&
			e.Data[0] == 'h' && e.Data != "hr" {
			return
		}
		if slices.Contains(phrases, up.Data) {
			m.fault("<%s%s> stands in <%s%s>", e.Data, mark(e), up.Data, mark(up))
		}
		return
	}
}

// firstOption checks that a required list begins with what means that nothing was chosen.
func (m *markup) firstOption(list, first *element) {
	_, required := get(list, "required")
	if v, ok := get(first, "value"); required && (!ok || v != "") {
		m.fault("<select%s> is required and begins with an answer", mark(list))
	}
}

// attributes checks what an element says of itself.
func (m *markup) attributes(e *element) {
	for _, a := range e.Attr {
		m.attribute(e, a)
	}
}

func (m *markup) attribute(e *element, a html.Attribute) {
	switch a.Key {
	case "id":
		m.ids[a.Val]++
		if a.Val == "" || spaces.MatchString(a.Val) {
			m.fault("<%s> has the id %q", e.Data, a.Val)
		}
	case "role":
		if slices.Contains(implicit[e.Data], a.Val) || dressed[e.Data] != nil &&
			!slices.Contains(dressed[e.Data], a.Val) {
			m.fault("<%s%s> has the role %s", e.Data, mark(e), a.Val)
		}
	case "autocomplete":
		if !m.fillable(e, a.Val) {
			m.fault("<%s%s> has autocomplete %q", e.Data, mark(e), a.Val)
		}
	case "for", "aria-describedby", "aria-labelledby", "aria-controls", "form", "headers":
		if a.Key == "for" && e.Data == "label" {
			m.labels[a.Val] = true
		}
		for id := range strings.FieldsSeq(a.Val) {
			m.references = append(m.references, reference{from: e.Data + mark(e) + " " + a.Key, id: id})
		}
	case "href", "src", "action":
		if strings.ContainsAny(a.Val, " \n\t<>\"") {
			m.fault("<%s> has the address %q", e.Data, a.Val)
		}
		if len(a.Val) > 1 && a.Val[0] == '#' && e.Data == "a" {
			m.references = append(m.references, reference{from: "a link", id: a.Val[1:]})
		}
	case "aria-label":
		if _, roled := get(e, "role"); !roled && (e.Data == "div" || e.Data == "span" || e.Data == "p") {
			m.fault("<%s%s> has a name and no role", e.Data, mark(e))
		}
		m.parent().worded = m.parent().worded || a.Val != ""
	case "alt":
		m.parent().worded = m.parent().worded || a.Val != ""
	}
}

// fillable reports whether a control may have these tokens of autocomplete; the last one says what it is
// about.
func (m *markup) fillable(e *element, value string) bool {
	tokens := strings.Fields(value)
	if len(tokens) == 0 {
		return false
	}
	last := tokens[len(tokens)-1]
	return slices.Contains(fills, last) || last == "street-address" && e.Data == "textarea"
}

// named checks that controls have a name, and that headings follow their order.
func (m *markup) named(e *element) {
	if level := strings.IndexByte("123456", (e.Data + "  ")[1]) + 1; len(e.Data) == 2 && e.Data[0] == 'h' &&
		level > 0 {
		if level > m.heading+1 {
			m.fault("<%s%s> follows a heading of level %d", e.Data, mark(e), m.heading)
		}
		m.heading = level
		if level == 1 {
			m.headings++
		}
	}
	kind, _ := get(e, "type")
	if !slices.Contains(controls, e.Data) || kind == "hidden" {
		return
	}
	id, identified := get(e, "id")
	if identified {
		m.controls[id] = true
	}
	_, said := get(e, "aria-label")
	_, pointed := get(e, "aria-labelledby")
	wrapped := slices.ContainsFunc(m.stack, func(up *element) bool { return up.Data == "label" })
	if e.Data == "button" || kind == "submit" || kind == "button" || said || pointed || wrapped {
		return
	}
	m.references = append(m.references, reference{from: "<" + e.Data + mark(e) + ">", id: id, control: true})
}
