package accounts

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

func newTestGuard(change ...func(*limits)) (*guard, *testtown.Clock) {
	c := testtown.Still()
	l := defaultLimits()
	for _, f := range change {
		f(&l)
	}
	return newGuard(c.Now, l), c
}

func randomAddress() netip.Addr {
	return netip.AddrFrom4([4]byte{byte(rand.IntN(223) + 1), byte(rand.IntN(256)), byte(rand.IntN(256)),
		byte(rand.IntN(256))})
}

// A thousand guesses at one login from a thousand addresses: ten at most are let through.
func TestGuessesAtOneLogin(t *testing.T) {
	t.Parallel()
	g, _ := newTestGuard()
	passed := 0
	for range 1000 {
		if _, err := g.attempt("victim", "", networksOf(randomAddress())); err == nil {
			passed++
		} else {
			wantCode(t, err, civic.Limited)
		}
	}
	if passed > 10 {
		t.Errorf("%d guesses passed", passed)
	}
}

// A thousand logins tried from one address, or from one customer's IPv6 network: a hundred at most are let
// through.
func TestGuessesFromOneAddress(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func() netip.Addr{
		"IPv4":      func() netip.Addr { return netip.MustParseAddr("192.0.2.7") },
		"IPv4 in 6": func() netip.Addr { return netip.MustParseAddr("::ffff:192.0.2.7") },
		"an IPv6 /64": func() netip.Addr {
			return netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", rand.IntN(1<<16)))
		},
	} {
		g, _ := newTestGuard()
		passed := 0
		for i := range 1000 {
			if _, err := g.attempt(fmt.Sprint("login", i), "", networksOf(address())); err == nil {
				passed++
			}
		}
		if passed == 0 || passed > 100 {
			t.Errorf("%s: %d guesses passed", name, passed)
		}
	}
}

// Places that flood fill what everybody together may fail; who has hardly failed goes on, from wherever.
func TestGuessesOfEverybody(t *testing.T) {
	t.Parallel()
	g, c := newTestGuard()
	passed := 0
	for i := range 2000 {
		place := netip.AddrFrom4([4]byte{203, 0, 113, byte(i % 40)})
		if _, err := g.attempt(fmt.Sprint("login", i), "", networksOf(place)); err == nil {
			passed++
		}
	}
	if most := g.attempts.burst + 40*g.fresh.burst; passed > most {
		t.Errorf("%d guesses passed at once, want at most %d", passed, most)
	}
	_, err := g.attempt("login", "", networksOf(netip.MustParseAddr("203.0.113.1")))
	wantCode(t, err, civic.Limited)
	if _, err := g.attempt("login", "", networksOf(netip.MustParseAddr("192.0.2.7"))); err != nil {
		t.Errorf("a colleague elsewhere was kept out: %v", err)
	}
	if _, err := g.attempt("login", "known browser",
		networksOf(netip.MustParseAddr("203.0.113.1"))); err != nil {
		t.Errorf("a known browser was kept out: %v", err)
	}
	c.Pass(time.Minute)
	if _, err := g.attempt("login", "", networksOf(randomAddress())); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

// in56 returns an address of one customer's IPv6 /56, from any of its 256 networks.
func in56() netip.Addr {
	a := netip.MustParseAddr("2001:db8:5:a700::").As16()
	for i := 7; i < 16; i++ {
		a[i] = byte(rand.IntN(256))
	}
	return netip.AddrFrom16(a)
}

// One customer's IPv6 /56 has 2^72 addresses and counts as one place: whatever is tried from there, nobody
// else is kept out.
func TestFloodFromOneCustomer(t *testing.T) {
	t.Parallel()
	g, c := newTestGuard()
	passed := map[string]int{}
	for minute := range 10 {
		for i := range 500 {
			if _, err := g.attempt(fmt.Sprint("login", minute, i), "", networksOf(in56())); err == nil {
				passed["passwords"]++
			}
			if g.failed(networksOf(in56())) == nil {
				passed["links"]++
			}
			if _, err := g.guess(fmt.Sprint("address", i), "", networksOf(in56())); err == nil {
				passed["codes"]++
			}
			if send, err := g.mail(fmt.Sprint("address", i), "", networksOf(in56())); send && err == nil {
				passed["mails"]++
			}
		}
		for i := range 8 {
			succeeded, err := g.attempt(fmt.Sprint("colleague", i), "",
				networksOf(netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})))
			if err != nil {
				t.Fatalf("minute %d: colleague %d with a new browser: %v", minute, i, err)
			}
			succeeded()
			if _, err := g.attempt("colleague", "her laptop", networksOf(in56())); err != nil {
				t.Fatalf("minute %d: a known browser in the same network: %v", minute, err)
			}
			g.wait.entries["device/her laptop"].failures = 0
		}
		if send, err := g.mail("anna", "", networksOf(netip.MustParseAddr("2001:db8:9::1"))); err != nil ||
			!send && minute%5 == 0 {
			t.Fatalf("minute %d: a code for Anna: %t, %v", minute, send, err)
		}
		c.Pass(time.Minute)
	}
	for what, n := range passed {
		if n == 0 || n > 300 {
			t.Errorf("%d %s passed", n, what)
		}
	}
}

