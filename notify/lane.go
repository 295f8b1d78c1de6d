package notify

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"ascolto/internal/civic"
)

// The rhythm of a lane.
const (
	pollInterval  = time.Second
	shutdownGrace = 4 * time.Second // what mails that are going out get to end
	pageSize      = 100             // deliveries looked up at once
)

// lane sends what is due in its queues with workers of its own. Each worker holds one slot of the transport, and none waits for
// another, so that a server that holds some of them up delays nothing else. Campaigns and single messages have a lane each.
type lane struct {
	s       *Service
	name    string
	queues  func(context.Context) ([]string, error)
	workers int
	limits  Limits
	pace    *pace
	wake    chan struct{}
	pauses  []time.Duration // after faults of the server that follow one another
	rest    time.Duration   // when the server asks to be left alone
	poll    time.Duration   // how often it looks for what is due when nobody wakes it

	mu         sync.Mutex
	busy       map[civic.ID]bool // handed to a worker
	faults     int               // of the server, one after another
	counted    int               // faults that ever counted
	fault      string            // the cause of the latest
	faultAt    time.Time
	restsUntil time.Time // the pause after the latest that counted
}

func newLane(s *Service, name string, queues func(context.Context) ([]string, error), workers int, limits Limits, p *pace, wake chan struct{}) *lane {
	return &lane{s: s, name: name, queues: queues, workers: workers, limits: limits, pace: p, wake: wake, pauses: faultPauses, rest: busyPause, poll: pollInterval, busy: map[civic.ID]bool{}}
}

// run sends until ctx ends and its workers are done.
func (l *lane) run(ctx context.Context) {
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(shutdownGrace, stop) })()
	feed := make(chan Delivery)
	var wg sync.WaitGroup
	for range l.workers {
		wg.Go(func() { l.work(ctx, sending, feed) })
	}
	l.dispatch(ctx, feed)
	wg.Wait()
}

// dispatch offers what is due to the workers, round after round.
func (l *lane) dispatch(ctx context.Context, feed chan<- Delivery) {
	for ctx.Err() == nil {
		offered, err := l.round(ctx, feed)
		if err != nil && ctx.Err() == nil {
			l.s.o.Log.Error("mail lane cannot look for what is due", "lane", l.name, "error", err)
		}
		if offered > 0 && err == nil {
			continue
		}
		timer := time.NewTimer(l.poll)
		select {
		case <-ctx.Done():
		case <-l.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// round offers some of what is due in each queue, taking the queues in turn, and returns how much that was.
func (l *lane) round(ctx context.Context, feed chan<- Delivery) (offered int, err error) {
	queues, err := l.queues(ctx)
	if err != nil {
		return 0, err
	}
	var found [][]Delivery
	longest := 0
	for _, queue := range queues {
		due, err := l.s.ledger.due(ctx, queue, l.s.now(), pageSize)
		if err != nil {
			return 0, err
		}
		// Another process sees the same page: in another order the two rarely want the same row.
		rand.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] })
		found = append(found, due)
		longest = max(longest, len(due))
	}
	for i := range longest {
		for _, due := range found {
			if i >= len(due) || !l.take(due[i].ID) {
				continue
			}
			select {
			case feed <- due[i]:
				offered++
			case <-ctx.Done():
				l.release(due[i].ID)
				return offered, ctx.Err()
			}
		}
	}
	return offered, nil
}

// work sends one delivery after another.
func (l *lane) work(ctx, sending context.Context, feed <-chan Delivery) {
	slot := l.s.o.Transport.Slot(l.limits)
	defer slot.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case d := <-feed:
			l.one(ctx, sending, slot, &d)
		}
	}
}

// one waits for d's place in the pace and sends it, if that is still wanted then.
func (l *lane) one(ctx, sending context.Context, slot Slot, d *Delivery) {
	defer l.release(d.ID)
	defer func() {
		if p := recover(); p != nil { // the delivery counts as left behind when its lease is over
			l.s.o.Log.Error("mail lane panicked", "lane", l.name, "delivery", d.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	if err := l.pace.wait(ctx); err != nil {
		if ctx.Err() == nil {
			l.s.o.Log.Error("mail lane has no pace", "lane", l.name, "error", err)
			_ = sleepUntil(ctx, l.s.now, l.s.now().Add(pollInterval))
		}
		return
	}
	if !l.s.mayStart(ctx, d) || !l.s.deliver(sending, l, slot, d.ID) {
		l.pace.giveBack()
	}
}

func (l *lane) take(id civic.ID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy[id] {
		return false
	}
	l.busy[id] = true
	return true
}

func (l *lane) release(id civic.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.busy, id)
}

// The pauses after faults of the server that follow one another; the last one repeats.
var faultPauses = []time.Duration{0, 0, 5 * time.Second, 15 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute}

// busyPause is the pause when a server asks to be left alone.
const busyPause = 5 * time.Second

// begun returns what heed has to know of the moment an attempt begins.
func (l *lane) begun() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counted
}

// heed slows the lane down when the server is at fault, so that one outage does not use up everybody's attempts. Workers that fail
// together meet one fault: those count that come from attempts begun since the latest one, and not in the pause it led to.
func (l *lane) heed(out Outcome, begun int) {
	if pause := l.count(out, begun); pause > 0 {
		l.pace.pause(pause)
	}
}

// count takes note of an outcome and returns the pause it asks for.
func (l *lane) count(out Outcome, begun int) (pause time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !out.Server {
		l.faults = 0
		return 0
	}
	now := l.s.now()
	l.fault, l.faultAt = out.Cause, now
	if rest := l.restsUntil.Sub(now); begun != l.counted || rest > 0 && rest <= maxPause { // farther ahead: a clock that was put back
		return 0
	}
	l.faults++
	l.counted++
	if pause = l.pauses[min(l.faults, len(l.pauses))-1]; pause == 0 && (out.Code == 421 || out.Code == 454) {
		pause = l.rest
	}
	l.restsUntil = now.Add(pause)
	return pause
}

// troubleAge is how long a fault of the server counts as the present state of affairs when nothing was sent since.
const troubleAge = 10 * time.Minute

// trouble returns the cause for which the server took nothing lately, "" when it did or nothing was sent.
func (l *lane) trouble() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.faults == 0 || l.s.now().Sub(l.faultAt) > troubleAge {
		return ""
	}
	return l.fault
}
