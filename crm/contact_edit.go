package crm

import (
	"context"
	"errors"
	"slices"

	"ascolto/internal/civic"
)

// EditConflict is the error of an edit of a contact that somebody else has edited since the form was shown: Current is what
// is stored now, Changed the fields in which the form differs from it.
type EditConflict struct {
	Current Contact
	Changed []string
}

// Error returns the names of the fields, for logs.
func (e *EditConflict) Error() string { return e.Unwrap().Error() }

// Unwrap returns the Conflict that stands for e.
func (e *EditConflict) Unwrap() error {
	return civic.NewError(civic.Conflict, "crm.error.edit_conflict")
}

// UpdateContact changes a contact to what the form says. in.Version must be that of the stored contact, else the error is
// *EditConflict; what is not on the form (consents, answers) may have changed meanwhile. An empty fiscal code takes it off.
func (s *Service) UpdateContact(ctx context.Context, by civic.Actor, id civic.ID, in ContactInput) (Contact, error) {
	if err := by.Can(PermWriteContacts); err != nil {
		return Contact{}, err
	}
	k, err := s.known(ctx)
	if err != nil {
		return Contact{}, err
	}
	now, digest := s.now(), ""
	c, err := s.contacts.Update(ctx, id, func(c *Contact) error {
		before := *c
		code, err := in.apply(c, k, now.In(civic.Rome()).Year())
		if err != nil {
			return err
		}
		s.sealCode(c, code)
		digest = c.CodeDigest
		if before.Version != in.Version {
			return &EditConflict{Current: before, Changed: changedFields(before, *c)}
		}
		c.Version++
		c.UpdatedAt = now
		return nil
	})
	if err != nil {
		return Contact{}, s.whyRefused(ctx, id, digest, err)
	}
	s.index.Put(c.searchDoc())
	return c, s.record(ctx, by, "crm.contact.update", id, id, nil)
}

// whyRefused returns why the store did not take an edit of a contact, err: when another contact has the digest of the fiscal code, that.
// A Conflict may also mean that others kept changing the contact at the same moment, which says nothing about its code.
func (s *Service) whyRefused(ctx context.Context, id civic.ID, digest string, err error) error {
	if _, ours := errors.AsType[*EditConflict](err); ours || civic.CodeOf(err) != civic.Conflict || digest == "" {
		return err
	}
	other, findErr := s.byCode(ctx, digest)
	if findErr == nil && other.ID != id {
		return codeTaken()
	}
	return err
}

// changedFields returns the names of the form's fields in which two versions of a contact differ.
func changedFields(a, b Contact) []string {
	var fields []string
	note := func(field string, differ bool) {
		if differ {
			fields = append(fields, field)
		}
	}
	note("kind", a.Kind != b.Kind)
	note("given_name", a.GivenName != b.GivenName)
	note("family_name", a.FamilyName != b.FamilyName)
	note("organisation", a.Organisation != b.Organisation)
	note("email_1", !slices.Equal(a.Emails, b.Emails))
	note("phone_1", !slices.Equal(a.Phones, b.Phones))
	note("street", a.Address.Street != b.Address.Street)
	note("postcode", a.Address.Postcode != b.Address.Postcode)
	note("town", a.Address.Town != b.Address.Town)
	note("district", a.District != b.District)
	note("tags", !slices.Equal(a.Tags, b.Tags))
	note("language", a.Language != b.Language)
	note("birth_year", a.BirthYear != b.BirthYear)
	note("fiscal_code", a.CodeDigest != b.CodeDigest)
	return fields
}
