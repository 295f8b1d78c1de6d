package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// A one-time code: how many digits, how long it lives and how often it may be tried (ASVS 5.0, 6.5.1 to 6.5.5).
const (
	CodeDigits = 8
	CodeLife   = 10 * time.Minute
	CodeTries  = 5
)

// code is a one-time code that was sent. Its id is the hash of a token that only the browser holds that asked for it: a code
// read over somebody's shoulder, or asked for by a stranger, is worth nothing in another browser.
type code struct {
	docstore.Meta `bson:",inline"`
	Digest        string    `bson:"digest"` // keyed, of the code in this document
	Email         []byte    `bson:"email"`  // sealed
	Tries         int       `bson:"tries"`
	Until         time.Time `bson:"until"`
}

const (
	codePurpose  = "accounts/code"
	emailPurpose = "accounts/email"
)

// AskCode sends a one-time code to a citizen's address and returns the token that binds it to the browser, for a cookie. Every
// address gets one, whether a citizen is known by it or not. Invalid (field "email"), or Limited after too many.
func (s *Service) AskCode(ctx context.Context, email, lang string, c Client) (browser string, err error) {
	email, err = parseEmail(email)
	if err != nil {
		var p civic.Problems
		p.Check("email", err)
		return "", p.Err()
	}
	login := s.loginKey(email)
	if err := s.guard.mail(login, s.knownDevice(login, c.Device), c.Address); err != nil {
		return "", err
	}
	browser, secret := newToken(), newCode()
	id := hashed(browser)
	sent := code{
		Meta: docstore.Meta{ID: id}, Digest: s.codeDigest(id, secret),
		Email: s.vault.Seal(emailPurpose, []byte(email)), Until: s.clock.now().Add(CodeLife),
	}
	if err := s.codes.Insert(ctx, &sent); err != nil {
		return "", err
	}
	if err := s.mailer.SendCode(ctx, email, lang, secret); err != nil {
		return "", civic.Wrap(civic.Unavailable, "accounts.error.mail", err)
	}
	return browser, nil
}

func newCode() string {
	bound := new(big.Int).Exp(big.NewInt(10), big.NewInt(CodeDigits), nil)
	n, err := rand.Int(rand.Reader, bound)
	if err != nil {
		panic(fmt.Sprintf("accounts: random number: %v", err)) // never fails (crypto/rand)
	}
	return fmt.Sprintf("%0*d", CodeDigits, n)
}

// codeDigest depends on the document, so that a digest is worth nothing in another one.
func (s *Service) codeDigest(id civic.ID, secret string) string {
	return s.vault.Digest(codePurpose, string(id)+"/"+secret)
}

// CodeAwaited returns nil when the browser holds the token of a code that can still be tried, else Gone.
func (s *Service) CodeAwaited(ctx context.Context, browser string) error {
	sent, err := s.codes.Get(ctx, hashed(browser))
	if civic.CodeOf(err) == civic.NotFound || err == nil && !sent.open(s.clock.now()) {
		return codeGone()
	}
	return err
}

func (c code) open(now time.Time) bool { return now.Before(c.Until) && c.Tries < CodeTries }

func codeGone() error { return civic.NewError(civic.Gone, "accounts.error.code.gone") }

// SignInWithCode signs in the citizen whom typed was sent to, in the browser that asked for it. Invalid (field "code") when it is
// wrong; Gone when it was used, has ended, or was tried too often.
func (s *Service) SignInWithCode(ctx context.Context, browser, typed string, c Client) (SignIn, error) {
	succeeded, err := s.guard.tries(c.Address)
	if err != nil {
		return SignIn{}, err
	}
	sent, err := s.tryCode(ctx, hashed(browser))
	if err != nil {
		return SignIn{}, err
	}
	if !s.rightCode(sent, typed) {
		return SignIn{}, s.refuseCode(ctx, c)
	}
	succeeded()
	if err := s.claim(ctx, civic.Key("code", sent.ID), sent.Until); err != nil {
		return SignIn{}, codeOr(err)
	}
	email, err := s.vault.Open(emailPurpose, sent.Email)
	if err != nil {
		return SignIn{}, err
	}
	a, err := s.citizen(ctx, s.citizenID("email", string(email)), Identity{Email: string(email)})
	if err != nil {
		return SignIn{}, err
	}
	in, err := s.begin(ctx, a, ByCode, "", c, nil)
	in.Device = s.newDevice(s.loginKey(string(email)), c.Device)
	return in, err
}

// tryCode counts a try before anything is compared, so that tries side by side are all counted.
func (s *Service) tryCode(ctx context.Context, id civic.ID) (code, error) {
	now := s.clock.now()
	sent, err := s.codes.Update(ctx, id, func(sent *code) error {
		if !sent.open(now) {
			return codeGone()
		}
		sent.Tries++
		return nil
	})
	if civic.CodeOf(err) == civic.NotFound {
		return code{}, codeGone()
	}
	return sent, err
}

func (s *Service) rightCode(sent code, typed string) bool {
	typed = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1 // as people copy it
		}
		return r
	}, typed)
	return len(typed) == CodeDigits && subtle.ConstantTimeCompare([]byte(s.codeDigest(sent.ID, typed)), []byte(sent.Digest)) == 1
}

func (s *Service) refuseCode(ctx context.Context, c Client) error {
	entry := audit.Entry{By: civic.Visitor(c.Request), Action: ActionRefused, Detail: map[string]string{"method": ByCode}}
	if err := s.audit.Write(ctx, entry); err != nil {
		return err
	}
	var p civic.Problems
	p.Add("code", "accounts.error.code.wrong")
	return p.Err()
}

// codeOr turns a claim that was taken into the answer for a code that was used.
func codeOr(err error) error {
	if civic.CodeOf(err) == civic.Gone {
		return codeGone()
	}
	return err
}

// citizen returns the account with id, made or brought up to date with what the sign-in proved.
func (s *Service) citizen(ctx context.Context, id civic.ID, who Identity) (Account, error) {
	contact, err := s.contacts.EnsureContact(ctx, who)
	if err != nil {
		return Account{}, fmt.Errorf("accounts: contact of a citizen: %w", err)
	}
	name, err := s.citizenName(ctx, contact, who)
	if err != nil {
		return Account{}, err
	}
	now := s.clock.now()
	update := func(a *Account) error {
		a.Contact, a.Name, a.Roles, a.UpdatedAt = contact, name, []civic.Role{civic.Citizen}, now
		return nil
	}
	a, err := s.accounts.Update(ctx, id, update)
	if civic.CodeOf(err) != civic.NotFound {
		return a, err
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
		return s.accounts.Update(ctx, id, update) // made by another sign-in at this moment
	} else if err != nil {
		return Account{}, err
	}
	return a, nil
}

// citizenName returns the name that was proved, else the one the contact is known by; it may be empty.
func (s *Service) citizenName(ctx context.Context, contact civic.ID, who Identity) (string, error) {
	if name := strings.TrimSpace(who.GivenName + " " + who.FamilyName); name != "" {
		return name, nil
	}
	names, err := s.contacts.Names(ctx, civic.System("sign-in"), []civic.ID{contact})
	if err != nil {
		return "", fmt.Errorf("accounts: name of a citizen: %w", err)
	}
	return names[contact], nil
}
