package docstore_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

func TestInsertAndGet(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		code, seen := "A1", start.Add(time.Millisecond)
		p := &person{Name: "Nicolò D’Angelo", Code: &code, Age: 41, Active: true,
			Tags: []string{"scuola", ""}, Emails: []email{{"n@example.org"}}, Seen: &seen, Score: 1.5,
			Extras: map[string]any{"q1": "sì", "q2": int32(3)}}
		p.Home.Street = "Via Garibaldi"
		mustInsert(t, c, p)
		if p.ID == "" || p.Revision != 1 {
			t.Errorf("the new document has id %q and revision %d", p.ID, p.Revision)
		}
		got, err := c.Get(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*p, got); diff != "" {
			t.Errorf("stored and read again (-want +got):\n%s", diff)
		}
		_, err = c.Get(t.Context(), "nobody")
		wantCode(t, "reading what is not there", err, civic.NotFound)
	})
}

func TestInsertTakenID(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		mustInsert(t, c, named("a", "Anna"))
		wantCode(t, "inserting the same id", c.Insert(t.Context(), named("a", "Aldo")), civic.Conflict)
		wantCode(t, "inserting three of which the second is taken",
			c.Insert(t.Context(), named("b", "Bea"), named("a", "Aldo"), named("c", "Ciro")), civic.Conflict)
		if got, err := c.Get(t.Context(), "a"); err != nil || got.Name != "Anna" {
			t.Errorf("the first holder of the id is now %q, %v", got.Name, err)
		}
		if _, err := c.Get(t.Context(), "b"); err != nil {
			t.Errorf("the one before the taken id: %v", err)
		}
		_, err := c.Get(t.Context(), "c")
		wantCode(t, "the one after the taken id", err, civic.NotFound)
	})
}

func TestInsertMany(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		mustInsert(t, c, named("b", "first"), named("d", "first"))
		taken, err := c.InsertMany(t.Context(), []*person{named("a", "n"), named("b", "n"), named("c", "n"),
			named("d", "n")})
		if err != nil || !slices.Equal(taken, []civic.ID{"b", "d"}) {
			t.Fatalf("taken %v, %v", taken, err)
		}
		if n, err := c.Count(t.Context(), nil); n != 4 || err != nil {
			t.Errorf("there are %d documents, %v", n, err)
		}
		if b, err := c.Get(t.Context(), "b"); err != nil || b.Name != "first" {
			t.Errorf("a taken id was overwritten: %q, %v", b.Name, err)
		}
		if taken, err := c.InsertMany(t.Context(), nil); len(taken) > 0 || err != nil {
			t.Errorf("inserting nothing: %v, %v", taken, err)
		}
	})
}

// TestWritesAreCounted: what is given to the engine at once is one write, however many documents it is.
func TestWritesAreCounted(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		for _, step := range []struct {
			what string
			want int64
			do   func() error
		}{
			{"inserting three", 1,
				func() error {
					return c.Insert(t.Context(), named("a", "n"), named("b", "n"),
						named("c", "n"))
				}},
			{"inserting many", 1, func() error {
				_, err := c.InsertMany(t.Context(), []*person{named("d", "n"), named("e", "n")})
				return err
			}},
			{"updating", 1, func() error {
				_, err := c.Update(t.Context(), "a", func(p *person) error { p.Age++; return nil })
				return err
			}},
			{"deleting", 1, func() error { return c.Delete(t.Context(), "a") }},
			{"inserting none", 0, func() error { return c.Insert(t.Context()) }},
			{"reading", 0, func() error { _, err := c.Get(t.Context(), "b"); return err }},
		} {
			before := db.Stats().Writes
			if err := step.do(); err != nil {
				t.Errorf("%s: %v", step.what, err)
			}
			if got := db.Stats().Writes - before; got != step.want {
				t.Errorf("%s took %d writes, want %d", step.what, got, step.want)
			}
		}
	})
}

