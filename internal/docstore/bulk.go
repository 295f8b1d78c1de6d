package docstore

import (
	"cmp"
	"context"
	"errors"

	"ascolto/internal/civic"
	"ascolto/internal/routine"
)

// How much InsertMany gives the engine at once: enough to be fast, little enough that others' writes come
// through in between.
const (
	chunkDocs  = 10000
	chunkBytes = 8 << 20
)

// InsertMany stores new documents as Insert does, in bulk. It skips those whose id is taken and returns their
// ids; any other failure, such as a unique value that is taken, ends it with Conflict, and some of docs may
// then be stored.
func (c *Collection[T]) InsertMany(ctx context.Context, docs []*T) (taken []civic.ID, err error) {
	type outcome struct {
		taken []civic.ID
		err   error
	}
	// One chunk is being written while the next is encoded.
	var writing chan outcome
	wait := func() {
		if writing == nil {
			return
		}
		o := <-writing
		writing, taken, err = nil, append(taken, o.taken...), errors.Join(err, o.err)
	}
	for len(docs) > 0 && err == nil {
		chunk, rest, fault := c.chunk(docs)
		if wait(); err != nil || fault != nil {
			return taken, cmp.Or(err, fault)
		}
		to := make(chan outcome, 1)
		writing, docs = to, rest
		var ids []civic.ID
		routine.Go(nil, "storing documents", func() (err error) {
			c.db.stats.writes.Add(1)
			ids, err = c.table.insertMany(ctx, chunk)
			return err
		}, func(err error) { to <- outcome{ids, err} })
	}
	wait()
	return taken, err
}

// Load has fill add documents with InsertMany, as many as it likes. Into a collection that was empty they go
// several times as fast, because indexes are made at the end: what is added is durable at once, and found by
// Get; other queries may miss it, or take long, until Load returns. It returns fill's error, or why the
// indexes could not be made; the next start makes them then.
func (c *Collection[T]) Load(ctx context.Context, fill func() error) (err error) {
	done, err := c.table.load(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done(context.WithoutCancel(ctx))) }() // even when fill panics
	return fill()
}

// chunk encodes documents from the beginning of docs until it is time to write them, and returns the others.
func (c *Collection[T]) chunk(docs []*T) (chunk []*record, rest []*T, err error) {
	chunk = make([]*record, 0, min(len(docs), chunkDocs))
	for size := 0; len(chunk) < len(docs) && len(chunk) < chunkDocs && size < chunkBytes; {
		r, err := c.newborn(docs[len(chunk)])
		if err != nil {
			return nil, nil, err
		}
		chunk = append(chunk, r)
		size += len(r.raw)
	}
	return chunk, docs[len(chunk):], nil
}
