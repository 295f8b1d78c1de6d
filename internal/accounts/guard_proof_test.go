package accounts

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"ascolto/internal/docstore"
)

// Who has mails sent that prove addresses, from wherever, to however many, keeps nobody there from signing in
// by a code, nor who asks for codes anybody from proving an address.
func TestProofsAndCodesAreCountedApart(t *testing.T) {
	t.Parallel()
	library := networksOf(netip.MustParseAddr("203.0.113.7"))
	for name, c := range map[string]struct {
		flood, ask func(g *guard, login string, at networks) bool
	}{
		"proofs": {func(g *guard, login string, at networks) bool { return g.proof(login, at) == nil }, codeSent},
		"codes":  {codeSent, func(g *guard, login string, at networks) bool { return g.proof(login, at) == nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, _ := newTestGuard(func(l *limits) { l.entries = 2000 })
			for i := range g.placeMails.burst {
				c.flood(g, fmt.Sprint("neighbour", i), library)
			}
			for range g.mails.burst {
				c.flood(g, "anybody", networksOf(randomAddress()))
			}
			for i := range 2100 { // more than the guard tells apart
				c.flood(g, fmt.Sprint("somebody", i), library)
			}
			if c.flood(g, "late", library) {
				t.Fatal("the flood is not stopped")
			}
			for i, login := range []string{"anna", "bruno", "late", "carla"} {
				if !c.ask(g, login, library) {
					t.Errorf("%d: %s is shut out", i, login)
				}
			}
		})
	}
}

// Proofs that strangers had sent to an address leave its owner every code, and codes every proof.
func TestProofsToAnAddressLeaveItsCodes(t *testing.T) {
	t.Parallel()
	proofSent := func(g *guard, login string, at networks) bool { return g.proof(login, at) == nil }
	owner := networksOf(netip.MustParseAddr("2001:db8:9::1"))
	for name, c := range map[string]struct {
		flood, ask func(g *guard, login string, at networks) bool
		most       func(l limits) int
	}{
		"proofs": {proofSent, codeSent, func(l limits) int { return l.loginMails.burst }},
		"codes":  {codeSent, proofSent, func(l limits) int { return l.addressMails.burst }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, _ := newTestGuard()
			for range g.addressMails.burst + g.loginMails.burst {
				c.flood(g, "anna", networksOf(randomAddress()))
			}
			for i := range c.most(g.limits) {
				if !c.ask(g, "anna", owner) {
					t.Errorf("%d: its owner is shut out", i)
				}
			}
		})
	}
}

func codeSent(g *guard, login string, at networks) bool {
	send, err := g.mail(login, "", at)
	return send && err == nil
}

// An instance counts the proofs of others, and passes over what it does not know: one of a later version may
// count something else.
func TestProofsElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &others{}
		g := newSharedGuard(o)
		tell := func(kind attemptKind, n int) {
			for range n {
				o.all = append(o.all, attempt{Meta: docstore.Meta{ID: docstore.NewID()}, By: "another",
					At: time.Now(), Kind: kind, Login: string(docstore.NewID()), Narrow: "203.0.113.7", Wide: "203.0.113.7"})
				time.Sleep(time.Millisecond)
			}
		}
		tell("of a later version", 500)
		tell(kindProof, g.placeMails.burst)
		g.hear(t.Context())
		at := networks{"203.0.113.7", "203.0.113.7"}
		if g.guard.proof("anna", at) == nil {
			t.Error("the proofs of another instance are not counted")
		}
		if !codeSent(g.guard, "anna", at) {
			t.Error("they shut out who signs in")
		}
	})
}
