package accounts

import (
	"context"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// PermRebind is to say to which contact a citizen's account belongs, for who knows the person.
const PermRebind civic.Permission = "accounts.rebind"

// maxRebindReason bounds why an account is bound to another contact, in characters.
const maxRebindReason = 300

// AccountsOf returns the citizens' accounts that are bound to a contact. Forbidden without PermRebind.
func (s *Service) AccountsOf(ctx context.Context, by civic.Actor, contact civic.ID) ([]Account, error) {
	if err := by.Can(PermRebind); err != nil {
		return nil, err
	}
	page, err := s.accounts.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", contact)}, Limit: 50})
	return page.Items, err
}

// Rebind binds a citizen's account to another contact, whose data its owner sees from then on. The account's sessions end: none moves to
// another person. It is audited with its reason. Invalid names the fields "contact" and "reason"; NotFound when there is no such account;
// Forbidden without PermRebind.
func (s *Service) Rebind(ctx context.Context, by civic.Actor, account, contact civic.ID, reason string) error {
	if err := by.Can(PermRebind); err != nil {
		return err
	}
	reason, err := s.checkRebind(ctx, contact, reason)
	if err != nil {
		return err
	}
	var from civic.ID
	a, err := s.accounts.Update(ctx, account, func(a *Account) error {
		if a.Staff {
			return civic.NewError(civic.NotFound, "error.not_found")
		}
		from = a.Contact
		a.Contact, a.UpdatedAt = contact, s.clock.now()
		a.endSessions()
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.dropSessions(ctx, a.ID); err != nil {
		return err
	}
	return s.audit.Write(ctx, audit.Entry{
		By: by, Action: ActionRebound, Object: a.ID, Contact: contact, Detail: map[string]string{"from": string(from), "reason": reason},
	})
}

func (s *Service) checkRebind(ctx context.Context, contact civic.ID, reason string) (string, error) {
	var p civic.Problems
	reason, err := civic.CleanLine(reason, maxRebindReason)
	p.Check("reason", err)
	if err == nil && reason == "" {
		p.Add("reason", "accounts.error.rebind.reason")
	}
	err = civic.NewError(civic.NotFound, "error.not_found")
	if contact != "" {
		err = s.contacts.Learn(ctx, contact, Identity{}) // which says whether there is one
	}
	if civic.CodeOf(err) == civic.NotFound {
		p.Add("contact", "accounts.error.rebind.contact")
	} else if err != nil {
		return "", err
	}
	return reason, p.Err()
}
