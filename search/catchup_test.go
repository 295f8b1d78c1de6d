package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// clock is a civic.Clock that tests move.
type clock struct{ ms atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ms.Store(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).UnixMilli())
	return c
}

func (c *clock) now() time.Time { return time.UnixMilli(c.ms.Load()).UTC() }

func (c *clock) forward(d time.Duration) time.Time {
	return time.UnixMilli(c.ms.Add(d.Milliseconds())).UTC()
}

func openAt(t *testing.T, dir string, c *clock) *Index {
	t.Helper()
	x, err := Open(t.Context(), Options{Dir: dir, Log: quiet, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// asking is a Source that remembers since when it was asked.
type asking struct {
	source
	since time.Time
}

func (a *asking) SearchDocs(ctx context.Context, since time.Time) iter.Seq2[Doc, error] {
	a.since = since
	return a.source.SearchDocs(ctx, since)
}

func TestCatchUpBringsWhatIsMissing(t *testing.T) {
	t.Parallel()
	dir, c := t.TempDir(), newClock()
	town := &asking{source: source{}}
	change := func(id, title string) Doc {
		at := c.forward(40 * time.Second)
		d := Doc{ID: id, Kind: "post", Scope: Public, Title: title}
		town.source[id] = changed{d, at}
		return d
	}
	change("post/1", "Alba")
	x := openAt(t, dir, c)
	if err := x.CatchUp(t.Context(), town); err != nil || !town.since.IsZero() {
		t.Fatalf("first catch-up: %v, asked since %s; want everything", err, town.since)
	}
	start := c.now()
	put(t, x, change("post/2", "Bosco"))
	second := c.now()
	if got := x.queue.watermark(); !got.Equal(second) {
		t.Errorf("watermark %s, want %s: everything is in", got, second)
	}
	put(t, x, change("post/2", "Bosco"))
	if got, want := x.queue.watermark(), start.Add(maxAhead); !got.Equal(want) {
		t.Errorf("watermark %s, want %s: no further from the last catch-up", got, want)
	}
	second = start.Add(maxAhead)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	change("post/3", "Cascata") // stored while the index was closed
	town.source["post/1"] = changed{Doc{ID: "post/1", Deleted: true}, c.forward(time.Hour)}

	x = openAt(t, dir, c)
	put(t, x, change("post/4", "Duna")) // must not move the watermark over what is missing
	if err := x.CatchUp(t.Context(), town); err != nil {
		t.Fatal(err)
	}
	if want := second.Add(-overlap); !town.since.Equal(want) {
		t.Errorf("asked since %s, want %s", town.since, want)
	}
	for text, want := range map[string][]string{"alba": {}, "bosco": {"post/2"}, "cascata": {"post/3"},
		"duna": {"post/4"}} {
		if diff := cmp.Diff(want, find(t, x, text)); diff != "" {
			t.Errorf("search %q (-want +got):\n%s", text, diff)
		}
	}
}

func TestFullQueueIsRepaired(t *testing.T) {
	t.Parallel()
	c := newClock()
	x := openAt(t, t.TempDir(), c)
	if err := x.CatchUp(t.Context()); err != nil || x.Behind() {
		t.Fatalf("catch-up of nothing: %v, behind %v", err, x.Behind())
	}
	mark := x.queue.watermark()
	c.forward(time.Hour)
	all := posts(maxQueue+1, c.now())
	var docs []Doc
	for _, p := range all {
		docs = append(docs, p.doc)
	}
	start := time.Now()
	x.Put(docs...) // more than the queue holds
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("put blocked for %s", took)
	}
	put(t, x, Doc{ID: "post/0001", Kind: "post", Title: "Un altro"})
	if !x.Behind() {
		t.Error("the loss went unnoticed")
	}
	if got := x.queue.watermark(); !got.Equal(mark) {
		t.Errorf("the watermark moved over the loss: %s, was %s", got, mark)
	}
	few := posts(20, c.now())
	if err := x.CatchUp(t.Context(), few); err != nil {
		t.Fatal(err)
	}
	allFound(t, x, few)
	if x.Behind() {
		t.Error("still behind after the catch-up")
	}
	c.forward(time.Second)
	put(t, x, Doc{ID: "post/0001", Kind: "post", Title: "Segnalazione voce1", Text: "Testo comune"})
	if got := x.queue.watermark(); !got.Equal(c.now()) {
		t.Errorf("watermark %s, want %s: in step again", got, c.now())
	}
}

// slow is a Source that lets a test act after the document was read and before it is indexed.
type slow struct {
	doc  Doc
	then func()
}

func (s slow) SearchDocs(context.Context, time.Time) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		if s.then != nil {
			s.then()
		}
		yield(s.doc, nil)
	}
}

