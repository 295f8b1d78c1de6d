package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime/debug"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
)

// job is one line of the timetable. Either it runs on every tick of its Spec, in every instance (its work
// claims its own documents), or it has a Daily time and runs once per day whatever the number of instances,
// restarts and clock changes.
type job struct {
	Name    string
	Spec    string        // cron, with seconds, in UTC: how often to look
	Daily   *daily        // nil: every tick
	AtStart bool          // it runs as the timetable begins, too
	Timeout time.Duration // how long one run may take
	Run     func(context.Context) error
}

// plainSpec is the part of cron's language that jobs use: seconds and five fields of numbers. What else its
// parser knows has brought programs down, run jobs every second, or depended on a time zone.
var plainSpec = regexp.MustCompile(`^[0-9*/,-]{1,60}( [0-9*/,-]{1,60}){5}$`)

// check returns what is wrong with a line of the timetable; one that never comes due after now is wrong too.
func (j job) check(now time.Time) error {
	if !plainSpec.MatchString(j.Spec) {
		return fmt.Errorf("spec %q is not six fields of numbers", j.Spec)
	}
	ticks, err := cron.NewParser(
		cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(j.Spec)
	switch {
	case err != nil:
		return err
	case ticks.Next(now.UTC()).IsZero():
		return fmt.Errorf("spec %q never comes due", j.Spec)
	case j.Timeout <= 0:
		return errors.New("no timeout")
	case j.Daily != nil && (j.Daily.Hour < 0 || j.Daily.Hour > 23 || j.Daily.Minute < 0 ||
		j.Daily.Minute > 59):
		return fmt.Errorf("%02d:%02d is no time of day", j.Daily.Hour, j.Daily.Minute)
	case j.Name == "" || j.Run == nil:
		return errors.New("no name, or nothing to run")
	}
	return nil
}

// daily is a time of day in Europe/Rome.
type daily struct{ Hour, Minute int }

// slot returns the latest instant at or before now at which the job was due. A time of day that a clock
// change skips is due when the clocks have moved; one that comes twice is due the first time.
func (d daily) slot(now time.Time) time.Time {
	local := now.In(civic.Rome())
	due := d.on(local.Year(), local.Month(), local.Day())
	if due.After(now) {
		due = d.on(local.Year(), local.Month(), local.Day()-1)
	}
	return due
}

func (d daily) on(year int, month time.Month, day int) time.Time {
	due := time.Date(year, month, day, d.Hour, d.Minute, 0, 0, civic.Rome())
	if first := due.Add(-time.Hour); first.Day() == due.Day() && first.Hour() == d.Hour &&
		first.Minute() == d.Minute {
		return first
	}
	return due
}

// jobRun is the record that a slot of a daily job was taken: its id is "name@slot", so that only one instance
// can insert it.
type jobRun struct {
	docstore.Meta `bson:",inline"`
	Started       time.Time  `bson:"started"`
	Finished      *time.Time `bson:"finished"`
}

// timetable runs jobs by cron, which only ticks: what is due is worked out from the store.
type timetable struct {
	jobs []job
	runs *docstore.Collection[jobRun]
	now  civic.Clock
	log  *slog.Logger
	done sync.Map // name → last slot known to be finished, so that the store is asked once per slot
}

// newTimetable returns an error that names the job whose line is wrong.
func newTimetable(
	ctx context.Context, db *docstore.DB, now civic.Clock, log *slog.Logger, jobs []job,
) (*timetable, error) {
	for _, j := range jobs {
		if err := j.check(now()); err != nil {
			return nil, fmt.Errorf("job %q: %w", j.Name, err)
		}
	}
	runs, err := docstore.Collect[jobRun](ctx, db, docstore.Spec{
		Name: "job_runs", Indexes: []docstore.Index{{Name: "started", Fields: []string{"started"}}},
	})
	if err != nil {
		return nil, fmt.Errorf("job runs: %w", err)
	}
	return &timetable{jobs: jobs, runs: runs, now: now, log: log}, nil
}

// serve ticks until ctx ends, then waits for the running jobs.
func (t *timetable) serve(ctx context.Context) error {
	logger := cronLog{t.log}
	// SkipIfStillRunning stands outside Recover: the other way round, one panic would skip the job for ever.
	c := cron.New(cron.WithSeconds(), cron.WithLocation(time.UTC),
		cron.WithChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)))
	for _, j := range t.jobs {
		if _, err := c.AddFunc(j.Spec, func() { t.tick(ctx, j) }); err != nil {
			return fmt.Errorf("job %s: %w", j.Name, err)
		}
	}
	first := routine.NewGroup(t.log, "jobs at the start")
	for _, j := range t.jobs {
		if j.AtStart {
			first.Do(func() { t.tick(ctx, j) })
		}
	}
	c.Start()
	<-ctx.Done()
	<-c.Stop().Done()
	return first.Wait()
}

