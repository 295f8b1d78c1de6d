package web_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// TestADayOfACallIsNotDropped: a day by which to do nothing is asked about, and so are days that cannot be
// meant; what was typed stays in the form.
func TestADayOfACallIsNotDropped(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Desk)
	for _, tt := range []struct{ outcome, due, on, want string }{
		{"answered", "2999-12-01", "", "l'esito scelto non lascia nulla da fare"},
		{"follow_up", "2020-01-31", "", "La data è già passata"},
		{"follow_up", "2999-12-01", "", "La data è troppo lontana"},
		{"answered", "", "2999-12-01", "La data non può essere futura"},
	} {
		page := b.Submit(b.Get("/desk/calls/new"), "/desk/calls", url.Values{
			"subject": {"Buca in via Emilia"}, "note": {"All'altezza del 12"}, "outcome": {tt.outcome},
			"due_on": {tt.due}, "on": {tt.on},
		})
		form := page.Form("/desk/calls")
		if page.Status != 422 || !page.Has(tt.want) || form.Get("due_on") != tt.due ||
			form.Get("on") != tt.on || form.Get("note") != "All'altezza del 12" {
			t.Errorf("%s by %q of %q: status %d, the form holds %v", tt.outcome, tt.due, tt.on, page.Status,
				form)
		}
	}
	if list := b.Get("/desk/interactions"); list.Has("Buca in via Emilia") {
		t.Error("something was stored all the same")
	}
}

// TestANewContactInACall: the data of a new contact are there without opening anything, are not dropped when
// somebody else is chosen, and somebody who was looked for in vain need not be typed again.
func TestANewContactInACall(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	settled(t, town)
	b := town.As(t, town.Desk)
	fresh := b.Get("/desk/calls/new")
	field := fresh.By("name", "given_name")
	if len(field) != 1 {
		t.Fatalf("%d fields for the name", len(field))
	}
	for n := field[0].Parent; n != nil; n = n.Parent {
		if n.DataAtom == atom.Details {
			t.Error("the data of a new contact are folded away")
		}
	}
	kept := b.Submit(fresh, "/desk/calls", url.Values{"caller": {"unknown"}, "subject": {"Orari"},
		"family_name": {"Ansaloni"}})
	if kept.Status != 422 || !kept.Has("scegliere «Nuovo contatto»") ||
		kept.Input("family_name") != "Ansaloni" || !strings.Contains(kept.Body, "desk-filled") {
		t.Errorf("data of somebody new without choosing them: status %d, %.400s", kept.Status, kept.Text())
	}
	for text, want := range map[string]url.Values{
		"Maria Grazia Zanasi":  {"given_name": {"Maria Grazia"}, "family_name": {"Zanasi"}},
		"349 008 5051":         {"phones.1": {"349 008 5051"}},
		"zanasi@posta.example": {"emails.1": {"zanasi@posta.example"}},
	} {
		found := b.Submit(b.Get("/desk/calls/new"), "/desk/calls",
			url.Values{"q": {text}, "caller": {"unknown"}, "subject": {"Orari"}})
		form := found.Form("/desk/calls")
		if found.Status != 200 || form.Get("caller") != "new" {
			t.Errorf("%s, not looked for yet: status %d, caller %q", text, found.Status, form.Get("caller"))
		}
		for name := range want {
			if form.Get(name) != want.Get(name) {
				t.Errorf("%s: %s is %q", text, name, form.Get(name))
			}
		}
	}
	saved := b.Submit(fresh, "/desk/calls",
		url.Values{"caller": {"new"}, "subject": {"Orari"}, "given_name": {"Zoè"}, "family_name": {"Zanasi"},
			"phones.1": {"3490085051"}})
	if page := b.Follow(saved); !page.Has("Zoè Zanasi") || !page.Has("349 008 5051") || !page.Has("Orari") {
		t.Errorf("the new contact's page says %.400s", page.Text())
	}
}

