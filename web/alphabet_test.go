package web_test

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/web/webtest"
)

// alphabet are names in the order in which Italian readers look for them, which is not that of their bytes.
var alphabet = []string{"de Luca", "Đorđe", "Èlia", "Łucja", "Zanasi"}

// TestListsFollowTheAlphabet: every list by name has letters with accents and small ones where readers look
// for them; what is named in two languages stands in the order of the page's.
func TestListsFollowTheAlphabet(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	for n, name := range []string{"Zanasi", "Łucja", "de Luca", "Èlia", "Đorđe"} {
		nameEverything(t, w, n, name)
	}
	desk, news, root := w.As(t, w.Desk), w.As(t, w.News), w.As(t, w.Administrator)
	for _, list := range []struct {
		of   string
		b    *webtest.Browser
		path string
		in   func(*html.Node) bool
		want []string
	}{
		{"staff", root, "/desk/users", rowHeading, alphabet},
		{"colleagues", desk, "/desk/interactions/" + string(aCall(t, w)), choice("owner"),
			alphabet},
		{"segments", news, "/desk/segments", rowHeading, alphabet},
		{"segments of a campaign", news, "/desk/campaigns/new", choice("segment"), alphabet},
		{"contacts", desk, "/desk/contacts", rowHeading, alphabet},
		{"figures of procedures", desk, "/desk/requests/report", rowHeading, alphabet},
		{"figures of procedures in English", desk, "/desk/requests/report?lingua=en", rowHeading, alphabet},
		{"public figures", w.Browser(t), "/richieste/tempi", rowHeading, alphabet},
		{"public figures in English", w.Browser(t), "/richieste/tempi?lingua=en", rowHeading, alphabet},
		{"steps", root, "/desk/escalation", cell, alphabet},
		{"reference data", news, "/desk/settings", rowHeading,
			slices.Concat(alphabet, alphabet, alphabet, alphabet)},
		{"areas", news, "/desk/forum/areas", rowHeading, alphabet},
		{"conversations by office", news, "/desk/interactions/statistics", rowHeading, alphabet},
	} {
		if got := inRows(list.b.Get(list.path), list.in); !slices.Equal(got, list.want) {
			t.Errorf("%s, %s: %q, want %q", list.of, list.path, got, list.want)
		}
	}
}

func rowHeading(n *html.Node) bool { return n.DataAtom == atom.Th }

func cell(n *html.Node) bool { return n.DataAtom == atom.Td }

// choice holds for the options of a field.
func choice(field string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		return n.DataAtom == atom.Option && webtest.Attr(n.Parent, "name") == field
	}
}

// inRows returns the names of the alphabet in some elements of a page, in its order.
func inRows(page *webtest.Page, in func(*html.Node) bool) []string {
	var found []string
	for _, n := range page.All(in) {
		for _, name := range alphabet {
			if strings.HasPrefix(webtest.TextOf(n), name) {
				found = append(found, name)
			}
		}
	}
	return found
}

