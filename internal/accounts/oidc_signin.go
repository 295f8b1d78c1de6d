package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// FlowLife is how long a citizen may take at the identity provider.
const FlowLife = 15 * time.Minute

// flow is a sign-in under way at the provider. Its id is the hash of a token that only the browser holds that
// began it, so that an answer is worth nothing in another browser.
type flow struct {
	docstore.Meta `bson:",inline"`
	State         civic.ID  `bson:"state"`    // hashed
	Nonce         civic.ID  `bson:"nonce"`    // hashed
	Verifier      []byte    `bson:"verifier"` // of PKCE, sealed
	Next          string    `bson:"next"`
	Until         time.Time `bson:"until"`
}

const (
	pkcePurpose     = "accounts/pkce"
	fiscalPurpose   = "accounts/fiscalcode"
	evidencePurpose = "accounts/evidence"
)

// HasOIDC reports whether citizens can sign in through an identity provider.
func (s *Service) HasOIDC() bool { return s.provider != nil }

// alphanumeric returns 52 random letters and digits, 260 bits: SPID asks for at least 32 characters.
func alphanumeric() string { return rand.Text() + rand.Text() }

// BeginOIDC returns the provider's address to send the browser to, and the token that binds the sign-in to
// the browser, for a cookie. Next comes back with the SignIn. NotFound without a provider, Unavailable when
// it is away, Limited after too many.
func (s *Service) BeginOIDC(ctx context.Context, next string, c Client) (address, browser string, err error) {
	if s.provider == nil {
		return "", "", civic.NewError(civic.NotFound, "error.not_found")
	}
	if _, err := s.guard.mail(ctx, "", "", c.Address); err != nil {
		return "", "", err
	}
	found, err := s.provider.discover(ctx)
	if err != nil {
		return "", "", err
	}
	browser = newToken()
	state, nonce, verifier := alphanumeric(), alphanumeric(), oauth2.GenerateVerifier()
	f := flow{
		Meta: docstore.Meta{ID: hashed(browser)}, State: hashed(state), Nonce: hashed(nonce),
		Verifier: s.vault.Seal(pkcePurpose, []byte(verifier)), Next: next, Until: s.clock.now().Add(FlowLife),
	}
	if err := s.flows.Insert(ctx, &f); err != nil {
		return "", "", err
	}
	return found.authURL(s.provider, state, nonce, verifier), browser, nil
}

// OIDCAnswer is what the provider sends back through the browser.
type OIDCAnswer struct {
	State  string
	Code   string
	Issuer string // "iss" (RFC 9207), when the provider sends it
	Error  string
}

