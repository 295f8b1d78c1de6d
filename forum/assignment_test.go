package forum

import (
	"crypto/rand"
	"testing"
	"time"

	"ascolto/internal/civic"
)

func TestAssigningADiscussion(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	thread := w.plainThread()
	day := func(days int) string {
		return w.Clock.Now().In(civic.Rome()).AddDate(0, 0, days).Format(time.DateOnly)
	}
	in := AssignInput{Thread: thread.ID, Office: "tributi", DueOn: day(10), Reason: "Riguarda la TARI"}
	for code, by := range map[civic.Code]civic.Actor{civic.Forbidden: w.anna,
		civic.Unauthenticated: w.visitor} {
		if _, err := w.Assign(ctx, by, in); civic.CodeOf(err) != code {
			t.Errorf("assigned by %s: %v", by.Account, err)
		}
	}
	for _, wrong := range []AssignInput{
		{Thread: thread.ID, Office: "atlantide", DueOn: day(10)},
		{Thread: thread.ID, Office: "tributi", DueOn: day(-1)},
		{Thread: thread.ID, Office: "tributi", DueOn: "2999-01-01"}, {Thread: thread.ID, Office: "tributi"},
	} {
		if _, err := w.Assign(ctx, w.mod, wrong); civic.CodeOf(err) != civic.Invalid {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	for range 3 { // pressed three times, told once
		if _, err := w.Assign(ctx, w.mod, in); err != nil {
			t.Fatal(err)
		}
	}
	got := w.reload(thread)
	if !got.Waiting || got.Office != "tributi" || len(got.Assignments) != 1 ||
		got.Assignments[0].ByName != w.mod.Name {
		t.Errorf("assigned: %+v", got)
	}
	w.reminded(1, ReminderAssigned)
	mine, err := w.Awaiting(ctx, w.taxes, AwaitingFilter{Mine: true})
	if err != nil || len(mine.Items) != 1 {
		t.Errorf("the office sees %d, %v", len(mine.Items), err)
	}
	other := in
	other.Office, other.DueOn = "verde", day(20)
	if _, err := w.Assign(ctx, w.mod2, other); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("from an old page: %v", err)
	}
	other.Round = 1
	if _, err := w.Assign(ctx, w.mod2, other); err != nil {
		t.Fatal(err)
	}
	w.reminded(2, ReminderAssigned)
	if mine, err := w.Awaiting(ctx, w.taxes, AwaitingFilter{Mine: true}); err != nil || len(mine.Items) != 0 {
		t.Errorf("the office before still sees %d, %v", len(mine.Items), err)
	}
}

func TestOfficesAreRemindedOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	thread := w.plainThread()
	due := w.Clock.Now().In(civic.Rome()).AddDate(0, 0, 10).Format(time.DateOnly)
	if _, err := w.Assign(ctx, w.mod,
		AssignInput{Thread: thread.ID, Office: "tributi", DueOn: due}); err != nil {
		t.Fatal(err)
	}
	remind := func() {
		t.Helper()
		for range 2 {
			if _, err := w.RemindDue(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	const day = 24 * time.Hour
	remind()
	w.reminded(0, ReminderDue)
	for _, days := range []time.Duration{8, 1} { // two mornings
		w.Clock.Pass(days * day)
		remind()
		w.reminded(1, ReminderDue)
	}
	w.reminded(0, ReminderLate)
	w.Clock.Pass(4 * day)
	for _, want := range []int{1, 1, 2} {
		remind()
		w.reminded(want, ReminderLate)
		w.Clock.Pass(4 * day)
	}
	if _, err := w.Answer(ctx, w.taxes,
		AnswerInput{FormKey: rand.Text(), Thread: thread.ID, Office: "tributi",
			Source: "Ecco la risposta."}); err != nil {
		t.Fatal(err)
	}
	w.Clock.Pass(30 * day)
	remind()
	w.reminded(2, ReminderLate)
}

// TestAReminderThatFailsHoldsUpNoOther: the job goes on behind what it cannot do, and says so.
func TestAReminderThatFailsHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	for i, title := range []string{"La prima strada", "La seconda strada"} {
		thread, err := w.StartThread(ctx, w.anna,
			ThreadInput{FormKey: rand.Text(), Area: "citta", Title: title, Source: "È stretta."})
		if err != nil {
			t.Fatal(err)
		}
		due := w.Clock.Now().In(civic.Rome()).AddDate(0, 0, 2+i).Format(time.DateOnly)
		if _, err := w.Assign(ctx, w.mod, AssignInput{Thread: thread.ID, Office: "tributi",
			DueOn: due}); err != nil {
			t.Fatal(err)
		}
	}
	w.Clock.Pass(24 * time.Hour)
	w.mails.failTitle = "La prima strada"
	if n, err := w.RemindDue(ctx); n != 1 || err == nil {
		t.Errorf("%d were reminded, %v", n, err)
	}
	w.reminded(1, ReminderDue)
	w.mails.failTitle = ""
	if n, err := w.RemindDue(ctx); n != 1 || err != nil {
		t.Errorf("then %d were reminded, %v", n, err)
	}
	w.reminded(2, ReminderDue)
}

// reminded checks how many different letters of a kind offices were written.
func (w *town) reminded(want int, kind ReminderKind) {
	w.t.Helper()
	w.mails.mu.Lock()
	defer w.mails.mu.Unlock()
	ids := map[civic.ID]bool{}
	for _, r := range w.mails.reminders {
		if r.Thread == "" {
			w.t.Errorf("%+v names no discussion", r)
		}
		if r.Kind == kind {
			ids[r.ID] = true
		}
	}
	if len(ids) != want {
		w.t.Errorf("%d reminders that an answer is %s, want %d", len(ids), kind, want)
	}
}

// plainThread begins a discussion of the whole city whose author asks for no answer.
func (w *town) plainThread() Thread {
	w.t.Helper()
	t, err := w.StartThread(w.t.Context(), w.anna,
		ThreadInput{FormKey: rand.Text(), Area: "citta", Title: "La tassa sui rifiuti", Source: "È salita."})
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}
