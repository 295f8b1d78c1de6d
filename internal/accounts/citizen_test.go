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
	if who, _, err := tn.Who(t.Context(), first.Token); err != nil ||
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
