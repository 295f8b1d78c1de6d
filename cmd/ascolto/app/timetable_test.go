package app

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

// clockAt is a clock a test moves by hand.
type clockAt struct{ t time.Time }

func (c *clockAt) now() time.Time { return c.t }

func table(t *testing.T, clock *clockAt, jobs ...job) *timetable {
	t.Helper()
	for i := range jobs {
		jobs[i].Spec = "0 * * * * *"
	}
	tt, err := newTimetable(t.Context(), storetest.Open(t), clock.now,
		slog.New(slog.NewTextHandler(io.Discard, nil)), jobs)
	if err != nil {
		t.Fatal(err)
	}
	return tt
}

// TestDailyJobRunsOncePerDayAllYear walks through 2026 in steps of ten minutes. 02:30 does not exist on 29
// March and comes twice on 25 October; the job runs once on each of the 365 days.
func TestDailyJobRunsOncePerDayAllYear(t *testing.T) {
	t.Parallel()
	days := map[string]int{}
	clock := &clockAt{}
	j := job{Name: "night", Daily: &daily{2, 30}, Timeout: time.Hour}
	j.Run = func(context.Context) error { days[clock.t.In(civic.Rome()).Format(time.DateOnly)]++; return nil }
	tt := table(t, clock, j)
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, civic.Rome())
	clock.t = start
	tt.tick(t.Context(), j) // takes the slot of 31 December, missed while the program was not running
	if len(days) != 1 {
		t.Fatalf("the missed run was not made up: %v", days)
	}
	clear(days)
	for clock.t = start.Add(time.Minute); clock.t.Before(start.AddDate(1, 0, 0)); clock.t = clock.t.Add(
		10 * time.Minute) {
		tt.tick(t.Context(), j)
	}
	if len(days) != 365 {
		t.Errorf("ran on %d days", len(days))
	}
	for day, n := range days {
		if n != 1 {
			t.Errorf("%s: %d runs", day, n)
		}
	}
}