// TestRevisions: they are those of all documents there are, in the order of ids, and reading them may end
// early.
func TestRevisions(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		list := func(limit int) (got []docstore.Meta) {
			for m, err := range c.Revisions(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				if got = append(got, m); len(got) == limit {
					break
				}
			}
			return got
		}
		if got := list(0); len(got) != 0 {
			t.Errorf("of no documents: %v", got)
		}
		mustInsert(t, c, named("b", "Bea"), named("è", "Ada"), named("a", "Anna"), named("c", "Ciro"))
		if _, err := c.Update(t.Context(), "b", func(p *person) error { p.Age++; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := c.Delete(t.Context(), "c"); err != nil {
			t.Fatal(err)
		}
		want := []docstore.Meta{{ID: "a", Revision: 1}, {ID: "b", Revision: 2}, {ID: "è", Revision: 1}}
		if diff := cmp.Diff(want, list(0)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if diff := cmp.Diff(want[:2], list(2)); diff != "" {
			t.Errorf("the first two (-want +got)\n%s", diff)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for _, err := range c.Revisions(gone) {
			wantCode(t, "for a caller who is gone", err, civic.Unavailable)
		}
	})
}

// TestChanges: whoever asks again is told every document that was written since, by whoever holds the
// collection; on a server, and after very many writes, that nobody knows.
func TestChanges(t *testing.T) {
	onEach(t, func(t *testing.T, p place, db *docstore.DB) {
		c, other := collect[person](t, db, people), collect[person](t, db, people)
		mustInsert(t, c, named("z", "Zoe"))
		_, mark, known := c.Changes(t.Context(), 0)
		if known {
			t.Error("what was before the first question is known")
		}
		if p.name != "sqlite" {
			if _, _, known = c.Changes(t.Context(), mark); known {
				t.Error("what others write to a server is known")
			}
			return
		}
		since := func(want ...civic.ID) {
			t.Helper()
			ids, now, known := c.Changes(t.Context(), mark)
			if slices.Sort(ids); !known || !slices.Equal(slices.Compact(ids), want) {
				t.Errorf("changed: %v, known: %v; want %v", ids, known, want)
			}
			mark = now
		}
		since()
		mustInsert(t, other, named("a", "Anna"), named("b", "Bea"))
		since("a", "b")
		if _, err := c.InsertMany(t.Context(), []*person{named("c", "Ciro"), named("d", "Dea")}); err != nil {
			t.Error(err)
		}
		if _, err := other.Update(t.Context(), "b",
			func(p *person) error { p.Age++; return nil }); err != nil {
			t.Error(err)
		}
		since("b", "c", "d")
		a, err := c.Get(t.Context(), "a")
		if err == nil {
			err = c.Replace(t.Context(), &a)
		}
		if err := errors.Join(err, c.Delete(t.Context(), "d")); err != nil {
			t.Error(err)
		}
		since("a", "d")
		since()
		docstore.Forget(c)
		if _, _, known := c.Changes(t.Context(), mark); known {
			t.Error("what was forgotten is known")
		}
		if _, _, known := c.Changes(t.Context(), 1<<60); known {
			t.Error("the future is known")
		}
	})
}

func TestDelete(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		p := named("a", "Anna")
		p.Tags = []string{"x"}
		mustInsert(t, c, p, named("b", "Bea"))
		for range 2 {
			if err := c.Delete(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		_, err := c.Get(t.Context(), "a")
		wantCode(t, "the deleted document", err, civic.NotFound)
		for name, f := range map[string]docstore.Filter{"all": nil, "name": {docstore.Eq("name", "Anna")},
			"tag": {docstore.Eq("tags", "x")}} {
			want := 0
			if f == nil {
				want = 1
			}
			if n, err := c.Count(t.Context(), f); n != want || err != nil {
				t.Errorf("%s: %d documents, %v", name, n, err)
			}
		}
		mustInsert(t, c, named("a", "again"))
	})
}

func TestUpdate(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		p := named("a", "Anna")
		p.Tags = []string{"x", "y"}
		mustInsert(t, c, p)
		got, err := c.Update(t.Context(), "a", func(p *person) error {
			p.ID, p.Revision = "other", 99 // are not for the function to change
			p.Name, p.Tags = "Anna Maria", []string{"y", "z"}
			return nil
		})
		if err != nil || got.ID != "a" || got.Revision != 2 || got.Name != "Anna Maria" {
			t.Fatalf("updated to %+v, %v", got, err)
		}
		stored, err := c.Get(t.Context(), "a")
		if diff := cmp.Diff(got, stored); diff != "" || err != nil {
			t.Errorf("returned and stored differ: %s, %v", diff, err)
		}
		for tag, want := range map[string]int{"x": 0, "y": 1, "z": 1} {
			if n, err := c.Count(t.Context(), docstore.Filter{docstore.Eq("tags", tag)}); n != want ||
				err != nil {
				t.Errorf("tag %s finds %d, %v", tag, n, err)
			}
		}
		_, err = c.Update(t.Context(), "nobody", func(*person) error { return nil })
		wantCode(t, "updating what is not there", err, civic.NotFound)
	})
}

