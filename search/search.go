package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"

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
	a, err := understand(q)
	if err != nil {
		return Result{}, err
	}
	r, err := x.searchSets(ctx, q, a)
	if !errors.Is(err, errUncounted) {
		return r, err
	}
	return x.searchBleve(ctx, q, a, r)
}

// searchBleve does a search with Bleve, of which r says what is known already.
func (x *Index) searchBleve(ctx context.Context, q Query, a asked, r Result) (Result, error) {
	req, err := x.request(q, a)
	if err != nil {
		return Result{}, err
	}
	isCounted := r.Total > 0
	if isCounted { // Bleve keeps room for as many as it might have to gather
		req.Facets, req.Size = nil, min(req.Size, r.Total)
	}
	found, err := x.run(ctx, req)
	if err != nil {
		return Result{}, err
	}
	r.Total = int(found.Total)
	if !isCounted {
		r.Facets = facetCounts(found.Facets)
		if q.Alike && r.Total > 0 && !a.all {
			similar := q
			similar.Spelling = Similar
			if r.Alike, err = x.Count(ctx, similar); err != nil {
				return Result{}, err
			}
		}
	}
	read := func(members []member) (map[member]shelved, error) { return x.readMembers(ctx, members) }
	m := newMarker(a, q.Reader)
	if q.Grouped {
		err = r.group(q, groupsOf(len(found.Hits), func(i int) (string, member) {
			hit := found.Hits[i]
			return hit.Sort[len(hit.Sort)-1], member{id: hit.ID}
		}), len(found.Hits), m, read, func(groups []gathered) error { return x.measure(ctx, q, a, groups) })
		return r, err
	}
	members := make([]member, len(found.Hits))
	for i, h := range found.Hits {
		members[i] = member{id: h.ID}
	}
	r.Hits, err = hitsOf(members, m, read)
	return r, err
}

// hitsOf returns members as they are shown.
func hitsOf(members []member, m *marker, read reader) ([]Hit, error) {
	docs, err := read(members)
	if err != nil {
		return nil, err
	}
	var hits []Hit
	for _, one := range members {
		if d, ok := docs[one]; ok { // else it was taken out meanwhile
			hits = append(hits, toHit(d, m))
		}
	}
	return hits, nil
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
	a, err := understand(q)
	if err != nil {
		return 0, nil, err
	}
	q.Alike = false
	var counts tallyCounts
	err = x.tallied(ctx, func(_ context.Context, t *tally) (err error) {
		counts, err = t.counts(q, a, t.query(q, a))
		return err
	})
	if !errors.Is(err, errUncounted) {
		return counts.total, counts.facets, err
	}
	req, err := x.request(q, a)
	if err != nil {
		return 0, nil, err
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

// understand returns what was asked in q, which is within the bounds.
func understand(q Query) (asked, error) {
	a, err := parse(q.Text)
	if err != nil {
		return a, err
	}
	a.spelling = q.Spelling
	for _, name := range q.Count {
		if name != KindFacet && !slices.Contains(FacetNames(), name) {
			return a, civic.NewError(civic.Invalid, "search.error.filter")
		}
	}
	return a, q.check()
}

// page returns the number of the first hit that q asks for, from 0, and how many it asks for, within the
// bounds.
func (q Query) page() (from, size int) {
	return min(max(q.From, 0), maxFrom), civic.PageRequest{Size: q.Size}.Normal().Size
}

// request returns the request for q, whose text is a.
func (x *Index) request(q Query, a asked) (*bleve.SearchRequest, error) {
	built, err := build(q, a)
	if err != nil {
		return nil, err
	}
	by := &ranked{x: x}
	if a.all {
		built = newestFirst(built, by)
	} else {
		built = fresher(built, by, x.now())
	}
	from, size := q.page()
	req := bleve.NewSearchRequestOptions(built, size, from, false)
	if q.Grouped {
		req.From, req.Size = 0, maxGathered
		req.SortByCustom(search.SortOrder{&search.SortScore{Desc: true}, byGroup{by}})
	}
	for _, name := range q.Count {
		req.AddFacet(name, bleve.NewFacetRequest(facetField(name), maxFacetSize))
	}
	return req, nil
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

// toHit returns d as it is shown.
func toHit(d shelved, m *marker) Hit {
	s := d.in(m.reader)
	return Hit{
		ID: d.id, Kind: s.Kind, Path: s.Path, At: s.At, Facets: s.Facets, Group: cmp.Or(s.Group, d.id),
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
