package web_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/web/webtest"
)

// TestSavingOverSomebodyElsesWorkIsOnPurpose: whoever comes second finds what they wrote in the form, reads what the other one
// stored, and can save over it.
func TestSavingOverSomebodyElsesWorkIsOnPurpose(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	news, administrator, desk := n.As(t, n.News), n.As(t, n.Administrator), n.As(t, n.Desk)
	area := url.Values{"slug": {"nord"}, "name": {"Quartiere Nord"}, "answer_days": {"15"}}
	if page := administrator.Submit(administrator.Get("/desk/forum/areas/new"), "/desk/forum/areas", area); page.Status != 303 {
		t.Fatalf("area: status %d", page.Status)
	}
	save := func(v url.Values) url.Values { v.Set("do", "save"); return v }
	for _, tt := range []struct {
		what, edit, path string
		b                *webtest.Browser
		first, second    url.Values
		told             []string // label and value, what the first one stored
		not              string   // a label of a field that both left as it was
	}{
		{"segment", "/desk/segments/" + string(n.segment) + "/edit", "/desk/segments/" + string(n.segment), news,
			save(url.Values{"name": {"Chi legge l'italiano"}, "rule.0": {"it", "en"}}), save(url.Values{"description": {"Della seconda"}}),
			[]string{"Nome", "Chi legge l'italiano", "Lingua dei messaggi: Italiano oppure Inglese"}, "Quartiere"},
		{"campaign", n.create(news) + "/edit", "", news,
			url.Values{"body_it": {"Riga uno\r\n\r\nRiga due, della prima"}, "class": {"institutional"}, "legal_basis": {"Articolo 6"}}, url.Values{"name": {"Della seconda"}},
			[]string{"Riga due, della prima", "Articolo 6", "Base giuridica"}, "Oggetto"},
		{"area", "/desk/forum/areas/nord", "/desk/forum/areas/nord", administrator,
			url.Values{"name": {"Quartiere Nord e Crocetta"}, "office": {"lavori-pubblici"}}, url.Values{"description": {"Della seconda"}},
			[]string{"Quartiere Nord e Crocetta", "Lavori pubblici"}, "Quartiere\n"},
		{"contact", "/desk/contacts/" + string(n.Anna.Contact) + "/edit", "/desk/contacts/" + string(n.Anna.Contact), desk,
			url.Values{"tags": {"stampa"}, "district": {"san-lazzaro"}, "fiscal_code": {"RSSMRA85T10A562S"}}, url.Values{"town": {"Della seconda"}},
			[]string{"Stampa locale", "San Lazzaro", "RSSMRA85T10A562S"}, "Cognome"},
		{"office", "/desk/settings/offices/urp", "/desk/settings/offices/urp", administrator,
			url.Values{"name": {"Sportello del cittadino"}, "inactive": {"1"}}, url.Values{"phone": {"059 20311"}},
			[]string{"Sportello del cittadino", "Non più in uso", "Telefono"}, "Posizione"},
		{"topic", "/desk/settings/topics/mobilita", "/desk/settings/topics/mobilita", administrator,
			url.Values{"text_it": {"Testo della prima"}}, url.Values{"description_it": {"Della seconda"}},
			[]string{"Testo della prima", "Testo del consenso in italiano"}, "Nome in inglese"},
	} {
		if tt.path == "" {
			tt.path = strings.TrimSuffix(tt.edit, "/edit")
		}
		form := tt.b.Get(tt.edit)
		if page := tt.b.Submit(tt.b.Get(tt.edit), tt.path, tt.first); page.Status != 303 {
			t.Fatalf("%s: the first one: status %d: %.500s", tt.what, page.Status, page.Text())
		}
		again := tt.b.Submit(form, tt.path, tt.second)
		if again.Status != 422 || again.Has("Ricaricare") {
			t.Errorf("%s: status %d: %.600s", tt.what, again.Status, again.Text())
		}
		for name := range tt.second {
			if got := again.Form(tt.path).Get(name); name != "do" && got != tt.second.Get(name) {
				t.Errorf("%s: %s came back as %q", tt.what, name, got)
			}
		}
		told := meanwhile(again)
		for _, want := range tt.told {
			if !strings.Contains(told, want) {
				t.Errorf("%s: the page does not tell %q of the first one; it says %q", tt.what, want, told)
			}
		}
		if strings.Contains(told, tt.not) {
			t.Errorf("%s: the page tells %q, which is the same in both: %q", tt.what, tt.not, told)
		}
		second := url.Values{}
		if tt.what == "segment" {
			second = save(second)
		}
		if page := tt.b.Submit(again, tt.path, second); page.Status != 303 {
			t.Errorf("%s: saved on purpose: status %d: %.500s", tt.what, page.Status, page.Text())
		}
		after, before := tt.b.Get(tt.edit).Form(tt.path), form.Form(tt.path)
		for name := range tt.first {
			if got := after.Get(name); name != "do" && got != before.Get(name) {
				t.Errorf("%s: %s is %q although it was saved over", tt.what, name, got)
			}
		}
	}
}

// meanwhile returns what a page says that somebody else stored.
func meanwhile(page *webtest.Page) string {
	var text strings.Builder
	for _, n := range page.All(func(n *html.Node) bool { return n.DataAtom == atom.Dt || n.DataAtom == atom.Dd }) {
		text.WriteString(webtest.TextOf(n) + "\n")
	}
	return text.String()
}

// TestACampaignThatIsNoDraftAnyMoreIsNotSavedOver: the text comes back, with why it cannot be saved.
func TestACampaignThatIsNoDraftAnyMoreIsNotSavedOver(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	b := n.As(t, n.News)
	path := n.create(b)
	form := b.Get(path + "/edit")
	asked := b.Submit(b.Get(path+"/schedule"), path+"/schedule", url.Values{"start": {"2040-01-02T08:00"}})
	if page := b.Submit(asked, path+"/schedule", nil); page.Status != 303 {
		t.Fatalf("schedule: %d", page.Status)
	}
	for range 2 {
		if form = b.Submit(form, path, url.Values{"name": {"Altro nome"}}); form.Status != 422 || !form.Has("solo una bozza") || form.Input("name") != "Altro nome" {
			t.Errorf("status %d: %.500s", form.Status, form.Text())
		}
	}
	if b.Get(path).Has("Altro nome") {
		t.Error("a scheduled campaign was changed")
	}
}