func TestUpdateOwnError(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		mustInsert(t, c, named("a", "Anna"))
		own := errors.New("not allowed")
		if _, err := c.Update(t.Context(), "a",
			func(p *person) error { p.Name = "changed"; return own }); !errors.Is(err, own) {
			t.Errorf("got %v, want the function's error", err)
		}
		if got, err := c.Get(t.Context(), "a"); err != nil || got.Name != "Anna" || got.Revision != 1 {
			t.Errorf("it was written all the same: %+v, %v", got, err)
		}
	})
}

// TestUpdateRunsAgain has somebody else store the document between the load and the replacement.
func TestUpdateRunsAgain(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		mustInsert(t, c, named("a", "Anna"))
		runs := 0
		got, err := c.Update(t.Context(), "a", func(p *person) error {
			if runs++; runs == 1 {
				other := *p
				other.Age = 50
				if err := c.Replace(t.Context(), &other); err != nil {
					return err
				}
			}
			p.Name += "!"
			return nil
		})
		if err != nil || runs != 2 || got.Name != "Anna!" || got.Age != 50 || got.Revision != 3 {
			t.Errorf("after %d runs: %+v, %v", runs, got, err)
		}
	})
}

func TestReplace(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		p := named("a", "Anna")
		mustInsert(t, c, p)
		stale := *p
		p.Name = "first"
		if err := c.Replace(t.Context(), p); err != nil || p.Revision != 2 {
			t.Fatalf("revision %d, %v", p.Revision, err)
		}
		stale.Name = "second"
		wantCode(t, "replacing an older revision", c.Replace(t.Context(), &stale), civic.Conflict)
		if stale.Revision != 1 {
			t.Errorf("a refused document has revision %d", stale.Revision)
		}
		if got, err := c.Get(t.Context(), "a"); err != nil || got.Name != "first" {
			t.Errorf("stored is %q, %v", got.Name, err)
		}
		wantCode(t, "replacing what is not there", c.Replace(t.Context(), named("b", "Bea")), civic.NotFound)
	})
}

