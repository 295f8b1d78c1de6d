package notify

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/routine"
	"ascolto/notify/transport"
)

// The rhythm of a pool.
const (
	pollInterval  = time.Second
	shutdownGrace = 4 * time.Second // what mails that are going out get to end
	pageSize      = 100             // deliveries looked up at once
)

// sender is what a pool's workers send for. It knows nothing of the pool.
type sender interface {
	// due returns at most n deliveries of a queue whose time has come.
	due(ctx context.Context, queue string, n int) ([]Delivery, error)
	// mayStart reports whether an attempt at d may begin at this moment.
	mayStart(ctx context.Context, d *Delivery) bool
	// deliver makes one attempt at a delivery over conn. It returns false when the delivery was not there for
	// the taking.
	deliver(ctx context.Context, conn transport.Conn, limits transport.Limits, id civic.ID) (attempted, bool)
}

// attempted is what an attempt came to, as far as the way mail takes is concerned.
type attempted struct {
	out   transport.Outcome
	asked bool // the way was tried; else there was nothing to send
}

// poolOptions says what a pool works with. All are required.
type poolOptions struct {
	name    string
	sender  sender
	queues  func(context.Context) ([]string, error) // from which it may send now
	connect func(transport.Limits) transport.Conn
	workers int
	limits  transport.Limits
	pace    *pace
	wake    chan struct{} // who writes to it has the pool look at once
	now     civic.Clock
	log     *slog.Logger
}

// pool sends what is due in its queues with workers of its own. Each worker holds one connection of the
// transport, and none waits for another, so that a server that holds some of them up delays nothing else.
// Campaigns and single messages have a pool each.
type pool struct {
	poolOptions
	pauses []time.Duration // after faults of the server that follow one another
	rest   time.Duration   // when the server asks to be left alone
	poll   time.Duration   // how often it looks for what is due when nobody wakes it

	mu         sync.Mutex
	busy       map[civic.ID]bool // handed to a worker
	faults     int               // of the server, one after another
	counted    int               // faults that ever counted
	fault      string            // the cause of the latest
	faultAt    time.Time
	restsUntil time.Time // the pause after the latest that counted
}

func newPool(o poolOptions) *pool {
	return &pool{poolOptions: o, pauses: faultPauses, rest: busyPause, poll: pollInterval,
		busy: map[civic.ID]bool{}}
}

// run sends until ctx ends and its workers are done.
func (p *pool) run(ctx context.Context) {
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(shutdownGrace, stop) })()
	feed := make(chan Delivery)
	workers := routine.NewGroup(p.log, "mail pool")
	for range p.workers {
		workers.Do(func() {
			routine.Keep(ctx, p.log, "sender of mail",
				func(ctx context.Context) { p.work(ctx, sending, feed) })
		})
	}
	routine.Keep(ctx, p.log, "mail pool", func(ctx context.Context) { p.dispatch(ctx, feed) })
	_ = workers.Wait() // Keep logs what there is
}

// dispatch offers what is due to the workers, round after round.
func (p *pool) dispatch(ctx context.Context, feed chan<- Delivery) {
	for ctx.Err() == nil {
		offered, err := p.round(ctx, feed)
		if err != nil && ctx.Err() == nil {
			p.log.Error("mail pool cannot look for what is due", "pool", p.name, "error", err)
		}
		if offered > 0 && err == nil {
			continue
		}
		timer := time.NewTimer(p.poll)
		select {
		case <-ctx.Done():
		case <-p.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// round offers some of what is due in each queue, taking the queues in turn, and returns how much that was.
func (p *pool) round(ctx context.Context, feed chan<- Delivery) (offered int, err error) {
	queues, err := p.queues(ctx)
	if err != nil {
		return 0, err
	}
	var found [][]Delivery
	longest := 0
	for _, queue := range queues {
		due, err := p.sender.due(ctx, queue, pageSize)
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
			if i >= len(due) || !p.take(due[i].ID) {
				continue
			}
			select {
			case feed <- due[i]:
				offered++
			case <-ctx.Done():
				p.release(due[i].ID)
				return offered, ctx.Err()
			}
		}
	}
	return offered, nil
}

// work sends one delivery after another.
func (p *pool) work(ctx, sending context.Context, feed <-chan Delivery) {
	conn := p.connect(p.limits)
	defer conn.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case d := <-feed:
			p.one(ctx, sending, conn, &d)
		}
	}
}

// one waits for d's place in the pace and sends it, if that is still wanted then.
func (p *pool) one(ctx, sending context.Context, conn transport.Conn, d *Delivery) {
	defer p.release(d.ID)
	defer func() {
		if cause := recover(); cause != nil { // the delivery counts as left behind when its lease is over
			p.log.Error("mail pool panicked", "pool", p.name, "delivery", d.ID, "panic", fmt.Sprint(cause),
				"stack", string(debug.Stack()))
		}
	}()
	if err := p.pace.wait(ctx); err != nil {
		if ctx.Err() == nil {
			p.log.Error("mail pool has no pace", "pool", p.name, "error", err)
			_ = sleepUntil(ctx, p.now, p.now().Add(pollInterval))
		}
		return
	}
	begun := p.begun()
	if p.sender.mayStart(ctx, d) {
		if came, taken := p.sender.deliver(sending, conn, p.limits, d.ID); taken {
			if came.asked {
				p.recordFault(came.out, begun)
			}
			return
		}
	}
	p.pace.giveBack()
}

func (p *pool) take(id civic.ID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy[id] {
		return false
	}
	p.busy[id] = true
	return true
}

func (p *pool) release(id civic.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.busy, id)
}

// The pauses after faults of the server that follow one another; the last one repeats.
var faultPauses = []time.Duration{0, 0, 5 * time.Second, 15 * time.Second, time.Minute, 2 * time.Minute,
	5 * time.Minute}

// busyPause is the pause when a server asks to be left alone.
const busyPause = 5 * time.Second

// begun returns what recordFault has to know of the moment an attempt begins.
func (p *pool) begun() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counted
}

// recordFault slows the pool down when the server is at fault, so that one outage does not use up everybody's
// attempts. Workers that fail together meet one fault: those count that come from attempts begun since the
// latest one, and not in the pause it led to.
func (p *pool) recordFault(out transport.Outcome, begun int) {
	if pause := p.count(out, begun); pause > 0 {
		p.pace.pause(pause)
	}
}

// count takes note of an outcome and returns the pause it asks for.
func (p *pool) count(out transport.Outcome, begun int) (pause time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !out.Server {
		p.faults = 0
		return 0
	}
	now := p.now()
	p.fault, p.faultAt = out.Cause, now
	// farther ahead: a clock that was put back
	if rest := p.restsUntil.Sub(now); begun != p.counted || rest > 0 && rest <= maxPause {
		return 0
	}
	p.faults++
	p.counted++
	if pause = p.pauses[min(p.faults, len(p.pauses))-1]; pause == 0 && (out.Code == 421 || out.Code == 454) {
		pause = p.rest
	}
	p.restsUntil = now.Add(pause)
	return pause
}

// troubleAge is how long a fault of the server counts as the present state of affairs when nothing was sent
// since.
const troubleAge = 10 * time.Minute

// trouble returns the cause for which the server took nothing lately, "" when it did or nothing was sent.
func (p *pool) trouble() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.faults == 0 || p.now().Sub(p.faultAt) > troubleAge {
		return ""
	}
	return p.fault
}
