package web_test

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/webtest"
)

// No field that complains when it is left empty is called optional, in any form of any page that anybody opens: one that must be
// filled says so, and one that must be filled in some cases says in which. Each form is sent with nothing filled in, with every
// box ticked, and with each choice of each list.
func TestFieldsThatComplainAreNotOptional(t *testing.T) {
	t.Parallel()
	w := &formWalk{t: t, seen: map[string]bool{}, faults: map[string]bool{}}
	n := openNewsroom(t)
	people := n.walkable()
	for _, who := range n.Everybody() {
		b := n.As(t, who)
		if who.Account == "" {
			b = n.Browser(t)
			_, at := start(b, "piazza")
			asked := b.Submit(b.Get("/accedi"), "/accedi", values("email", "nuova@posta.example"))
			w.walk(b, at, asked.Location)
		}
		w.walk(b, append(people[who.Account], "/", "/accedi", "/area-personale", "/forum/profilo", "/desk")...)
	}
	double := values("kind", "person", "given_name", "Anna", "family_name", "Dall'Olio", "email_1", "anna@posta.example")
	b := n.As(t, n.Desk)
	w.judge("a double", "", nil, b.Submit(b.Get("/desk/contacts/new"), "/desk/contacts", double))
	for _, fault := range slices.Sorted(maps.Keys(w.faults)) {
		t.Error(fault)
	}
	if w.forms < 40 || w.complaints < 40 {
		t.Errorf("only %d forms were sent and %d fields complained", w.forms, w.complaints)
	}
}

// walkable fills the town with something of each kind that has a form, and returns pages no link leads to.
func (n *newsroom) walkable() map[civic.ID][]string {
	news := n.As(n.t, n.News)
	campaign := n.create(news)
	thread := talk(n.t, n.Town, n.Anna, "Il parco è buio", "I lampioni sono spenti.")
	report := "/forum/discussioni/" + string(thread.ID) + "/messaggi/1/segnala"
	anybody := n.Browser(n.t)
	anybody.Submit(anybody.Get(report), report, values("rule", "off_topic", "text", "Fuori tema"))
	if _, err := n.CRM.RecordInteraction(n.t.Context(), n.Desk, crm.InteractionInput{
		FormKey: "chiave-del-contatto", Contact: n.Anna.Contact, Office: "urp", Subject: "Orari", Channel: crm.ByPhone, Direction: crm.Inbound, Outcome: crm.FollowUp,
	}); err != nil {
		n.t.Fatal(err)
	}
	return map[civic.ID][]string{n.News.Account: append(askedOf(n.t, news), campaign)}
}

// askedOf publishes a survey with a required question of each kind, leaves one with the forms of each kind, in two languages,
// and returns the addresses of these.
func askedOf(t *testing.T, news *webtest.Browser) []string {
	at := newSurvey(t, news, "Piazza", nil)
	forms := map[surveys.Kind]url.Values{
		surveys.Single: values("text.it", "Quale?", "lines", "Uno\nDue", "other", "1"), surveys.Multiple: values("text.it", "Quali?", "lines", "Tre\nQuattro", "min", "1"),
		surveys.Scale: scaleLabels(), surveys.NPS: values("text.it", "La si consiglia?"), surveys.FreeText: values("text.it", "Perché?"),
	}
	draft := newSurvey(t, news, "Bozza", values("english", "1"))
	var pages []string
	for kind, form := range forms {
		form.Set("required", "1")
		addQuestion(t, news, at, "1", kind, form)
		pages = append(pages, draft+"/questions/new?page=1&kind="+string(kind))
	}
	news.Submit(news.Get(at+"/publish"), at+"/publish", values("opens", surveys.FormatLocal(time.Now().Add(-time.Minute)),
		"closes", surveys.FormatLocal(time.Now().Add(time.Hour))))
	return append(pages, draft, at, at+"/questions/q1")
}

// formWalk goes through pages and sends their forms.
type formWalk struct {
	t                 *testing.T
	seen              map[string]bool // forms that were sent
	faults            map[string]bool
	forms, complaints int
}

// walk opens pages and what they lead to, a few of each kind, then sends the forms they hold.
func (w *formWalk) walk(b *webtest.Browser, from ...string) {
	known, kinds := map[string]bool{}, map[string]int{}
	type held struct {
		page string
		form *html.Node
	}
	var forms []held
	for i := 0; i < len(from); i++ {
		page := b.Get(from[i])
		links := []string{page.Location}
		for _, a := range page.Tags(atom.A) {
			links = append(links, webtest.Attr(a, "href"))
		}
		for _, link := range links {
			to, _, _ := strings.Cut(link, "#")
			if kind := alike(to); strings.HasPrefix(to, "/") && !known[to] && kinds[kind] < 3 {
				known[to] = true
				kinds[kind]++
				from = append(from, to)
			}
		}
		for _, form := range page.Tags(atom.Form) {
			if webtest.Attr(form, "method") == "post" {
				forms = append(forms, held{from[i], form})
			}
		}
	}
	for _, f := range forms {
		w.send(b, f.page, f.form)
	}
}

