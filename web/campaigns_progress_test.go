package web_test

import (
	"testing"

	"golang.org/x/net/html/atom"

	"ascolto/web/webtest"
)

// TestARunningCampaignShowsHowFarItIs: the page of a campaign that was sent says at once that it begins, then
// how many messages had their turn, and names the state it shows, so that a browser draws the page anew when
// another begins.
func TestARunningCampaignShowsHowFarItIs(t *testing.T) {
	t.Parallel()
	n := openNewsroomOver(t, &carrier{})
	b := n.As(t, n.News)
	in := n.crowd(3)
	in.Set("class", "institutional")
	in.Set("legal_basis", "art. 1")
	made := b.Submit(b.Get("/desk/campaigns/new"), "/desk/campaigns", in)
	path := made.Location
	state := func(page *webtest.Page) string {
		live := page.By("data-live", "3")
		if len(live) != 1 {
			return ""
		}
		return webtest.Attr(live[0], "data-live-state")
	}
	begun := b.Follow(n.schedule(b, path))
	if !begun.Has("L'invio comincia adesso.") || begun.Has("Invio programmato") ||
		!begun.Has("L'elenco dei destinatari è in preparazione.") || state(begun) != "scheduled" {
		t.Errorf("just sent, state %q: %.900s", state(begun), begun.Text())
	}
	if err := n.service.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	worked(t, n.Town)
	page := b.Get(path)
	bar := page.Tags(atom.Progress)
	if len(bar) != 1 || webtest.Attr(bar[0], "value") != "0" || !page.Has("0 messaggi su 5 (0%)") ||
		state(page) != "running" {
		t.Errorf("running, state %q: %.900s", state(page), page.Text())
	}
	n.run()
	if done := n.await(b, path, "Concluso"); len(done.Tags(atom.Progress)) != 0 || state(done) != "" {
		t.Errorf("ended: %.900s", done.Text())
	}
}
