package web_test

import (
	"slices"
	"testing"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// TestAReceiptSaysWhoRecordedIt: what came from another system is nobody's act, neither the person's nor a
// colleague's.
func TestAReceiptSaysWhoRecordedIt(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	given := func(source crm.Source, by string) crm.LoadConsent {
		c := crm.LoadConsent{Topic: "mobilita", Channel: crm.ByMail, Given: true, Source: source, ByName: by,
			At: civic.Now()}
		if by != "" {
			c.By = town.Desk.Account
		}
		return c
	}
	for _, tt := range []struct {
		consent   crm.LoadConsent
		want, not string
	}{
		{given("", ""), "Non noto: la scelta viene da un altro archivio", "L'interessato"},
		{given(crm.FromWeb, ""), "L'interessato", "altro archivio"},
		{given(crm.FromPhone, "Ada Benassi"), "Ada Benassi", "L'interessato"},
	} {
		in := crm.LoadContact{ID: civic.ID("consenso-" + string(tt.consent.Source)), CreatedAt: civic.Now(),
			Consents: []crm.LoadConsent{tt.consent}}
		in.Kind, in.GivenName, in.FamilyName, in.Language = crm.Person, "Chiara", "Dall'Olio", civic.Italian
		if err := town.CRM.LoadContacts(t.Context(), civic.System("test"),
			slices.Values([]crm.LoadContact{in}), nil); err != nil {
			t.Fatal(err)
		}
		c, err := town.CRM.Contact(t.Context(), town.Desk, in.ID)
		if err != nil {
			t.Fatal(err)
		}
		page := town.As(t, town.Desk).Get("/desk/contacts/" + string(in.ID) + "/consents/" +
			string(c.Consents[0].ID))
		if page.Status != 200 || !page.Has(tt.want) || page.Has(tt.not) {
			t.Errorf("consent by %q: %d, %.600s", tt.consent.Source, page.Status, page.Text())
		}
	}
}
