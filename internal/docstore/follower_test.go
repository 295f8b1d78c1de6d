package docstore

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"ascolto/internal/civic"
)

// A scripted change stream stands in for a server's: what it tells, when, and how it fails.
type script struct {
	mu      sync.Mutex
	opened  []string // after which token each stream was begun, or "now"
	story   []string // those, and what was told: "lost", "change"
	streams []*scripted
}

// scripted is one stream: batches of events, then an error, or nothing more for ever.
type scripted struct {
	openErr error
	batches [][]bson.D
	err     error
	silent  time.Duration // before the first batch
	cursor  int64         // 0: 7

	at   int // batch
	next int // event of it
	cur  bson.Raw
	gone bool
}

func (s *script) watch(_ context.Context, after bson.Raw) (events, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	token, _ := after.Lookup("_data").StringValueOK()
	s.opened = append(s.opened, cmp.Or(token, "now"))
	s.story = append(s.story, cmp.Or(token, "now"))
	if len(s.streams) == 0 {
		return &scripted{}, nil
	}
	next := s.streams[0]
	s.streams = s.streams[1:]
	return next, next.openErr
}

func (s *script) tell(n News) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n.Lost {
		s.story = append(s.story, "lost")
	}
	if len(n.Changes) > 0 {
		s.story = append(s.story, "change")
	}
}

// unmended returns whether a change was told after the stream was begun anew, without a loss before it.
func (s *script) unmended() bool {
	fromNow := false
	for _, what := range s.story {
		switch what {
		case "now":
			fromNow = true
		case "lost":
			fromNow = false
		case "change":
			if fromNow {
				return true
			}
		}
	}
	return fromNow
}

func (s *scripted) TryNext(ctx context.Context) bool {
	time.Sleep(s.silent)
	s.silent = 0
	for s.at < len(s.batches) && s.next >= len(s.batches[s.at]) {
		s.at, s.next = s.at+1, 0
		if s.at < len(s.batches) {
			return false // the server had no more at that moment
		}
	}
	if s.at >= len(s.batches) {
		if s.err != nil {
			s.gone = true
			return false
		}
		select {
		case <-time.After(streamWait):
		case <-ctx.Done():
		}
		return false
	}
	s.cur, _ = bson.Marshal(s.batches[s.at][s.next])
	s.next++
	return true
}

func (s *scripted) RemainingBatchLength() int {
	if s.at >= len(s.batches) {
		return 0
	}
	return len(s.batches[s.at]) - s.next
}

func (s *scripted) Current() bson.Raw { return s.cur }

func (s *scripted) ResumeToken() bson.Raw {
	if token, ok := s.cur.Lookup("_id").DocumentOK(); ok {
		return token
	}
	token, _ := bson.Marshal(bson.D{{Key: "_data", Value: "begin"}})
	return token
}

func (s *scripted) ID() int64 { return cmp.Or(s.cursor, 7) }

func (s *scripted) Err() error {
	if s.gone {
		return s.err
	}
	return nil
}

func (s *scripted) Close(context.Context) error { return nil }

// tells returns a stream of batches.
func tells(batches ...[]bson.D) *scripted { return &scripted{batches: batches} }

// then has the stream fail at its end.
func (s *scripted) then(err error) *scripted {
	s.err = err
	return s
}

func joined[S ~string](all []S) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = string(s)
	}
	return strings.Join(texts, " ")
}

// told is an event of a document of "people" after which the stream stands at token.
func told(token, operation string, id civic.ID, rev int64, district string) bson.D {
	e := bson.D{
		{Key: "_id", Value: bson.D{{Key: "_data", Value: token}}}, {Key: "operationType", Value: operation},
		{Key: "ns", Value: bson.D{{Key: "db", Value: "ascolto"}, {Key: "coll", Value: "people"}}},
		{Key: "documentKey", Value: bson.D{{Key: "_id", Value: id}}},
	}
	if operation != "delete" {
		document := bson.D{{Key: "rev", Value: rev}, {Key: "within", Value: district}}
		e = append(e, bson.E{Key: "fullDocument", Value: document})
	}
	return e
}

func serverSays(code int32, labels ...string) error {
	return mongo.CommandError{Code: code, Message: "scripted", Labels: labels}
}

