package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/web/webtest"
)

// An administrator says who is told of a request that waits. The desk has those requests in a list of their
// own, with what came last; the applicant reads nothing of it, but what follows from silence and what can be
// asked for then.
func TestRemindersOnTheDesk(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	admin := town.As(t, town.Administrator)
	form := admin.Get("/desk/escalation/new")
	wrong := admin.Submit(form, "/desk/escalation", url.Values{"kind": {"share"}, "value": {"120"}})
	if wrong.Status != 422 || wrong.Form("/desk/escalation").Get("value") != "120" {
		t.Errorf("more than all of a term: status %d", wrong.Status)
	}
	if page := admin.Submit(form, "/desk/escalation", url.Values{"kind": {"before"}, "value": {"0"},
		"tell": {"head"}}); page.Status != 422 {
		t.Errorf("a day that is none: status %d", page.Status)
	}
	saved := admin.Submit(wrong, "/desk/escalation", url.Values{"kind": {"after"}, "value": {"1"},
		"tell": {"responsible", "head", "substitute"}, "substitute": {string(town.Works.Account)}, "urgent": {"1"}})
	if saved.Status != 303 {
		t.Fatalf("a reminder: status %d, %.400s", saved.Status, saved.Text())
	}
	if list := admin.Get("/desk/escalation"); !list.Has("termine scaduto da 1 giorno") ||
		!list.Has("responsabile della richiesta, responsabile dell'ufficio") || !list.Has("urgente") {
		t.Errorf("the list: %.600s", list.Text())
	}
	begunLongAgo(t, town)
	ago := civic.Now().In(civic.Rome()).AddDate(0, 0, -50).Format(time.DateOnly)
	r, err := town.Requests.File(t.Context(), town.Desk, requests.FileInput{FormKey: "a-request-that-waits",
		Procedure: "accesso-civico-generalizzato", Contact: town.Anna.Contact, Channel: crm.ByPhone,
		ReceivedOn: ago, Subject: "Bilancio del teatro", Text: "Le entrate del 2025."})
	if err == nil {
		_, err = town.Requests.KeepClocks(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	desk := town.As(t, town.Desk)
	if list := desk.Get("/desk/requests?state=alerted"); !list.Has("Bilancio del teatro") ||
		!list.Has("termine scaduto da 1 giorno") {
		t.Errorf("the list of those: %.600s", list.Text())
	}
	if page := desk.Get("/desk/requests/" + string(r.ID)); !page.Has("termine scaduto da 1 giorno") {
		t.Error("the page of the request does not say so")
	}
	if list := town.As(t, town.Works).Get("/desk/requests?state=alerted"); list.Has("Bilancio del teatro") {
		t.Error("another office reads of it")
	}
	works := town.As(t, town.Works)
	if list := works.Get("/desk/requests?whose=substitute"); !list.Has("Bilancio del teatro") ||
		works.Get("/desk/requests/"+string(r.ID)).Status != 200 {
		t.Errorf("who has the substitute power reads %.400s", list.Text())
	}
	if err := town.Search.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := works.Get("/desk/search?q=teatro"); !found.Has("Bilancio del teatro") {
		t.Errorf("and finds %.400s", found.Text())
	}
	if list := desk.Get("/desk/requests?whose=substitute"); list.Has("Bilancio del teatro") {
		t.Error("who has no substitute power has it in the list of those")
	}
	own := town.As(t, town.Anna).Get("/richieste/mie/" + string(r.ID))
	if own.Has("termine scaduto da 1 giorno") || own.Has("rigetto (L. 241/1990") ||
		!own.Has("si può chiedere il riesame al responsabile della trasparenza, che decide in 20 giorni") ||
		!own.Has("Presenta: Riesame") {
		t.Errorf("the applicant reads %.900s", own.Text())
	}
	if page := desk.Get("/desk/escalation"); page.Status != 403 {
		t.Errorf("an operator edits reminders: status %d", page.Status)
	}
}

// The mail about a request of an office with nobody in it goes to administrators, who may not read the
// request: its link leads where they may see to it.
func TestOfAnOfficeWithoutStaffAdministratorsAreTold(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	posting(t, town)
	empty, err := town.Reference.Office(t.Context(), "cultura")
	if err != nil {
		t.Fatal(err)
	}
	desk := town.As(t, town.Desk)
	r, err := town.Requests.File(t.Context(), town.Desk, requests.FileInput{FormKey: "a-request-of-nobody",
		Procedure: "disservizio", Contact: town.Anna.Contact, Channel: crm.ByPhone, Subject: "Teatro",
		Text: "È chiuso."})
	if err != nil {
		t.Fatal(err)
	}
	path := "/desk/requests/" + string(r.ID)
	if moved := desk.Submit(desk.Get(path), path, url.Values{"act": {"forward"}, "office": {string(empty.ID)},
		"reason": {"È loro."}, "text": {"Passa alla cultura."}}); moved.Status != 303 {
		t.Fatalf("passing it on: status %d, %.600s", moved.Status, moved.Text())
	}
	mail := mailed(t, town, "administrator@comune.borgoforte.example", 1)
	if !strings.Contains(mail, r.Number) || !strings.Contains(mail, empty.Name) {
		t.Errorf("it says %s", mail)
	}
	link := regexp.MustCompile(`http://127\.0\.0\.1(/\S+)`).FindStringSubmatch(mail)
	if link == nil || link[1] != "/desk/users" {
		t.Fatalf("it leads to %q: %s", link, mail)
	}
	if page := town.As(t, town.Administrator).Get(link[1]); page.Status != 200 || !page.Has("Dario Fontana") {
		t.Errorf("who reads it finds there: status %d, %.300s", page.Status, page.Text())
	}
}

// begunLongAgo has the reminders of a town hold for what came before they were made, too.
func begunLongAgo(t *testing.T, town *webtest.Town) {
	t.Helper()
	c, err := docstore.Collect[requests.Step](t.Context(), town.DB,
		docstore.Spec{Name: "request_steps", Followed: true})
	if err != nil {
		t.Fatal(err)
	}
	all, err := town.Requests.Steps(t.Context())
	if err != nil || len(all) == 0 {
		t.Fatal(err, len(all))
	}
	for _, st := range all {
		if _, err := c.Update(t.Context(), st.ID, func(st *requests.Step) error {
			st.Since = time.Time{}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}
