package web_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/web/webtest"
)

// linkBy returns where a key of the desk leads on a page, empty for nowhere.
func linkBy(page *webtest.Page, key string) string {
	for _, a := range page.Tags(atom.A) {
		if webtest.Attr(a, "data-keys") == key {
			return webtest.Attr(a, "href")
		}
	}
	return ""
}

// TestTheQueueGoesOn: from a request the next is the one that follows in the queue as it was filtered and
// sorted; one that left the queue is followed by the one in its place, and what is done to it keeps the way.
// Opened from elsewhere a request has no next, and nobody is led to what they may not read.
func TestTheQueueGoesOn(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	var ids []string
	for n, subject := range []string{"Uno", "Due", "Tre", "Quattro"} {
		r, err := town.Requests.File(t.Context(), town.Desk, requests.FileInput{
			FormKey: strings.Repeat(string(rune('A'+n)), 26), Procedure: "istanza", Contact: town.Anna.Contact,
			Channel: crm.ByLetter, Subject: subject, Text: "Ecco."})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, "/desk/requests/"+string(r.ID))
	}
	b := town.As(t, town.Desk)
	queue := b.Get("/desk/requests?order=number_down&state=received&whose=urp")
	first := ""
	for _, a := range queue.Tags(atom.A) {
		if href := webtest.Attr(a, "href"); strings.HasPrefix(href, ids[3]+"?") {
			first = href
		}
	}
	at := b.Get(first)
	if back, next := linkBy(at, "k"), linkBy(at, "j"); back != "" || !strings.HasPrefix(next, ids[2]+"?") {
		t.Fatalf("of the first of %q: back %q, next %q", first, back, next)
	}
	at = b.Get(linkBy(at, "j"))
	if back := linkBy(at, "k"); !strings.HasPrefix(back, ids[3]+"?") {
		t.Errorf("back from the second: %q", back)
	}
	action := linkBy(b.Get(first), "j")
	taken := b.Submit(at, action, url.Values{"act": {"take"}, "responsible": {string(town.Desk.Account)}})
	if place := taken.Header.Get("Location"); taken.Status != 303 || place != action {
		t.Fatalf("after it was taken: status %d, to %q, not %q", taken.Status, place, action)
	}
	at = b.Follow(taken)
	if back, next := linkBy(at, "k"), linkBy(at, "j"); !strings.HasPrefix(back, ids[3]+"?") ||
		!strings.HasPrefix(next, ids[1]+"?") {
		t.Errorf("of one that left the queue: back %q, next %q", back, next)
	}
	last := b.Get(linkBy(b.Get(linkBy(at, "j")), "j"))
	if !last.Has("Uno") || linkBy(last, "j") != "" {
		t.Errorf("after the last comes %q", linkBy(last, "j"))
	}
	if !strings.Contains(last.Body, `href="/desk/requests?order=number_down`) {
		t.Error("nothing leads back to the queue as it was")
	}
	if alone := b.Get(ids[1]); linkBy(alone, "j") != "" || linkBy(alone, "k") != "" {
		t.Error("a request opened by itself has a next")
	}
	head := town.As(t, town.Works).Get(ids[1] + "?whose=urp&n=0")
	if head.Status != 404 {
		t.Errorf("another office: status %d", head.Status)
	}
}
