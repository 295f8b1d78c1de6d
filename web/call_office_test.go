package web_test

import (
	"net/url"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web"
	"ascolto/web/webtest"
)

// TestACallOfNoOfficeAsksWhich: who belongs to no office chooses one; nobody is counted for them.
func TestACallOfNoOfficeAsksWhich(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	account, err := town.Accounts.CreateStaff(t.Context(), town.Administrator, accounts.NewStaff{
		FormKey: "free-operator", Email: "libera@comune.borgoforte.example", Name: "Olga Poli",
		Roles: []civic.Role{civic.Operator},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := town.As(t, civic.NewActor(civic.Actor{Account: account.ID, Name: account.Name, Roles: account.Roles,
		Request: "free"}, web.Grants()))
	fresh := b.Get("/desk/calls/new")
	if office := fresh.Form("/desk/calls").Get("office"); office != "" ||
		!webtest.HasAttr(officeOf(t, fresh), "required") {
		t.Errorf("the office is preset to %q", office)
	}
	said := url.Values{"caller": {"unknown"}, "subject": {"Orari della piscina"}}
	missing := b.Submit(fresh, "/desk/calls", said)
	if missing.Status != 422 || missing.Form("/desk/calls").Get("subject") != "Orari della piscina" ||
		!webtest.HasAttr(officeOf(t, missing), "aria-invalid") {
		t.Errorf("without an office: %d, %.400s", missing.Status, missing.Text())
	}
	if saved := b.Submit(missing, "/desk/calls",
		url.Values{"office": {"lavori-pubblici"}}); saved.Status != 303 {
		t.Errorf("with an office: %d, %.400s", saved.Status, saved.Text())
	}
	own := town.As(t, town.Desk).Get("/desk/calls/new")
	if office := own.Form("/desk/calls").Get("office"); office != "urp" || own.Has("Scegliere l'ufficio") {
		t.Errorf("who belongs to an office is asked for one: %q", office)
	}
}

// officeOf returns the list of offices of a call's form.
func officeOf(t *testing.T, page *webtest.Page) *html.Node {
	t.Helper()
	for _, n := range page.Tags(atom.Select) {
		if webtest.Attr(n, "name") == "office" {
			return n
		}
	}
	t.Fatalf("no list of offices: %d, %.400s", page.Status, page.Text())
	return nil
}

// TestATimelineSaysWhatIsLeftToDo: of a conversation with something to do, by when, and that it is late; of
// one that was closed, nothing; nothing to who may not read conversations.
func TestATimelineSaysWhatIsLeftToDo(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	path := "/desk/contacts/" + string(town.Anna.Contact)
	call(t, town, town.Desk, crm.InteractionInput{Contact: town.Anna.Contact, Office: "urp"})
	b := town.As(t, town.Desk)
	if page := b.Get(path); !page.Has("Orari della biblioteca") || page.Has("Da fare") {
		t.Fatalf("nothing is left to do: %d, %.900s", page.Status, page.Text())
	}
	call(t, town, town.Desk, crm.InteractionInput{Contact: town.Anna.Contact, Office: "urp",
		Subject: "Lampione", Outcome: crm.FollowUp, DueOn: nextYear + "-01-02"})
	if page := b.Get(path); !page.Has("Da fare entro il 2 gennaio "+nextYear) || page.Has("In ritardo") {
		t.Errorf("something is left to do: %.900s", page.Text())
	}
	overdue(t, town, "2026-01-02")
	if page := b.Get(path); !page.Has("Da fare entro il 2 gennaio 2026 In ritardo") {
		t.Errorf("something is late: %.900s", page.Text())
	}
	if page := town.As(t, town.News).Get(path); page.Status != 200 || page.Has("Da fare") {
		t.Errorf("who reads no conversations: %d, %.900s", page.Status, page.Text())
	}
}
