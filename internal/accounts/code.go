package accounts

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strings"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// A one-time code: how many digits, how long it lives and how often it may be tried (ASVS 5.0, 6.5.1 to
// 6.5.5).
const (
	CodeDigits = 8
	CodeLife   = 10 * time.Minute
	CodeTries  = 5
)

// code is what a browser that asked for a one-time code waits for. Its id is the hash of a token that only
// that browser holds: a code that was read over somebody's shoulder is worth nothing elsewhere. A code may be
// typed into any browser that asked for one for the same address, so that who asks first, perhaps a stranger,
// keeps nobody out.
type code struct {
	docstore.Meta `bson:",inline"`
	// keyed, of the code mailed when this browser asked; empty when none was
	Digest string `bson:"digest"`
	// key of the address, or of an address that an account wants to confirm
	Login string `bson:"login,omitempty"`
	// Login when a code was mailed: what nobody mailed hides no code that was
	SentTo string    `bson:"sentTo,omitempty"`
	Email  []byte    `bson:"email"` // sealed
	Tries  int       `bson:"tries"`
	Until  time.Time `bson:"until"`
}

func codeSpec() docstore.Spec {
	spec := briefSpec("account_codes")
	spec.Indexes = append(spec.Indexes, docstore.Index{Name: "sentTo", Fields: []string{"sentTo", "until"}})
	return spec
}

const (
	codePurpose  = "accounts/code"
	emailPurpose = "accounts/email"
)

// AskCode sends a one-time code to a citizen's address and returns the token that binds it to the browser,
// for a cookie. Every address gets one, whether a citizen is known by it or not, unless it was sent several a
// moment ago: then one of those is to be typed. Invalid (field "email"), or Limited after too many from one
// place.
func (s *Service) AskCode(ctx context.Context, email, lang string, c Client) (browser string, err error) {
	email, err = newEmail(email)
	if err != nil {
		var p civic.Problems
		p.Check("email", err)
		return "", p.Err()
	}
	login := s.loginKey(email)
	send, err := s.guard.mail(ctx, login, s.knownDevice(login, c.Device), c.Address)
	if err != nil {
		return "", err
	}
	browser = newToken()
	secret, err := s.keepCode(ctx, hashed(browser), login, email, send)
	if err != nil || !send {
		return browser, err
	}
	if err := s.mailer.SendCode(ctx, email, lang, secret); err != nil {
		return "", civic.Wrap(civic.Unavailable, "accounts.error.mail", err)
	}
	return browser, nil
}

