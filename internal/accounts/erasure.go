package accounts

import (
	"context"
	"slices"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// PersonalCollections implements civic.PersonalData. The audit is kept by law.
func (s *Service) PersonalCollections() []string {
	return []string{"accounts", "account_sessions", "account_codes", "account_tokens", "audit"}
}

// reasonAudit says why the audit is kept.
const reasonAudit = "privacy.reason.audit"

// AccountIDs returns the accounts that are bound to a contact. Forbidden without PermErase; Conflict when one
// is of the staff.
func (s *Service) AccountIDs(ctx context.Context, by civic.Actor, contact civic.ID) ([]civic.ID, error) {
	if err := by.Can(civic.PermErase); err != nil {
		return nil, err
	}
	if contact == "" {
		return nil, civic.NewError(civic.Invalid, "error.id")
	}
	bound, err := s.boundTo(ctx, contact)
	ids := make([]civic.ID, len(bound))
	for i, a := range bound {
		if a.Staff {
			return nil, civic.NewError(civic.Conflict, "privacy.error.staff")
		}
		ids[i] = a.ID
	}
	return ids, err
}

// FindPersonal implements civic.PersonalData.
func (s *Service) FindPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject,
) ([]civic.PersonalHolding, error) {
	if err := about.Erasable(by); err != nil {
		return nil, err
	}
	bound, err := s.AccountIDs(ctx, by, about.Contact)
	if err != nil {
		return nil, err
	}
	sessions := 0
	for _, account := range about.Accounts() {
		n, err := s.sessions.Count(ctx, docstore.Filter{docstore.Eq("account", account)})
		if err != nil {
			return nil, err
		}
		sessions += n
	}
	records, err := s.audit.CountAbout(ctx, by, about.Contact)
	return []civic.PersonalHolding{
		{Kind: "account", Count: len(bound), Fate: civic.FateErased},
		{Kind: "sessions", Count: sessions, Fate: civic.FateErased},
		{Kind: "records", Count: records, Fate: civic.FateKept, Reason: reasonAudit},
	}, err
}

// ErasePersonal implements civic.PersonalData: what the person signs in with is removed, with all that is
// signed in by it.
func (s *Service) ErasePersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, how civic.PersonalErasure,
) error {
	if err := about.Erasable(by); err != nil {
		return err
	}
	bound, err := s.AccountIDs(ctx, by, about.Contact)
	if err != nil {
		return err
	}
	emails, err := s.signedInBy(ctx, about.Contact, how.Emails)
	if err != nil {
		return err
	}
	if err := s.eraseCodes(ctx, about.Accounts(), emails); err != nil {
		return err
	}
	for _, account := range slices.Concat(about.Accounts(), bound) {
		if err := s.eraseAccount(ctx, account); err != nil {
			return err
		}
	}
	return nil
}

// signedInBy returns those of a contact's addresses that no other contact's account signs in by: of people
// who share a mailbox, the codes are of who has the account.
func (s *Service) signedInBy(ctx context.Context, contact civic.ID, emails []string) ([]string, error) {
	var theirs []string
	for _, email := range emails {
		a, err := s.accounts.Get(ctx, s.citizenID("email", email))
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return nil, err
		}
		if a.Contact == "" || a.Contact == contact {
			theirs = append(theirs, email)
		}
	}
	return theirs, nil
}

func (s *Service) eraseAccount(ctx context.Context, account civic.ID) error {
	a, err := s.accounts.Get(ctx, account)
	if err == nil && a.Staff {
		return civic.NewError(civic.Conflict, "privacy.error.staff")
	}
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return err
	}
	if err := s.accounts.Delete(ctx, account); err != nil { // first: nobody signs in or goes on
		return err
	}
	over := Account{Meta: docstore.Meta{ID: account}, Disabled: true}
	if err := s.dropSessions(ctx, over); err != nil {
		return err
	}
	theirs := docstore.Query{
		Filter: docstore.Filter{docstore.Eq("account", account)},
		Sort:   []string{"createdAt"},
	}
	for t, err := range s.tokens.All(ctx, theirs) {
		if err == nil {
			err = s.tokens.Delete(ctx, t.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseCodes removes the codes that were sent to a person, to sign in or to confirm an address. There are as
// many codes as people who sign in at this moment.
func (s *Service) eraseCodes(ctx context.Context, accounts []civic.ID, emails []string) error {
	theirs := map[string]bool{}
	for _, email := range emails {
		theirs[s.loginKey(email)] = true
		for _, account := range accounts {
			theirs[s.confirmKey(account, email)] = true
		}
	}
	for c, err := range s.codes.All(ctx, docstore.Query{Sort: []string{"until"}, Limit: 500}) {
		if err != nil {
			return err
		}
		if theirs[c.Login] || theirs[c.SentTo] {
			if err := s.codes.Delete(ctx, c.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
