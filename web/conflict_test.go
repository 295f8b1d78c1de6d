package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/web/webtest"
)

// TestTwoWhoEditAtOnce: whoever comes second keeps what they wrote. What the first one alone changed is kept
// too, without a question; of a field that both changed, and of no other, the page says what each wrote, who
// stored it and when; saving again is on purpose, and erases nothing of the first one's work in other fields.
func TestTwoWhoEditAtOnce(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	news, administrator, desk := n.As(t, n.News), n.As(t, n.Administrator), n.As(t, n.Desk)
	area := url.Values{"slug": {"nord"}, "name": {"Quartiere Nord"}, "answer_days": {"15"}}
	if page := administrator.Submit(administrator.Get("/desk/forum/areas/new"), "/desk/forum/areas",
		area); page.Status != 303 {
		t.Fatalf("area: status %d", page.Status)
	}
	survey := url.Values{"title.it": {"Come va?"}, "participation": {"anonymous"}, "collection": {"opt_in"}}
	made := news.Submit(news.Get("/desk/surveys/new"), "/desk/surveys", survey)
	if made.Status != 303 {
		t.Fatalf("survey: %d %.500s", made.Status, made.Text())
	}
	settings := made.Header.Get("Location") + "/settings"
	questions := made.Header.Get("Location") + "/questions"
	if page := news.Submit(news.Get(questions+"/new?kind=single"), questions, url.Values{"text.it": {"Quale?"},
		"option.lines": {"Il parco\nLa piazza"}}); page.Status != 303 {
		t.Fatalf("question: %d %.500s", page.Status, page.Text())
	}
	about := call(t, n.Town, n.Desk, crm.InteractionInput{Contact: n.Anna.Contact, Office: "urp"})
	call := "/desk/interactions/" + string(about.ID)
	save := func(v url.Values) url.Values { v.Set("do", "save"); return v }
	for _, row := range []editRow{
		{"segment", "/desk/segments/" + string(n.segment) + "/edit", "/desk/segments/" + string(n.segment),
			news,
			"name", save(url.Values{"rule.1": {"it", "en"}}),
			save(url.Values{"description": {"Della seconda"}}), "Nome"},
		{"campaign", n.create(news) + "/edit", "", news,
			"body.it", url.Values{"class": {"institutional"}, "legal_basis": {"Articolo 6"}},
			url.Values{"name": {"Della seconda"}}, "Messaggio (italiano)"},
		{"area", "/desk/forum/areas/nord", "/desk/forum/areas/nord", administrator,
			"name", url.Values{"office": {"lavori-pubblici"}}, url.Values{"description": {"Della seconda"}},
			"Nome"},
		{"contact", "/desk/contacts/" + string(n.Anna.Contact) + "/edit",
			"/desk/contacts/" + string(n.Anna.Contact), desk,
			"street", url.Values{"tags": {"stampa"}, "phones.1": {"059 206311"},
				"fiscal_code": {"DLLNNA85T50A562T"}}, url.Values{"town": {"Della seconda"}},
			"Via e numero civico"},
		{"office", "/desk/settings/offices/urp", "/desk/settings/offices/urp", administrator,
			"name", url.Values{"inactive": {"1"}}, url.Values{"phone": {"059 203110"}}, "Nome"},
		{"topic", "/desk/settings/topics/mobilita", "/desk/settings/topics/mobilita", administrator,
			"text.it", url.Values{"text.en": {"Of the first"}},
			url.Values{"description.it": {"Della seconda"}}, "Testo del consenso in italiano"},
		{"district", "/desk/settings/districts/centro", "/desk/settings/districts/centro", administrator,
			"name", url.Values{"order": {"7"}}, url.Values{"inactive": {"1"}}, "Nome"},
		{"tag", "/desk/settings/tags/stampa", "/desk/settings/tags/stampa", administrator,
			"name", url.Values{"order": {"7"}}, url.Values{"inactive": {"1"}}, "Nome"},
		{"call", call + "/edit", call, desk,
			"subject", url.Values{"confidential": {"1"}, "topic": {"mobilita"}},
			url.Values{"note": {"Della seconda"}}, "Oggetto"},
		{"question", questions + "/q1", questions + "/q1", news,
			"text.it", url.Values{"help.it": {"Una sola."}, "option.a1.it": {"Il parco grande"}},
			url.Values{"required": {"1"}}, "Testo della domanda"},
		{"survey", settings, settings, news,
			"title.it", url.Values{"introduction.it": {"Della prima"}},
			url.Values{"title.en": {"How is it?"}, "english": {"1"}}, "Titolo in italiano"},
		{"site text", "/desk/texts/faq", "/desk/texts/faq", news,
			"text.it", url.Values{"text.en": {"Of the first"}}, url.Values{"text.it": {"Della seconda"}},
			"Testo in italiano"},
	} {
		if row.path == "" {
			row.path = strings.TrimSuffix(row.edit, "/edit")
		}
		tt := twoEdits{editRow: row}
		tt.oneField(t, tt.anotherField(t))
	}
	twoAdministrators(t, n.Town)
}