// keepCode stores that a code is awaited under id, and returns a new one when one is to be sent.
func (s *Service) keepCode(
	ctx context.Context, id civic.ID, login, email string, send bool,
) (secret string, err error) {
	asked := code{
		Meta: docstore.Meta{ID: id}, Login: login, Email: s.vault.Seal(emailPurpose, []byte(email)),
		Until: s.clock.now().Add(CodeLife),
	}
	if send {
		secret = newCode()
		asked.Digest, asked.SentTo = s.codeDigest(id, secret), login
	}
	return secret, s.codes.Insert(ctx, &asked)
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

// maxSent is how many codes for one address are looked at, the newest first. Fewer are sent while one holds.
const maxSent = 20

// AwaitedCode is what a browser knows of the code it asked for.
type AwaitedCode struct {
	Email string // as it was typed there
	Sent  bool   // a code was sent for this browser; else those sent before are to be used
}

// CodeAwaited returns the code that the browser asked for, when it can still be tried, else Gone.
func (s *Service) CodeAwaited(ctx context.Context, browser string) (AwaitedCode, error) {
	asked, err := s.codes.Get(ctx, hashed(browser))
	if civic.CodeOf(err) == civic.NotFound || err == nil && !asked.open(s.clock.now()) {
		return AwaitedCode{}, codeGone()
	}
	if err != nil {
		return AwaitedCode{}, err
	}
	email, err := s.vault.Open(emailPurpose, asked.Email)
	return AwaitedCode{Email: string(email), Sent: asked.Digest != ""}, err
}

func (c code) open(now time.Time) bool { return now.Before(c.Until) && c.Tries < CodeTries }

func codeGone() error { return civic.NewError(civic.Gone, "accounts.error.code.gone") }

// SignInWithCode signs in the citizen whom typed was sent to, in a browser that asked for a code for the same
// address. Invalid (field "code") when it is wrong; Gone when it was used, has ended, or was tried too often;
// Forbidden when the address is none of its person's any more.
func (s *Service) SignInWithCode(ctx context.Context, browser, typed string, c Client) (SignIn, error) {
	email, err := s.redeemCode(ctx, hashed(browser), typed, c)
	if err != nil {
		return SignIn{}, err
	}
	who := Identity{Email: email, EmailProved: true, Language: c.Lang}
	a, err := s.citizen(ctx, s.citizenID("email", email), who)
	if civic.CodeOf(err) == civic.Forbidden {
		return SignIn{}, cmp.Or(s.refuseAddress(ctx, c), err)
	}
	if err != nil {
		return SignIn{}, err
	}
	in, err := s.begin(ctx, a, ByCode, "", c, nil)
	if err != nil {
		return SignIn{}, err
	}
	who.Vouched = a.Vouched // taken off at this moment, when the sessions of others were ended before
	if err := s.contacts.Admits(ctx, a.Contact, who); civic.CodeOf(err) == civic.Forbidden {
		return SignIn{}, cmp.Or(s.sessions.Delete(ctx, in.Session.ID), err)
	}
	in.Device = s.newDevice(s.loginKey(email), c.Device)
	return in, nil
}

// refuseAddress keeps in the audit that somebody proved an address with which nobody signs in any more.
func (s *Service) refuseAddress(ctx context.Context, c Client) error {
	return s.audit.Write(ctx, audit.Entry{By: civic.Visitor(c.Request), Action: ActionRefused,
		Detail: map[string]string{"method": ByCode}})
}

// redeemCode uses up the code that was typed where one is awaited under id, and returns the address that it
// proves.
func (s *Service) redeemCode(
	ctx context.Context, id civic.ID, typed string, c Client,
) (email string, err error) {
	asked, err := s.tryCode(ctx, id)
	if err != nil {
		return "", cmp.Or(s.guard.failed(ctx, c.Address), err)
	}
	right, err := s.guard.guess(ctx, asked.Login, s.knownDevice(asked.Login, c.Device), c.Address)
	if err != nil {
		return "", err
	}
	sent, ok, err := s.sentCode(ctx, asked, typed)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", s.refuseCode(ctx, civic.Visitor(c.Request))
	}
	right()
	s.guard.clear(ctx, asked.Login)
	if err := s.claim(ctx, civic.Key("code", sent.ID), sent.Until); err != nil {
		return "", codeOr(err)
	}
	plain, err := s.vault.Open(emailPurpose, asked.Email)
	return string(plain), err
}

// tryCode counts a try before anything is compared, so that tries side by side are all counted.
func (s *Service) tryCode(ctx context.Context, id civic.ID) (code, error) {
	now := s.clock.now()
	asked, err := s.codes.Update(ctx, id, func(asked *code) error {
		if !asked.open(now) {
			return codeGone()
		}
		asked.Tries++
		return nil
	})
	if civic.CodeOf(err) == civic.NotFound {
		return code{}, codeGone()
	}
	return asked, err
}

// sentCode returns the code that was typed, among those sent to the address of asked that hold.
func (s *Service) sentCode(ctx context.Context, asked code, typed string) (code, bool, error) {
	typed = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1 // as people copy it
		}
		return r
	}, typed)
	typed = civic.Bare(typed)
	sent := []code{asked}
	if asked.Login != "" {
		q := docstore.Query{Filter: docstore.Filter{docstore.Eq("sentTo", asked.Login),
			docstore.Gt("until", s.clock.now())}, Limit: maxSent}
		q.Sort = []string{"-until"}
		others, err := s.codes.Find(ctx, q)
		if err != nil {
			return code{}, false, err
		}
		sent = append(sent, others.Items...)
	}
	for _, one := range sent {
		if one.Digest != "" && len(typed) == CodeDigits &&
			equalDigests(s.codeDigest(one.ID, typed), one.Digest) {
			return one, true, nil
		}
	}
	return code{}, false, nil
}

func equalDigests(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *Service) refuseCode(ctx context.Context, by civic.Actor) error {
	entry := audit.Entry{By: by, Action: ActionRefused, Detail: map[string]string{"method": ByCode}}
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
