package web_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"ascolto/forum"
	"ascolto/web/webtest"
)

// The personal area leads to what a person wrote and says how they sign; nobody is asked to report
// themselves.
func TestOwnDiscussions(t *testing.T) {
	t.Parallel()
	w, thread, reply := forumTown(t)
	report := "/forum/discussioni/" + string(thread.ID) + "/messaggi/1/segnala"
	w.Run(t, []webtest.Scenario{
		{Name: "who began it", Who: &w.Anna, Path: "/area-personale", WantStatus: 200,
			Want: []string{"Le mie discussioni Il parco è buio", "Firma nel forum Ora si firma «Anna D.»"}},
		{Name: "who replied", Who: &w.Bruno, Path: "/area-personale", WantStatus: 200,
			Want: []string{"Le mie discussioni Il parco è buio"}},
	})
	if links := w.As(t, w.Bruno).Get("/area-personale").By("href", reply.Path(thread)); len(links) == 0 {
		t.Error("the area does not lead to the reader's own reply")
	}
	if own := w.As(t, w.Anna).Get(thread.Path()); len(own.By("href", report)) != 0 ||
		len(own.By("href", strings.Replace(report, "/1/", "/2/", 1))) != 1 {
		t.Error("who wrote a post is asked to report it, or cannot report another")
	}
	if other := w.As(t, w.Bruno).Get(thread.Path()); len(other.By("href", report)) != 1 {
		t.Error("another reader cannot report the post")
	}
	hideDiscussion(t, w, thread, w.As(t, w.Moderator))
	if page := w.As(t, w.Bruno).Get("/area-personale"); !page.Has("a cui si partecipa") {
		t.Errorf("a hidden discussion is still listed: %.600s", page.Text())
	}
}

// Who hides the discussion of a post that is hidden already says by which rule: the form asks for it.
func TestDiscussionOfAHiddenPostCanBeHidden(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	mod, path := w.As(t, w.Moderator), "/desk/moderation/"+string(thread.ID)+"/1"
	hide := func(action string) {
		t.Helper()
		page := mod.Get(path)
		if page.Status != 200 || len(page.By("name", "rule")) != 1 {
			t.Fatalf("before %s the form asks for no rule: %.900s", action, page.Text())
		}
		form := url.Values{"action": {action}, "rule": {"spam"}, "reason": {"Pubblicità di lampioni."}}
		if page = mod.Submit(page, path+"/decide", form); page.Status != 303 {
			t.Fatalf("%s: status %d: %.600s", action, page.Status, page.Text())
		}
	}
	hide("hide")
	hide("hide_thread")
	if page := mod.Get(path); page.Status != 200 || len(page.By("name", "rule")) != 0 {
		t.Errorf("nothing is left to hide, and a rule is asked for: status %d: %.600s", page.Status,
			page.Text())
	}
}

// A decision offers what the state of a post allows, in one question, and its hints name nothing else.
func TestDecisionOffersWhatIsPossible(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	in := forum.ReportInput{FormKey: rand.Text(), Thread: thread.ID, Number: 1,
		Rule: string(forum.Rules()[0])}
	if _, err := w.Forum.Report(t.Context(), w.Bruno, in); err != nil {
		t.Fatal(err)
	}
	mod, path := w.As(t, w.Moderator), "/desk/moderation/"+string(thread.ID)+"/1"
	page := mod.Get(path)
	wants(t, page, 200, "da valutare", "Nascondere l'intera discussione", "Respingere le segnalazioni")
	if page.Has("svuotare") || page.Has("A che cosa si riferisce") {
		t.Errorf("the form speaks of what it does not offer: %.900s", page.Text())
	}
	page = mod.Submit(page, path+"/decide", url.Values{"action": {"hide_thread"}, "rule": {"spam"},
		"reason": {"Pubblicità di lampioni."}})
	if page.Status != 303 {
		t.Fatalf("status %d: %.600s", page.Status, page.Text())
	}
	wants(t, w.Browser(t).Get(thread.Path()), 410, "Contenuto rimosso: pubblicità")
	if page = mod.Get(path); page.Status != 200 || page.Has("da valutare") ||
		page.Has("Respingere le segnalazioni") {
		t.Errorf("after the decision: status %d: %.600s", page.Status, page.Text())
	}
}
