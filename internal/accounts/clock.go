package accounts

import (
	"sync"
	"time"

	"ascolto/internal/civic"
)

// steady wraps a clock so that it never goes back: when the wall clock is set back, time goes on from the
// last instant that was told, by as much as has passed since (monotonic). What has ended therefore stays
// ended.
type steady struct {
	wall civic.Clock

	mu   sync.Mutex
	told time.Time // the last answer
	then time.Time // when it was given, with its monotonic reading
}

func (s *steady) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, wall := time.Now(), s.wall()
	if !wall.Before(s.told) {
		s.told, s.then = wall, now
		return wall
	}
	passed := now.Sub(s.then).Truncate(time.Millisecond)
	s.told, s.then = s.told.Add(passed), s.then.Add(passed)
	return s.told
}
