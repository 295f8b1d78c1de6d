package surveys_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// TestALargeTableIsLongWork: a table of many responses is made by a task, which goes on where it was when its
// process stops again and again, and is what a table sent at once is; it is audited once.
func TestALargeTableIsLongWork(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	fill := func(n int) {
		t.Helper()
		loaded, err := o.LoadResponses(ctx, comms, q.ID, loaded(n, uint64(n), o.clock.Now().Add(-9*time.Hour),
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
		DB: o.db, Audit: o.audit, Now: o.clock.Now, Log: slog.New(slog.DiscardHandler), Kinds: o.WorkKinds(),
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

// TestATableKeepsItsColumns: a version that is published after a table was asked for adds no column to it,
// and what is answered to that version stands in the columns there are.
func TestATableKeepsItsColumns(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	o.answer(stranger, q.Slug, form("q1", "a1"))
	task, _, err := o.LongResponseExport(ctx, comms, q.ID, "it", say)
	must(t, task, err)
	s, err := work.New(ctx, work.Options{
		DB: o.db, Audit: o.audit, Now: o.clock.Now, Log: slog.New(slog.DiscardHandler), Kinds: o.WorkKinds(),
	})
	must(t, s, err)
	task.FormKey = "form-0000000000000001"
	made, err := s.Add(ctx, comms, task)
	must(t, made, err)
	q, _, err = o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.NPS,
		surveys.QuestionInput{Text: label("E i treni?"), Join: logic.All})
	must(t, q, err)
	q, err = o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)})
	if must(t, q, err); q.Version() != 2 {
		t.Fatal(q.Version())
	}
	o.answer(stranger, q.Slug, form("q1", "a2"))
	if _, err := s.WorkOne(ctx); err != nil {
		t.Fatal(err)
	}
	file, err := s.Take(ctx, comms, made.ID)
	must(t, file, err)
	var got bytes.Buffer
	must(t, 0, file.WriteTo(ctx, &got))
	rows := strings.Split(strings.TrimSpace(got.String()), "\r\n")
	if len(rows) != 3 || strings.Contains(rows[0], "q7") {
		t.Fatalf("%q", rows)
	}
	for _, row := range rows[1:] {
		cells := strings.Split(row, ";")
		want := map[string]string{"1": "a1", "2": "a2"}[cells[2]]
		if len(cells) != len(strings.Split(rows[0], ";")) || cells[4] != want {
			t.Errorf("version %s: %q", cells[2], row)
		}
	}
}

// TestATableOfAnotherOffice: who asked for the table of their office's questionnaire, and is moved to
// another office, gets neither what is not made yet nor what is; the permission alone, which they keep, is
// not enough.
func TestATableOfAnotherOffice(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	in := settings("Muoversi in centro", surveys.Anonymous)
	in.Slug, in.Office = q.Slug, "office-mobility"
	saved, err := o.SaveSettings(ctx, comms, q.ID, q.Revision, in)
	must(t, saved, err)
	head := mobility
	s, err := work.New(ctx, work.Options{
		DB: o.db, Audit: o.audit, Now: o.clock.Now, Log: slog.New(slog.DiscardHandler), Kinds: o.WorkKinds(),
		Asker: func(context.Context, civic.ID) (civic.Actor, error) { return head, nil },
	})
	must(t, s, err)
	asked := func(key string, by civic.Actor) (work.Task, error) {
		return s.Add(ctx, by, work.NewTask{FormKey: key, Kind: surveys.WorkResponses,
			Input: map[string]string{surveys.InputSurvey: string(q.ID)}})
	}
	ended := func(id civic.ID) work.Task {
		if _, err := s.WorkOne(ctx); err != nil {
			t.Fatal(err)
		}
		return must(t, take(s.Task(ctx, mobility, id))(t), nil)
	}
	moved := staff("mobility", civic.OfficeHead, "office-social")
	made, err := asked("form-0000000000000001", mobility)
	if must(t, made, err); ended(made.ID).State != work.Done {
		t.Fatal("the office in charge gets no table")
	}
	later, err := asked("form-0000000000000002", mobility)
	must(t, later, err)
	head = moved
	if got := ended(later.ID); got.State != work.Failed || got.Fault != "work.error.permission" {
		t.Errorf("of another office by now: %+v", got)
	}
	if may, err := s.MayTake(ctx, moved, made); may || err != nil {
		t.Errorf("the page offers the file: %t, %v", may, err)
	}
	_, err = s.Take(ctx, moved, made.ID)
	wantCode(t, "taking it", err, civic.Forbidden)
	_, err = asked("form-0000000000000003", social)
	wantCode(t, "asking for it", err, civic.Forbidden)
	if may, err := s.MayTake(ctx, mobility, made); !may || err != nil {
		t.Errorf("who is in charge: %t, %v", may, err)
	}
}
