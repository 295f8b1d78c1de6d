package surveys_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/surveys"
)

// TestALargeTableIsLongWork: a table of many responses is made by a task, which goes on where it was when its
// process stops again and again, and is what a table sent at once is; it is audited once.
func TestALargeTableIsLongWork(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	fill := func(n int) {
		t.Helper()
		loaded, err := o.LoadResponses(ctx, comms, q.ID, loaded(n, uint64(n), o.clock.now().Add(-9*time.Hour),
			9*time.Hour))
		must(t, loaded, err)
	}
	fill(surveys.DirectExport)
	_, long, err := o.LongResponseExport(ctx, comms, q.ID, "it", say)
	if err != nil || long {
		t.Fatalf("%d responses are too many: %v", surveys.DirectExport, err)
	}
	fill(1)
	for name, by := range map[string]civic.Actor{"no right": member, "a citizen": anna, "nobody": stranger} {
		if _, _, err := o.LongResponseExport(ctx, by, q.ID, "it", say); err == nil {
			t.Errorf("%s may export", name)
		}
	}
	task, long, err := o.LongResponseExport(ctx, comms, q.ID, "it", say)
	if err != nil || !long || task.Subject == "" {
		t.Fatalf("%+v %t %v", task, long, err)
	}
	s, err := work.New(ctx, work.Options{
		DB: o.db, Audit: o.audit, Now: o.clock.now, Log: slog.New(slog.DiscardHandler), Kinds: o.WorkKinds(),
	})
	must(t, s, err)
	task.FormKey = "form-0000000000000001"
	made, err := s.Add(ctx, comms, task)
	must(t, made, err)
	for n := range 100 {
		stopped, stop := context.WithCancel(ctx)
		patience := time.Duration(60+20*n) * time.Millisecond // until a slow store gets somewhere, too
		end := time.AfterFunc(patience, stop)
		_, _ = s.WorkOne(stopped)
		end.Stop()
		stop()
		if made, err = s.Task(ctx, comms, made.ID); err != nil || !made.Open() {
			break
		}
	}
	if err != nil || made.State != work.Done || made.Total != surveys.DirectExport+1 {
		t.Fatalf("it is %+v, %v", made, err)
	}
	t.Logf("%d claims", made.Term)
	file, err := s.Take(ctx, comms, made.ID)
	must(t, file, err)
	var got, want bytes.Buffer
	must(t, 0, file.WriteTo(ctx, &got))
	direct, err := o.ExportResponses(ctx, comms, q.ID, "it", say)
	must(t, 0, must(t, direct, err).Write(ctx, &want))
	if got.String() != want.String() || file.FileName != direct.Name {
		t.Errorf("the file has %d bytes, a table at once %d", got.Len(), want.Len())
	}
	// the task, and at once
	if n := len(o.audited(audit.Query{Action: surveys.ActionResponsesExport})); n != 2 {
		t.Errorf("it was audited %d times", n)
	}
}