// followScript follows a scripted stream from a place for d of the bubble's time and returns what was told.
// begin is called first.
func followScript(
	t *testing.T, s *script, from string, d time.Duration, begin func(*follower, *journal),
) []News {
	t.Helper()
	noMarks := func(context.Context, int64) error { return errors.New("no marks here") }
	source := &streamed{me: "me", watch: s.watch, mark: noMarks}
	var f *follower
	j := newJournal(nil)
	f = newFollower(source, func(name string) *journal {
		if name == "people" {
			return j
		}
		return nil
	}, func() { j.forget() }, slog.New(slog.DiscardHandler))
	j.feed = f
	if begin != nil {
		begin(f, j)
	}
	var all []News
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	f.run(ctx, FollowOptions{From: from, Tell: func(n News) {
		s.tell(n)
		all = append(all, n)
	}})
	return all
}

func idsOf(all []News) (ids []civic.ID, lost int) {
	for _, n := range all {
		if n.Lost {
			lost++
		}
		for _, c := range n.Changes {
			ids = append(ids, c.ID)
		}
	}
	return ids, lost
}

// place is a position after a token.
func place(t *testing.T, token string) string {
	t.Helper()
	s := &streamed{events: &scripted{batches: [][]bson.D{{told(token, "insert", "x", 1, "")}}}}
	b, err := s.read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return b.position
}

// TestStreamScripts: what a change stream tells late, twice, or after a failure arrives; when its history is
// lost, or it cannot say what became of a collection, who follows is told to compare with the store, before
// anything that comes after.
func TestStreamScripts(t *testing.T) {
	one, two := told("t1", "insert", "a", 1, "q"), told("t2", "replace", "b", 2, "q")
	three, dropped := told("t3", "delete", "c", 0, ""), told("t2", "drop", "", 0, "")
	foreign := bson.D{
		{Key: "_id", Value: bson.D{{Key: "_data", Value: "t1"}}},
		{Key: "operationType", Value: "createIndexes"},
	}
	broken := errors.New("the connection broke")
	streams := func(all ...*scripted) []*scripted { return all }
	for name, c := range map[string]struct {
		streams []*scripted
		from    string // token
		want    string // ids
		lost    int
		opened  string // after which tokens
	}{
		"in order": {streams(tells([]bson.D{one}, []bson.D{two, three})), "t0", "a b c", 0, "t0"},
		"late": {streams(&scripted{silent: 20 * time.Second, batches: [][]bson.D{{one}}}), "t0", "a", 0,
			"t0"},
		"twice":    {streams(tells([]bson.D{one, two, one, two})), "t0", "a b a b", 0, "t0"},
		"from now": {streams(tells([]bson.D{one})), "", "a", 1, "now"},
		"after a failure": {
			streams(tells([]bson.D{one}).then(broken), tells([]bson.D{two})), "t0", "a b", 0, "t0 t1",
		},
		"another is primary": {
			streams(tells([]bson.D{one}).then(serverSays(189, "ResumableChangeStreamError")),
				tells([]bson.D{two})),
			"t0", "a b", 0, "t0 t1",
		},
		"away for long": {
			streams(&scripted{openErr: broken}, &scripted{openErr: broken}, tells([]bson.D{one})),
			"t0", "a", 0, "t0 t0 t0",
		},
		"history lost": {
			streams(tells([]bson.D{one}).then(serverSays(286, "NonResumableChangeStreamError")),
				tells([]bson.D{two})),
			"t0", "a b", 1, "t0 now",
		},
		"lost at the start": {
			streams(&scripted{openErr: serverSays(286)}, tells([]bson.D{two})), "t0", "b", 1, "t0 now",
		},
		"collection dropped": {
			streams(tells([]bson.D{one, dropped}), tells([]bson.D{three})), "t0", "c", 1, "t0 now",
		},
		"what is not ours": {streams(tells([]bson.D{foreign, two})), "t0", "b", 0, "t0"},
		"lost again and again": {
			streams(tells().then(serverSays(286)), tells().then(serverSays(286)), tells([]bson.D{one})),
			"t0", "a", 1, "t0 now now",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, from := &script{streams: c.streams}, ""
				if c.from != "" {
					from = place(t, c.from)
				}
				all := followScript(t, s, from, time.Minute, nil)
				ids, lost := idsOf(all)
				got, opened := joined(ids), joined(s.opened)
				if got != c.want || lost != c.lost || opened != c.opened {
					t.Errorf("told %q, %d times lost, opened after %q; want %q, %d, %q",
						got, lost, opened, c.want, c.lost, c.opened)
				}
				if s.unmended() {
					t.Errorf("it goes on from now without a loss between: %v", s.story)
				}
			})
		})
	}
}

