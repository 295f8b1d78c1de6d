package search

import (
	"errors"
	"time"

	"github.com/blevesearch/bleve/v2"
	"golang.org/x/sync/errgroup"

	"ascolto/internal/civic"
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

func (w *writer) close() error {
	err := w.live.Close()
	if w.next != nil {
		err = errors.Join(err, w.next.Close())
	}
	return err
}

// drain writes what is queued. It returns Unavailable when it could not, and everything unwritten stays queued.
func (x *Index) drain() error {
	for x.write.broken == nil {
		docs, mark := x.queue.take(x.now())
		if len(docs) == 0 {
			return nil
		}
		if err := x.write.live.write(docs, mark); err != nil {
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

// writeBulk writes docs of a load or catch-up to the live index, or of a rebuild to the next. It returns Unavailable when it
// could not.
func (x *Index) writeBulk(docs []Doc, rebuild bool) error {
	docs = x.queue.older(docs)
	err := x.write.broken
	switch {
	case rebuild:
		x.writeNext(docs, time.Time{})
		err = x.write.nextErr
	case err == nil:
		if err = x.write.live.writeHalves(docs); err != nil {
			x.fail(err)
		} else {
			x.writeNext(docs, time.Time{})
		}
	}
	if err != nil {
		return civic.Wrap(civic.Unavailable, "search.error.unavailable", err)
	}
	return nil
}

// write indexes docs in one durable batch, and with them the watermark unless it is zero.
func (f *folder) write(docs []Doc, mark time.Time) error {
	return guarded(func() error {
		b := f.NewBatch()
		if err := fill(b, docs); err != nil {
			return err
		}
		if !mark.IsZero() {
			b.SetInternal(keyWatermark, []byte(mark.UTC().Format(time.RFC3339Nano)))
		}
		return f.Batch(b)
	})
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

func (f *folder) writeHalves(docs []Doc) error {
	var g errgroup.Group
	half := len(docs) / 2
	g.Go(func() error { return f.write(docs[:half], time.Time{}) })
	g.Go(func() error { return f.write(docs[half:], time.Time{}) })
	return g.Wait()
}
