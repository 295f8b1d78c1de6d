package search

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
	gocmp "github.com/google/go-cmp/cmp"
)

// dated are written documents of many days.
func dated(r *rand.Rand, n int) []Doc {
	docs := written(r, n)
	for i := range docs {
		docs[i].At = time.Unix(1_790_000_000-r.Int64N(30_000_000)/1000*1000, 0)
	}
	return docs
}

// severalParts returns an index of docs in several parts, with documents that were written over and taken
// out.
func severalParts(t *testing.T, docs []Doc) *Index {
	t.Helper()
	x := filled(t, docs[:len(docs)*3/5]...)
	put(t, x, docs[len(docs)/2:]...)
	for i := 0; i < len(docs)/10; i += 2 {
		put(t, x, Doc{ID: docs[i*7].ID, Deleted: true})
	}
	put(t, x, docs[len(docs)-1], Doc{ID: "post/alone", Kind: "post", Scope: Public, Title: "Strada"})
	return x
}

// walked is a query whose searcher goes from match to match. When Bleve's for words that only add to the
// score skips ahead, it loses what they add to the match that it lands on.
type walked struct{ query.Query }

func (q walked) Searcher(
	ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions,
) (search.Searcher, error) {
	s, err := q.Query.Searcher(ctx, r, m, o)
	return walking{s}, err
}

type walking struct{ search.Searcher }

func (s walking) Advance(ctx *search.SearchContext, id index.IndexInternalID) (*search.DocumentMatch, error) {
	for {
		d, err := s.Next(ctx)
		if err != nil || d == nil || d.IndexInternalID.Compare(id) >= 0 {
			return d, err
		}
		ctx.DocumentMatchPool.Put(d)
	}
}

// walkedRequest is the request of an index for q, walked.
func walkedRequest(t *testing.T, x *Index, q Query) (asked, *bleve.SearchRequest) {
	t.Helper()
	a, req := requested(t, x, q)
	if !a.all {
		built, err := within(q, walked{textQuery(a)})
		if err != nil {
			t.Fatal(err)
		}
		req.Query = fresher(built, &ranked{x: x}, x.now())
	}
	return a, req
}

// What is ranked by sets scores what Bleve gives it, for every way to ask.
func TestSetsScoreWhatBleveDoes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(31, 37))
	x := severalParts(t, dated(r, 500))
	now := time.Unix(1_790_000_000, 0)
	x.now = func() time.Time { return now }
	compared := 0
	for range 1500 {
		q := anyQuery(r)
		q.Size, q.Spelling = 100, []Spelling{Exact, Forgiving}[r.IntN(2)]
		a, req := walkedRequest(t, x, q)
		want, err := x.run(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		err = x.tallied(t.Context(), func(ctx context.Context, s *tally) error {
			found := s.query(q, a)
			matches, err := x.best(ctx, s, q, a, found, found.size()+1)
			for _, m := range matches {
				d, err := x.shelved(s.segments[m.part], m.number)
				if err != nil {
					return err
				}
				got[d.id] = m.score
			}
			return err
		})
		if errors.Is(err, errUncounted) {
			continue
		}
		if err != nil || len(got) != int(want.Total) {
			t.Fatalf("%+v: %d, want %d, %v", q, len(got), want.Total, err)
		}
		for _, hit := range want.Hits {
			if off := math.Abs(got[hit.ID] - hit.Score); !(off <= 1e-9*hit.Score) {
				t.Fatalf("%+v: %s scores %g, want %g", q, hit.ID, got[hit.ID], hit.Score)
			}
		}
		compared += len(want.Hits)
	}
	if compared < 10_000 {
		t.Errorf("only %d scores were compared", compared)
	}
}

// What is found by sets is what is found by Bleve, page by page: hits, groups and how many others there are.
func TestSetsFindWhatBleveDoes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(41, 43))
	docs := dated(r, 1500)
	x := severalParts(t, docs)
	now := time.Unix(1_790_000_000, 0)
	x.now = func() time.Time { return now }
	hits := 0
	for range 300 {
		q := anyQuery(r)
		q.Size, q.From, q.Grouped = 1+r.IntN(100), 20*r.IntN(5)*r.IntN(2), r.IntN(2) == 0
		q.Spelling = []Spelling{Exact, Forgiving}[r.IntN(2)]
		a, err := understand(q)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(a.parts, part.vague) {
			continue // see walked
		}
		got, err := x.searchSets(t.Context(), q, a)
		if errors.Is(err, errUncounted) {
			continue
		}
		want, err2 := x.searchBleve(t.Context(), q, a, Result{})
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if want.Total == 0 {
			want.Groups = 0
		}
		hits += len(want.Hits)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("%+v (-bleve +sets)\n%s", q, diff)
		}
	}
	if hits < 1500 {
		t.Errorf("only %d hits were compared", hits)
	}
}
