package docstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// card is a document with an index of every kind: plain, unique, and over an array.
type card struct {
	docstore.Meta `bson:",inline"`
	Name          string   `bson:"name"`
	Code          *string  `bson:"code"`
	Tags          []string `bson:"tags"`
}

var cards = docstore.Spec{Name: "cards", Indexes: []docstore.Index{
	{Name: "name", Fields: []string{"-name", "code"}},
	{Name: "code", Fields: []string{"code"}, Unique: true},
	{Name: "tags", Fields: []string{"tags", "name"}},
}}

// newCards returns cards numbered from and up to but without to. Their ids and names come in no order.
func newCards(from, to int) (docs []*card) {
	for i := from; i < to; i++ {
		code := fmt.Sprint("code ", i)
		c := &card{Meta: docstore.Meta{ID: civic.Key("card", civic.ID(fmt.Sprint(i)))},
			Name: fmt.Sprint("name ", i*7919%1000), Tags: []string{"all", fmt.Sprint("tag ", i%5)}}
		if i%3 > 0 {
			c.Code = &code
		}
		docs = append(docs, c)
	}
	return docs
}

// sound fails the test unless every index of c finds exactly the documents that c has, and returns how many
// those are.
func sound(t *testing.T, c *docstore.Collection[card]) int {
	t.Helper()
	var all []card
	for d, err := range c.All(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	tagged := func(tag string) (ids []civic.ID) {
		for _, d := range all {
			if slices.Contains(d.Tags, tag) {
				ids = append(ids, d.ID)
			}
		}
		return ids
	}
	every := []docstore.Query{{Filter: docstore.Filter{docstore.Eq("tags", "all")}, Sort: []string{"name"}},
		{Sort: []string{"-name"}}, {Sort: []string{"code"}}}
	for _, q := range every {
		ids := idsOf(t, c, q)
		if slices.Sort(ids); !slices.Equal(ids, tagged("all")) {
			t.Errorf("%v finds %d documents of %d", q, len(ids), len(all))
		}
	}
	for _, tag := range []string{"tag 0", "tag 1", "tag 2", "tag 3", "tag 4", "new", "never"} {
		want := tagged(tag)
		ids := idsOf(t, c, docstore.Query{Filter: docstore.Filter{docstore.Eq("tags", tag)},
			Sort: []string{"name"}})
		if slices.Sort(ids); !slices.Equal(ids, want) {
			t.Errorf("%s finds %d documents, want %d", tag, len(ids), len(want))
		}
		if n, err := c.Count(t.Context(), docstore.Filter{docstore.Eq("tags", tag)}); n != len(want) ||
			err != nil {
			t.Errorf("%s counts %d documents, want %d; %v", tag, n, len(want), err)
		}
	}
	return len(all)
}

var errOwn = errors.New("the load's own fault")

// loads are ways to load, and how many documents they leave.
var loads = []struct {
	name string
	want int
	err  error
	fill func(t *testing.T, ctx context.Context, c *docstore.Collection[card]) error
}{
	{"nothing", 0, nil, func(*testing.T, context.Context, *docstore.Collection[card]) error { return nil }},
	{"batches", 600, nil, func(t *testing.T, ctx context.Context, c *docstore.Collection[card]) error {
		for i := range 3 {
			add(t, ctx, c, newCards(i*200, i*200+200))
		}
		return nil
	}},
	{"the same twice", 300, nil, func(t *testing.T, ctx context.Context, c *docstore.Collection[card]) error {
		add(t, ctx, c, newCards(0, 200))
		if taken := add(t, ctx, c, newCards(150, 300)); len(taken) != 50 {
			t.Errorf("%d ids were taken, want 50", len(taken))
		}
		return nil
	}},
	{"its own fault", 100, errOwn,
		func(t *testing.T, ctx context.Context, c *docstore.Collection[card]) error {
			add(t, ctx, c, newCards(0, 100))
			return errOwn
		}},
	{"a value that is taken", 251, nil,
		func(t *testing.T, ctx context.Context, c *docstore.Collection[card]) error {
			add(t, ctx, c, newCards(0, 200))
			twin := newCards(200, 202)
			twin[1].Code = newCards(4, 5)[0].Code
			_, err := c.InsertMany(ctx, twin)
			wantCode(t, "a code that is taken", err, civic.Conflict)
			add(t, ctx, c, newCards(230, 280))
			return nil
		}},
	{"a deletion on the way", 299, nil,
		func(t *testing.T, ctx context.Context, c *docstore.Collection[card]) error {
			docs := newCards(0, 200)
			add(t, ctx, c, docs)
			if err := c.Delete(ctx, docs[7].ID); err != nil {
				t.Error(err)
			}
			add(t, ctx, c, newCards(200, 300))
			return nil
		}},
	{"a change on the way", 301, nil,
		func(t *testing.T, ctx context.Context, c *docstore.Collection[card]) error {
			docs := newCards(0, 200)
			add(t, ctx, c, docs)
			if _, err := c.Update(ctx, docs[8].ID, func(d *card) error {
				d.Tags, d.Name = []string{"all", "new"},
					"changed"
				return nil
			}); err != nil {
				t.Error(err)
			}
			mustInsert(t, c, newCards(400, 401)...)
			add(t, ctx, c, newCards(200, 300))
			return nil
		}},
	{"from many sides", 800, nil,
		func(t *testing.T, ctx context.Context, c *docstore.Collection[card]) error {
			each(8, func(i int) { add(t, ctx, c, newCards(i*100, i*100+100)) })
			return nil
		}},
}

func add(t *testing.T, ctx context.Context, c *docstore.Collection[card], docs []*card) []civic.ID {
	t.Helper()
	taken, err := c.InsertMany(ctx, docs)
	if err != nil {
		t.Error(err)
	}
	return taken
}

// TestLoad: however a load goes, its documents are found by every index when it has ended, and what comes
// later is, too.
func TestLoad(t *testing.T) {
	for _, l := range loads {
		t.Run(l.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, p place, db *docstore.DB) {
				c := collect[card](t, db, cards)
				if err := c.Load(t.Context(),
					func() error { return l.fill(t, t.Context(), c) }); !errors.Is(err, l.err) {
					t.Errorf("loading: %v, want %v", err, l.err)
				}
				if n := sound(t, c); n != l.want {
					t.Errorf("there are %d documents, want %d", n, l.want)
				}
				add(t, t.Context(), c, newCards(900, 910))
				if n := sound(t, c); n != l.want+10 {
					t.Errorf("there are %d documents after ten more, want %d", n, l.want+10)
				}
				if err := c.Load(t.Context(),
					func() error { add(t, t.Context(), c, newCards(910, 950)); return nil }); err != nil {
					t.Errorf("loading more: %v", err)
				}
				if n := sound(t, c); n != l.want+50 {
					t.Errorf("there are %d documents after a second load, want %d", n, l.want+50)
				}
			})
		})
	}
}

