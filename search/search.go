package search

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"ascolto/internal/civic"
)

// The bounds of a search.
const (
	searchSlots   = 2 // searches at a time
	searchTimeout = 2 * time.Second
	listTimeout   = time.Minute // for IDs, which may list everything
	maxFrom       = 1_000
	maxFacetSize  = 200 // values counted of one facet
)

// Search returns the page of hits that q asks for, the best first; with an empty text, the newest first. It
// returns Invalid for a text or filter that is none, Forbidden without a scope, and Unavailable when the
// index is busy or cannot answer.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	a, req, err := x.request(q)
	if err != nil {
		return Result{}, err
	}
	counts, err := x.tallied(ctx, q, a)
	switch {
	case err == nil && counts.total == 0:
		return Result{Facets: counts.facets}, nil
	case err == nil: // Bleve keeps room for as many as it might have to gather
		req.Facets, req.Size = nil, min(req.Size, counts.total)
	case !errors.Is(err, errUncounted):
		return Result{}, err
	}
	found, fault := x.run(ctx, req)
	if fault != nil {
		return Result{}, fault
	}
	r := Result{Total: int(found.Total), Facets: counts.facets, Alike: counts.alike}
	if err != nil { // it was not counted by sets
		r.Facets = facetCounts(found.Facets)
		if q.Alike && r.Total > 0 && !a.all {
			q.Spelling = Similar
			if r.Alike, err = x.Count(ctx, q); err != nil {
				return Result{}, err
			}
		}
	}
	m := newMarker(a, q.Reader)
	if q.Grouped {
		return x.grouped(ctx, q, r, found.Hits, m)
	}
	ids := make([]string, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = h.ID
	}
	read, err := x.read(ctx, ids)
	if err != nil {
		return Result{}, err
	}
	for _, id := range ids {
		if s, ok := read[id]; ok { // else it was taken out meanwhile
			r.Hits = append(r.Hits, toHit(id, s, m))
		}
	}
	return r, nil
}

// Count returns how many documents q matches, with the errors of Search.
func (x *Index) Count(ctx context.Context, q Query) (int, error) {
	q.Count = nil
	total, _, err := x.counted(ctx, q)
	return total, err
}

// Counts returns how many documents q matches by the facets it counts, with the errors of Search.
func (x *Index) Counts(ctx context.Context, q Query) (map[string][]FacetCount, error) {
	_, facets, err := x.counted(ctx, q)
	return facets, err
}

// counted returns how many documents q matches, and the values of the facets it counts.
func (x *Index) counted(ctx context.Context, q Query) (total int, facets map[string][]FacetCount, err error) {
	a, req, err := x.request(q)
	if err != nil {
		return 0, nil, err
	}
	q.Alike = false
	if counts, err := x.tallied(ctx, q, a); !errors.Is(err, errUncounted) {
		return counts.total, counts.facets, err
	}
	found, err := x.runHitless(ctx, req)
	if err != nil {
		return 0, nil, err
	}
	return int(found.Total), facetCounts(found.Facets), nil
}

// runHitless performs req without its hits.
func (x *Index) runHitless(ctx context.Context, req *bleve.SearchRequest) (*bleve.SearchResult, error) {
	req.Size, req.From, req.Fields, req.Score, req.Sort = 0, 0, nil, "none", nil
	return x.run(ctx, req)
}

// request returns what was asked in q, and the request for it within the bounds.
func (x *Index) request(q Query) (asked, *bleve.SearchRequest, error) {
	a, err := parse(q.Text)
	if err != nil {
		return a, nil, err
	}
	a.spelling = q.Spelling
	built, err := build(q, a)
	if err != nil {
		return a, nil, err
	}
	by := &ranked{x: x}
	if a.all {
		built = newestFirst(built, by)
	} else {
		built = fresher(built, by, x.now())
	}
	size := civic.PageRequest{Size: q.Size}.Normal().Size
	req := bleve.NewSearchRequestOptions(built, size, min(max(q.From, 0), maxFrom), false)
	if q.Grouped {
		req.From, req.Size = 0, maxGathered
		req.SortByCustom(search.SortOrder{&search.SortScore{Desc: true}, byGroup{by}})
	}
	for _, name := range q.Count {
		if name != KindFacet && !slices.Contains(FacetNames(), name) {
			return a, nil, civic.NewError(civic.Invalid, "search.error.filter")
		}
		req.AddFacet(name, bleve.NewFacetRequest(facetField(name), maxFacetSize))
	}
	return a, req, nil
}

