package accounts

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
)

func newTestGuard(change ...func(*limits)) (*guard, *clock) {
	c := &clock{t: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	l := defaultLimits()
	for _, f := range change {
		f(&l)
	}
	return newGuard(c.now, l), c
}

func randomAddress() netip.Addr {
	return netip.AddrFrom4([4]byte{byte(rand.IntN(223) + 1), byte(rand.IntN(256)), byte(rand.IntN(256)), byte(rand.IntN(256))})
}

// A thousand guesses at one login from a thousand addresses: ten at most are let through.
func TestGuessesAtOneLogin(t *testing.T) {
	t.Parallel()
	g, _ := newTestGuard()
	passed := 0
	for range 1000 {
		if _, err := g.attempt("victim", "", randomAddress()); err == nil {
			passed++
		} else {
			wantCode(t, err, civic.Limited)
		}
	}
	if passed > 10 {
		t.Errorf("%d guesses passed", passed)
	}
}

// A thousand logins tried from one address, or from one customer's IPv6 network: a hundred at most are let through.
func TestGuessesFromOneAddress(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func() netip.Addr{
		"IPv4":        func() netip.Addr { return netip.MustParseAddr("192.0.2.7") },
		"IPv4 in 6":   func() netip.Addr { return netip.MustParseAddr("::ffff:192.0.2.7") },
		"an IPv6 /64": func() netip.Addr { return netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", rand.IntN(1<<16))) },
	} {
		g, _ := newTestGuard()
		passed := 0
		for i := range 1000 {
			if _, err := g.attempt(fmt.Sprint("login", i), "", address()); err == nil {
				passed++
			}
		}
		if passed == 0 || passed > 100 {
			t.Errorf("%s: %d guesses passed", name, passed)
		}
	}
}

func TestGuessesOfEverybody(t *testing.T) {
	t.Parallel()
	g, c := newTestGuard()
	passed := 0
	for i := range 2000 {
		if _, err := g.attempt(fmt.Sprint("login", i), "", randomAddress()); err == nil {
			passed++
		}
	}
	if passed > g.attempts.burst {
		t.Errorf("%d guesses passed at once", passed)
	}
	if _, err := g.attempt("login", "known browser", randomAddress()); err != nil {
		t.Errorf("a known browser was kept out: %v", err)
	}
	c.add(time.Minute)
	if _, err := g.attempt("login", "", randomAddress()); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

// Waits grow and end; nobody is locked out for good, and a known browser is not touched by strangers' guesses.
func TestWaitsGrowAndEnd(t *testing.T) {
	t.Parallel()
	g, c := newTestGuard()
	guess := func(device string) error {
		_, err := g.attempt("anna", device, randomAddress())
		return err
	}
	for range 5 {
		if err := guess(""); err != nil {
			t.Fatal(err)
		}
	}
	for _, wait := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		c.add(wait - time.Second)
		wantCode(t, guess(""), civic.Limited)
		if _, err := g.attempt("anna", "her laptop", randomAddress()); err != nil {
			t.Fatalf("her laptop was kept out: %v", err)
		} else {
			g.wait.entries["device/her laptop"].failures = 0
		}
		c.add(time.Second)
		if err := guess(""); err != nil {
			t.Fatalf("after a wait of %s: %v", wait, err)
		}
	}
	g.clear("anna")
	if err := guess(""); err != nil {
		t.Errorf("after a reset by mail: %v", err)
	}
	for range 20 {
		_ = guess("stolen laptop")
	}
	wantCode(t, guess("stolen laptop"), civic.Limited)
}

func TestSuccessIsNotCounted(t *testing.T) {
	t.Parallel()
	g, _ := newTestGuard()
	for i := range 1000 {
		succeeded, err := g.attempt(fmt.Sprint("colleague", i%200), "", netip.MustParseAddr("192.0.2.7"))
		if err != nil {
			t.Fatalf("sign-in %d of an office behind one address: %v", i, err)
		}
		succeeded()
	}
}

// Attempts side by side cannot all slip through before the first is counted.
func TestAttemptsSideBySide(t *testing.T) {
	t.Parallel()
	g, _ := newTestGuard()
	var mu sync.Mutex
	var wg sync.WaitGroup
	passed := 0
	for range 200 {
		wg.Go(func() {
			if _, err := g.attempt("victim", "", randomAddress()); err == nil {
				mu.Lock()
				passed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if passed > 10 {
		t.Errorf("%d passed", passed)
	}
}

// A flood of invented logins fills the table; the guard forgets nothing that matters and still counts newcomers.
func TestFullTableFailsClosed(t *testing.T) {
	t.Parallel()
	g, c := newTestGuard(func(l *limits) {
		l.entries = 100
		l.attempts.burst = 1 << 20
	})
	for range 5 {
		if _, err := g.attempt("victim", "", randomAddress()); err != nil {
			t.Fatal(err)
		}
	}
	passed := 0
	for i := range 1000 {
		if _, err := g.attempt(fmt.Sprint("flood", i), "", netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})); err == nil {
			passed++
		}
	}
	if passed > 200 || len(g.wait.entries) > 100 {
		t.Errorf("%d passed, %d entries", passed, len(g.wait.entries))
	}
	_, err := g.attempt("victim", "", randomAddress())
	wantCode(t, err, civic.Limited)
	c.add(25 * time.Hour)
	if _, err := g.attempt("newcomer", "", randomAddress()); err != nil {
		t.Errorf("a day later: %v", err)
	}
	if len(g.wait.entries) > 2 {
		t.Errorf("%d entries a day later", len(g.wait.entries))
	}
}

func TestMailsAskedFor(t *testing.T) {
	t.Parallel()
	g, c := newTestGuard()
	mails := func(login, device string, n int) (passed int) {
		for range n {
			if g.mail(login, device, randomAddress()) == nil {
				passed++
			}
		}
		return passed
	}
	if n := mails("anna", "", 50); n != 3 {
		t.Errorf("%d mails at once to one address", n)
	}
	if n := mails("anna", "her laptop", 1); n != 1 {
		t.Error("strangers' asking keeps her laptop from a mail")
	}
	c.add(5 * time.Minute)
	if n := mails("anna", "", 50); n != 1 {
		t.Errorf("%d mails five minutes later", n)
	}
	passed := 0
	for i := range 1000 {
		if g.mail(fmt.Sprint("login", i), "", netip.MustParseAddr("192.0.2.7")) == nil {
			passed++
		}
	}
	if passed > 100 {
		t.Errorf("%d mails from one address", passed)
	}
}
