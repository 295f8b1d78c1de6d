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
// as they are. The form is joined with what others changed since it was shown, as UpdateContact does.
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
		return checkSignIn(before, *c, in.NoSignIn)
	})
	if err != nil {
		return Contact{}, err
	}
	s.index.Put(c.searchDoc())
	return c, s.revised(ctx, by, ActionContactUpdateOwn, c, nil)
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

// Sessions ends what was begun with an address; the accounts do.
type Sessions interface {
	// ShutOut ends the sessions that were begun with addresses that were taken off a contact, but for one;
	// none when using is empty.
	ShutOut(ctx context.Context, contact civic.ID, emails []string, using civic.ID) error
}

// shutOut ends the sessions that were begun with an address that staff took off a contact.
func (s *Service) shutOut(ctx context.Context, before, after Contact) error {
	closed := Closed(before, after)
	if s.sessions == nil || len(closed) == 0 {
		return nil
	}
	return s.sessions.ShutOut(ctx, after.ID, closed, "")
}

// Closed returns the addresses that opened before and do not open after.
func Closed(before, after Contact) (emails []string) {
	for _, e := range before.Emails {
		if before.Opens(e.Key) && !after.Opens(e.Key) {
			emails = append(emails, e.Address)
		}
	}
	return emails
}
