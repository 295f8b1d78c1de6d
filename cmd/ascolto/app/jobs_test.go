package app

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"ascolto/internal/reach"
)

// TestJobsAtStart: a job that is to run at the start does so before its first tick, and others do not.
func TestJobsAtStart(t *testing.T) {
	t.Parallel()
	ran := make(chan string, 10)
	note := func(name string) func(context.Context) error {
		return func(context.Context) error { ran <- name; return nil }
	}
	ctx, cancel := context.WithCancel(t.Context())
	tt := table(t, &clockAt{t: time.Now()},
		job{Name: "first", AtStart: true, Timeout: time.Minute, Run: note("first")}, job{Name: "later",
			Timeout: time.Minute, Run: note("later")})
	for i := range tt.jobs {
		tt.jobs[i].Spec = "0 0 0 1 1 *"
	}
	tt.log = slog.New(slog.DiscardHandler)
	done := make(chan error, 1)
	go func() { done <- tt.serve(ctx) }()
	if name := <-ran; name != "first" {
		t.Errorf("%s ran first", name)
	}
	cancel()
	if err := <-done; err != nil || len(ran) > 0 {
		t.Errorf("%v, and %d more runs", err, len(ran))
	}
}

// opened opens the program in a folder of its own until the test ends, as it is without any setting.
func opened(t *testing.T) *App {
	t.Helper()
	c := Config{Data: t.TempDir(), Rate: 1, Origin: &url.URL{},
		From: reach.Mailbox{Address: "ascolto@comune.example.it"}}
	a, err := Open(t.Context(), c, Options{Origin: "http://localhost", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// TestRepairerIsAJob: the timetable has it, for the start too, and for each minute of the day.
func TestRepairerIsAJob(t *testing.T) {
	t.Parallel()
	jobs := opened(t).jobs()
	i := slices.IndexFunc(jobs, func(j job) bool { return j.Name == "effects" })
	if i < 0 || !jobs[i].AtStart {
		t.Fatal("effects are not repaired at the start")
	}
	if err := jobs[i].Run(t.Context()); err != nil {
		t.Error(err)
	}
	ticks, err := cron.NewParser(
		cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(jobs[i].Spec)
	if err != nil || jobs[i].Daily != nil {
		t.Fatalf("it is looked at by %q, once a day %v; %v", jobs[i].Spec, jobs[i].Daily != nil, err)
	}
	now := time.Date(2026, 11, 30, 3, 10, 35, 0, time.UTC) // as it begins
	for range 24 * 60 {
		next := ticks.Next(now)
		if wait := next.Sub(now); wait > time.Minute {
			t.Fatalf("after %v it rests for %v", now, wait)
		}
		now = next
	}
}

// TestMailGoesOnWithoutTheIndex: campaigns find their people in the store, so an index that cannot be used
// keeps no mail back.
func TestMailGoesOnWithoutTheIndex(t *testing.T) {
	t.Parallel()
	a := opened(t)
	if err := a.Search.Close(); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(a.jobs(), func(j job) bool { return j.Name == "mail" })
	if err := a.jobs()[i].Run(t.Context()); err != nil {
		t.Errorf("the mail job needs the index: %v", err)
	}
}
