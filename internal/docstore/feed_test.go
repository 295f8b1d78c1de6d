package docstore_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// followedPeople is people, followed, each belonging to a district.
func followedPeople() docstore.Spec {
	spec := people
	spec.Followed, spec.Within = true, "district"
	return spec
}

// listener follows a store and remembers what it was told.
type listener struct {
	mu   sync.Mutex
	news []docstore.News
	stop func()
	done chan struct{}
}

func follow(t *testing.T, db *docstore.DB, from string) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l := &listener{stop: cancel, done: make(chan struct{})}
	go func() {
		defer close(l.done)
		if err := db.Follow(ctx, docstore.FollowOptions{From: from, Tell: l.tell}); err != nil {
			t.Errorf("following: %v", err)
		}
	}()
	t.Cleanup(l.end)
	within(t, 5*time.Second, "the first news", func() bool { return len(l.told()) > 0 })
	return l
}

func (l *listener) end() {
	l.stop()
	<-l.done
}

func (l *listener) tell(n docstore.News) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.news = append(l.news, n)
}

func (l *listener) told() []docstore.News {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.news)
}

// changed returns the ids that others are said to have written, each once.
func (l *listener) changed() []civic.ID {
	var ids []civic.ID
	for _, n := range l.told() {
		for _, c := range n.Changes {
			ids = append(ids, c.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// toldOf returns what asks whether others are said to have written exactly the documents.
func (l *listener) toldOf(ids ...civic.ID) func() bool {
	return func() bool { return slices.Equal(l.changed(), ids) }
}

func (l *listener) position() string {
	told := l.told()
	return told[len(told)-1].Position
}

// within fails the test unless holds comes true in time.
func within(t *testing.T, d time.Duration, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(d); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %s still not: %s", d, what)
		}
	}
}

// inTime is within what time another program hears of a write, with room for a busy machine.
const inTime = 5 * time.Second

// twoPrograms returns two stores on one database of a server, and a followed collection of each.
func twoPrograms(t *testing.T) (o docstore.Options, dbs [2]*docstore.DB, cs [2]*docstore.Collection[person]) {
	t.Helper()
	o = storetest.Mongo(t)
	for i := range dbs {
		dbs[i] = storetest.OpenOptions(t, o)
		cs[i] = collect[person](t, dbs[i], followedPeople())
	}
	return o, dbs, cs
}

// TestFeed: what one program writes in whatever way, another that follows the feed is told, with removals;
// and before it has heard, a question for what has changed waits for all that was acknowledged.
func TestFeed(t *testing.T) {
	t.Parallel()
	_, dbs, cs := twoPrograms(t)
	a, b := cs[0], cs[1]
	if _, _, known := b.Changes(t.Context(), 0); known || docstore.Edition(b) != "" {
		t.Error("without following, what others write is known")
	}
	l := follow(t, dbs[1], "")
	if first := l.told()[0]; !first.Lost {
		t.Error("who begins now is not told to compare")
	}
	_, mark, _ := b.Changes(t.Context(), 0)
	since := func(want ...civic.ID) {
		t.Helper()
		ids, now, known := b.Changes(t.Context(), mark)
		slices.Sort(ids)
		if ids = slices.Compact(ids); !known || !slices.Equal(ids, want) {
			t.Errorf("changed: %v, known: %v; want %v", ids, known, want)
		}
		mark = now
	}
	since()
	mustInsert(t, a, named("a", "Anna"), named("b", "Bea"))
	since("a", "b")
	if _, err := a.InsertMany(t.Context(), []*person{named("c", "Ciro"), named("d", "Dea")}); err != nil {
		t.Error(err)
	}
	since("c", "d")
	if _, err := a.Update(t.Context(), "b", func(p *person) error { p.Age++; return nil }); err != nil {
		t.Error(err)
	}
	since("b")
	if err := a.Delete(t.Context(), "d"); err != nil {
		t.Error(err)
	}
	since("d")
	mustInsert(t, b, named("own", "Olga"))
	since("own")
	since()
	within(t, inTime, "told", func() bool { return len(l.changed()) == 4 })
	if got := l.changed(); slices.Contains(got, "own") {
		t.Errorf("what the program wrote itself is told as others': %v", got)
	}
}

// TestFeedEditions: what is kept by an edition goes when another program writes, and only what belongs to
// what was written.
func TestFeedEditions(t *testing.T) {
	t.Parallel()
	_, dbs, cs := twoPrograms(t)
	follow(t, dbs[1], "")
	within(t, inTime, "known", func() bool { return docstore.Edition(cs[1]) != "" })
	edition := func(district civic.ID) string { return docstore.Edition(cs[1].Within(district)) }
	all, here, there := docstore.Edition(cs[1]), edition("centro"), edition("san-lazzaro")
	p := named("a", "Anna")
	p.District = "centro"
	mustInsert(t, cs[0], p)
	within(t, inTime, "another edition", func() bool {
		now := docstore.Edition(cs[1])
		return now != "" && now != all && edition("centro") != here
	})
	if now := edition("san-lazzaro"); now != there {
		t.Errorf("what belongs elsewhere has edition %q, before %q", now, there)
	}
}

// TestFeedGoesOn: a program that was away is told what was written meanwhile when it gives its position,
// whoever wrote it, and is told that it was lost for a position that nobody knows.
func TestFeedGoesOn(t *testing.T) {
	t.Parallel()
	o, dbs, cs := twoPrograms(t)
	l := follow(t, dbs[1], "")
	mustInsert(t, cs[0], named("a", "Anna"))
	within(t, inTime, "told", func() bool { return len(l.changed()) == 1 })
	at := l.position()
	l.end()
	mustInsert(t, cs[0], named("b", "Bea"))
	mustInsert(t, cs[1], named("c", "Ciro"))
	if err := cs[0].Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	again := storetest.OpenOptions(t, o)
	collect[person](t, again, followedPeople())
	l = follow(t, again, at)
	within(t, inTime, "told what was missed", l.toldOf("a", "b", "c"))
	for _, n := range l.told() {
		if n.Lost {
			t.Error("it is told that something was lost")
		}
	}
	l.end()
	if l = follow(t, again, "nowhere"); !l.told()[0].Lost {
		t.Error("a position that nobody knows is gone on from")
	}
}

// TestFeedUnderLoad: of 300 writes by three programs at once a fourth is told every one.
func TestFeedUnderLoad(t *testing.T) {
	t.Parallel()
	o := storetest.Mongo(t)
	reader := storetest.OpenOptions(t, o)
	collect[person](t, reader, followedPeople())
	l := follow(t, reader, "")
	var writing sync.WaitGroup
	errs := make(chan error, 60)
	for range 3 {
		db := storetest.OpenOptions(t, o)
		c := collect[person](t, db, followedPeople())
		for range 10 {
			writing.Go(func() {
				for range 10 {
					errs <- c.Insert(t.Context(), &person{Name: "Anna"})
				}
			})
		}
	}
	go func() { writing.Wait(); close(errs) }()
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	within(t, 20*time.Second, "told of all", func() bool { return len(l.changed()) == 300 })
}

// TestFeedAfterADeath: a write that was announced is told when it is made, not before, however late; one that
// is never made, because the program died, keeps nobody from what comes after.
func TestFeedAfterADeath(t *testing.T) {
	t.Parallel()
	_, dbs, cs := twoPrograms(t)
	if !docstore.Polled(dbs[0]) {
		t.Skip("SKIPPED: the server has change streams")
	}
	l := follow(t, dbs[1], "")
	late, never := named("late", "Lea"), named("never", "Nora")
	for _, p := range []*person{late, never} {
		if err := docstore.Announce(t.Context(), cs[0], p); err != nil {
			t.Fatal(err)
		}
	}
	mustInsert(t, cs[0], named("next", "Nia"))
	within(t, inTime, "told of what came after", l.toldOf("next"))
	at := l.position()
	if err := docstore.InsertAnnounced(t.Context(), cs[0], late); err != nil {
		t.Fatal(err)
	}
	within(t, inTime, "told when it is made", l.toldOf("late", "next"))
	l.end()
	l = follow(t, dbs[1], at)
	within(t, inTime, "told after a start", l.toldOf("late", "next"))
}

// TestFeedForgets: rows are removed after their time, but for the last; who then goes on from before is told
// that something was lost.
func TestFeedForgets(t *testing.T) {
	t.Parallel()
	o, dbs, cs := twoPrograms(t)
	if !docstore.Polled(dbs[0]) {
		t.Skip("SKIPPED: the server has change streams")
	}
	l := follow(t, dbs[1], "")
	at := l.position()
	l.end()
	for i := range 5 {
		mustInsert(t, cs[0], named(civic.ID(fmt.Sprint(i)), "Anna"))
	}
	if err := docstore.AgeFeed(t.Context(), dbs[0], 7*time.Hour); err != nil {
		t.Fatal(err)
	}
	tidying := storetest.OpenOptions(t, o)
	collect[person](t, tidying, followedPeople())
	follow(t, tidying, "").end()
	if left := docstore.Announced(t.Context(), dbs[0]); left != 1 {
		t.Errorf("%d rows are left", left)
	}
	if l = follow(t, dbs[1], at); !l.told()[0].Lost {
		t.Error("what was removed is gone on from")
	}
	mustInsert(t, cs[0], named("x", "Xenia"))
	within(t, inTime, "told", l.toldOf("x"))
}
