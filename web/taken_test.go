package web_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/web/webtest"
)

// TestWhatAnErasureLeavesHasAName: a discussion whose texts were removed and a conversation whose person was
// erased are called something everywhere, and what stood in a field before is called erased.
func TestWhatAnErasureLeavesHasAName(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	thread := talk(t, town, town.Anna, "Il titolo che sparisce", "Il testo che sparisce.")
	if _, err := town.Forum.Reply(t.Context(), town.Bruno, forum.ReplyInput{FormKey: rand.Text(),
		Thread: thread.ID, Source: "Una risposta che resta."}); err != nil {
		t.Fatal(err)
	}
	in := crm.InteractionInput{FormKey: rand.Text(), Contact: town.Anna.Contact, Office: "urp",
		Channel: crm.ByPhone, Direction: crm.Inbound, Subject: "Oggetto che sparisce", Outcome: crm.Answered}
	said := call(t, town, town.Desk, in)
	desk := town.As(t, town.Desk)
	conversation := "/desk/interactions/" + string(said.ID)
	edited := desk.Submit(desk.Get(conversation+"/edit"), conversation, url.Values{"subject": {"Altro oggetto"},
		"reason": {"Era scritto male"}})
	if edited.Status != 303 {
		t.Fatalf("the edit: %d: %.400s", edited.Status, edited.Text())
	}
	erasure := "/desk/contacts/" + string(town.Anna.Contact) + "/erasure"
	officer := town.As(t, town.Officer)
	if done := officer.Submit(officer.Get(erasure), erasure, url.Values{"reason": {"request"},
		"text": {"removed"}, "confirmed": {"1"}}); done.Status != 303 {
		t.Fatalf("the erasure: %d: %.400s", done.Status, done.Text())
	}
	indexed(t, town)
	const gone = "Discussione con testi rimossi"
	moved, err := town.Forum.ThreadPage(t.Context(), town.Bruno, thread.ID, forum.PageAt{})
	if err != nil {
		t.Fatal(err)
	}
	for who, paths := range map[*webtest.Browser][]string{
		town.As(t, town.Bruno): {"/", "/forum", "/forum/san-lazzaro", moved.Thread.Path(), "/area-personale",
			"/forum/feed.atom", "/cerca?q=risposta+resta"},
		town.As(t, town.Works): {"/desk/forum", "/desk/forum/" + string(thread.ID)},
	} {
		for _, path := range paths {
			page := who.Get(path)
			if page.Status != 200 || strings.Contains(page.Body, "[…]") || strings.Contains(page.Body, "sparisce") {
				t.Errorf("%s: status %d: %.600s", path, page.Status, page.Text())
			}
			if path != "/forum" && !strings.Contains(page.Body, gone) {
				t.Errorf("%s does not name the discussion: %.900s", path, page.Text())
			}
		}
	}
	for path, want := range map[string]string{"/desk/interactions?all=1": "Oggetto cancellato",
		conversation: "cancellato"} {
		if page := desk.Get(path); page.Status != 200 || !page.Has(want) || page.Has("niente") ||
			strings.Contains(page.Body, "[…]") {
			t.Errorf("%s: status %d: %.900s", path, page.Status, page.Text())
		}
	}
	for _, want := range []string{"Che cosa era conservato", "Cancellato"} {
		if page := officer.Get(erasure); !page.Has(want) || page.Has("Si cancella") {
			t.Errorf("the report does not say %q: %.600s", want, page.Text())
		}
	}
}
