package work

import "sync/atomic"

// Killed returns a switch by which the process of s dies: from then on it stores nothing.
func Killed(s *Service) *atomic.Bool {
	var dead atomic.Bool
	s.dead = dead.Load
	return &dead
}
