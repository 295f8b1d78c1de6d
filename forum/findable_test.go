package forum

import (
	"crypto/rand"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

func TestFindableDecidesOnEachHit(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	open, shut := w.thread(w.anna, "Panchine nuove", "Dove?"), w.thread(w.anna, "Fontane nuove", "Quando?")
	kept, gone, below := w.reply(w.bruno, open, 0, "Al parco"), w.reply(w.bruno, open, 0, "Che zuccone"),
		w.reply(w.bruno, shut, 0, "Presto")
	note, err := w.AddNote(t.Context(), w.taxes,
		NoteInput{FormKey: rand.Text(), Thread: open.ID, Text: "Da girare al verde."})
	testtown.WantCode(t, err, "")
	_, err = w.Decide(t.Context(), w.mod, hide(open, gone.Number, 0))
	testtown.WantCode(t, err, "")
	_, err = w.Decide(t.Context(), w.mod, hide(shut, 0, 0))
	testtown.WantCode(t, err, "")
	want := map[string]bool{
		"thread/" + string(open.ID): true, "post/" + string(kept.ID): true, "post/" + string(gone.ID): false,
		"thread/" + string(shut.ID): false, "post/" + string(below.ID): false,
		"forum_note/" + string(note.ID): false,
		"thread/nothere":                false, "post/nothere": false, "survey/any": true,
	}
	var ids []string
	for id := range want {
		ids = append(ids, id, id) // a hit may come twice
	}
	for by, mayRead := range map[*civic.Actor]bool{&w.visitor: false, &w.anna: false, &w.greens: true} {
		want["forum_note/"+string(note.ID)] = mayRead
		got, err := w.Findable(t.Context(), *by, ids...)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("by %q: %v, %s", by.Account, err, d)
		}
	}
	if got, err := w.Findable(t.Context(), w.visitor); err != nil || len(got) != 0 {
		t.Errorf("of nothing: %v, %v", got, err)
	}
}

// What was asked before is not asked of the store again, until somebody decides otherwise.
func TestFindableFollowsEveryDecision(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	first, reply := "thread/"+string(thread.ID), "post/"+string(w.reply(w.bruno, thread, 0, "Al parco").ID)
	wantSeen := func(after string, firstSeen, replySeen bool) {
		t.Helper()
		want := map[string]bool{first: firstSeen, reply: replySeen}
		for round := range 2 {
			asked := w.DB.Stats().Queries
			got, err := w.Findable(t.Context(), w.visitor, first, reply)
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("after %s: %v, %s", after, err, d)
			}
			if n := w.DB.Stats().Queries - asked; round > 0 && w.written() != "" && n != 0 {
				t.Errorf("after %s the store is asked %d times for what is known", after, n)
			}
		}
	}
	wantSeen("nothing", true, true)
	for _, d := range []struct {
		number     int64
		round      int
		action     Action
		first, own bool
	}{
		{2, 0, ActionHide, true, false}, {2, 1, ActionRestore, true, true}, {0, 0, ActionHide, false, false},
		{0, 1, ActionRestore, true, true},
		{1, 0, ActionHide, false, true},
	} {
		in := DecisionInput{Thread: thread.ID, Number: d.number, Round: d.round, Action: d.action,
			Rule: "off_topic", Reason: "Parla d'altro, non del parco."}
		if _, err := w.Decide(t.Context(), w.mod, in); err != nil {
			t.Fatal(err)
		}
		wantSeen(fmt.Sprint(d.action, d.number), d.first, d.own)
	}
}

func TestAnEditedPostShowsItsNewText(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove **prima**?")
	for range 2 { // shown, then remembered
		if got := w.page(w.visitor, thread, 0).First.HTML; got != "<p>Dove <strong>prima</strong>?</p>\n" {
			t.Fatalf("%q", got)
		}
	}
	_, post, err := w.Editable(t.Context(), w.anna, thread.ID, 1)
	testtown.WantCode(t, err, "")
	_, err = w.EditPost(t.Context(), w.anna, EditInput{Thread: thread.ID, Number: 1, Revision: post.Revision,
		Base: post.Source, Source: "Dove *dopo*?"})
	testtown.WantCode(t, err, "")
	if got := w.page(w.visitor, thread, 0).First.HTML; got != "<p>Dove <em>dopo</em>?</p>\n" {
		t.Errorf("after the edit: %q", got)
	}
}
