package crm

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"ascolto/internal/civic"
)

func TestOwnProfile(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però", BirthYear: "1970", Tags: []civic.ID{"stampa"}, FiscalCode: "RSSMRA85T10A562S"})
	bruno := w.create(t, ContactInput{GivenName: "Bruno"})
	in := ContactInput{Version: 1, Kind: Organisation, GivenName: "Anna", FamilyName: "Però Neri", Organisation: "X", BirthYear: "1999", Tags: []civic.ID{"volontariato"},
		FiscalCode: "BNCGLI72H65H501H", District: "centro", Language: "en", Phones: []string{"059206311"}, Confirmed: true}
	c, err := w.UpdateOwnContact(t.Context(), citizenOf(anna.ID), in)
	if err != nil {
		t.Fatal(err)
	}
	if c.FamilyName != "Però Neri" || c.District != "centro" || c.Language != "en" || len(c.Phones) != 1 {
		t.Errorf("not changed: %+v", c)
	}
	if c.Kind != Person || c.BirthYear != 1970 || !slices.Equal(c.Tags, []civic.ID{"stampa"}) || c.CodeDigest != anna.CodeDigest {
		t.Errorf("what is for staff to change was changed: %+v", c)
	}
	if _, err := w.UpdateOwnContact(t.Context(), citizenOf(anna.ID), in); err != nil {
		t.Errorf("an old form that says the same: %v", err)
	}
	in.FamilyName = "Però Bruni"
	if _, err := w.UpdateOwnContact(t.Context(), citizenOf(anna.ID), in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("an old form that says something else: %v", err)
	}
	for _, by := range []civic.Actor{w.visitor, w.operator} {
		if _, err := w.UpdateOwnContact(t.Context(), by, in); civic.CodeOf(err) != civic.Unauthenticated {
			t.Errorf("%q: %v", by.Account, err)
		}
	}
	if c, err := w.OwnContact(t.Context(), citizenOf(bruno.ID)); err != nil || c.FamilyName != "" {
		t.Errorf("another's profile: %+v, %v", c, err)
	}
}

func TestOwnDataIsCompleteAndOnlyTheirs(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però", FiscalCode: "RSSMRA85T10A562S", Emails: []string{"anna@posta.example"}})
	bruno := w.create(t, ContactInput{GivenName: "Bruno", Emails: []string{"bruno@posta.example"}})
	w.call(t, w.operator, call(anna.ID))
	other := call(bruno.ID)
	other.Subject = "Affare di Bruno"
	w.call(t, w.operator, other)
	if _, err := w.SetConsent(t.Context(), w.operator, anna.ID, yes("mobilita")); err != nil {
		t.Fatal(err)
	}
	if err := w.Record(t.Context(), answer(anna.ID, "r1", w.now(), fact("satisfied", "1"))); err != nil {
		t.Fatal(err)
	}
	d, err := w.ExportPersonal(t.Context(), citizenOf(anna.ID), civic.Subject{Contact: anna.ID}, "it")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Anna", "Però", "RSSMRA85T10A562S", "anna@posta.example", "Orari della biblioteca", "Mobilità", "Acconsento"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is missing in %s", want, b)
		}
	}
	for _, not := range []string{"Bruno", "bruno", "Chiede anche dei corsi", "urp-1"} {
		if strings.Contains(string(b), not) {
			t.Errorf("%s is in %s", not, b)
		}
	}
	if err := w.NoteOwnExport(t.Context(), citizenOf(anna.ID)); err != nil {
		t.Fatal(err)
	}
	if got := w.audited(t, anna.ID); got[0] != "crm.contact.export_own" {
		t.Errorf("audited %v", got)
	}
	for who, by := range map[civic.Code]civic.Actor{civic.Forbidden: citizenOf(bruno.ID), civic.Unauthenticated: civic.Visitor("r")} {
		if _, err := w.ExportPersonal(t.Context(), by, civic.Subject{Contact: anna.ID}, "it"); civic.CodeOf(err) != who {
			t.Errorf("%v, want %s", err, who)
		}
	}
}
