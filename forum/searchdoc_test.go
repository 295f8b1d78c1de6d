package forum

import (
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
	"ascolto/search"
)

func TestNotesAreNeverFoundByCitizens(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	in := NoteInput{FormKey: rand.Text(), Thread: thread.ID, Text: "La signora è zia dell'assessore."}
	for by, want := range map[*civic.Actor]civic.Code{&w.visitor: civic.Unauthenticated,
		&w.anna: civic.Forbidden, &w.taxes: ""} {
		_, err := w.AddNote(t.Context(), *by, in)
		testtown.WantCode(t, err, want)
		notes, err := w.Notes(t.Context(), *by, thread.ID)
		testtown.WantCode(t, err, want)
		if want != "" && len(notes) != 0 {
			t.Errorf("%q reads %v", by.Account, notes)
		}
	}
	note, err := w.AddNote(t.Context(), w.taxes, in) // the same form
	testtown.WantCode(t, err, "")
	if notes, err := w.Notes(t.Context(), w.greens, thread.ID); err != nil || len(notes) != 1 ||
		notes[0].ByName != "Tea Sestili" {
		t.Errorf("another office reads %v, %v", notes, err)
	}
	if got := w.found("assessore", search.Public); len(got) != 0 {
		t.Errorf("a citizen finds %v", got)
	}
	id := "forum_note/" + string(note.ID)
	if d := cmp.Diff([]string{id}, w.found("assessore", search.Public, ScopeStaff)); d != "" {
		t.Errorf("staff: %s", d)
	}
	for by, want := range map[*civic.Actor]bool{&w.visitor: false, &w.anna: false, &w.greens: true} {
		if ok, err := w.Findable(t.Context(), *by, id); ok[id] != want || err != nil {
			t.Errorf("findable by %q: %v, %v", by.Account, ok, err)
		}
	}
	if err := w.find.Rebuild(t.Context(), w.Service); err != nil {
		t.Fatal(err)
	}
	if got := w.found("assessore", search.Public); len(got) != 0 {
		t.Errorf("after a rebuild a citizen finds %v", got)
	}
}

// docs gathers what SearchDocs yields: id to whether it is deleted.
func docs(t *testing.T, w *town, since time.Time) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for d, err := range w.SearchDocs(t.Context(), since) {
		if err != nil {
			t.Fatal(err)
		}
		out[d.ID] = d.Deleted
	}
	return out
}

