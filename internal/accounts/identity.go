// Package accounts knows who signs in: staff with a password, citizens with a one-time code or through an
// OpenID Connect provider; and it keeps their sessions. Of addresses it knows that to which the provider
// sends back, which is registered there; that of a link for a new password is told by Options.
package accounts

import (
	"context"

	"ascolto/internal/civic"
)

// Identity is what a sign-in proved about a citizen.
type Identity struct {
	Account civic.ID // that signed in
	Email   string
	// by a code sent there, or by a provider that says so; else the provider only claims it
	EmailProved bool
	FiscalCode  string // normalised; only from an identity provider
	GivenName   string
	FamilyName  string
	Level       string // level of assurance (acr) told by the provider
	Language    string // of the page it was done on; empty when not known
	// the name is what they say: only a contact that there is not yet is called by it
	Declared bool
	// staff bound the account to the contact, and its address is not there yet: see Account.Vouched
	Vouched bool
}

// Contacts finds or makes the contact a citizen's account belongs to. *crm.Service is one.
type Contacts interface {
	// EnsureContact returns the contact of the fiscal code when there is one, else the one of whom the e-mail
	// address was proved to be, else a new one. It is asked once for each account.
	EnsureContact(ctx context.Context, id Identity) (civic.ID, error)
	// Learn keeps on the contact of an account what a later sign-in proved; NotFound when there is no such
	// contact any more.
	Learn(ctx context.Context, contact civic.ID, id Identity) error
	// Admits returns nil when a sign-in may open a contact: the address that it proved is one of the contact's
	// and need not be confirmed, or it rests on more than an address. Forbidden else: whoever reads the mail
	// of an address that was taken off is a stranger by now. NotFound when there is no such contact.
	Admits(ctx context.Context, contact civic.ID, id Identity) error
	// Accepts returns nil when an account of which id is known may be bound to a contact: NotFound when there
	// is none, Conflict when it surely is somebody else.
	Accepts(ctx context.Context, contact civic.ID, id Identity) error
	// Move takes what an account told of its owner from one contact to another. Alone says that no other
	// account is bound to the first. It may be asked twice, and passes over contacts that exist no more.
	Move(ctx context.Context, from, to civic.ID, id Identity, alone bool) error
	// Names returns the names of contacts as they are shown; those without a name may be missing.
	Names(ctx context.Context, by civic.Actor, contacts []civic.ID) (map[civic.ID]string, error)
}