func TestMissedDaysAreMadeUpOnce(t *testing.T) {
	t.Parallel()
	n := 0
	clock := &clockAt{t: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	j := job{Name: "night", Daily: &daily{3, 0}, Timeout: time.Hour,
		Run: func(context.Context) error { n++; return nil }}
	tt := table(t, clock, j)
	tt.tick(t.Context(), j)
	clock.t = clock.t.AddDate(0, 0, 3)
	tt.tick(t.Context(), j)
	tt.tick(t.Context(), j)
	if n != 2 {
		t.Errorf("ran %d times, want once before and once after three days away", n)
	}
}

// TestTwoInstancesShareASlot: the second instance has no memory of the first, only the same store.
func TestTwoInstancesShareASlot(t *testing.T) {
	t.Parallel()
	n := 0
	clock := &clockAt{t: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	j := job{Name: "night", Daily: &daily{3, 0}, Timeout: time.Hour,
		Run: func(context.Context) error { n++; return nil }}
	one := table(t, clock, j)
	other := &timetable{runs: one.runs, now: clock.now, log: one.log}
	one.tick(t.Context(), j)
	other.tick(t.Context(), j)
	if n != 1 {
		t.Errorf("ran %d times", n)
	}
}

// TestFailedOrPanickedRunIsTakenOverLater: the slot is tried again when the time of the first try is up, not
// before.
func TestFailedOrPanickedRunIsTakenOverLater(t *testing.T) {
	t.Parallel()
	clock := &clockAt{t: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	n := 0
	j := job{Name: "night", Daily: &daily{3, 0}, Timeout: time.Hour}
	j.Run = func(context.Context) error {
		switch n++; n {
		case 1:
			return errors.New("disk on fire")
		case 2:
			panic("worse")
		}
		return nil
	}
	tt := table(t, clock, j)
	for range 5 {
		tt.tick(t.Context(), j)
		tt.tick(t.Context(), j)
		clock.t = clock.t.Add(2 * time.Hour)
	}
	if n != 3 {
		t.Errorf("ran %d times, want a failure, a panic and a success", n)
	}
}

func TestOldRunsAreForgotten(t *testing.T) {
	t.Parallel()
	clock := &clockAt{t: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	j := job{Name: "night", Daily: &daily{3, 0}, Timeout: time.Hour,
		Run: func(context.Context) error { return nil }}
	tt := table(t, clock, j)
	for range 3 {
		tt.tick(t.Context(), j)
		clock.t = clock.t.AddDate(0, 0, 80)
	}
	if n, err := tt.runs.Count(t.Context(), nil); err != nil || n != 2 {
		t.Errorf("%d records left (%v), want those of the last 90 days", n, err)
	}
}

// TestAJobThatSleptThroughItsTime: its slot was taken over meanwhile, so that it must not be called finished
// by who lost it: should the other fail, it is tried again.
func TestAJobThatSleptThroughItsTime(t *testing.T) {
	t.Parallel()
	clock := &clockAt{t: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	j := job{Name: "night", Daily: &daily{3, 0}, Timeout: time.Hour}
	fails := func(context.Context) error { return errors.New("disk on fire") }
	j.Run = fails
	n := 0
	one := table(t, clock, j)
	other := &timetable{runs: one.runs, now: clock.now, log: one.log}
	j.Run = func(ctx context.Context) error {
		clock.t = clock.t.Add(2 * time.Hour)
		second := j
		second.Run = fails
		other.tick(ctx, second)
		return nil
	}
	one.tick(t.Context(), j)
	clock.t = clock.t.Add(2 * time.Hour)
	j.Run = func(context.Context) error { n++; return nil }
	one.tick(t.Context(), j)
	other.tick(t.Context(), j)
	if n != 1 {
		t.Errorf("ran %d times after the one that failed, want once", n)
	}
}

// TestTheTimetableIsCheckedAtStart: what brings cron's parser down, or never comes due, is an error that
// names the job.
func TestTheTimetableIsCheckedAtStart(t *testing.T) {
	t.Parallel()
	at, db, log := clockAt{
		t: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}, storetest.Open(t), slog.New(slog.DiscardHandler)
	good := job{Name: "night", Spec: "30 * * * * *", Daily: &daily{3, 0}, Timeout: time.Hour,
		Run: func(context.Context) error { return nil }}
	if _, err := newTimetable(t.Context(), db, at.now, log, []job{good}); err != nil {
		t.Fatal(err)
	}
	wrong := map[string]func(*job){
		"no timeout": func(j *job) { j.Timeout = 0 },
		"no work":    func(j *job) { j.Run = nil },
		"no time":    func(j *job) { j.Daily = &daily{24, 0} },
	}
	for _, spec := range []string{
		"", " ", "TZ=UTC", "CRON_TZ=", "TZ=Europe/Rome 0 30 2 * * *", "@every -1h", "@every 1s", "@daily",
		"0 0 0 30 2 *", "0 0 0 31 2,4,6,9,11 *", "* * * * *",
		"60 * * * * *", "* * * * * * *", "*/0 * * * * *", "0-61 * * * * *", "5-1 * * * * *", "-1 * * * * *",
		"a * * * * *", "0 0 0 1 JAN *", "? * * * * *",
		"0 * * * * *\n", "0  * * * * *", "99999999999999999999 * * * * *", strings.Repeat("1,", 100) +
			"1 * * * * *",
	} {
		wrong["spec "+spec] = func(j *job) { j.Spec = spec }
	}
	for name, spoil := range wrong {
		bad := good
		spoil(&bad)
		if _, err := newTimetable(t.Context(), db, at.now, log, []job{good, bad}); err == nil ||
			!strings.Contains(err.Error(), `"night"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzSpec(f *testing.F) {
	for _, s := range []string{"* * * * * *", "*/30 1-5 0,12 * * *", "TZ=UTC", "0 0 0 30 2 *",
		"*/0 * * * * *", "0-59/99 * * * * *"} {
		f.Add(s)
	}
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, spec string) {
		j := job{Name: "night", Spec: spec, Timeout: time.Hour,
			Run: func(context.Context) error { return nil }}
		if j.check(now) == nil && len(strings.Fields(spec)) != 6 {
			t.Errorf("%q is taken", spec)
		}
	})
}

// TestSpecsAreWrittenInTheSource: no spec comes from a setting, the store or a form. Each is a literal of the
// timetable, and nothing else is given to cron.
func TestSpecsAreWrittenInTheSource(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	literals, given := 0, 0
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Spec" {
					if _, ok := n.Value.(*ast.BasicLit); !ok {
						t.Errorf("%s: a Spec that is no literal", file.Name())
					}
					literals++
				}
			case *ast.AssignStmt:
				for _, to := range n.Lhs {
					if to, ok := to.(*ast.SelectorExpr); ok && to.Sel.Name == "Spec" {
						t.Errorf("%s: a Spec is assigned", file.Name())
					}
				}
			case *ast.SelectorExpr:
				switch n.Sel.Name {
				case "AddFunc":
					given++
				case "AddJob", "Schedule", "ParseStandard":
					if x, ok := n.X.(*ast.Ident); ok && (x.Name == "c" || x.Name == "cron") {
						t.Errorf("%s: cron is given something by %s", file.Name(), n.Sel.Name)
					}
				}
			}
			return true
		})
	}
	if literals < 10 || given != 1 {
		t.Errorf("%d literals, cron is given something in %d places", literals, given)
	}
}

// TestAJobThatRunsOutOfTimeIsLogged: a job that its own time limit ends says so, and one that the end of the
// program ends does not.
func TestAJobThatRunsOutOfTimeIsLogged(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	clock := &clockAt{t: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)}
	long := job{Name: "long", Timeout: 10 * time.Millisecond, Run: func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}}
	tt := table(t, clock, long)
	tt.log = slog.New(slog.NewTextHandler(&lines, nil))
	tt.tick(t.Context(), long)
	if !strings.Contains(lines.String(), "job=long") {
		t.Errorf("the log says %q", lines.String())
	}
	lines.Reset()
	ended, end := context.WithCancel(t.Context())
	end()
	tt.tick(ended, long)
	if lines.Len() > 0 {
		t.Errorf("when the program ends the log says %q", lines.String())
	}
}
