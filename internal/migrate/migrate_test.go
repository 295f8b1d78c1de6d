package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/migrate"
)

// paper is a document whose form the steps of these tests change: version 1 has Words, version 2 counts them.
type paper struct {
	docstore.Meta `bson:",inline"`
	Words         string `bson:"words"`
	Count         int    `bson:"count"`
	Visits        int    `bson:"visits"` // by steps, at all
}

func papers(ctx context.Context, db *docstore.DB) (*docstore.Collection[paper], error) {
	return docstore.Collect[paper](ctx, db, docstore.Spec{Name: "papers"})
}

// counting is a step that counts words, and calls each for every document before.
func counting(each func() error) migrate.Step {
	return migrate.Step{Name: "counting", Help: "counts words",
		Run: migrate.Over(docstore.Spec{Name: "papers"}, func(
			_ context.Context, _ *docstore.DB, c *docstore.Collection[paper],
		) (func(context.Context, []paper) error, error) {
			return func(ctx context.Context, page []paper) error {
				for _, p := range page {
					if err := each(); err != nil {
						return err
					}
					_, err := c.Update(ctx, p.ID, func(p *paper) error {
						p.Count = len(strings.Fields(p.Words))
						p.Visits++
						return nil
					})
					if err != nil {
						return err
					}
				}
				return nil
			}, nil
		})}
}

func nothing(name string) migrate.Step {
	return migrate.Step{Name: name,
		Run: func(context.Context, *docstore.DB, *migrate.Position) error { return nil }}
}

func none() error            { return nil }
func quiet(migrate.Progress) {}
func at(p string) civic.Clock {
	return func() time.Time { t, _ := time.Parse(time.DateOnly, p); return t }
}

