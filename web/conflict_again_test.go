package web_test

import (
	"net/url"
	"testing"

	"ascolto/crm"
)

// TestAFormThatCameBackUndoesNothing: a form that comes back for another fault still knows what it showed, so
// that what a colleague stored meanwhile in other fields is kept; a confidential note stays confidential.
func TestAFormThatCameBackUndoesNothing(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	b := n.As(t, n.Desk)
	about := call(t, n.Town, n.Desk, crm.InteractionInput{Contact: n.Anna.Contact, Office: "urp",
		Note: "Da non far leggere", Outcome: crm.FollowUp})
	path := "/desk/interactions/" + string(about.ID)
	open := b.Get(path + "/edit")
	if page := b.Submit(b.Get(path+"/edit"), path, url.Values{"confidential": {"1"}}); page.Status != 303 {
		t.Fatalf("the first one: %d %.500s", page.Status, page.Text())
	}
	wrong := b.Submit(open, path, url.Values{"due_on": {"2020-01-31"}, "topic": {"mobilita"}})
	if wrong.Status != 422 {
		t.Fatalf("a day that is past: %d", wrong.Status)
	}
	if page := b.Submit(wrong, path, url.Values{"due_on": {""}}); page.Status != 303 {
		t.Fatalf("put right: %d %.500s", page.Status, page.Text())
	}
	i, err := n.CRM.Interaction(t.Context(), n.Desk, about.ID)
	if err != nil || !i.Confidential || i.Topic != "mobilita" {
		t.Errorf("confidential %v, topic %q, %v", i.Confidential, i.Topic, err)
	}

	assign := path + "/assign"
	open = b.Get(path)
	if page := b.Submit(b.Get(path), assign, url.Values{"office": {"lavori-pubblici"}, "owner": {""},
		"reason": {"Una buca"}}); page.Status != 303 {
		t.Fatalf("given away: %d %.500s", page.Status, page.Text())
	}
	again := b.Submit(open, assign, url.Values{"office": {"lavori-pubblici"}, "reason": {"Un'altra"}})
	if told := meanwhile(again); again.Status != 422 || len(told) == 0 ||
		again.Form(assign).Get("reason") != "Un'altra" {
		t.Errorf("given to two: %d, %q", again.Status, told)
	}
}

// TestTwoWhoEditOneQuestionnaire: who edits a question is not in the way of who edits another, or adds one;
// publishing what changed meanwhile is asked about once.
func TestTwoWhoEditOneQuestionnaire(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	b := n.As(t, n.News)
	made := b.Submit(b.Get("/desk/surveys/new"), "/desk/surveys", url.Values{"title.it": {"Come va?"},
		"participation": {"anonymous"}, "collection": {"opt_in"}})
	path := made.Header.Get("Location")
	questions := path + "/questions"
	first, second := b.Get(questions+"/new?kind=nps"), b.Get(questions+"/new?kind=nps")
	for _, page := range []struct{ text string }{{"Prima?"}, {"Seconda?"}, {"Seconda?"}} {
		from := second
		if page.text == "Prima?" {
			from = first
		}
		if got := b.Submit(from, questions, url.Values{"text.it": {page.text}}); got.Status != 303 {
			t.Fatalf("%s: %d %.500s", page.text, got.Status, got.Text())
		}
	}
	if got := b.Get(questions + "/q3"); got.Status != 404 {
		t.Errorf("a form that was sent twice added two questions: %d", got.Status)
	}
	one, two, publish := b.Get(questions+"/q1"), b.Get(questions+"/q2"), b.Get(path+"/publish")
	if got := b.Submit(one, questions+"/q1", url.Values{"text.it": {"Prima, ma meglio?"}}); got.Status != 303 {
		t.Fatalf("the first: %d", got.Status)
	}
	if got := b.Submit(two, questions+"/q2", url.Values{"text.it": {"Seconda, ma meglio?"}}); got.Status != 303 {
		t.Fatalf("the second: %d %.500s", got.Status, got.Text())
	}
	asked := b.Submit(publish, path+"/publish", url.Values{"grace": {"17"}})
	if asked.Status != 422 || asked.Form(path+"/publish").Get("grace") != "17" {
		t.Errorf("publishing what changed: %d", asked.Status)
	}
	if got := b.Submit(asked, path+"/publish", nil); got.Status != 303 {
		t.Errorf("publishing it on purpose: %d %.500s", got.Status, got.Text())
	}
	times := b.Get(path + "/times")
	if got := b.Submit(b.Get(path+"/times"), path+"/times", url.Values{"grace": {"18"}}); got.Status != 303 {
		t.Fatalf("times: %d %.500s", got.Status, got.Text())
	}
	asked = b.Submit(times, path+"/times", url.Values{"grace": {"19"}})
	if got := b.Submit(asked, path+"/times", nil); asked.Status != 422 || got.Status != 303 {
		t.Errorf("times of a form that came back: %d, %d", asked.Status, got.Status)
	}
}
