package web_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/webtest"
)

// What a form says of its fields is true, in any form of any page that anybody opens. No field that complains
// when it is left empty is called optional; one that must be filled says so, is seen to complain, and no form
// is taken without it; one that must be filled in some cases says in which. Each form is sent with nothing
// filled in, with every box ticked, with each choice of each list, and with all that is needed but one field
// at a time.
func TestFieldsThatComplainAreNotOptional(t *testing.T) {
	t.Parallel()
	w := newFormWalk(t)
	w.fill(signedInColleague(t), "/desk/account")
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
		w.walk(b, append(people[who.Account], "/", "/accedi", "/area-personale", "/forum/profilo",
			"/desk")...)
	}
	double := values("kind", "person", "given_name", "Anna", "family_name", "Dall'Olio", "emails.1",
		"anna@posta.example")
	b := n.As(t, n.Desk)
	w.judge("a double", newForm(nil), double, b.Submit(b.Get("/desk/contacts/new"), "/desk/contacts", double))
	w.report()
	for _, action := range []string{"/desk/requests", "/desk/requests/*", "/desk/requests/together",
		"/desk/escalation", "/desk/hours/urp", "/desk/hours/urp/closures"} {
		if !w.saw(action) {
			t.Errorf("no form was sent to %s", action)
		}
	}
}

// signedInColleague returns a browser of somebody who has a password, and signed in with it.
func signedInColleague(t *testing.T) *webtest.Browser {
	d := openDoor(t)
	d.colleague(t, "gino@comune.example", "Gino Bartali", "operator")
	b := d.site.Browser(t)
	wants(t, d.signInStaff(t, b, "gino@comune.example", goodPassword), 303)
	return b
}

// walkable fills the town with something of each kind that has a form, and returns pages no link leads to.
func (n *newsroom) walkable() map[civic.ID][]string {
	news := n.As(n.t, n.News)
	campaign := n.create(news)
	thread := talk(n.t, n.Town, n.Anna, "Il parco è buio", "I lampioni sono spenti.")
	talk(n.t, n.Town, n.Anna, "La piazza è buia", "I lampioni sono spenti.")
	talk(n.t, n.Town, n.Bruno, "Il ponte è buio", "I lampioni sono spenti.")
	report := "/forum/discussioni/" + string(thread.ID) + "/messaggi/1/segnala"
	anybody := n.Browser(n.t)
	anybody.Submit(anybody.Get(report), report, values("rule", "off_topic", "text", "Fuori tema"))
	if _, err := n.CRM.RecordInteraction(n.t.Context(), n.Desk, crm.InteractionInput{
		FormKey: "chiave-del-contatto", Contact: n.Anna.Contact, Office: "urp", Subject: "Orari",
		Channel: crm.ByPhone, Direction: crm.Inbound, Outcome: crm.FollowUp,
	}); err != nil {
		n.t.Fatal(err)
	}
	return map[civic.ID][]string{n.News.Account: append(askedOf(n.t, news), campaign),
		n.Desk.Account: n.movable()}
}

// movable files requests, some of them in charge, and returns the pages from which they are moved, one by
// one and together.
func (n *newsroom) movable() []string {
	var pages []string
	chosen := url.Values{}
	for i, taken := range []bool{false, false, true} {
		r, err := n.Requests.File(n.t.Context(), n.Desk, requests.FileInput{
			FormKey: fmt.Sprintf("da-spostare-%08d", i), Procedure: "istanza",
			Contact: n.Anna.Contact, Channel: crm.ByPhone, Subject: "Lampione",
			Text: "È spento."})
		if err == nil && taken {
			_, err = n.Requests.Move(n.t.Context(), n.Desk, r.ID, requests.MoveInput{
				FormKey: fmt.Sprintf("da-seguire-%08d", i), Act: requests.ActTake})
		}
		if err != nil {
			n.t.Fatal(err)
		}
		pages = append(pages, "/desk/requests/"+string(r.ID))
		if !taken {
			chosen.Add("id", string(r.ID))
		}
	}
	for _, act := range []requests.Act{requests.ActTake, requests.ActAssign, requests.ActForward} {
		pages = append(pages, "/desk/requests/together?act="+string(act)+"&"+chosen.Encode())
	}
	return pages
}

// askedOf publishes a survey with a required question of each kind, leaves one with the forms of each kind,
// in two languages, and returns the addresses of these.
func askedOf(t *testing.T, news *webtest.Browser) []string {
	at := newSurvey(t, news, "Piazza", nil)
	forms := map[surveys.Kind]url.Values{
		surveys.Single:   values("text.it", "Quale?", "option.lines", "Uno\nDue", "other", "1"),
		surveys.Multiple: values("text.it", "Quali?", "option.lines", "Tre\nQuattro", "min", "1"),
		surveys.Scale:    scaleLabels(), surveys.NPS: values("text.it", "La si consiglia?"),
		surveys.FreeText: values("text.it", "Perché?"),
		surveys.Number:   values("text.it", "Quanti?", "unit.it", "minuti", "least", "1"),
		surveys.Sum:      values("text.it", "Come si distribuisce?", "row.lines", "Uno\nDue", "total", "100"),
		surveys.File:     values("text.it", "Che foto?", "files", "2", "megabytes", "5"),
		surveys.Place:    values("text.it", "Dove?", "precision", "3"),
		surveys.Ranking:  values("text.it", "In che ordine?", "option.lines", "Uno\nDue"),
		surveys.Matrix: values("text.it", "Come?", "row.lines", "Orari\nPulizia", "option.lines",
			"Bene\nMale"),
		surveys.Date: values("text.it", "Quando?", "first", "2026-01-01"),
	}
	draft := newSurvey(t, news, "Bozza", values("english", "1"))
	var pages []string
	for _, kind := range surveys.Kinds() {
		form := forms[kind]
		form.Set("required", "1")
		addQuestion(t, news, at, "1", kind, form)
		pages = append(pages, draft+"/questions/new?page=1&kind="+string(kind))
	}
	news.Submit(news.Get(at+"/publish"), at+"/publish",
		values("opens", surveys.FormatLocal(time.Now().Add(-time.Minute)),
			"closes", surveys.FormatLocal(time.Now().Add(time.Hour))))
	return append(pages, draft, at, at+"/questions/q1")
}
