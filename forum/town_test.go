package forum

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/testtown"
	"ascolto/search"
)

// town is a small municipality: a forum over a real store and a real index, and the people of the tests.
type town struct {
	*testtown.Ground
	*Service
	t     testing.TB
	find  *search.Index
	life  *testtown.Timeline
	mails *outbox

	offices officeNames

	anna, bruno   civic.Actor // citizens
	greens, taxes civic.Actor // members of two offices
	mod, mod2     civic.Actor // moderators
	visitor       civic.Actor
}

// outbox remembers the letters, by id as the contract says.
type outbox struct {
	mu   sync.Mutex
	fail error
	kept map[civic.ID]Notice
	// failFor is the id of a letter that alone cannot be kept.
	failFor civic.ID
	// failTitle is the discussion of which no reminder can be kept.
	failTitle string
	// reminders are the letters to offices, as often as they were queued.
	reminders []Reminder
}

func (o *outbox) QueueReminder(_ context.Context, r Reminder) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		return o.fail
	}
	if r.Title == o.failTitle && r.Title != "" {
		return errors.New("this reminder cannot be kept")
	}
	o.reminders = append(o.reminders, r)
	return nil
}

func (o *outbox) QueueNotice(_ context.Context, n Notice) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		return o.fail
	}
	if n.ID == o.failFor {
		return errors.New("this letter cannot be kept")
	}
	o.kept[n.ID] = n
	return nil
}

func (o *outbox) to(contact civic.ID) []Notice {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []Notice
	for _, n := range o.kept {
		if n.Contact == contact {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b Notice) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	return out
}

// officeNames is what the offices are called; tests add to it what is made while the forum is open.
type officeNames map[civic.ID]string

func (o officeNames) OfficeName(_ context.Context, id civic.ID) (string, error) {
	if name, ok := o[id]; ok {
		return name, nil
	}
	return "", civic.NewError(civic.NotFound, "error.not_found")
}

func (o officeNames) OfficeNames(context.Context) ([]string, error) {
	return slices.Collect(maps.Values(o)), nil
}

func (o officeNames) OfficesEdition() string {
	return strings.Join(slices.Sorted(maps.Values(o)), ", ")
}

func testGrants() civic.Grants {
	return civic.Grants{
		civic.Citizen:       {PermPost},
		civic.OfficeMember:  {PermAnswer, PermNote},
		civic.Moderator:     {PermModerate, PermNote, PermAssign},
		civic.Administrator: {PermAreas, PermModerate},
	}
}

func citizen(account, name string) civic.Actor {
	return civic.NewActor(civic.Actor{
		Account: civic.ID(account), Contact: civic.ID("contact-" + account), Name: name,
		Roles: []civic.Role{civic.Citizen},
	}, testGrants())
}

func staff(account, name string, role civic.Role, offices ...civic.ID) civic.Actor {
	return civic.NewActor(civic.Actor{Account: civic.ID(account), Name: name, Offices: offices,
		Roles: []civic.Role{role}}, testGrants())
}

// newTown returns a town with two areas: the city and a district, whose office is the greens'.
func newTown(t testing.TB) *town {
	t.Helper()
	w := emptyTown(t, storetest.Open(t), Limits{})
	if _, err := w.SeedAreas(t.Context(), testtown.Root, testAreas()); err != nil {
		t.Fatalf("seeding areas: %v", err)
	}
	return w
}

func testAreas() []AreaInput {
	return []AreaInput{
		{Slug: "citta", Name: "Città", Description: "Di tutti", AnswerDays: 30, Order: 1},
		{Slug: "crocetta", Name: "Crocetta", District: "q2", Office: "verde", AnswerDays: 10, Order: 2},
	}
}

func emptyTown(t testing.TB, db *docstore.DB, limits Limits) *town {
	t.Helper()
	w := &town{
		Ground: testtown.On(t, db, testtown.Still()), t: t, life: &testtown.Timeline{},
		offices: officeNames{"verde": "Ufficio Verde pubblico", "tributi": "Ufficio Tributi"},
		mails:   &outbox{kept: map[civic.ID]Notice{}},
		anna:    citizen("anna", "Anna D'Alò"), bruno: citizen("bruno", "Bruno De Nicolò"),
		greens:  staff("gino", "Gino Verdi", civic.OfficeMember, "verde"),
		taxes:   staff("tea", "Tea Sestili", civic.OfficeMember, "tributi"),
		mod:     staff("mara", "Mara Moretti", civic.Moderator),
		mod2:    staff("milo", "Milo Marchi", civic.Moderator),
		visitor: civic.Visitor("request"),
	}
	w.find = w.Index(t)
	w.Service = w.open(limits)
	return w
}

// open returns another forum over the same store, as after a restart.
func (w *town) open(limits Limits) *Service {
	w.t.Helper()
	s, err := New(w.t.Context(), Options{
		DB: w.DB, Index: w.find, Recorder: w.life, Outbox: w.mails, Audit: w.Log, Now: w.Clock.Now,
		Limits:  limits,
		Offices: w.offices,
	})
	if err != nil {
		w.t.Fatalf("opening the forum: %v", err)
	}
	return s
}

// thread begins a discussion in the district.
func (w *town) thread(by civic.Actor, title, source string) Thread {
	w.t.Helper()
	t, err := w.StartThread(w.t.Context(), by,
		ThreadInput{FormKey: rand.Text(), Area: "crocetta", Title: title, Source: source, AsksAnswer: true})
	if err != nil {
		w.t.Fatalf("beginning a discussion: %v", err)
	}
	return t
}

func (w *town) reply(by civic.Actor, t Thread, parent int64, source string) Post {
	w.t.Helper()
	p, err := w.Reply(w.t.Context(), by, ReplyInput{FormKey: rand.Text(), Thread: t.ID, Parent: parent,
		Source: source})
	if err != nil {
		w.t.Fatalf("replying: %v", err)
	}
	return p
}

func (w *town) reload(t Thread) Thread {
	w.t.Helper()
	t, err := w.threads.Get(w.t.Context(), t.ID)
	if err != nil {
		w.t.Fatalf("loading a discussion: %v", err)
	}
	return t
}

func (w *town) page(by civic.Actor, t Thread, from int64) ThreadView {
	w.t.Helper()
	v, err := w.ThreadPage(w.t.Context(), by, t.ID, PageAt{With: from})
	if err != nil {
		w.t.Fatalf("opening a discussion: %v", err)
	}
	return v
}

// found returns the ids of what a search finds in the given scopes.
func (w *town) found(text string, scopes ...search.Scope) []string {
	w.t.Helper()
	if err := w.find.Flush(w.t.Context()); err != nil {
		w.t.Fatalf("flushing the index: %v", err)
	}
	r, err := w.find.Search(w.t.Context(), search.Query{Text: text, Scopes: scopes, Size: 50})
	if err != nil {
		w.t.Fatalf("searching %q: %v", text, err)
	}
	ids := make([]string, len(r.Hits))
	for i, h := range r.Hits {
		ids[i] = h.ID
	}
	slices.Sort(ids)
	return ids
}

// slow reports whether the store is the stand-in for a server that scans for every query and takes one
// command after another.
func slow() bool { return os.Getenv(storetest.EngineSetting) == "mongo" && !storetest.Real() }

func fieldsOf(err error) []civic.FieldError {
	var e *civic.Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}
