package web_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"ascolto/forum"
	"ascolto/web/webtest"
)

// A page asked for when a post has been hidden does not show it, however many are reading, and keeping, the
// page at that moment: neither to visitors nor to people who are signed in, nor among what a search finds.
func TestNothingHiddenIsKept(t *testing.T) {
	t.Parallel()
	w, thread, reply := forumTown(t)
	settled(t, w)
	pages := []string{thread.Path(), thread.Path() + "?lingua=en", "/cerca?q=pericoloso", "/",
		thread.Path()[:strings.LastIndex(thread.Path(), "/")] + "/feed.atom", "/forum/san-lazzaro"}
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for _, b := range []*webtest.Browser{w.Browser(t), w.Browser(t), w.As(t, w.Anna), w.As(t, w.Desk)} {
		readers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				b.Get(pages[i%len(pages)])
			}
		})
	}
	after := map[string]*webtest.Browser{"a visitor": w.Browser(t), "a citizen": w.As(t, w.Bruno),
		"staff": w.As(t, w.News)}
	const said = "pericoloso"
	for round := 0; round < 4 && !t.Failed(); round++ {
		for i, action := range []forum.Action{forum.ActionHide, forum.ActionRestore} {
			_, err := w.Forum.Decide(t.Context(), w.Moderator, forum.DecisionInput{
				Thread: thread.ID, Number: reply.Number, Round: 2*round + i, Action: action,
				Rule: "off_topic", Reason: "Parla d'altro, non del parco.",
			})
			if err != nil {
				t.Fatal(err)
			}
			settled(t, w)
			for who, b := range after {
				for _, path := range pages {
					shown := strings.Contains(b.Get(path).Body, "è "+said) ||
						strings.Contains(b.Get(path).Body, "<mark>"+said)
					if of := path == "/" ||
						path == "/forum/san-lazzaro"; shown != (action == forum.ActionRestore) && !of ||
						of && shown {
						t.Errorf("round %d, after %s: %s sees it on %s: %t", round, action, who, path, shown)
					}
				}
			}
		}
	}
	stop()
	readers.Wait()
}
