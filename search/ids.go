package search

import (
	"context"
	"iter"
	"slices"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"ascolto/internal/civic"
)

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
	a, err := understand(q)
	if err != nil {
		return nil, err
	}
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