// editRow is a form that two people have open at the same time.
type editRow struct {
	what, edit, path string
	b                *webtest.Browser
	both             string     // a field that both change
	first            url.Values // what the first one changes beside it
	second           url.Values // what the second one changes beside it
	label            string     // of the field
}

// twoEdits is a form with more to say of the field that both change.
type twoEdits struct {
	editRow
	typed, said [2]string  // what both type into the field, and how the page says it; usual where empty
	with        url.Values // what both send with it, where the form afterwards shows something else
}

// anotherField has each change another field: nobody is asked anything. It returns the form afterwards.
func (tt twoEdits) anotherField(t *testing.T) (after url.Values) {
	t.Helper()
	open := tt.b.Get(tt.edit)
	shown := open.Form(tt.path)
	if page := tt.b.Submit(tt.b.Get(tt.edit), tt.path, tt.first); page.Status != 303 {
		t.Fatalf("%s: the first one: status %d: %.500s", tt.what, page.Status, page.Text())
	}
	if page := tt.b.Submit(open, tt.path, tt.second); page.Status != 303 {
		t.Fatalf("%s: the second one: status %d: %.800s", tt.what, page.Status, page.Text())
	}
	after = tt.b.Get(tt.edit).Form(tt.path)
	for _, typed := range []url.Values{tt.first, tt.second} {
		for name := range typed {
			if name != "do" && slices.Equal(after[name], shown[name]) {
				t.Errorf("%s: %s was lost: %q", tt.what, name, after.Get(name))
			}
		}
	}
	return after
}