// SignInWithOIDC signs in the citizen whom the provider vouches for, in the browser that began, once. What
// the provider said is kept sealed with the audit record. Unauthenticated when the answer does not hold;
// Forbidden when the level is not enough or no fiscal code is told; Unavailable when the provider is away.
func (s *Service) SignInWithOIDC(
	ctx context.Context, browser string, answer OIDCAnswer, c Client,
) (SignIn, error) {
	if s.provider == nil {
		return SignIn{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	f, err := s.openFlow(ctx, browser, answer)
	if err != nil {
		return SignIn{}, s.refuseOIDC(ctx, err, c)
	}
	said, err := s.redeem(ctx, f, answer.Code)
	if err != nil {
		return SignIn{}, s.refuseOIDC(ctx, err, c)
	}
	who, err := said.identity(s.provider, s.fiscal)
	if err != nil {
		return SignIn{}, s.refuseOIDC(ctx, err, c)
	}
	a, err := s.citizen(ctx, s.citizenID("fiscalcode", who.FiscalCode), who)
	if err != nil {
		return SignIn{}, err
	}
	evidence, err := json.Marshal(said)
	if err != nil {
		return SignIn{}, fmt.Errorf("accounts: encode evidence: %w", err)
	}
	in, err := s.begin(ctx, a, ByOIDC, who.Level, c, s.vault.Seal(evidencePurpose, evidence))
	in.Next = f.Next
	return in, err
}

// openFlow returns the sign-in that the answer belongs to, and takes it, so that it is answered once.
func (s *Service) openFlow(ctx context.Context, browser string, answer OIDCAnswer) (flow, error) {
	f, err := s.flows.Get(ctx, hashed(browser))
	if civic.CodeOf(err) == civic.NotFound {
		return flow{}, refuse("browser", errors.New("no sign-in began in this browser"))
	}
	if err != nil {
		return flow{}, err
	}
	if subtle.ConstantTimeCompare([]byte(hashed(answer.State)), []byte(f.State)) != 1 {
		return flow{}, refuse("state", errors.New("it is not the one sent"))
	}
	if err := s.claim(ctx, civic.Key("oidc", f.ID), f.Until); civic.CodeOf(err) == civic.Gone {
		return flow{}, refuse("used", errors.New("answered before"))
	} else if err != nil {
		return flow{}, err
	}
	switch {
	case !s.clock.now().Before(f.Until):
		return flow{}, refuse("late", errors.New("the sign-in took too long"))
	case answer.Issuer != "" && answer.Issuer != s.provider.Issuer:
		return flow{}, refuse("issuer", errors.New("another provider answered"))
	case answer.Error != "":
		return flow{}, refusal{"provider",
			civic.NewError(civic.Unauthenticated, "accounts.error.oidc.refused")}
	case answer.Code == "":
		return flow{}, refuse("code", errors.New("no code"))
	}
	return f, nil
}

func (s *Service) redeem(ctx context.Context, f flow, code string) (told, error) {
	verifier, err := s.vault.Open(pkcePurpose, f.Verifier)
	if err != nil {
		return told{}, err
	}
	found, err := s.provider.discover(ctx)
	if err != nil {
		return told{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, providerTimeout)
	defer cancel()
	said, err := found.redeem(ctx, s.provider, code, string(verifier))
	if err != nil {
		return told{}, err
	}
	if said.nonce == "" || subtle.ConstantTimeCompare([]byte(hashed(said.nonce)), []byte(f.Nonce)) != 1 {
		return told{}, refuse("nonce", errors.New("it is not the one sent"))
	}
	return said, nil
}

// refuseOIDC audits a refusal with its reason and returns what the person is told.
func (s *Service) refuseOIDC(ctx context.Context, err error, c Client) error {
	var r refusal
	if !errors.As(err, &r) {
		return err
	}
	s.log.WarnContext(ctx, "sign-in through the identity provider refused", "reason", r.reason, "cause",
		r.err.Cause, "request", c.Request)
	entry := audit.Entry{By: civic.Visitor(c.Request), Action: ActionRefused,
		Detail: map[string]string{"method": ByOIDC, "reason": r.reason}}
	if err := s.audit.Write(ctx, entry); err != nil {
		return err
	}
	return r.err
}

// Evidence returns what an identity provider said at the sign-in that an audit record tells of, as JSON;
// NotFound when the record holds none. Reading it is itself audited. Forbidden without PermEvidence and
// audit.PermRead.
func (s *Service) Evidence(ctx context.Context, by civic.Actor, record civic.ID) ([]byte, error) {
	if err := by.Can(PermEvidence); err != nil {
		return nil, err
	}
	r, err := s.audit.Get(ctx, by, record)
	if err != nil {
		return nil, err
	}
	if r.Action != ActionSignedIn || r.Sealed == nil {
		return nil, civic.NewError(civic.NotFound, "error.not_found")
	}
	said, err := s.vault.Open(evidencePurpose, r.Sealed)
	if err != nil {
		return nil, err
	}
	return said, s.audit.Write(ctx, audit.Entry{By: by, Action: ActionEvidence, Object: record,
		Contact: r.Contact})
}
