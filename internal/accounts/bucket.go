package accounts

import (
	"net/netip"
	"time"
)

// networks names those that an address counts for.
type networks struct{ narrow, wide string }

// networksOf returns those of an address: itself when it is of IPv4; of IPv6 the /64 of one network, and the
// /56 that one customer has, who may ask from each of its 256 networks (RIPE-690, 4.2).
func networksOf(a netip.Addr) networks {
	a = a.Unmap().WithZone("")
	if !a.Is6() {
		return networks{a.String(), a.String()}
	}
	n, _ := a.Prefix(64) // never fails for an IPv6 address
	w, _ := a.Prefix(56)
	return networks{n.String(), w.String()}
}

// Network names the network of the customer that an address is of: itself when it is of IPv4, else its /56.
func Network(a netip.Addr) string { return networksOf(a).wide }

// counted is a bucket and how much it takes.
type counted struct {
	*bucket
	rate rate
}

// sources are what a request is counted against: its place, and at the end perhaps everybody together.
type sources struct {
	own      []counted
	everyone counted // no bucket when it does not count
	fresh    rate
}

func (g *guard) attemptsFrom(a networks, now time.Time) sources {
	return sources{g.placesIn(&g.placeAttempt, a, g.placeAttempts, now), counted{&g.everyAttempt, g.attempts},
		g.fresh}
}

func (g *guard) tokensFrom(a networks, now time.Time) sources {
	return sources{g.placesIn(&g.placeToken, a, g.placeAttempts, now), counted{&g.everyToken, g.attempts},
		g.fresh}
}

func (g *guard) mailsFrom(a networks, now time.Time) sources {
	return sources{g.placesIn(&g.placeMail, a, g.placeMails, now), counted{&g.everyMail, g.mails}, g.fresh}
}

func (g *guard) proofsFrom(a networks, now time.Time) sources {
	return sources{g.placesIn(&g.placeProof, a, g.placeMails, now), counted{&g.everyProof, g.mails}, g.fresh}
}

func (g *guard) placesIn(t *table[bucket], a networks, r rate, now time.Time) []counted {
	own := []counted{{t.at(a.narrow, now), r}}
	if a.wide != a.narrow {
		own = append(own, counted{t.at(a.wide, now), rate{2 * r.burst, r.every / 2}})
	}
	return own
}

// alone returns s without what everybody does.
func (s sources) alone() sources {
	s.everyone = counted{}
	return s
}

// and returns s with more that the request is counted against.
func (s sources) and(more ...counted) sources {
	s.own = append(s.own, more...)
	return s
}

// fit reports whether one more may come. When everybody together asks too much, who asked little goes on.
func (s sources) fit(now time.Time) bool {
	fresh := true
	for _, c := range s.own {
		if !c.fits(c.rate, now) {
			return false
		}
		fresh = fresh && c.fits(s.fresh, now)
	}
	return fresh || s.everyone.bucket == nil || s.everyone.fits(s.everyone.rate, now)
}

// fill counts one more and returns the function that takes it back.
func (s sources) fill(now time.Time) (undo func()) {
	var filled []counted
	for _, c := range s.own {
		c.bucket.fill(c.rate, now)
		filled = append(filled, c)
	}
	// beyond it holds no more, or it would not empty in time
	if s.everyone.bucket != nil && s.everyone.fits(s.everyone.rate, now) {
		s.everyone.bucket.fill(s.everyone.rate, now)
		filled = append(filled, s.everyone)
	}
	return func() {
		for _, c := range filled {
			c.drop()
		}
	}
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

// table keeps one E per key, a bounded number of them. When it is full of entries that still matter,
// newcomers share one: they are then limited together, and none goes uncounted.
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
