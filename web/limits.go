package web

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ascolto/web/visit"
)

// Rate is how many tries a client has: PerSecond in the long run, Burst at once.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Limits bound how fast one client may ask. They are counted in this process, so that they hold whatever the store does. A
// zero Rate takes its default.
type Limits struct {
	Requests Rate // of one address
	Changes  Rate // of one address that is not signed in
	Account  Rate // changes of one account
}

// limits counts by client in token buckets.
type limits struct {
	requests, changes, accounts *buckets
}

func newLimits(l Limits) *limits {
	or := func(r, fallback Rate) *buckets {
		if r == (Rate{}) {
			r = fallback
		}
		return &buckets{rate: r, now: time.Now, young: map[string]*rate.Limiter{}}
	}
	return &limits{
		requests: or(l.Requests, Rate{PerSecond: 30, Burst: 300}), // a whole office may stand behind one address
		changes:  or(l.Changes, Rate{PerSecond: 2, Burst: 100}),
		accounts: or(l.Account, Rate{PerSecond: 5, Burst: 100}),
	}
}

func (l *limits) request(client string) bool { return l.requests.take(network(client), 1) }

// change counts a request that changes something against the account, or the address of who is not signed in.
func (l *limits) change(v *visit.Visit, cost int) bool {
	if v.Actor.Account != "" {
		return l.accounts.take(string(v.Actor.Account), cost)
	}
	return l.changes.take(network(v.Client), cost)
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

// buckets holds a token bucket for each client in two generations: when the younger is full the older is forgotten, so that
// memory is bounded and who asks often is remembered.
type buckets struct {
	rate       Rate
	now        func() time.Time
	mu         sync.Mutex
	young, old map[string]*rate.Limiter
}

func (b *buckets) take(key string, n int) bool {
	b.mu.Lock()
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
	b.mu.Unlock()
	return bucket.AllowN(b.now(), n)
}
