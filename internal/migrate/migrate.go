// Package migrate changes stored forms: an ordered list of steps over the store, each taken once, before
// anything else opens a collection. What a crash interrupts goes on where it was. The store says how many
// steps were taken and which program took them, so that an older program refuses what it would not
// understand.
package migrate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
)

// Step changes one stored form. Steps are never removed, reordered or changed once released: a store may
// come from any version.
type Step struct {
	Name string // short and plain, as the log says it
	Help string // what it does, for the person who runs the program
	// Run does it. After a crash it is called again, with the position it kept last; until then it may find
	// some of its work done. Other instances wait meanwhile, and none that knows the step serves anybody.
	Run func(ctx context.Context, db *docstore.DB, at *Position) error
}

// Form is what the store says of the form its documents have.
type Form struct {
	Number  int       // how many steps were taken
	Program string    // the version that took the last one, or made the store
	At      time.Time // when
}

// NewerError says that a program with more steps than this one wrote the store.
type NewerError struct {
	Form  Form
	Known int
}

// Error returns which version wrote the store and what to do.
func (e *NewerError) Error() string {
	return fmt.Sprintf(
		"the store was written by Ascolto %s in form %d, and this program knows forms up to %d: start that "+
			"version or a "+
			"later one; to go back to this one, restore the backup that was made before the upgrade",
		e.Form.Program, e.Form.Number, e.Known)
}

// collection holds the one document that says which form the store has.
const collection = "schema"

// state is that document.
type state struct {
	docstore.Meta `bson:",inline"`
	Form          int       `bson:"form"`
	Program       string    `bson:"program"`
	At            time.Time `bson:"at"`
	Cursor        string    `bson:"cursor,omitempty"` // where the next step is
	Done          int       `bson:"done,omitempty"`   // how many documents it has seen
	Holder        civic.ID  `bson:"holder,omitempty"` // who takes the steps now
	Until         time.Time `bson:"until,omitempty"`  // and has this long to say that it still does
}

const stateID = civic.ID("store")

// Options say what is known and who asks.
type Options struct {
	Steps   []Step
	Program string // this program's version
	Alone   bool   // no other process has the store open: whoever held it before is dead
	Now     civic.Clock
}

// Migrator brings one store to the form of its steps.
type Migrator struct {
	db     *docstore.DB
	states *docstore.Collection[state]
	o      Options
	me     civic.ID
}

// lease is how long a program that takes steps may be silent before another goes on.
const lease = time.Minute

// Open returns the migrator of a store. A store without a single document gets the newest form. It returns a
// NewerError when the store's form is newer than the last step.
func Open(ctx context.Context, db *docstore.DB, o Options) (*Migrator, error) {
	if o.Now == nil {
		o.Now = civic.Now
	}
	held, err := db.Collections(ctx)
	if err != nil {
		return nil, err
	}
	held = slices.DeleteFunc(held, func(name string) bool { return name == collection })
	m := &Migrator{db: db, o: o, me: docstore.NewID()}
	if m.states, err = docstore.Collect[state](ctx, db, docstore.Spec{Name: collection}); err != nil {
		return nil, err
	}
	number := 0 // a program before all steps
	if len(held) == 0 {
		number = len(o.Steps)
	}
	form, err := m.Form(ctx)
	if civic.CodeOf(err) == civic.NotFound {
		form, err = m.begin(ctx, number)
	}
	if err == nil && form.Number > len(o.Steps) {
		err = &NewerError{Form: form, Known: len(o.Steps)}
	}
	return m, err
}

// begin stores that the store has the form number, unless another program has done so.
func (m *Migrator) begin(ctx context.Context, number int) (Form, error) {
	first := state{Meta: docstore.Meta{ID: stateID}, Form: number, Program: m.o.Program, At: m.o.Now()}
	if err := m.states.Insert(ctx, &first); err != nil && civic.CodeOf(err) != civic.Conflict {
		return Form{}, err
	}
	return m.Form(ctx)
}

// Form returns the form that the store has.
func (m *Migrator) Form(ctx context.Context) (Form, error) {
	s, err := m.states.Get(ctx, stateID)
	return Form{s.Form, s.Program, s.At}, err
}

