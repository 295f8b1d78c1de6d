package register_test

import (
	"context"
	"crypto/rand"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/crmtest"
	"ascolto/crm/requests"
	"ascolto/crm/requests/register"
	"ascolto/crm/requests/register/registertest"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// town is a municipality with a register.
type town struct {
	*crmtest.Town
	Requests *requests.Service
	Register *register.Service
	Server   *registertest.Server
	files    *blob.Store

	options           register.Options
	desk, admin, anna civic.Actor
}

type people struct{ *crm.Service }

func (people) Colleagues(context.Context, civic.Actor) ([]crm.Colleague, error) {
	return []crm.Colleague{{ID: "desk", Name: "Staff desk", Offices: []civic.ID{"urp"}}}, nil
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{Town: crmtest.New(t), Server: registertest.New(t)}
	w.Server.Now = w.Clock.Now
	grants := civic.Grants{civic.Operator: {crm.PermReadContacts, requests.PermRead, requests.PermWrite},
		civic.Administrator: {requests.PermWriteProcedures}}
	w.desk = testtown.Colleague(grants, "desk", civic.Operator, "urp")
	w.admin = testtown.Colleague(grants, "admin", civic.Administrator)
	dir := t.TempDir()
	folder, err := blob.OpenFolder(filepath.Join(dir, "files"))
	testtown.Check(t, err)
	w.files, err = blob.New(t.Context(), blob.Options{DB: w.DB, Keeper: folder,
		Spool: filepath.Join(dir, "spool"), Now: w.Clock.Now, Reserve: -1})
	testtown.Check(t, err)
	adapter, err := register.NewHTTP(w.Server.URL, registertest.Token)
	testtown.Check(t, err)
	w.options = register.Options{DB: w.DB, Audit: w.Log, Adapter: adapter, Files: w.files, Now: w.Clock.Now,
		Requests:   func() register.Requests { return w.Requests },
		OfficeName: func(_ context.Context, id civic.ID) (string, error) { return "Ufficio " + string(id), nil },
		Words:      func(m civic.Message) string { return m.Key }}
	w.Register, err = register.New(t.Context(), w.options)
	testtown.Check(t, err)
	w.Requests, err = requests.New(t.Context(), requests.Options{DB: w.DB, Audit: w.Log, Vault: w.Vault,
		Reference: w.Reference, People: people{w.CRM}, Recorder: w.CRM, Register: w.Register, Files: w.files,
		Now: w.Clock.Now})
	testtown.Check(t, err)
	all, err := requests.DefaultProcedures()
	testtown.Check(t, err)
	testtown.Check(t, w.Requests.Seed(t.Context(), civic.System("test"), all))
	w.anna = w.Citizen(w.Create(t, crm.ContactInput{GivenName: "Anna", FamilyName: "Però",
		Emails: []string{"anna@posta.example"}}).ID)
	return w
}

// at moves the clock to a moment in Rome.
func (w *town) at(t *testing.T, moment string) {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, civic.Rome())
	testtown.Check(t, err)
	w.Clock.Pass(at.Sub(w.Clock.Now()))
}

// files a petition with a file.
func (w *town) filed(t *testing.T) requests.Request {
	t.Helper()
	key := rand.Text()
	sender, _, err := w.Requests.Sending(t.Context(), w.anna, civic.ID(key))
	testtown.Check(t, err)
	f, err := w.files.Put(t.Context(), blob.Upload{Use: requests.Files(), Name: "pianta.txt", Sender: sender},
		strings.NewReader("una pianta"))
	testtown.Check(t, err)
	r, err := w.Requests.File(t.Context(), w.anna, requests.FileInput{FormKey: key, Procedure: "istanza",
		Subject: "Una panchina", Text: "In via Po.", Files: []civic.ID{f.ID}})
	testtown.Check(t, err)
	return r
}

func (w *town) sends(t *testing.T, want int) {
	t.Helper()
	if n, err := w.Register.SendDue(t.Context()); err != nil || n != want {
		t.Fatalf("%d were registered, want %d: %v", n, want, err)
	}
}

func (w *town) request(t *testing.T, id civic.ID) requests.Request {
	t.Helper()
	r, err := w.Requests.Request(t.Context(), w.desk, id)
	testtown.Check(t, err)
	return r
}

// TestWhileTheRegisterIsDown: a petition that is filed at 23:50 on a Sunday while the register is down is
// registered later, with the day on which it was filed; its term counts from there, and the number is the
// register's.
func TestWhileTheRegisterIsDown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.at(t, "2026-11-08 23:50")
	w.Server.Answer(503, "")
	r := w.filed(t)
	w.sends(t, 0)
	if now := w.request(t, r.ID); len(now.Registered) != 0 || !now.AwaitsRegister(now.Events[0]) {
		t.Fatalf("it has a number: %+v", now.Registered)
	}
	st, err := w.Register.Status(t.Context(), w.admin)
	if err != nil || st.Waiting != 1 || st.Fault != register.FaultBusy {
		t.Fatalf("%+v, %v", st, err)
	}
	w.Server.Answer(0, "")
	w.sends(t, 0) // it asked to be left alone for two minutes
	w.at(t, "2026-11-09 08:01")
	w.sends(t, 1)
	now := w.request(t, r.ID)
	g, ok := now.RegisteredAs(now.Events[0].ID)
	if !ok || g.Number != "0000001/2026" || g.On != "2026-11-09" || now.DueOn != "2026-12-09" {
		t.Errorf("registered as %+v, due on %s", g, now.DueOn)
	}
	in := w.Server.Entered()
	if len(in) != 1 || in[0].FiledOn != "2026-11-08" || in[0].Direction != "in" || in[0].Request != r.Number ||
		in[0].Person.Name != "Anna Però" || in[0].Person.Email != "anna@posta.example" ||
		len(in[0].Contents) != 2 || !strings.Contains(in[0].Contents[0], "In via Po.") ||
		!strings.Contains(in[0].Contents[0], "08/11/2026 23:50") || in[0].Contents[1] != "una pianta" {
		t.Errorf("the register has %+v", in)
	}
	w.sends(t, 0)
}

