package accounts

import (
	"context"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// confirmKey is the digest under which the codes are known by which an account confirms an address: they sign
// nobody in.
func (s *Service) confirmKey(account civic.ID, email string) string {
	return s.vault.Digest("accounts/confirm", string(account)+"/"+email)
}

// AskConfirmation sends a citizen a code to an address they say is theirs. Unauthenticated for who is no
// citizen, Invalid (field "email") when it is none, Limited after too many, whoever asked for them.
func (s *Service) AskConfirmation(ctx context.Context, by civic.Actor, email, lang string, c Client) error {
	email, err := confirmable(by, email)
	if err != nil {
		return err
	}
	key := s.confirmKey(by.Account, email)
	if err := s.guard.confirmation(ctx, string(by.Account), key, s.loginKey(email), c.Address); err != nil {
		return err
	}
	secret, err := s.keepCode(ctx, hashed(newToken()), key, email, true)
	if err != nil {
		return err
	}
	if err := s.mailer.SendConfirmation(ctx, email, lang, secret); err != nil {
		return civic.Wrap(civic.Unavailable, "accounts.error.mail", err)
	}
	return nil
}

// ConfirmAddress proves, by the code that was sent there, that an address is a citizen's own: their contact
// learns it. The same code, sent again by the same account while it holds, completes what the program did
// not live to do. Invalid (field "code") when typed is not the code; Limited after too many tries.
func (s *Service) ConfirmAddress(ctx context.Context, by civic.Actor, email, typed string, c Client) error {
	email, err := confirmable(by, email)
	if err != nil {
		return err
	}
	key := s.confirmKey(by.Account, email)
	right, err := s.guard.guess(ctx, key, "", c.Address)
	if err != nil {
		return err
	}
	sent, ok, err := s.sentCode(ctx, code{Login: key}, typed)
	if err != nil {
		return err
	}
	if !ok {
		return s.refuseCode(ctx, by)
	}
	right()
	who := Identity{Account: by.Account, Email: email, EmailProved: true}
	if err := s.contacts.Learn(ctx, by.Contact, who); err != nil {
		return err
	}
	a, err := s.accounts.Get(ctx, by.Account)
	if _, err = s.stillBound(ctx, a, by.Contact, err); err != nil {
		return err
	}
	return s.audit.Write(ctx, audit.Entry{By: by, Action: ActionConfirmed, Object: by.Account,
		Contact: by.Contact, Key: civic.Key(civic.ID(ActionConfirmed), by.Account, sent.ID)})
}

// confirmable returns the address as codes are sent to it.
func confirmable(by civic.Actor, email string) (string, error) {
	if by.Account == "" || by.Contact == "" {
		return "", civic.NewError(civic.Unauthenticated, "error.unauthenticated")
	}
	email, err := newEmail(email)
	var p civic.Problems
	p.Check("email", err)
	return email, p.Err()
}
