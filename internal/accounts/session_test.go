package accounts

import (
	"context"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/testtown"
)

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		end  func(t *testing.T, tn *town, in SignIn)
	}{
		{"signing out", func(t *testing.T, tn *town, in SignIn) {
			if err := tn.SignOut(t.Context(), in.Token, "r"); err != nil {
				t.Fatal(err)
			}
			if n := len(tn.records(t, ActionSignedOut)); n != 1 {
				t.Errorf("%d sign-outs in the audit", n)
			}
		}},
		{"half an hour without use", func(_ *testing.T, tn *town, _ SignIn) { tn.clock.Pass(StaffIdle) }},
		{"twelve hours of use", func(t *testing.T, tn *town, in SignIn) {
			for range 12 * 3 {
				if !tn.alive(t, in.Token) {
					t.Fatal("ended before its time")
				}
				tn.clock.Pass(20 * time.Minute)
			}
		}},
		{"being disabled", func(t *testing.T, tn *town, in SignIn) {
			if _, err := tn.Disable(t.Context(), tn.admin, in.Session.AccountID); err != nil {
				t.Fatal(err)
			}
		}},
		{"being disabled and enabled again", func(t *testing.T, tn *town, in SignIn) {
			for _, f := range []func(context.Context, civic.Actor, civic.ID) (Account, error){tn.Disable,
				tn.Enable} {
				if _, err := f(t.Context(), tn.admin, in.Session.AccountID); err != nil {
					t.Fatal(err)
				}
			}
		}},
		{"other roles", func(t *testing.T, tn *town, in SignIn) {
			if _, err := tn.SetDuties(t.Context(), tn.admin, in.Session.AccountID,
				Duties{Roles: []civic.Role{civic.Moderator}}); err != nil {
				t.Fatal(err)
			}
		}},
		{"being revoked by an administrator", func(t *testing.T, tn *town, in SignIn) {
			if err := tn.Revoke(t.Context(), tn.admin, in.Session.ID); err != nil {
				t.Fatal(err)
			}
		}},
		{"signing in again in the same browser", func(t *testing.T, tn *town, in SignIn) {
			c := from("192.0.2.1")
			c.Session = in.Token
			if _, err := tn.SignInWithPassword(t.Context(), "urp@example.it", goodPassword, c); err != nil {
				t.Fatal(err)
			}
		}},
		// The account changed and the process died before the session was removed: the epoch tells all the
		// same.
		{"an epoch that went on", func(t *testing.T, tn *town, in SignIn) {
			_, err := tn.accounts.Update(t.Context(), in.Session.AccountID,
				func(a *Account) error { a.endSessions(); return nil })
			if err != nil {
				t.Fatal(err)
			}
		}},
		{"its account being gone", func(t *testing.T, tn *town, in SignIn) {
			if err := tn.accounts.Delete(t.Context(), in.Session.AccountID); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tn := newTown(t)
			tn.staffMember(t, "admin@example.it", civic.Administrator)
			tn.staffMember(t, "urp@example.it")
			other := tn.citizen(t, "anna@example.it")
			in := tn.signIn(t, "urp@example.it")
			if !tn.alive(t, in.Token) {
				t.Fatal("it never lived")
			}
			test.end(t, tn, in)
			if tn.alive(t, in.Token) {
				t.Error("it lives")
			}
			if tn.clock.Now().Sub(other.Session.CreatedAt) < CitizenIdle && !tn.alive(t, other.Token) {
				t.Error("the citizen's session ended with it")
			}
		})
	}
}

// The store never holds what a browser's cookie holds, and a session begun before signing in is not the one
// after it.
func TestTokensAreHashedAndFresh(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	planted := newToken()
	c := from("192.0.2.1")
	c.Session = planted
	in, err := tn.SignInWithPassword(t.Context(), "urp@example.it", goodPassword, c)
	if err != nil {
		t.Fatal(err)
	}
	if in.Token == planted || tn.alive(t, planted) {
		t.Error("the planted session was taken over")
	}
	if tn.alive(t, string(in.Session.ID)) {
		t.Error("the stored name of a session opens it")
	}
	for s, err := range tn.sessions.All(t.Context(), docstore.Query{}) {
		if err != nil || s.ID == civic.ID(in.Token) {
			t.Errorf("stored in the clear, or %v", err)
		}
	}
	if strings.Contains(tn.log.String(), in.Token) {
		t.Error("the log holds the token")
	}
}

