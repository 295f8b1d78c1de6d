package web_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"
	"time"

	"ascolto/forum"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/webtest"
)

// letter puts a notice of the forum on a timeline, in the form in which sent mails have always been there.
func letter(t *testing.T, town *webtest.Town, to civic.Actor, id civic.ID, subject string) {
	t.Helper()
	delivery := civic.Key("message", id)
	err := town.CRM.Record(t.Context(), civic.Activity{ID: civic.Key("mail", delivery), Contact: to.Contact,
		Kind: notify.ActivityMail, Ref: delivery, At: time.Now(), Title: subject, Channel: "mail"})
	if err != nil {
		t.Fatal(err)
	}
}

// hide has the moderator hide the first post of a discussion, which reporter reported.
func hide(t *testing.T, town *webtest.Town, thread forum.Thread, reporter civic.Actor) (forum.Decision,
	forum.Report) {
	t.Helper()
	report, err := town.Forum.Report(t.Context(), reporter, forum.ReportInput{FormKey: rand.Text(),
		Thread: thread.ID, Number: 1, Rule: "respect", Text: "Offende"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := town.Forum.Case(t.Context(), town.Moderator, thread.ID, 1); err != nil {
		t.Fatal(err)
	}
	d, err := town.Forum.Decide(t.Context(), town.Moderator, forum.DecisionInput{Thread: thread.ID, Number: 1,
		Action: forum.ActionHide, Rule: "respect", Reason: "Insulta una persona"})
	if err != nil {
		t.Fatal(err)
	}
	return d, report
}

// The minute of a letter, or of a moderator's decision, beside a person's name would tell whose pseudonym is
// on the public page: neither the timeline nor the audit shows it to staff. The person sees and follows it.
func TestNoticesTellNoPseudonym(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	signed := talk(t, town, town.Bruno, "Panchine firmate", "Firmo con il mio nome")
	open, _ := hide(t, town, signed, town.Desk)
	if _, err := town.Forum.SetPseudonym(t.Context(), town.Bruno, "Lucciola di notte"); err != nil {
		t.Fatal(err)
	}
	masked := talk(t, town, town.Bruno, "Lamentela sul capo", "Il mio capo non deve saperlo")
	answer, err := town.Forum.Answer(t.Context(), town.Works, forum.AnswerInput{FormKey: rand.Text(),
		Thread: masked.ID, Office: "lavori-pubblici", Source: "Ne parliamo con il capo"})
	if err != nil {
		t.Fatal(err)
	}
	d, report := hide(t, town, masked, town.Anna)
	letter(t, town, town.Bruno, civic.Key("forum", "decision", open.ID), "Forum: contenuto firmato nascosto")
	letter(t, town, town.Bruno, civic.Key("forum", "decision", d.ID), "Forum: contenuto segreto nascosto")
	letter(t, town, town.Bruno, civic.Key("forum", "answer", answer.ID), "Forum: il Comune ha risposto")
	letter(t, town, town.Bruno, civic.Key("forum", "decision", "cancellato", "1", "0"), "Forum: del passato")
	letter(t, town, town.Anna, civic.Key("forum", "report", report.ID), "Forum: esito della segnalazione")
	bruno, anna := "/desk/contacts/"+string(town.Bruno.Contact), "/desk/contacts/"+string(town.Anna.Contact)
	town.Run(t, []webtest.Scenario{
		{Name: "operator", Who: &town.Desk, Path: bruno, WantStatus: 200,
			Want: []string{"Forum: contenuto firmato nascosto", "Ha scritto con uno pseudonimo"},
			WantNot: []string{"Forum: contenuto segreto", "Forum: il Comune ha risposto",
				"Forum: del passato", string(masked.ID)}},
		{Name: "communication", Who: &town.News, Path: bruno, WantStatus: 200,
			WantNot: []string{"Forum: contenuto segreto", "Forum: il Comune ha risposto"}},
		{Name: "who reported", Who: &town.Desk, Path: anna, WantStatus: 200, WantNot: []string{"esito della"}},
		{Name: "the author", Who: &town.Bruno, Path: "/area-personale", WantStatus: 200,
			Want: []string{"Forum: contenuto segreto", "Forum: il Comune ha risposto"}},
		{Name: "the reporter", Who: &town.Anna, Path: "/area-personale", WantStatus: 200,
			Want: []string{"esito della"}},
		{Name: "the author at the hidden post", Who: &town.Bruno, Path: masked.Path(), WantStatus: 200,
			Want: []string{"Leggi i motivi e come contestare"}},
		{Name: "the author reads the reasons", Who: &town.Bruno, Path: d.ReasonPath(), WantStatus: 200,
			Want: []string{"Insulta una persona"}},
		{Name: "another citizen at the hidden post", Who: &town.Anna, Path: masked.Path(), WantStatus: 200,
			WantNot: []string{"Leggi i motivi"}},
		{Name: "a visitor", Path: masked.Path(), WantStatus: 200, WantNot: []string{"Leggi i motivi"}},
	})
	for _, link := range []struct {
		who        civic.Actor
		page, want string
		times      int
	}{
		{town.Bruno, "/area-personale", d.ReasonPath(), 2}, // at the post and at the letter
		{town.Bruno, "/area-personale", open.ReasonPath(), 2},
		{town.Bruno, masked.Path(), d.ReasonPath(), 1}, {town.Anna, masked.Path(), d.ReasonPath(), 0},
		{town.Anna, "/area-personale", "/forum/segnalazioni/" + report.Receipt(), 1},
		{town.Desk, bruno, d.ReasonPath(), 0},
	} {
		body := town.As(t, link.who).Get(link.page).Body
		if n := strings.Count(body, `href="`+link.want+`"`); n != link.times {
			t.Errorf("%s: %d links to %s, not %d", link.page, n, link.want, link.times)
		}
	}
	for _, by := range []civic.Actor{town.Officer, town.Administrator} {
		about := town.As(t, by).Get("/desk/audit/export?" +
			url.Values{"contact": {string(town.Bruno.Contact)}}.Encode()).Body
		all := town.As(t, by).Get("/desk/audit/export").Body
		if !strings.Contains(about, string(open.ID)) || strings.Contains(about, string(masked.ID)) {
			t.Errorf("the export about the author: %.2000s", about)
		}
		title := "«" + masked.Title + "»" // by which records of answers name it
		if n := strings.Count(all, string(masked.ID)) + strings.Count(all, title); n < 3 {
			t.Errorf("the export has %d records about the discussion", n)
		}
		for line := range strings.Lines(all) {
			names := strings.Contains(line, string(masked.ID)) || strings.Contains(line, title)
			if names && strings.Contains(line, string(town.Bruno.Contact)) {
				t.Errorf("a record pairs person and post: %s", line)
			}
		}
		list := town.As(t, by).Get("/desk/audit?" + url.Values{"contact": {string(town.Bruno.Contact)},
			"action": {string(forum.DecisionAction(forum.ActionHide))}}.Encode())
		if got := strings.Count(list.Body, "<time"); got != 1 {
			t.Errorf("the list has %d decisions about the author, not 1: %.900s", got, list.Text())
		}
	}
	own, err := town.Audit.About(context.WithoutCancel(t.Context()), town.Bruno,
		civic.Subject{Contact: town.Bruno.Contact, Account: town.Bruno.Account})
	if err != nil || !holdsObject(own, d.ID) {
		t.Errorf("the person's own copy has %v, %v", own, err)
	}
}

func holdsObject(records []audit.Record, id civic.ID) bool {
	for _, r := range records {
		if r.Object == id {
			return true
		}
	}
	return false
}
