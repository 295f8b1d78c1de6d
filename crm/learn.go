package crm

import (
	"context"
	"errors"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/reach"
)

// Admits returns nil when a sign-in may open a contact: with a fiscal code, by the word of staff, or with an
// address that opens it. *Service is an accounts.Contacts.
func (s *Service) Admits(ctx context.Context, contact civic.ID, id accounts.Identity) error {
	c, err := s.contacts.Get(ctx, contact)
	if err != nil || id.FiscalCode != "" || id.Vouched {
		return err
	}
	if e, err := reach.ParseEmail(id.Email); err == nil && c.Opens(e.Key) {
		return nil
	}
	return civic.NewError(civic.Forbidden, "accounts.error.address_removed")
}

// Learn keeps on a contact what a sign-in of its person proved: that an address is theirs. It returns
// NotFound when there is no such contact any more. *Service is an accounts.Contacts.
func (s *Service) Learn(ctx context.Context, contact civic.ID, id accounts.Identity) error {
	now := s.now()
	c, err := s.contacts.Update(ctx, contact, func(c *Contact) error {
		if !c.learn(id, now) {
			return errKnown
		}
		c.signIn(ActionContactLearn, now)
		return nil
	})
	if err != nil && !errors.Is(err, errKnown) {
		return err
	}
	return s.afterSignIn(ctx, c)
}
