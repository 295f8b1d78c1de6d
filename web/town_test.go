package web_test

import (
	"testing"

	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

func TestTown(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	for _, who := range town.Everybody() {
		page := town.Browser(t).Get("/")
		if who.Account != "" {
			page = town.As(t, who).Get("/")
		}
		if page.Status != 200 || who.Name != "" && !page.Has(who.Name) || who.Account != "" &&
			page.Has("Accedi all'area personale") {
			t.Errorf("%s %v: status %d", who.Name, who.Roles, page.Status)
		}
	}
	if town.Desk.In("lavori-pubblici") || !town.Works.In("lavori-pubblici") ||
		town.Anna.Allowed("crm.contact.read") {
		t.Error("the people of the town are not who they should be")
	}
	if _, err := town.CRM.Contact(t.Context(), town.Desk, town.Anna.Contact); err != nil {
		t.Errorf("the operator reads Anna's contact: %v", err)
	}
	if _, err := town.CRM.Contact(t.Context(), town.Moderator,
		town.Anna.Contact); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("the moderator reads Anna's contact: %v", err)
	}
}