func TestSearchDocsSince(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	old := w.thread(w.anna, "Panchine nuove", "Dove?")
	reply := w.reply(w.bruno, old, 0, "Già")
	other := w.thread(w.bruno, "Fontane nuove", "Dove?")
	oldID, replyID, otherID := "thread/"+string(old.ID), "post/"+string(reply.ID), "thread/"+string(other.ID)
	if d := cmp.Diff(map[string]bool{oldID: false, replyID: false, otherID: false},
		docs(t, w, time.Time{})); d != "" {
		t.Errorf("all: %s", d)
	}
	w.Clock.Pass(time.Hour)
	since := w.Clock.Now()
	if got := docs(t, w, since); len(got) != 0 {
		t.Errorf("nothing changed, and yet %v", got)
	}
	w.Clock.Pass(time.Hour)
	second := w.reply(w.bruno, other, 0, "Dai")
	secondID := "post/" + string(second.ID)
	_, err := w.Decide(t.Context(), w.mod, hide(old, 0, 0))
	testtown.WantCode(t, err, "")
	want := map[string]bool{oldID: true, replyID: true, otherID: false, secondID: false}
	if d := cmp.Diff(want, docs(t, w, since)); d != "" {
		t.Errorf("since: %s", d)
	}
	_, err = w.Decide(t.Context(), w.mod, hide(other, 2, 0))
	testtown.WantCode(t, err, "")
	if got := docs(t, w, since); !got[secondID] {
		t.Errorf("a hidden post is not deleted: %v", got)
	}
	for d, err := range w.SearchDocs(t.Context(), time.Time{}) {
		if err != nil || d.Deleted && (d.Text != "" || d.Title != "") {
			t.Errorf("a deleted document says %+v, %v", d, err)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	at := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	anna := Author{Account: w.anna.Account, Contact: w.anna.Contact, Name: "Anna D."}
	past := Past{Key: "pastpastpastpast", Area: "crocetta", Title: "Orto condiviso",
		Tags: []string{"orti", " verde"}, AsksAnswer: true, Posts: []PastPost{
			{Author: anna, At: at, Source: "Si può fare?"},
			{Author: Author{Name: "Lucciola"}, At: at.Add(time.Hour), Source: "Magari!"},
			{At: at.Add(48 * time.Hour), Source: "Sì, da maggio.", Office: "verde",
				OfficeName: "Ufficio Verde pubblico"},
			{Author: anna, At: at.Add(50 * time.Hour), Parent: 1, Source: "Evviva."},
		}}
	_, err := w.Load(t.Context(), w.mod, []Past{past})
	testtown.WantCode(t, err, civic.Forbidden)
	for i, want := range []int{1, 0} {
		if n, err := w.Load(t.Context(), civic.System("demo"), []Past{past}); n != want || err != nil {
			t.Errorf("loading it for the %dth time stored %d, %v", i+1, n, err)
		}
	}
	thread := w.reloadID("pastpastpastpast")
	if thread.State != Answered || thread.Posts != 4 || !thread.LastAt.Equal(at.Add(50*time.Hour)) ||
		thread.Answer.Number != 3 {
		t.Errorf("the discussion is %+v", thread)
	}
	if again := thread; w.recount(t.Context(), &again) != nil || !cmp.Equal(thread, again) {
		t.Errorf("counting again: %s", cmp.Diff(thread, again))
	}
	if v := w.page(w.visitor, thread, 0); len(v.Answers) != 1 || len(v.Replies) != 2 ||
		v.Replies[1].Parent != 2 || v.Replies[1].Indent != 1 {
		t.Errorf("the page is %+v", v)
	}
	if got := w.life.Of(w.anna.Contact); len(got) != 2 {
		t.Errorf("the timeline is %+v", got)
	}
	if got := w.found("maggio", search.Public); len(got) != 1 {
		t.Errorf("search finds %v", got)
	}
	closed := Past{Key: "pastpastpastpas2", Area: "citta", Title: "Vecchia piazza", AsksAnswer: true,
		Closed: true, Posts: past.Posts[:1]}
	if _, err := w.Load(t.Context(), civic.System("demo"), []Past{closed}); err != nil ||
		w.reloadID("pastpastpastpas2").State != Closed {
		t.Errorf("a closed discussion is %s, %v", w.reloadID("pastpastpastpas2").State, err)
	}
	if waiting, err := w.Awaiting(t.Context(), w.greens, AwaitingFilter{}); err != nil ||
		len(waiting.Items) != 0 {
		t.Errorf("past discussions wait: %+v, %v", waiting.Items, err)
	}
	w.reply(w.bruno, thread, 0, "Che bello!") // and life goes on
	if got := w.reload(thread).Posts; got != 5 {
		t.Errorf("%d posts, want 5", got)
	}
}

// A post is kept even when its timeline cannot be written and its discussion not counted; Repair makes up for
// it.
func TestRepair(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	w.Clock.Pass(time.Minute)
	w.life.Fail(errors.New("the store is busy"))
	w.reply(w.bruno, thread, 0, "Già")
	w.life.Fail(nil)
	_, err := w.threads.Update(t.Context(), thread.ID, func(t *Thread) error {
		t.LastNumber, t.Posts = 1, 1
		return nil
	})
	testtown.WantCode(t, err, "")
	for _, want := range []int{1, 0} {
		if n, err := w.Repair(t.Context(), w.Clock.Now().Add(-time.Hour)); n != want || err != nil {
			t.Errorf("mended %d, want %d (%v)", n, want, err)
		}
	}
	if got := w.reload(thread); got.Posts != 2 || !got.LastAt.Equal(w.Clock.Now()) {
		t.Errorf("counted %d, the last at %v", got.Posts, got.LastAt)
	}
	if got := w.life.Of(w.bruno.Contact); len(got) != 1 {
		t.Errorf("the timeline is %+v", got)
	}
}

// Two programs on one store may count their posts in another order than they stored them.
func TestCountingOutOfOrder(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	first, err := w.posts.numbered(t.Context(), thread.ID, 1)
	testtown.WantCode(t, err, "")
	var posts []Post
	for i := range int64(3) {
		p := Post{Thread: thread.ID, Author: Author{Account: "x"}, Source: "Già", CreatedAt: w.Clock.Now(),
			UpdatedAt: w.Clock.Now()}
		p.put(i+2, first)
		testtown.WantCode(t, w.posts.Insert(t.Context(), &p), "")
		posts = append(posts, p)
	}
	slices.Reverse(posts)
	for _, p := range posts {
		_, err := w.count(t.Context(), thread.ID, []Post{p})
		testtown.WantCode(t, err, "")
	}
	if got := w.reload(thread); got.Posts != 4 || got.LastNumber != 4 {
		t.Errorf("%d posts, the last is number %d; want 4", got.Posts, got.LastNumber)
	}
}

// TestEveryNoteIsShown: a discussion with more notes than one page reads shows them all.
func TestEveryNoteIsShown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	for i := range notesRead + 2 {
		if _, err := w.AddNote(t.Context(), w.taxes, NoteInput{FormKey: rand.Text(), Thread: thread.ID,
			Text: "Nota " + strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	notes, err := w.Notes(t.Context(), w.greens, thread.ID)
	if err != nil || len(notes) != notesRead+2 {
		t.Errorf("%d notes, %v", len(notes), err)
	}
}
