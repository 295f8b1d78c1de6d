package web

import (
	"cmp"
	"net/netip"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ascolto/internal/civic"
	"ascolto/web/page"
)

// Rate is how many tries a client has: PerSecond in the long run, Burst at once.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Limits bound how fast one client may ask. They are counted in this process, so that they hold whatever the
// store does; of several instances each is told what clients used at the others (Used, Use). A zero Rate
// takes its default.
type Limits struct {
	Requests Rate // of one address
	Changes  Rate // of one address that is not signed in
	Dear     Rate // likewise, of pages that change nothing and are dear
	Account  Rate // changes and dear pages of one account

	Connections int // at the same time, in all
	PerAddress  int // connections, or requests under way, of one address at the same time
	Streams     int // event streams of one account at the same time; 0: 12
}

// limits counts by client in token buckets.
type limits struct {
	requests, changes, dear, accounts *buckets

	connections int
	flying      *tally         // requests under way, by client
	known       []netip.Prefix // where many stand behind one address
}

// newLimits returns limits that tell, where name is given, what clients used, each by the name that stands
// for its key.
func newLimits(l Limits, known []netip.Prefix, name func(key string) string) *limits {
	or := func(r, fallback Rate) *buckets {
		if r == (Rate{}) {
			r = fallback
		}
		return &buckets{rate: r, now: time.Now, young: map[string]*rate.Limiter{}, name: name}
	}
	return &limits{
		// a whole office may stand behind one address
		requests: or(l.Requests, Rate{PerSecond: 30, Burst: 300}),
		changes:  or(l.Changes, Rate{PerSecond: 2, Burst: 100}),
		dear:     or(l.Dear, Rate{PerSecond: 2, Burst: 100}),
		accounts: or(l.Account, Rate{PerSecond: 5, Burst: 100}),

		connections: cmp.Or(l.Connections, 4096), flying: newTally(cmp.Or(l.PerAddress, 256)), known: known,
	}
}

// enter counts a request against its client, and returns what to call when it is over, or a Limited error.
func (l *limits) enter(client string) (leave func(), err error) {
	if l.knows(addressOf(client)) {
		return func() {}, nil
	}
	key := network(client)
	if !l.flying.take(key) {
		return nil, civic.NewError(civic.Limited, "error.limited")
	}
	leave = func() { l.flying.give(key) }
	if !l.requests.take(key, 1) {
		leave()
		return nil, civic.NewError(civic.Limited, "error.limited")
	}
	return leave, nil
}

// knows reports whether an address belongs to a network that was named as one of many people.
func (l *limits) knows(client netip.Addr) bool {
	return slices.ContainsFunc(l.known, func(p netip.Prefix) bool { return p.Contains(client) })
}

// addressOf returns the zero address, which belongs to no network, when client is none.
func addressOf(client string) netip.Addr {
	a, _ := netip.ParseAddr(client)
	return a
}

// change counts a request that changes something against the account, or the address of who is not signed in.
func (l *limits) change(r *page.Request, cost int) bool {
	if r.Actor.Account != "" {
		return l.accounts.take(string(r.Actor.Account), cost)
	}
	return l.knows(addressOf(r.Client)) || l.changes.take(network(r.Client), cost)
}

// read counts a dear request that changes nothing against the account, or the address of who is not signed
// in. Such an address has other tries for that than for changes: any page of another site can have a browser
// ask, and nobody there could send a form any more.
func (l *limits) read(r *page.Request, cost int) bool {
	if r.Actor.Account != "" {
		return l.accounts.take(string(r.Actor.Account), cost)
	}
	return l.knows(addressOf(r.Client)) || l.dear.take(network(r.Client), cost)
}

// network returns what one subscriber usually has: an IPv4 address, the first 64 bits of an IPv6 one.
func network(client string) string {
	addr, err := netip.ParseAddr(client)
	if err != nil || addr.Is4() {
		return client
	}
	p, err := addr.Prefix(64)
	if err != nil {
		return client
	}
	return p.Addr().String()
}

// bucketsKept bounds how many clients are remembered in each half of buckets; a client costs about 200 bytes.
const bucketsKept = 50_000

// buckets holds a token bucket for each client in two generations: when the younger is full the older is
// forgotten, so that memory is bounded and who asks often is remembered.
type buckets struct {
	rate       Rate
	now        func() time.Time
	mu         sync.Mutex
	young, old map[string]*rate.Limiter

	name func(key string) string // nil: nobody is told
	used map[string]int          // by name, since they were told last
}

// has reports whether a client has a try left, and takes none.
func (b *buckets) has(key string) bool {
	b.mu.Lock()
	bucket, ok := b.young[key]
	if !ok {
		bucket, ok = b.old[key]
	}
	b.mu.Unlock()
	return !ok || bucket.TokensAt(b.now()) >= 1
}

func (b *buckets) take(key string, n int) bool {
	if b.name != nil {
		key = b.name(key)
	}
	bucket := b.bucket(key)
	if !bucket.AllowN(b.now(), n) {
		return false
	}
	b.note(key, n)
	return true
}

// note remembers what a client used, to be told.
func (b *buckets) note(key string, n int) {
	if b.name == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.used == nil || len(b.used) >= bucketsKept {
		b.used = map[string]int{}
	}
	b.used[key] += n
}

// takeUsed returns what clients used since the last call.
func (b *buckets) takeUsed() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	used := b.used
	b.used = nil
	return used
}

// use counts what a client used elsewhere, however much that was.
func (b *buckets) use(key string, n int) {
	bucket := b.bucket(key)
	now, most := b.now(), max(1, b.rate.Burst)
	for ; n > 0; n -= most {
		bucket.ReserveN(now, min(n, most))
	}
}

// bucket returns the bucket of a client.
func (b *buckets) bucket(key string) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket, ok := b.young[key]
	if !ok {
		if bucket, ok = b.old[key]; !ok {
			bucket = rate.NewLimiter(rate.Limit(b.rate.PerSecond), b.rate.Burst)
		}
		if len(b.young) >= bucketsKept {
			b.old, b.young = b.young, make(map[string]*rate.Limiter, bucketsKept)
		}
		b.young[key] = bucket
	}
	return bucket
}
