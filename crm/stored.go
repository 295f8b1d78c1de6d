package crm

import (
	"context"
	"iter"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Stored is a collection as somebody follows it who keeps something of each document in memory.
type Stored[T any] struct{ c *docstore.Collection[T] }

// Changes returns the documents that were stored or taken away since a mark, as docstore.Collection.Changes
// does.
func (s Stored[T]) Changes(
	ctx context.Context, since docstore.Mark,
) (ids []civic.ID, now docstore.Mark, known bool) {
	return s.c.Changes(ctx, since)
}

// Revisions yields the id and revision of every document, in the order of ids.
func (s Stored[T]) Revisions(ctx context.Context) iter.Seq2[docstore.Meta, error] {
	return s.c.Revisions(ctx)
}

// ByID returns the documents of ids that exist, in the order of the ids as texts, which is that of Revisions.
func (s Stored[T]) ByID(ctx context.Context, ids []civic.ID) ([]T, error) {
	q := docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)}, Limit: max(1, len(ids))}
	page, err := s.c.Find(ctx, q)
	return page.Items, err
}
