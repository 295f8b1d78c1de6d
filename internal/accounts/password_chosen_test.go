package accounts

import (
	"testing"
	"time"

	"ascolto/internal/docstore"
)

// TestAPasswordThatDiesIsAuditedOnce: at whichever of its writes the program dies, a password that its owner
// chose ends the sessions that there were, and none that began since, and is audited once, though nobody can
// send the form again.
func TestAPasswordThatDiesIsAuditedOnce(t *testing.T) {
	t.Parallel()
	const email = "urp@example.it"
	for name, choose := range map[string]func(tn *town, in SignIn, token string) error{
		"changed": func(tn *town, in SignIn, _ string) error {
			_, err := tn.ChangePassword(t.Context(), in.Session, goodPassword, otherPassword, from("192.0.2.1"))
			return err
		},
		"set by a link": func(tn *town, _ SignIn, token string) error {
			_, err := tn.ResetPassword(t.Context(), token, otherPassword, from("192.0.2.1"))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			untold := 0
			for n := 0; ; n++ {
				tn, m := mortalTown(t)
				a := tn.staffMember(t, email)
				in, token := tn.signIn(t, email), tn.resetToken(t, email)
				before, err := tn.accounts.Get(t.Context(), a.ID)
				if err != nil {
					t.Fatal(err)
				}
				live := m.Dies(n)
				err = choose(tn, in, token)
				died := live()
				told := err
				after, err := tn.accounts.Get(t.Context(), a.ID)
				if err != nil {
					t.Fatal(err)
				}
				if told == nil && after.Password == before.Password {
					t.Errorf("after %d writes it is said to be chosen, and is not", n)
				}
				want := 0
				if after.Password != before.Password {
					want = 1
				}
				if want > 0 && len(tn.records(t, ActionPassword)) == 0 {
					untold++
				}
				var again SignIn
				if want > 0 { // whoever chose it signs in with it before all is told
					again, err = tn.SignInWithPassword(t.Context(), email, otherPassword, from("192.0.2.2"))
					if err != nil {
						t.Fatal(err)
					}
				}
				tn.clock.Pass(time.Minute)
				for range 2 {
					if _, err := tn.Resettle(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				said := tn.records(t, ActionPassword)
				if len(said) != want || want > 0 && (said[0].Actor != a.ID || said[0].Object != a.ID) {
					t.Errorf("after %d writes: audited %+v", n, said)
				}
				old, err := tn.sessions.Count(t.Context(), docstore.Filter{docstore.Eq("_id", in.Session.ID)})
				if err != nil || want > 0 && old != 0 {
					t.Errorf("after %d writes: the session is left, %v", n, err)
				}
				if want > 0 && !tn.alive(t, again.Token) {
					t.Errorf("after %d writes: a session that began since is over", n)
				}
				if after, err = tn.accounts.Get(t.Context(), a.ID); err != nil || after.Chosen != nil {
					t.Errorf("after %d writes it is still owed: %+v, %v", n, after.Chosen, err)
				}
				if !died {
					if untold == 0 {
						t.Error("it never died between the password and the audit")
					}
					return
				}
			}
		})
	}
}
