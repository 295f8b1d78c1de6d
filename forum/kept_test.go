package forum

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// Pages of a discussion are read once as long as nobody writes; each reader sees of them what they see of one
// read anew, and every write is seen at once.
func TestPagesAreReadAgainAfterEveryWrite(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Il parco è buio", "I lampioni sono spenti.")
	w.reply(w.bruno, thread, 1, "Concordo, è pericoloso.")
	decide := func(number int64, a Action) func() error {
		return func() error {
			_, err := w.Decide(t.Context(), w.mod, DecisionInput{Thread: thread.ID, Number: number, Action: a,
				Rule: "off_topic", Reason: "Parla d'altro, non del parco."})
			return err
		}
	}
	for _, write := range []struct {
		name string
		do   func() error
	}{
		{"nothing", func() error { return nil }},
		{"a reply", func() error { w.reply(w.anna, thread, 2, "Grazie."); return nil }},
		{"an edited post", func() error {
			_, err := w.EditPost(t.Context(), w.bruno, EditInput{Thread: thread.ID, Number: 2, Revision: 1,
				Source: "Ripeto: è pericoloso."})
			return err
		}},
		{"a hidden post", decide(2, ActionHide)},
	} {
		if err := write.do(); err != nil {
			t.Fatalf("%s: %v", write.name, err)
		}
		anew := w.open(Limits{})
		for name, by := range map[string]civic.Actor{"Anna": w.anna, "Bruno": w.bruno, "a visitor": w.visitor,
			"an office": w.greens} {
			want, err := anew.ThreadPage(t.Context(), by, thread.ID, PageAt{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, w.page(by, thread, 0)); diff != "" {
				t.Errorf("after %s %s sees (-anew +kept)\n%s", write.name, name, diff)
			}
		}
		wantMine(t, w, thread)
	}
	if err := decide(0, ActionHide)(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ThreadPage(t.Context(), w.bruno, thread.ID, PageAt{}); civic.CodeOf(err) != civic.Gone {
		t.Errorf("a hidden discussion gives %v", err)
	}
}

// What is written in one discussion has no other read anew, whether for its page or for the hits of a search.
func TestADiscussionIsKeptWhileOthersGoOn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	kept, other := w.thread(w.anna, "Il parco è buio",
		"I lampioni sono spenti."), w.thread(w.bruno, "Panchine nuove", "Dove?")
	look := func() int64 {
		t.Helper()
		asked := w.DB.Stats().Queries
		w.page(w.visitor, kept, 0)
		if found, err := w.Findable(t.Context(), w.visitor, "thread/"+string(kept.ID)); err != nil ||
			len(found) != 1 {
			t.Fatal(found, err)
		}
		return w.DB.Stats().Queries - asked
	}
	look()
	w.reply(w.anna, other, 1, "Al parco.")
	if _, err := w.Decide(t.Context(), w.mod, hide(other, 2, 0)); err != nil {
		t.Fatal(err)
	}
	if n := look(); w.written() != "" && n != 0 {
		t.Errorf("after writes in another discussion the store is asked %d times", n)
	}
	w.reply(w.bruno, kept, 1, "Concordo.")
	if n := look(); n == 0 {
		t.Error("after a reply the store is not asked")
	}
}

// Of a page is kept what it shows, without earlier versions; one with more text than fits is shown, and read
// anew each time.
func TestKeptPagesAreBounded(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.limits.NewPosts, w.limits.Posts = 100, 100
	thread := w.thread(w.anna, "Il parco è buio", "I lampioni sono spenti.")
	w.reply(w.bruno, thread, 1, "Concordo, è pericoloso.")
	_, err := w.EditPost(t.Context(), w.bruno,
		EditInput{Thread: thread.ID, Number: 2, Revision: 1, Source: "Ripeto."})
	if err != nil {
		t.Fatal(err)
	}
	w.page(w.visitor, thread, 0)
	kept, ok := w.reads.Get(readKey{thread: thread.ID})
	if w.written() != "" && (!ok || kept.replies[0].Source != "Ripeto." ||
		len(kept.replies[0].Earlier) != 0) {
		t.Errorf("kept %t: %+v", ok, kept)
	}
	for range maxRead/MaxBody + 1 {
		w.reply(w.anna, thread, 1, strings.Repeat("a ", MaxBody/2-1)+"b")
	}
	if v := w.page(w.visitor, thread, 0); len(v.Replies) < 10 || v.Replies[0].HTML == "" {
		t.Errorf("a long page shows %d replies", len(v.Replies))
	}
	if kept, ok := w.reads.Get(readKey{thread: thread.ID}); ok && kept.edition == w.writtenIn(thread.ID) {
		t.Error("a page is kept that is larger than the bound")
	}
}

// wantMine opens a page for several people, each of whom may edit what is theirs alone, and sees that it was
// read from the store once.
func wantMine(t *testing.T, w *town, thread Thread) {
	t.Helper()
	w.page(w.visitor, thread, 0)
	asked := w.DB.Stats().Queries
	if v := w.page(w.anna, thread, 0); !v.First.Mine || v.Replies[0].Mine {
		t.Error("Anna does not see as hers what she wrote, or what others did")
	}
	if v := w.page(w.bruno, thread, 0); v.First.Mine || v.Replies[0].Mine == v.Replies[0].Hidden {
		t.Error("Bruno does not see as his what he wrote, or what others did")
	}
	if v := w.page(w.visitor, thread, 0); v.First.Mine || v.Replies[0].Mine {
		t.Error("a visitor may edit")
	}
	if n := w.DB.Stats().Queries - asked; w.written() != "" && n != 0 {
		t.Errorf("pages that nobody wrote to asked the store %d times", n)
	}
}