func TestUnique(t *testing.T) {
	onEach(t, func(t *testing.T, p place, db *docstore.DB) {
		c := collect[person](t, db, people)
		coded := func(id civic.ID, code string) *person {
			return &person{Meta: docstore.Meta{ID: id}, Code: &code}
		}
		mustInsert(t, c, coded("a", "X"), coded("b", "Y"), named("c", "no code"),
			named("d", "no code either"))
		wantCode(t, "inserting a taken value", c.Insert(t.Context(), coded("e", "X")), civic.Conflict)
		_, err := c.InsertMany(t.Context(), []*person{coded("f", "Z"), coded("g", "Y")})
		wantCode(t, "inserting many with a taken value", err, civic.Conflict)
		_, err = c.Get(t.Context(), "e")
		wantCode(t, "what was refused", err, civic.NotFound)
		if page, err := c.Find(t.Context(),
			docstore.Query{Filter: docstore.Filter{docstore.Eq("code", nil)}}); err != nil ||
			len(page.Items) != 2 {
			t.Errorf("without a code: %d, %v", len(page.Items), err)
		}
		if p.ferretDB {
			t.Skip("SKIPPED: FerretDB does not report an update into a taken value")
		}
		_, err = c.Update(t.Context(), "b",
			func(p *person) error { p.Code = coded("", "X").Code; return nil })
		wantCode(t, "updating into a taken value", err, civic.Conflict)
		if _, err := c.Update(t.Context(), "a",
			func(p *person) error { p.Code = nil; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err = c.Update(t.Context(), "b",
			func(p *person) error { p.Code = coded("", "X").Code; return nil }); err != nil {
			t.Errorf("updating into a value that was given up: %v", err)
		}
	})
}

// TestUniqueInArray: every address belongs to one document, which may list it twice.
func TestUniqueInArray(t *testing.T) {
	spec := docstore.Spec{Name: "people",
		Indexes: []docstore.Index{{Name: "emails", Fields: []string{"emails.address"}, Unique: true}}}
	onEach(t, func(t *testing.T, p place, db *docstore.DB) {
		if p.ferretDB {
			t.Skip("SKIPPED: FerretDB compares arrays as wholes")
		}
		c := collect[person](t, db, spec)
		with := func(id civic.ID, addresses ...string) *person {
			p := &person{Meta: docstore.Meta{ID: id}, Emails: []email{}}
			for _, a := range addresses {
				p.Emails = append(p.Emails, email{a})
			}
			return p
		}
		mustInsert(t, c, with("a", "1", "2", "2"), with("b", "3"), with("c"), with("d"))
		wantCode(t, "inserting a taken element", c.Insert(t.Context(), with("e", "4", "2")), civic.Conflict)
		mustInsert(t, c, with("f", "4"))
		_, err := c.Update(t.Context(), "b",
			func(p *person) error { p.Emails = with("", "3", "1").Emails; return nil })
		wantCode(t, "updating into a taken element", err, civic.Conflict)
		if _, err := c.Update(t.Context(), "a",
			func(p *person) error { p.Emails = with("", "2").Emails; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Update(t.Context(), "b",
			func(p *person) error { p.Emails = with("", "3", "1").Emails; return nil }); err != nil {
			t.Errorf("an element that was given up: %v", err)
		}
	})
}

func TestCancelled(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		mustInsert(t, c, named("a", "Anna"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		calls := map[string]func() error{
			"Get":    func() error { _, err := c.Get(ctx, "a"); return err },
			"Insert": func() error { return c.Insert(ctx, named("b", "Bea")) },
			"InsertMany": func() error {
				_, err := c.InsertMany(ctx, []*person{named("c", "Ciro")})
				return err
			},
			"Update": func() error {
				_, err := c.Update(ctx, "a", func(p *person) error { p.Name = "no"; return nil })
				return err
			},
			"Replace": func() error {
				return c.Replace(ctx,
					&person{Meta: docstore.Meta{ID: "a", Revision: 1}})
			},
			"Delete": func() error { return c.Delete(ctx, "a") },
			"Find":   func() error { _, err := c.Find(ctx, docstore.Query{}); return err },
			"Count":  func() error { _, err := c.Count(ctx, nil); return err },
			"All": func() error {
				for _, err := range c.All(ctx, docstore.Query{}) {
					return err
				}
				return nil
			},
		}
		for name, call := range calls {
			if err := call(); !errors.Is(err, context.Canceled) || civic.CodeOf(err) != civic.Unavailable {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n, err := c.Count(t.Context(), nil); n != 1 || err != nil {
			t.Errorf("there are %d documents, %v", n, err)
		}
		if got, err := c.Get(t.Context(), "a"); err != nil || got.Name != "Anna" {
			t.Errorf("the document is %q, %v", got.Name, err)
		}
	})
}

func TestReopen(t *testing.T) {
	t.Parallel()
	for _, p := range places() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			o := p.options(t)
			for i := range 3 {
				db, err := docstore.Open(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				c := collect[person](t, db, people)
				mustInsert(t, c, named("", strings.Repeat("x", i)))
				if n, err := c.Count(t.Context(), nil); n != i+1 || err != nil {
					t.Errorf("opening number %d: %d documents, %v", i, n, err)
				}
				if err := db.Ping(t.Context()); err != nil {
					t.Error(err)
				}
				if err := db.Close(); err != nil {
					t.Error(err)
				}
				wantAway(t, db, c)
			}
		})
	}
}

// wantAway fails the test unless everything that is asked of a closed store, as by a page while the program
// ends, is Unavailable.
func wantAway(t *testing.T, db *docstore.DB, c *docstore.Collection[person]) {
	t.Helper()
	ctx := t.Context()
	wantCode(t, "inserting into a closed store", c.Insert(ctx, named("", "late")), civic.Unavailable)
	wantCode(t, "deleting from it", c.Delete(ctx, "a"), civic.Unavailable)
	wantCode(t, "asking whether it is there", db.Ping(ctx), civic.Unavailable)
	_, err := c.Get(ctx, "a")
	wantCode(t, "getting from it", err, civic.Unavailable)
	_, err = c.Update(ctx, "a", func(*person) error { return nil })
	wantCode(t, "updating in it", err, civic.Unavailable)
	_, err = c.Count(ctx, nil)
	wantCode(t, "counting in it", err, civic.Unavailable)
	for what, q := range map[string]docstore.Query{
		"searching it by a field": {Filter: docstore.Filter{docstore.Eq("name", "x")}},
		"searching it by a list":  {Filter: docstore.Filter{docstore.In("_id", "a", "b")}},
		"merging what it has": {Filter: docstore.Filter{docstore.In("tags", "a", "b")},
			Sort: []string{"-name"}},
		"walking through all it has": {},
	} {
		_, err := c.Find(ctx, q)
		wantCode(t, what, err, civic.Unavailable)
	}
	for _, err := range c.Revisions(ctx) {
		wantCode(t, "reading its revisions", err, civic.Unavailable)
	}
}

// TestIndexChange: what a collection declares may change between two starts; the documents stay.
func TestIndexChange(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		spec := docstore.Spec{Name: "people",
			Indexes: []docstore.Index{{Name: "main", Fields: []string{"name"}},
				{Name: "old", Fields: []string{"tags"}}}}
		c := collect[person](t, db, spec)
		for _, name := range []string{"Aldo", "Bea", "Ciro"} {
			p := named(civic.ID(name), name)
			p.Age, p.Tags = len(name), []string{"t", name}
			mustInsert(t, c, p)
		}
		spec.Indexes = []docstore.Index{
			{Name: "main", Fields: []string{"age", "-name"}}, {Name: "new",
				Fields: []string{"tags", "name"}}, {Name: "name", Fields: []string{"name"}, Unique: true}}
		c = collect[person](t, db, spec)
		got := idsOf(t, c, docstore.Query{Filter: docstore.Filter{docstore.Eq("age", 4)}})
		if !slices.Equal(got, []civic.ID{"Ciro", "Aldo"}) {
			t.Errorf("by the changed index: %v", got)
		}
		if got := idsOf(t, c,
			docstore.Query{Filter: docstore.Filter{docstore.Eq("tags", "t")}}); len(got) != 3 {
			t.Errorf("by the new index: %v", got)
		}
		wantCode(t, "a second Aldo", c.Insert(t.Context(), named("x", "Aldo")), civic.Conflict)
		spec.Indexes = append(spec.Indexes, docstore.Index{Name: "ages", Fields: []string{"age"},
			Unique: true})
		_, err := docstore.Collect[person](t.Context(), db, spec)
		wantRefused(t, "declaring a unique index that documents break", err, "ages")
	})
}

func TestStats(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		mustInsert(t, c, named("a", "Anna"), named("b", "Bea"), named("c", "Ciro"))
		before := db.Stats()
		idsOf(t, c, docstore.Query{Limit: 2})
		if _, err := c.Get(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		after := db.Stats()
		if q, r := after.Queries-before.Queries, after.Read-before.Read; q != 3 || r != 4 {
			t.Errorf("two pages and a get counted as %d queries and %d documents", q, r)
		}
	})
}

// idsOf returns the ids of every page of q.
func idsOf[T any](t *testing.T, c *docstore.Collection[T], q docstore.Query) (ids []civic.ID) {
	t.Helper()
	for doc, err := range c.All(t.Context(), q) {
		if err != nil {
			t.Fatalf("%v sorted by %v: %v", q.Filter, q.Sort, err)
		}
		ids = append(ids, docstore.IDOf(&doc))
	}
	return ids
}

func TestServerAbsent(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	_, err := docstore.Open(t.Context(), docstore.Options{URI: "mongodb://anna:s3gret@127.0.0.1:9/ascolto"})
	wantRefused(t, "a server that is absent", err, "ASCOLTO_DB")
	wantRefused(t, "a server that is absent", err, "127.0.0.1:9")
	if strings.Contains(err.Error(), "s3gret") {
		t.Errorf("the message shows the password: %v", err)
	}
	if took := time.Since(begun); took > 25*time.Second {
		t.Errorf("it took %v", took)
	}
	for _, uri := range []string{"localhost", "http://localhost", "mongodb://anna:s3gret@@host",
		"mongodb://anna:s3%gret@host/"} {
		_, err := docstore.Open(t.Context(), docstore.Options{URI: uri})
		wantRefused(t, uri, err, "ASCOLTO_DB")
		if strings.Contains(err.Error(), "gret") {
			t.Errorf("the message shows the password: %v", err)
		}
	}
	_, err = docstore.Open(t.Context(), docstore.Options{})
	wantRefused(t, "neither address nor path", err, "neither")
}
