package forum

import (
	"context"
	"crypto/rand"
	"errors"
	"iter"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/search"
)

// town is a small municipality: a forum over a real store and a real index, and the people of the tests.
type town struct {
	*Service
	t     testing.TB
	db    *docstore.DB
	find  *search.Index
	log   *audit.Log
	time  *clock
	life  *timeline
	mails *outbox

	offices officeNames

	anna, bruno   civic.Actor // citizens
	greens, taxes civic.Actor // members of two offices
	mod, mod2     civic.Actor // moderators
	visitor       civic.Actor
}

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// timeline remembers what was recorded, by id as the contract says.
type timeline struct {
	mu   sync.Mutex
	fail error
	kept map[civic.ID]civic.Activity
}

func (l *timeline) Record(_ context.Context, a civic.Activity) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return l.fail
	}
	l.kept[a.ID] = a
	return nil
}

func (l *timeline) RecordMany(ctx context.Context, activities iter.Seq[civic.Activity]) error {
	for a := range activities {
		if err := l.Record(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

func (l *timeline) of(contact civic.ID) []civic.Activity {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []civic.Activity
	for _, a := range l.kept {
		if a.Contact == contact {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b civic.Activity) int { return a.At.Compare(b.At) })
	return out
}

// outbox remembers the letters, by id as the contract says.
type outbox struct {
	mu   sync.Mutex
	fail error
	kept map[civic.ID]Notice
	// failFor is the id of a letter that alone cannot be kept.
	failFor civic.ID
	// reminders are the letters to offices, as often as they were queued.
	reminders []Reminder
}

func (o *outbox) QueueReminder(_ context.Context, r Reminder) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		return o.fail
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
	if _, err := w.SeedAreas(t.Context(), civic.System("test"), testAreas()); err != nil {
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
		t: t, db: db, time: &clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)},
		offices: officeNames{"verde": "Ufficio Verde pubblico", "tributi": "Ufficio Tributi"},
		life:    &timeline{kept: map[civic.ID]civic.Activity{}}, mails: &outbox{kept: map[civic.ID]Notice{}},
		anna: citizen("anna", "Anna D'Alò"), bruno: citizen("bruno", "Bruno De Nicolò"),
		greens:  staff("gino", "Gino Verdi", civic.OfficeMember, "verde"),
		taxes:   staff("tea", "Tea Sestili", civic.OfficeMember, "tributi"),
		mod:     staff("mara", "Mara Moretti", civic.Moderator),
		mod2:    staff("milo", "Milo Marchi", civic.Moderator),
		visitor: civic.Visitor("request"),
	}
	var err error
	if w.find, err = search.Open(t.Context(),
		search.Options{Dir: t.TempDir(), Now: w.time.Now, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatalf("opening an index: %v", err)
	}
	t.Cleanup(func() {
		if err := w.find.Close(); err != nil {
			t.Errorf("closing the index: %v", err)
		}
	})
	if w.log, err = audit.New(t.Context(), db, audit.Options{Now: w.time.Now}); err != nil {
		t.Fatalf("opening the audit: %v", err)
	}
	w.Service = w.open(limits)
	return w
}

// open returns another forum over the same store, as after a restart.
func (w *town) open(limits Limits) *Service {
	w.t.Helper()
	s, err := New(w.t.Context(), Options{
		DB: w.db, Index: w.find, Recorder: w.life, Outbox: w.mails, Audit: w.log, Now: w.time.Now,
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

// wantCode fails when err has another code.
func wantCode(t testing.TB, err error, want civic.Code) {
	t.Helper()
	if got := civic.CodeOf(err); got != want {
		t.Errorf("code is %q, want %q (%v)", got, want, err)
	}
}

func fieldsOf(err error) []civic.FieldError {
	var e *civic.Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}
