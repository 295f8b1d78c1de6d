package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/crmtest"
	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
	"ascolto/notify/inbound"
)

var (
	_ Requests = (*requests.Service)(nil)
	_ People   = (*crm.Service)(nil)
	_ Files    = (*blob.Store)(nil)
)

var root = civic.System("test")

// town is a municipality that takes mail in.
type town struct {
	*crmtest.Town
	*Service
	requests *requests.Service
	files    *blob.Store
	post     *post
	options  Options

	desk, works, admin, officer civic.Actor
	anna                        civic.Actor // who proved to have anna@posta.example
}

var grants = civic.Grants{
	civic.Operator:       {crm.PermReadContacts, requests.PermRead, requests.PermWrite},
	civic.OfficeMember:   {crm.PermReadOwn, requests.PermRead, requests.PermWrite},
	civic.Administrator:  {requests.PermWriteProcedures},
	civic.DataProtection: {civic.PermErase, crm.PermReadContacts},
}

// post remembers the letters that were queued, each id once.
type post struct {
	letters []requests.Letter
	fail    error
}

func (p *post) QueueLetter(_ context.Context, l requests.Letter) (bool, error) {
	for _, there := range p.letters {
		if there.ID == l.ID {
			return true, p.fail
		}
	}
	if p.fail == nil {
		p.letters = append(p.letters, l)
	}
	return true, p.fail
}

func (p *post) QueueConfirmation(context.Context, requests.Confirmation) error { return p.fail }

// kinds returns what was told.
func (p *post) kinds() string {
	var all []string
	for _, l := range p.letters {
		all = append(all, string(l.Kind))
	}
	return strings.Join(all, " ")
}

// people is crm with a staff.
type people struct{ *crm.Service }

func (people) Colleagues(context.Context, civic.Actor) ([]crm.Colleague, error) { return nil, nil }

// reader takes mails apart as the program does.
type reader struct{}

func (reader) Read(raw []byte) Letter {
	m, err := inbound.Read(raw)
	l := Letter{From: m.From, To: m.To, Subject: m.Subject, Text: m.Text, Cut: m.Cut, Answers: m.Answers,
		Automatic: string(m.Automatic), Certified: m.Certified}
	if refused, ok := errors.AsType[*inbound.Refusal](err); ok {
		l.Refused = string(refused.Why)
	}
	for _, f := range m.Files {
		l.Files = append(l.Files, LetterFile{Name: f.Name, Open: func() io.Reader { return f.Open() }})
	}
	return l
}

func newTown(t testing.TB) *town {
	t.Helper()
	w := &town{Town: crmtest.New(t), post: &post{}}
	dir := t.TempDir()
	folder, err := blob.OpenFolder(filepath.Join(dir, "files"))
	testtown.Check(t, err)
	w.files, err = blob.New(t.Context(), blob.Options{DB: w.DB, Keeper: folder,
		Spool: filepath.Join(dir, "spool"), Now: w.Clock.Now, Reserve: -1})
	testtown.Check(t, err)
	w.requests, err = requests.New(t.Context(), requests.Options{DB: w.DB, Audit: w.Log, Vault: w.Vault,
		Reference: w.Reference, People: people{w.CRM}, Recorder: w.CRM, Outbox: w.post, Files: w.files,
		Now: w.Clock.Now})
	testtown.Check(t, err)
	all, err := requests.DefaultProcedures()
	testtown.Check(t, err)
	testtown.Check(t, w.requests.Seed(t.Context(), root, all))
	w.options = Options{DB: w.DB, Audit: w.Log, Vault: w.Vault, Requests: w.requests, People: w.CRM,
		Files: w.files, Reader: reader{}, Own: []string{"urp@comune.example"}, Now: w.Clock.Now,
		Words: func(_ string, m civic.Message) string { return fmt.Sprint(m.Key, m.Args["Names"]) }}
	w.Service = w.another(t)
	w.desk = testtown.Colleague(grants, "desk", civic.Operator, "urp")
	w.works = testtown.Colleague(grants, "works", civic.OfficeMember, "lavori-pubblici")
	w.admin = testtown.Colleague(grants, "admin", civic.Administrator)
	w.officer = testtown.Colleague(grants, "dpo", civic.DataProtection)
	id, err := w.CRM.EnsureContact(t.Context(), accounts.Identity{Email: "anna@posta.example",
		EmailProved: true, GivenName: "Anna", FamilyName: "Verdi"})
	testtown.Check(t, err)
	w.anna = w.Citizen(id)
	return w
}

// another returns one more instance of the program on the same store.
func (w *town) another(t testing.TB) *Service {
	t.Helper()
	s, err := New(t.Context(), w.options)
	testtown.Check(t, err)
	return s
}

// asks has new mails ask for something.
func (w *town) asks(t testing.TB, procedure civic.ID) {
	t.Helper()
	set, err := w.Settings(t.Context())
	testtown.Check(t, err)
	_, err = w.SaveSettings(t.Context(), w.admin, set.Revision, Settings{Procedure: procedure, Office: "urp"},
		[]civic.ID{"urp"})
	testtown.Check(t, err)
}

// arrived returns a mail as a mailbox has it that got it just now.
func (w *town) arrived(place string, raw string) Arrived {
	raw = strings.ReplaceAll(raw, "\n", "\r\n")
	return Arrived{Place: place, At: w.Clock.Now().Add(-time.Minute), Size: int64(len(raw)),
		Body: strings.NewReader(raw)}
}

// comes has a mail come in.
func (w *town) comes(t testing.TB, raw string) Mail {
	t.Helper()
	m, err := w.Take(t.Context(), w.arrived("1/"+string(rune('a'+len(raw)%20)), raw))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// mail returns a mail of somebody.
func mail(from, subject, text string, head ...string) string {
	head = append(head, "From: "+from, "To: urp@comune.example", "Subject: "+subject,
		"Content-Type: text/plain; charset=utf-8")
	return strings.Join(head, "\n") + "\n\n" + text
}

const anna = "Anna Verdi <Anna@posta.example>"

// requestOf returns the request that came of a mail, as staff read it.
func (w *town) requestOf(t testing.TB, m Mail) requests.Request {
	t.Helper()
	r, err := w.requests.Request(t.Context(), root, m.Request)
	testtown.Check(t, err)
	return r
}

// all returns all requests there are.
func (w *town) all(t testing.TB) []requests.Request {
	t.Helper()
	found, err := w.requests.Queue(t.Context(), root, requests.Filter{}, civic.PageRequest{Size: 100})
	testtown.Check(t, err)
	return found.Items
}
