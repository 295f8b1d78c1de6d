package work

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// The times of tasks.
const (
	// Lease is how long a claim holds without being renewed: after a process died, its task goes on that much
	// later.
	Lease = 30 * time.Second
	// FileLife is how long a result can be taken: over a weekend. It may hold personal data and can be made
	// again at any time.
	FileLife = 72 * time.Hour
	// TaskLife is how long a task that ended is listed.
	TaskLife = 30 * 24 * time.Hour

	// MaxOpen is how many tasks of one account may be open, and MaxAsked how many it may ask for within a
	// day: each makes a file.
	MaxOpen  = 4
	MaxAsked = 40

	poll     = 5 * time.Second // how often a worker that nobody woke looks for what others added, or left
	leastKey = 16              // bytes of a form's key
	// how long a task waits for what does not answer before that counts as its fault
	outageLife = 24 * time.Hour
	// claims without a checkpoint between them before a task counts as impossible
	maxTries = 5
)

// The actions of the audit.
const (
	ActionAsked     audit.Action = "work.task.create"
	ActionCancelled audit.Action = "work.task.cancel"
	ActionTaken     audit.Action = "work.result.download"
)

// Options are what a Service is made of; DB and Audit are required.
type Options struct {
	DB    *docstore.DB
	Audit *audit.Log
	Kinds []Kind
	// Asker returns who an account is now, with what they may do, or NotFound or Forbidden when they may
	// nothing any more: a task ends when who asked for it loses its permission. Nil: nobody does.
	Asker   func(ctx context.Context, account civic.ID) (civic.Actor, error)
	Workers int // how many tasks this process works on at a time; 0: two
	Urgent  int // how many more, which are urgent; 0: two
	// Alone: no other process works on the store's tasks, so that Run goes on at once with what one that died
	// held.
	Alone bool
	Now   civic.Clock
	Log   *slog.Logger
}

// Service keeps the tasks, and works on them while Run runs.
type Service struct {
	tasks   *docstore.Collection[Task]
	parts   *docstore.Collection[Part]
	audit   *audit.Log
	kinds   map[string]Kind
	asker   func(context.Context, civic.ID) (civic.Actor, error)
	room    func() int64 // bytes that may still be added to the store
	adding  sync.Mutex   // so that what is asked for at the same time is counted
	workers int
	urgent  int
	alone   bool
	now     civic.Clock
	log     *slog.Logger
	holder  string
	wake    chan struct{} // of all workers but those kept for what is urgent
	rush    chan struct{} // of those
	dead    func() bool   // of tests: the process counts as dead, and stores nothing more
}

