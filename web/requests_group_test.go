package web_test

import (
	"net/url"
	"strings"
	"testing"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

const groupsPath = "/desk/request-groups"

// TestOneAnswerForSeveral: an operator ticks requests on one fact, puts them into a new group, and answers
// all with one text: each applicant reads their own number. What was typed wrong is told before anything is
// sent.
func TestOneAnswerForSeveral(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	filedBy(t, town.As(t, town.Anna), "istanza")
	filedBy(t, town.As(t, town.Bruno), "istanza")
	desk, works := town.As(t, town.Desk), town.As(t, town.Works)
	if page := desk.Get(groupsPath); !page.Has("Nessun gruppo") {
		t.Errorf("at first: %.500s", page.Text())
	}
	form := desk.Get("/desk/requests/together?act=group")
	if !form.Has("Nessuna richiesta scelta") {
		t.Errorf("nothing ticked: %.500s", form.Text())
	}
	chosen := url.Values{"act": {"group"}}
	for _, box := range desk.Get("/desk/requests").By("name", "id") {
		chosen.Add("id", webtest.Attr(box, "value"))
	}
	form = desk.Get("/desk/requests/together?" + chosen.Encode())
	if sent := desk.Submit(form, groupsPath, nil); sent.Status != 422 ||
		!sent.Has("Scrivere il nome del gruppo o sceglierne uno.") {
		t.Errorf("without a name: %d %.600s", sent.Status, sent.Text())
	}
	var made *webtest.Page
	for range 2 {
		made = desk.Submit(form, groupsPath, url.Values{"name": {"Via Po al buio"}})
		if made.Status != 303 || !strings.HasPrefix(made.Location, groupsPath+"/") {
			t.Fatalf("making a group: %d %.600s", made.Status, made.Text())
		}
	}
	if list := desk.Get(groupsPath); len(list.By("href", made.Location)) != 1 {
		t.Errorf("the list: %.500s", list.Text())
	}
	group := desk.Get(made.Location)
	if !group.Has("A tutte le 2 richieste aperte") || !group.Has("{{numero}}") {
		t.Fatalf("the group: %.900s", group.Text())
	}
	if page := works.Get(made.Location); page.Status != 404 {
		t.Errorf("another office reads the group: %d", page.Status)
	}
	if sent := desk.Submit(group, made.Location, url.Values{"text": {"Caro {{cognome}}"}}); sent.Status != 422 ||
		!sent.Has("cognome") || sent.Form(made.Location).Get("text") != "Caro {{cognome}}" {
		t.Errorf("a field that there is not: %d %.600s", sent.Status, sent.Text())
	}
	for range 2 {
		if sent := desk.Submit(group, made.Location, url.Values{"act": {"answer"},
			"text": {"La luce della n. {{numero}} è tornata."}}); sent.Status != 303 {
			t.Fatalf("answering: %d %.900s", sent.Status, sent.Text())
		}
	}
	for _, citizen := range []civic.Actor{town.Anna, town.Bruno} {
		own, err := town.Requests.OwnRequests(t.Context(), citizen, civic.PageRequest{})
		if err != nil || len(own.Items) != 1 || own.Items[0].State != requests.Answered {
			t.Fatalf("%s has %+v, %v", citizen.Name, own.Items, err)
		}
		page := town.As(t, citizen).Get("/richieste/mie/" + string(own.Items[0].ID))
		if !page.Has("La luce della n. "+own.Items[0].Number+" è tornata.") || page.Has("Via Po al buio") ||
			page.Has("gruppo") {
			t.Errorf("%s reads %.900s", citizen.Name, page.Text())
		}
		at := desk.Get("/desk/requests/" + string(own.Items[0].ID))
		if len(at.By("href", made.Location)) == 0 {
			t.Errorf("the request does not lead to its group: %.600s", at.Text())
		}
	}
	if left := desk.Submit(desk.Get(made.Location), made.Location+"/leave", nil); left.Status != 303 {
		t.Errorf("taking one out: %d %.500s", left.Status, left.Text())
	}
	if page := desk.Get(made.Location); !page.Has("1 richiesta") {
		t.Errorf("afterwards: %.500s", page.Text())
	}
}
