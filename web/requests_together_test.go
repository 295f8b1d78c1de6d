package web_test

import (
	"net/url"
	"testing"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// An operator ticks requests in the queue and takes them in charge with one form, once however often it is
// sent; those to which it cannot be done are told apart, with the reason, and stay as they are. Who may not
// read a request learns nothing of it there.
func TestSeveralRequestsAtOnce(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	ctx := t.Context()
	anna := town.As(t, town.Anna)
	filedBy(t, anna, "istanza")
	filedBy(t, anna, "disservizio")
	own := func() []requests.Request {
		list, err := town.Requests.OwnRequests(ctx, town.Anna, civic.PageRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return list.Items
	}
	const together = "/desk/requests/together"
	desk := town.As(t, town.Desk)
	if queue := desk.Get("/desk/requests?ticked=all"); !queue.Has("Con quelle scelte:") ||
		len(queue.By("name", "id")) != 2 || !webtest.HasAttr(queue.By("name", "id")[0], "checked") {
		t.Fatalf("the queue: %.600s", queue.Text())
	}
	choose := func(b *webtest.Browser, act string, some ...requests.Request) *webtest.Page {
		q := url.Values{"act": {act}}
		for _, r := range some {
			q.Add("id", string(r.ID))
		}
		return b.Get(together + "?" + q.Encode())
	}
	first := own()[0]
	form := choose(desk, "take", first)
	for range 2 {
		if taken := desk.Submit(form, together, nil); taken.Status != 303 || taken.Location != "/desk/requests" {
			t.Fatalf("taking one: status %d, %.600s", taken.Status, taken.Text())
		}
	}
	for _, r := range own() {
		taken := 0
		for _, e := range r.Events {
			if e.Act == requests.ActTake {
				taken++
			}
		}
		if want := r.ID == first.ID; (taken == 1) != want || (r.State == requests.InCharge) != want {
			t.Errorf("%s was taken %d times and is %s", r.Number, taken, r.State)
		}
	}
	both := desk.Submit(choose(desk, "take", own()...), together, nil)
	if both.Status != 409 || !both.Has("Fatto per 1 richiesta.") || !both.Has("1 richiesta è rimasta com'era") ||
		!both.Has("Nello stato in cui si trova") || !both.Has(first.Number) {
		t.Errorf("one of two: status %d, %.800s", both.Status, both.Text())
	}
	for _, r := range own() {
		if r.State != requests.InCharge {
			t.Errorf("%s is %s", r.Number, r.State)
		}
	}
	if refused := desk.Submit(choose(desk, "forward", own()...), together, url.Values{"office": {""},
		"reason": {"Riguarda le strade"}}); refused.Status != 422 ||
		refused.Form(together).Get("reason") != "Riguarda le strade" {
		t.Errorf("without an office: status %d, %.400s", refused.Status, refused.Text())
	}
	works := town.As(t, town.Works)
	if page := choose(works, "take", own()...); page.Has(first.Number) || !page.Has("Nessuna richiesta scelta") {
		t.Errorf("another office reads: %.400s", page.Text())
	}
	passed := desk.Submit(choose(desk, "forward", own()...), together, url.Values{"office": {"lavori-pubblici"},
		"reason": {"Riguarda le strade"}})
	if passed.Status != 303 {
		t.Errorf("passing on: status %d, %.600s", passed.Status, passed.Text())
	}
	if page := choose(works, "assign", own()...); !page.Has(first.Number) {
		t.Errorf("the office they were passed to: %.400s", page.Text())
	}
	if none := choose(desk, "take"); none.Status != 200 || !none.Has("Nessuna richiesta scelta") {
		t.Errorf("none: status %d", none.Status)
	}
}
