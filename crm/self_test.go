package crm

import (
	"slices"
	"testing"

	"ascolto/internal/civic"
)

func TestOwnProfile(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però", BirthYear: "1970",
		Tags: []civic.ID{"stampa"}, FiscalCode: "RSSMRA85T10A562S"})
	bruno := w.create(t, ContactInput{GivenName: "Bruno"})
	in := ContactInput{Version: 1, Kind: Organisation, GivenName: "Anna", FamilyName: "Però Neri",
		Organisation: "X", BirthYear: "1999", Tags: []civic.ID{"volontariato"},
		FiscalCode: "BNCGLI72H65H501H", District: "centro", Language: "en", Phones: []string{"059206311"},
		Confirmed: true}
	c, err := w.UpdateOwnContact(t.Context(), w.Citizen(anna.ID), in)
	if err != nil {
		t.Fatal(err)
	}
	if c.FamilyName != "Però Neri" || c.District != "centro" || c.Language != "en" || len(c.Phones) != 1 {
		t.Errorf("not changed: %+v", c)
	}
	if c.Kind != Person || c.BirthYear != 1970 || !slices.Equal(c.Tags, []civic.ID{"stampa"}) ||
		c.CodeDigest != anna.CodeDigest {
		t.Errorf("what is for staff to change was changed: %+v", c)
	}
	if _, err := w.UpdateOwnContact(t.Context(), w.Citizen(anna.ID), in); err != nil {
		t.Errorf("an old form that says the same: %v", err)
	}
	in.FamilyName = "Però Bruni"
	if _, err := w.UpdateOwnContact(t.Context(), w.Citizen(anna.ID),
		in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("an old form that says something else: %v", err)
	}
	for _, by := range []civic.Actor{w.Visitor, w.Operator} {
		if _, err := w.UpdateOwnContact(t.Context(), by, in); civic.CodeOf(err) != civic.Unauthenticated {
			t.Errorf("%q: %v", by.Account, err)
		}
	}
	if c, err := w.OwnContact(t.Context(), w.Citizen(bruno.ID)); err != nil || c.FamilyName != "" {
		t.Errorf("another's profile: %+v, %v", c, err)
	}
}
