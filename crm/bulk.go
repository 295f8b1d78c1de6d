package crm

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
	"ascolto/search"
)

// loadBatch is how many documents go to the store and the index at once.
const loadBatch = 5000

// bulk is a load as a pipeline of three stages, each a goroutine: documents are made, stored batch by batch,
// and indexed.
type bulk[In, Doc any] struct {
	create   func(In) (*Doc, error)
	store    *docstore.Collection[Doc]
	index    Index
	id       func(*Doc) civic.ID
	doc      func(Doc) search.Doc
	after    func(ctx context.Context, batch []*Doc) error // what follows from a stored batch
	progress func(done int)
}

// run loads everything that in yields. It returns the first error, after every stage has ended.
func (b bulk[In, Doc]) run(ctx context.Context, in iter.Seq[In]) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	made, stored := make(chan []*Doc, 1), make(chan []*Doc, 1)
	failed := func(err error) {
		if err != nil {
			cancel(err)
		}
	}
	routine.Go(nil, "making documents of a load", func() error {
		defer close(made)
		return b.make(ctx, in, made)
	}, failed)
	indexed := routine.Go(nil, "indexing a load", func() error {
		return b.index.Load(ctx, b.docs(ctx, stored))
	}, failed)
	done := 0
	err := b.store.Load(ctx, func() (err error) {
		done, err = b.keep(ctx, made, stored)
		return err
	})
	if err != nil {
		cancel(err)
	}
	close(stored)
	for range made { // the maker ends now or has ended
	}
	<-indexed
	if b.progress != nil && context.Cause(ctx) == nil {
		b.progress(done)
	}
	return context.Cause(ctx)
}

// make cuts what in yields into batches of documents.
func (b bulk[In, Doc]) make(ctx context.Context, in iter.Seq[In], made chan<- []*Doc) error {
	var batch []*Doc
	n := 0
	for item := range in {
		n++
		doc, err := b.create(item)
		if err != nil {
			return fmt.Errorf("crm: item %d of the load: %w", n, err)
		}
		if batch = append(batch, doc); len(batch) == loadBatch {
			if !hand(ctx, made, batch) {
				return nil
			}
			batch = nil
		}
	}
	if len(batch) > 0 {
		hand(ctx, made, batch)
	}
	return nil
}

// keep stores the batches that are made and hands on what was not there before. It tells how many were done
// when it begins the next batch, so that all of them are done only when nothing is left to do, and returns
// that number.
func (b bulk[In, Doc]) keep(
	ctx context.Context, made <-chan []*Doc, stored chan<- []*Doc,
) (done int, err error) {
	for batch := range made {
		if b.progress != nil && done > 0 {
			b.progress(done)
		}
		taken, err := b.store.InsertMany(ctx, batch)
		if err != nil {
			return done, err
		}
		done += len(batch)
		batch = b.without(batch, taken)
		if err := b.after(ctx, batch); err != nil {
			return done, err
		}
		if !hand(ctx, stored, batch) {
			return done, nil
		}
	}
	return done, nil
}

// without drops the documents that were there before the load: what is stored, and indexed, may have changed
// since.
func (b bulk[In, Doc]) without(batch []*Doc, taken []civic.ID) []*Doc {
	if len(taken) == 0 {
		return batch
	}
	before := make(map[civic.ID]bool, len(taken))
	for _, id := range taken {
		before[id] = true
	}
	return slices.DeleteFunc(batch, func(d *Doc) bool { return before[b.id(d)] })
}

// docs yields the search documents of the stored batches, and the cause when the load was cancelled.
func (b bulk[In, Doc]) docs(ctx context.Context, stored <-chan []*Doc) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		for batch := range stored {
			for _, d := range batch {
				if !yield(b.doc(*d), nil) {
					return
				}
			}
		}
		if err := context.Cause(ctx); err != nil {
			yield(search.Doc{}, err)
		}
	}
}

// hand sends a batch to the next stage, and returns false when the load was cancelled instead.
func hand[T any](ctx context.Context, to chan<- T, batch T) bool {
	select {
	case to <- batch:
		return true
	case <-ctx.Done():
		return false
	}
}
