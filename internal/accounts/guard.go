package accounts

import (
	"net/netip"
	"sync"
	"time"

	"ascolto/internal/civic"
)

// rate lets burst through at once, and one more each time that every has passed.
type rate struct {
	burst int
	every time.Duration
}

// limits are the figures of the guard.
type limits struct {
	attempts      rate          // failed attempts to sign in, of everybody together
	placeAttempts rate          // failed attempts of one address (IPv6: one /64)
	free          int           // failed attempts at one login before waiting begins
	firstWait     time.Duration // doubles with each further one
	longestWait   time.Duration
	forget        time.Duration // a login without failures for so long is forgotten
	mails         rate          // mails asked for, by everybody together
	placeMails    rate          // by one address
	loginMails    rate          // for one login
	entries       int           // how many addresses or logins are told apart; beyond, newcomers are counted together
}

func defaultLimits() limits {
	return limits{
		attempts:      rate{300, 200 * time.Millisecond},
		placeAttempts: rate{50, 10 * time.Second},
		free:          5,
		firstWait:     30 * time.Second,
		longestWait:   15 * time.Minute,
		forget:        24 * time.Hour,
		mails:         rate{600, 100 * time.Millisecond},
		placeMails:    rate{60, 10 * time.Second},
		loginMails:    rate{3, 5 * time.Minute},
		entries:       100_000,
	}
}

// guard slows down guessing. It lives in the process and asks no store, so that it holds while the store is away. Nobody is
// locked out for good: waits end, and a browser that signed in before is counted on its own (device.go), so that strangers who
// guess at a login cannot keep its owner out.
type guard struct {
	limits
	now func() time.Time

	mu           sync.Mutex
	everyAttempt bucket
	placeAttempt table[bucket]
	wait         table[wait] // by login, or by device
	everyMail    bucket
	placeMail    table[bucket]
	loginMail    table[bucket] // by login, or by device
}

func newGuard(now func() time.Time, l limits) *guard {
	return &guard{
		limits: l, now: now,
		placeAttempt: newTable(l.entries, func(b bucket, now time.Time) bool { return b.level(l.placeAttempts, now) == 0 }),
		wait:         newTable(l.entries, func(w wait, now time.Time) bool { return now.Sub(w.last) >= l.forget }),
		placeMail:    newTable(l.entries, func(b bucket, now time.Time) bool { return b.level(l.placeMails, now) == 0 }),
		loginMail:    newTable(l.entries, func(b bucket, now time.Time) bool { return b.level(l.loginMails, now) == 0 }),
	}
}

// attempt counts an attempt to sign in as failed and returns the function that takes it back when it succeeded; Limited when
// there were too many. Counting first leaves no gap for attempts side by side. Device is empty when the browser is unknown.
func (g *guard) attempt(login, device string, place netip.Addr) (succeeded func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if device != "" {
		w := g.wait.at("device/"+device, now)
		if !w.fail(g.limits, now) {
			return nil, limited()
		}
		return g.locked(func() { *w = wait{} }), nil
	}
	from := g.placeAttempt.at(block(place), now)
	w := g.wait.at("login/"+login, now)
	if !from.fits(g.placeAttempts, now) || !g.everyAttempt.fits(g.attempts, now) || !w.fail(g.limits, now) {
		return nil, limited()
	}
	from.fill(g.placeAttempts, now)
	g.everyAttempt.fill(g.attempts, now)
	return g.locked(func() {
		from.drop()
		g.everyAttempt.drop()
		*w = wait{}
	}), nil
}

// tries counts a try of a secret that is bound to the browser, so that only the address matters.
func (g *guard) tries(place netip.Addr) (succeeded func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	from := g.placeAttempt.at(block(place), now)
	if !from.fits(g.placeAttempts, now) || !g.everyAttempt.fits(g.attempts, now) {
		return nil, limited()
	}
	from.fill(g.placeAttempts, now)
	g.everyAttempt.fill(g.attempts, now)
	return g.locked(func() {
		from.drop()
		g.everyAttempt.drop()
	}), nil
}

// mail counts a mail asked for; Limited when there were too many. An empty login counts for the address alone.
func (g *guard) mail(login, device string, place netip.Addr) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	from := g.placeMail.at(block(place), now)
	if !from.fits(g.placeMails, now) || !g.everyMail.fits(g.mails, now) {
		return limited()
	}
	if login != "" {
		key := "login/" + login
		if device != "" {
			key = "device/" + device
		}
		to := g.loginMail.at(key, now)
		if !to.fits(g.loginMails, now) {
			return limited()
		}
		to.fill(g.loginMails, now)
	}
	from.fill(g.placeMails, now)
	g.everyMail.fill(g.mails, now)
	return nil
}

// clear forgets the failures at a login, once its owner has proved to be it in another way.
func (g *guard) clear(login string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	*g.wait.at("login/"+login, g.now()) = wait{}
}

func (g *guard) locked(f func()) func() {
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		f()
	}
}

func limited() error { return civic.NewError(civic.Limited, "accounts.error.limited") }

// block names the network that counts as one place: an IPv4 address, or the /64 that one IPv6 customer has.
func block(a netip.Addr) string {
	a = a.Unmap()
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// bucket leaks: it holds what was counted and has not leaked yet.
type bucket struct {
	held float64
	at   time.Time
}

func (b *bucket) level(r rate, now time.Time) float64 {
	return max(0, b.held-float64(now.Sub(b.at))/float64(r.every))
}

func (b *bucket) fits(r rate, now time.Time) bool { return b.level(r, now)+1 <= float64(r.burst) }

func (b *bucket) fill(r rate, now time.Time) { b.held, b.at = b.level(r, now)+1, now }

func (b *bucket) drop() { b.held = max(0, b.held-1) }

// wait grows with each failure in a row.
type wait struct {
	failures int
	last     time.Time // of the last failure
	until    time.Time
}

// fail counts an attempt, or returns false when it comes too early.
func (w *wait) fail(l limits, now time.Time) bool {
	if now.Before(w.until) {
		return false
	}
	if now.Sub(w.last) >= l.forget {
		*w = wait{}
	}
	w.failures++
	w.last = now
	if over := w.failures - l.free; over >= 0 {
		w.until = now.Add(min(l.firstWait<<min(over, 20), l.longestWait))
	}
	return true
}

// table keeps one E per key, a bounded number of them. When it is full of entries that still matter, newcomers share one: they
// are then limited together, and none goes uncounted.
type table[E any] struct {
	bound   int
	spent   func(E, time.Time) bool // whether an entry may be dropped
	entries map[string]*E
	shared  E
	swept   time.Time
}

func newTable[E any](bound int, spent func(E, time.Time) bool) table[E] {
	return table[E]{bound: bound, spent: spent, entries: map[string]*E{}}
}

func (t *table[E]) at(key string, now time.Time) *E {
	if e, ok := t.entries[key]; ok {
		return e
	}
	if len(t.entries) >= t.bound && now.Sub(t.swept) >= time.Second {
		t.swept = now
		for k, e := range t.entries {
			if t.spent(*e, now) {
				delete(t.entries, k)
			}
		}
	}
	if len(t.entries) >= t.bound {
		return &t.shared
	}
	e := new(E)
	t.entries[key] = e
	return e
}