// TestStreamOwnWrites: what the program wrote itself is not told, whether its echo comes once, late or not; a
// second time it counts as others'.
func TestStreamOwnWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := told("t1", "insert", "a", 1, "q"), told("t2", "insert", "b", 1, "q")
		s := &script{streams: []*scripted{{batches: [][]bson.D{{one, two, one}}}}}
		var known *journal
		all := followScript(t, s, place(t, "t0"), 10*time.Second, func(_ *follower, j *journal) {
			j.own.add("a", 1)
			j.own.add("never heard", 1)
			known = j
		})
		if ids, _ := idsOf(all); !slices.Equal(ids, []civic.ID{"b", "a"}) {
			t.Errorf("told %v", ids)
		}
		if n := known.part("q").Load(); n != 2 {
			t.Errorf("%d writes are counted within", n)
		}
	})
}

// TestStreamWritesOfAnother: what another program wrote is told also when this one tried the same change
// of the same revision, or the removal of the same document, came too late, and took the other's for its
// own.
func TestStreamWritesOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{streams: []*scripted{{batches: [][]bson.D{{
			told("t1", "replace", "a", 2, "q"), told("t2", "delete", "b", 0, ""),
			told("t3", "insert", "c", 1, "q"),
		}}}}}
		all := followScript(t, s, place(t, "t0"), 10*time.Second, func(f *follower, j *journal) {
			mine := []*record{{id: "a", rev: 2}, {id: "b", rev: removed}, {id: "c", rev: 1},
				{id: "not heard", rev: 1}}
			for _, r := range mine {
				j.own.add(r.id, r.rev)
			}
			time.AfterFunc(time.Second, func() {
				f.disown("people", j, []*record{mine[0], mine[1], mine[3]})
				if n := len(j.own.writes); n != 0 {
					t.Errorf("%d writes are still expected", n)
				}
			})
		})
		if ids, _ := idsOf(all); !slices.Equal(ids, []civic.ID{"a", "b"}) {
			t.Errorf("told %v", ids)
		}
	})
}

// TestStreamExpectsNothingAfterALoss: an echo that was lost hides no later write of others.
func TestStreamExpectsNothingAfterALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{streams: []*scripted{
			tells().then(serverSays(286)), tells(nil, []bson.D{told("t2", "delete", "a", 0, "")}),
		}}
		all := followScript(t, s, place(t, "t0"), 10*time.Second, func(_ *follower, j *journal) {
			j.own.add("a", removed)
		})
		if ids, _ := idsOf(all); !slices.Equal(ids, []civic.ID{"a"}) {
			t.Errorf("told %v", ids)
		}
	})
}

// TestStreamCaughtUp: with what a cursor gives first nobody knows yet whether there is more: the server
// was not asked for it.
func TestStreamCaughtUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &streamed{watch: (&script{streams: []*scripted{{}, {}}}).watch}
		reads := func(what string, want ...bool) {
			t.Helper()
			for i, want := range want {
				b, err := s.read(t.Context())
				if err != nil || b.caughtUp != want {
					t.Errorf("%s, read %d: all is known: %v, want %v; %v", what, i+1, b.caughtUp, want, err)
				}
			}
		}
		for _, what := range []string{"opened", "opened again"} {
			if err := s.open(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
			reads(what, false, true, true)
		}
		s.events.(*scripted).cursor = 8
		reads("resumed by the driver", false, true)
	})
}

// TestStreamFreshness: while the server is away nothing is known, nor after marks of before a loss.
func TestStreamFreshness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := &scripted{openErr: errors.New("no server")}
		s := &script{streams: []*scripted{
			tells([]bson.D{told("t1", "insert", "a", 1, "q")}, nil).then(errors.New("the connection broke")),
			away, away, away, away, away, // tried again after 0.2, 0.4, 0.8, 1.6, 3.2 and 5 s
			tells([]bson.D{told("t2", "insert", "b", 1, "q")}),
		}}
		var mark Mark
		look := func(f *follower, j *journal, after time.Duration, fresh bool) {
			time.AfterFunc(after, func() {
				if got := j.isFresh(); got != fresh {
					t.Errorf("after %s it is fresh: %v, want %v", after, got, fresh)
				}
			})
		}
		followScript(t, s, place(t, "t0"), 30*time.Second, func(f *follower, j *journal) {
			_, mark, _ = j.since(0)
			look(f, j, 100*time.Millisecond, true)
			look(f, j, 3*time.Second, false)
			look(f, j, 9*time.Second, false)
			look(f, j, 29*time.Second, true)
			time.AfterFunc(29*time.Second, func() {
				if ids, _, known := j.since(mark); !known || !slices.Equal(ids, []civic.ID{"a", "b"}) {
					t.Errorf("since before: %v, %v", ids, known)
				}
				j.forget()
				if _, _, known := j.since(mark); known {
					t.Error("after a loss it is known what came since before")
				}
			})
		})
	})
}