// oneField has both change one field: it alone is asked about. After is the form before that.
func (tt twoEdits) oneField(t *testing.T, after url.Values) {
	t.Helper()
	if tt.typed[0] == "" {
		tt.typed = [2]string{"Scritto dalla prima", "Scritto dalla seconda"}
	}
	if tt.said[0] == "" {
		tt.said = tt.typed
	}
	with := func(values url.Values) url.Values {
		for name, v := range tt.with {
			values[name] = v
		}
		if tt.first.Has("do") {
			values.Set("do", "save")
		}
		return values
	}
	open := tt.b.Get(tt.edit)
	page := tt.b.Submit(tt.b.Get(tt.edit), tt.path, with(url.Values{tt.both: {tt.typed[0]}}))
	if page.Status != 303 {
		t.Fatalf("%s: the first one again: status %d: %.500s", tt.what, page.Status, page.Text())
	}
	again := tt.b.Submit(open, tt.path, with(url.Values{tt.both: {tt.typed[1]}}))
	told := meanwhile(again)
	if again.Status != 422 || again.Has("un'altra persona") || again.Has("Ricaricare") ||
		again.Form(tt.path).Get(tt.both) != tt.typed[1] {
		t.Errorf("%s: status %d, %q: %.600s", tt.what, again.Status, again.Form(tt.path).Get(tt.both),
			again.Text())
	}
	if slices.Contains([]string{"segment", "campaign", "contact"}, tt.what) &&
		(!leadsBack(open, tt.path) || !leadsBack(again, tt.path)) {
		t.Errorf("%s: the way to the page lacks what is edited", tt.what)
	}
	if len(told) != 1 || !strings.HasPrefix(told[0], tt.label) {
		t.Errorf("%s: the page asks about %q", tt.what, told)
	}
	for _, want := range []string{tt.said[0], tt.said[1], "in un'altra finestra", ", ore "} {
		if !strings.Contains(strings.Join(told, "|"), want) {
			t.Errorf("%s: the page does not say %q; it says %q", tt.what, want, told)
		}
	}
	clashesLeadToFields(t, tt.what, again)
	if page := tt.b.Submit(again, tt.path, with(url.Values{})); page.Status != 303 {
		t.Errorf("%s: saved on purpose: status %d: %.500s", tt.what, page.Status, page.Text())
	}
	if tt.with != nil {
		return // the form shows other things than were typed
	}
	last := tt.b.Get(tt.edit).Form(tt.path)
	if last.Get(tt.both) != tt.typed[1] {
		t.Errorf("%s: %q", tt.what, last.Get(tt.both))
	}
	for name := range tt.first {
		if !slices.Equal(last[name], after[name]) {
			t.Errorf("%s: %s was lost in the end: %q", tt.what, name, last.Get(name))
		}
	}
}

// clashesLeadToFields fails the test where the name of a field that both changed leads nowhere.
func clashesLeadToFields(t *testing.T, what string, page *webtest.Page) {
	t.Helper()
	for _, term := range page.Tags(atom.Dt) {
		for link := range term.Descendants() {
			id, here := strings.CutPrefix(webtest.Attr(link, "href"), "#")
			if link.DataAtom == atom.A && (!here || len(page.By("id", id)) != 1) {
				t.Errorf("%s: “%s” leads to %q", what, webtest.TextOf(term), webtest.Attr(link, "href"))
			}
		}
	}
}

// TestAConflictNamesTheColleague: who else stored it is said by name to staff, and as staff to citizens;
// never as "another person" to the same one.
func TestAConflictNamesTheColleague(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	desk, news, anna := n.As(t, n.Desk), n.As(t, n.News), n.As(t, n.Anna)
	edit, path := "/desk/contacts/"+string(n.Anna.Contact)+"/edit", "/desk/contacts/"+string(n.Anna.Contact)
	const own = "/area-personale/profilo"
	street := func(s string) url.Values { return url.Values{"street": {s}} }

	open, profile := news.Get(edit), anna.Get(own)
	if page := desk.Submit(desk.Get(edit), path, street("Via Po 1")); page.Status != 303 {
		t.Fatal(page.Status)
	}
	if told := meanwhile(news.Submit(open, path, street("Via Adda 2"))); len(told) != 1 ||
		!strings.Contains(told[0], "Salvato da "+n.Desk.Name) {
		t.Errorf("a colleague: %q", told)
	}
	again := anna.Submit(profile, own, url.Values{"street": {"Via Ticino 3"}, "phones.1": {"347 7654321"}})
	told := meanwhile(again)
	if again.Status != 422 || len(told) != 1 || !strings.Contains(told[0], "operatore del Comune") ||
		strings.Contains(told[0], n.Desk.Name) ||
		!strings.Contains(told[0], "Via Po 1") || !strings.Contains(told[0], "Via Ticino 3") {
		t.Errorf("a citizen: %d %q", again.Status, told)
	}
	if page := anna.Submit(again, own, url.Values{}); page.Status != 303 {
		t.Errorf("a citizen who saves again: %d %.500s", page.Status, page.Text())
	}
	first, second := anna.Get(own), anna.Get(own)
	open = desk.Get(edit)
	if page := anna.Submit(first, own, street("Via Adige 4")); page.Status != 303 {
		t.Fatal(page.Status)
	}
	told = meanwhile(anna.Submit(second, own, street("Via Brenta 5")))
	if len(told) != 1 || !strings.Contains(told[0], "Salvato da Lei in un'altra finestra") {
		t.Errorf("the same person: %q", told)
	}
	if told := meanwhile(desk.Submit(open, path, street("Via Piave 6"))); len(told) != 1 ||
		!strings.Contains(told[0], "dalla persona stessa") {
		t.Errorf("the citizen's own edit, to staff: %q", told)
	}
}

