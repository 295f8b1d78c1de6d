package docstore

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/routine"
)

// The times of a follower.
const (
	feedFresh    = 2 * time.Second // without a word for so long, nothing is known
	feedPatience = 3 * time.Second // for what was acknowledged before a question
	feedRetry    = 200 * time.Millisecond
	feedRetries  = 5 * time.Second // at most, between two tries
)

// follower brings what others write into the journals of collections.
type follower struct {
	source  source
	journal func(collection string) *journal // nil where there is none
	forget  func()                           // has all journals forget
	log     *slog.Logger
	running atomic.Bool
	caught  atomic.Int64 // when all was known, in nanoseconds since begun; negative: never
	begun   time.Time

	mu       sync.Mutex
	upTo     uint64
	advanced chan struct{} // closed when upTo has grown
	disowned []Change      // of others, but taken for this program's; told next
}

func newFollower(s source, journal func(string) *journal, forget func(), log *slog.Logger) *follower {
	f := &follower{source: s, journal: journal, forget: forget, log: log, begun: time.Now()}
	f.advanced = make(chan struct{})
	f.caught.Store(-1)
	return f
}

// run follows until ctx ends.
func (f *follower) run(ctx context.Context, o FollowOptions) {
	if o.Tell == nil {
		o.Tell = func(News) {}
	}
	f.running.Store(true)
	defer f.running.Store(false)
	defer f.caught.Store(-1)
	wait, at := feedRetry, o.From
	for ctx.Err() == nil {
		before := at
		err := routine.Guard(f.log, "feed", func() error { return f.follow(ctx, &at, o.Tell) })
		f.source.close()
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, errLost) {
			at = ""
		}
		f.log.Warn("what other instances write is not followed for the moment", "error", err)
		if wait = min(2*wait, feedRetries); at != before {
			wait = feedRetry
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

// follow follows from a position, which it moves on, until something fails.
func (f *follower) follow(ctx context.Context, at *string, tell func(News)) error {
	err := f.source.open(ctx, *at)
	if *at != "" && errors.Is(err, errLost) {
		*at = ""
		err = f.source.open(ctx, "")
	}
	if err != nil {
		return err
	}
	// Whoever is told of a loss reads the store after this, and so after the place where the source begins.
	for lost := *at == ""; ctx.Err() == nil; lost = false {
		began := time.Now()
		b, err := f.source.read(ctx)
		if err != nil {
			return err
		}
		if lost {
			f.forget()
		}
		changes := append(f.hear(b.writes), f.takeDisowned()...)
		tell(News{Changes: changes, Position: b.position, Lost: lost})
		*at = b.position
		if b.caughtUp {
			f.caught.Store(int64(began.Sub(f.begun)))
		}
		f.advance(b.upTo)
	}
	return ctx.Err()
}

// hear brings writes into the journals and returns those that others made.
func (f *follower) hear(writes []written) []Change {
	var changes []Change
	for _, w := range writes {
		if j := f.journal(w.collection); j != nil && j.hear(w) {
			changes = append(changes, Change{w.collection, w.id})
		}
	}
	return changes
}

// disown forgets writes that were expected and, it seems, not made. What was heard of one already came
// from another program, which made the same change of the same revision first; or it was made all the
// same. It is told as others'.
func (f *follower) disown(collection string, j *journal, docs []*record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, doc := range docs {
		if !j.own.take(doc.id, doc.rev) {
			j.noteOthers(doc.id)
			f.disowned = append(f.disowned, Change{collection, doc.id})
		}
	}
}

func (f *follower) takeDisowned() []Change {
	f.mu.Lock()
	defer f.mu.Unlock()
	changes := f.disowned
	f.disowned = nil
	return changes
}

func (f *follower) advance(upTo uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if upTo > f.upTo {
		f.upTo = upTo
		close(f.advanced)
		f.advanced = make(chan struct{})
	}
}

// fresh reports whether all that others wrote until a moment ago is in the journals.
func (f *follower) fresh() bool {
	at := f.caught.Load()
	return at >= 0 && time.Since(f.begun)-time.Duration(at) < feedFresh
}

// sync returns true when all that was acknowledged before the call, by whomever, is in the journals, false
// when that cannot be known.
func (f *follower) sync(ctx context.Context) bool {
	if !f.running.Load() || !f.fresh() {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, feedPatience)
	defer cancel()
	end, err := f.source.end(ctx)
	if err != nil {
		return false
	}
	for {
		f.mu.Lock()
		reached, advanced := f.upTo >= end, f.advanced
		f.mu.Unlock()
		if reached {
			return true
		}
		f.source.wake()
		select {
		case <-advanced:
		case <-ctx.Done():
			return false
		}
	}
}

// own is the writes of this program whose echo has not been heard.
type own struct {
	mu     sync.Mutex
	writes map[ownWrite]int
}

type ownWrite struct {
	id  civic.ID
	rev int64
}

// maxOwn bounds how many are remembered; what is forgotten is taken for others' when it is heard, which does
// no harm.
const maxOwn = 1 << 17

func (o *own) add(id civic.ID, rev int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.writes == nil || len(o.writes) >= maxOwn {
		o.writes = map[ownWrite]int{}
	}
	o.writes[ownWrite{id, rev}]++
}

// forget forgets all: nobody hears of them any more.
func (o *own) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.writes = nil
}

// take forgets a write, and reports whether it was one of this program.
func (o *own) take(id civic.ID, rev int64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	w := ownWrite{id, rev}
	n := o.writes[w]
	if n > 1 {
		o.writes[w] = n - 1
	} else {
		delete(o.writes, w)
	}
	return n > 0
}
