package blob

import (
	"context"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/memo"
)

// Pool is what files of forms share that anybody may begin and leave, so that nobody fills the disk with
// them, and no place takes more than its share. Each counts as leastPooled at least, so that their number is
// bounded, too. The zero Pool bounds nothing.
type Pool struct {
	Name     civic.ID // with what makes it unique before it
	MaxBytes int64    // of the files that drafts refer to, or nothing yet
	Kept     civic.ID // the pool of those that a document keeps: its Claim.Pool; empty: they are in none
	MaxKept  int64    // bytes of all files in both
	// LetGo has a draft that nobody goes on with let its files go, and reports whether there was one: it is
	// asked while there is no room. Nil: there is none.
	LetGo func(ctx context.Context) (bool, error)
}

const (
	leastPooled = 256 << 10
	// placeShare is which part of a pool what comes from one place may take, of the files that drafts refer to,
	// or nothing yet.
	placeShare = 4
	// letGoAfter is how long a file to which nothing refers stays in a full pool.
	letGoAfter = time.Hour
	// A pool is counted anew when this many times as long has passed as that took, and after a minute at the
	// latest: other instances put files into it, too.
	countShare, countMost = 100, time.Minute
)

// pooled is what is in a pool: as it was counted, with what this program did since. It may be more than there
// is, for a while, and less only by what other instances did.
type pooled struct {
	mu     sync.Mutex
	all    amount
	of     map[civic.ID]amount // what came from a place
	counts int                 // how often it was counted
	memo.Freshness
}

// amount is how many bytes files take.
type amount struct {
	bytes   int64
	pending int64 // of files that are not stored yet
}

func (a amount) sum() int64 { return a.bytes + a.pending }

// add adds to what came from a place, which may be unknown.
func (known *pooled) add(place civic.ID, bytes, pending int64) {
	known.all.bytes += bytes
	known.all.pending += pending
	if place == "" {
		return
	}
	a := known.of[place]
	a.bytes, a.pending = a.bytes+bytes, a.pending+pending
	known.of[place] = a
	if a.bytes <= 0 && a.pending == 0 {
		delete(known.of, place)
	}
}

// pools are what is known of pools, by name.
type pools struct {
	mu  sync.Mutex
	all map[civic.ID]*pooled
}

func (p *pools) get(name civic.ID) *pooled {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[civic.ID]*pooled{}
	}
	if p.all[name] == nil {
		p.all[name] = &pooled{of: map[civic.ID]amount{}}
	}
	return p.all[name]
}

// counted returns how often a pool was counted, to say to leave what was done since.
func (p *pools) counted(name civic.ID) int {
	if name == "" {
		return 0
	}
	known := p.get(name)
	known.mu.Lock()
	defer known.mu.Unlock()
	return known.counts
}

// enter notes that a file came into a pool.
func (p *pools) enter(name, place civic.ID, size int64) {
	if name == "" {
		return
	}
	known := p.get(name)
	known.mu.Lock()
	defer known.mu.Unlock()
	known.add(place, share(size), 0)
}

// leave notes that a file left a pool that had been counted so often before: one that was counted since may
// have been counted without it.
func (p *pools) leave(name, place civic.ID, size int64, counts int) {
	if name == "" {
		return
	}
	known := p.get(name)
	known.mu.Lock()
	defer known.mu.Unlock()
	if known.counts == counts {
		known.add(place, -share(size), 0)
	}
}

// share is what a file takes of a pool, in bytes.
func share(size int64) int64 { return max(size, leastPooled) }

// takeRoom takes room for a file of a place in a pool, for which others are let go that nobody goes on with;
// taken says whether it was stored then. It returns Limited when there is no room, without a look into the
// store where that is known.
func (s *Store) takeRoom(
	ctx context.Context, p Pool, place civic.ID, size int64,
) (taken func(stored bool), err error) {
	if p.Name == "" {
		return func(bool) {}, nil
	}
	for {
		full, mayHelp, err := s.take(ctx, p, place, share(size))
		if err != nil {
			return nil, err
		}
		if full == "" {
			return func(stored bool) { s.pools.get(p.Name).settle(place, share(size), stored) }, nil
		}
		if mayHelp {
			mayHelp, err = s.makeRoom(ctx, p, full)
		}
		if err != nil {
			return nil, err
		}
		if !mayHelp {
			return nil, civic.NewError(civic.Limited, full)
		}
	}
}

// settle ends what take began.
func (known *pooled) settle(place civic.ID, bytes int64, stored bool) {
	known.mu.Lock()
	defer known.mu.Unlock()
	known.add(place, 0, -bytes)
	if stored {
		known.add(place, bytes, 0)
	}
}

// Why a pool has no room.
const (
	fullPool  = "error.file.pool"
	fullKept  = "error.file.pool_kept"
	fullPlace = "error.file.pool_place"
)

// take takes bytes out of a pool for a place; full says why not, and mayHelp whether it helps that files go.
func (s *Store) take(
	ctx context.Context, p Pool, place civic.ID, bytes int64,
) (full string, mayHelp bool, err error) {
	drafts := s.pools.get(p.Name)
	drafts.mu.Lock()
	defer drafts.mu.Unlock()
	held, err := s.sum(ctx, p.Name, drafts)
	if err != nil {
		return "", false, err
	}
	total := held
	if p.Kept != "" { // while drafts is locked: what goes from one to the other is never in none
		kept := s.pools.get(p.Kept)
		kept.mu.Lock()
		sent, err := s.sum(ctx, p.Kept, kept)
		kept.mu.Unlock()
		if err != nil {
			return "", false, err
		}
		if sent+bytes > p.MaxKept {
			return fullKept, false, nil
		}
		total += sent
	}
	if here := drafts.of[place].sum(); place != "" && here > 0 && here+bytes > p.MaxBytes/placeShare {
		return fullPlace, true, nil
	}
	if held+bytes > p.MaxBytes || p.Kept != "" && total+bytes > p.MaxKept {
		return fullPool, true, nil
	}
	drafts.add(place, 0, bytes)
	return "", false, nil
}

// sum returns how many bytes are in a pool, which the caller has locked.
func (s *Store) sum(ctx context.Context, name civic.ID, known *pooled) (int64, error) {
	if !known.FreshFor(countShare, countMost) {
		now := pooled{of: map[civic.ID]amount{}}
		for place, a := range known.of {
			now.add(place, 0, a.pending)
		}
		start := time.Now()
		in := docstore.Query{Filter: docstore.Filter{docstore.Eq("pool", string(name))}}
		for f, err := range s.files.All(ctx, in) {
			if err != nil {
				return 0, err
			}
			now.add(f.Place, share(f.Size), 0)
		}
		now.all.pending = known.all.pending
		known.all, known.of = now.all, now.of
		known.counts++
		known.Learned(start)
	}
	return known.all.sum(), nil
}

// makeRoom removes from a pool that is full the files that nothing has referred to for letGoAfter, or else
// what a draft lets go, and reports whether there was anything. For a place that has its share no draft of
// others lets anything go.
func (s *Store) makeRoom(ctx context.Context, p Pool, full string) (bool, error) {
	n, err := s.collect(ctx, s.now().Add(-letGoAfter), docstore.Eq("pool", string(p.Name)))
	if err != nil || n > 0 || p.LetGo == nil || full == fullPlace {
		return n > 0, err
	}
	return p.LetGo(ctx)
}