// facetField returns the field that holds the values of a facet.
func facetField(name string) string {
	if name == KindFacet {
		return fieldKind
	}
	return facetPrefix + name
}

// run performs req in one of the slots, within the time a search may take.
func (x *Index) run(ctx context.Context, req *bleve.SearchRequest) (found *bleve.SearchResult, err error) {
	ctx, cancel := context.WithTimeout(ctx, x.patience)
	defer cancel()
	leave, err := x.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	err = x.reading(func() error {
		found, err = x.alias.SearchInContext(ctx, req)
		return err
	})
	return found, err
}

// enter waits for one of the slots, and returns how to leave it.
func (x *Index) enter(ctx context.Context) (leave func(), err error) {
	select {
	case x.slots <- struct{}{}:
		return func() { <-x.slots }, nil
	case <-ctx.Done():
		return nil, civic.Wrap(civic.Unavailable, "search.error.busy", ctx.Err())
	}
}

// reading calls read while the index stays open, and turns its failures, panics too, into Unavailable.
func (x *Index) reading(read func() error) error {
	x.gate.RLock()
	defer x.gate.RUnlock()
	return x.answered(guarded(read))
}

// answered returns err as a person is told of it; a panic of the index is also logged and remembered.
func (x *Index) answered(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return civic.Wrap(civic.Unavailable, "search.error.slow", err)
	case errors.Is(err, errPanic):
		x.log.Error("search index panicked while searching; it should be rebuilt", "error", err)
		x.damaged.Store(true)
	}
	return civic.Wrap(civic.Unavailable, "search.error.unavailable", err)
}

// toHit returns s as it is shown.
func toHit(id string, s stored, m marker) Hit {
	s = s.in(m.reader)
	return Hit{
		ID: id, Kind: s.Kind, Path: s.Path, At: s.At, Facets: s.Facets, Group: cmp.Or(s.Group, id),
		Title: m.title(s.Title, s.Named), Snippet: m.snippet(s.Text, s.Named),
	}
}

// facetCounts returns the counts, the most frequent value first, equal ones by name.
func facetCounts(found search.FacetResults) map[string][]FacetCount {
	out := make(map[string][]FacetCount, len(found))
	for name, f := range found {
		counts := []FacetCount{}
		for _, t := range f.Terms.Terms() {
			counts = append(counts, FacetCount{Value: t.Term, Count: t.Count})
		}
		out[name] = counts
	}
	return out
}

// IDs yields the id of every document that q matches, in id order, however many there are, as of one instant.
// Its errors are those of Search; the first one ends it.
func (x *Index) IDs(ctx context.Context, q Query) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		ids, err := x.listIDs(ctx, q)
		if err != nil {
			yield("", err)
			return
		}
		for _, id := range ids {
			if !yield(id, nil) {
				return
			}
		}
	}
}

func (x *Index) listIDs(ctx context.Context, q Query) (ids []string, err error) {
	a, err := parse(q.Text)
	if err != nil {
		return nil, err
	}
	a.spelling = q.Spelling
	built, err := build(q, a)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	select {
	case x.lists <- struct{}{}:
		defer func() { <-x.lists }()
	case <-ctx.Done():
		return nil, civic.Wrap(civic.Unavailable, "search.error.busy", ctx.Err())
	}
	var reader index.IndexReader
	err = x.reading(func() error {
		reader, err = openReader(x.alias)
		return err
	})
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	err = x.answered(guarded(func() error {
		ids, err = matchingIDs(ctx, reader, built)
		return err
	}))
	slices.Sort(ids)
	return ids, err
}

// openReader returns a reader of the present state of ix, which stays as it is however ix changes.
func openReader(ix bleve.Index) (index.IndexReader, error) {
	inner, err := ix.Advanced()
	if err != nil {
		return nil, err
	}
	return inner.Reader()
}

// matchingIDs returns the id of every document of reader that q matches, in no order.
func matchingIDs(ctx context.Context, reader index.IndexReader, q query.Query) ([]string, error) {
	s, err := q.Searcher(ctx, reader, newMapping(), search.SearcherOptions{Score: "none"})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	sc := &search.SearchContext{
		DocumentMatchPool: search.NewDocumentMatchPool(s.DocumentMatchPoolSize()+1, 0), IndexReader: reader}
	var ids []string
	for {
		d, err := s.Next(sc)
		if err != nil || d == nil {
			return ids, err
		}
		if len(ids)%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		id, err := reader.ExternalID(d.IndexInternalID)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
		sc.DocumentMatchPool.Put(d)
	}
}
