package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/vault"
)

// Mailer puts a message into the outbox; the outbox sends it. *notify.Service is one.
type Mailer interface {
	// SendCode writes a one-time code to an address, in the language "it" or "en".
	SendCode(ctx context.Context, to, lang, code string) error
	// SendConfirmation writes a one-time code by which the account of somebody who says that the address is
	// theirs confirms it.
	SendConfirmation(ctx context.Context, to, lang, code string) error
	// SendReset writes a link that lets its reader set another password, for ResetLife.
	SendReset(ctx context.Context, to, lang, link string) error
	// SendInvite writes a link that lets a new colleague set a first password, for InviteLife.
	SendInvite(ctx context.Context, to, lang, link string) error
}

// Options says what a Service works with.
type Options struct {
	Vault    *vault.Vault
	Audit    *audit.Log
	Mailer   Mailer
	Contacts Contacts
	// where the site is reached: "https://partecipa.comune.example.it"
	Origin          string
	ResetLink       func(token string) string    // returns the address at which a token sets a password
	OIDC            *OIDC                        // nil when there is no identity provider
	ParseFiscalCode func(string) (string, error) // returns the normalised code or why it is wrong
	Words           []string                     // what passwords must not be made of: the name of the town
	Now             civic.Clock                  // civic.Now when nil
	Log             *slog.Logger                 // slog.Default when nil
}

// Service knows who signs in. It is safe for concurrent use.
type Service struct {
	vault     *vault.Vault
	audit     *audit.Log
	mailer    Mailer
	contacts  Contacts
	origin    string
	resetLink func(token string) string
	words     []string
	fiscal    func(string) (string, error)
	log       *slog.Logger
	clock     *steady
	hasher    *hasher
	guard     *sharedGuard
	provider  *provider
	wake      chan struct{} // a reset was asked for
	staffMu   sync.Mutex    // one change of roles at a time

	accounts *docstore.Collection[Account]
	sessions *docstore.Collection[Session]
	codes    *docstore.Collection[code]
	flows    *docstore.Collection[flow]
	asks     *docstore.Collection[resetAsk]
	resets   *docstore.Collection[reset]
	claims   *docstore.Collection[claim]
	attempts *docstore.Collection[attempt] // empty where one instance has the store alone
	tokens   *docstore.Collection[AccessToken]
}

// New returns the accounts of db. It does not wait for the identity provider.
func New(ctx context.Context, db *docstore.DB, o Options) (*Service, error) {
	if o.Vault == nil || o.Audit == nil || o.Mailer == nil || o.Contacts == nil || o.ParseFiscalCode == nil ||
		o.ResetLink == nil {
		return nil, errors.New(
			"accounts: Vault, Audit, Mailer, Contacts, ResetLink and ParseFiscalCode are needed")
	}
	origin, err := url.Parse(o.Origin)
	if err != nil || origin.Host == "" || origin.Scheme != "https" && origin.Scheme != "http" ||
		strings.Trim(origin.Path, "/") != "" {
		return nil, errors.New("accounts: the origin must be like https://partecipa.comune.example.it")
	}
	if o.Now == nil {
		o.Now = civic.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Service{
		vault: o.Vault, audit: o.Audit, mailer: o.Mailer, contacts: o.Contacts,
		origin: strings.TrimRight(o.Origin, "/"), resetLink: o.ResetLink,
		words: o.Words, fiscal: o.ParseFiscalCode, log: o.Log, clock: &steady{wall: o.Now},
		hasher: newHasher(), wake: make(chan struct{}, 1),
	}
	s.guard = &sharedGuard{guard: newGuard(s.clock.now, defaultLimits()), log: s.log}
	if o.OIDC != nil {
		if s.provider, err = newProvider(*o.OIDC, s.origin+OIDCReturnPath, s.clock.now); err != nil {
			return nil, err
		}
	}
	if err := s.collect(ctx, db); err != nil {
		return nil, err
	}
	if db.Shared() {
		s.guard.share(s.attempts, s.vault)
	}
	return s, nil
}

func (s *Service) collect(ctx context.Context, db *docstore.DB) (err error) {
	collect(ctx, db, &s.accounts, accountSpec(), &err)
	collect(ctx, db, &s.sessions, sessionSpec(), &err)
	collect(ctx, db, &s.codes, codeSpec(), &err)
	collect(ctx, db, &s.flows, briefSpec("account_flows"), &err)
	collect(ctx, db, &s.asks, docstore.Spec{Name: "account_reset_asks"}, &err)
	collect(ctx, db, &s.resets, briefSpec("account_resets"), &err)
	collect(ctx, db, &s.attempts, attemptSpec(), &err)
	collect(ctx, db, &s.claims, briefSpec("account_claims"), &err)
	collect(ctx, db, &s.tokens, accessTokenSpec(), &err)
	return err
}

func collect[T any](
	ctx context.Context, db *docstore.DB, to **docstore.Collection[T], spec docstore.Spec, err *error,
) {
	if *err != nil {
		return
	}
	if *to, *err = docstore.Collect[T](ctx, db, spec); *err != nil {
		*err = fmt.Errorf("accounts: %w", *err)
	}
}

// briefSpec is of documents that end at a time and are then swept.
func briefSpec(name string) docstore.Spec {
	return docstore.Spec{Name: name, Indexes: []docstore.Index{{Name: "until", Fields: []string{"until"}}}}
}

// claim marks a secret as used: the first who inserts it has it, whoever else tries.
type claim struct {
	docstore.Meta `bson:",inline"`
	Until         time.Time `bson:"until"`
}

// claim takes what id names for the caller, or returns a Gone error when somebody had it.
func (s *Service) claim(ctx context.Context, id civic.ID, until time.Time) error {
	err := s.claims.Insert(ctx, &claim{Meta: docstore.Meta{ID: id}, Until: until.Add(time.Hour)})
	if civic.CodeOf(err) == civic.Conflict {
		return civic.NewError(civic.Gone, "accounts.error.used")
	}
	return err
}

// Client is what is known of the browser that asks.
type Client struct {
	Address netip.Addr // as far as the trusted proxies tell it
	Agent   string     // User-Agent
	Device  string     // the device cookie it showed
	Session string     // the session cookie it showed; that session ends at a sign-in
	Request string     // the id of the request, for the audit
	Lang    string     // of its pages
}
