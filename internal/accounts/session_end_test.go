package accounts

import (
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
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
// rebinding, and each of the two contacts has one record of it.
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
		if _, err := tn.Resettle(t.Context()); err != nil {
			t.Fatal(err)
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
