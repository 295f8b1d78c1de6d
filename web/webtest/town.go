package webtest

import (
	"crypto/rand"
	"log/slog"
	"net/url"
	"testing"

	"ascolto/cmd/ascolto/app"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/reach"
	"ascolto/internal/testtown"
	"ascolto/web"
)

// Town is a small municipality: a running site over a real store and a real index, and its people, who were
// made through the services themselves.
type Town struct {
	*Site
	web.Services
	DB   *docstore.DB
	Mail *Mail // what would have gone out

	Anna, Bruno   civic.Actor // citizens
	Desk          civic.Actor // operator of the URP
	Works         civic.Actor // member of another office: public works
	Head          civic.Actor // head of that office
	News          civic.Actor // communication office
	Moderator     civic.Actor
	Officer       civic.Actor // data protection
	Administrator civic.Actor
}

// Everybody returns a visitor, the citizens and the staff, for scenarios about who may.
func (w *Town) Everybody() []civic.Actor {
	return []civic.Actor{civic.Visitor(""), w.Anna, w.Bruno, w.Desk, w.Works, w.Head, w.News, w.Moderator,
		w.Officer, w.Administrator}
}

var root = civic.System("webtest")

// Open returns a town whose site runs until the test ends.
func Open(t *testing.T) *Town {
	t.Helper()
	return open(t, (*Town).settle)
}

// OpenNew returns a town on its first day: staff and reference data, and no citizen yet.
func OpenNew(t *testing.T) *Town {
	t.Helper()
	return open(t, (*Town).found)
}

// OpenOn is Open on a store with these options, as one that fails when a test wants it to.
func OpenOn(t *testing.T, o docstore.Options) *Town {
	t.Helper()
	return openOn(t, storetest.OpenOptions(t, o), (*Town).settle)
}

// OpenWith is Open with other settings than a town has that sets none.
func OpenWith(t *testing.T, change func(*app.Config)) *Town {
	t.Helper()
	return openOn(t, storetest.Open(t), (*Town).settle, change)
}

func open(t *testing.T, prepare func(*Town, *testing.T)) *Town {
	t.Helper()
	return openOn(t, storetest.Open(t), prepare)
}

func openOn(
	t *testing.T, db *docstore.DB, prepare func(*Town, *testing.T), change ...func(*app.Config),
) *Town {
	t.Helper()
	w := &Town{Mail: &Mail{}}
	a := program(t, w.Mail, db, change...)
	w.Services, w.DB = a.Services, a.DB
	prepare(w, t)
	w.Site = Start(t, web.Options{Services: w.Services, Vault: a.Vault})
	w.Site.mail = w.Mail
	return w
}

// program opens the program itself over an empty store and index until the test ends; mail stays in post.
func program(t *testing.T, post *Mail, db *docstore.DB, change ...func(*app.Config)) *app.App {
	t.Helper()
	c := app.Config{
		Data: t.TempDir(), Town: Borgoforte(), Origin: &url.URL{Scheme: "http", Host: "127.0.0.1"},
		Rate: plentyOfMail,
		From: reach.Mailbox{Name: "Comune di Borgoforte", Address: "ascolto@comune.borgoforte.example"},
	}
	for _, f := range change {
		f(&c)
	}
	a, err := app.Open(t.Context(), c, app.Options{
		Origin: c.Origin.String(), Log: slog.New(slog.DiscardHandler), Mail: post, Letters: post,
		DB: db,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("closing the program: %v", err)
		}
	})
	return a
}

// plentyOfMail is a rate of campaign mails that no test waits for.
const plentyOfMail = 1_000_000

// settle gives the town its districts, offices, areas and people.
func (w *Town) settle(t *testing.T) {
	t.Helper()
	w.found(t)
	w.Anna = w.citizen(t, "Anna", "Dall'Olio", "anna@posta.example")
	w.Bruno = w.citizen(t, "Bruno", "De Cristofaro", "bruno@posta.example")
}

// found gives the town its districts, offices, areas and staff.
func (w *Town) found(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	testtown.Check(t, w.Reference.Seed(ctx, root, testtown.Data(t)))
	procedures, err := requests.DefaultProcedures()
	testtown.Check(t, err)
	testtown.Check(t, w.Requests.Seed(ctx, root, procedures))
	if _, err := w.Forum.SeedAreas(ctx, root, []forum.AreaInput{
		{Slug: "citta", Name: "Città", Description: "Ciò che riguarda tutti", AnswerDays: 30, Order: 1},
		{Slug: "san-lazzaro", Name: "San Lazzaro", Description: "Il quartiere", District: "san-lazzaro",
			Office: "lavori-pubblici", AnswerDays: 10, Order: 2},
	}); err != nil {
		t.Fatal(err)
	}
	w.Desk = w.staff(t, "Carla Conti", civic.Operator, "urp")
	w.Works = w.staff(t, "Dario Fontana", civic.OfficeMember, "lavori-pubblici")
	w.Head = w.staff(t, "Elena Grandi", civic.OfficeHead, "lavori-pubblici")
	w.News = w.staff(t, "Fabio Lugli", civic.Communication, "urp")
	w.Moderator = w.staff(t, "Gaia Montanari", civic.Moderator)
	w.Officer = w.staff(t, "Ivo Neri", civic.DataProtection)
	w.Administrator = w.staff(t, "Luisa Orlandi", civic.Administrator)
}

// citizen returns the actor of a new contact who signed in.
func (w *Town) citizen(t *testing.T, given, family, email string) civic.Actor {
	t.Helper()
	id, err := w.CRM.EnsureContact(t.Context(),
		accounts.Identity{Email: email, EmailProved: true, GivenName: given, FamilyName: family})
	if err != nil {
		t.Fatal(err)
	}
	return civic.NewActor(civic.Actor{
		Account: "account-of-" + id, Contact: id, Name: given + " " + family,
		Roles: []civic.Role{civic.Citizen}, Request: rand.Text(),
	}, web.Grants())
}

// staff returns the actor of a new colleague who signed in.
func (w *Town) staff(t *testing.T, name string, role civic.Role, offices ...civic.ID) civic.Actor {
	t.Helper()
	account, err := w.Accounts.CreateStaff(t.Context(), root, accounts.NewStaff{
		FormKey: rand.Text(), Email: string(role) + "@comune.borgoforte.example", Name: name,
		Roles: []civic.Role{role}, Offices: offices,
	})
	if err != nil {
		t.Fatal(err)
	}
	return civic.NewActor(civic.Actor{
		Account: account.ID, Name: name, Roles: account.Roles, Offices: account.Offices, Request: rand.Text(),
	}, web.Grants())
}
