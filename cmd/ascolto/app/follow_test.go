package app

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/search"
)

// leaflets is a domain some of whose documents cannot be read.
type leaflets struct {
	bad   map[civic.ID]bool
	tried []civic.ID
}

func (l *leaflets) ChangedDocs(
	_ context.Context, _ string, ids []civic.ID, _ time.Time,
) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		for _, id := range ids {
			if len(ids) == 1 {
				l.tried = append(l.tried, id)
			}
			d := search.Doc{ID: "letter/" + string(id), Kind: "letter", Scope: search.Public}
			d.Title = "lettera " + string(id)
			var err error
			if l.bad[id] {
				err = errors.New("not a letter")
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// letterFollower returns a follower of leaflets into the index of a new program.
func letterFollower(t *testing.T, l *leaflets) *indexFollower {
	t.Helper()
	f := newIndexFollower(opened(t), search.Position{At: "1.a"})
	f.sources = []search.ChangeSource{l}
	return f
}

func changesOf(position string, ids ...civic.ID) docstore.News {
	n := docstore.News{Position: position}
	for _, id := range ids {
		n.Changes = append(n.Changes, docstore.Change{Collection: "letters", ID: id})
	}
	return n
}

// TestFollowGoesOnPastABadDocument: a document that cannot be read keeps no other out of the index. It
// alone is tried again, after a while, also by the next program, and the index moves on.
func TestFollowGoesOnPastABadDocument(t *testing.T) {
	t.Parallel()
	l := &leaflets{bad: map[civic.ID]bool{"rotta": true}}
	f := letterFollower(t, l)
	finds := func(word string, want int) {
		t.Helper()
		q := search.Query{Text: word, Scopes: []search.Scope{search.Public}}
		if n, err := f.app.Search.Count(t.Context(), q); err != nil || n != want {
			t.Errorf("%s is found %d times, want %d: %v", word, n, want, err)
		}
	}
	index := func() {
		t.Helper()
		if err := f.index(t.Context()); err != nil {
			t.Error(err)
		}
	}
	f.tell(changesOf("2.b", "sana", "rotta", "buona"))
	index()
	finds("sana", 1)
	finds("buona", 1)
	f.tell(changesOf("3.c", "nuova"))
	l.tried = nil
	index()
	finds("nuova", 1)
	if slices.Contains(l.tried, "rotta") {
		t.Error("what cannot be read is tried again at once")
	}
	f.tell(changesOf("4.d", "guasta", "ancora"))
	l.bad["guasta"] = true
	index()
	finds("ancora", 1)
	f.dueAt = time.Now().Add(-positionLag)
	index()
	at, err := f.app.Search.Position(t.Context())
	if err != nil || at.At != "2.b" || !slices.Equal(at.Unread["letters"], []civic.ID{"rotta"}) {
		t.Errorf("the index remembers %+v, %v", at, err)
	}
	delete(l.bad, "rotta")
	l.tried = nil
	f = newIndexFollower(f.app, at) // the next program
	f.sources = []search.ChangeSource{l}
	index()
	finds("rotta", 1)
	f.tell(changesOf("5.e", "altra"))
	index()
	f.dueAt = time.Now().Add(-positionLag)
	index()
	if at, err = f.app.Search.Position(t.Context()); err != nil || at.At != "5.e" || len(at.Unread) > 0 {
		t.Errorf("once it holds all, the index remembers %+v, %v", at, err)
	}
}

// TestFollowWaitsForTheIndex: while the index cannot be written all that was told waits for it.
func TestFollowWaitsForTheIndex(t *testing.T) {
	t.Parallel()
	f := letterFollower(t, &leaflets{})
	f.tell(changesOf("2.b", "sana"))
	if err := f.app.Search.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.index(t.Context()); !isUnavailable(err) {
		t.Errorf("with a closed index: %v", err)
	}
	if changed, _ := f.take(); !slices.Equal(changed["letters"], []civic.ID{"sana"}) {
		t.Errorf("what waits: %v", changed)
	}
}

// TestPositionBeforeTheFirstNews: until something is told, the index remembers where it was.
func TestPositionBeforeTheFirstNews(t *testing.T) {
	t.Parallel()
	f := letterFollower(t, &leaflets{})
	if err := f.index(t.Context()); err != nil || f.due.At != "1.a" {
		t.Errorf("it is to remember %q: %v", f.due, err)
	}
}

// TestIndexWithoutAPosition: an index that does not answer stops no site: it is followed from now.
func TestIndexWithoutAPosition(t *testing.T) {
	t.Parallel()
	a := opened(t)
	if err := a.Search.KeepPosition(t.Context(), search.Position{At: "17.here"}); err != nil {
		t.Fatal(err)
	}
	if at := a.indexPosition(t.Context()); at.At != "17.here" {
		t.Errorf("the place is %+v", at)
	}
	if err := a.Search.Close(); err != nil {
		t.Fatal(err)
	}
	if at := a.indexPosition(t.Context()); at.At != "" {
		t.Errorf("the place is %+v", at)
	}
}

// TestPace: what fails again and again is tried less and less often, and what succeeds is not put off.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace
		begun, tries := time.Now(), 0
		for time.Since(begun) < time.Hour {
			if p.isDue() {
				tries++
				p.note(false)
			}
			time.Sleep(firstWait)
		}
		if tries < 10 || tries > 20 {
			t.Errorf("tried %d times in an hour", tries)
		}
		p.note(true)
		if !p.isDue() {
			t.Error("after a success it is put off")
		}
	})
}
