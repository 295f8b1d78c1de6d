package web_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/web/webtest"
)

// Whoever signed in and asks for what they may not do is written down, with the page and the permission they
// lack, or why else it was refused; asked again and again it is one record. Visitors, who are led to the
// sign-in, and forms that were open for too long are not.
func TestRefusalsAreAudited(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	survey := newSurvey(t, n.As(t, n.News), "Piazza", values("office", "urp"))
	desk, head, anna := n.As(t, n.Desk), n.As(t, n.Head), n.As(t, n.Anna)
	contact := "/desk/contacts/" + string(n.Bruno.Contact) + "/forum"
	for range 3 {
		wants(t, desk.Get("/desk/users"), 403)
		wants(t, desk.Get(contact), 403)
	}
	wants(t, head.Post(survey+"/pages", values("rev", "1")), 403, "altro ufficio")
	wants(t, anna.Get("/desk"), 403)
	wants(t, desk.Post("/desk/segments", nil), 403)
	wants(t, desk.Post("/desk/contacts", values("csrf", "old")), 403) // a form that was open for too long
	wants(t, n.Browser(t).Get("/desk/users"), 303)
	type row struct {
		By, Object, Person civic.ID
		Detail             map[string]string
	}
	page, err := n.Audit.List(t.Context(), n.Officer, audit.Query{Action: audit.ActionDenied})
	if err != nil {
		t.Fatal(err)
	}
	var got []row
	for _, r := range page.Items {
		got = append([]row{{r.Actor, r.Object, r.Person, r.Detail}}, got...)
	}
	want := []row{
		{By: n.Desk.Account, Detail: map[string]string{"page": "GET /desk/users",
			"permission": "accounts.manage"}},
		{By: n.Desk.Account, Object: n.Bruno.Contact,
			Detail: map[string]string{"page": "GET /desk/contacts/:id/forum",
				"permission": "forum.identify"}},
		{By: n.Head.Account, Object: civic.ID(survey[len("/desk/surveys/"):]), Detail: map[string]string{
			"page": "POST /desk/surveys/:id/pages", "refusal": "surveys.error.other_office",
		}},
		{By: n.Anna.Account, Person: n.Anna.Contact,
			Detail: map[string]string{"page": "GET /desk", "permission": "web.staff"}},
		{By: n.Desk.Account, Detail: map[string]string{"page": "POST /desk/segments",
			"permission": "crm.segment.write"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got: %s", diff)
	}
	wants(t, n.As(t, n.Officer).Get("/desk/audit?action="+string(audit.ActionDenied)), 200,
		"ha chiesto ciò che non gli è permesso", "permesso che manca: gestire gli utenti",
		"pagina: GET /desk/users")
}

// Nobody fills the audit by asking: what one account asks in vain is written down so often and no more.
func TestRefusalsOfOneAccountAreBounded(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	desk := town.As(t, town.Desk)
	for range 70 {
		wants(t, desk.Get("/desk/users/"+string(docstore.NewID())), 403)
	}
	page, err := town.Audit.List(t.Context(), town.Officer,
		audit.Query{Action: audit.ActionDenied, Page: civic.PageRequest{Size: civic.MaxPageSize}})
	if err != nil || len(page.Items) < 60 || len(page.Items) > 62 {
		t.Errorf("%d refusals are kept, %v", len(page.Items), err)
	}
}
