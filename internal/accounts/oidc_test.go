package accounts

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// idp is an identity provider as the standards describe one; a test changes what it says.
type idp struct {
	*httptest.Server
	key *rsa.PrivateKey
	now func() time.Time

	mu       sync.Mutex
	away     bool
	asked    int                                        // discoveries
	grants   map[string]url.Values                      // the authorization request of each code
	claims   map[string]any                             // of the ID token, over the default ones
	userInfo map[string]any                             // nil: what the provider tells in the token is all
	sign     func(p *idp, claims map[string]any) string // of the ID token; signed when nil
}

const clientID, clientSecret = "ascolto", "s3cret/with+signs"

func newIDP(t *testing.T, now func() time.Time) *idp {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &idp{key: key, now: now, grants: map[string]url.Values{}, claims: map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("/jwks", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, jose.JSONWebKeySet{
			Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("/token", p.redeem)
	mux.HandleFunc("/userinfo", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer access" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		reply(w, p.userInfo)
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (p *idp) discovery(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if p.away {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	says := map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token",
		"jwks_uri":                              p.URL + "/jwks",
		"id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"},
	}
	if p.userInfo != nil {
		says["userinfo_endpoint"] = p.URL + "/userinfo"
	}
	reply(w, says)
}

// authorize plays the person who signs in at address and returns what the browser brings back.
func (p *idp) authorize(t *testing.T, address string) OIDCAnswer {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, p.URL+"/auth?") {
		t.Fatalf("sent to %s, %v", address, err)
	}
	code := rand.Text()
	p.mu.Lock()
	p.grants[code] = u.Query()
	p.mu.Unlock()
	return OIDCAnswer{State: u.Query().Get("state"), Code: code, Issuer: p.URL}
}

// redeem checks what a client must send and answers with the tokens, once per code.
func (p *idp) redeem(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	request, ok := p.grants[r.FormValue("code")]
	delete(p.grants, r.FormValue("code"))
	challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	id, secret, _ := r.BasicAuth()
	if secret, _ = url.QueryUnescape(secret); !ok || id != clientID || secret != clientSecret ||
		request.Get("code_challenge_method") != "S256" ||
		request.Get("redirect_uri") != r.FormValue("redirect_uri") ||
		request.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(challenge[:]) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"RSSMRA85T10A562S"}`))
		return
	}
	claims := map[string]any{
		"iss": p.URL, "sub": "pairwise-1", "aud": clientID, "nonce": request.Get("nonce"), "acr": SpidL2,
		"iat": p.now().Unix(), "exp": p.now().Add(5 * time.Minute).Unix(),
		"https://attributes.eid.gov.it/fiscal_number": "TINIT-RSSMRA85T10A562S", "given_name": "Mario",
		"family_name": "Rossi",
	}
	maps.Copy(claims, p.claims)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	sign := p.sign
	if sign == nil {
		sign = func(p *idp, claims map[string]any) string { return signWith(jose.RS256, p.key, claims) }
	}
	reply(w, map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 300,
		"id_token": sign(p, claims)})
}

func signWith(alg jose.SignatureAlgorithm, key any, claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key},
		(&jose.SignerOptions{}).WithHeader("kid", "k1"))
	if err != nil {
		panic(err)
	}
	b, _ := json.Marshal(claims)
	signed, err := signer.Sign(b)
	if err != nil {
		panic(err)
	}
	s, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return s
}

func newTownWithIDP(t *testing.T, change ...func(*OIDC)) (*town, *idp) {
	t.Helper()
	var p *idp
	tn := newTown(t, func(o *Options) {
		p = newIDP(t, o.Now)
		o.OIDC = &OIDC{Issuer: p.URL, ClientID: clientID, ClientSecret: clientSecret}
		for _, c := range change {
			c(o.OIDC)
		}
	})
	return tn, p
}

func (tn *town) viaIDP(t *testing.T, p *idp) (SignIn, error) {
	t.Helper()
	address, browser, err := tn.BeginOIDC(t.Context(), "/forum", from("192.0.2.5"))
	if err != nil {
		t.Fatal(err)
	}
	return tn.SignInWithOIDC(t.Context(), browser, p.authorize(t, address), from("192.0.2.5"))
}

func TestSignInWithOIDC(t *testing.T) {
	t.Parallel()
	tn, p := newTownWithIDP(t)
	p.claims["email"] = "Mario.Rossi@example.it"
	in, err := tn.viaIDP(t, p)
	if err != nil {
		t.Fatal(err)
	}
	a := in.Session.Account
	code, err := tn.vault.Open(fiscalPurpose, a.FiscalCode)
	if err != nil || string(code) != "RSSMRA85T10A562S" || a.Name != "Mario Rossi" || a.Contact == "" ||
		in.Next != "/forum" || in.Session.Level != SpidL2 {
		t.Errorf("%+v, %v", in, err)
	}
	if strings.Contains(string(a.ID)+string(a.FiscalCode), "RSSMRA") {
		t.Error("the fiscal code is stored readably")
	}
	if strings.Contains(tn.log.String(), "RSSMRA") {
		t.Error("the log names a person")
	}
	// Another pairwise subject, another claim name, another writing: the same citizen.
	p.claims = map[string]any{
		"sub": "pairwise-2", "https://attributes.eid.gov.it/fiscal_number": nil,
		"codice_fiscale": "rssmra85t10a562s", "acr": SpidL3,
	}
	again, err := tn.viaIDP(t, p)
	if err != nil || again.Session.AccountID != a.ID || again.Session.Account.Contact != a.Contact {
		t.Errorf("second sign-in: %+v, %v", again.Session, err)
	}
	p.claims["codice_fiscale"] = "BNCGLI72H65H501H"
	other, err := tn.viaIDP(t, p)
	if err != nil || other.Session.AccountID == a.ID || other.Session.Account.Contact == a.Contact {
		t.Errorf("another citizen: %+v, %v", other.Session, err)
	}
}

func TestOIDCRequest(t *testing.T) {
	t.Parallel()
	tn, _ := newTownWithIDP(t)
	seen := map[string]bool{}
	for range 3 {
		address, browser, err := tn.BeginOIDC(t.Context(), "", from("192.0.2.5"))
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse(address)
		q := u.Query()
		for _, name := range []string{"state", "nonce", "code_challenge"} {
			if v := q.Get(name); len(v) < 32 || seen[v] || v == browser {
				t.Errorf("%s is %q", name, v)
			}
			seen[q.Get(name)] = true
		}
		if strings.Trim(q.Get("state")+q.Get("nonce"),
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Errorf("state or nonce is not alphanumeric: %v", q)
		}
		for name, want := range map[string]string{
			"response_type": "code", "client_id": clientID, "redirect_uri": origin + OIDCReturnPath,
			"code_challenge_method": "S256",
			"acr_values":            SpidL2 + " " + SpidL3, "scope": "openid profile email",
		} {
			if q.Get(name) != want {
				t.Errorf("%s is %q, want %q", name, q.Get(name), want)
			}
		}
	}
}

func TestUserInfoIsMerged(t *testing.T) {
	t.Parallel()
	tn, p := newTownWithIDP(t)
	p.claims = map[string]any{"https://attributes.eid.gov.it/fiscal_number": nil, "given_name": nil,
		"family_name": nil}
	p.userInfo = map[string]any{"sub": "pairwise-1", "fiscal_number": "TINIT-RSSMRA85T10A562S",
		"given_name": "Mario", "family_name": []string{"Rossi"}}
	in, err := tn.viaIDP(t, p)
	if err != nil || in.Session.Account.Name != "Mario Rossi" {
		t.Errorf("%+v, %v", in.Session.Account, err)
	}
}

// An address that the provider says nobody proved leads to no contact and goes to none: its owner would find
// somebody else's data under it, or somebody else would find theirs.
func TestUnprovedAddressIsLeftOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		token, userInfo map[string]any
		want            string
	}{
		"proved": {map[string]any{"email": "mario@example.it", "email_verified": true}, nil,
			"mario@example.it"},
		"nothing said": {map[string]any{"email": "mario@example.it"}, nil, "mario@example.it"},
		"not proved": {map[string]any{"email": "mario@example.it", "email_verified": false}, nil,
			""},
		"not proved, as text": {map[string]any{"email": "mario@example.it", "email_verified": "false"},
			nil, ""},
		"not proved, in userinfo": {map[string]any{},
			map[string]any{"email": "mario@example.it", "email_verified": false}, ""},
		"another one proved": {
			map[string]any{"email": "mario@example.it", "email_verified": false},
			map[string]any{"email": "rossi@example.it", "email_verified": true}, "rossi@example.it",
		},
	} {
		said := told{Token: test.token, UserInfo: test.userInfo}
		got, proved := said.email(DefaultClaimNames().Email)
		if want := name == "proved" || name == "another one proved"; got != test.want || proved != want {
			t.Errorf("%s: %q, proved %t; want %q, %t", name, got, proved, test.want, want)
		}
	}
	tn, p := newTownWithIDP(t)
	anna := tn.citizen(t, "anna@example.it")
	p.claims["email"], p.claims["email_verified"] = "anna@example.it", false
	in, err := tn.viaIDP(t, p)
	if err != nil || in.Session.Account.Contact == anna.Session.Account.Contact {
		t.Errorf("contact %s of %s, %v", in.Session.Account.Contact, anna.Session.Account.Contact, err)
	}
}

// Each row is an answer that must not sign anybody in.
func TestOIDCRefusals(t *testing.T) {
	t.Parallel()
	claim := func(name string, v any) func(*idp) {
		return func(p *idp) { p.claims[name] = v }
	}
	signed := func(sign func(p *idp, claims map[string]any) string) func(*idp) {
		return func(p *idp) { p.sign = sign }
	}
	tests := []struct {
		name   string
		says   func(p *idp)
		answer func(a *OIDCAnswer)
		code   civic.Code
		reason string
	}{
		{"another nonce", claim("nonce", alphanumeric()), nil, civic.Unauthenticated, "nonce"},
		{"no nonce", claim("nonce", nil), nil, civic.Unauthenticated, "nonce"},
		{"another state", nil, func(a *OIDCAnswer) { a.State = alphanumeric() }, civic.Unauthenticated,
			"state"},
		{"no state", nil, func(a *OIDCAnswer) { a.State = "" }, civic.Unauthenticated, "state"},
		{"another issuer", claim("iss", "https://evil.example"), nil, civic.Unauthenticated, "token"},
		{"answered by another issuer", nil, func(a *OIDCAnswer) { a.Issuer = "https://evil.example" },
			civic.Unauthenticated, "issuer"},
		{"another audience", claim("aud", "another"), nil, civic.Unauthenticated, "token"},
		{"two audiences, issued to the other", claim("aud", []string{clientID, "another"}), nil,
			civic.Unauthenticated, "token"},
		{"level 1", claim("acr", SpidL1), nil, civic.Forbidden, "level"},
		{"an unknown level", claim("acr", "4"), nil, civic.Forbidden, "level"},
		{"no level", claim("acr", nil), nil, civic.Forbidden, "level"},
		{"expired", claim("exp", time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC).Unix()), nil,
			civic.Unauthenticated, "token"},
		{"no fiscal code", claim("https://attributes.eid.gov.it/fiscal_number", nil), nil, civic.Forbidden,
			"fiscal_code"},
		{"a wrong fiscal code", claim("https://attributes.eid.gov.it/fiscal_number",
			"TINIT-RSSMRA85T10A562T"), nil, civic.Forbidden, "fiscal_code"},
		{"a code that is no text", claim("https://attributes.eid.gov.it/fiscal_number",
			map[string]any{"$ne": nil}), nil, civic.Forbidden, "fiscal_code"},
		{"another code at userinfo", func(p *idp) {
			p.userInfo = map[string]any{"sub": "pairwise-1", "fiscal_number": "TINIT-BNCGLI72H65H501H"}
		}, nil, civic.Unauthenticated, "fiscal_code"},
		{"userinfo about somebody else", func(p *idp) {
			p.userInfo = map[string]any{"sub": "pairwise-9", "fiscal_number": "TINIT-RSSMRA85T10A562S"}
		}, nil, civic.Unauthenticated, "userinfo"},
		{"alg none", signed(func(_ *idp, claims map[string]any) string {
			b, _ := json.Marshal(claims)
			enc := base64.RawURLEncoding
			return enc.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + enc.EncodeToString(b) +
				"."
		}), nil, civic.Unauthenticated, "token"},
		{"HS256 with the client secret", signed(func(_ *idp, claims map[string]any) string {
			return signWith(jose.HS256, []byte(strings.Repeat(clientSecret, 3)), claims)
		}), nil, civic.Unauthenticated, "token"},
		{"another key", signed(func(_ *idp, claims map[string]any) string {
			key, _ := rsa.GenerateKey(rand.Reader, 2048)
			return signWith(jose.RS256, key, claims)
		}), nil, civic.Unauthenticated, "token"},
		{"claims changed after signing", signed(func(p *idp, claims map[string]any) string {
			parts := strings.Split(signWith(jose.RS256, p.key, claims), ".")
			claims["https://attributes.eid.gov.it/fiscal_number"] = "TINIT-BNCGLI72H65H501H"
			b, _ := json.Marshal(claims)
			parts[1] = base64.RawURLEncoding.EncodeToString(b)
			return strings.Join(parts, ".")
		}), nil, civic.Unauthenticated, "token"},
		{"a code never given", nil, func(a *OIDCAnswer) { a.Code = "guessed" }, civic.Unauthenticated,
			"exchange"},
		{"no code", nil, func(a *OIDCAnswer) { a.Code = "" }, civic.Unauthenticated, "code"},
		{"the person said no", nil, func(a *OIDCAnswer) { a.Error = "access_denied" }, civic.Unauthenticated,
			"provider"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tn, p := newTownWithIDP(t)
			if test.says != nil {
				test.says(p)
			}
			address, browser, err := tn.BeginOIDC(t.Context(), "", from("192.0.2.5"))
			if err != nil {
				t.Fatal(err)
			}
			answer := p.authorize(t, address)
			if test.answer != nil {
				test.answer(&answer)
			}
			in, err := tn.SignInWithOIDC(t.Context(), browser, answer, from("192.0.2.5"))
			wantCode(t, err, test.code)
			if in.Token != "" {
				t.Error("a session began")
			}
			refused := tn.records(t, ActionRefused)
			if len(refused) != 1 || refused[0].Detail["reason"] != test.reason {
				t.Errorf("audit %+v, want reason %s", refused, test.reason)
			}
			if n, err := tn.accounts.Count(t.Context(), nil); n != 0 || err != nil {
				t.Errorf("%d accounts were made, %v", n, err)
			}
			if strings.Contains(tn.log.String(), "RSSMRA") {
				t.Errorf("the log names a person: %s", tn.log)
			}
		})
	}
}

// An answer is worth nothing in another browser, a second time, or after a quarter of an hour.
func TestOIDCAnswersAreBound(t *testing.T) {
	t.Parallel()
	tn, p := newTownWithIDP(t)
	begin := func() (OIDCAnswer, string) {
		address, browser, err := tn.BeginOIDC(t.Context(), "", from("192.0.2.5"))
		if err != nil {
			t.Fatal(err)
		}
		return p.authorize(t, address), browser
	}
	attackers, _ := begin()
	_, victims := begin()
	_, err := tn.SignInWithOIDC(t.Context(), victims, attackers, from("192.0.2.6"))
	wantCode(t, err, civic.Unauthenticated)
	_, err = tn.SignInWithOIDC(t.Context(), "", attackers, from("192.0.2.6"))
	wantCode(t, err, civic.Unauthenticated)

	answer, browser := begin()
	if _, err := tn.SignInWithOIDC(t.Context(), browser, answer, from("192.0.2.5")); err != nil {
		t.Fatal(err)
	}
	_, err = tn.SignInWithOIDC(t.Context(), browser, answer, from("192.0.2.5"))
	wantCode(t, err, civic.Unauthenticated)

	answer, browser = begin()
	tn.clock.Pass(FlowLife)
	_, err = tn.SignInWithOIDC(t.Context(), browser, answer, from("192.0.2.5"))
	wantCode(t, err, civic.Unauthenticated)
	if n := len(tn.records(t, ActionSignedIn)); n != 1 {
		t.Errorf("%d sign-ins", n)
	}
}

// The service starts while the provider is away, says so, does not hammer it, and finds it when it is back.
func TestProviderAway(t *testing.T) {
	t.Parallel()
	tn, p := newTownWithIDP(t)
	p.away = true
	for range 5 {
		_, _, err := tn.BeginOIDC(t.Context(), "", from("192.0.2.5"))
		wantCode(t, err, civic.Unavailable)
	}
	if p.asked != 1 {
		t.Errorf("asked %d times within a moment", p.asked)
	}
	p.away = false
	tn.clock.Pass(providerRest)
	if _, err := tn.viaIDP(t, p); err != nil {
		t.Error(err)
	}
	p.away = true
	tn.clock.Pass(providerFresh + time.Hour)
	if _, err := tn.viaIDP(t, p); err != nil {
		t.Errorf("with what was known before: %v", err)
	}
}

func TestOIDCSettings(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]OIDC{
		"no issuer":       {ClientID: clientID},
		"in the clear":    {Issuer: "http://idp.example.it", ClientID: clientID},
		"no client":       {Issuer: "https://idp.example.it"},
		"another address": {Issuer: "ftp://idp.example.it", ClientID: clientID},
	} {
		if _, err := newProvider(o, origin+OIDCReturnPath, civic.Now); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	tn := newTown(t)
	_, _, err := tn.BeginOIDC(t.Context(), "", from("192.0.2.5"))
	wantCode(t, err, civic.NotFound)
	_, err = tn.SignInWithOIDC(t.Context(), "", OIDCAnswer{}, from("192.0.2.5"))
	wantCode(t, err, civic.NotFound)
}

func TestOwnClaimNamesAndAnyLevel(t *testing.T) {
	t.Parallel()
	tn, p := newTownWithIDP(t, func(o *OIDC) {
		o.AnyLevel = true
		o.Claims = ClaimNames{FiscalCode: []string{"cf"}, GivenName: []string{"nome"}}
	})
	p.claims = map[string]any{"acr": nil, "cf": "RSSMRA85T10A562S", "nome": "Maria\u200B",
		"https://attributes.eid.gov.it/fiscal_number": "TINIT-BNCGLI72H65H501H"}
	in, err := tn.viaIDP(t, p)
	if err != nil || in.Session.Account.Name != "Maria Rossi" ||
		in.Session.Account.ID != tn.citizenID("fiscalcode", "RSSMRA85T10A562S") {
		t.Errorf("%+v, %v", in.Session.Account, err)
	}
}

// What the provider said is kept with the sign-in, sealed, without the tokens, and only the right role reads
// it.
func TestEvidence(t *testing.T) {
	t.Parallel()
	tn, p := newTownWithIDP(t)
	if _, err := tn.viaIDP(t, p); err != nil {
		t.Fatal(err)
	}
	record := tn.records(t, ActionSignedIn)[0]
	if len(record.Sealed) == 0 || strings.Contains(string(record.Sealed), "RSSMRA") {
		t.Fatalf("sealed: %q", record.Sealed)
	}
	g := civic.Grants{civic.DataProtection: {PermEvidence, audit.PermRead}, civic.Administrator: {PermManage}}
	officer := civic.NewActor(civic.Actor{Account: "dpo", Roles: []civic.Role{civic.DataProtection}}, g)
	for _, by := range append(notAdmins, civic.NewActor(someAdmin, g)) {
		if _, err := tn.Evidence(t.Context(), by, record.ID); civic.CodeOf(err) != civic.Forbidden &&
			civic.CodeOf(err) != civic.Unauthenticated {
			t.Errorf("%q read it: %v", by.Account, err)
		}
	}
	b, err := tn.Evidence(t.Context(), officer, record.ID)
	var said struct {
		Token map[string]any `json:"id_token"`
	}
	if err != nil || json.Unmarshal(b, &said) != nil ||
		said.Token["https://attributes.eid.gov.it/fiscal_number"] != "TINIT-RSSMRA85T10A562S" {
		t.Errorf("%s, %v", b, err)
	}
	for _, secret := range []string{"access", clientSecret, "code_verifier"} {
		if strings.Contains(string(b), `"`+secret) {
			t.Errorf("the evidence holds %q", secret)
		}
	}
	if n := len(tn.records(t, audit.ActionRead)); n == 0 {
		t.Error("reading it was not audited")
	}
	if report, err := tn.audit.Verify(t.Context()); err != nil || !report.OK() {
		t.Errorf("audit: %+v, %v", report, err)
	}
}