// However many wrong codes strangers try at an address, its owner has tries from where no stranger is; and
// they have but few each.
func TestGuessesOfCodes(t *testing.T) {
	t.Parallel()
	g, _ := newTestGuard()
	passed := 0
	for i := range 3000 {
		place := netip.AddrFrom4([4]byte{203, 0, 113, byte(i % 30)})
		if _, err := g.guess("anna", "", networksOf(place)); err == nil {
			passed++
		}
	}
	if most := g.codeGuesses.burst + 30*g.placeGuesses.burst; passed > most {
		t.Errorf("%d wrong codes passed, want at most %d", passed, most)
	}
	for range g.placeGuesses.burst {
		if _, err := g.guess("anna", "", networksOf(netip.MustParseAddr("192.0.2.7"))); err != nil {
			t.Fatalf("her new browser: %v", err)
		}
	}
	if _, err := g.guess("anna", "her laptop", networksOf(netip.MustParseAddr("203.0.113.1"))); err != nil {
		t.Errorf("her known browser: %v", err)
	}
	_, err := g.guess("anna", "", networksOf(netip.MustParseAddr("203.0.113.1")))
	wantCode(t, err, civic.Limited)
}

// Strangers who take every mail that may prove an address do not keep its owner from asking for one
// elsewhere; they get a few each beyond.
func TestProofsAskedForByStrangers(t *testing.T) {
	t.Parallel()
	g, c := newTestGuard()
	strangers := []string{"203.0.113.1", "203.0.113.2"}
	passed := 0
	for range 119 { // about two hours
		c.Pass(time.Minute)
		for _, place := range strangers {
			for range 10 {
				if g.proof("anna", networksOf(netip.MustParseAddr(place))) == nil {
					passed++
				}
			}
		}
	}
	if most := g.addressMails.burst + 12 + len(strangers)*(g.placeProofs.burst+4); passed > most {
		t.Errorf("%d mails went to one address, want at most %d", passed, most)
	}
	here := networksOf(netip.MustParseAddr("2001:db8:9::1"))
	for range g.placeProofs.burst {
		if err := g.proof("anna", here); err != nil {
			t.Fatalf("its owner elsewhere: %v", err)
		}
	}
	wantCode(t, g.proof("anna", here), civic.Limited)
	wantCode(t, g.proof("anna", networksOf(netip.MustParseAddr(strangers[0]))), civic.Limited)
	g, _ = newTestGuard()
	passed = 0
	for place := range 256 { // all of one /48
		for range 3 {
			at := netip.MustParseAddr(fmt.Sprintf("2001:db8:9:%02x00::1", place))
			if g.proof("anna", networksOf(at)) == nil {
				passed++
			}
		}
	}
	if most := g.addressMails.burst + g.moreProofs.burst; passed > most {
		t.Errorf("%d mails at once went to one address, want at most %d", passed, most)
	}
}

