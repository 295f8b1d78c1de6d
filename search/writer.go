package search

import (
	"errors"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/routine"
	"github.com/blevesearch/bleve/v2"
)

// writer is what the owner goroutine knows.
type writer struct {
	live    *folder          // what searches see
	next    *folder          // what Rebuild fills; nil when none runs
	nextErr error            // why next cannot be used
	broken  error            // why live cannot be written to; nil when it can
	retry   <-chan time.Time // when to try again
	wait    time.Duration    // how long the next try is put off
}

// batchPatience is how long one batch may take. A writer of Bleve that panicked in the background never
// answers.
const batchPatience = 2 * time.Minute

var errStuck = errors.New("search: the index does not answer; the program has to be started again")

func (w *writer) close() error {
	err := w.live.close()
	if w.next != nil {
		err = errors.Join(err, w.next.close())
	}
	return err
}

// drain writes what is queued. It returns Unavailable when it could not, and everything unwritten stays
// queued.
func (x *Index) drain() error {
	for x.write.broken == nil {
		docs, mark := x.queue.take(x.now())
		if len(docs) == 0 {
			return nil
		}
		err := x.write.live.write(docs, mark)
		x.edition.Add(1)
		if err != nil {
			x.queue.back(docs)
			x.fail(err)
			break
		}
		if !mark.IsZero() {
			x.queue.setWatermark(mark)
		}
		x.writeNext(docs, time.Time{})
	}
	return civic.Wrap(civic.Unavailable, "search.error.unavailable", x.write.broken)
}

// writeNext writes docs to the index being built, if there is one and it is sound.
func (x *Index) writeNext(docs []Doc, mark time.Time) {
	if x.write.next != nil && x.write.nextErr == nil {
		x.write.nextErr = x.write.next.write(docs, mark)
	}
}

// writeBulk writes docs of a load or catch-up, which began at at, to the live index, and those of a rebuild
// to the next alone. It returns Unavailable when it could not.
func (x *Index) writeBulk(docs []Doc, at begun, rebuild bool) error {
	_ = x.drain() // what was put before the bulk began may be older; a failure is in broken
	docs = x.queue.older(docs, at)
	err := x.write.broken
	if !rebuild && err == nil {
		err = x.write.live.writeHalves(docs)
		x.edition.Add(1)
		if err != nil {
			x.fail(err)
		}
	}
	if x.write.next != nil && x.write.nextErr == nil {
		x.write.nextErr = x.write.next.writeHalves(docs)
	}
	if rebuild {
		err = x.write.nextErr
	}
	if err != nil {
		return civic.Wrap(civic.Unavailable, "search.error.unavailable", err)
	}
	return nil
}

// writeHalves writes docs in two batches at once: making the segment of one keeps a single core busy.
func (f *folder) writeHalves(docs []Doc) error {
	docs = lastOfEach(docs)
	both := routine.NewGroup(nil, "writing the search index")
	for half := range slices.Chunk(docs, max(1, (len(docs)+1)/2)) {
		both.Go(func() error { return f.write(half, time.Time{}) })
	}
	return both.Wait()
}

// lastOfEach returns docs with only the last of those that have the same id.
func lastOfEach(docs []Doc) []Doc {
	last := make(map[string]int, len(docs))
	for i, d := range docs {
		last[d.ID] = i
	}
	if len(last) == len(docs) {
		return docs
	}
	kept := make([]Doc, 0, len(last))
	for i, d := range docs {
		if last[d.ID] == i {
			kept = append(kept, d)
		}
	}
	return kept
}

// write indexes docs in one durable batch, and with them the watermark unless it is zero.
func (f *folder) write(docs []Doc, mark time.Time) error {
	b := f.NewBatch()
	if err := fill(b, docs); err != nil {
		return err
	}
	if !mark.IsZero() {
		b.SetInternal(keyWatermark, []byte(mark.UTC().Format(time.RFC3339Nano)))
	}
	done := routine.Go(nil, "writing the search index", func() error {
		return guarded(func() error { return f.Batch(b) })
	})
	select {
	case err := <-done:
		return err
	case <-time.After(batchPatience):
		f.stuck.Store(true)
		return errStuck
	}
}

// fill puts docs into b: the last of several with one id counts.
func fill(b *bleve.Batch, docs []Doc) error {
	for _, d := range docs {
		if d.ID == "" {
			continue
		}
		if d.Deleted {
			b.Delete(d.ID)
			continue
		}
		e, err := entry(d)
		if err != nil {
			return err
		}
		if err := b.IndexAdvanced(e); err != nil {
			return err
		}
	}
	return nil
}
