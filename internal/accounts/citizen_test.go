package accounts

import (
	"testing"

	"ascolto/internal/civic"
)

// An account keeps its contact, wherever its address stands by now: what somebody writes on contacts moves
// nobody.
func TestAccountsAreBoundOnce(t *testing.T) {
	t.Parallel()
	contacts := &people{known: map[string]civic.ID{}}
	tn := newTown(t, func(o *Options) { o.Contacts = contacts })
	first := tn.citizen(t, "anna@example.it")
	contacts.known["anna@example.it"] = "somebody-else"
	again := tn.citizen(t, "anna@example.it")
	if got, want := again.Session.Account.Contact, first.Session.Account.Contact; got != want {
		t.Errorf("the account moved from %s to %s", want, got)
	}
	if who, _, err := tn.Who(t.Context(), first.Token, true); err != nil ||
		who.Contact != first.Session.Account.Contact {
		t.Errorf("the open session moved to %s, %v", who.Contact, err)
	}
	last := contacts.learned[len(contacts.learned)-1]
	if want := (Identity{Account: first.Session.Account.ID, Email: "anna@example.it",
		EmailProved: true}); last.contact != first.Session.Account.Contact || last.who != want {
		t.Errorf("the contact learned %+v", last)
	}
	contacts.gone = append(contacts.gone, first.Session.Account.Contact)
	if after := tn.citizen(t, "anna@example.it"); after.Session.Account.Contact != "somebody-else" {
		t.Errorf("bound to a contact that is gone: %s", after.Session.Account.Contact)
	}
}

// What a provider does not say to be proved is told as a claim.
func TestAddressesOfAProvider(t *testing.T) {
	t.Parallel()
	contacts := &people{known: map[string]civic.ID{}}
	tn, p := newTownWithIDP(t)
	tn.contacts = contacts
	for _, said := range []any{nil, true} {
		p.claims["email"] = "mario@example.it"
		if said != nil {
			p.claims["email_verified"] = said
		}
		if _, err := tn.viaIDP(t, p); err != nil {
			t.Fatal(err)
		}
		if last := contacts.learned[len(contacts.learned)-1].who; last.Email != "mario@example.it" ||
			last.EmailProved != (said == true) {
			t.Errorf("email_verified %v: %+v", said, last)
		}
	}
}

// An address that was taken off the contact signs nobody in any more, and moves nobody; what was signed in
// with it elsewhere ends. Where staff bound the account, their word stands.
func TestAnAddressThatWasTakenOffSignsNobodyIn(t *testing.T) {
	t.Parallel()
	tn, contacts, in := boundTown(t)
	elsewhere := tn.citizen(t, "vera@example.it")
	contacts.dropped = []string{"vera@example.it"}
	by := in.Session.Account.actor("r")
	if err := tn.ShutOut(t.Context(), by.Contact, contacts.dropped, in.Session.ID); err != nil {
		t.Fatal(err)
	}
	if !tn.alive(t, in.Token) || tn.alive(t, elsewhere.Token) {
		t.Error("not the sessions of others ended")
	}
	browser, code := tn.askCode(t, "vera@example.it")
	got, err := tn.SignInWithCode(t.Context(), browser, code, from("192.0.2.9"))
	wantCode(t, err, civic.Forbidden)
	if got.Token != "" || len(tn.records(t, ActionRefused)) != 1 {
		t.Errorf("signed in with %q, refusals %v", got.Token, tn.records(t, ActionRefused))
	}
	stranger := tn.citizen(t, "anna@example.it").Session.Account.actor("r")
	if err := tn.ShutOut(t.Context(), stranger.Contact, contacts.dropped, ""); err != nil ||
		!tn.alive(t, in.Token) {
		t.Errorf("somebody else ended the session: %v", err)
	}
	if err := tn.Rebind(t.Context(), tn.admin,
		Rebinding{in.Session.Account.ID, by.Contact, "right", "carta d'identità"}); err != nil {
		t.Fatal(err)
	}
	if again := tn.citizen(t, "vera@example.it"); again.Session.Account.Contact != "right" {
		t.Errorf("bound by staff it signed in for %s", again.Session.Account.Contact)
	}
}

// An address that is taken off while somebody signs in with it leaves them no session.
func TestAnAddressThatIsTakenOffMeanwhile(t *testing.T) {
	t.Parallel()
	tn, contacts, _ := boundTown(t)
	tn.contacts = &meanwhile{people: contacts, then: func() {
		contacts.mu.Lock()
		defer contacts.mu.Unlock()
		contacts.dropped = []string{"vera@example.it"}
	}}
	browser, code := tn.askCode(t, "vera@example.it")
	got, err := tn.SignInWithCode(t.Context(), browser, code, from("192.0.2.9"))
	wantCode(t, err, civic.Forbidden)
	if got.Token != "" {
		t.Error("there is a session")
	}
}