// alike returns a path without its ids, the same for pages of one kind.
func alike(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("/?&=", r) })
	for i, part := range parts {
		if len(part) > 20 || strings.ContainsAny(part, "0123456789") {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

// send sends a form empty, and with each choice it offers, unless one like it was sent.
func (w *formWalk) send(b *webtest.Browser, page string, form *html.Node) {
	action, key := webtest.Attr(form, "action"), ""
	for n := range form.Descendants() {
		name := webtest.Attr(n, "name")
		if name != "" && webtest.Attr(n, "type") != "hidden" {
			key += " " + name
		}
		// Either of two names is enough, and English texts are missed later, when a survey is published.
		if field := fieldOf(n); (name == "given_name" || strings.HasSuffix(name, ".en")) && field != nil && unsaid(field) != "" {
			w.faults[alike(page)+": "+name+": "+unsaid(field)] = true
		}
	}
	if key == "" || w.seen[alike(action)+key] {
		return
	}
	w.seen[alike(action)+key] = true
	w.forms++
	for _, values := range leftEmpty(form) {
		w.judge(page, action, values, b.Do(b.PostRequest(action, values)))
	}
}

// judge gathers the fields that complain in an answer and do not say when they are needed.
func (w *formWalk) judge(page, action string, sent url.Values, answer *webtest.Page) {
	for _, fault := range answer.By("class", "field-error") {
		field := fieldOf(fault)
		w.complaints++
		if field == nil {
			w.faults[page+" → "+action+": a fault outside of a field: "+webtest.TextOf(fault)] = true
			continue
		}
		if why := unsaid(field); why != "" && !filled(field, sent) {
			w.faults[alike(page)+" → "+alike(action)+": "+why+": "+webtest.TextOf(field)] = true
		}
	}
}

// filled reports whether something was sent for a field, so that it complains of that and not of being empty.
func filled(field *html.Node, sent url.Values) bool {
	for n := range field.Descendants() {
		if sent.Get(webtest.Attr(n, "name")) != "" {
			return true
		}
	}
	return false
}

// fieldOf returns the field that a control, or a note, belongs to, nil when it stands in none.
func fieldOf(n *html.Node) *html.Node {
	for n != nil && !slices.Contains(strings.Fields(webtest.Attr(n, "class")), "asc-field") {
		n = n.Parent
	}
	return n
}

// unsaid returns what a field that complains when empty lacks, empty when it is marked rightly.
func unsaid(field *html.Node) string {
	said := false
	for n := range field.Descendants() {
		switch {
		case webtest.Attr(n, "class") == "optional":
			return "optional, and complains"
		case n.DataAtom == atom.Select && !offersNothing(n): // something is always chosen
			said = true
		case webtest.HasAttr(n, "required"), webtest.Attr(n, "type") == "checkbox", strings.HasSuffix(webtest.Attr(n, "id"), "-aiuto"):
			said = true
		}
	}
	if !said && webtest.Attr(field, "aria-required") != "true" {
		return "does not say when it is needed"
	}
	return ""
}

// leftEmpty returns what a form sends when nothing is filled in, when every box is ticked, and with each single choice.
func leftEmpty(form *html.Node) []url.Values {
	empty, ticked := url.Values{}, url.Values{}
	var choices [][2]string
	for n := range form.Descendants() {
		name, value := webtest.Attr(n, "name"), webtest.Attr(n, "value")
		switch {
		case name == "" || n.DataAtom == atom.Button:
		case n.DataAtom == atom.Select:
			empty.Set(name, "")
			for o := range n.Descendants() {
				if o.DataAtom == atom.Option && webtest.Attr(o, "value") != "" {
					choices = append(choices, [2]string{name, webtest.Attr(o, "value")})
				}
			}
		case webtest.Attr(n, "type") == "hidden":
			empty.Add(name, value)
		case webtest.Attr(n, "type") == "radio":
			choices = append(choices, [2]string{name, value})
		case webtest.Attr(n, "type") == "checkbox":
			ticked.Add(name, value)
		default:
			empty.Add(name, "")
		}
	}
	all := []url.Values{empty}
	with := func(more url.Values) {
		v := maps.Clone(empty)
		maps.Copy(v, more)
		all = append(all, v)
	}
	if len(ticked) > 0 {
		with(ticked)
	}
	for _, c := range choices {
		with(url.Values{c[0]: {c[1]}})
	}
	return all
}

// offersNothing reports whether a list has an option that stands for none.
func offersNothing(list *html.Node) bool {
	for n := range list.Descendants() {
		if n.DataAtom == atom.Option && webtest.Attr(n, "value") == "" {
			return true
		}
	}
	return false
}
