package crm

import (
	"context"
	"errors"

	"ascolto/internal/civic"
)

// UpdateContact changes a contact to what the form says, joined with what others changed since it was shown:
// in.Shown tells what it showed, or in.Version of which contact. Where both changed one field the error is
// *ContactConflict. An empty fiscal code takes it off; who signed in with an address that is taken off has to
// sign in again.
func (s *Service) UpdateContact(
	ctx context.Context, by civic.Actor, id civic.ID, in ContactInput,
) (Contact, error) {
	if err := by.Can(PermWriteContacts); err != nil {
		return Contact{}, err
	}
	k, err := s.known(ctx)
	if err != nil {
		return Contact{}, err
	}
	now, digest := s.now(), ""
	c, err := s.contacts.Edit(ctx, id, func(c *Contact) error {
		before := *c
		code, err := in.apply(c, k, now.In(civic.Rome()).Year())
		if err != nil {
			return err
		}
		s.sealCode(c, code)
		err = s.joined(by, in, c, &before)
		if digest = c.CodeDigest; err != nil {
			return err
		}
		c.oweShutOuts(before, "", now)
		c.noteEdit(by, ActionContactUpdate, before)
		return s.checkCode(c, &before, in.Confirmed)
	})
	if err != nil {
		return Contact{}, s.whyRefused(ctx, id, digest, err)
	}
	return s.edited(ctx, by, c)
}

// edited draws what follows from an edit of a contact, of which c is stored, and returns c as it is then: by
// whoever and however it was done, and also when it changed nothing, because the form was sent again.
func (s *Service) edited(ctx context.Context, by civic.Actor, c Contact) (Contact, error) {
	s.index.Put(c.searchDoc())
	if err := s.tellEdit(ctx, by, c); err != nil {
		return Contact{}, err
	}
	return s.shutOut(ctx, c)
}

// whyRefused returns why the store did not take an edit of a contact, err: when another contact has the
// digest of the fiscal code, that. A Conflict may also mean that others kept changing the contact at the same
// moment, which says nothing about its code.
func (s *Service) whyRefused(ctx context.Context, id civic.ID, digest string, err error) error {
	if _, ours := errors.AsType[*ContactConflict](err); ours || civic.CodeOf(err) != civic.Conflict ||
		digest == "" {
		return err
	}
	other, findErr := s.byCode(ctx, digest)
	if findErr == nil && other.ID != id {
		return codeTaken()
	}
	return err
}
