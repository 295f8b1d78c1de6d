package accounts

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/testtown"
)

// town is the accounts of a small municipality, with what a test looks at.
type town struct {
	*Service
	db    *docstore.DB
	audit *audit.Log
	clock *testtown.Clock
	mail  *outbox
	log   *strings.Builder
	admin civic.Actor
}

// outbox remembers what it was given.
type outbox struct {
	mu    sync.Mutex
	sent  []sent
	fails bool
}

type sent struct{ to, lang, text string }

func (o *outbox) put(to, lang, text string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fails {
		return errors.New("outbox is full")
	}
	o.sent = append(o.sent, sent{to, lang, text})
	return nil
}

func (o *outbox) SendCode(_ context.Context, to, lang, code string) error {
	return o.put(to, lang, code)
}
func (o *outbox) SendConfirmation(_ context.Context, to, lang, code string) error {
	return o.put(to, lang+" confirmation", code)
}
func (o *outbox) SendReset(_ context.Context, to, lang, link string) error {
	return o.put(to, lang, link)
}
func (o *outbox) SendInvite(_ context.Context, to, lang, link string) error {
	return o.put(to, lang+" invited", link)
}

func (o *outbox) last(t *testing.T) sent {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.sent) == 0 {
		t.Fatal("no mail was sent")
	}
	return o.sent[len(o.sent)-1]
}

func (o *outbox) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.sent)
}

// people finds contacts as the crm does: by fiscal code, else by address, else new.
type people struct {
	mu    sync.Mutex
	known map[string]civic.ID

	learned  []learned
	moved    []moved
	gone     []civic.ID
	dropped  []string // addresses that were taken off every contact
	failMove bool
}

// moved is what was taken from one contact to another.
type moved struct {
	from, to civic.ID
	who      Identity
	alone    bool
}

// learned is what the contacts were told of one.
type learned struct {
	contact civic.ID
	who     Identity
}

func (p *people) EnsureContact(_ context.Context, who Identity) (civic.ID, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, key := range []string{who.FiscalCode, who.Email} {
		if id, ok := p.known[key]; ok && key != "" {
			return id, nil
		}
	}
	id := docstore.NewID()
	for _, key := range []string{who.FiscalCode, who.Email} {
		if key != "" {
			p.known[key] = id
		}
	}
	return id, nil
}

func (p *people) Admits(_ context.Context, _ civic.ID, who Identity) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if who.FiscalCode == "" && !who.Vouched && slices.Contains(p.dropped, who.Email) {
		return civic.NewError(civic.Forbidden, "accounts.error.address_removed")
	}
	return nil
}

func (p *people) Accepts(_ context.Context, contact civic.ID, _ Identity) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.Contains(p.gone, contact) {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	return nil
}

func (p *people) Move(_ context.Context, from, to civic.ID, who Identity, alone bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failMove {
		return errors.New("the store is away")
	}
	p.moved = append(p.moved, moved{from, to, who, alone})
	return nil
}

func (p *people) Learn(_ context.Context, contact civic.ID, who Identity) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.learned = append(p.learned, learned{contact, who})
	if slices.Contains(p.gone, contact) {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	return nil
}

func (p *people) Names(_ context.Context, _ civic.Actor, contacts []civic.ID) (map[civic.ID]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(contacts) == 1 && contacts[0] == p.known["anna@example.it"] {
		return map[civic.ID]string{contacts[0]: "Anna Dall'Olio"}, nil
	}
	return nil, nil
}

const (
	origin   = "https://partecipa.comune.example.it"
	resetURL = origin + "/password/" // followed by the token
)

func resetLink(token string) string { return resetURL + token }

func parseCode(s string) (string, error) {
	if s == "RSSMRA85T10A562S" || s == "BNCGLI72H65H501H" {
		return s, nil
	}
	return "", errors.New("not a fiscal code")
}

func newTown(t *testing.T, change ...func(*Options)) *town {
	t.Helper()
	return townOn(t, storetest.Open(t), change...)
}

// mortalTown is newTown whose program can be killed.
func mortalTown(t *testing.T, change ...func(*Options)) (*town, *storetest.Mortal) {
	t.Helper()
	m := &storetest.Mortal{}
	options := storetest.Options(t)
	options.BeforeWrite = m.Write
	return townOn(t, storetest.OpenOptions(t, options), change...), m
}

func townOn(t *testing.T, db *docstore.DB, change ...func(*Options)) *town {
	t.Helper()
	g := testtown.On(t, db, testtown.Still())
	tn := &town{db: g.DB, audit: g.Log, clock: g.Clock, mail: &outbox{}, log: &strings.Builder{},
		admin: testtown.Root}
	o := Options{
		Vault: g.Vault, Audit: tn.audit, Mailer: tn.mail, Contacts: &people{known: map[string]civic.ID{}},
		Origin:          origin,
		ResetLink:       resetLink,
		ParseFiscalCode: parseCode, Now: tn.clock.Now,
		Log: slog.New(slog.NewJSONHandler(&lockedWriter{w: tn.log}, nil)),
	}
	for _, c := range change {
		c(&o)
	}
	var err error
	tn.Service, err = New(t.Context(), tn.db, o)
	testtown.Check(t, err)
	return tn
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

const (
	goodPassword  = "quattro tortellini in brodo"
	otherPassword = "sette gnocchi fritti a tavola"
)

func (tn *town) staffMember(t *testing.T, email string, roles ...civic.Role) Account {
	t.Helper()
	if len(roles) == 0 {
		roles = []civic.Role{civic.Operator}
	}
	a, err := tn.CreateStaff(t.Context(), tn.admin,
		NewStaff{Email: email, Name: "Nicolò D'Amico", Roles: roles, Password: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func from(address string) Client {
	return Client{Address: netip.MustParseAddr(address), Request: "req"}
}

func (tn *town) signIn(t *testing.T, email string) SignIn {
	t.Helper()
	in, err := tn.SignInWithPassword(t.Context(), email, goodPassword, from("192.0.2.1"))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func (tn *town) citizen(t *testing.T, email string) SignIn {
	t.Helper()
	browser, err := tn.AskCode(t.Context(), email, "it", from("192.0.2.9"))
	if err != nil {
		t.Fatal(err)
	}
	in, err := tn.SignInWithCode(t.Context(), browser, tn.mail.last(t).text, from("192.0.2.9"))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func (tn *town) alive(t *testing.T, token string) bool {
	t.Helper()
	_, err := tn.Session(t.Context(), token)
	if err != nil && civic.CodeOf(err) != civic.Unauthenticated {
		t.Fatal(err)
	}
	return err == nil
}

func (tn *town) records(t *testing.T, action audit.Action) []audit.Record {
	t.Helper()
	page, err := tn.audit.List(t.Context(), tn.admin,
		audit.Query{Action: action, Page: civic.PageRequest{Size: 100}})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// wantCode fails the test unless err has the code and, when given, the field error.
func wantCode(t *testing.T, err error, code civic.Code, field ...string) {
	t.Helper()
	if civic.CodeOf(err) != code {
		t.Errorf("error %v, want code %q", err, code)
	}
	var e *civic.Error
	for _, f := range field {
		if !errors.As(err, &e) || len(e.Fields) == 0 || e.Fields[0].Field != f {
			t.Errorf("error %v, want field %q", err, f)
		}
	}
}
