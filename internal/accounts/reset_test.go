package accounts

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
)

func (tn *town) resetToken(t *testing.T, email string) string {
	t.Helper()
	if err := tn.AskReset(t.Context(), email, "it", from("192.0.2.3")); err != nil {
		t.Fatal(err)
	}
	if err := tn.SendResets(t.Context()); err != nil {
		t.Fatal(err)
	}
	link := tn.mail.last(t).text
	token, ok := strings.CutPrefix(link, resetURL)
	if !ok || len(token) < 43 {
		t.Fatalf("link %q", link)
	}
	return token
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	in := tn.signIn(t, "urp@example.it")
	token := tn.resetToken(t, "URP@example.it")
	if mail := tn.mail.last(t); mail.to != "urp@example.it" || mail.lang != "it" {
		t.Errorf("mail to %+v", mail)
	}
	if err := tn.CheckReset(t.Context(), token); err != nil {
		t.Errorf("a fresh link: %v", err)
	}
	_, err := tn.ResetPassword(t.Context(), token, "urp", from("192.0.2.3"))
	wantCode(t, err, civic.Invalid, "password")
	if !tn.alive(t, in.Token) {
		t.Error("a refused password ended a session")
	}
	device, err := tn.ResetPassword(t.Context(), token, otherPassword, from("192.0.2.3"))
	if err != nil || device == "" {
		t.Fatalf("%q, %v", device, err)
	}
	if tn.alive(t, in.Token) {
		t.Error("a session outlived the reset")
	}
	_, err = tn.ResetPassword(t.Context(), token, goodPassword, from("192.0.2.3"))
	wantCode(t, err, civic.Gone)
	wantCode(t, tn.CheckReset(t.Context(), token), civic.Gone)
	if _, err := tn.SignInWithPassword(t.Context(), "urp@example.it", otherPassword,
		from("192.0.2.3")); err != nil {
		t.Error(err)
	}
}

func TestResetLinksEnd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		then func(t *testing.T, tn *town, a Account)
	}{
		{"after half an hour", func(_ *testing.T, tn *town, _ Account) { tn.clock.Pass(ResetLife) }},
		{"when the colleague is disabled", func(t *testing.T, tn *town, a Account) {
			if _, err := tn.Disable(t.Context(), tn.admin, a.ID); err != nil {
				t.Fatal(err)
			}
		}},
		{"when another link was used", func(t *testing.T, tn *town, a Account) {
			if _, err := tn.ResetPassword(t.Context(), tn.resetToken(t, a.Email), otherPassword,
				from("192.0.2.3")); err != nil {
				t.Fatal(err)
			}
		}},
		{"when the clock went on and back", func(t *testing.T, tn *town, a Account) {
			tn.clock.Pass(24 * time.Hour)
			_ = tn.AskReset(t.Context(), "somebody@example.it", "it", from("192.0.2.3"))
			tn.clock.Pass(-24 * time.Hour)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tn := newTown(t)
			tn.staffMember(t, "admin@example.it", civic.Administrator)
			a := tn.staffMember(t, "urp@example.it")
			token := tn.resetToken(t, "urp@example.it")
			test.then(t, tn, a)
			_, err := tn.ResetPassword(t.Context(), token, "un'altra ancora, più lunga", from("192.0.2.3"))
			wantCode(t, err, civic.Gone)
		})
	}
}

// A link asked for many times at once sets one password.
func TestResetLinkWorksOnce(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	token := tn.resetToken(t, "urp@example.it")
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range 8 {
		wg.Go(func() {
			if _, err := tn.ResetPassword(t.Context(), token, otherPassword, from("192.0.2.3")); err == nil {
				mu.Lock()
				done++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if done != 1 {
		t.Errorf("the link worked %d times", done)
	}
}

// Asking stores the same for every address; nobody is written to whom the town does not know.
func TestAskingForAResetTellsNothing(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "known@example.it")
	for _, email := range []string{"known@example.it", "unknown@example.it"} {
		if err := tn.AskReset(t.Context(), email, "it", from("192.0.2.3")); err != nil {
			t.Errorf("%s: %v", email, err)
		}
	}
	if n, err := tn.asks.Count(t.Context(), nil); n != 2 || err != nil {
		t.Errorf("%d asks stored, %v", n, err)
	}
	wantCode(t, tn.AskReset(t.Context(), "no address", "it", from("192.0.2.3")), civic.Invalid, "email")
	if err := tn.SendResets(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := tn.mail.count(); n != 1 || tn.mail.last(t).to != "known@example.it" {
		t.Errorf("%d mails, the last to %s", n, tn.mail.last(t).to)
	}
	if n, err := tn.asks.Count(t.Context(), nil); n != 0 || err != nil {
		t.Errorf("%d asks left, %v", n, err)
	}
}

// A mailer that fails loses nothing: the ask is taken again.
func TestResetsWaitForTheMailer(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	if err := tn.AskReset(t.Context(), "urp@example.it", "it", from("192.0.2.3")); err != nil {
		t.Fatal(err)
	}
	tn.mail.fails = true
	if err := tn.SendResets(t.Context()); err == nil {
		t.Fatal("the failure was swallowed")
	}
	tn.mail.fails = false
	if err := tn.SendResets(t.Context()); err != nil || tn.mail.count() != 0 {
		t.Errorf("taken again at once: %v", err)
	}
	tn.clock.Pass(askAgain)
	if err := tn.SendResets(t.Context()); err != nil || tn.mail.count() != 1 {
		t.Errorf("after a minute: %v, %d mails", err, tn.mail.count())
	}
}

func TestRunSendsAtOnceAndEnds(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- tn.Run(ctx) }()
	if err := tn.AskReset(t.Context(), "urp@example.it", "en", from("192.0.2.3")); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if tn.mail.count() == 1 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if tn.mail.count() != 1 {
		t.Error("no mail within five seconds")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	a, err := tn.CreateStaff(t.Context(), tn.admin, NewStaff{Email: "new@example.it", Name: "Ugo Lo Piparo",
		Roles: []civic.Role{civic.Moderator}})
	if err != nil {
		t.Fatal(err)
	}
	operator := civic.NewActor(civic.Actor{Account: "x", Roles: []civic.Role{civic.Operator}}, nil)
	wantCode(t, tn.Invite(t.Context(), operator, a.ID, "form0000000000000001", "it"), civic.Forbidden)
	if err := tn.Invite(t.Context(), tn.admin, a.ID, "form0000000000000001", "it"); err != nil {
		t.Fatal(err)
	}
	if err := tn.SendResets(t.Context()); err != nil {
		t.Fatal(err)
	}
	mail := tn.mail.last(t)
	if mail.to != "new@example.it" || mail.lang != "it invited" {
		t.Errorf("mail: %+v", mail)
	}
	token := strings.TrimPrefix(mail.text, resetURL)
	tn.clock.Pass(InviteLife - time.Minute)
	if _, err := tn.ResetPassword(t.Context(), token, goodPassword, from("192.0.2.3")); err != nil {
		t.Error(err)
	}
	tn.signIn(t, "new@example.it")
}