// fill stores n papers as a program before all steps did.
func fill(t *testing.T, db *docstore.DB, n int) *docstore.Collection[paper] {
	t.Helper()
	c, err := papers(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	docs := make([]*paper, n)
	for i := range docs {
		docs[i] = &paper{Meta: docstore.Meta{ID: civic.ID(fmt.Sprintf("p%05d", i))},
			Words: strings.Repeat("una ", i%7)}
	}
	if _, err := c.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	return c
}

func open(t *testing.T, db *docstore.DB, o migrate.Options) *migrate.Migrator {
	t.Helper()
	m, err := migrate.Open(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wantForm checks the form of a store, who wrote it, and which steps are left.
func wantForm(t *testing.T, m *migrate.Migrator, number int, program string, pending ...string) {
	t.Helper()
	form, err := m.Form(t.Context())
	if err != nil || form.Number != number || form.Program != program {
		t.Errorf("the form is %+v, %v; want %d of %s", form, err, number, program)
	}
	steps, err := m.Pending(t.Context())
	var names []string
	for _, s := range steps {
		names = append(names, s.Name)
	}
	if err != nil || !slices.Equal(names, pending) {
		t.Errorf("%v are left, %v; want %v", names, err, pending)
	}
}

// counted fails unless every paper was counted, and returns how often one was visited more than once.
func counted(t *testing.T, c *docstore.Collection[paper], n int) (again int) {
	t.Helper()
	seen := 0
	for p, err := range c.All(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		seen++
		if p.Visits == 0 || p.Count != len(strings.Fields(p.Words)) {
			t.Errorf("%s was not counted: %+v", p.ID, p)
		}
		again += p.Visits - 1
	}
	if seen != n {
		t.Errorf("there are %d papers, want %d", seen, n)
	}
	return again
}

// TestForms: a new store has the newest form, one of a program before all steps takes each once, and one that
// a newer program wrote is refused with who wrote it.
func TestForms(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	one, two := []migrate.Step{nothing("one")}, []migrate.Step{nothing("one"), counting(none)}
	m := open(t, db, migrate.Options{Steps: one, Program: "1.0", Now: at("2026-11-01")})
	wantForm(t, m, 1, "1.0")
	c := fill(t, db, 123)
	m = open(t, db, migrate.Options{Steps: two, Program: "2.0", Now: at("2026-12-01")})
	wantForm(t, m, 1, "1.0", "counting")
	var told []migrate.Progress
	if err := m.Apply(t.Context(), func(p migrate.Progress) { told = append(told, p) }); err != nil {
		t.Fatal(err)
	}
	wantForm(t, m, 2, "2.0")
	if again := counted(t, c, 123); again > 0 {
		t.Errorf("%d papers were visited again", again)
	}
	want := []migrate.Progress{{"counting", 2, 2, 0, 0}, {"counting", 2, 2, 50, 123},
		{"counting", 2, 2, 100, 123}}
	if !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	if err := m.Apply(t.Context(), quiet); err != nil || counted(t, c, 123) > 0 {
		t.Errorf("applied again: %v", err)
	}
	_, err := migrate.Open(t.Context(), db, migrate.Options{Steps: one, Program: "1.0"})
	var newer *migrate.NewerError
	if !errors.As(err, &newer) || newer.Form.Number != 2 || newer.Known != 1 ||
		!strings.Contains(err.Error(), "Ascolto 2.0 in form 2") {
		t.Errorf("an older program: %v", err)
	}
}

// TestOldStore: a store with documents and no form is one of before all steps.
func TestOldStore(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	c := fill(t, db, 3)
	m := open(t, db, migrate.Options{Steps: []migrate.Step{counting(none)}, Program: "2.0"})
	wantForm(t, m, 0, "2.0", "counting")
	if err := m.Apply(t.Context(), quiet); err != nil {
		t.Fatal(err)
	}
	counted(t, c, 3)
}

// TestAnInterruptedStepGoesOn: after an error in the middle, the next program goes on where the last position
// was kept.
func TestAnInterruptedStepGoesOn(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	c := fill(t, db, 200)
	left, broken := 130, errors.New("the lights went out")
	failing := counting(func() error {
		if left--; left < 0 {
			return broken
		}
		return nil
	})
	m := open(t, db, migrate.Options{Steps: []migrate.Step{failing, nothing("two")}, Program: "2.0",
		Alone: true})
	if err := m.Apply(t.Context(), quiet); !errors.Is(err, broken) ||
		!strings.Contains(err.Error(), `"counting"`) {
		t.Fatalf("the error is %v", err)
	}
	m = open(t, db, migrate.Options{Steps: []migrate.Step{counting(none), nothing("two")}, Program: "2.1",
		Alone: true})
	wantForm(t, m, 0, "2.0", "counting", "two")
	if err := m.Apply(t.Context(), quiet); err != nil {
		t.Fatal(err)
	}
	wantForm(t, m, 2, "2.1")
	if again := counted(t, c, 200); again != 30 {
		t.Errorf("%d papers were visited again, want those since the last position: 30", again)
	}
}

// TestOneTakesTheSteps: of programs that start at once on one server, one takes each step; the others wait
// until the store is ready.
func TestOneTakesTheSteps(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	c := fill(t, db, 110)
	var runs atomic.Int32
	step := counting(none)
	inner := step.Run
	step.Run = func(ctx context.Context, db *docstore.DB, at *migrate.Position) error {
		runs.Add(1)
		return inner(ctx, db, at)
	}
	var wg sync.WaitGroup
	for range 4 {
		m := open(t, db, migrate.Options{Steps: []migrate.Step{step, nothing("two")}, Program: "2.0"})
		wg.Go(func() {
			if err := m.Apply(t.Context(), quiet); err != nil {
				t.Error(err)
			}
			if left, err := m.Pending(t.Context()); err != nil || len(left) > 0 {
				t.Errorf("%d steps are left to one that waited, %v", len(left), err)
			}
		})
	}
	wg.Wait()
	if again := counted(t, c, 110); again > 0 || runs.Load() != 1 {
		t.Errorf("%d runs, %d papers visited again", runs.Load(), again)
	}
}

// TestASilentProgramIsReplaced: who holds the steps and has not been heard of for a minute is dead, and
// another goes on; if it was only slow, it ends when it next keeps its position.
func TestASilentProgramIsReplaced(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	c := fill(t, db, 110)
	stuck, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	slow := counting(func() error {
		once.Do(func() { close(stuck); <-goOn })
		return nil
	})
	first := open(t, db, migrate.Options{Steps: []migrate.Step{slow}, Program: "2.0", Now: at("2026-12-01")})
	ended := make(chan error)
	go func() { ended <- first.Apply(t.Context(), quiet) }()
	<-stuck
	second := open(t, db, migrate.Options{Steps: []migrate.Step{counting(none)}, Program: "2.0",
		Now: at("2026-12-02")})
	if err := second.Apply(t.Context(), quiet); err != nil {
		t.Fatal(err)
	}
	counted(t, c, 110)
	close(goOn)
	if err := <-ended; civic.CodeOf(err) != civic.Conflict {
		t.Errorf("the slow one ends with %v, want a conflict", err)
	}
}

// TestMain runs the tests, or, in a process started by one of them, a migration that is to be killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("ASCOLTO_TEST_MIGRATE"); path != "" {
		fmt.Println(migrateFile(path))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func migrateFile(path string) error {
	db, err := docstore.Open(context.Background(), docstore.Options{Path: path})
	if err != nil {
		return err
	}
	slowly := counting(func() error { time.Sleep(50 * time.Microsecond); return nil })
	m, err := migrate.Open(context.Background(), db,
		migrate.Options{Steps: []migrate.Step{slowly, nothing("two")}, Program: "2.0", Alone: true})
	if err != nil {
		return err
	}
	if err := m.Apply(context.Background(), quiet); err != nil {
		return err
	}
	return db.Close()
}

// TestKilled: a migration whose process is killed again and again comes to its end, loses nothing and repeats
// little.
func TestKilled(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/ascolto.db"
	db, err := docstore.Open(t.Context(), docstore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	const n = 1500
	fill(t, db, n)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	kills := 0
	for ; ; kills++ {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(150+100*kills)*time.Millisecond)
		cmd := exec.CommandContext(ctx, os.Args[0]) // killed when the time is over
		cmd.Env = append(os.Environ(), "ASCOLTO_TEST_MIGRATE="+path)
		out, err := cmd.Output()
		cancel()
		if err == nil {
			if said := strings.TrimSpace(string(out)); said != "<nil>" {
				t.Fatal(said)
			}
			break
		}
	}
	db, err = docstore.Open(t.Context(), docstore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	c, err := papers(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if again := counted(t, c, n); kills == 0 || again > 50*kills {
		t.Errorf("killed %d times, %d papers were visited again", kills, again)
	}
}
