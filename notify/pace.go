package notify

import (
	"context"
	"fmt"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// paceState is what all processes share of a pace: when the next mail may begin.
type paceState struct {
	docstore.Meta `bson:",inline"`
	Next          time.Time `bson:"next"`
}

// pace spreads the mails of one sender evenly, over all workers, processes and restarts: each mail needs a
// place in time, and places are reserved in the store, a second's worth at once.
type pace struct {
	id       civic.ID
	store    *docstore.Collection[paceState]
	now      civic.Clock
	interval time.Duration // between two places; 0: no limit
	chunk    int

	mu        sync.Mutex
	next      time.Time // the next place of ours
	left      int       // how many places are ours
	spare     int       // places whose time has come and that were not needed
	spareAt   time.Time // when the latest of them was given back
	notBefore time.Time // the server asked for a pause
}

// slack is the part of a minute that stays unused, so that mails delayed by differing times never exceed the
// limit in any 60 seconds.
const slack = time.Second

// maxAhead is the farthest a place can lie ahead, however many processes share the pace; a later one was left
// by a clock that went wrong.
const maxAhead = 2 * time.Minute

// maxPause is the longest a server's fault can hold a pace up.
const maxPause = 5 * time.Minute

// newPace returns the pace of at most perMinute mails in any 60 seconds; 0 means no limit.
func newPace(store *docstore.Collection[paceState], name civic.ID, perMinute int, now civic.Clock) *pace {
	p := &pace{id: name, store: store, now: now}
	if perMinute > 0 {
		p.interval = (time.Minute + slack) / time.Duration(perMinute)
		p.chunk = max(1, perMinute/60)
	}
	return p
}

// wait returns when the caller may begin a mail, or ctx's error.
func (p *pace) wait(ctx context.Context) error {
	at, err := p.place(ctx)
	if err != nil {
		return err
	}
	if at.Sub(p.now()) > maxPause { // the clock was put back after the place was taken
		return ctx.Err()
	}
	return sleepUntil(ctx, p.now, at)
}

// giveBack returns a place that was not needed.
func (p *pace) giveBack() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.interval == 0 {
		return
	}
	p.dropStale()
	p.spare, p.spareAt = p.spare+1, p.now()
}

// dropStale forgets places that were not used in their time, because used together later they would be a
// burst, and what a clock that went wrong has set far ahead.
func (p *pace) dropStale() {
	now := p.now()
	if now.Sub(p.spareAt) > slack {
		p.spare = 0
	}
	if now.Sub(p.next) > slack || p.next.Sub(now) > maxAhead {
		p.left = 0
	}
	if p.notBefore.Sub(now) > maxPause {
		p.notBefore = time.Time{}
	}
}

// pause makes every later mail wait until d from now.
func (p *pace) pause(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.now().Add(min(d, maxPause)); until.After(p.notBefore) {
		p.notBefore = until
	}
}

// place takes the next place and returns its time.
func (p *pace) place(ctx context.Context) (time.Time, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dropStale()
	if p.interval == 0 {
		return p.notBefore, nil
	}
	if p.spare > 0 {
		p.spare--
		return p.notBefore, nil
	}
	if p.left == 0 {
		if err := p.reserve(ctx); err != nil {
			return time.Time{}, err
		}
	}
	at := p.next
	p.next, p.left = at.Add(p.interval), p.left-1
	if at.Before(p.notBefore) {
		at = p.notBefore
	}
	return at, nil
}

// reserve takes a chunk of places from the store.
func (p *pace) reserve(ctx context.Context) error {
	now := p.now()
	take := func(s *paceState) error {
		p.next = s.Next
		if p.next.Before(now) || p.next.After(now.Add(maxAhead)) {
			p.next = now
		}
		s.Next = p.next.Add(time.Duration(p.chunk) * p.interval)
		return nil
	}
	_, err := p.store.Update(ctx, p.id, take)
	if civic.CodeOf(err) == civic.NotFound {
		first := paceState{Meta: docstore.Meta{ID: p.id}}
		if err = p.store.Insert(ctx, &first); err == nil || civic.CodeOf(err) == civic.Conflict {
			_, err = p.store.Update(ctx, p.id, take)
		}
	}
	if err != nil {
		return fmt.Errorf("notify: pace: %w", err)
	}
	p.left = p.chunk
	return nil
}

// sleepUntil returns when at has come or ctx has ended, then with its error.
func sleepUntil(ctx context.Context, now civic.Clock, at time.Time) error {
	d := at.Sub(now())
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
