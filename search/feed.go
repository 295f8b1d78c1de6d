package search

import (
	"context"
	"errors"
	"iter"
	"time"

	"ascolto/internal/civic"
)

// ChangeSource lists a domain's documents by what changed in the store.
type ChangeSource interface {
	// ChangedDocs yields what the index holds of some documents of a collection as they are now, with Deleted
	// set for those that are gone, and nothing for a collection of another domain. What follows from a change
	// that was made before since, for other documents than the one that was changed, is left out. It stops at
	// the first error.
	ChangedDocs(ctx context.Context, collection string, ids []civic.ID, since time.Time) iter.Seq2[Doc, error]
}

// applyChunk is how many documents Apply has in the queue before it waits for them to be written.
const applyChunk = 1_000

// Apply indexes what others changed in the store: ids by collection. It returns when it is findable, or the
// first error of a source, or Unavailable; then it may be called again with the same.
func (x *Index) Apply(ctx context.Context, changed map[string][]civic.ID, sources ...ChangeSource) error {
	since := x.queue.watermark()
	if !since.IsZero() {
		since = since.Add(-overlap)
	}
	x.queue.begin()
	defer x.queue.end()
	for collection, ids := range changed {
		for _, s := range sources {
			for d, err := range s.ChangedDocs(ctx, collection, ids, since) {
				if err != nil {
					return err
				}
				if x.queue.putRead([]Doc{d}) < applyChunk {
					continue
				}
				if err := x.Flush(ctx); err != nil {
					return err
				}
			}
		}
	}
	return x.Flush(ctx)
}

// Position returns the place in the feed of the store up to which the index surely holds what others changed;
// empty when that is not known.
func (x *Index) Position(ctx context.Context) (position string, err error) {
	err = x.do(ctx, func() error {
		position = x.write.live.position()
		return nil
	})
	return position, err
}

// KeepPosition remembers a place in the feed of the store: everything up to it was applied or put.
func (x *Index) KeepPosition(ctx context.Context, position string) error {
	return x.do(ctx, func() error {
		if err := x.drain(); err != nil {
			return err
		}
		err := x.write.live.SetInternal(keyPosition, []byte(position))
		if x.write.next != nil {
			err = errors.Join(err, x.write.next.SetInternal(keyPosition, []byte(position)))
		}
		return err
	})
}

// position returns the place in the feed that the folder knows.
func (f *folder) position() string {
	v, err := f.GetInternal(keyPosition)
	if err != nil {
		return ""
	}
	return string(v)
}