// TestTwoAdministratorsGiveDuties: the role one gave and the office the other gave are both there.
func TestTwoAdministratorsGiveDuties(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	b := n.As(t, n.Administrator)
	page := "/desk/users/" + string(n.Desk.Account)
	open := b.Get(page)
	was := open.Form(page + "/duties")
	if p := b.Submit(b.Get(page), page+"/duties",
		url.Values{"roles": append(was["roles"], "moderator")}); p.Status != 303 {
		t.Fatalf("%d %.500s", p.Status, p.Text())
	}
	if p := b.Submit(open, page+"/duties",
		url.Values{"offices": append(was["offices"], "lavori-pubblici")}); p.Status != 303 {
		t.Fatalf("%d %.500s", p.Status, p.Text())
	}
	now := b.Get(page).Form(page + "/duties")
	if !slices.Contains(now["roles"], "moderator") || !slices.Contains(now["offices"], "lavori-pubblici") ||
		len(now["roles"]) != len(was["roles"])+1 {
		t.Errorf("%v, before %v", now, was)
	}
}

// meanwhile returns what a page says about each field that somebody else stored: its label and the words
// below it.
func meanwhile(page *webtest.Page) []string {
	var out []string
	shortcuts := func(n *html.Node) bool {
		return n.Parent != nil && (webtest.Attr(n.Parent, "class") == "desk-keys" ||
			n.Parent.Parent != nil && webtest.Attr(n.Parent.Parent, "class") == "desk-keys")
	}
	for _, n := range page.All(
		func(n *html.Node) bool {
			return (n.DataAtom == atom.Dt || n.DataAtom == atom.Dd) &&
				!shortcuts(n)
		}) {
		if n.DataAtom == atom.Dt {
			out = append(out, webtest.TextOf(n))
		} else if len(out) > 0 {
			out[len(out)-1] += ": " + webtest.TextOf(n)
		}
	}
	return out
}

// TestACampaignThatIsNoDraftAnyMoreIsNotSavedOver: the text comes back, with why it cannot be saved.
func TestACampaignThatIsNoDraftAnyMoreIsNotSavedOver(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	b := n.As(t, n.News)
	path := n.create(b)
	form := b.Get(path + "/edit")
	asked := b.Submit(b.Get(path+"/schedule"), path+"/schedule",
		url.Values{"start": {nextYear + "-01-02T08:00"}})
	if page := b.Submit(asked, path+"/schedule", nil); page.Status != 303 {
		t.Fatalf("schedule: %d", page.Status)
	}
	for range 2 {
		if form = b.Submit(form, path, url.Values{"name": {"Altro nome"}}); form.Status != 422 ||
			!form.Has("solo una bozza") || form.Input("name") != "Altro nome" {
			t.Errorf("status %d: %.500s", form.Status, form.Text())
		}
	}
	if b.Get(path).Has("Altro nome") {
		t.Error("a scheduled campaign was changed")
	}
}

// leadsBack reports whether the way to a page leads over another one.
func leadsBack(page *webtest.Page, over string) bool {
	for _, way := range page.By("class", "breadcrumb") {
		if holds(way, func(n *html.Node) bool { return webtest.Attr(n, "href") == over }) {
			return true
		}
	}
	return false
}
