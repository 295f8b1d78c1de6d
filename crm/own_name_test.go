package crm

import (
	"errors"
	"testing"

	"ascolto/internal/civic"
)

// People may not give themselves a name by which the forum would take them for the administration; a proved
// one stays.
func TestOwnNamesAreNobodyElses(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	office, err := w.reference.Offices(t.Context())
	if err != nil || len(office) == 0 {
		t.Fatal(err)
	}
	for _, tt := range []struct{ given, family, field, key string }{
		{"Sindaco", "", "given_name", "error.name.official"},
		{"URP", "", "given_name", "error.name.official"},
		{"Polizia", "Locale", "given_name", "error.name.official"},
		{"Comune\u2800di\u2800Modena", "", "given_name", "error.name.invisible"},
		{"Polizia\u3164Locale", "", "given_name", "error.name.invisible"},
		{"\u202EocadniS", "", "given_name", "error.name.invisible"},
		{"", "Sındaco", "family_name", "error.name.official"},
		{"Consigliere", "Bianchi", "given_name", "error.name.official"},
		{office[0].Name, "", "given_name", "error.name.office"},
	} {
		anna := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però"})
		_, err := w.UpdateOwnContact(t.Context(), w.Citizen(anna.ID),
			ContactInput{Version: 1, GivenName: tt.given, FamilyName: tt.family})
		var e *civic.Error
		if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != tt.field ||
			e.Fields[0].Message.Key != tt.key {
			t.Errorf("%+q %+q: %v", tt.given, tt.family, err)
		}
		if c, err := w.OwnContact(t.Context(), w.Citizen(anna.ID)); err != nil || c.GivenName != "Anna" ||
			c.Version != 1 {
			t.Errorf("the refused name is stored: %+v, %v", c, err)
		}
	}
	// as an identity provider told it
	proved := w.create(t, ContactInput{GivenName: "Sindaco", FamilyName: "Comune"})
	c, err := w.UpdateOwnContact(t.Context(), w.Citizen(proved.ID),
		ContactInput{Version: 1, GivenName: "Sindaco", FamilyName: "Comune", Phones: []string{"059206311"}})
	if err != nil || len(c.Phones) != 1 {
		t.Errorf("a proved name hinders a new number: %v", err)
	}
	if c, err = w.UpdateOwnContact(t.Context(), w.Citizen(proved.ID),
		ContactInput{Version: 2, GivenName: "Mario", FamilyName: "Sindaco"}); err != nil ||
		c.FamilyName != "Sindaco" {
		t.Errorf("a family called Sindaco: %v", err)
	}
}
