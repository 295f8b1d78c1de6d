package requests

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/crmtest"
	"ascolto/crm/hours"
	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

var _ People = (*crm.Service)(nil)

// town is a municipality with procedures.
type town struct {
	*crmtest.Town
	*Service
	options Options

	desk, works civic.Actor // of the URP, and of public works
	admin       civic.Actor
	anna, bruno civic.Actor // citizens
}

var root = civic.System("test")

var grants = civic.Grants{
	civic.Operator: {crm.PermReadContacts, crm.PermWriteContacts, crm.PermReadInteractions,
		crm.PermWriteInteractions, PermRead, PermWrite, PermFigures},
	civic.OfficeMember: {crm.PermReadOwn, crm.PermReadInteractions, crm.PermWriteInteractions, PermRead,
		PermWrite},
	civic.OfficeHead:    {crm.PermReadOwn, PermRead, PermWrite, PermFigures},
	civic.Administrator: {PermWriteProcedures, hours.PermWrite},
}

// people is crm with a staff.
type people struct {
	*crm.Service
	staff []crm.Colleague
}

func (p people) Colleagues(context.Context, civic.Actor) ([]crm.Colleague, error) {
	return p.staff, nil
}

func newTown(t testing.TB, change ...func(*Options)) *town {
	t.Helper()
	w := &town{Town: crmtest.New(t)}
	w.desk, w.works = w.staff("desk", civic.Operator, "urp"),
		w.staff("works", civic.OfficeMember, "lavori-pubblici")
	w.admin = w.staff("admin", civic.Administrator)
	w.anna = w.citizen(t, "Anna", "Però")
	w.bruno = w.citizen(t, "Bruno", "D’Angelo")
	w.options = Options{DB: w.DB, Audit: w.Log, Vault: w.Vault, Reference: w.Reference, Now: w.Clock.Now,
		Recorder: w.CRM,
		People: people{w.CRM, []crm.Colleague{
			{ID: "desk", Name: "Staff desk", Offices: []civic.ID{"urp"}},
			{ID: "works", Name: "Staff works", Offices: []civic.ID{"lavori-pubblici"}},
		}}}
	for _, f := range change {
		f(&w.options)
	}
	w.Service = w.another(t)
	all, err := DefaultProcedures()
	if err == nil {
		err = w.Seed(t.Context(), root, all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// another returns one more instance of the program on the same store.
func (w *town) another(t testing.TB) *Service {
	t.Helper()
	s, err := New(t.Context(), w.options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *town) staff(account civic.ID, role civic.Role, offices ...civic.ID) civic.Actor {
	return testtown.Colleague(grants, account, role, offices...)
}

func (w *town) citizen(t testing.TB, given, family string) civic.Actor {
	t.Helper()
	return w.Citizen(w.Create(t, crm.ContactInput{GivenName: given, FamilyName: family}).ID)
}

// on moves the clock to ten in the morning of a day.
func (w *town) on(t testing.TB, day string) {
	t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, day, civic.Rome())
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Pass(at.Add(10 * time.Hour).Sub(w.Clock.Now()))
}

func formKey() string { return rand.Text() }

func asking(procedure civic.ID) FileInput {
	return FileInput{FormKey: formKey(), Procedure: procedure, Subject: "Lampione spento in via Emilia",
		Text: "Da tre settimane il lampione davanti al civico 12 non si accende.", Grounds: "Abito lì."}
}

// filed returns what Anna asked for on a day.
func (w *town) filed(t testing.TB, procedure civic.ID, day string) Request {
	t.Helper()
	w.on(t, day)
	r, err := w.File(t.Context(), w.anna, asking(procedure))
	if err != nil {
		t.Fatalf("filing: %v", err)
	}
	return r
}

// does makes a move that has to succeed, on a day.
func (w *town) does(t testing.TB, by civic.Actor, r Request, day string, in MoveInput) Request {
	t.Helper()
	if day != "" {
		w.on(t, day)
	}
	after, err := w.Service.Move(t.Context(), by, r.ID, filled(in))
	if err != nil {
		t.Fatalf("%s on %s: %v", in.Act, day, err)
	}
	return after
}

// fails makes a move that must not succeed, on a day, and returns the key of the reason.
func (w *town) fails(t testing.TB, by civic.Actor, r Request, day string, in MoveInput) string {
	t.Helper()
	if day != "" {
		w.on(t, day)
	}
	_, err := w.Service.Move(t.Context(), by, r.ID, filled(in))
	e, ok := errors.AsType[*civic.Error](err)
	if !ok {
		t.Fatalf("%s on %s: %v", in.Act, day, err)
	}
	return e.Message.Key
}

func filled(in MoveInput) MoveInput {
	if in.FormKey == "" {
		in.FormKey = formKey()
	}
	if in.Text == "" {
		in.Text = "Un testo per chi ha chiesto."
	}
	return in
}

// clockOf returns where the term of r stands on a day.
func (w *town) clockOf(t testing.TB, r Request, day string) Clock {
	t.Helper()
	d, err := term.ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := w.requests.Get(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	c, err := stored.Clock(w.cal, d)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// blocked returns what stands against an act, "" for nothing and "-" when it is not offered.
func (w *town) blocked(r Request, side Side, act Act) string {
	all := w.Choices(r, side)
	n := slices.IndexFunc(all, func(c Choice) bool { return c.Act == act })
	switch {
	case n < 0:
		return "-"
	case all[n].Blocked == nil:
		return ""
	}
	return all[n].Blocked.Key
}

func fieldsOf(err error) []string {
	e, ok := errors.AsType[*civic.Error](err)
	if !ok {
		return nil
	}
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, f.Field+" "+f.Message.Key)
	}
	return fields
}
