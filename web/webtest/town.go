package webtest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/reach"
	"ascolto/internal/sitepage"
	"ascolto/internal/vault"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/web"
	"ascolto/web/locale"
)

// Town is a small municipality: a running site over a real store and a real index, and its people, who were made through the
// services themselves.
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
	return []civic.Actor{civic.Visitor(""), w.Anna, w.Bruno, w.Desk, w.Works, w.Head, w.News, w.Moderator, w.Officer, w.Administrator}
}

var root = civic.System("webtest")

// Open returns a town whose site runs until the test ends.
func Open(t *testing.T) *Town {
	t.Helper()
	secrets, err := vault.New(vault.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	w := &Town{DB: storetest.Open(t), Mail: &Mail{}}
	w.Services = services(t, w.DB, secrets, w.Mail)
	w.settle(t)
	w.Site = Start(t, web.Options{Services: w.Services, Vault: secrets})
	w.Site.mail = w.Mail
	return w
}

// services returns every domain over one store and one index, joined as the program joins them; mail stays in post.
func services(t *testing.T, db *docstore.DB, secrets *vault.Vault, post *Mail) (s web.Services) {
	t.Helper()
	ctx, log := t.Context(), slog.New(slog.DiscardHandler)
	var err error
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s.Search, err = search.Open(ctx, search.Options{Dir: t.TempDir(), Log: log})
	must(err)
	t.Cleanup(func() {
		if err := s.Search.Close(); err != nil {
			t.Errorf("closing the index: %v", err)
		}
	})
	s.Audit, err = audit.New(ctx, db, audit.Options{Vault: secrets})
	must(err)
	s.CRM, err = crm.New(ctx, crm.Options{DB: db, Index: s.Search, Audit: s.Audit, Vault: secrets, Log: log, Colleagues: colleagues{&s}, Suspended: suspensions{&s}})
	must(err)
	s.Accounts, err = accounts.New(ctx, db, accounts.Options{
		Vault: secrets, Audit: s.Audit, Mailer: post, Contacts: s.CRM, Origin: "http://127.0.0.1", Log: log,
		ParseFiscalCode: func(s string) (string, error) { code, err := crm.ParseFiscalCode(s); return code.String(), err },
	})
	must(err)
	s.Surveys, err = surveys.New(ctx, surveys.Options{DB: db, Audit: s.Audit, Index: s.Search, Recorder: s.CRM, Now: civic.Now, Log: log})
	must(err)
	s.Forum, err = forum.New(ctx, forum.Options{
		DB: db, Index: s.Search, Recorder: s.CRM, Outbox: post, Offices: offices{s.CRM}, Audit: s.Audit, Now: civic.Now, Log: log,
	})
	must(err)
	s.Texts, err = sitepage.New(ctx, db, s.Audit, civic.Now)
	must(err)
	keeper, err := blob.OpenFolder(t.TempDir())
	must(err)
	s.Files, err = blob.New(ctx, blob.Options{DB: db, Keeper: keeper, Spool: t.TempDir(), Now: civic.Now})
	must(err)
	s.Work, err = work.New(ctx, work.Options{DB: db, Audit: s.Audit, Kinds: s.CRM.WorkKinds(), Log: log})
	must(err)
	texts, err := locale.Load(log)
	must(err)
	words := func(lang string, m civic.Message) string { return texts.In(locale.Lang(lang)).Message(m) }
	outbox, err := notify.NewOutbox(ctx, notify.OutboxOptions{DB: db, Vault: secrets})
	must(err)
	s.Notify, err = notify.New(ctx, notify.Options{
		DB: db, Vault: secrets, Outbox: outbox, Audience: s.CRM, Timeline: s.CRM, Audit: s.Audit, Transport: post, Log: log,
		Words: words,
		From:  reach.Mailbox{Name: "Comune di Borgoforte", Address: "ascolto@comune.borgoforte.example"}, Organisation: "Comune di Borgoforte",
		Origin: "http://127.0.0.1",
	})
	must(err)
	return s
}

// settle gives the town its districts, offices, areas and people.
func (w *Town) settle(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	reference, err := crm.DefaultReference()
	if err != nil {
		t.Fatal(err)
	}
	reference.Districts = []crm.District{{Name: "Centro storico", Order: 1}, {Name: "San Lazzaro", Order: 2}}
	reference.Districts[0].ID, reference.Districts[1].ID = "centro", "san-lazzaro"
	if err := w.CRM.Seed(ctx, root, reference); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Forum.SeedAreas(ctx, root, []forum.AreaInput{
		{Slug: "citta", Name: "Città", Description: "Ciò che riguarda tutti", AnswerDays: 30, Order: 1},
		{Slug: "san-lazzaro", Name: "San Lazzaro", Description: "Il quartiere", District: "san-lazzaro", Office: "lavori-pubblici", AnswerDays: 10, Order: 2},
	}); err != nil {
		t.Fatal(err)
	}
	w.Anna = w.citizen(t, "Anna", "Dall'Olio", "anna@posta.example")
	w.Bruno = w.citizen(t, "Bruno", "De Cristofaro", "bruno@posta.example")
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
	id, err := w.CRM.EnsureContact(t.Context(), accounts.Identity{Email: email, EmailProved: true, GivenName: given, FamilyName: family})
	if err != nil {
		t.Fatal(err)
	}
	return civic.NewActor(civic.Actor{
		Account: "account-of-" + id, Contact: id, Name: given + " " + family, Roles: []civic.Role{civic.Citizen}, Request: rand.Text(),
	}, web.Grants())
}

// staff returns the actor of a new colleague who signed in.
func (w *Town) staff(t *testing.T, name string, role civic.Role, offices ...civic.ID) civic.Actor {
	t.Helper()
	account, err := w.Accounts.CreateStaff(t.Context(), root, accounts.NewStaff{
		FormKey: rand.Text(), Email: string(role) + "@comune.borgoforte.example", Name: name, Roles: []civic.Role{role}, Offices: offices,
	})
	if err != nil {
		t.Fatal(err)
	}
	return civic.NewActor(civic.Actor{
		Account: account.ID, Name: name, Roles: account.Roles, Offices: account.Offices, Request: rand.Text(),
	}, web.Grants())
}

// offices tells the forum the names of offices.
type offices struct{ crm *crm.Service }

// OfficeName returns an office's name, or NotFound.
func (o offices) OfficeName(ctx context.Context, id civic.ID) (string, error) {
	office, err := o.crm.Office(ctx, id)
	return office.Name, err
}

// OfficeNames returns the names of all offices.
func (o offices) OfficeNames(ctx context.Context) ([]string, error) {
	offices, err := o.crm.Offices(ctx)
	names := make([]string, len(offices))
	for i, office := range offices {
		names[i] = office.Name
	}
	return names, err
}

// suspensions tells crm which addresses campaigns send nothing to.
type suspensions struct{ s *web.Services }

// Suspended implements crm.Suspensions.
func (u suspensions) Suspended(ctx context.Context) (map[string]bool, error) {
	return u.s.Notify.Suspended(ctx)
}

// colleagues tells crm who works in the town.
type colleagues struct{ s *web.Services }

// Colleagues implements crm.Colleagues.
func (c colleagues) Colleagues(ctx context.Context) (all []crm.Colleague, err error) {
	found, err := c.s.Accounts.ListStaff(ctx, root, civic.PageRequest{Size: civic.MaxPageSize})
	for _, a := range found.Items {
		if civic.NewActor(civic.Actor{Roles: a.Roles}, web.Grants()).Allowed(crm.PermWriteInteractions) {
			all = append(all, crm.Colleague{ID: a.ID, Name: a.Name, Email: a.Email, Offices: a.Offices})
		}
	}
	return all, err
}
