package web_test

import (
	"crypto/rand"
	"testing"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// A discussion has the same number of replies wherever it is named: official answers and the first post are
// none, hidden or not.
func TestOneCountOfReplies(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	thread := talk(t, town, town.Anna, "Panchine rotte al parco", "Tutte e quattro")
	for range 2 {
		if _, err := town.Forum.Reply(t.Context(), town.Bruno, forum.ReplyInput{FormKey: rand.Text(),
			Thread: thread.ID, Source: "Anche da noi " + rand.Text()}); err != nil {
			t.Fatal(err)
		}
	}
	everywhere := func(when, want string, not ...string) {
		t.Helper()
		list := webtest.Scenario{Name: when + ", list", Path: "/forum/san-lazzaro", WantStatus: 200,
			Want: []string{want}, WantNot: not}
		page, home, area, own := list, list, list, list
		page.Name, page.Path = when+", discussion", thread.Path()
		home.Name, home.Path = when+", home", "/"
		area.Name, area.Path = when+", personal area", "/area-personale"
		area.Who, own.Who = &town.Bruno, &town.Bruno
		own.Name = when + ", list of who is signed in"
		town.Run(t, []webtest.Scenario{list, page, home, area, own})
	}
	everywhere("two replies", "2 risposte", "3 risposte", "1 risposta")
	if _, err := town.Forum.Answer(t.Context(), town.Works, forum.AnswerInput{FormKey: rand.Text(),
		Thread: thread.ID, Office: "lavori-pubblici", Source: "Le cambiamo a marzo"}); err != nil {
		t.Fatal(err)
	}
	everywhere("answered", "2 risposte", "3 risposte", "1 risposta")
	hide(t, town, thread, civic.Visitor(""))
	everywhere("first post hidden", "2 risposte", "3 risposte", "1 risposta")
}
