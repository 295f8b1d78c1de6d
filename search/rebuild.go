package search

import (
	"context"
	"errors"
	"iter"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/routine"
	"github.com/blevesearch/bleve/v2"
)

// The bounds of what Load, CatchUp and Rebuild hand to the writer at a time, which writes it in two batches
// of half the size.
const (
	bulkSize  = 10_000
	bulkBytes = 64 << 20 // of titles and texts
)

// overlap is how far before the watermark CatchUp looks: longer than a change takes from the store to Put.
const overlap = 2 * time.Minute

// Load indexes docs in large batches and returns when they are durable. It returns the first error of docs,
// or Unavailable when the index cannot be written; then part of docs is in, and CatchUp brings the rest.
func (x *Index) Load(ctx context.Context, docs iter.Seq2[Doc, error]) error {
	at := x.queue.begin()
	defer x.queue.end()
	if err := x.bulk(ctx, docs, at, false); err != nil {
		x.queue.lost()
		return err
	}
	return nil
}

// CatchUp indexes what the sources changed since the watermark, or everything when there is none, and moves
// it. It repairs what a crash, a full queue or a full disk kept out.
func (x *Index) CatchUp(ctx context.Context, sources ...Source) error {
	x.bulking.Lock()
	defer x.bulking.Unlock()
	start := x.now()
	since := x.queue.watermark()
	if !since.IsZero() {
		since = since.Add(-overlap)
	}
	at := x.queue.begin()
	defer x.queue.end()
	for _, s := range sources {
		if err := x.bulk(ctx, s.SearchDocs(ctx, since), at, false); err != nil {
			return err
		}
	}
	return x.do(ctx, func() error {
		if err := x.drain(); err != nil {
			return err
		}
		if err := x.write.live.write(nil, start); err != nil {
			x.fail(err)
			return civic.Wrap(civic.Unavailable, "search.error.unavailable", err)
		}
		x.queue.sync(start, at.losses)
		return nil
	})
}

// Complete moves the watermark to now without asking any source, for whoever has the store alone and has put
// or loaded all that changed since the last CatchUp or Rebuild. It returns Unavailable when some of that was
// lost: then CatchUp is needed.
func (x *Index) Complete(ctx context.Context) error {
	return x.do(ctx, func() error {
		if err := x.drain(); err != nil {
			return err
		}
		now := x.now()
		if x.queue.behind() {
			return civic.NewError(civic.Unavailable, "search.error.unavailable")
		}
		if err := x.write.live.write(nil, now); err != nil {
			x.fail(err)
			return civic.Wrap(civic.Unavailable, "search.error.unavailable", err)
		}
		x.queue.complete(now)
		return nil
	})
}

// Rebuild makes a new index from everything the sources have, while searches go on in the old one, and puts
// it in the old one's place. What is put meanwhile goes into both. After an error the old index is as it was,
// and the next Rebuild, perhaps of another run of the program, goes on with what was written of the new one.
func (x *Index) Rebuild(ctx context.Context, sources ...Source) error {
	return x.RebuildTelling(ctx, nil, sources...)
}

// RebuildTelling is Rebuild, which tells after each piece how many documents it has read. An error of tell
// ends it.
func (x *Index) RebuildTelling(ctx context.Context, tell func(done int) error, sources ...Source) error {
	x.bulking.Lock()
	defer x.bulking.Unlock()
	start := x.now()
	var before earlier
	err := x.do(ctx, func() (err error) {
		before, err = x.beginNext(start)
		return err
	})
	if err != nil {
		_ = x.do(context.WithoutCancel(ctx), x.leaveNext)
		return err
	}
	at := x.queue.begin()
	defer x.queue.end()
	if err = x.fillNext(ctx, tellingAll(sources, tell), at, &before); err == nil {
		err = x.renewNext(ctx, sources, at, before)
	}
	if err == nil {
		err = x.do(ctx, func() error { return x.swap(start, at.losses) })
	}
	if err != nil {
		_ = x.do(context.WithoutCancel(ctx), x.leaveNext)
	}
	return err
}

// fillNext writes what the sources have into the next index, but for what an earlier rebuild wrote.
func (x *Index) fillNext(ctx context.Context, sources []Source, at begun, before *earlier) error {
	for _, s := range sources {
		if err := x.bulk(ctx, before.without(s.SearchDocs(ctx, time.Time{})), at, true); err != nil {
			return err
		}
	}
	return nil
}

// renewNext brings up to date what an earlier rebuild wrote: what changed since that began is written again,
// and what no source has any more is taken out.
func (x *Index) renewNext(ctx context.Context, sources []Source, at begun, before earlier) error {
	if before.since.IsZero() {
		return nil
	}
	gone := func(yield func(Doc, error) bool) {
		for id := range before.ids {
			if !yield(Doc{ID: id, Deleted: true}, nil) {
				return
			}
		}
	}
	if err := x.bulk(ctx, gone, at, true); err != nil {
		return err
	}
	for _, s := range sources {
		if err := x.bulk(ctx, s.SearchDocs(ctx, before.since.Add(-overlap)), at, true); err != nil {
			return err
		}
	}
	return nil
}

