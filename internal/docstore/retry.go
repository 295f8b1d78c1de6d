package docstore

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"ascolto/internal/civic"
)

// How long Update tries: about ten seconds of losing to others, who all got through.
const (
	maxTries  = 200
	maxPause  = 50 * time.Millisecond
	queueTime = 3 * time.Second
)

// pause waits a little before another try, longer the more there were. It returns Conflict after the last one
// and Unavailable when ctx ends.
func pause(ctx context.Context, try int) error {
	if try >= maxTries {
		return errChanged()
	}
	longest := min(maxPause, time.Millisecond<<min(try, 10))
	timer := time.NewTimer(time.Duration(rand.Int64N(int64(longest))))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ended(ctx)
	}
}

// locks lets the updates of one document in this process go one after another, so that they need not lose to
// each other and try again. It is a courtesy: the revision is what protects, and who has waited for a while
// goes ahead.
type locks struct {
	mu     sync.Mutex
	queues map[civic.ID]*queue
}

type queue struct {
	turn  chan struct{} // holds one token while nobody has the document
	users int
}

// lock waits for id and returns what lets it go.
func (l *locks) lock(ctx context.Context, id civic.ID) (unlock func()) {
	q := l.join(id)
	select {
	case <-q.turn:
		return func() { q.turn <- struct{}{}; l.leave(id, q) }
	default:
	}
	timer := time.NewTimer(queueTime)
	defer timer.Stop()
	select {
	case <-q.turn:
		return func() { q.turn <- struct{}{}; l.leave(id, q) }
	case <-timer.C:
	case <-ctx.Done():
	}
	return func() { l.leave(id, q) }
}

func (l *locks) join(id civic.ID) *queue {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.queues == nil {
		l.queues = map[civic.ID]*queue{}
	}
	q := l.queues[id]
	if q == nil {
		q = &queue{turn: make(chan struct{}, 1)}
		q.turn <- struct{}{}
		l.queues[id] = q
	}
	q.users++
	return q
}

func (l *locks) leave(id civic.ID, q *queue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if q.users--; q.users == 0 {
		delete(l.queues, id)
	}
}
