package search

import (
	"log/slog"
	"sync"
	"time"
)

// The bounds of the queue between Put and the writer.
const (
	batchSize  = 1_000 // documents of one write
	gatherTime = 50 * time.Millisecond
	maxQueue   = 50_000
)

// queue holds what was put and is not yet written, and knows whether everything put was written.
type queue struct {
	wake, full chan struct{}

	mu     sync.Mutex
	docs   []Doc
	mark   time.Time // everything changed before it is in the index
	caught time.Time // when the last CatchUp or Rebuild began
	synced bool      // mark moves on with every write; false until a CatchUp or Rebuild, and after a loss
	losses int
	bulks  int               // loads, catch-ups, rebuilds and Apply that run
	puts   uint64            // how often something was put
	fresh  map[string]uint64 // which put each id came with last, since the first of those that run began
}

// begun is what a queue knew when a bulk began.
type begun struct {
	losses int
	puts   uint64 // what came with a later one may be newer than what the bulk reads
}

func (q *queue) init() {
	q.wake, q.full = make(chan struct{}, 1), make(chan struct{}, 1)
}

// put adds docs, or notes their loss when there is no room.
func (q *queue) put(log *slog.Logger, docs []Doc) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.docs)+len(docs) > maxQueue {
		if q.synced || q.losses == 0 {
			log.Error("search index cannot keep up; what was put comes in with the next catch-up", "queued",
				len(q.docs))
		}
		q.lose()
		return
	}
	q.docs = append(q.docs, docs...)
	q.notePut(docs)
	signal(q.wake)
	if len(q.docs) >= batchSize {
		signal(q.full)
	}
}

// notePut remembers that docs were put now. The caller holds mu.
func (q *queue) notePut(docs []Doc) {
	q.puts++
	if q.bulks == 0 {
		return
	}
	for _, d := range docs {
		q.fresh[d.ID] = q.puts
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// lose notes that something is missing in the index. The caller holds mu.
func (q *queue) lose() {
	q.synced = false
	q.losses++
}

// lost notes that something is missing in the index.
func (q *queue) lost() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lose()
}

// maxAhead is how far the watermark may move from the last catch-up on: other processes may change the store
// too, and what they change is put by nobody here. It is less than the overlap, so that the next catch-up
// lists all of it.
const maxAhead = overlap / 2

// take returns the next documents to write, and the watermark to write with them: zero when it must not move.
func (q *queue) take(now time.Time) ([]Doc, time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.docs), batchSize)
	docs := q.docs[:n:n]
	q.docs = q.docs[n:]
	if len(q.docs) > 0 {
		return docs, time.Time{}
	}
	q.docs = nil
	if limit := q.caught.Add(maxAhead); now.After(limit) {
		now = limit
	}
	if !q.synced || q.bulks > 0 || !now.After(q.mark) {
		return docs, time.Time{}
	}
	return docs, now
}

// back puts docs that could not be written before all others.
func (q *queue) back(docs []Doc) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.docs = append(docs, q.docs...)
}

// begin notes that a load, catch-up, rebuild or Apply starts.
func (q *queue) begin() begun {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.bulks == 0 {
		q.fresh = map[string]uint64{}
	}
	q.bulks++
	return begun{q.losses, q.puts}
}

// end notes that what begin started is over.
func (q *queue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bulks--
	if q.bulks == 0 {
		q.fresh = nil
	}
}

// putRead puts docs that were read after at, without those that were put meanwhile, and returns how many are
// queued then.
func (q *queue) putRead(docs []Doc, at begun) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	kept := q.olderThan(docs, at)
	q.docs = append(q.docs, kept...)
	q.notePut(kept)
	signal(q.wake)
	return len(q.docs)
}

// older returns docs, which were read after at, without those that were put meanwhile.
func (q *queue) older(docs []Doc, at begun) []Doc {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.olderThan(docs, at)
}

// olderThan is older for a caller that holds mu.
func (q *queue) olderThan(docs []Doc, at begun) []Doc {
	kept := make([]Doc, 0, len(docs))
	for _, d := range docs {
		if q.fresh[d.ID] <= at.puts {
			kept = append(kept, d)
		}
	}
	return kept
}

// sync notes that everything changed before mark is in the index; it stays in step from now on unless
// something was lost after there were that many losses.
func (q *queue) sync(mark time.Time, losses int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mark, q.caught = mark, mark
	q.synced = q.losses == losses
}

// complete notes that everything changed before mark is in the index, unless something was lost meanwhile.
func (q *queue) complete(mark time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.synced {
		q.mark, q.caught = mark, mark
	}
}

func (q *queue) setWatermark(mark time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mark = mark
}

func (q *queue) watermark() time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.mark
}

func (q *queue) behind() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.synced
}