// Setting the clock brings no ended session back.
func TestNoRevivalByTheClock(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	seen, unseen := tn.signIn(t, "urp@example.it"), tn.signIn(t, "urp@example.it")
	tn.clock.Pass(24 * time.Hour)
	if tn.alive(t, seen.Token) {
		t.Error("alive a day later")
	}
	tn.clock.Pass(-24 * time.Hour)
	for name, in := range map[string]SignIn{"seen to be over": seen, "not looked at": unseen} {
		if tn.alive(t, in.Token) {
			t.Errorf("the session that was %s came back", name)
		}
	}
	// Another process with an earlier clock takes no session that was used in its future.
	tn2 := newTownOn(t, tn)
	tn2.clock.Pass(-24 * time.Hour)
	fresh := tn.signIn(t, "urp@example.it")
	if tn2.alive(t, fresh.Token) {
		t.Error("a session from the future was taken")
	}
}

// newTownOn returns another instance over the same store with a clock of its own.
func newTownOn(t *testing.T, tn *town) *town {
	t.Helper()
	other := &town{db: tn.db, audit: tn.audit, mail: tn.mail, log: tn.log, admin: tn.admin,
		clock: testtown.Still()}
	other.clock.Set(tn.clock.Now())
	var err error
	other.Service, err = New(t.Context(), tn.db, Options{
		Vault: tn.vault, Audit: tn.audit, Mailer: tn.mail, Contacts: tn.contacts, Origin: origin,
		ResetLink:       resetLink,
		ParseFiscalCode: parseCode,
		Now:             other.clock.Now, Log: tn.Service.log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return other
}

func TestUseKeepsASessionAlive(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	in := tn.citizen(t, "anna@example.it")
	for range 13 {
		tn.clock.Pass(11 * time.Hour)
		if !tn.alive(t, in.Token) {
			t.Fatal("ended though it was used")
		}
	}
	tn.clock.Pass(CitizenIdle)
	if tn.alive(t, in.Token) {
		t.Error("lives after twelve hours without use")
	}
}

// TestAPageLeftOpenKeepsNoSessionAlive: what a page asks by itself is answered, and is no use of the session.
func TestAPageLeftOpenKeepsNoSessionAlive(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	in := tn.citizen(t, "anna@example.it")
	for range 11 {
		tn.clock.Pass(time.Hour)
		if _, _, err := tn.Who(t.Context(), in.Token, false); err != nil {
			t.Fatal(err)
		}
	}
	tn.clock.Pass(time.Hour)
	if _, _, err := tn.Who(t.Context(), in.Token, false); civic.CodeOf(err) != civic.Unauthenticated {
		t.Errorf("after twelve hours in which nobody used it: %v", err)
	}
}

func TestFresh(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	anna, bruno := tn.citizen(t, "anna@example.it"), tn.citizen(t, "bruno@example.it")
	who, _, err := tn.Who(t.Context(), anna.Token, true)
	if err != nil {
		t.Fatal(err)
	}
	fresh := func(id civic.ID) bool {
		t.Helper()
		ok, err := tn.Fresh(t.Context(), who, id)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !fresh(anna.Session.ID) || fresh(bruno.Session.ID) || fresh("none") {
		t.Error("right after signing in")
	}
	tn.clock.Pass(FreshFor - time.Second)
	if !fresh(anna.Session.ID) {
		t.Error("not fresh any more too early")
	}
	tn.clock.Pass(time.Second)
	if fresh(anna.Session.ID) {
		t.Error("fresh for ever")
	}
}

func TestListAndRevoke(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	anna, again, bruno := tn.citizen(t, "anna@example.it"), tn.citizen(t, "anna@example.it"), tn.citizen(t,
		"bruno@example.it")
	if anna.Session.AccountID != again.Session.AccountID ||
		anna.Session.AccountID == bruno.Session.AccountID {
		t.Fatal("accounts do not follow addresses")
	}
	who, _, err := tn.Who(t.Context(), anna.Token, true)
	if err != nil {
		t.Fatal(err)
	}
	own, err := tn.Sessions(t.Context(), who, who.Account)
	if err != nil || len(own) != 2 {
		t.Errorf("own sessions: %v, %v", own, err)
	}
	_, err = tn.Sessions(t.Context(), who, bruno.Session.AccountID)
	wantCode(t, err, civic.Forbidden)
	_, err = tn.Sessions(t.Context(), civic.Visitor("r"), who.Account)
	wantCode(t, err, civic.Unauthenticated)
	_, err = tn.Sessions(t.Context(), civic.Visitor("r"), "")
	wantCode(t, err, civic.Unauthenticated)
	wantCode(t, tn.Revoke(t.Context(), who, bruno.Session.ID), civic.NotFound)
	wantCode(t, tn.Revoke(t.Context(), who, "none"), civic.NotFound)
	if err := tn.Revoke(t.Context(), who, again.Session.ID); err != nil {
		t.Error(err)
	}
	if !tn.alive(t, anna.Token) || tn.alive(t, again.Token) || !tn.alive(t, bruno.Token) {
		t.Error("the wrong session ended")
	}
	if theirs, err := tn.Sessions(t.Context(), tn.admin, bruno.Session.AccountID); err != nil ||
		len(theirs) != 1 {
		t.Errorf("what an administrator sees: %v, %v", theirs, err)
	}
	if err := tn.Revoke(t.Context(), tn.admin, bruno.Session.ID); err != nil {
		t.Error(err)
	}
	for _, r := range tn.records(t, ActionRevoked) {
		if r.Contact == "" ||
			(r.Object == bruno.Session.AccountID) != (r.Contact == bruno.Session.Account.Contact) {
			t.Errorf("the audit of a citizen lacks that a session was ended: %+v", r)
		}
	}
}

// While the store is away there is no answer about a session, neither yes nor no, and guesses are still
// counted.
func TestStoreAway(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	in := tn.signIn(t, "urp@example.it")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tn.Session(gone, in.Token); err == nil || civic.CodeOf(err) == civic.Unauthenticated {
		t.Errorf("session: %v", err)
	}
	limited := 0
	for range 50 {
		_, err := tn.SignInWithPassword(gone, "urp@example.it", goodPassword,
			Client{Address: randomAddress()})
		if err == nil {
			t.Fatal("signed in without a store")
		}
		if civic.CodeOf(err) == civic.Limited {
			limited++
		}
	}
	if limited < 40 {
		t.Errorf("only %d of 50 guesses were stopped", limited)
	}
	if !tn.alive(t, in.Token) {
		t.Error("the session is gone after the store came back")
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	in := tn.signIn(t, "urp@example.it")
	anna := tn.citizen(t, "anna@example.it")
	tn.resetToken(t, "urp@example.it")
	if n, err := tn.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("swept %d at once, %v", n, err)
	}
	tn.clock.Pass(2 * time.Hour)
	if n, err := tn.Sweep(t.Context()); n != 4 || err != nil { // staff session, code, its claim, link
		t.Errorf("swept %d after two hours, %v; want 4", n, err)
	}
	if tn.alive(t, in.Token) || !tn.alive(t, anna.Token) {
		t.Error("the wrong session was swept")
	}
}

// What a store that was brought back from a copy still holds of sessions, codes and links, waiting ones
// included, is worth nothing.
func TestEndAll(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	in := tn.signIn(t, "urp@example.it")
	token := tn.resetToken(t, "urp@example.it")
	if err := tn.AskReset(t.Context(), "urp@example.it", "it", from("192.0.2.3")); err != nil {
		t.Fatal(err)
	}
	sent := tn.mail.count()
	if err := EndAll(t.Context(), tn.db); err != nil {
		t.Fatal(err)
	}
	if tn.alive(t, in.Token) {
		t.Error("a session lives")
	}
	wantCode(t, tn.CheckReset(t.Context(), token), civic.Gone)
	if err := tn.SendResets(t.Context()); err != nil || tn.mail.count() != sent {
		t.Errorf("a link that was asked for before the copy was sent: %v", err)
	}
}

func TestBrowser(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 " +
			"Safari/537.36 Edg/140.0.0.0": "Edge, Windows",
		"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile " +
			"Safari/537.36": "Chrome, Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
			"Version/18.1 Mobile Safari/604.1": "Safari, iPhone",
		"curl/8.5.0":                 "",
		"":                           "",
		"<script>Firefox/1</script>": "Firefox",
	} {
		if got := browser(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}
