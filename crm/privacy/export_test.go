package privacy

import (
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/crm/crmtest"
	"ascolto/internal/civic"
)

var _ civic.PersonalData = (*Service)(nil)

func TestOwnDataIsCompleteAndOnlyTheirs(t *testing.T) {
	t.Parallel()
	w := crmtest.New(t)
	s := New(w.CRM, w.Reference, w.Log)
	anna := w.Create(t, crm.ContactInput{GivenName: "Anna", FamilyName: "Però",
		FiscalCode: "RSSMRA85T10A562S", Emails: []string{"anna@posta.example"}})
	bruno := w.Create(t, crm.ContactInput{GivenName: "Bruno", Emails: []string{"bruno@posta.example"}})
	for contact, subject := range map[civic.ID]string{anna.ID: "Orari della biblioteca",
		bruno.ID: "Affare di Bruno"} {
		if _, err := w.CRM.RecordInteraction(t.Context(), w.Operator, crm.InteractionInput{
			FormKey: rand.Text(), Contact: contact, Channel: crm.ByPhone, Direction: crm.Inbound,
			Office: "urp", Subject: subject,
			Note: "Chiede anche dei corsi", Outcome: crm.Answered,
		}); err != nil {
			t.Fatal(err)
		}
	}
	yes := crm.ConsentInput{Topic: "mobilita", Channel: crm.ByMail, Given: true, Version: 1, Language: "it",
		Source: crm.FromPhone}
	if _, err := w.CRM.SetConsent(t.Context(), w.Operator, anna.ID, yes); err != nil {
		t.Fatal(err)
	}
	if err := w.CRM.Record(t.Context(), crmtest.Answer(anna.ID, "r1", w.Clock.Now(), "satisfied",
		"1")); err != nil {
		t.Fatal(err)
	}
	d, err := s.ExportPersonal(t.Context(), w.Citizen(anna.ID), civic.Subject{Contact: anna.ID}, "it")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Anna", "Però", "RSSMRA85T10A562S", "anna@posta.example",
		"Orari della biblioteca", "Mobilità", "Acconsento"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is missing in %s", want, b)
		}
	}
	for _, not := range []string{"Bruno", "bruno", "Chiede anche dei corsi", "urp-1"} {
		if strings.Contains(string(b), not) {
			t.Errorf("%s is in %s", not, b)
		}
	}
	if err := s.NoteOwnExport(t.Context(), w.Citizen(anna.ID)); err != nil {
		t.Fatal(err)
	}
	if got := w.Audited(t, anna.ID); got[0] != "crm.contact.export_own" {
		t.Errorf("audited %v", got)
	}
	for who, by := range map[civic.Code]civic.Actor{civic.Forbidden: w.Citizen(bruno.ID),
		civic.Unauthenticated: civic.Visitor("r")} {
		if _, err := s.ExportPersonal(t.Context(), by, civic.Subject{Contact: anna.ID},
			"it"); civic.CodeOf(err) != who {
			t.Errorf("%v, want %s", err, who)
		}
	}
}
