package web_test

import (
	"net/url"
	"strings"
	"testing"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// Who opens the link where they, or one of the staff, are signed in changes and confirms what they wrote as
// the visitor they were: it becomes nobody else's.
func TestAVisitorsDraftIsChangedWhereSomebodyIsSignedIn(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	posting(t, town)
	for name, who := range map[string]civic.Actor{"nadia@posta.example": town.Anna,
		"altra@posta.example": town.Desk} {
		summary := town.Browser(t)
		_, link, _ := askedBy(t, town, summary, lampVisitor(name))
		b := town.As(t, who)
		waits := b.Follow(b.Get(link))
		if !strings.Contains(waits.Body, visitorForm+"?ripresa=1#") {
			t.Fatalf("%s: nothing is changed there: %.900s", name, waits.Text())
		}
		form := b.Get(visitorForm + "?ripresa=1")
		if got := form.Form(visitorForm); form.Status != 200 || got.Get("text") != "Da tre settimane è spento." ||
			got.Get("email") != name || form.Has("Salva e continua dopo") {
			t.Fatalf("%s: status %d, %.900s", name, form.Status, form.Text())
		}
		reviewed := b.Upload(form, visitorForm, url.Values{"text": {"Da un anno è spento."}, "do": {"review"}},
			"files", "pianta.txt", []byte("La pianta del cortile."))
		if reviewed.Status != 200 || !reviewed.Has("Nadia Ferri") || !reviewed.Has("pianta.txt") {
			t.Fatalf("%s: the summary: status %d, %.900s", name, reviewed.Status, reviewed.Text())
		}
		sent := b.Submit(reviewed, visitorForm, url.Values{"do": {"send"}})
		if done := b.Submit(b.Follow(sent), confirming, nil); sent.Location != confirming || done.Status != 303 {
			t.Fatalf("%s: sent: status %d to %q, then %d", name, sent.Status, sent.Location, done.Status)
		}
		r := openRequests(t, town)[0]
		if r.Contact == town.Anna.Contact || r.Text != "Da un anno è spento." || len(r.Events[0].Files) != 1 {
			t.Errorf("%s: it is %+v", name, r)
		}
		if page := b.Get(visitorForm + "?ripresa=1"); page.Location != confirming {
			t.Errorf("%s: changed after it was filed: status %d", name, page.Status)
		}
		other := town.Anna
		other.Contact = r.Contact
		move(t, town, town.Desk, r, requests.MoveInput{Act: requests.ActTake})
		move(t, town, other, r, requests.MoveInput{Act: requests.ActWithdraw})
	}
}
