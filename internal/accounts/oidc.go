package accounts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"ascolto/internal/civic"
)

// OIDCReturnPath is where the identity provider sends the browser back to; it must be registered there.
const OIDCReturnPath = "/accedi/oidc/ritorno"

// OIDC configures the identity provider citizens sign in with: a broker for SPID and CIE, as a rule.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	Scopes       []string // "openid profile email" when empty
	// the levels of assurance (acr) that are enough; SPID levels 2 and 3 when empty
	Levels    []string
	AnyLevel  bool              // do not ask for a level
	Claims    ClaimNames        // DefaultClaimNames where empty
	Transport http.RoundTripper // http.DefaultTransport when nil
}

// The levels of assurance of SPID and CIE (AgID, OpenID Connect guidelines).
const (
	SpidL1 = "https://www.spid.gov.it/SpidL1"
	SpidL2 = "https://www.spid.gov.it/SpidL2"
	SpidL3 = "https://www.spid.gov.it/SpidL3"
)

// provider is the identity provider. It is asked for its endpoints at the first use, so that it may be away
// when we start.
type provider struct {
	OIDC
	returnTo string
	client   *http.Client
	now      civic.Clock

	turn     chan struct{} // held while discovering; guards the fields below
	found    *discovered
	foundAt  time.Time
	failedAt time.Time
}

// discovered is what the provider says about itself.
type discovered struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	oauth    *oauth2.Config
}

const (
	providerTimeout = 10 * time.Second
	providerRest    = 5 * time.Second // between two tries to reach a provider that is away
	providerFresh   = 24 * time.Hour
	providerBody    = 256 << 10
)

// newProvider returns an error that names the setting when one is missing or unusable.
func newProvider(o OIDC, returnTo string, now civic.Clock) (*provider, error) {
	if err := secureURL(o.Issuer); err != nil {
		return nil, fmt.Errorf("accounts: OIDC issuer: %w", err)
	}
	if o.ClientID == "" {
		return nil, errors.New("accounts: OIDC client id is missing")
	}
	if len(o.Scopes) == 0 {
		o.Scopes = []string{oidc.ScopeOpenID, "profile", "email"}
	}
	if len(o.Levels) == 0 {
		o.Levels = []string{SpidL2, SpidL3}
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	o.Claims = o.Claims.orDefault()
	return &provider{OIDC: o, returnTo: returnTo, now: now, turn: make(chan struct{}, 1),
		client: &http.Client{
			Transport:     bounded{o.Transport},
			Timeout:       providerTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}}, nil
}

// secureURL refuses what would send secrets in the clear; the own machine is excepted, for tests and trials.
func secureURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return errors.New("not an address")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme != "https" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errors.New("must begin with https://")
	}
	return nil
}

// discover returns what the provider says about itself, asking it when that is not known or old; Unavailable
// when it is away.
func (p *provider) discover(ctx context.Context) (*discovered, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, away(ctx.Err())
	}
	now := p.now()
	if p.found != nil && now.Sub(p.foundAt) < providerFresh {
		return p.found, nil
	}
	if now.Sub(p.failedAt) < providerRest {
		return p.found, p.orAway(errors.New("it did not answer a moment ago"))
	}
	found, err := p.ask(ctx)
	if err != nil {
		p.failedAt = now
		return p.found, p.orAway(err)
	}
	p.found, p.foundAt = found, now
	return found, nil
}

// orAway lets an older answer serve while there is no new one.
func (p *provider) orAway(err error) error {
	if p.found != nil {
		return nil
	}
	return away(err)
}

func away(cause error) error {
	return civic.Wrap(civic.Unavailable, "accounts.error.oidc.away",
		fmt.Errorf("identity provider: %w", cause))
}

func (p *provider) ask(ctx context.Context) (*discovered, error) {
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.Issuer)
	if err != nil {
		return nil, err
	}
	var says struct {
		JWKS     string   `json:"jwks_uri"`
		UserInfo string   `json:"userinfo_endpoint"`
		Methods  []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := found.Claims(&says); err != nil {
		return nil, err
	}
	endpoint := found.Endpoint()
	for _, u := range []string{endpoint.AuthURL, endpoint.TokenURL, says.JWKS} {
		if err := secureURL(u); err != nil {
			return nil, fmt.Errorf("endpoint: %w", err)
		}
	}
	if says.UserInfo != "" {
		if err := secureURL(says.UserInfo); err != nil {
			return nil, fmt.Errorf("userinfo endpoint: %w", err)
		}
	}
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if len(says.Methods) > 0 && !slices.Contains(says.Methods, "client_secret_basic") &&
		slices.Contains(says.Methods, "client_secret_post") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &discovered{
		provider: found,
		verifier: found.Verifier(&oidc.Config{ClientID: p.ClientID, Now: p.now,
			SupportedSigningAlgs: signatures()}),
		oauth: &oauth2.Config{
			ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: endpoint, RedirectURL: p.returnTo,
			Scopes: p.Scopes,
		},
	}, nil
}

// signatures lists what the SPID and CIE rules allow; what needs no private key is not among them.
func signatures() []string { return []string{oidc.RS256, oidc.RS512, oidc.ES256, oidc.PS256} }

// authURL returns where the browser signs in.
func (d *discovered) authURL(p *provider, state, nonce, verifier string) string {
	options := []oauth2.AuthCodeOption{oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)}
	if !p.AnyLevel {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(p.Levels, " ")))
	}
	return d.oauth.AuthCodeURL(state, options...)
}

// told is what the provider says about who signed in: two sets of claims, by their names.
type told struct {
	Token    map[string]any `json:"id_token"`
	UserInfo map[string]any `json:"userinfo,omitempty"`
	subject  string
	nonce    string
}

// redeem exchanges a code for what the provider says about who signed in, with every check but the nonce's.
func (d *discovered) redeem(ctx context.Context, p *provider, code, verifier string) (told, error) {
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := d.oauth.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) { // its answer may name a person, so only its code is kept
		return told{}, refuse("exchange",
			fmt.Errorf("token endpoint: status %d, error %q", refused.Response.StatusCode, refused.ErrorCode))
	}
	if err != nil {
		return told{}, away(err)
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return told{}, refuse("token", errors.New("no id_token"))
	}
	token, err := d.verifier.Verify(ctx, raw)
	if err != nil {
		return told{}, refuse("token", err)
	}
	t := told{subject: token.Subject, nonce: token.Nonce}
	if err := token.Claims(&t.Token); err != nil {
		return told{}, refuse("token", err)
	}
	if len(token.Audience) > 1 && t.Token["azp"] != p.ClientID {
		return told{}, refuse("token", errors.New("it was issued to another party"))
	}
	if token.AccessTokenHash != "" {
		if err := token.VerifyAccessToken(tokens.AccessToken); err != nil {
			return told{}, refuse("token", err)
		}
	}
	return t, d.addUserInfo(ctx, tokens, &t)
}

func (d *discovered) addUserInfo(ctx context.Context, tokens *oauth2.Token, t *told) error {
	if d.provider.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := d.provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil { // the error may carry the answer, which names a person
		return refuse("userinfo", errors.New("it cannot be read"))
	}
	if info.Subject != t.subject {
		return refuse("userinfo", errors.New("it is about somebody else"))
	}
	if err := info.Claims(&t.UserInfo); err != nil {
		return refuse("userinfo", err)
	}
	return nil
}

// bounded cuts answers that are longer than any honest one.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, providerBody), resp.Body}
	}
	return resp, err
}
