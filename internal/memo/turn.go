package memo

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// Turn lets one at a time find out what is dear. Its zero value is free.
type Turn struct {
	once sync.Once
	free *semaphore.Weighted
}

// Wait returns when nobody else has the turn, or the error of ctx when that ends before; done lets the next
// one.
func (t *Turn) Wait(ctx context.Context) (done func(), err error) {
	t.once.Do(func() { t.free = semaphore.NewWeighted(1) })
	if err := t.free.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	return func() { t.free.Release(1) }, nil
}
