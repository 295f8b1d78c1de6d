package search

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// shelfOf is a domain with one collection, whose documents a test changes while they are read.
type shelfOf struct {
	docs   map[civic.ID]string
	during func()
	err    error
	bad    map[civic.ID]bool // those that cannot be read
	asked  int               // for how many documents
}

func (s *shelfOf) ChangedDocs(
	_ context.Context, collection string, ids []civic.ID, _ time.Time,
) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		if collection != "letters" {
			return
		}
		for _, id := range ids {
			s.asked++
			if s.bad[id] {
				yield(Doc{}, errors.New("not a letter"))
				return
			}
			text, there := s.docs[id]
			if s.during != nil {
				s.during()
			}
			d := Doc{ID: "letter/" + string(id), Kind: "letter", Scope: Public, Title: text, Text: text,
				Deleted: !there}
			if !yield(d, s.err) || s.err != nil {
				return
			}
		}
	}
}

// counting returns what fails the test unless a word is found so many times.
func counting(t *testing.T, x *Index) func(word string, want int) {
	return func(word string, want int) {
		t.Helper()
		if n, err := x.Count(t.Context(), Query{Text: word, Scopes: []Scope{Public}}); err != nil ||
			n != want {
			t.Errorf("%s is found %d times, want %d: %v", word, n, want, err)
		}
	}
}

// TestApply: what others changed is found, what they removed is not, and what this instance put while it was
// read stays; after a failure the same can be applied again. The place in the feed outlives closing and
// rebuilding.
func TestApply(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	x := openIndex(t, dir)
	s := &shelfOf{docs: map[civic.ID]string{"a": "lampioni", "b": "alberi"}}
	apply := func(ids ...civic.ID) error {
		_, err := x.Apply(t.Context(), map[string][]civic.ID{"letters": ids, "others": {"z"}}, s)
		return err
	}
	count := counting(t, x)
	if err := apply("a", "b"); err != nil {
		t.Fatal(err)
	}
	count("lampioni", 1)
	count("alberi", 1)
	delete(s.docs, "b")
	s.during = func() {
		x.Put(Doc{ID: "letter/a", Kind: "letter", Scope: Public, Title: "panchine",
			Text: "panchine"})
	}
	if err := apply("b", "a"); err != nil {
		t.Fatal(err)
	}
	count("alberi", 0)
	count("lampioni", 0)
	count("panchine", 1)
	s.during, s.err, s.docs["c"] = nil, civic.NewError(civic.Unavailable, "error.unavailable"), "fontane"
	failed, err := x.Apply(t.Context(), map[string][]civic.ID{"letters": {"c"}}, s)
	if err == nil || len(failed) != 1 {
		t.Errorf("the source is away: %v, %v", failed, err)
	}
	s.err = nil
	if err := apply("c"); err != nil {
		t.Fatal(err)
	}
	count("fontane", 1)

	kept := Position{At: "17.here", Unread: map[string][]civic.ID{"letters": {"d"}}}
	if err := x.KeepPosition(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	if err := x.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir)
	at, err := x.Position(t.Context())
	if diff := cmp.Diff(kept, at); err != nil || diff != "" {
		t.Errorf("the place in the feed: %v\n%s", err, diff)
	}
}

// TestApplyDuringARebuild: while a rebuild runs, each news of a document counts, and not the first alone;
// so does one after this instance put the document itself. What the rebuild reads later than all of them
// counts too.
func TestApplyDuringARebuild(t *testing.T) {
	t.Parallel()
	x := openIndex(t, t.TempDir())
	count := counting(t, x)
	letter := func(text string) Doc {
		return Doc{ID: "letter/own", Kind: "letter", Scope: Public, Title: text, Text: text}
	}
	s := &shelfOf{docs: map[civic.ID]string{"a": "lampioni"}}
	apply := func(id civic.ID) {
		t.Helper()
		failed, err := x.Apply(t.Context(), map[string][]civic.ID{"letters": {id}}, s)
		if err != nil || len(failed) > 0 {
			t.Fatal(failed, err)
		}
	}
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	town := source{"post/1": {Doc{ID: "post/1", Kind: "post", Scope: Public, Title: "Alba"}, at}}
	town["post/2"] = changed{Doc{ID: "post/2", Kind: "post", Scope: Public, Title: "Bosco"}, at}
	town["letter/a"] = changed{Doc{ID: "letter/a", Kind: "letter", Scope: Public, Title: "lampioni"}, at}
	err := x.Rebuild(t.Context(), during{town, func() {
		apply("a")
		count("lampioni", 1)
		delete(s.docs, "a")
		apply("a")
		count("lampioni", 0)
		x.Put(letter("panchine"))
		s.docs["own"] = "fontane"
		apply("own")
		count("panchine", 0)
		count("fontane", 1)
	}})
	if err != nil {
		t.Fatal(err)
	}
	count("lampioni", 0)
	count("panchine", 0)
	count("fontane", 1)
	count("Alba", 1)
}

// TestCatchUpAfterAPut: what a catch-up reads is newer than what was put before it began, also while
// something else that began before the put still runs.
func TestCatchUpAfterAPut(t *testing.T) {
	t.Parallel()
	x := openIndex(t, t.TempDir())
	count := counting(t, x)
	x.queue.begin() // an Apply
	defer x.queue.end()
	x.Put(Doc{ID: "letter/a", Kind: "letter", Scope: Public, Title: "lampioni"})
	newer := Doc{ID: "letter/a", Kind: "letter", Scope: Public, Title: "fontane"}
	if err := x.CatchUp(t.Context(), source{"letter/a": {newer, civic.Now()}}); err != nil {
		t.Fatal(err)
	}
	count("lampioni", 0)
	count("fontane", 1)
}

// TestApplyGoesOn: documents that cannot be read are returned, and keep none of the others out; when
// nothing can be read, that is seen after a few.
func TestApplyGoesOn(t *testing.T) {
	t.Parallel()
	x := openIndex(t, t.TempDir())
	count := counting(t, x)
	s := &shelfOf{docs: map[civic.ID]string{}, bad: map[civic.ID]bool{"17": true, "900": true}}
	var ids []civic.ID
	for i := range 1_500 {
		ids = append(ids, civic.ID(strconv.Itoa(i)))
		s.docs[ids[i]] = "lampioni"
	}
	failed, err := x.Apply(t.Context(), map[string][]civic.ID{"letters": ids}, s)
	if err != nil || !slices.Equal(failed["letters"], []civic.ID{"17", "900"}) {
		t.Errorf("those that cannot be read: %v, %v", failed, err)
	}
	count("lampioni", 1_498)
	for _, id := range ids {
		s.bad[id] = true
	}
	s.asked = 0
	failed, err = x.Apply(t.Context(), map[string][]civic.ID{"letters": ids}, s)
	if err == nil || len(failed["letters"]) != len(ids) || s.asked > 100 {
		t.Errorf("when nothing can be read: %v, %d are to be applied again, %d were asked for",
			err, len(failed["letters"]), s.asked)
	}
}

// TestATimeThatCannotBeKept: a document with a time beyond all years is found, and keeps out no other.
func TestATimeThatCannotBeKept(t *testing.T) {
	t.Parallel()
	x := openIndex(t, t.TempDir())
	far := time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)
	put(t, x, Doc{ID: "letter/a", Kind: "letter", Title: "lampioni", At: far},
		Doc{ID: "letter/b", Kind: "letter", Title: "fontane"})
	count := counting(t, x)
	count("lampioni", 1)
	count("fontane", 1)
}
