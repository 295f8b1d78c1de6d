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
// them. Each counts as leastPooled at least, so that their number is bounded, too. The zero Pool bounds
// nothing.
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
	// letGoAfter is how long a file to which nothing refers stays in a full pool.
	letGoAfter = time.Hour
	// A pool is counted anew when this many times as long has passed as that took, and after a minute at the
	// latest: other instances put files into it, too.
	countShare, countMost = 100, time.Minute
)

// pooled is what is in a pool: as it was counted, with what this program did since. It may be more than there
// is, for a while, and less only by what other instances did.
type pooled struct {
	mu      sync.Mutex
	bytes   int64
	pending int64 // of files that are not stored yet
	counts  int   // how often it was counted
	memo.Freshness
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
		p.all[name] = &pooled{}
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
func (p *pools) enter(name civic.ID, size int64) {
	if name == "" {
		return
	}
	known := p.get(name)
	known.mu.Lock()
	defer known.mu.Unlock()
	known.bytes += share(size)
}

// leave notes that a file left a pool that had been counted so often before: one that was counted since may
// have been counted without it.
func (p *pools) leave(name civic.ID, size int64, counts int) {
	if name == "" {
		return
	}
	known := p.get(name)
	known.mu.Lock()
	defer known.mu.Unlock()
	if known.counts == counts {
		known.bytes -= share(size)
	}
}

// share is what a file takes of a pool, in bytes.
func share(size int64) int64 { return max(size, leastPooled) }

// takeRoom takes room for a file in a pool, for which others are let go that nobody goes on with; taken says
// whether it was stored then. It returns Limited when there is no room, without a look into the store where
// that is known.
func (s *Store) takeRoom(ctx context.Context, p Pool, size int64) (taken func(stored bool), err error) {
	if p.Name == "" {
		return func(bool) {}, nil
	}
	for {
		full, mayHelp, err := s.take(ctx, p, share(size))
		if err != nil {
			return nil, err
		}
		if full == "" {
			return func(stored bool) { s.pools.get(p.Name).settle(share(size), stored) }, nil
		}
		if mayHelp {
			mayHelp, err = s.makeRoom(ctx, p)
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
func (known *pooled) settle(bytes int64, stored bool) {
	known.mu.Lock()
	defer known.mu.Unlock()
	known.pending -= bytes
	if stored {
		known.bytes += bytes
	}
}

// take takes bytes out of a pool; full says why not, and mayHelp whether it helps that drafts let files go.
func (s *Store) take(ctx context.Context, p Pool, bytes int64) (full string, mayHelp bool, err error) {
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
			return "error.file.pool_kept", false, nil
		}
		total += sent
	}
	if held+bytes > p.MaxBytes || p.Kept != "" && total+bytes > p.MaxKept {
		return "error.file.pool", true, nil
	}
	drafts.pending += bytes
	return "", false, nil
}

// sum returns how many bytes are in a pool, which the caller has locked.
func (s *Store) sum(ctx context.Context, name civic.ID, known *pooled) (int64, error) {
	if !known.FreshFor(countShare, countMost) {
		start, bytes := time.Now(), int64(0)
		in := docstore.Query{Filter: docstore.Filter{docstore.Eq("pool", string(name))}}
		for f, err := range s.files.All(ctx, in) {
			if err != nil {
				return 0, err
			}
			bytes += share(f.Size)
		}
		known.bytes = bytes
		known.counts++
		known.Learned(start)
	}
	return known.bytes + known.pending, nil
}

// makeRoom removes from a pool the files that nothing has referred to for letGoAfter, or else what a draft
// lets go, and reports whether there was anything.
func (s *Store) makeRoom(ctx context.Context, p Pool) (bool, error) {
	n, err := s.collect(ctx, s.now().Add(-letGoAfter), docstore.Eq("pool", string(p.Name)))
	if err != nil || n > 0 || p.LetGo == nil {
		return n > 0, err
	}
	return p.LetGo(ctx)
}
