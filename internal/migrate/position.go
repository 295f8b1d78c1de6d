package migrate

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
)

// Progress is how far a migration is.
type Progress struct {
	Step       string
	Number, Of int // of steps, from 1
	Done       int // documents seen
	Total      int // documents there are; 0 while it is unknown
}

// Position is where a step is. It is kept in the store, so that a crash loses little.
type Position struct {
	m      *Migrator
	form   int
	cursor string
	done   int
	report func(Progress)
}

// Cursor returns what Keep kept last, empty at the beginning.
func (p *Position) Cursor() string { return p.cursor }

// Keep stores how far the step is: the cursor from which it would go on, and that n more of total documents
// were seen. It returns a Conflict error when another program has taken the step over; the step then ends.
func (p *Position) Keep(ctx context.Context, cursor string, n, total int) error {
	s, err := p.m.update(ctx, p.form, func(s *state) { s.Cursor, s.Done = cursor, s.Done+n })
	if err != nil {
		return err
	}
	p.cursor, p.done = cursor, s.Done
	p.report(Progress{Done: s.Done, Total: max(total, s.Done)})
	return nil
}

// pageSize is how many documents Each reads between two positions that it keeps.
var pageSize = 500 // tests read less

// Over returns what a step over one collection runs. Open returns what is done with a page of documents,
// which may be twice after a crash; pages come in the order of the documents' ids, and the position is kept
// behind each.
func Over[T any](
	spec docstore.Spec,
	open func(context.Context, *docstore.DB, *docstore.Collection[T]) (func(context.Context, []T) error, error),
) func(context.Context, *docstore.DB, *Position) error {
	return func(ctx context.Context, db *docstore.DB, at *Position) error {
		c, err := docstore.Collect[T](ctx, db, spec)
		if err != nil {
			return err
		}
		visit, err := open(ctx, db, c)
		if err != nil {
			return err
		}
		return each(ctx, c, at, visit)
	}
}

// atOnce is how many documents OverEach changes at a time: the store commits those together.
const atOnce = 16

// OverEach is Over for a step that changes every document by itself. Change makes the old form the new one
// and reports whether there was anything to change. What has nothing to change is not stored, what is taken
// away meanwhile is left out, and revisions stay: nobody made another.
func OverEach[T any](
	spec docstore.Spec, id func(T) civic.ID, change func(*T) bool,
) func(context.Context, *docstore.DB, *Position) error {
	return Over(spec, func(
		_ context.Context, _ *docstore.DB, c *docstore.Collection[T],
	) (func(context.Context, []T) error, error) {
		return func(ctx context.Context, page []T) error {
			group, ctx := routine.WithContext(ctx, nil, "a step")
			group.SetLimit(atOnce)
			for _, doc := range page {
				if !change(&doc) {
					continue
				}
				group.Go(func() error {
					_, err := c.Rewrite(ctx, id(doc), func(stored *T) error { change(stored); return nil })
					if civic.CodeOf(err) == civic.NotFound {
						return nil
					}
					return err
				})
			}
			return group.Wait()
		}, nil
	})
}

// each calls visit with pages of all documents of c.
func each[T any](
	ctx context.Context, c *docstore.Collection[T], at *Position, visit func(context.Context, []T) error,
) error {
	total, err := c.Count(ctx, nil)
	if err != nil {
		return err
	}
	for cursor := at.Cursor(); ; {
		page, err := c.Find(ctx, docstore.Query{Cursor: cursor, Limit: pageSize})
		if civic.CodeOf(err) == civic.Invalid && cursor != "" { // a cursor of another version: begin again
			cursor = ""
			continue
		}
		if err != nil {
			return err
		}
		if err := visit(ctx, page.Items); err != nil {
			return err
		}
		if page.Next == "" {
			return nil
		}
		cursor = page.Next
		if err := at.Keep(ctx, cursor, len(page.Items), total); err != nil {
			return err
		}
	}
}
