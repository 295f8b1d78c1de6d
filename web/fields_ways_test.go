package web_test

import (
	"crypto/rand"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/web/webtest"
)

// formWay is one way to send a form.
type formWay struct {
	name   string
	values url.Values
}

// ways returns what is sent: nothing filled in, every box ticked, each single choice, then all that is
// needed, and that but for one field.
func (f typedForm) ways() []formWay {
	empty, full, ticked, choices := f.carried(), f.full(), f.ticked(), f.choices()
	all := []formWay{{"nothing", empty}, {"boxes", laidOver(empty, ticked)}}
	for _, c := range choices {
		all = append(all, formWay{"only " + c.name, laidOver(empty, c.values)},
			formWay{"with " + c.name, laidOver(full, c.values)})
	}
	fields := f.fields()
	for _, first := range slices.Sorted(maps.Keys(fields)) {
		without := blank(fields[first])
		all = append(all, formWay{"without " + first, laidOver(full, without)})
		if others := together[first]; len(others) > 0 {
			without = laidOver(without, blank(others))
			all = append(all, formWay{"without all of " + first, laidOver(full, without)})
		}
		for _, c := range choices {
			if f.marks()[first] == sometimes && !slices.ContainsFunc(fields[first], c.values.Has) {
				all = append(all,
					formWay{"without " + first + " with " + c.name,
						laidOver(laidOver(full, c.values), without)})
			}
		}
	}
	return append(all, formWay{"all that is needed", full})
}

func blank(names []string) url.Values {
	v := url.Values{}
	for _, name := range names {
		v.Set(name, "")
	}
	return v
}

// ticked returns every box with its tick.
func (f typedForm) ticked() url.Values {
	v := url.Values{}
	for _, c := range f.controls {
		if isType(c, "checkbox") {
			v.Add(webtest.Attr(c, "name"), webtest.Attr(c, "value"))
		}
	}
	return v
}

// choices returns each answer of each choice, and the first few of each list: offices and topics are all
// alike.
func (f typedForm) choices() (all []formWay) {
	const few = 3
	for _, c := range f.controls {
		name, answers := webtest.Attr(c, "name"), []string{webtest.Attr(c, "value")}
		if c.DataAtom == atom.Select {
			answers = optionsOf(c)
		} else if !isType(c, "radio") {
			continue
		}
		for _, answer := range answers[:min(few, len(answers))] {
			all = append(all, formWay{name + "=" + answer, url.Values{name: {answer}}})
		}
	}
	return all
}

// carried returns what a form sends without anything filled in: what is hidden in it, and its main button.
func (f typedForm) carried() url.Values {
	v := url.Values{}
	var button *html.Node
	for n := range f.node.Descendants() {
		switch {
		case isType(n, "hidden"):
			v.Add(webtest.Attr(n, "name"), webtest.Attr(n, "value"))
		case n.DataAtom == atom.Button &&
			(button == nil || strings.Contains(webtest.Attr(n, "class"), "btn-primary")):
			button = n
		}
	}
	if button != nil && webtest.Attr(button, "name") != "" {
		v.Set(webtest.Attr(button, "name"), webtest.Attr(button, "value"))
	}
	return v
}

// full returns a form with all that is needed, in some cases or always: what it holds already, else something
// of the field's kind.
func (f typedForm) full() url.Values {
	v := f.carried()
	for _, c := range f.controls {
		name, value, m := webtest.Attr(c, "name"), webtest.Attr(c, "value"), markOf(fieldOf(c))
		needed := m == required || m == sometimes || m == chosen
		switch {
		case v.Get(name) != "":
		case c.DataAtom == atom.Select:
			v.Set(name, selected(c, needed))
		case isType(c, "radio"), isType(c, "checkbox"):
			if webtest.HasAttr(c, "checked") || needed {
				v.Set(name, value)
			}
		case value != "":
			v.Set(name, value)
		case c.DataAtom == atom.Textarea && webtest.TextOf(c) != "":
			v.Set(name, webtest.TextOf(c))
		case needed:
			v.Set(name, typical(c))
		}
	}
	return v
}

// typical returns something that a field of a kind takes.
func typical(c *html.Node) string {
	switch kind := webtest.Attr(c, "type"); {
	case webtest.Attr(c, "name") == "postcode":
		return "41121"
	case kind == "email":
		return "prova@posta.example"
	case kind == "tel":
		return "059 206311"
	case kind == "url":
		return "https://comune.borgoforte.example/"
	case kind == "number" || webtest.Attr(c, "inputmode") == "numeric":
		return max(webtest.Attr(c, "min"), "3")
	case kind == "date":
		return time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	case kind == "datetime-local":
		return time.Now().Add(72 * time.Hour).Format("2006-01-02T15:04")
	case strings.HasSuffix(webtest.Attr(c, "name"), "slug"): // taken once
		return "prova-" + strings.ToLower(rand.Text())
	}
	return "Prova di un testo " + strings.ToLower(rand.Text()[:8]) // no two are alike
}

func optionsOf(list *html.Node) (values []string) {
	for o := range list.Descendants() {
		if value := webtest.Attr(o, "value"); o.DataAtom == atom.Option && value != "" {
			values = append(values, value)
		}
	}
	return values
}

// selected returns the chosen option of a list, else, if one is needed, its first that stands for something.
func selected(list *html.Node, needed bool) string {
	for o := range list.Descendants() {
		if webtest.HasAttr(o, "selected") && webtest.Attr(o, "value") != "" {
			return webtest.Attr(o, "value")
		}
	}
	if all := optionsOf(list); needed && len(all) > 0 {
		return all[0]
	}
	return ""
}

func laidOver(base, more url.Values) url.Values {
	v := maps.Clone(base)
	maps.Copy(v, more)
	return v
}
