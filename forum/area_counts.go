package forum

import (
	"context"
	"sync"
	"time"

	"ascolto/internal/civic"
)

// For how long the numbers of discussions are taken as they were counted: where other instances begin
// discussions too, these are in the numbers within two seconds.
const (
	countsAge       = time.Minute
	countsAgeShared = 2 * time.Second
)

// areaCounts remembers how many discussions each area has, because counting reads all of them: ten
// milliseconds for 100,000, which the page of areas need not take each time. What this process changes shows
// at once.
type areaCounts struct {
	shared bool // other instances write to the store

	mu      sync.Mutex
	changes int // how often forget was called
	known   map[civic.ID]areaCount
}

type areaCount struct {
	threads int
	at      time.Time
}

// get returns the number of an area's discussions, as count tells it now or told it a short while ago.
func (c *areaCounts) get(
	ctx context.Context, area civic.ID, count func(context.Context, civic.ID) (int, error),
) (int, error) {
	c.mu.Lock()
	known, ok := c.known[area]
	changes := c.changes
	c.mu.Unlock()
	age := countsAge
	if c.shared {
		age = countsAgeShared
	}
	if ok && time.Since(known.at) < age {
		return known.threads, nil
	}
	at := time.Now()
	n, err := count(ctx, area)
	if err != nil {
		return 0, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes == changes { // else the number may be from before the change
		if c.known == nil {
			c.known = map[civic.ID]areaCount{}
		}
		c.known[area] = areaCount{n, at}
	}
	return n, nil
}

// forget is called when a discussion was begun, hidden, shown or moved.
func (c *areaCounts) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	c.known = nil
}
