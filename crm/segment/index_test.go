package segment

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// crowd is contacts in a store, as others change them, and a segment index of them.
type crowd struct {
	t      testing.TB
	db     *docstore.DB
	stored *docstore.Collection[crm.Contact]
	index  *index
}

// rows are contacts as crm's Reader gives them.
type rows struct {
	*docstore.Collection[crm.Contact]
}

func (r rows) ByID(ctx context.Context, ids []civic.ID) ([]crm.Contact, error) {
	q := docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)}, Limit: len(ids)}
	page, err := r.Find(ctx, q)
	return page.Items, err
}

func newCrowd(t testing.TB) crowd {
	t.Helper()
	db := storetest.Open(t)
	open := func() *docstore.Collection[crm.Contact] {
		c, err := docstore.Collect[crm.Contact](t.Context(), db, docstore.Spec{Name: "contacts"})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	return crowd{t: t, db: db, stored: open(), index: newIndex(rows{open()}, nil)}
}

func (c crowd) add(r *rand.Rand, n int) {
	c.t.Helper()
	docs := make([]*crm.Contact, n)
	for i := range docs {
		doc := randomContact(r)
		doc.ID = civic.ID(fmt.Sprintf("p%06d", r.IntN(900_000)+i))
		docs[i] = &doc
	}
	if _, err := c.stored.InsertMany(c.t.Context(), docs); err != nil {
		c.t.Fatal(err)
	}
}

// wants returns whom rule matches among all stored contacts, one after another.
func (c crowd) wants(rule Rule) []chosen {
	c.t.Helper()
	var want []chosen
	for doc, err := range c.stored.All(c.t.Context(), docstore.Query{}) {
		if err != nil {
			c.t.Fatal(err)
		}
		if rule.Match(doc, newMoment(noon)) {
			one := chosen{id: doc.ID, consents: doc.ConsentsTo("m1", crm.ByMail)}
			if doc.HasEmail() {
				one.email = doc.WrittenTo().Key
			}
			want = append(want, one)
		}
	}
	return want
}

func (c crowd) check(what string, rule Rule) {
	c.t.Helper()
	got, err := c.index.choose(c.t.Context(), rule, "m1", noon)
	if err != nil {
		c.t.Fatalf("%s: %v", what, err)
	}
	if diff := gocmp.Diff(c.wants(rule), got, gocmp.AllowUnexported(chosen{})); diff != "" {
		c.t.Fatalf("%s: %+v: (-want +got)\n%s", what, rule, diff)
	}
}

// Whatever others store, change and delete between two uses, the segment index chooses whom Match chooses.
func TestSegmentIndexFollowsTheStore(t *testing.T) {
	t.Parallel()
	r, c := rand.New(rand.NewPCG(11, 12)), newCrowd(t)
	c.check("nobody", All())
	for round := range 8 {
		c.add(r, 40)
		all := c.wants(All())
		for range 10 {
			id := all[r.IntN(len(all))].id
			if _, err := c.stored.Update(t.Context(), id, func(doc *crm.Contact) error {
				meta := doc.Meta
				*doc = randomContact(r)
				doc.Meta = meta
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		for range round % 3 * 4 {
			if err := c.stored.Delete(t.Context(), all[r.IntN(len(all))].id); err != nil {
				t.Fatal(err)
			}
		}
		for range 5 {
			c.check(fmt.Sprint("round ", round), randomRule(r, 3))
		}
	}
}

// Members are whom Match chooses among all stored contacts, for random rules.
func TestMembersAgreeWithMatch(t *testing.T) {
	t.Parallel()
	r, c := rand.New(rand.NewPCG(7, 8)), newCrowd(t)
	c.add(r, 200)
	for n := range 60 {
		c.check(fmt.Sprint("rule ", n), randomRule(r, 3))
	}
}

// A count reads what has changed since the one before, not the contacts; on a server that is asked with the
// revisions of all.
func TestCountingAgainReadsNoContacts(t *testing.T) {
	t.Parallel()
	r, c := rand.New(rand.NewPCG(13, 14)), newCrowd(t)
	c.add(r, 2500)
	compared := int64(1)
	_, mark, _ := c.stored.Changes(t.Context(), 0)
	if _, _, known := c.stored.Changes(t.Context(), mark); known {
		compared = 0
	}
	reads := func() (queries, docs int64) {
		before := c.db.Stats()
		if _, err := c.index.choose(t.Context(), Is(crm.AttributeDistrict, "a"), "", noon); err != nil {
			t.Fatal(err)
		}
		return c.db.Stats().Queries - before.Queries, c.db.Stats().Read - before.Read
	}
	all := len(c.wants(All()))
	if queries, docs := reads(); int(docs) != all || queries != 4 {
		t.Errorf("the first count of %d asked %d times and read %d", all, queries, docs)
	}
	if queries, docs := reads(); docs != 0 || queries != compared {
		t.Errorf("counting again asked %d times and read %d", queries, docs)
	}
	if _, err := c.stored.Update(t.Context(), c.wants(All())[7].id,
		func(doc *crm.Contact) error { doc.Language = "xx"; return nil }); err != nil {
		t.Fatal(err)
	}
	if queries, docs := reads(); docs != 1 || queries != compared+1 {
		t.Errorf("counting after one change asked %d times and read %d", queries, docs)
	}
}

// tiring is a context that ends when so many documents were read.
type tiring struct {
	context.Context
	db    *docstore.DB
	after int64
}

func (c tiring) Done() <-chan struct{} {
	if c.Err() == nil {
		return c.Context.Done()
	}
	closed := make(chan struct{})
	close(closed)
	return closed
}

func (c tiring) Err() error {
	if c.db.Stats().Read >= c.after {
		return context.Canceled
	}
	return c.Context.Err()
}

// Who gives up while contacts are read leaves what was read to the next.
func TestAnInterruptedCountIsGoneOnWith(t *testing.T) {
	t.Parallel()
	r, c := rand.New(rand.NewPCG(15, 16)), newCrowd(t)
	c.add(r, 3500)
	all := len(c.wants(All()))
	before := c.db.Stats().Read
	if _, err := c.index.choose(tiring{t.Context(), c.db, before + indexBatch}, All(), "",
		noon); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("for a caller who gave up: %v", err)
	}
	if n := c.db.Stats().Read - before; n != indexBatch {
		t.Errorf("read %d of %d until then", n, all)
	}
	c.check("the next one", None(Is(crm.AttributeDistrict, "b")))
	if n := c.db.Stats().Read - before - 2*int64(all); n > 0 { // check reads all contacts once itself
		t.Errorf("read %d contacts again", n)
	}
}

// Many may count at once while others write.
func TestManyCountAtOnce(t *testing.T) {
	t.Parallel()
	r, c := rand.New(rand.NewPCG(17, 18)), newCrowd(t)
	c.add(r, 120)
	all := c.wants(All())
	var wg sync.WaitGroup
	for n := range 6 {
		wg.Go(func() {
			for i := range 10 {
				if n == 0 {
					if _, err := c.stored.Update(t.Context(), all[i].id,
						func(doc *crm.Contact) error { doc.District = "c"; return nil }); err != nil {
						t.Error(err)
					}
					continue
				}
				got, err := c.index.choose(t.Context(),
					Any(Is(crm.AttributeDistrict, "c"), None(Is(crm.AttributeDistrict, "c"))), "", noon)
				if err != nil || len(got) != len(all) ||
					!slices.IsSortedFunc(got, func(a, b chosen) int { return cmp.Compare(a.id, b.id) }) {
					t.Errorf("chose %d of %d: %v", len(got), len(all), err)
				}
			}
		})
	}
	wg.Wait()
	c.check("afterwards", Is(crm.AttributeDistrict, "c"))
}
