package crm

import (
	"context"

	"ascolto/crm/fiscalcode"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// EnsureContact returns the contact a citizen who signs in belongs to, made when there is none. *Service is an
// accounts.Contacts.
//
// A fiscal code decides: it is one person's. Without one, an address decides when a single person has it. With one, a contact
// that has the proved address, the same name and no fiscal code yet is taken to be the person, and is given the code. In all other
// cases (an address that a family shares, a name that differs) a new contact is made: a double can be seen and put right,
// somebody else's data that was shown cannot be taken back.
func (s *Service) EnsureContact(ctx context.Context, id accounts.Identity) (civic.ID, error) {
	by := civic.System("sign-in")
	if id.FiscalCode == "" {
		return s.ensureByEmail(ctx, by, id)
	}
	code, err := ParseFiscalCode(id.FiscalCode)
	if err != nil {
		return "", err
	}
	c, err := s.byCode(ctx, s.vault.Digest(purposeCode, code.String()))
	if err == nil {
		return c.ID, nil
	}
	if civic.CodeOf(err) != civic.NotFound {
		return "", err
	}
	return s.ensureByCode(ctx, by, id, code)
}

func (s *Service) ensureByEmail(ctx context.Context, by civic.Actor, id accounts.Identity) (civic.ID, error) {
	e, err := ParseEmail(id.Email)
	if err != nil {
		return "", err
	}
	own := civic.ID(s.vault.Digest(purposeMail, e.Key)) // the contact made for this address, if one was
	found, err := s.byEmail(ctx, []string{e.Key}, 3)
	if err != nil {
		return "", err
	}
	if len(found) == 1 {
		return found[0].ID, nil
	}
	return s.ensure(ctx, by, own, id, fiscalcode.Code{})
}

// ensureByCode gives the code to the one contact that is surely the person, else makes a contact with it.
func (s *Service) ensureByCode(ctx context.Context, by civic.Actor, id accounts.Identity, code fiscalcode.Code) (civic.ID, error) {
	if e, err := ParseEmail(id.Email); err == nil {
		found, err := s.byEmail(ctx, []string{e.Key}, candidatesByKey)
		if err != nil {
			return "", err
		}
		if c, ok := theirs(found, id); ok {
			return s.giveCode(ctx, by, c.ID, code)
		}
	}
	digest := s.vault.Digest(purposeCode, code.String())
	return s.ensure(ctx, by, civic.ID(digest), id, code)
}

// theirs returns the only contact of found that has the person's name and no fiscal code.
func theirs(found []Contact, id accounts.Identity) (Contact, bool) {
	var match []Contact
	name := inOrder(fold(id.FamilyName + " " + id.GivenName))
	for _, c := range found {
		if c.Kind == Person && c.CodeDigest == "" && name != "" && inOrder(c.SortName) == name {
			match = append(match, c)
		}
	}
	if len(match) != 1 {
		return Contact{}, false
	}
	return match[0], true
}

func (s *Service) giveCode(ctx context.Context, by civic.Actor, contact civic.ID, code fiscalcode.Code) (civic.ID, error) {
	c, err := s.contacts.Update(ctx, contact, func(c *Contact) error {
		if c.CodeDigest != "" && c.CodeDigest != s.vault.Digest(purposeCode, code.String()) {
			return civic.NewError(civic.Conflict, "crm.error.fiscal_code.taken")
		}
		s.sealCode(c, code)
		c.Version++
		c.UpdatedAt = s.now()
		return nil
	})
	if err != nil {
		return "", err
	}
	return c.ID, s.record(ctx, by, "crm.contact.code", c.ID, c.ID, nil)
}

// ensure makes the contact of an identity under an id that follows from what identifies it, so that two sign-ins at once make one.
func (s *Service) ensure(ctx context.Context, by civic.Actor, own civic.ID, id accounts.Identity, code fiscalcode.Code) (civic.ID, error) {
	if c, err := s.contacts.Get(ctx, own); err == nil {
		return c.ID, nil
	} else if civic.CodeOf(err) != civic.NotFound {
		return "", err
	}
	now := s.now()
	c := Contact{Meta: docstore.Meta{ID: own}, Kind: Person, Language: Italian, Version: 1, CreatedAt: now, UpdatedAt: now}
	c.GivenName, _ = civic.CleanLine(id.GivenName, maxNameLength) // a name too long or not in UTF-8 is left out: it is only claimed
	c.FamilyName, _ = civic.CleanLine(id.FamilyName, maxNameLength)
	if e, err := ParseEmail(id.Email); err == nil {
		c.Emails = []Email{e}
		if c.DisplayName() == "" {
			c.FamilyName = e.Address
		}
	}
	c.derive()
	s.sealCode(&c, code)
	switch err := s.contacts.Insert(ctx, &c); civic.CodeOf(err) {
	case "":
		s.index.Put(c.searchDoc())
		return c.ID, s.record(ctx, by, "crm.contact.create", c.ID, c.ID, nil)
	case civic.Conflict:
		return s.winner(ctx, own, c.CodeDigest, err)
	default:
		return "", err
	}
}

// winner returns the contact that another sign-in made a moment before.
func (s *Service) winner(ctx context.Context, own civic.ID, digest string, conflict error) (civic.ID, error) {
	if c, err := s.contacts.Get(ctx, own); err == nil {
		return c.ID, nil
	}
	if digest != "" {
		if c, err := s.byCode(ctx, digest); err == nil {
			return c.ID, nil
		}
	}
	return "", conflict
}
