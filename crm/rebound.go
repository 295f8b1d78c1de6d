package crm

import (
	"context"
	"errors"
	"slices"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
)

// Accepts returns nil when an account of which id is known may be bound to a contact. NotFound when there is
// none; Conflict when the contact is an organisation, or has another fiscal code than the account's owner: it
// is surely somebody else. *Service is an accounts.Contacts.
func (s *Service) Accepts(ctx context.Context, contact civic.ID, id accounts.Identity) error {
	c, err := s.contacts.Get(ctx, contact)
	switch {
	case err != nil:
		return err
	case c.Kind != Person:
		return civic.NewError(civic.Conflict, "crm.error.rebind.organisation")
	case id.FiscalCode != "" && c.CodeDigest != "" &&
		c.CodeDigest != s.vault.Digest(purposeCode, id.FiscalCode):
		return civic.NewError(civic.Conflict, "crm.error.rebind.fiscal_code")
	}
	return nil
}

// Move takes from a contact what an account told of its owner, who is the person of another one: the proofs
// of addresses, which stay there as addresses to be confirmed, so that nobody is written to by them; what
// waits for an answer; and the fiscal code. The other contact is given the code when it has none, and the
// proofs of the addresses that it has. Things that an earlier version kept without saying which account told
// them go too, but for what can still be another account's. *Service is an accounts.Contacts.
func (s *Service) Move(ctx context.Context, from, to civic.ID, id accounts.Identity, alone bool) error {
	var code fiscalcode.Code
	if id.FiscalCode != "" {
		var err error
		if code, err = ParseFiscalCode(id.FiscalCode); err != nil {
			return err
		}
	}
	// The other one is given first what this one must not lose before it has it; the code is one contact's.
	was, err := s.contacts.Get(ctx, from)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return err
	}
	proofs, _ := was.part(id.Account, alone)
	err = s.changed(ctx, to, func(c *Contact) bool { return s.receive(c, proofs, fiscalcode.Code{}) })
	if err != nil {
		return err
	}
	err = s.changed(ctx, from, func(c *Contact) bool {
		var parted bool
		proofs, parted = c.part(id.Account, alone)
		dropped := c.dropProposals(id.Account, alone)
		uncoded := !code.IsZero() && c.CodeDigest == s.vault.Digest(purposeCode, code.String())
		if uncoded {
			s.sealCode(c, fiscalcode.Code{})
		}
		return parted || dropped || uncoded
	})
	if err != nil {
		return err
	}
	err = s.changed(ctx, to, func(c *Contact) bool { return s.receive(c, proofs, code) })
	if civic.CodeOf(err) == civic.Conflict { // a third contact has the code: to solve as a duplicate
		err = s.changed(ctx, to, func(c *Contact) bool { return s.receive(c, proofs, fiscalcode.Code{}) })
	}
	return err
}

// receive puts on c what an account of its person told elsewhere, and reports whether anything is new.
func (s *Service) receive(c *Contact, proofs []Proof, code fiscalcode.Code) bool {
	changed := false
	for _, p := range proofs {
		changed = c.prove(p) || changed
	}
	if !code.IsZero() && c.CodeDigest == "" && c.Kind == Person {
		s.sealCode(c, code)
		changed = true
	}
	return changed
}

// changed stores what change did to a contact, when it says that it did anything, and has it found as it is;
// it passes over a contact that exists no more.
func (s *Service) changed(ctx context.Context, contact civic.ID, change func(*Contact) bool) error {
	now := s.now()
	c, err := s.contacts.Update(ctx, contact, func(c *Contact) error {
		if !change(c) {
			return errKnown
		}
		c.Version++
		c.UpdatedAt = now
		return nil
	})
	switch {
	case civic.CodeOf(err) == civic.NotFound:
		return nil
	case err != nil && !errors.Is(err, errKnown):
		return err
	}
	s.index.Put(c.searchDoc())
	return nil
}

// part takes off the proofs that came from an account, and reports whether c changed. It returns those that
// surely did, whose addresses are to be confirmed unless somebody else proved them. Of unknown origin are
// proofs of an earlier version: when they may be another account's they are no longer believed, until that
// one signs in again.
func (c *Contact) part(account civic.ID, alone bool) (theirs []Proof, changed bool) {
	before := len(c.Proved)
	c.Proved = slices.DeleteFunc(slices.Clone(c.Proved), func(p Proof) bool {
		if p.Account == account || p.Account == "" && alone {
			p.Account = account
			theirs = append(theirs, p)
		}
		return p.Account == account || p.Account == ""
	})
	for _, p := range theirs {
		if !c.HasProved(p.Key) && !c.Awaits(p.Key) {
			c.Unconfirmed = append(slices.Clone(c.Unconfirmed), p.Key)
		}
	}
	return theirs, len(c.Proved) < before
}

// dropProposals takes off what an account told and nobody has taken, declined or not, and reports whether
// there was any.
func (c *Contact) dropProposals(account civic.ID, alone bool) bool {
	before := len(c.Proposals)
	c.Proposals = slices.DeleteFunc(slices.Clone(c.Proposals), func(p Proposal) bool {
		return p.Account == account || p.Account == "" && (alone || p.Declined.IsZero())
	})
	return len(c.Proposals) < before
}
