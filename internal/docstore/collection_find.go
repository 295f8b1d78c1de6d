package docstore

import (
	"context"
	"iter"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// Find returns a page of the documents that match q. It returns Invalid for a cursor that is not one of this
// list.
func (c *Collection[T]) Find(ctx context.Context, q Query) (civic.Page[T], error) {
	return c.find(ctx, q, func(_ bson.Raw, err error) error { return err })
}

// find is Find, which asks of a document that does not fit its type what to do: nil passes it over.
func (c *Collection[T]) find(
	ctx context.Context, q Query, misfit func(raw bson.Raw, err error) error,
) (civic.Page[T], error) {
	p, err := c.layout.plan(q)
	if err != nil || p.empty {
		return civic.Page[T]{}, err
	}
	want := p.limit
	p.limit++ // one more tells whether there is a next page
	c.db.stats.queries.Add(1)
	raws, err := c.table.find(ctx, p)
	if err != nil {
		return civic.Page[T]{}, err
	}
	var page civic.Page[T]
	if len(raws) > want {
		raws = raws[:want]
		if page.Next, err = p.cursorAt(raws[want-1]); err != nil {
			return civic.Page[T]{}, err
		}
	}
	page.Items = make([]T, len(raws))
	fit := 0
	for _, raw := range raws {
		err := c.decodeInto(&page.Items[fit], raw)
		if err == nil {
			fit++
			continue
		}
		page.Items[fit] = *new(T)
		if err = misfit(raw, err); err != nil {
			return civic.Page[T]{}, err
		}
	}
	page.Items = page.Items[:fit]
	return page, nil
}

// All yields every document that matches q, read in pages of q.Limit, by default 1,000. What is stored
// meanwhile may or may not be among them; the loop may change what it is given. It ends after the first
// error.
func (c *Collection[T]) All(ctx context.Context, q Query) iter.Seq2[T, error] {
	return c.all(ctx, q, c.Find)
}

// Readable is All without the documents that do not fit their type, which are logged: for what is derived
// from all documents, and would else lack all others for the sake of one.
func (c *Collection[T]) Readable(ctx context.Context, q Query) iter.Seq2[T, error] {
	return c.all(ctx, q, func(ctx context.Context, q Query) (civic.Page[T], error) {
		return c.find(ctx, q, func(raw bson.Raw, err error) error {
			c.db.log.ErrorContext(ctx, "a document cannot be read and is passed over",
				"collection", c.layout.name, "id", stringIn(raw, idField), "error", err)
			return nil
		})
	})
}

func (c *Collection[T]) all(
	ctx context.Context, q Query, find func(context.Context, Query) (civic.Page[T], error),
) iter.Seq2[T, error] {
	if q.Limit == 0 {
		q.Limit = maxLimit
	}
	return func(yield func(T, error) bool) {
		for {
			page, err := find(ctx, q)
			if err != nil {
				yield(*new(T), err)
				return
			}
			for _, doc := range page.Items {
				if !yield(doc, nil) {
					return
				}
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				return
			}
		}
	}
}

// Revisions yields id and revision of every document, in the order of ids; with SQLite all as of one instant.
// Whoever keeps something derived from documents in memory learns from it what has changed, whoever changed
// it. It ends after the first error.
func (c *Collection[T]) Revisions(ctx context.Context) iter.Seq2[Meta, error] {
	return func(yield func(Meta, error) bool) {
		c.db.stats.queries.Add(1)
		more := true
		err := c.table.revisions(ctx, func(m Meta) bool {
			c.db.stats.revisions.Add(1)
			more = yield(m, nil)
			return more
		})
		if err != nil && more {
			yield(Meta{}, err)
		}
	}
}

// Misfiled returns the ids of documents that stand under other keys than their own, so that lists miss them
// or show them where they do not belong: somebody changed the file with another program. It reads everything.
// On a server it returns none.
func (c *Collection[T]) Misfiled(ctx context.Context) (ids []civic.ID, err error) {
	c.db.stats.queries.Add(1)
	err = c.table.misfiled(ctx, func(id civic.ID) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	})
	return ids, err
}

// Count returns how many documents match f. It reads the whole range of the index, so it takes time as they
// are many.
func (c *Collection[T]) Count(ctx context.Context, f Filter) (int, error) {
	p, err := c.layout.plan(Query{Filter: f})
	if err != nil || p.empty {
		return 0, err
	}
	c.db.stats.queries.Add(1)
	return c.table.count(ctx, p)
}

// cursorAt returns the cursor after doc in p's order.
func (p *plan) cursorAt(doc bson.Raw) (string, error) {
	var pos position
	for _, f := range p.order() {
		v, err := f.scalar(doc)
		if err != nil {
			return "", err
		}
		pos.values = append(pos.values, v)
	}
	pos.id = civic.ID(doc.Lookup(idField).StringValue())
	return encodeCursor(p.stamp, pos), nil
}
