package search

// The index's methods:
//
//	Open(ctx, Options{Dir, Log, Now, Rebuilt…}) (*Index, error)
//	(*Index).Put(docs ...Doc)                          queued; indexed by the owner goroutine within moments; never blocks for long; recovers from faults
//	(*Index).Load(ctx, docs iter.Seq2[Doc, error])     bulk: batches of 5,000, returns when they are durable
//	(*Index).CatchUp(ctx, sources ...Source) error     indexes what changed since the stored watermark
//	(*Index).Rebuild(ctx, sources ...Source) error     beside the old one, swapped by alias
//	(*Index).Search(ctx, Query) (Result, error)
//	(*Index).Count(ctx, Query) (int, error)
//	(*Index).IDs(ctx, Query) iter.Seq2[string, error]  every id that matches, in id order, however many
//	(*Index).Flush(ctx) error                          waits until everything put before is findable
//	(*Index).Close() error                             flushes
type Index struct{}
