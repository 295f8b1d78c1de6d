// Package crmtest makes towns for the tests of the folders below crm.
package crmtest

import (
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/internal/testtown"
)

// Town is a municipality with its staff and contacts.
type Town struct {
	*testtown.Ground
	testtown.Staff
	CRM       *crm.Service
	Reference *reference.Service
}

// New returns a town whose communication office has some more permissions: those of the folder under test.
func New(t testing.TB, news ...civic.Permission) *Town {
	t.Helper()
	w := &Town{Ground: testtown.Open(t, testtown.Ticking()), Staff: testtown.NewStaff(civic.Grants{
		civic.Operator: {crm.PermReadContacts, crm.PermWriteContacts, crm.PermReadInteractions,
			crm.PermWriteInteractions},
		civic.OfficeMember: {crm.PermReadOwn, crm.PermReadInteractions, crm.PermWriteInteractions},
		civic.Communication: append([]civic.Permission{crm.PermReadContacts, crm.PermWriteContacts,
			crm.PermExportContacts}, news...),
		civic.DataProtection: {audit.PermRead},
	})}
	w.Reference = w.Ground.Reference(t)
	var err error
	w.CRM, err = crm.New(t.Context(), crm.Options{DB: w.DB, Index: w.Index(t), Audit: w.Log, Vault: w.Vault,
		Reference: w.Reference, Now: w.Clock.Now})
	testtown.Check(t, err)
	return w
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
	return w.Ground.Audited(t, audit.Query{Contact: contact})
}

// Answer is an answer to questionnaire q1, as it reaches a contact.
func Answer(contact civic.ID, ref string, at time.Time, key, value string) civic.Activity {
	return civic.Activity{
		ID: civic.Key("response", civic.ID(ref)), Contact: contact, Kind: "response", Ref: civic.ID(ref),
		At: at, Title: "Sondaggio",
		Channel: "web", Answers: []civic.Answer{{Source: "q1", Key: key, Value: value}},
	}
}