// TestLoadCancelled: a load that is called off leaves what it had added, all of it found.
func TestLoadCancelled(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[card](t, db, cards)
		ctx, cancel := context.WithCancel(t.Context())
		err := c.Load(ctx, func() error {
			add(t, ctx, c, newCards(0, 100))
			cancel()
			_, err := c.InsertMany(ctx, newCards(100, 200))
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the load ended with %v", err)
		}
		if n := sound(t, c); n != 100 {
			t.Errorf("there are %d documents, want 100", n)
		}
	})
}

// TestLoadThatPanics: what was added before a fault is found, and the next load is not held up.
func TestLoadThatPanics(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[card](t, db, cards)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = c.Load(t.Context(), func() error {
				add(t, t.Context(), c, newCards(0, 100))
				panic("a fault")
			})
		}()
		if n := sound(t, c); n != 100 {
			t.Errorf("there are %d documents, want 100", n)
		}
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		defer cancel()
		if err := c.Load(ctx, func() error { add(t, ctx, c, newCards(100, 150)); return nil }); err != nil {
			t.Errorf("the next load: %v", err)
		}
		if n := sound(t, c); n != 150 {
			t.Errorf("there are %d documents after the next load, want 150", n)
		}
	})
}

// TestLoadsTakeTurns: of two loads of one collection, the second waits for the first, or until nobody waits
// for it.
func TestLoadsTakeTurns(t *testing.T) {
	t.Parallel()
	db, err := docstore.Open(t.Context(), docstore.Options{Path: storePath(t.TempDir())})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c := collect[card](t, db, cards)
	err = c.Load(t.Context(), func() error {
		add(t, t.Context(), c, newCards(0, 10))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		return c.Load(ctx, func() error { t.Error("two loads at once"); return nil })
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a load that nobody waits for: %v", err)
	}
	if n := sound(t, c); n != 10 {
		t.Errorf("there are %d documents, want 10", n)
	}
}

// TestLoadMany: keys that do not fit in memory at once are stored on the way, and nothing is built twice.
func TestLoadMany(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	o := docstore.Options{Path: storePath(t.TempDir()), Log: slog.New(slog.NewTextHandler(&log, nil))}
	db, err := docstore.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	c := collect[card](t, db, cards)
	many := strings.Fields(strings.Repeat("t ", 100))
	for i := range many {
		many[i] = fmt.Sprint("many ", i)
	}
	const docs = 2 * docstore.MaxPending / 100
	err = c.Load(t.Context(), func() error {
		for from := 0; from < docs; from += 500 {
			batch := newCards(from, min(docs, from+500))
			for _, d := range batch {
				d.Tags = append(d.Tags, many...)
			}
			add(t, t.Context(), c, batch)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := sound(t, c); n != docs {
		t.Errorf("there are %d documents, want %d", n, docs)
	}
	if n, err := c.Count(t.Context(), docstore.Filter{docstore.Eq("tags", "many 99")}); n != docs ||
		err != nil {
		t.Errorf("the last tag finds %d of %d, %v", n, docs, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = docstore.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	collect[card](t, db, cards)
	if strings.Contains(log.String(), "built anew") {
		t.Errorf("the next start built the indexes again: %s", &log)
	}
}

// TestKilledWhileLoading: a process that is killed in the middle of a load loses nothing that it was told is
// stored, and the next start finds all of it by every index.
func TestKilledWhileLoading(t *testing.T) {
	t.Parallel()
	for range 5 {
		path, l := storePath(t.TempDir()), &ledger{}
		l.round(t, "load", path)
		if missing := l.audit(t, path); missing > 0 {
			t.Errorf("%d of %d acknowledged documents are missing", missing, len(l.stored))
		}
		if len(l.stored) == 0 {
			t.Error("nothing was stored: the test proves nothing")
		}
	}
}