// nameEverything gives the n-th thing of each list a name.
func nameEverything(t *testing.T, w *webtest.Town, n int, name string) {
	t.Helper()
	ctx := t.Context()
	if _, err := w.Accounts.CreateStaff(ctx, w.Administrator, accounts.NewStaff{FormKey: rand.Text(),
		Email: string(rune('a'+n)) + "@comune.borgoforte.example", Name: name,
		Roles: []civic.Role{civic.Operator}, Offices: []civic.ID{"urp"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Segments.Create(ctx, w.News, segment.Input{FormKey: rand.Text(), Name: name,
		Rule: segment.Is(crm.AttributeDistrict, "centro")}); err != nil {
		t.Fatal(err)
	}
	contact, err := w.CRM.CreateContact(ctx, w.Desk, crm.ContactInput{FormKey: rand.Text(), Kind: crm.Person,
		FamilyName: name})
	if err != nil {
		t.Fatal(err)
	}
	nameProcedure(t, w, name, contact.ID)
	office := nameReference(t, w, string(rune('a'+n)), name)
	if _, err := w.Forum.CreateArea(ctx, w.Administrator, forum.AreaInput{FormKey: rand.Text(),
		Slug: string(rune('a'+n)) + "-a", Name: name, AnswerDays: 5, Order: sameOrder}); err != nil {
		t.Fatal(err)
	}
	in := crm.InteractionInput{FormKey: rand.Text(), Contact: contact.ID, Subject: "Buca",
		Channel: crm.ByPhone, Direction: crm.Inbound, Outcome: crm.Answered, Office: office}
	if _, err := w.CRM.RecordInteraction(ctx, w.Desk, in); err != nil {
		t.Fatal(err)
	}
}

// sameOrder is that of everything that the municipality could put into an order of its own.
const sameOrder = 40

// nameReference makes one item of each kind of reference data, which gets its name later, and returns the
// office.
func nameReference(t *testing.T, w *webtest.Town, first, name string) civic.ID {
	t.Helper()
	ctx, by := t.Context(), w.Administrator
	district, office := reference.District{Name: first, Order: sameOrder},
		reference.Office{Name: first, Order: sameOrder}
	tag, topic := reference.Tag{Name: first, Order: sameOrder}, reference.Topic{Order: sameOrder}
	for _, called := range []string{first, name} {
		both := civic.TextOf(func(string) string { return called })
		district.Name, office.Name, tag.Name, topic.Name = called, called, called, both
		var err [4]error
		district, err[0] = w.Reference.SaveDistrict(ctx, by, district)
		office, err[1] = w.Reference.SaveOffice(ctx, by, office)
		tag, err[2] = w.Reference.SaveTag(ctx, by, tag)
		topic, err[3] = w.Reference.SaveTopic(ctx, by, topic, both)
		if err := errors.Join(err[:]...); err != nil {
			t.Fatal(err)
		}
	}
	return office.ID
}

// nameProcedure makes a procedure that has a name in Italian, and in English one from the other end of the
// alphabet, with a step and a request.
func nameProcedure(t *testing.T, w *webtest.Town, name string, contact civic.ID) {
	t.Helper()
	like, err := w.Requests.Procedure(t.Context(), "disservizio")
	if err != nil {
		t.Fatal(err)
	}
	v := like.Latest()
	v.From = time.Now().In(civic.Rome()).Format(time.DateOnly)
	v.Name = civic.Text{civic.Italian: name,
		civic.English: alphabet[len(alphabet)-1-slices.Index(alphabet, name)]}
	p, err := w.Requests.SaveProcedure(t.Context(), w.Administrator, rand.Text(), "", 0, v)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Requests.SaveStep(t.Context(), w.Administrator, rand.Text(), "", 0, requests.Step{
		Procedure: p.ID, Kind: requests.StepBefore, Value: 3,
		Tell: []requests.Reader{requests.ReaderHead}}); err != nil {
		t.Fatal(err)
	}
	in := requests.FileInput{FormKey: rand.Text(), Procedure: p.ID, Contact: contact, Channel: crm.ByPhone,
		Subject: "Buca", Text: "In via Emilia."}
	if _, err := w.Requests.File(t.Context(), w.Desk, in); err != nil {
		t.Fatal(err)
	}
}

// aCall returns a conversation that can be given to a colleague.
func aCall(t *testing.T, w *webtest.Town) civic.ID {
	t.Helper()
	in := crm.InteractionInput{FormKey: rand.Text(), Contact: w.Anna.Contact, Subject: "Lampione",
		Channel: crm.ByPhone, Direction: crm.Inbound, Outcome: crm.Answered, Office: "urp"}
	i, err := w.CRM.RecordInteraction(t.Context(), w.Desk, in)
	if err != nil {
		t.Fatal(err)
	}
	return i.ID
}
