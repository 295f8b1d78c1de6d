package web_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"
	"github.com/go-jose/go-jose/v4"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/web"
	"ascolto/web/webtest"
)

// broker is an identity provider: it gives tokens for codes, with the claims a test sets.
type broker struct {
	*httptest.Server
	mu     sync.Mutex
	nonces map[string]string // by code
	acr    string
}

func newBroker(t *testing.T) *broker {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	b := &broker{nonces: map[string]string{}, acr: accounts.SpidL2}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{
			"issuer": b.URL, "authorization_endpoint": b.URL + "/auth", "token_endpoint": b.URL + "/token",
			"jwks_uri": b.URL + "/keys",
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(
			jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "RS256",
				Use: "sig"}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		claims, _ := json.Marshal(map[string]any{
			"iss": b.URL, "aud": "ascolto", "sub": rand.Text(), "nonce": b.nonces[r.FormValue("code")],
			"acr": b.acr,
			"exp": time.Now().Add(time.Minute).Unix(), "given_name": "Mario", "family_name": "Rossi",
			"https://attributes.eid.gov.it/fiscal_number": "TINIT-RSSMRA85T10A562S",
		})
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{
			"access_token": "a", "token_type": "Bearer",
			"id_token": oidctest.SignIDToken(key, "k", "RS256", string(claims)),
		})
	})
	b.Server = httptest.NewServer(mux)
	t.Cleanup(b.Close)
	return b
}

// answer plays the person at the provider and returns the path the browser comes back to.
func (b *broker) answer(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, b.URL+"/auth?") {
		t.Fatalf("sent to %q", address)
	}
	code := rand.Text()
	b.mu.Lock()
	b.nonces[code] = u.Query().Get("nonce")
	b.mu.Unlock()
	return accounts.OIDCReturnPath + "?" + url.Values{"state": {u.Query().Get("state")}, "code": {code},
		"iss": {b.URL}}.Encode()
}

func openDoorWithBroker(t *testing.T) (door, *broker) {
	t.Helper()
	b := newBroker(t)
	d := openDoor(t, func(town *webtest.Town, o *web.Options) {
		service, err := accounts.New(t.Context(), town.DB, accounts.Options{
			Vault: o.Vault, Audit: o.Audit, Mailer: &webtest.Mail{}, Contacts: o.CRM,
			Origin: "http://127.0.0.1", ResetLink: func(token string) string { return token },
			ParseFiscalCode: func(s string) (string, error) {
				c,
					err := crm.ParseFiscalCode(s)
				return c.String(), err
			},
			OIDC: &accounts.OIDC{Issuer: b.URL, ClientID: "ascolto", ClientSecret: "s"},
		})
		if err != nil {
			t.Fatal(err)
		}
		o.Accounts, o.Sessions = service, service
	})
	return d, b
}

func TestCitizenSignsInAtTheProvider(t *testing.T) {
	t.Parallel()
	d, broker := openDoorWithBroker(t)
	b := d.site.Browser(t)
	if page := b.Get("/accedi?ritorno=https://altrove.example"); page.Has("subito dopo si torna lì") {
		t.Error("the page promises to lead to another site")
	}
	page := b.Get("/accedi?ritorno=/contatti")
	if !page.Has("Per la pagina richiesta serve l'accesso") {
		t.Errorf("the page does not say why somebody came to it: %.400s", page.Text())
	}
	wants(t, page, 200, "Entra con SPID o CIE")
	if len(page.By("href", "/accedi/oidc?ritorno=%2Fcontatti")) != 1 {
		t.Error("the button forgets where the citizen wanted to go")
	}
	page = b.Get("/accedi/oidc?ritorno=/contatti")
	wants(t, page, 303)
	back := broker.answer(t, page.Location)
	page = d.site.Browser(t).Get(back)
	wants(t, page, 403, "L'accesso con identità digitale non è riuscito.")
	page = b.Get(back)
	wants(t, page, 303)
	if page.Location != "/contatti" || b.Cookie("oidc") != "" {
		t.Errorf("led to %q, cookie %q", page.Location, b.Cookie("oidc"))
	}
	wants(t, b.Follow(page), 200, "Mario Rossi")
	wants(t, b.Get("/area-personale/sessioni"), 200, "identità digitale")
	again := d.site.Browser(t)
	wants(t, again.Get(back), 403)

	broker.acr = accounts.SpidL1
	page = again.Get(broker.answer(t, again.Get("/accedi/oidc").Location))
	wants(t, page, 403, "livello più alto")
	if again.Cookie("sid") != "" {
		t.Error("signed in at level 1")
	}

	officer := d.As(t, d.Officer)
	page = officer.Get("/desk/audit?action=accounts.session.began")
	var evidence string
	for _, a := range page.By("href", "*") {
		if href := webtest.Attr(a, "href"); strings.HasPrefix(href, "/desk/audit/evidence?") {
			evidence = href
		}
	}
	wants(t, officer.Get(evidence), 200, "TINIT-RSSMRA85T10A562S")
	if page := d.As(t, d.Administrator).Get(
		"/desk/audit?action=accounts.session.began"); strings.Contains(page.Body, "/desk/audit/evidence") {
		t.Error("the administrator is offered the evidence")
	}
}

func TestProviderIsAway(t *testing.T) {
	t.Parallel()
	d, broker := openDoorWithBroker(t)
	broker.Close()
	page := d.site.Browser(t).Get("/accedi/oidc")
	wants(t, page, 503, "Il servizio di identità digitale non risponde.", "Con un codice via e-mail")
}