func TestACallThroughItsWholeLife(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	settled(t, town)
	b := town.As(t, town.Desk)
	saved := b.Submit(b.Get("/desk/calls/new"), "/desk/calls",
		url.Values{"subject": {"Lampione spento"}, "note": {"Davanti alla scuola"}, "outcome": {"follow_up"}})
	if saved.Status != 303 {
		t.Fatalf("status %d: %.400s", saved.Status, saved.Text())
	}
	list, err := town.CRM.Interactions(t.Context(), town.Desk, crm.InteractionFilter{Mine: true},
		civic.PageRequest{})
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("%d are mine, %v", len(list.Items), err)
	}
	path := "/desk/interactions/" + string(list.Items[0].ID)
	send := func(b *webtest.Browser, action string, values url.Values, want ...string) *webtest.Page {
		t.Helper()
		page := b.Submit(b.Get(path), action, values)
		if page.Status != 303 {
			t.Fatalf("%s: status %d: %.600s", action, page.Status, page.Text())
		}
		page = b.Follow(page)
		for _, w := range want {
			if !page.Has(w) {
				t.Errorf("after %s the page does not say %q", action, w)
			}
		}
		return page
	}
	send(b, path+"/notes", url.Values{"text": {"Richiamato il signore"}}, "Richiamato il signore",
		"Carla Conti")
	if empty := b.Submit(b.Get(path), path+"/notes", nil); empty.Status != 422 {
		t.Errorf("an empty note: status %d", empty.Status)
	}
	found := b.Submit(b.Get(path), path+"/contact", url.Values{"q": {"dall olio"}, "do": {"search"}})
	if attached := b.Submit(found, path+"/contact", url.Values{"do": {"attach"}}); attached.Status != 303 ||
		!b.Follow(attached).Has("Anna Dall'Olio") {
		t.Errorf("attached: status %d: %.400s", attached.Status, attached.Text())
	}
	if own := town.As(t, town.Anna).Get("/area-personale"); !own.Has("Lampione spento") || own.Has("scuola") {
		t.Errorf("her area says %.400s", own.Text())
	}
	edit := b.Get(path + "/edit")
	right := b.Submit(edit, path, url.Values{"subject": {"Lampione spento in via Crocetta"},
		"topic": {"mobilita"}})
	if page := b.Follow(right); !page.Has("via Crocetta") || !page.Has("Correzioni e passaggi") ||
		!page.Has("Mobilità e traffico") {
		t.Errorf("put right: %.600s", page.Text())
	}
	old := b.Submit(edit, path, url.Values{"subject": {"Altro"}})
	if old.Status != 422 || !old.Has("alcuni campi sono cambiati nel frattempo") ||
		old.Input("subject") != "Altro" {
		t.Errorf("from an old page: status %d: %.400s", old.Status, old.Text())
	}
	works := town.As(t, town.Works)
	if page := works.Get(path); page.Status != 404 {
		t.Errorf("another office: status %d", page.Status)
	}
	send(b, path+"/assign", url.Values{"office": {"lavori-pubblici"}, "owner": {string(town.Works.Account)},
		"reason": {"Illuminazione"}}, "Dario Fontana")
	if home := works.Get("/desk"); !home.Has("Lampione spento") {
		t.Errorf("who it was given to finds at home %.400s", home.Text())
	}
	send(works, path+"/close", url.Values{"words": {"Lampadina cambiata"}}, "Lampadina cambiata",
		"Dario Fontana", "Fatto")
	send(works, path+"/reopen", nil, "era chiuso con le parole", "Lampadina cambiata")
	away := works.Submit(works.Get(path), path+"/assign", url.Values{"office": {"ambiente"}, "owner": {""}})
	if away.Status != 303 || away.Location != "/desk/interactions" {
		t.Errorf("given away for good: status %d to %s", away.Status, away.Location)
	}
}

func TestFiguresOfCallsAndTheirTable(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	call(t, town, town.Desk, crm.InteractionInput{Office: "urp", Topic: "mobilita"})
	call(t, town, town.Works, crm.InteractionInput{Office: "lavori-pubblici", Channel: crm.AtDesk})
	const path = "/desk/interactions/statistics"
	for i, who := range town.Everybody() {
		if who.Account == "" {
			continue
		}
		letter := string("vabdwhnmox"[i])
		if page := town.As(t, who).Get(path); (page.Status == 200) != strings.Contains("hn", letter) {
			t.Errorf("%s: status %d", letter, page.Status)
		}
	}
	head := town.As(t, town.Head)
	page := head.Get(path)
	for _, want := range []string{"1 colloquio dal", "Per canale", "Sportello", "Lavori pubblici",
		"Per persona che ha registrato", "Dario Fontana", "100,0%"} {
		if !page.Has(want) {
			t.Errorf("the head does not read %q in %.600s", want, page.Text())
		}
	}
	if page.Has("Carla Conti") || page.Has("Telefono") {
		t.Error("the head counts another office")
	}
	news := town.As(t, town.News)
	if page := news.Get(path); !page.Has("2 colloqui dal") || page.Has("Per persona") ||
		page.Has("Dario Fontana") {
		t.Errorf("the communication office reads %.600s", page.Text())
	}
	if wrong := news.Get(path + "?from=2026-12-01&to=2026-01-01"); wrong.Status != 422 ||
		wrong.Input("from") != "2026-12-01" || !wrong.Has("finisce prima di cominciare") {
		t.Errorf("a wrong period: status %d", wrong.Status)
	}
	table := news.Get(path + ".csv")
	if !strings.Contains(table.Body, ";Per argomento;Mobilità e traffico;1;0") ||
		!strings.Contains(table.Body, ";Per giorno;"+civic.Now().In(civic.Rome()).Format(time.DateOnly)+";2;0") ||
		strings.Contains(table.Body, "Conti") {
		t.Errorf("the table: %.600s", table.Body)
	}
}

// TestWhatIsLateStandsOnTheStartPage: with more open conversations than a page reads, the few that have a day
// are shown all the same, though they are the oldest.
func TestWhatIsLateStandsOnTheStartPage(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	call(t, town, town.Desk, crm.InteractionInput{Office: "urp", Subject: "Vecchio e con un giorno",
		Outcome: crm.FollowUp, DueOn: civic.Now().AddDate(0, 0, 2).Format(time.DateOnly)})
	for i := range 101 {
		call(t, town, town.Desk, crm.InteractionInput{Office: "urp", Subject: "Senza giorno " + strconv.Itoa(i),
			Outcome: crm.FollowUp})
	}
	if home := town.As(t, town.Desk).Get("/desk"); !home.Has("Vecchio e con un giorno") {
		t.Errorf("the start page leaves it out: %.600s", home.Text())
	}
}
