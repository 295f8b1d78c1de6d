package search

import (
	"context"
	"time"

	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// Drift is how far the index is from what the sources have.
type Drift struct {
	Missing int // documents of the sources that the index lacks
	Extra   int // documents of the index that no source has
}

// IsZero reports whether the index has exactly the documents of the sources.
func (d Drift) IsZero() bool { return d == Drift{} }

// Drift compares the ids in the index with those of the sources. What changes while it looks is looked at
// again, so that only lasting differences count; Rebuild mends them. It returns the first error of a source,
// or Unavailable.
func (x *Index) Drift(ctx context.Context, sources ...Source) (Drift, error) {
	before, err := x.everyID(ctx)
	if err != nil {
		return Drift{}, err
	}
	missing := map[string]bool{}
	for _, s := range sources {
		for d, err := range s.SearchDocs(ctx, time.Time{}) {
			switch {
			case err != nil:
				return Drift{}, err
			case d.Deleted:
			case before[d.ID]:
				delete(before, d.ID)
			default:
				missing[d.ID] = true
			}
		}
	}
	extra := before // those that no source had
	after, err := x.everyID(ctx)
	if err != nil {
		return Drift{}, err
	}
	var found Drift
	for id := range missing {
		if !after[id] {
			found.Missing++
		}
	}
	for id := range extra {
		if after[id] {
			found.Extra++
		}
	}
	return found, nil
}

// everyID returns the ids of all documents in the index, once everything put is in.
func (x *Index) everyID(ctx context.Context) (map[string]bool, error) {
	if err := x.Flush(ctx); err != nil {
		return nil, err
	}
	var reader index.IndexReader
	err := x.reading(func() (err error) {
		reader, err = openReader(x.alias)
		return err
	})
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	set := map[string]bool{}
	err = x.answered(guarded(func() error {
		ids, err := matchingIDs(ctx, reader, query.NewMatchAllQuery())
		for _, id := range ids {
			set[id] = true
		}
		return err
	}))
	return set, err
}
