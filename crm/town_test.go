package crm

import (
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/reference"
	"ascolto/internal/vault"
	"ascolto/search"
)

// What the other packages ask of crm, and what crm asks of the index.
var (
	_ accounts.Contacts = (*Service)(nil)
	_ civic.Recorder    = (*Service)(nil)
	_ search.Source     = (*Service)(nil)
	_ Index             = (*search.Index)(nil)
)

// town is a municipality with its staff, on a store, an index and an audit of its own.
type town struct {
	*Service
	db       *docstore.DB
	log      *audit.Log
	search   *search.Index
	clock    *clock
	operator civic.Actor // of the URP
	works    civic.Actor // of another office: public works
	news     civic.Actor // communication office
	officer  civic.Actor // data protection
	admin    civic.Actor
	visitor  civic.Actor
}

// clock moves by a second with each look, so that orders by time are sure.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(time.Second)
	return c.t
}

var testGrants = civic.Grants{
	civic.Operator:       {PermReadContacts, PermWriteContacts, PermReadInteractions, PermWriteInteractions},
	civic.OfficeMember:   {PermReadOwn, PermReadInteractions, PermWriteInteractions},
	civic.Communication:  {PermReadContacts, PermWriteContacts, PermExportContacts, reference.PermWrite},
	civic.DataProtection: {audit.PermRead},
	civic.Administrator:  {reference.PermWrite},
}

var root = civic.System("test")

func newTown(t testing.TB, change ...func(*Options)) *town {
	t.Helper()
	db := storetest.Open(t)
	index, err := search.Open(t.Context(), search.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := index.Close(); err != nil {
			t.Errorf("closing the index: %v", err)
		}
	})
	v, err := vault.New([]byte("a secret of the tests, 32 bytes or more"))
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{t: time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)}
	log, err := audit.New(t.Context(), db, audit.Options{Now: c.now, Vault: v})
	if err != nil {
		t.Fatal(err)
	}
	named, err := reference.New(t.Context(), reference.Options{DB: db, Audit: log, Vault: v, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{DB: db, Index: index, Audit: log, Vault: v, Reference: named, Now: c.now}
	for _, f := range change {
		f(&o)
	}
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	w := &town{Service: s, db: db, log: log, search: index, clock: c, visitor: civic.Visitor("r")}
	w.operator = staff("urp-1", civic.Operator, "urp")
	w.works = staff("works-1", civic.OfficeMember, "lavori-pubblici")
	w.news = staff("news-1", civic.Communication)
	w.officer = staff("dpo-1", civic.DataProtection)
	w.admin = staff("admin-1", civic.Administrator)
	w.seed(t)
	return w
}

func staff(account civic.ID, role civic.Role, offices ...civic.ID) civic.Actor {
	return civic.NewActor(civic.Actor{Account: account, Name: "Staff " + string(account),
		Roles: []civic.Role{role}, Offices: offices, Request: "r"}, testGrants)
}

// citizenOf returns the actor of a contact's own account.
func citizenOf(contact civic.ID) civic.Actor {
	return civic.NewActor(civic.Actor{Account: "account-of-" + contact, Contact: contact,
		Roles: []civic.Role{civic.Citizen}, Request: "r"}, testGrants)
}

func (w *town) seed(t testing.TB) {
	t.Helper()
	r, err := reference.Default()
	if err != nil {
		t.Fatal(err)
	}
	r.Districts = []reference.District{{Name: "Centro storico", Order: 1}, {Name: "San Lazzaro", Order: 2}}
	r.Districts[0].ID, r.Districts[1].ID = "centro", "san-lazzaro"
	if err := w.reference.Seed(t.Context(), root, r); err != nil {
		t.Fatal(err)
	}
}

// create stores a contact as an operator who is sure that it is a new one.
func (w *town) create(t testing.TB, in ContactInput) Contact {
	t.Helper()
	if in.Kind == "" {
		in.Kind = Person
	}
	if in.Reason == "" {
		in.Reason = "is another person"
	}
	in.Confirmed = true // of whom the codes are matters to the tests of codes alone
	c, err := w.CreateContact(t.Context(), w.operator, in)
	if err != nil {
		t.Fatalf("creating %s %s: %v", in.GivenName, in.FamilyName, err)
	}
	return c
}

// audited returns the actions recorded about a contact, newest first.
func (w *town) audited(t testing.TB, contact civic.ID) []string {
	t.Helper()
	page, err := w.log.List(t.Context(), w.officer,
		audit.Query{Contact: contact, Page: civic.PageRequest{Size: 100}})
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, r := range page.Items {
		if r.Action != audit.ActionRead {
			actions = append(actions, string(r.Action))
		}
	}
	return actions
}

func (w *town) flush(t testing.TB) {
	t.Helper()
	if err := w.search.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func formKey() string { return rand.Text() }

// fieldsOf returns the names of the fields an error is about.
func fieldsOf(err error) []string {
	e, ok := asError(err)
	if !ok {
		return nil
	}
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, f.Field)
	}
	return fields
}

func auditOf(action audit.Action) audit.Query {
	return audit.Query{Action: action, Page: civic.PageRequest{Size: 100}}
}
