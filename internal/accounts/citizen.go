package accounts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// citizen returns the account with id, made or brought up to date with what the sign-in proved. An account is
// bound to its contact once: whatever is written on contacts later, it keeps it, until a member of staff
// binds it to another (Rebind).
func (s *Service) citizen(ctx context.Context, id civic.ID, who Identity) (Account, error) {
	who.Account = id
	contact, gone, err := s.contactOf(ctx, id, who)
	if err != nil {
		return Account{}, fmt.Errorf("accounts: contact of a citizen: %w", err)
	}
	held := s.contacts.Admits(ctx, contact, who) == nil
	name, err := s.citizenName(ctx, contact, who)
	if err != nil {
		return Account{}, err
	}
	now := s.clock.now()
	update := func(a *Account) error {
		if a.Contact == "" || a.Contact == gone {
			a.Contact = contact
		}
		if a.Contact == contact {
			a.Name, a.Vouched = name, a.Vouched && !held
		}
		a.Roles, a.UpdatedAt = []civic.Role{civic.Citizen}, now
		return nil
	}
	a, err := s.accounts.Update(ctx, id, update)
	if civic.CodeOf(err) != civic.NotFound {
		return s.stillBound(ctx, a, contact, err)
	}
	a = Account{Meta: docstore.Meta{ID: id}, CreatedAt: now}
	if who.FiscalCode != "" {
		a.FiscalCode = s.vault.Seal(fiscalPurpose, []byte(who.FiscalCode))
	}
	if err := update(&a); err != nil {
		return Account{}, err
	}
	var made *civic.Error
	if err := s.accounts.Insert(ctx, &a); errors.As(err, &made) && made.Code == civic.Conflict {
		a, err := s.accounts.Update(ctx, id, update) // made by another sign-in at this moment
		return s.stillBound(ctx, a, contact, err)
	} else if err != nil {
		return Account{}, err
	}
	return a, nil
}

// stillBound takes back what a contact was just told of the owner of a, when a was bound to another one
// meanwhile.
func (s *Service) stillBound(ctx context.Context, a Account, told civic.ID, err error) (Account, error) {
	if err != nil || a.Contact == told {
		return a, err
	}
	return a, s.move(ctx, a, told)
}

// contactOf returns the contact of the account with id, told what the sign-in proved: the one it is bound to,
// else the one that who belongs to. gone is the contact it was bound to when that exists no more. Forbidden
// when all that the sign-in proved is an address that its contact has no more.
func (s *Service) contactOf(
	ctx context.Context, id civic.ID, who Identity,
) (contact, gone civic.ID, err error) {
	a, err := s.accounts.Get(ctx, id)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return "", "", err
	}
	if a, err = s.settle(ctx, civic.System("rebind"), a); err != nil {
		return "", "", err
	}
	if a.Contact != "" {
		who.Vouched = a.Vouched
		if err := s.contacts.Admits(ctx, a.Contact, who); civic.CodeOf(err) == civic.Forbidden {
			return "", "", err
		}
		if err := s.contacts.Learn(ctx, a.Contact, who); civic.CodeOf(err) != civic.NotFound {
			return a.Contact, "", err
		}
		gone = a.Contact
	}
	if contact, err = s.contacts.EnsureContact(ctx, who); err != nil {
		return "", "", err
	}
	return contact, gone, s.contacts.Learn(ctx, contact, who)
}

// citizenName returns the name that was proved, else the one the contact is known by; it may be empty.
func (s *Service) citizenName(ctx context.Context, contact civic.ID, who Identity) (string, error) {
	if name := who.GivenName + " " + who.FamilyName; !who.Declared && !civic.IsBlank(name) {
		return strings.TrimSpace(name), nil
	}
	names, err := s.contacts.Names(ctx, civic.System("sign-in"), []civic.ID{contact})
	if err != nil {
		return "", fmt.Errorf("accounts: name of a citizen: %w", err)
	}
	return names[contact], nil
}

// BindAddress makes the account of who signs in with codes sent to an address, bound to a contact that is
// surely theirs: for a town that was made up as a whole. Forbidden but for commands; Conflict when there is
// such an account.
func (s *Service) BindAddress(ctx context.Context, by civic.Actor, email string, contact civic.ID) error {
	if !by.IsSystem() {
		return civic.NewError(civic.Forbidden, "error.forbidden")
	}
	email, err := parseEmail(email)
	if err != nil {
		return err
	}
	who := Identity{Account: s.citizenID("email", email), Email: email, EmailProved: true}
	if err := s.contacts.Learn(ctx, contact, who); err != nil {
		return err
	}
	name, err := s.citizenName(ctx, contact, who)
	if err != nil {
		return err
	}
	now := s.clock.now()
	return s.accounts.Insert(ctx, &Account{
		Meta: docstore.Meta{ID: who.Account}, Contact: contact, Name: name,
		Roles: []civic.Role{civic.Citizen}, CreatedAt: now, UpdatedAt: now,
	})
}

// ShutOut ends the sessions of who signed in with addresses that were taken off a contact, but for the one
// that whoever took them off uses, named by its id.
func (s *Service) ShutOut(ctx context.Context, contact civic.ID, emails []string, using civic.ID) error {
	for _, email := range emails {
		email, err := parseEmail(email)
		if err != nil {
			continue // nobody can have signed in with it
		}
		a, err := s.accounts.Get(ctx, s.citizenID("email", email))
		if civic.CodeOf(err) == civic.NotFound || err == nil && a.Contact != contact {
			continue
		}
		if err != nil {
			return err
		}
		for session, err := range s.sessions.All(ctx, sessionsOf(a.ID)) {
			if err != nil {
				return err
			}
			if session.ID == using {
				continue
			}
			if err := s.end(ctx, session); err != nil {
				return err
			}
		}
	}
	return nil
}
