package accounts

import (
	"fmt"
	"net/netip"
	"testing"
)

// Who signed in before is not shut out by neighbours who ask for codes all the time. That lane is narrow: one
// who floods it, known anew by each sign-in, is stopped, and takes nothing from the neighbours.
func TestMailsOfAKnownDevice(t *testing.T) {
	t.Parallel()
	g, c := newTestGuard()
	places := 0
	address := func() netip.Addr { // one customer's /56
		places++
		return netip.MustParseAddr(fmt.Sprintf("2001:db8:0:%x::7", places%256))
	}
	asked := func(login, device string, n int) (passed int) {
		for i := range n {
			if _, err := g.mail(login, fmt.Sprint(device, i), networksOf(address())); err == nil {
				passed++
			}
		}
		return passed
	}
	for i := range 1000 {
		_, _ = g.mail(fmt.Sprint("login", i), "", networksOf(address()))
	}
	if send, err := g.mail("anna", "laptop", networksOf(address())); !send || err != nil {
		t.Fatalf("her neighbours shut Anna out: %v, %v", send, err)
	}
	if n := asked("bruno", "device", 1000); n > g.loginMails.burst {
		t.Errorf("%d mails of one login from a place that asked for too many", n)
	}
	passed := 0
	for i := range 1000 {
		passed += asked(fmt.Sprint("citizen", i), "device", 1)
	}
	if passed > g.placeMails.burst*2 {
		t.Errorf("%d mails of many known logins from that place", passed)
	}
	c.Pass(g.placeMails.every)
	if _, err := g.mail("neighbour", "", networksOf(address())); err != nil {
		t.Errorf("the flood of known browsers keeps the neighbours out: %v", err)
	}
}
