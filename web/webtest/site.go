// Package webtest lets tests of screens talk to the real server over a real listener, as a browser without
// scripts would.
package webtest

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/vault"
	"ascolto/web"
	"ascolto/web/ui"
)

// Site is a running server and the people who can sign in to it.
type Site struct {
	Origin   string
	Vault    *vault.Vault
	sessions *sessions
	mail     *Mail
}

// Start runs a server made of opt on a free port of this machine until the test ends. What opt leaves out is
// filled with what tests need: an origin, a town, a vault, limits nobody reaches, sessions, and services over
// an empty store.
func Start(t *testing.T, opt web.Options) *Site {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	site := &Site{Origin: "http://" + ln.Addr().String(), Vault: opt.Vault,
		sessions: &sessions{who: map[string]civic.Actor{}}, mail: &Mail{}}
	site.fill(t, &opt)
	server, err := web.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(ln) }()
	t.Cleanup(func() {
		if err := server.Shutdown(context.Background()); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return site
}

func (s *Site) fill(t *testing.T, opt *web.Options) {
	if opt.Origin == "" {
		opt.Origin = s.Origin
	}
	if opt.Services.CRM == nil {
		a := program(t, s.mail, storetest.Open(t))
		opt.Services, opt.Vault, s.Vault = a.Services, a.Vault, a.Vault
	}
	if opt.Vault == nil {
		v, err := vault.New(vault.NewSecret())
		if err != nil {
			t.Fatal(err)
		}
		opt.Vault, s.Vault = v, v
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.NewJSONHandler(io.Discard, nil))
	}
	if opt.Town.Name == "" {
		opt.Town = Borgoforte()
	}
	if opt.Sessions == nil {
		s.sessions.real = opt.Accounts
		opt.Sessions = s.sessions
	}
	if opt.Limits == (web.Limits{}) {
		plenty := web.Rate{PerSecond: 1e6, Burst: 1e6}
		opt.Limits = web.Limits{Requests: plenty, Changes: plenty, Dear: plenty, Account: plenty}
	}
}

// Borgoforte returns the municipality that test pages belong to.
func Borgoforte() ui.Municipality {
	return ui.Municipality{
		Name: "Comune di Borgoforte", City: "Borgoforte", Region: "Regione Emilia-Romagna",
		Site: "https://www.comune.borgoforte.example", Address: "Piazza Grande 1, 41100 Borgoforte",
		VAT:   "00000000000",
		Phone: "059 000000", Email: "urp@comune.borgoforte.example", PEC: "comune@pec.borgoforte.example",
		DPO: "dpo@comune.borgoforte.example", Accessibility: "https://form.agid.gov.it/view/borgoforte",
	}
}

// sessions keeps who is signed in for tests that are not about signing in, beside the real sessions.
type sessions struct {
	mu   sync.Mutex
	who  map[string]civic.Actor
	real web.Sessions
}

// Who returns who was signed in by As, else who holds a real session.
func (s *sessions) Who(ctx context.Context, secret string, byPerson bool) (civic.Actor, string, error) {
	s.mu.Lock()
	who, ok := s.who[secret]
	s.mu.Unlock()
	if !ok {
		return s.real.Who(ctx, secret, byPerson)
	}
	return who, "session of " + string(who.Account), nil
}

func (s *sessions) open(who civic.Actor) string {
	secret := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.who[secret] = who
	return secret
}