// Waits grow and end; nobody is locked out for good, and a known browser is not touched by strangers'
// guesses.
func TestWaitsGrowAndEnd(t *testing.T) {
	t.Parallel()
	g, c := newTestGuard()
	guess := func(device string) error {
		_, err := g.attempt("anna", device, networksOf(randomAddress()))
		return err
	}
	for range 5 {
		if err := guess(""); err != nil {
			t.Fatal(err)
		}
	}
	for _, wait := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute,
		8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		c.Pass(wait - time.Second)
		wantCode(t, guess(""), civic.Limited)
		if _, err := g.attempt("anna", "her laptop", networksOf(randomAddress())); err != nil {
			t.Fatalf("her laptop was kept out: %v", err)
		} else {
			g.wait.entries["device/her laptop"].failures = 0
		}
		c.Pass(time.Second)
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
		succeeded, err := g.attempt(fmt.Sprint("colleague", i%200), "",
			networksOf(netip.MustParseAddr("192.0.2.7")))
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
			if _, err := g.attempt("victim", "", networksOf(randomAddress())); err == nil {
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

// A flood of invented logins fills the table; the guard forgets nothing that matters and still counts
// newcomers.
func TestFullTableFailsClosed(t *testing.T) {
	t.Parallel()
	g, c := newTestGuard(func(l *limits) {
		l.entries = 100
		l.attempts.burst = 1 << 20
	})
	for range 5 {
		if _, err := g.attempt("victim", "", networksOf(randomAddress())); err != nil {
			t.Fatal(err)
		}
	}
	passed := 0
	for i := range 1000 {
		if _, err := g.attempt(fmt.Sprint("flood", i), "",
			networksOf(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))); err == nil {
			passed++
		}
	}
	if passed > 200 || len(g.wait.entries) > 100 {
		t.Errorf("%d passed, %d entries", passed, len(g.wait.entries))
	}
	_, err := g.attempt("victim", "", networksOf(randomAddress()))
	wantCode(t, err, civic.Limited)
	c.Pass(25 * time.Hour)
	if _, err := g.attempt("newcomer", "", networksOf(randomAddress())); err != nil {
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
			if send, err := g.mail(login, device, networksOf(randomAddress())); send && err == nil {
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
	c.Pass(5 * time.Minute)
	if n := mails("anna", "", 50); n != 1 {
		t.Errorf("%d mails five minutes later", n)
	}
	passed := 0
	for i := range 1000 {
		if send, err := g.mail(fmt.Sprint("login", i), "",
			networksOf(netip.MustParseAddr("192.0.2.7"))); send && err == nil {
			passed++
		}
	}
	if passed > 100 {
		t.Errorf("%d mails from one address", passed)
	}
}

// A browser that signed in before, perhaps one in a library, does not try codes without end, from wherever it
// is carried.
func TestGuessesOfAKnownDevice(t *testing.T) {
	t.Parallel()
	g, clock := newTestGuard()
	passed := 0
	for range 1000 {
		if _, err := g.guess("victim", "device", networksOf(randomAddress())); err == nil {
			passed++
		} else {
			wantCode(t, err, civic.Limited)
		}
	}
	if passed != g.codeGuesses.burst {
		t.Errorf("%d guesses passed", passed)
	}
	clock.Pass(g.codeGuesses.every)
	right, err := g.guess("victim", "device", networksOf(randomAddress()))
	if err != nil {
		t.Fatalf("later: %v", err)
	}
	right()
	if _, err := g.guess("victim", "device", networksOf(randomAddress())); err != nil {
		t.Errorf("after a right code: %v", err)
	}
}
