package accounts

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

// TestAnEndThatDiesIsCompleted: at whichever of its writes the program dies, a session that somebody ended
// opens nothing from the first of them on, and is audited once, told by whoever did it: when they do it
// again, and when nobody does.
func TestAnEndThatDiesIsCompleted(t *testing.T) {
	t.Parallel()
	ends := map[string]struct {
		action audit.Action
		actor  func(tn *town, in SignIn) civic.ID
		end    func(tn *town, in SignIn) error
	}{
		"signing out": {ActionSignedOut, func(_ *town, in SignIn) civic.ID { return in.Session.AccountID },
			func(tn *town, in SignIn) error { return tn.SignOut(t.Context(), in.Token, "r") }},
		"being revoked": {ActionRevoked, func(tn *town, _ SignIn) civic.ID { return tn.admin.Account },
			func(tn *town, in SignIn) error {
				err := tn.Revoke(t.Context(), tn.admin, in.Session.ID)
				if civic.CodeOf(err) == civic.NotFound { // it is gone, as it should be
					return nil
				}
				return err
			}},
	}
	completed := map[string]func(t *testing.T, tn *town, again func() error) error{
		"done again": func(_ *testing.T, _ *town, again func() error) error { return again() },
		"swept": func(t *testing.T, tn *town, _ func() error) error {
			tn.clock.Pass(time.Second)
			_, err := tn.Sweep(t.Context())
			return err
		},
	}
	for name, c := range ends {
		for how, complete := range completed {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				for n := 0; ; n++ {
					tn, m := mortalTown(t)
					in := tn.citizen(t, "anna@example.it")
					live := m.Dies(n)
					err := c.end(tn, in)
					died := live()
					if died != (err != nil) {
						t.Errorf("after %d writes: %v", n, err)
					}
					if n > 0 && tn.alive(t, in.Token) {
						t.Errorf("after %d writes it goes on", n)
					}
					if n == 0 && how == "swept" { // nothing was done
						continue
					}
					for range 2 {
						if err := complete(t, tn, func() error { return c.end(tn, in) }); err != nil {
							t.Fatalf("after %d writes: %v", n, err)
						}
					}
					said := tn.records(t, c.action)
					if len(said) != 1 || said[0].Actor != c.actor(tn, in) || said[0].Object != in.Session.AccountID ||
						said[0].Contact != in.Session.Account.Contact {
						t.Errorf("after %d writes: audited %+v", n, said)
					}
					if left, err := tn.sessions.Count(t.Context(), nil); err != nil || left != 0 {
						t.Errorf("after %d writes: %d sessions left, %v", n, left, err)
					}
					if !died {
						if n < 3 {
							t.Errorf("it died %d times", n)
						}
						return
					}
				}
			})
		}
	}
}

// TestARebindingThatDiesIsAuditedOnce: at whichever of its writes the program dies, the job ends the
// rebinding, and each of the two contacts has one record of it; whoever signs in meanwhile stays signed in.
func TestARebindingThatDiesIsAuditedOnce(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ { // before the first nothing was done
		contacts := &people{known: map[string]civic.ID{}}
		tn, m := mortalTown(t, func(o *Options) { o.Contacts = contacts })
		in := tn.citizen(t, "vera@example.it")
		a := in.Session.Account
		live := m.Dies(n)
		err := tn.Rebind(t.Context(), tn.admin, Rebinding{a.ID, a.Contact, "right", "carta d'identità"})
		died := live()
		if died != (err != nil) {
			t.Errorf("after %d writes: %v", n, err)
		}
		again := tn.citizen(t, "vera@example.it")
		if _, err := tn.Resettle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if tn.alive(t, in.Token) || !tn.alive(t, again.Token) {
			t.Errorf("after %d writes the session of before goes on, or the one since is over", n)
		}
		said := rebound(t, tn)
		if len(said) != 2 || said[0].Contact == said[1].Contact {
			t.Errorf("after %d writes: audited %+v", n, said)
		}
		if !died {
			if n < 4 {
				t.Errorf("it died %d times", n)
			}
			return
		}
	}
}

// TestASessionThatCannotBeToldKeepsNothingElse: while the audit takes no line of somebody's ending a session,
// that session stays, and all else that has ended is removed; the session is, too, once the audit is told.
func TestASessionThatCannotBeToldKeepsNothingElse(t *testing.T) {
	t.Parallel()
	var silent atomic.Bool
	options := storetest.Options(t)
	options.BeforeWrite = func(collection string) error {
		if collection == "audit" && silent.Load() {
			return errors.New("the audit is away")
		}
		return nil
	}
	tn := townOn(t, storetest.OpenOptions(t, options))
	first := tn.citizen(t, "anna@example.it")
	tn.citizen(t, "bruno@example.it")
	if _, err := tn.AskCode(t.Context(), "carla@example.it", "it", from("192.0.2.9")); err != nil {
		t.Fatal(err)
	}
	silent.Store(true)
	if err := tn.SignOut(t.Context(), first.Token, "r"); err == nil {
		t.Error("the end of a session is told to nobody")
	}
	tn.clock.Pass(CitizenLife + time.Hour)
	left := func() (sessions, codes int) {
		sessions, err := tn.sessions.Count(t.Context(), nil)
		if err == nil {
			codes, err = tn.codes.Count(t.Context(), nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		return sessions, codes
	}
	if _, err := tn.Sweep(t.Context()); err == nil {
		t.Error("nobody is told that the audit is away")
	}
	if sessions, codes := left(); sessions != 1 || codes != 0 {
		t.Errorf("%d sessions and %d codes are left", sessions, codes)
	}
	silent.Store(false)
	if _, err := tn.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sessions, _ := left(); sessions != 0 || len(tn.records(t, ActionSignedOut)) != 1 {
		t.Errorf("%d sessions are left, told: %+v", sessions, tn.records(t, ActionSignedOut))
	}
}