// New returns the tasks of a store. It returns an error when a kind is there twice or has no handler.
func New(ctx context.Context, o Options) (*Service, error) {
	s := &Service{
		audit: o.Audit, kinds: map[string]Kind{}, now: o.Now, log: o.Log, alone: o.Alone,
		workers: cmp.Or(o.Workers, 2), urgent: cmp.Or(o.Urgent, 2),
		holder: rand.Text(), dead: func() bool { return false }, asker: o.Asker, room: o.DB.Room,
	}
	if s.now == nil {
		s.now = civic.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.wake, s.rush = make(chan struct{}, s.workers), make(chan struct{}, s.urgent)
	if err := s.Register(o.Kinds...); err != nil {
		return nil, err
	}
	return s, s.collect(ctx, o.DB)
}

func (s *Service) collect(ctx context.Context, db *docstore.DB) (err error) {
	s.tasks, err = docstore.Collect[Task](ctx, db,
		docstore.Spec{Name: "work_tasks", Indexes: []docstore.Index{
			{Name: "owner", Fields: []string{"owner", "-createdAt"}},
			{Name: "created", Fields: []string{"-createdAt"}},
			{Name: "due", Fields: []string{"state", "due"}},
		}})
	if err != nil {
		return fmt.Errorf("work: %w", err)
	}
	if s.parts, err = docstore.Collect[Part](ctx, db, docstore.Spec{Name: "work_parts"}); err != nil {
		return fmt.Errorf("work: %w", err)
	}
	return nil
}

// NewTask is what is asked for. FormKey names the form: sent again, it makes no second task.
type NewTask struct {
	FormKey string
	Kind    string
	Subject string
	Input   map[string]string
}

// Add stores a new task for by, who may ask for it, and wakes a worker. The errors are those of the
// permission, Conflict when the form made another task, and Limited when by has too many open ones or asked
// for too many lately.
func (s *Service) Add(ctx context.Context, by civic.Actor, in NewTask) (Task, error) {
	kind, ok := s.kinds[in.Kind]
	if !ok {
		return Task{}, fmt.Errorf("work: there is no kind %q", in.Kind)
	}
	asked := Task{Kind: in.Kind, Input: in.Input, Subject: in.Subject}
	if err := s.may(ctx, by, asked); err != nil {
		return Task{}, err
	}
	id, err := civic.ParseID(in.FormKey)
	if err != nil || len(id) < leastKey || strings.Contains(in.FormKey, "/") {
		return Task{}, civic.NewError(civic.Invalid, "error.id")
	}
	s.adding.Lock()
	defer s.adding.Unlock()
	if err := s.mayAsk(ctx, by, id); err != nil {
		return Task{}, err
	}
	now := s.now()
	t := Task{
		Meta: docstore.Meta{ID: id}, Kind: in.Kind, Input: in.Input, Subject: in.Subject,
		Owner: by.Account, Name: by.Name, Roles: by.Roles, CreatedAt: now, Due: now, State: Waiting,
	}
	return s.tasks.Create(ctx, &t, docstore.Creation[Task]{
		Same: func(stored *Task) bool {
			return stored.Kind == in.Kind && stored.Owner == by.Account && maps.Equal(stored.Input, in.Input)
		},
		Effects: func(ctx context.Context, stored *Task, again bool) error {
			s.wakeWorker(kind)
			return s.audit.Entered(ctx, entry(by, ActionAsked, *stored), again, stored.CreatedAt)
		},
	})
}

// mayAsk returns a Limited error when by has too many open tasks or asked for too many within a day, unless
// id names one that is there already: then the form was sent again.
func (s *Service) mayAsk(ctx context.Context, by civic.Actor, id civic.ID) error {
	if _, err := s.tasks.Get(ctx, id); civic.CodeOf(err) != civic.NotFound {
		return err
	}
	own := docstore.Filter{docstore.Eq("owner", by.Account)}
	open := 0
	under := docstore.Query{Filter: docstore.Filter{docstore.In("state", Waiting, Running)}}
	for t, err := range s.tasks.All(ctx, under) { // of everybody: they are few
		if err != nil {
			return err
		}
		if t.Owner == by.Account {
			open++
		}
	}
	lately := docstore.Query{Filter: own, Sort: []string{"-createdAt"}, Limit: MaxAsked}
	asked := 0
	for t, err := range s.tasks.All(ctx, lately) {
		if err != nil {
			return err
		}
		if t.CreatedAt.Before(s.now().Add(-24*time.Hour)) || asked == MaxAsked {
			break
		}
		asked++
	}
	switch {
	case open >= MaxOpen:
		return civic.NewErrorArgs(civic.Limited, "work.error.open", civic.Args{"Max": MaxOpen})
	case asked >= MaxAsked:
		return civic.NewErrorArgs(civic.Limited, "work.error.asked", civic.Args{"Max": MaxAsked})
	}
	return nil
}

func entry(by civic.Actor, action audit.Action, t Task) audit.Entry {
	return audit.Entry{By: by, Action: action, Object: t.ID, Detail: map[string]string{"kind": t.Kind}}
}

// Task returns a task that by may see: an own one, or with PermAll any; else NotFound.
func (s *Service) Task(ctx context.Context, by civic.Actor, id civic.ID) (Task, error) {
	t, err := s.tasks.Get(ctx, id)
	if err == nil && !s.visible(by, t) {
		return Task{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	return t, err
}

// visible reports whether by may see a task: an own one, one of the program of a kind that they may ask for,
// or with PermAll any.
func (s *Service) visible(by civic.Actor, t Task) bool {
	kind := s.kinds[t.Kind]
	return by.Allowed(PermAll) || by.Account != "" && by.Account == t.Owner ||
		t.OfProgram() && kind.Permission != "" && by.Allowed(kind.Permission)
}

// Tasks lists the tasks that by may see, newest first.
func (s *Service) Tasks(
	ctx context.Context, by civic.Actor, page civic.PageRequest,
) (civic.Page[Task], error) {
	page = page.Normal()
	q := docstore.Query{Sort: []string{"-createdAt"}, Cursor: page.Cursor, Limit: page.Size}
	if !by.Allowed(PermAll) {
		if by.Account == "" {
			return civic.Page[Task]{}, civic.NewError(civic.Unauthenticated, "error.unauthenticated")
		}
		q.Filter = docstore.Filter{docstore.Eq("owner", by.Account)}
	}
	return s.tasks.Find(ctx, q)
}

// Latest returns the newest task of by's of a kind that was asked for with a value in its input, among those
// of lately, and whether there is one.
func (s *Service) Latest(
	ctx context.Context, by civic.Actor, kind, input, value string,
) (latest Task, found bool, _ error) {
	if by.Account == "" {
		return latest, false, nil
	}
	own := docstore.Filter{docstore.Eq("owner", by.Account)}
	page, err := s.tasks.Find(ctx, docstore.Query{Filter: own, Sort: []string{"-createdAt"}, Limit: MaxAsked})
	if err != nil {
		return latest, false, err
	}
	for _, t := range page.Items {
		if t.Kind == kind && t.Input[input] == value {
			return t, true, nil
		}
	}
	return latest, false, nil
}

// MayAsk reports whether by may ask for work of some kind, or see everybody's.
func (s *Service) MayAsk(by civic.Actor) bool {
	for _, kind := range s.kinds {
		if by.Allowed(kind.Permission) {
			return true
		}
	}
	return by.Allowed(PermAll)
}

// MayTake reports whether by may take the result of a task: only who asked for it, while they may have it
// done. An error is one of the store.
func (s *Service) MayTake(ctx context.Context, by civic.Actor, t Task) (bool, error) {
	if by.Account == "" || by.Account != t.Owner {
		return false, nil
	}
	err := s.may(ctx, by, t)
	if isRefusal(err) {
		return false, nil
	}
	return err == nil, err
}

// may returns nil when by may have a task done, else the error that says why not.
func (s *Service) may(ctx context.Context, by civic.Actor, t Task) error {
	kind, ok := s.kinds[t.Kind]
	if !ok { // of another version of the program
		return civic.NewError(civic.Forbidden, "error.forbidden")
	}
	if err := by.Can(kind.Permission); err != nil || kind.May == nil {
		return err
	}
	return kind.May(ctx, by, t)
}

// isRefusal reports whether an error says that somebody may not, rather than that the store does not answer.
func isRefusal(err error) bool {
	code := civic.CodeOf(err)
	return code == civic.NotFound || code == civic.Forbidden || code == civic.Unauthenticated
}

// end closes a task.
func (t *Task) end(state State, at time.Time) {
	t.State, t.EndedAt, t.Holder, t.Step, t.Due = state, at, "", "", at
}

// AuditActions lists what the package writes into the audit.
func AuditActions() []audit.Action { return []audit.Action{ActionAsked, ActionCancelled, ActionTaken} }