// tick runs j if it is due. Failures, panics and running out of its time are logged, but not that the program
// ends; the next tick comes all the same.
func (t *timetable) tick(program context.Context, j job) {
	ctx, cancel := context.WithTimeout(program, j.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			t.log.Error("job panicked", "job", j.Name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	run := j.Run
	if j.Daily != nil {
		run = func(ctx context.Context) error { return t.once(ctx, j) }
	}
	if err := run(ctx); err != nil && program.Err() == nil {
		t.log.Error("job failed", "job", j.Name, "error", err)
	}
}

// once runs a daily job if its latest slot was neither finished nor is being worked on. A slot whose worker
// died is taken over when its time is up.
func (t *timetable) once(ctx context.Context, j job) error {
	slot := j.Daily.slot(t.now())
	if last, ok := t.done.Load(j.Name); ok && last.(time.Time).Equal(slot) {
		return nil
	}
	id := civic.ID(j.Name + "@" + slot.UTC().Format(time.RFC3339))
	started := t.now()
	taken, err := t.take(ctx, id, started, j.Timeout)
	if err != nil || !taken {
		return err
	}
	if err := j.Run(ctx); err != nil {
		return err // its slot is tried again when the timeout has passed
	}
	if err := t.finish(ctx, id, started); err != nil {
		return fmt.Errorf("finish slot: %w", err)
	}
	t.done.Store(j.Name, slot)
	return t.forget(ctx, t.now().Add(-runsKept))
}

// runsKept is how long the records of runs are kept.
const runsKept = 90 * 24 * time.Hour

// finish writes that the run which began at started is done, unless another has taken its slot over.
func (t *timetable) finish(ctx context.Context, id civic.ID, started time.Time) error {
	now := t.now()
	_, err := t.runs.Update(ctx, id, func(r *jobRun) error {
		if !r.Started.Equal(started) {
			return civic.NewError(civic.Conflict, "error.conflict")
		}
		r.Finished = &now
		return nil
	})
	return err
}

// take takes a slot for the run that begins now, and reports whether it was free or its time up.
func (t *timetable) take(
	ctx context.Context, id civic.ID, now time.Time, timeout time.Duration,
) (bool, error) {
	err := t.runs.Insert(ctx, &jobRun{Meta: docstore.Meta{ID: id}, Started: now})
	if civic.CodeOf(err) != civic.Conflict {
		return err == nil, err
	}
	busy := civic.NewError(civic.Conflict, "error.conflict")
	_, err = t.runs.Update(ctx, id, func(r *jobRun) error {
		if r.Finished != nil || now.Sub(r.Started) < timeout {
			return busy
		}
		r.Started = now
		return nil
	})
	if civic.CodeOf(err) == civic.Conflict {
		return false, nil
	}
	return err == nil, err
}

// forget deletes records of runs that started before the given time.
func (t *timetable) forget(ctx context.Context, before time.Time) error {
	for r, err := range t.runs.All(ctx,
		docstore.Query{Filter: docstore.Filter{docstore.Lt("started", before)}, Sort: []string{"started"},
			Limit: 500}) {
		if err != nil {
			return err
		}
		if err := t.runs.Delete(ctx, r.ID); err != nil {
			return err
		}
	}
	return nil
}

// cronLog passes what cron says to our log; its chatter is for debugging only.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, kv ...any) { l.log.Debug("cron: "+msg, kv...) }
func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error("cron: "+msg, append(kv, "error", err)...)
}
