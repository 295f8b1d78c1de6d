package testtown

import (
	"sync"
	"time"

	"ascolto/internal/civic"
)

// Clock is a time that tests move.
type Clock struct {
	mu   sync.Mutex
	base func() time.Time
	plus time.Duration // that was added to base
	tick time.Duration
}

func still() time.Time { return Morning }

// Still returns a clock that stands at Morning until it is moved.
func Still() *Clock { return &Clock{base: still} }

// Ticking returns a clock that moves by a second with each look, so that orders by time are sure.
func Ticking() *Clock { return &Clock{base: still, tick: time.Second} }

// Machine returns the clock of this machine, for what is about how long something takes.
func Machine() *Clock { return &Clock{base: civic.Now} }

// Now returns the time in UTC, after the next tick of a clock that ticks.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plus += c.tick
	return c.base().Add(c.plus)
}

// Pass lets some time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plus += d
}

// Set moves the clock to a moment, back too.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plus = t.Sub(c.base())
}
