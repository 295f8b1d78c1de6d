// Package crmtest makes towns for the tests of the folders below crm.
package crmtest

import (
	"sync"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/reference"
	"ascolto/internal/vault"
	"ascolto/search"
)

// Town is a municipality with its staff and contacts, on a store, an index and an audit of its own. It has
// two districts, "centro" and "san-lazzaro", and what every municipality begins with.
type Town struct {
	CRM       *crm.Service
	Reference *reference.Service
	DB        *docstore.DB
	Vault     *vault.Vault
	Log       *audit.Log
	Clock     *Clock
	Grants    civic.Grants

	Operator civic.Actor // of the URP
	Works    civic.Actor // of another office: public works
	News     civic.Actor // communication office
	Officer  civic.Actor // data protection
	Visitor  civic.Actor
}

// Clock moves by a second with each look, so that orders by time are sure.
type Clock struct {
	mu sync.Mutex
	t  time.Time
}

// Now returns the next second.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(time.Second)
	return c.t
}

// Pass lets some time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// New returns a town whose communication office has some more permissions: those of the folder under test.
func New(t testing.TB, news ...civic.Permission) *Town {
	t.Helper()
	db := storetest.Open(t)
	index, err := search.Open(t.Context(), search.Options{Dir: t.TempDir()})
	check(t, err)
	t.Cleanup(func() {
		if err := index.Close(); err != nil {
			t.Errorf("closing the index: %v", err)
		}
	})
	w := &Town{DB: db, Clock: &Clock{t: time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)},
		Visitor: civic.Visitor("r")}
	w.Vault, err = vault.New([]byte("a secret of the tests, 32 bytes or more"))
	check(t, err)
	w.Log, err = audit.New(t.Context(), db, audit.Options{Now: w.Clock.Now, Vault: w.Vault})
	check(t, err)
	w.Reference, err = reference.New(t.Context(), reference.Options{DB: db, Audit: w.Log, Vault: w.Vault,
		Now: w.Clock.Now})
	check(t, err)
	w.CRM, err = crm.New(t.Context(), crm.Options{
		DB: db, Index: index, Audit: w.Log, Vault: w.Vault, Reference: w.Reference, Now: w.Clock.Now,
	})
	check(t, err)
	w.Grants = civic.Grants{
		civic.Operator: {crm.PermReadContacts, crm.PermWriteContacts, crm.PermReadInteractions,
			crm.PermWriteInteractions},
		civic.OfficeMember: {crm.PermReadOwn, crm.PermReadInteractions, crm.PermWriteInteractions},
		civic.Communication: append([]civic.Permission{crm.PermReadContacts, crm.PermWriteContacts,
			crm.PermExportContacts}, news...),
		civic.DataProtection: {audit.PermRead},
	}
	w.Operator = w.actor("urp-1", "", civic.Operator, "urp")
	w.Works = w.actor("works-1", "", civic.OfficeMember, "lavori-pubblici")
	w.News = w.actor("news-1", "", civic.Communication)
	w.Officer = w.actor("dpo-1", "", civic.DataProtection)
	data, err := reference.Default()
	check(t, err)
	data.Districts = []reference.District{{Name: "Centro storico", Order: 1}, {Name: "San Lazzaro", Order: 2}}
	data.Districts[0].ID, data.Districts[1].ID = "centro", "san-lazzaro"
	check(t, w.Reference.Seed(t.Context(), civic.System("start"), data))
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *Town) actor(account, contact civic.ID, role civic.Role, offices ...civic.ID) civic.Actor {
	return civic.NewActor(civic.Actor{
		Account: account, Contact: contact, Name: "Staff " + string(account), Roles: []civic.Role{role},
		Offices: offices,
		Request: "r",
	}, w.Grants)
}

// Citizen returns the actor of a contact's own account.
func (w *Town) Citizen(contact civic.ID) civic.Actor {
	return w.actor("account-of-"+contact, contact, civic.Citizen)
}

// Create stores a person as an operator who is sure that it is a new one.
func (w *Town) Create(t testing.TB, in crm.ContactInput) crm.Contact {
	t.Helper()
	in.Kind, in.Reason, in.Confirmed = crm.Person, "is another person", true
	c, err := w.CRM.CreateContact(t.Context(), w.Operator, in)
	if err != nil {
		t.Fatalf("creating %s %s: %v", in.GivenName, in.FamilyName, err)
	}
	return c
}

// Audited returns the actions recorded about a contact, newest first.
func (w *Town) Audited(t testing.TB, contact civic.ID) []string {
	t.Helper()
	page, err := w.Log.List(t.Context(), w.Officer,
		audit.Query{Contact: contact, Page: civic.PageRequest{Size: 100}})
	check(t, err)
	var actions []string
	for _, r := range page.Items {
		if r.Action != audit.ActionRead {
			actions = append(actions, string(r.Action))
		}
	}
	return actions
}

// Answer is an answer to questionnaire q1, as it reaches a contact.
func Answer(contact civic.ID, ref string, at time.Time, key, value string) civic.Activity {
	return civic.Activity{
		ID: civic.Key("response", civic.ID(ref)), Contact: contact, Kind: "response", Ref: civic.ID(ref),
		At: at, Title: "Sondaggio",
		Channel: "web", Answers: []civic.Answer{{Source: "q1", Key: key, Value: value}},
	}
}