// tellEvery is after how many documents a rebuild tells how far it is.
const tellEvery = 1000

// tellingAll returns sources that tell how many documents they have yielded together.
func tellingAll(sources []Source, tell func(done int) error) []Source {
	if tell == nil {
		return sources
	}
	done := 0
	all := make([]Source, len(sources))
	for i, s := range sources {
		all[i] = telling{s, &done, tell}
	}
	return all
}

type telling struct {
	Source
	done *int
	tell func(done int) error
}

// SearchDocs implements Source.
func (t telling) SearchDocs(ctx context.Context, since time.Time) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		for d, err := range t.Source.SearchDocs(ctx, since) {
			if !yield(d, err) {
				return
			}
			if *t.done++; *t.done%tellEvery == 0 {
				if err := t.tell(*t.done); err != nil {
					yield(Doc{}, err)
					return
				}
			}
		}
	}
}

// bulk writes docs, which are read after at, in batches; while one is written, the next is gathered.
func (x *Index) bulk(ctx context.Context, docs iter.Seq2[Doc, error], at begun, rebuild bool) error {
	writing := routine.NewGroup(x.log, "writing the search index")
	write := func(batch []Doc) error {
		if err := writing.Wait(); err != nil {
			return err
		}
		writing.Go(func() error { return x.do(ctx, func() error { return x.writeBulk(batch, at, rebuild) }) })
		return nil
	}
	batch, err := gather(docs, write)
	if err == nil {
		err = write(batch)
	}
	if last := writing.Wait(); err == nil {
		err = last
	}
	return err
}

// gather hands docs to write in batches and returns what is left for a last one.
func gather(docs iter.Seq2[Doc, error], write func([]Doc) error) ([]Doc, error) {
	batch, size := make([]Doc, 0, bulkSize), 0
	for d, err := range docs {
		if err != nil {
			return nil, err
		}
		batch = append(batch, d)
		size += len(d.Title) + len(d.Text)
		if len(batch) < bulkSize && size < bulkBytes {
			continue
		}
		if err := write(batch); err != nil {
			return nil, err
		}
		batch, size = make([]Doc, 0, bulkSize), 0
	}
	return batch, nil
}

// beginNext opens the index that Rebuild fills: the one that an earlier rebuild was filling, of which it
// returns what there is, or a new one.
func (x *Index) beginNext(start time.Time) (before earlier, err error) {
	if x.write.broken != nil {
		return before, civic.Wrap(civic.Unavailable, "search.error.unavailable", x.write.broken)
	}
	n, err := number(x.write.live.path)
	if err != nil {
		return before, err
	}
	next, before := x.earlierNext(n + 1)
	if next == nil {
		if next, err = x.create(n + 1); err != nil {
			return before, civic.Wrap(civic.Unavailable, "search.error.unavailable", err)
		}
		err = next.SetInternal(keyBegun, []byte(start.UTC().Format(time.RFC3339Nano)))
	}
	x.write.next, x.write.nextErr = next, err
	// What was changed after the position is told again, and goes into both.
	return before, errors.Join(err, next.keepPosition(x.write.live.position()))
}

// swap completes the next index and puts it in the place of the live one, whose folder is removed.
func (x *Index) swap(start time.Time, losses int) error {
	if err := x.drain(); err != nil {
		return err
	}
	if x.writeNext(nil, start); x.write.nextErr != nil {
		return civic.Wrap(civic.Unavailable, "search.error.unavailable", x.write.nextErr)
	}
	if err := x.write.next.complete(); err != nil {
		return civic.Wrap(civic.Unavailable, "search.error.unavailable", err)
	}
	old := x.write.live
	x.gate.Lock()
	x.write.live, x.write.next = x.write.next, nil
	x.exchanges.Add(1)
	x.alias.Swap([]bleve.Index{x.write.live.Index}, []bleve.Index{old.Index})
	x.edition.Add(1)
	x.gate.Unlock()
	x.queue.sync(start, losses)
	x.damaged.Store(false)
	if err := old.remove(); err != nil {
		x.log.Warn("old search index is not removed", "folder", old.path, "error", err)
	}
	return nil
}

// leaveNext puts down an index that was not completed, for the next rebuild to go on with; one that could not
// be written is removed.
func (x *Index) leaveNext() error {
	next := x.write.next
	if next == nil {
		return nil
	}
	x.write.next = nil
	if x.write.nextErr != nil || x.write.broken != nil {
		return next.remove()
	}
	return next.close()
}
