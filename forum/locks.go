package forum

import (
	"context"
	"hash/maphash"

	"ascolto/internal/civic"
)

// locks lets one goroutine at a time work on what has an id. Ids share a fixed number of locks, so that
// memory stays the same however many ids there are. They order the work of one process; between processes the
// store's unique ids decide.
type locks struct {
	seed  maphash.Seed
	slots []chan struct{}
}

func newLocks() locks {
	l := locks{seed: maphash.MakeSeed(), slots: make([]chan struct{}, 512)}
	for i := range l.slots {
		l.slots[i] = make(chan struct{}, 1)
	}
	return l
}

// acquire waits for the lock of id and returns what gives it back, or Unavailable when ctx ends first.
func (l locks) acquire(ctx context.Context, id civic.ID) (release func(), err error) {
	slot := l.slot(id)
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	case <-ctx.Done():
		return nil, civic.Wrap(civic.Unavailable, "error.unavailable", ctx.Err())
	}
}

// slot returns the lock of id: who can send to it has it, and gives it back by receiving.
func (l locks) slot(id civic.ID) chan struct{} {
	return l.slots[maphash.String(l.seed, string(id))%uint64(len(l.slots))]
}
