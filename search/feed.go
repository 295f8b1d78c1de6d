package search

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
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

const (
	applyChunk = 1_000 // documents that Apply has in the queue before it waits for them to be written
	applyGiven = 20    // documents that cannot be read one after the other: then it is not the documents
)

// Apply indexes what others changed in the store: ids by collection. It returns when it is findable.
// Documents that cannot be read are logged and returned: they may be applied again later. With an error
// they are more than those: all, when a source or the index is Unavailable. One call at a time.
func (x *Index) Apply(
	ctx context.Context, changed map[string][]civic.ID, sources ...ChangeSource,
) (failed map[string][]civic.ID, err error) {
	since := x.queue.watermark()
	if !since.IsZero() {
		since = since.Add(-overlap)
	}
	a := applying{x: x, at: x.queue.begin(), since: since, failed: map[string][]civic.ID{}}
	defer x.queue.end()
	for collection, ids := range changed {
		for some := range slices.Chunk(ids, applyChunk) {
			if err == nil {
				err = a.part(ctx, collection, some, sources)
			} else {
				a.failed[collection] = append(a.failed[collection], some...)
			}
		}
	}
	if err = cmp.Or(err, x.Flush(ctx)); unavailable(ctx, err) {
		return changed, err
	}
	return a.failed, err
}

// applying is an Apply under way.
type applying struct {
	x       *Index
	at      begun
	since   time.Time
	failed  map[string][]civic.ID
	givenUp int // documents since the last that could be read
}

// part indexes some documents of a collection. When one of them cannot be read, each half is tried by
// itself. It returns an error when the rest need not be tried.
func (a *applying) part(
	ctx context.Context, collection string, ids []civic.ID, sources []ChangeSource,
) error {
	err := a.read(ctx, collection, ids, sources)
	if err == nil {
		a.givenUp = 0
		return nil
	}
	if unavailable(ctx, err) {
		return err
	}
	if half := len(ids) / 2; half > 0 {
		if err := a.part(ctx, collection, ids[:half], sources); err != nil {
			a.failed[collection] = append(a.failed[collection], ids[half:]...)
			return err
		}
		return a.part(ctx, collection, ids[half:], sources)
	}
	a.failed[collection] = append(a.failed[collection], ids...)
	a.x.log.ErrorContext(ctx, "a document cannot be read for the index",
		"collection", collection, "id", ids[0], "error", err)
	if a.givenUp++; a.givenUp < applyGiven {
		return nil
	}
	return err
}

// read indexes some documents of a collection, up to the first that cannot be read.
func (a *applying) read(
	ctx context.Context, collection string, ids []civic.ID, sources []ChangeSource,
) error {
	for _, s := range sources {
		for d, err := range s.ChangedDocs(ctx, collection, ids, a.since) {
			if err != nil {
				return err
			}
			if a.x.queue.putRead([]Doc{d}, a.at) < applyChunk {
				continue
			}
			if err := a.x.Flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// unavailable reports whether err says nothing about a document.
func unavailable(ctx context.Context, err error) bool {
	return err != nil && (civic.CodeOf(err) == civic.Unavailable || ctx.Err() != nil)
}

// Position is a place in the feed of the store up to which an index holds what others changed, but for some
// documents.
type Position struct {
	At     string                // empty when it is not known
	Unread map[string][]civic.ID // that could not be read, by collection
}

// Position returns up to where in the feed of the store the index surely holds what others changed.
func (x *Index) Position(ctx context.Context) (p Position, err error) {
	err = x.do(ctx, func() error {
		p = x.write.live.position()
		return nil
	})
	return p, err
}

// KeepPosition remembers a place in the feed of the store: everything up to it was applied or put, or is
// among what could not be read.
func (x *Index) KeepPosition(ctx context.Context, p Position) error {
	return x.do(ctx, func() error {
		if err := x.drain(); err != nil {
			return err
		}
		err := x.write.live.keepPosition(p)
		if x.write.next != nil {
			err = errors.Join(err, x.write.next.keepPosition(p))
		}
		return err
	})
}

// keepPosition stores what is not read before the place behind it: a death between the two tells again what
// was told.
func (f *folder) keepPosition(p Position) error {
	unread, err := json.Marshal(p.Unread)
	if err == nil {
		err = f.SetInternal(keyUnread, unread)
	}
	if err == nil {
		err = f.SetInternal(keyPosition, []byte(p.At))
	}
	return err
}

// position returns the place in the feed that the folder knows, the zero Position when it knows none or not
// what it lacks before it.
func (f *folder) position() (p Position) {
	at, err := f.GetInternal(keyPosition)
	if err != nil {
		return Position{}
	}
	unread, err := f.GetInternal(keyUnread)
	if err == nil && len(unread) > 0 { // an earlier version stored none, and lacked nothing
		err = json.Unmarshal(unread, &p.Unread)
	}
	if err != nil {
		return Position{}
	}
	p.At = string(at)
	return p
}
