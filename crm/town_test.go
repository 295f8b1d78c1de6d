package crm

import (
	"crypto/rand"
	"testing"

	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/reference"
	"ascolto/internal/testtown"
	"ascolto/search"
)

// What the other packages ask of crm, and what crm asks of the index.
var (
	_ accounts.Contacts = (*Service)(nil)
	_ civic.Recorder    = (*Service)(nil)
	_ search.Source     = (*Service)(nil)
	_ Index             = (*search.Index)(nil)
)

// town is a municipality with its staff and contacts.
type town struct {
	*testtown.Ground
	testtown.Staff
	*Service
	search *search.Index
}

var testGrants = civic.Grants{
	civic.Operator:       {PermReadContacts, PermWriteContacts, PermReadInteractions, PermWriteInteractions},
	civic.OfficeMember:   {PermReadOwn, PermReadInteractions, PermWriteInteractions},
	civic.Communication:  {PermReadContacts, PermWriteContacts, PermExportContacts, reference.PermWrite},
	civic.DataProtection: {audit.PermRead},
	civic.Administrator:  {reference.PermWrite},
}

func newTown(t testing.TB, change ...func(*Options)) *town {
	t.Helper()
	return townOn(t, storetest.Open(t), change...)
}

// mortalTown is newTown whose program can be killed.
func mortalTown(t testing.TB) (*town, *storetest.Mortal) {
	t.Helper()
	m := &storetest.Mortal{}
	options := storetest.Options(t)
	options.BeforeWrite = m.Write
	return townOn(t, storetest.OpenOptions(t, options)), m
}

func townOn(t testing.TB, db *docstore.DB, change ...func(*Options)) *town {
	t.Helper()
	w := &town{Ground: testtown.On(t, db, testtown.Ticking()), Staff: testtown.NewStaff(testGrants)}
	w.search = w.Index(t)
	o := Options{DB: w.DB, Index: w.search, Audit: w.Log, Vault: w.Vault, Reference: w.Reference(t),
		Now: w.Clock.Now}
	for _, f := range change {
		f(&o)
	}
	var err error
	w.Service, err = New(t.Context(), o)
	testtown.Check(t, err)
	return w
}

// colleague returns somebody of another office.
func colleague(account civic.ID, offices ...civic.ID) civic.Actor {
	return testtown.Colleague(testGrants, account, civic.OfficeMember, offices...)
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
	c, err := w.CreateContact(t.Context(), w.Operator, in)
	if err != nil {
		t.Fatalf("creating %s %s: %v", in.GivenName, in.FamilyName, err)
	}
	return c
}

// audited returns the actions recorded about a contact, newest first.
func (w *town) audited(t testing.TB, contact civic.ID) []string {
	t.Helper()
	return w.Audited(t, audit.Query{Contact: contact})
}

func (w *town) flush(t testing.TB) {
	t.Helper()
	if err := w.search.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func formKey() string { return rand.Text() }

func auditOf(action audit.Action) audit.Query {
	return audit.Query{Action: action, Page: civic.PageRequest{Size: 100}}
}
