package webtest

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
)

// Program asks the addresses for programs with an access token. It keeps no cookies and follows no redirect.
type Program struct {
	t      *testing.T
	site   *Site
	client *http.Client
	Token  string // what it shows; empty for nothing
}

// Reply is what a program is answered.
type Reply struct {
	Status int
	Header http.Header
	Body   string
}

// Program returns a program with a token of its own, made by who, that may have the permissions at most.
func (w *Town) Program(t *testing.T, who civic.Actor, scopes ...civic.Permission) *Program {
	t.Helper()
	_, text, err := w.Accounts.CreateAccessToken(t.Context(), who,
		accounts.NewAccessToken{FormKey: rand.Text(), Name: "Prova", Days: 1, Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	return w.Site.Program(t, text)
}

// Program returns a program that shows a token.
func (s *Site) Program(t *testing.T, token string) *Program {
	return &Program{t: t, site: s, Token: token, client: &http.Client{
		Timeout: 30 * time.Second, CheckRedirect: func(*http.Request,
			[]*http.Request) error {
			return http.ErrUseLastResponse
		},
	}}
}

// Do asks with a body, empty for none, and headers in pairs of name and value.
func (p *Program) Do(method, path, body string, headers ...string) Reply {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.site.Origin+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if p.Token != "" {
		req.Header.Set("Authorization", "Bearer "+p.Token)
	}
	if body != "" {
		req.Header.Set("Content-Type",
			map[string]string{http.MethodPatch: "application/merge-patch+json"}[method])
		if method != http.MethodPatch {
			req.Header.Set("Content-Type", "application/json")
		}
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := p.client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(res.Cookies()) > 0 || res.Header.Get("Cache-Control") != "no-store" {
		p.t.Errorf("%s %s: headers %v", method, path, res.Header)
	}
	return Reply{res.StatusCode, res.Header, string(text)}
}

// Get asks for something.
func (p *Program) Get(path string, headers ...string) Reply {
	p.t.Helper()
	return p.Do(http.MethodGet, path, "", headers...)
}

// Read puts the JSON of a reply into to.
func (r Reply) Read(t *testing.T, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.Body), to); err != nil {
		t.Errorf("status %d: %v: %.300s", r.Status, err, r.Body)
	}
}
