package crm

import (
	"context"

	"ascolto/internal/civic"
)

// OwnContact returns the contact by is signed in for.
func (s *Service) OwnContact(ctx context.Context, by civic.Actor) (Contact, error) {
	id, err := citizen(by)
	if err != nil {
		return Contact{}, err
	}
	return s.contacts.Get(ctx, id)
}

// OwnTimeline lists what happened between the municipality and the person, newest first. Notes of staff are
// no part of it.
func (s *Service) OwnTimeline(
	ctx context.Context, by civic.Actor, page civic.PageRequest,
) (civic.Page[Entry], error) {
	id, err := citizen(by)
	if err != nil {
		return civic.Page[Entry]{}, err
	}
	found, err := s.entries(ctx, id, page)
	for i := range found.Items {
		found.Items[i].By = "" // which of the staff it was is for staff
	}
	return found, err
}

// UpdateOwnContact changes what people may change about themselves, the fields that are Own; the others stay
// as they are. The form is joined with what others changed since it was shown, as UpdateContact does. Who
// signed in with an address that is taken off has to sign in again, but for in.Session.
func (s *Service) UpdateOwnContact(ctx context.Context, by civic.Actor, in ContactInput) (Contact, error) {
	id, err := citizen(by)
	if err != nil {
		return Contact{}, err
	}
	k, err := s.known(ctx)
	if err != nil {
		return Contact{}, err
	}
	offices, err := s.reference.Offices(ctx)
	if err != nil {
		return Contact{}, err
	}
	now := s.now()
	c, err := s.contacts.Edit(ctx, id, func(c *Contact) error {
		before := *c
		in := in
		for _, f := range contactFields {
			if !f.Own { // not on this form, and so never a clash
				f.Write(&in, f.Typed(before)...)
			}
		}
		if _, err := in.apply(c, k, now.In(civic.Rome()).Year()); err != nil {
			return err
		}
		if err := checkOwnName(before, *c, offices); err != nil {
			return err
		}
		if err := s.joined(by, in, c, &before); err != nil {
			return err
		}
		if err := s.checkCode(c, &before, in.Confirmed); err != nil {
			return err
		}
		c.awaitNew(before)
		c.oweShutOuts(before, in.Session, now)
		c.noteEdit(by, ActionContactUpdateOwn, before)
		return checkSignIn(before, *c, in.NoSignIn)
	})
	if err != nil {
		return Contact{}, err
	}
	return s.edited(ctx, by, c)
}

// NoSignIn is the field by which a person says that no address shall be left to sign in with.
const NoSignIn = "no_sign_in"

// checkSignIn asks to look again when an edit of one's own profile takes off the last confirmed address: an
// Invalid error of NoSignIn, which goes when the form confirms it.
func checkSignIn(before, after Contact, confirmed bool) error {
	if confirmed || len(before.Proved) == 0 || len(after.Proved) > 0 {
		return nil
	}
	var p civic.Problems
	p.Add(NoSignIn, "crm.error.no_sign_in")
	return p.Err()
}
