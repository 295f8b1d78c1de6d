package accounts

import (
	"testing"
	"time"

	"ascolto/internal/civic"
)

// held keeps every password from being hashed or compared until release is called, and returns when one more
// waits for it than now.
func (tn *town) held(t *testing.T, start func()) (release func()) {
	t.Helper()
	gate := tn.hasher.gate
	for range cap(gate.inside) {
		gate.inside <- struct{}{}
	}
	start()
	for end := time.Now().Add(time.Minute); len(gate.waiting) == 0; {
		if time.Now().After(end) {
			t.Fatal("nobody waits for a hash")
		}
		time.Sleep(time.Millisecond)
	}
	return func() {
		for range cap(gate.inside) {
			<-gate.inside
		}
	}
}

// A password that was right when its comparison began, and was replaced before it ended, opens nothing:
// whoever changes a password that others know must be sure that nobody is in with the old one.
func TestPasswordReplacedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(tn *town, in SignIn, token string) error{
		"signing in": func(tn *town, _ SignIn, _ string) error {
			_, err := tn.SignInWithPassword(t.Context(), "urp@example.it", goodPassword, from("192.0.2.1"))
			return err
		},
		"changing it": func(tn *town, in SignIn, _ string) error {
			_, err := tn.ChangePassword(t.Context(), in.Session, goodPassword, "un'altra ancora, più lunga",
				from("192.0.2.1"))
			return err
		},
		"resetting it": func(tn *town, _ SignIn, token string) error {
			_, err := tn.ResetPassword(t.Context(), token, "un'altra ancora, più lunga", from("192.0.2.1"))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tn := newTown(t)
			a := tn.staffMember(t, "urp@example.it")
			in := tn.signIn(t, "urp@example.it")
			token := tn.resetToken(t, "urp@example.it")
			phc, err := tn.hasher.hash(t.Context(), otherPassword)
			if err != nil {
				t.Fatal(err)
			}
			result := make(chan error, 1)
			release := tn.held(t, func() { go func() { result <- act(tn, in, token) }() })
			if _, err := tn.accounts.Update(t.Context(), a.ID, func(a *Account) error {
				a.Password = phc
				a.endSessions()
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			release()
			if err := <-result; civic.CodeOf(err) != civic.Unauthenticated &&
				civic.CodeOf(err) != civic.Gone {
				t.Errorf("got %v, want a refusal", err)
			}
			for session, err := range tn.sessions.All(t.Context(), sessionsOf(a.ID)) {
				if err != nil || session.Epoch == a.Epoch+1 {
					t.Errorf("a session lives: %+v, %v", session, err)
				}
			}
			if _, err := tn.SignInWithPassword(t.Context(), "urp@example.it", otherPassword,
				from("192.0.2.1")); err != nil {
				t.Errorf("the password that replaced it: %v", err)
			}
		})
	}
}

// A link is used up by the password that it sets, not by trying to set one while the program has too much to
// do.
func TestResetLinkSurvivesARefusal(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	token := tn.resetToken(t, "urp@example.it")
	gate := tn.hasher.gate
	for range cap(gate.waiting) {
		gate.waiting <- struct{}{}
	}
	_, err := tn.ResetPassword(t.Context(), token, otherPassword, from("192.0.2.3"))
	wantCode(t, err, civic.Unavailable)
	for range cap(gate.waiting) {
		<-gate.waiting
	}
	if _, err := tn.ResetPassword(t.Context(), token, otherPassword, from("192.0.2.3")); err != nil {
		t.Errorf("when there was room again: %v", err)
	}
}
