package accounts

import (
	"context"

	"ascolto/internal/civic"
)

// CountProof counts a mail by which somebody who does not sign in is asked to prove an address that they
// typed. It returns Invalid (field "email"), or Limited when too many were asked for from one place, or went
// to the address, whoever asked for them, and to it from the place. They are counted apart from codes that
// sign in, those of the address and those of the place: whoever asks for them keeps nobody from signing in.
func (s *Service) CountProof(ctx context.Context, email string, c Client) error {
	email, err := newEmail(email)
	if err != nil {
		var p civic.Problems
		p.Check("email", err)
		return p.Err()
	}
	return s.guard.proof(ctx, s.loginKey(email), c.Address)
}

// Proved returns the account of who proved to read the mail of who.Email, by a secret that was sent there:
// the one with which a code sent to the address signs in, made when there is none. It signs nobody in. The
// name is what they say of themselves. Forbidden when the address is none of its person's any more.
func (s *Service) Proved(ctx context.Context, who Identity) (Account, error) {
	email, err := newEmail(who.Email)
	if err != nil {
		return Account{}, err
	}
	return s.citizen(ctx, s.citizenID("email", email), Identity{Email: email, EmailProved: true, Declared: true,
		GivenName: who.GivenName, FamilyName: who.FamilyName, Language: who.Language})
}