// FormOf returns the form of the SQLite file at path, which nobody has open; the zero Form when it is one of
// before all steps.
func FormOf(ctx context.Context, path string) (Form, error) {
	var s state
	err := docstore.Peek(ctx, path, collection, stateID, &s)
	if civic.CodeOf(err) == civic.NotFound {
		return Form{}, nil
	}
	return Form{s.Form, s.Program, s.At}, err
}

// Pending returns the steps that the store has not seen, in order.
func (m *Migrator) Pending(ctx context.Context) ([]Step, error) {
	form, err := m.Form(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(m.o.Steps[min(form.Number, len(m.o.Steps)):]), nil
}

// Apply takes the steps that are pending, and tells report how far it is; while another program takes them
// it waits. It returns the first error of a step; what was done until then is kept.
func (m *Migrator) Apply(ctx context.Context, report func(Progress)) error {
	for {
		pending, err := m.Pending(ctx)
		if err != nil || len(pending) == 0 {
			return err
		}
		s, err := m.claim(ctx)
		switch {
		case civic.CodeOf(err) == civic.Conflict:
			if err := sleep(ctx, lease/20); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		case s.Form >= len(m.o.Steps):
			return nil
		}
		if err := m.take(ctx, s, report); err != nil {
			return err
		}
	}
}

// Take takes one step, whatever form the store has, and leaves the form: for a test of the step.
func (m *Migrator) Take(ctx context.Context, step Step) error {
	s, err := m.claim(ctx)
	if err != nil {
		return err
	}
	return step.Run(ctx, m.db, &Position{m: m, form: s.Form, report: func(Progress) {}})
}

// claim makes this program the one that takes steps, or returns Conflict while another does.
func (m *Migrator) claim(ctx context.Context) (state, error) {
	return m.states.Update(ctx, stateID, func(s *state) error {
		if !m.o.Alone && s.Holder != "" && s.Holder != m.me && m.o.Now().Before(s.Until) {
			return civic.NewError(civic.Conflict, "error.conflict")
		}
		s.Holder, s.Until = m.me, m.o.Now().Add(lease)
		return nil
	})
}

// take takes the step after s.
func (m *Migrator) take(ctx context.Context, s state, report func(Progress)) error {
	step := m.o.Steps[s.Form]
	at := &Position{m: m, form: s.Form, cursor: s.Cursor, done: s.Done, report: func(p Progress) {
		p.Step, p.Number, p.Of = step.Name, s.Form+1, len(m.o.Steps)
		report(p)
	}}
	at.report(Progress{Done: s.Done})
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	keep := func() error { return m.keepAlive(ctx, s.Form) }
	routine.Go(nil, "keeping a step of the upgrade", keep, func(err error) {
		if err != nil {
			stop(err)
		}
	})
	err := step.Run(ctx, m.db, at)
	if lost := context.Cause(ctx); err != nil && lost != nil {
		err = lost
	}
	if err != nil {
		return fmt.Errorf("step %q: %w", step.Name, err)
	}
	_, err = m.update(ctx, s.Form, func(s *state) {
		s.Form, s.Program, s.At = s.Form+1, m.o.Program, m.o.Now()
		s.Cursor, s.Done, s.Holder, s.Until = "", 0, "", time.Time{}
	})
	return err
}

// keepAlive says that this program still takes the step after form, until ctx ends. It returns Conflict when
// another took over.
func (m *Migrator) keepAlive(ctx context.Context, form int) error {
	for sleep(ctx, lease/4) == nil {
		if _, err := m.update(ctx, form, func(*state) {}); civic.CodeOf(err) == civic.Conflict {
			return err
		}
	}
	return nil
}

// update changes the state while this program takes the step after form, else it returns Conflict.
func (m *Migrator) update(ctx context.Context, form int, change func(*state)) (state, error) {
	return m.states.Update(ctx, stateID, func(s *state) error {
		if s.Holder != m.me || s.Form != form {
			return civic.NewError(civic.Conflict, "error.conflict")
		}
		s.Until = m.o.Now().Add(lease)
		change(s)
		return nil
	})
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