// What a catch-up or rebuild has read may be older than what is put meanwhile: a post hidden in between must
// stay hidden.
func TestOlderVersionsDoNotComeBack(t *testing.T) {
	t.Parallel()
	shown := Doc{ID: "post/1", Kind: "post", Scope: Public, Title: "Insulti"}
	for name, run := range map[string]func(*Index, Source) error{
		"catch-up": func(x *Index, s Source) error { return x.CatchUp(t.Context(), s) },
		"rebuild":  func(x *Index, s Source) error { return x.Rebuild(t.Context(), s) },
		"load": func(x *Index, s Source) error {
			return x.Load(t.Context(), s.SearchDocs(t.Context(), time.Time{}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := filled(t, shown)
			if err := run(x,
				slow{shown, func() { put(t, x, Doc{ID: "post/1", Deleted: true}) }}); err != nil {
				t.Fatal(err)
			}
			if got := find(t, x, "insulti"); len(got) != 0 {
				t.Errorf("the hidden post is found again: %v", got)
			}
			if err := run(x, slow{shown, nil}); err != nil { // shown again later
				t.Fatal(err)
			}
			if got := find(t, x, "insulti"); len(got) != 1 {
				t.Errorf("found %v, want post/1", got)
			}
		})
	}
}

// failing is a Source that breaks off.
type failing struct{ after source }

var errSource = errors.New("the store does not answer")

func (f failing) SearchDocs(ctx context.Context, since time.Time) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		for d, err := range f.after.SearchDocs(ctx, since) {
			if !yield(d, err) {
				return
			}
		}
		yield(Doc{}, errSource)
	}
}

func TestBrokenSourceKeepsTheWatermark(t *testing.T) {
	t.Parallel()
	c := newClock()
	x := openAt(t, t.TempDir(), c)
	all := posts(30, c.now())
	for range 2 {
		if err := x.CatchUp(t.Context(), failing{all}); !errors.Is(err, errSource) {
			t.Errorf("catch-up: %v, want the source's error", err)
		}
		if err := x.Rebuild(t.Context(), failing{all}); !errors.Is(err, errSource) {
			t.Errorf("rebuild: %v, want the source's error", err)
		}
		if err := x.Load(t.Context(),
			failing{all}.SearchDocs(t.Context(), time.Time{})); !errors.Is(err, errSource) {
			t.Errorf("load: %v, want the source's error", err)
		}
	}
	put(t, x, Doc{ID: "post/0001", Kind: "post", Title: "Segnalazione voce1", Text: "Testo comune"})
	if !x.NeedsRebuild() || !x.Behind() {
		t.Error("an index without everything does not say so")
	}
	if err := x.CatchUp(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	allFound(t, x, all)
	if x.NeedsRebuild() || x.Behind() {
		t.Error("a whole index says it is not")
	}
}

func TestPutIsWrittenWithoutFlush(t *testing.T) {
	t.Parallel()
	x := filled(t)
	x.Put(Doc{ID: "post/1", Scope: Public, Title: "Panchina"})
	deadline := time.Now().Add(10 * time.Second)
	for len(find(t, x, "panchina")) == 0 {
		if time.Now().After(deadline) {
			t.Fatal("a document that was put is not found within ten seconds")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestManyPutAtOnce(t *testing.T) {
	t.Parallel()
	x := filled(t)
	done := make(chan bool)
	for w := range 8 {
		go func() {
			for i := range 200 {
				x.Put(Doc{ID: fmt.Sprintf("post/%d-%d", w, i), Scope: Public, Title: "Panchina"})
			}
			done <- true
		}()
	}
	for range 8 {
		<-done
	}
	if err := x.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := x.Count(t.Context(), Query{Text: "panchina", Scopes: []Scope{Public}}); err != nil ||
		n != 1600 {
		t.Errorf("%d documents, %v; want 1600", n, err)
	}
}

// The queue gathers: what is put within a moment is written together.
func TestQueueGathers(t *testing.T) {
	t.Parallel()
	var q queue
	q.init()
	q.sync(time.Now(), 0)
	for i := range 2*batchSize + 10 {
		q.put(quiet, []Doc{{ID: fmt.Sprint(i)}})
	}
	var sizes []int
	var marks []bool
	for {
		docs, mark := q.take(time.Now().Add(time.Second))
		if len(docs) == 0 {
			break
		}
		sizes = append(sizes, len(docs))
		marks = append(marks, !mark.IsZero())
	}
	if diff := cmp.Diff([]int{batchSize, batchSize, 10}, sizes); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]bool{false, false, true}, marks); diff != "" {
		t.Errorf("the watermark may move only with the last batch (-want +got):\n%s", diff)
	}
}

// TestCompleteMovesTheWatermark: whoever has the store alone need not have it read again after a large load;
// what was lost on the way still has.
func TestCompleteMovesTheWatermark(t *testing.T) {
	t.Parallel()
	dir, c := t.TempDir(), newClock()
	x := openAt(t, dir, c)
	if err := x.Complete(t.Context()); civic.CodeOf(err) != civic.Unavailable || !x.NeedsRebuild() {
		t.Errorf("an index that nobody filled calls itself complete: %v", err)
	}
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	town := posts(30, c.forward(time.Hour))
	if err := x.Load(t.Context(), town.SearchDocs(t.Context(), time.Time{})); err != nil {
		t.Fatal(err)
	}
	loaded := c.forward(time.Hour)
	if err := x.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openAt(t, dir, c)
	asked := &asking{source: source{}}
	if err := x.CatchUp(t.Context(), asked); err != nil {
		t.Fatal(err)
	}
	if want := loaded.Add(-overlap); !asked.since.Equal(want) {
		t.Errorf("after it was complete, changes are asked for since %s, want %s", asked.since, want)
	}
	allFound(t, x, town)
	x.queue.lost()
	if err := x.Complete(t.Context()); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("after a loss: %v", err)
	}
}