// TestAnswersAreRegistered: what the office decides goes out by the register, what is said in between does
// not, and an office's note never.
func TestAnswersAreRegistered(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t)
	for _, in := range []requests.MoveInput{
		{Act: requests.ActTake, Responsible: "desk"}, {Act: requests.ActNote, Text: "Sentire i giardini."},
		{Act: requests.ActMessage, Text: "Passiamo domani."}, {Act: requests.ActAnswer, Text: "La mettiamo."},
	} {
		in.FormKey = rand.Text()
		_, err := w.Requests.Move(t.Context(), w.desk, r.ID, in)
		testtown.Check(t, err)
	}
	w.sends(t, 2)
	in := w.Server.Entered()
	if len(in) != 2 || in[1].Direction != "out" || !strings.Contains(in[1].Contents[0], "La mettiamo.") {
		t.Fatalf("the register has %+v", in)
	}
	now := w.request(t, r.ID)
	if g, ok := now.RegisteredAs(now.Events[len(now.Events)-1].ID); !ok || g.Number != in[1].Number {
		t.Errorf("the answer is %+v", g)
	}
}

// TestARefusedDocument: what the register does not want waits for somebody who looks why, and is tried again
// when they say so.
func TestARefusedDocument(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t)
	w.Server.Answer(422, `{"title":"Ufficio sconosciuto"}`)
	w.sends(t, 0)
	w.Server.Answer(0, "")
	w.Clock.Pass(24 * time.Hour)
	w.sends(t, 0)
	all, err := w.Register.List(t.Context(), w.admin, register.Refused, civic.PageRequest{})
	if err != nil || len(all.Items) != 1 || all.Items[0].Reason != "Ufficio sconosciuto" {
		t.Fatalf("refused: %+v, %v", all.Items, err)
	}
	if _, err := w.Register.Retry(t.Context(), w.desk, all.Items[0].ID); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("an operator: %v", err)
	}
	_, err = w.Register.Retry(t.Context(), w.admin, all.Items[0].ID)
	testtown.Check(t, err)
	w.sends(t, 1)
	if again, err := w.Register.Retry(t.Context(), w.admin, all.Items[0].ID); err != nil ||
		again.State != register.Done {
		t.Errorf("what is registered, again: %+v, %v", again, err)
	}
	w.sends(t, 0)
	if len(w.request(t, r.ID).Registered) != 1 {
		t.Error("the request has no number, or two")
	}
}

// TestTwoProgramsAtARegister: of several programs one sends a document, and a program that died after the
// register had it asks again and gets the same number.
func TestTwoProgramsAtARegister(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var ids []civic.ID
	for range 12 {
		ids = append(ids, w.filed(t).ID)
	}
	lost := &losing{Adapter: w.options.Adapter}
	w.options.Adapter = lost
	var group sync.WaitGroup
	for range 3 {
		another, err := register.New(t.Context(), w.options)
		testtown.Check(t, err)
		group.Go(func() {
			if _, err := another.SendDue(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if lost.calls == 0 {
		t.Fatal("nobody sent anything")
	}
	w.Clock.Pass(2 * time.Hour)
	_, err := w.Register.SendDue(t.Context())
	testtown.Check(t, err)
	numbers := map[string]bool{}
	for _, id := range ids {
		for _, g := range w.request(t, id).Registered {
			numbers[g.Number] = true
		}
	}
	if len(numbers) != 12 || len(w.Server.Entered()) != 12 {
		t.Errorf("%d numbers, the register has %d documents", len(numbers), len(w.Server.Entered()))
	}
}

// losing has documents entered and loses every other answer.
type losing struct {
	register.Adapter
	mu    sync.Mutex
	calls int
}

func (l *losing) Enter(ctx context.Context, d register.Document) (register.Number, error) {
	n, err := l.Adapter.Enter(ctx, d)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls++; l.calls%2 == 0 {
		return register.Number{}, io.ErrUnexpectedEOF
	}
	return n, err
}

// TestAnErasedPerson: of somebody who was erased nothing goes to the register.
func TestAnErasedPerson(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t)
	_, err := w.Requests.Move(t.Context(), w.anna, r.ID, requests.MoveInput{FormKey: rand.Text(),
		Act: requests.ActWithdraw})
	testtown.Check(t, err)
	officer := testtown.Colleague(civic.Grants{civic.DataProtection: {civic.PermErase}}, "dpo",
		civic.DataProtection)
	testtown.Check(t, w.Requests.ErasePersonal(t.Context(), officer, civic.Subject{Contact: w.anna.Contact},
		civic.PersonalErasure{}))
	w.sends(t, 0)
	if in := w.Server.Entered(); len(in) != 0 {
		t.Errorf("the register has %+v", in)
	}
	st, err := w.Register.Status(t.Context(), w.admin)
	if err != nil || st.Waiting != 0 {
		t.Errorf("%+v, %v", st, err)
	}
}
