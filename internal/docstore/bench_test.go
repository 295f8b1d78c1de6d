package docstore_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/benchline"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// resident is a document of the size and shape of a contact.
type resident struct {
	docstore.Meta `bson:",inline"`
	GivenName     string    `bson:"givenName"`
	FamilyName    string    `bson:"familyName"`
	District      string    `bson:"district"`
	Language      string    `bson:"language"`
	Emails        []email   `bson:"emails"`
	Topics        []string  `bson:"topics"`
	Note          string    `bson:"note"`
	UpdatedAt     time.Time `bson:"updatedAt"`
}

var residents = docstore.Spec{Name: "residents", Indexes: []docstore.Index{
	{Name: "name", Fields: []string{"familyName", "givenName"}},
	{Name: "district", Fields: []string{"district", "-updatedAt"}},
	{Name: "updated", Fields: []string{"updatedAt"}},
}}

func newResident(i int) *resident {
	names := []string{"D'Angelo", "Rossi", "De Luca", "Niccolò", "Esposito", "Ferrari"}
	return &resident{
		GivenName: "Maria", FamilyName: names[rand.IntN(len(names))] + strconv.Itoa(rand.IntN(10_000)),
		District: "Q" + strconv.Itoa(rand.IntN(4)),
		Language: "it", Emails: []email{{Address: "residente" + strconv.Itoa(i) + "@example.org"}},
		Topics:    []string{"scuola", "viabilità"},
		Note:      "Preferisce essere chiamata al mattino.",
		UpdatedAt: start.Add(time.Duration(i) * time.Second),
	}
}

// TestBench prints the figures of this package when ASCOLTO_BENCH is set. ASCOLTO_BENCH_DOCS sets how many
// documents the page is looked up among, by default 1,000,000.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("set ASCOLTO_BENCH to measure")
	}
	size := 1_000_000
	if s := os.Getenv("ASCOLTO_BENCH_DOCS"); s != "" {
		var err error
		if size, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	db := storetest.Open(t)
	c, err := docstore.Collect[resident](t.Context(), db, residents)
	if err != nil {
		t.Fatal(err)
	}
	ids := benchBulk(t, c, size)
	benchGet(t, c, ids)
	benchPage(t, c, size)
	benchWriters(t)
}

// benchBulk fills c by a load, and then adds to what is there.
func benchBulk(t *testing.T, c *docstore.Collection[resident], size int) (ids []civic.ID) {
	const batch, more = 50_000, 200_000
	insert := func(n int) {
		for made := 0; made < n; made += batch {
			docs := make([]*resident, min(batch, n-made))
			for i := range docs {
				docs[i] = newResident(len(ids) + i)
			}
			if taken, err := c.InsertMany(t.Context(), docs); err != nil || len(taken) > 0 {
				t.Fatalf("inserting: %d taken, %v", len(taken), err)
			}
			for _, d := range docs {
				ids = append(ids, d.ID)
			}
		}
	}
	begun := time.Now()
	if err := c.Load(t.Context(), func() error { insert(size); return nil }); err != nil {
		t.Fatal(err)
	}
	benchline.Line(fmt.Sprintf("docstore bulk load of %d, 3 indexes", size),
		float64(size)/time.Since(begun).Seconds(), "docs/s", 50_000, false)
	begun = time.Now()
	insert(more)
	benchline.Line(fmt.Sprintf("docstore bulk insert among %d, 3 indexes", size),
		more/time.Since(begun).Seconds(), "docs/s", 15_000, false)
	return ids
}

func benchGet(t *testing.T, c *docstore.Collection[resident], ids []civic.ID) {
	took := median(t, 20_000, func() error {
		_, err := c.Get(t.Context(), ids[rand.IntN(len(ids))])
		return err
	})
	benchline.Line("docstore get by id", float64(took)/1e3, "µs", 40, true)
}

func benchPage(t *testing.T, c *docstore.Collection[resident], size int) {
	q := docstore.Query{Filter: docstore.Filter{docstore.Eq("district", "Q2")}, Sort: []string{"-updatedAt"},
		Limit: 20}
	took := median(t, 2_000, func() error {
		from := docstore.Lte("updatedAt", start.Add(time.Duration(rand.IntN(size))*time.Second))
		page, err := c.Find(t.Context(), docstore.Query{Filter: append(q.Filter, from), Sort: q.Sort,
			Limit: q.Limit})
		if err == nil && page.Next != "" { // and the one after, as a reader would
			q.Cursor = page.Next
			_, err = c.Find(t.Context(), docstore.Query{Filter: q.Filter, Sort: q.Sort, Limit: q.Limit})
		}
		return err
	}) / 2
	benchline.Line(fmt.Sprintf("docstore page of 20 among %d", size), float64(took)/1e6, "ms", 1, true)
}

// benchWriters has 32 goroutines insert one document after another, each waiting until it is durable.
func benchWriters(t *testing.T) {
	c, err := docstore.Collect[resident](t.Context(), storetest.Open(t), residents)
	if err != nil {
		t.Fatal(err)
	}
	const writers, span = 32, 3 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), span)
	defer cancel()
	var done atomic.Int64
	begun := time.Now()
	each(writers, func(int) {
		for ctx.Err() == nil {
			if err := c.Insert(t.Context(), newResident(int(done.Add(1)))); err != nil {
				t.Error(err)
				return
			}
		}
	})
	benchline.Line("docstore durable inserts, 32 writers", float64(done.Load())/time.Since(begun).Seconds(),
		"docs/s", 15_000, false)
}

func median(t *testing.T, times int, do func() error) time.Duration {
	t.Helper()
	took := make([]time.Duration, times)
	for i := range took {
		begun := time.Now()
		if err := do(); err != nil {
			t.Fatal(err)
		}
		took[i] = time.Since(begun)
	}
	slices.Sort(took)
	return took[times/2]
}
