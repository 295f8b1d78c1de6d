package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
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
	tt, err := newTimetable(t.Context(), storetest.Open(t), clock.now, slog.New(slog.NewTextHandler(io.Discard, nil)), jobs)
	if err != nil {
		t.Fatal(err)
	}
	return tt
}

// TestDailyJobRunsOncePerDayAllYear walks through 2026 in steps of ten minutes. 02:30 does not exist on 29 March and comes
// twice on 25 October; the job runs once on each of the 365 days.
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
	for clock.t = start.Add(time.Minute); clock.t.Before(start.AddDate(1, 0, 0)); clock.t = clock.t.Add(10 * time.Minute) {
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
	j := job{Name: "night", Daily: &daily{3, 0}, Timeout: time.Hour, Run: func(context.Context) error { n++; return nil }}
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
	j := job{Name: "night", Daily: &daily{3, 0}, Timeout: time.Hour, Run: func(context.Context) error { n++; return nil }}
	one := table(t, clock, j)
	other := &timetable{runs: one.runs, now: clock.now, log: one.log}
	one.tick(t.Context(), j)
	other.tick(t.Context(), j)
	if n != 1 {
		t.Errorf("ran %d times", n)
	}
}

// TestFailedOrPanickedRunIsTakenOverLater: the slot is tried again when the time of the first try is up, not before.
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
	j := job{Name: "night", Daily: &daily{3, 0}, Timeout: time.Hour, Run: func(context.Context) error { return nil }}
	tt := table(t, clock, j)
	for range 3 {
		tt.tick(t.Context(), j)
		clock.t = clock.t.AddDate(0, 0, 1)
	}
	if err := tt.forget(t.Context(), clock.t.AddDate(0, 0, -1)); err != nil {
		t.Fatal(err)
	}
	if n, err := tt.runs.Count(t.Context(), nil); err != nil || n != 1 {
		t.Errorf("%d records left (%v), want 1", n, err)
	}
}

// TestAJobThatSleptThroughItsTime: its slot was taken over meanwhile, so that it must not be called finished by who lost it: should
// the other fail, it is tried again.
func TestAJobThatSleptThroughItsTime(t *testing.T) {
	t.Parallel()
	clock := &clockAt{t: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	j := job{Name: "night", Daily: &daily{3, 0}, Timeout: time.Hour}
	fails := func(context.Context) error { return errors.New("disk on fire") }
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
