package blob

import (
	"context"

	"ascolto/internal/civic"
)

// Room is how much of a pool is taken.
type Room struct {
	Bytes, Max int64
}

// Percent returns how many hundredths of the pool are taken, rounded down.
func (r Room) Percent() int {
	if r.Max <= 0 {
		return 0
	}
	return int(r.Bytes * 100 / r.Max)
}

// Rooms returns how much is taken of a pool by files of drafts, and by these and those of the pool in which
// they are kept; none when there is no such pool. It is what the store knew a minute ago at the earliest.
func (s *Store) Rooms(ctx context.Context, p Pool) (drafts, all Room, err error) {
	drafts.Max, all.Max = p.MaxBytes, p.MaxKept
	if drafts.Bytes, err = s.inPool(ctx, p.Name); err != nil || p.Kept == "" {
		return drafts, Room{}, err
	}
	all.Bytes, err = s.inPool(ctx, p.Kept)
	all.Bytes += drafts.Bytes
	return drafts, all, err
}

// inPool returns how many bytes are in a pool.
func (s *Store) inPool(ctx context.Context, name civic.ID) (int64, error) {
	known := s.pools.get(name)
	known.mu.Lock()
	defer known.mu.Unlock()
	return s.sum(ctx, name, known)
}
