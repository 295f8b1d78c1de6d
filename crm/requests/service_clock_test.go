package requests

import (
	"testing"
	"time"

	"ascolto/crm/hours"
	"ascolto/crm/term"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/migrate"
	"ascolto/internal/testtown"
)

// promising has a procedure promise a first answer and a solution in office hours, from a day on.
func (w *town) promising(t testing.TB, procedure civic.ID, first, solution int) {
	t.Helper()
	_, err := w.procedures.Update(t.Context(), procedure, func(p *Procedure) error {
		for n := range p.Versions {
			p.Versions[n].FirstHours, p.Versions[n].SolutionHours = first, solution
		}
		return nil
	})
	testtown.Check(t, err)
}

// at returns an instant by the clock on the wall in Rome, "2026-03-02 09:30".
func at(t testing.TB, s string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", s, civic.Rome())
	testtown.Check(t, err)
	return when
}

// week returns a week of the hours that are typed for its days.
func week(t testing.TB, from string, typed map[time.Weekday]string) hours.Week {
	t.Helper()
	w, err := hours.NewWeek(from, typed, len(typed) == 0)
	testtown.Check(t, err)
	return w
}

func workdays(text string) map[time.Weekday]string {
	return map[time.Weekday]string{time.Monday: text, time.Tuesday: text, time.Wednesday: text,
		time.Thursday: text, time.Friday: text}
}

// worksBy has an office work by a week from a day on.
func (w *town) worksBy(t testing.TB, office civic.ID, wk hours.Week) {
	t.Helper()
	h, err := w.hours.Hours(t.Context(), office)
	testtown.Check(t, err)
	_, err = w.hours.SaveWeek(t.Context(), w.admin, office, h.Shown(), wk)
	testtown.Check(t, err)
}

func (w *town) closes(t testing.TB, office civic.ID, c hours.Closure) {
	t.Helper()
	_, err := w.hours.SaveClosure(t.Context(), w.admin, office, c)
	testtown.Check(t, err)
}

// served returns where a promise of r stands at a moment.
func (w *town) served(t testing.TB, r Request, target Target, when string) TargetClock {
	t.Helper()
	stored, err := w.requests.Get(t.Context(), r.ID)
	testtown.Check(t, err)
	book, err := w.hours.Book(t.Context())
	testtown.Check(t, err)
	c, err := stored.ServiceClock(book, w.cal, at(t, when))
	testtown.Check(t, err)
	of, ok := c.Target(target)
	if !ok {
		t.Fatalf("nothing is promised: %+v", c)
	}
	return of
}

// TestServiceClock counts promises by hand: the lunch break, the weekend, a half-day, a closure in August, a
// holiday, the weekend on which the clocks change; and the hours of a new period from its first day on.
func TestServiceClock(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.promising(t, "assistenza", 4, 16)
	half := workdays("8:30-13, 14-17:30")
	half[time.Friday] = "8.30-12"
	w.worksBy(t, hours.Town, week(t, "", half))
	w.worksBy(t, hours.Town, week(t, "2026-10-01", workdays("9-13")))
	w.closes(t, hours.Town, hours.Closure{From: "2026-08-10", Until: "2026-08-21", Reason: "Ferie"})
	for name, c := range map[string]struct{ filed, first, solution string }{
		"before the office opens":     {"2026-03-02 07:00", "2026-03-02 12:30", "2026-03-03 17:30"},
		"over lunch":                  {"2026-03-02 11:00", "2026-03-02 16:00", "2026-03-04 11:00"},
		"on a half-day":               {"2026-03-06 10:00", "2026-03-09 10:30", "2026-03-10 15:30"},
		"late on Friday":              {"2026-03-06 23:50", "2026-03-09 12:30", "2026-03-10 17:30"},
		"Easter Monday":               {"2026-04-03 11:00", "2026-04-07 11:30", "2026-04-08 16:30"},
		"a closure in August":         {"2026-08-07 11:00", "2026-08-24 11:30", "2026-08-25 16:30"},
		"hours that change":           {"2026-09-30 16:30", "2026-10-01 12:00", "2026-10-06 12:00"},
		"the week the clocks go back": {"2026-10-23 10:00", "2026-10-26 10:00", "2026-10-29 10:00"},
	} {
		t.Run(name, func(t *testing.T) {
			w.Clock.Set(at(t, c.filed))
			r, err := w.File(t.Context(), w.anna, asking("assistenza"))
			testtown.Check(t, err)
			seen := at(t, c.filed).Format("2006-01-02 15:04")
			for target, want := range map[Target]string{TargetFirst: c.first, TargetSolution: c.solution} {
				got := w.served(t, r, target, seen).Due.Truncate(time.Minute)
				if !got.Equal(at(t, want)) {
					t.Errorf("%s is due %s, want %s", target, got.In(civic.Rome()), want)
				}
			}
		})
	}
}

// TestServiceClockStops: time in which a request waits for its applicant or for others does not count, nor
// that in which another office has it by other hours; a note is no answer, a message to the applicant is.
func TestServiceClockStops(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.promising(t, "istanza", 8, 24)
	w.worksBy(t, hours.Town, week(t, "", workdays("9-13, 14-18")))
	w.worksBy(t, "lavori-pubblici", week(t, "", workdays("9-13")))
	r := w.filed(t, "istanza", "2026-03-02") // a Monday, at ten: due the next day at ten
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActNote})
	if c := w.served(t, r, TargetFirst, "2026-03-02 15:00"); !c.Done.IsZero() || c.Missed ||
		c.Used.Round(time.Minute) != 4*time.Hour {
		t.Errorf("after a note: %+v", c)
	}
	r = w.does(t, w.desk, r, "2026-03-03", MoveInput{Act: ActAsk}) // at ten and some seconds
	c := w.served(t, r, TargetFirst, "2026-03-09 15:00")
	if c.Done.IsZero() || c.Missed || c.Used.Round(time.Minute) != 8*time.Hour {
		t.Errorf("answered at the last moment: %+v", c)
	}
	c = w.served(t, r, TargetSolution, "2026-03-12 12:00")
	if !c.Due.IsZero() || c.Missed || c.Used.Round(time.Minute) != 8*time.Hour {
		t.Errorf("while it waits for the applicant: %+v", c)
	}
	r = w.does(t, w.anna, r, "2026-03-16", MoveInput{Act: ActSupply}) // 16 hours left
	r = w.does(t, w.desk, r, "2026-03-17", MoveInput{Act: ActForward, Office: "lavori-pubblici"})
	c = w.served(t, r, TargetSolution, "2026-03-17 12:00")
	if got := c.Due.In(civic.Rome()).Format("2006-01-02 15:04"); got != "2026-03-19 10:00" {
		t.Errorf("of another office: due %s: %+v", got, c)
	}
	r = w.does(t, w.works, r, "", MoveInput{Act: ActTake, Responsible: "works"})
	r = w.does(t, w.works, r, "2026-03-18", MoveInput{Act: ActNotice})
	w.does(t, w.anna, r, "2026-03-20", MoveInput{Act: ActObserve})
	c = w.served(t, r, TargetSolution, "2026-03-20 12:00")
	if got := c.Due.In(civic.Rome()).Format("2006-01-02 15:04"); got != "2026-03-23 10:00" {
		t.Errorf("after observations: due %s: %+v", got, c)
	}
	w.on(t, "2026-03-23")
	w.Clock.Pass(time.Minute) // too late
	r = w.does(t, w.works, r, "", MoveInput{Act: ActAnswer})
	v := r.Verdict()
	if v == nil || len(v.Promises) != 2 || v.Late {
		t.Fatalf("the verdict: %+v", v)
	}
	for n, missed := range []bool{false, true} {
		if p := v.Promises[n]; p.Missed != missed || p.DueAt.IsZero() || p.Hours == 0 || p.Minutes == 0 {
			t.Errorf("the verdict on %s: %+v", p.Target, p)
		}
	}
	if len(r.Misses) != 1 || r.Misses[0].Target != TargetSolution {
		t.Errorf("missed: %+v", r.Misses)
	}
}

// TestMissesAreWrittenDown: a promise that nobody kept is a row with its time when its moment is over, once,
// though two programs look and one was restarted.
func TestMissesAreWrittenDown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.promising(t, "disservizio", 2, 0)
	w.worksBy(t, hours.Town, week(t, "", workdays("9-13")))
	r := w.filed(t, "disservizio", "2026-03-02")
	for _, s := range []*Service{w.Service, w.another(t)} {
		_, err := s.KeepClocks(t.Context())
		testtown.Check(t, err)
	}
	if r, err := w.requests.Get(t.Context(), r.ID); err != nil || len(r.Misses) > 0 {
		t.Fatalf("before its time: %+v, %v", r.Misses, err)
	}
	w.Clock.Set(at(t, "2026-03-02 12:10"))
	for _, s := range []*Service{w.Service, w.another(t), w.another(t)} {
		_, err := s.KeepClocks(t.Context())
		testtown.Check(t, err)
	}
	stored, err := w.requests.Get(t.Context(), r.ID)
	testtown.Check(t, err)
	if len(stored.Misses) != 1 || stored.Misses[0].DueAt.In(civic.Rome()).Hour() != 12 ||
		stored.Misses[0].At.IsZero() || stored.Misses[0].Target != TargetFirst {
		t.Errorf("missed: %+v", stored.Misses)
	}
	if !stored.NextAt.Equal(never) {
		t.Errorf("it is looked at again at %v", stored.NextAt)
	}
}

// TestOtherHoursMoveOnlyPromises: when offices work otherwise, the promises of open requests are worked out
// again, each with one line of the audit that has the old moment and the new one; what the law lays down and
// what came to its end stay.
func TestOtherHoursMoveOnlyPromises(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.promising(t, "istanza", 0, 16)
	w.worksBy(t, hours.Town, week(t, "", workdays("9-13, 14-18")))
	ended := w.filed(t, "istanza", "2026-03-02")
	ended = w.does(t, w.desk, ended, "", MoveInput{Act: ActTake})
	ended = w.does(t, w.desk, ended, "", MoveInput{Act: ActAnswer})
	open := w.filed(t, "istanza", "2026-03-02")
	before, err := w.requests.Get(t.Context(), open.ID)
	testtown.Check(t, err)
	if _, err := w.KeepClocks(t.Context()); err != nil {
		t.Fatal(err)
	}
	if moves := w.moves(t, open); len(moves) != 0 {
		t.Errorf("nothing changed, and the audit says %v", moves)
	}
	w.closes(t, hours.Town, hours.Closure{From: "2026-03-04", Until: "2026-03-05", Reason: "Sciopero"})
	for _, s := range []*Service{w.Service, w.another(t)} {
		_, err := s.KeepClocks(t.Context())
		testtown.Check(t, err)
	}
	after, err := w.requests.Get(t.Context(), open.ID)
	testtown.Check(t, err)
	if after.DueOn != before.DueOn || after.DueOn != "2026-04-01" {
		t.Errorf("the term of the law moved from %s to %s", before.DueOn, after.DueOn)
	}
	was, now := before.Promises[0].DueAt, after.Promises[0].DueAt
	if got := minute(was) + " " + minute(now); got != "2026-03-04 10:00 2026-03-06 10:00" {
		t.Errorf("the promise moved: %s", got)
	}
	moves := w.moves(t, open)
	if len(moves) != 1 || moves[0].Detail["was"] != minute(was) || moves[0].Detail["due"] != minute(now) ||
		moves[0].Detail["target"] != string(TargetSolution) {
		t.Errorf("the audit says %+v", moves)
	}
	if moves := w.moves(t, ended); len(moves) != 0 {
		t.Errorf("of what had ended the audit says %+v", moves)
	}
	last, err := w.requests.Get(t.Context(), ended.ID)
	testtown.Check(t, err)
	if p := last.Verdict().Promises[0]; minute(p.DueAt) != "2026-03-04 10:00" {
		t.Errorf("the verdict moved to %s", minute(p.DueAt))
	}
}

// moves returns what the audit says of promises that moved.
func (w *town) moves(t testing.TB, r Request) (all []audit.Record) {
	t.Helper()
	found, err := w.Log.About(t.Context(), civic.System("test"), civic.Subject{Contact: r.Contact})
	testtown.Check(t, err)
	for _, l := range found {
		if l.Action == ActionPromiseMove && l.Object == r.ID {
			all = append(all, l)
		}
	}
	return all
}

// TestRequestsOfVersionsWithoutClocks: an open request that an earlier version stored is worked out by the
// next run; one that came to its end is left as it is.
func TestRequestsOfVersionsWithoutClocks(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), storetest.Open(t)
	type earlier struct {
		docstore.Meta `bson:",inline"`
		Number        string    `bson:"number"`
		ReceivedAt    time.Time `bson:"receivedAt"`
		UpdatedAt     time.Time `bson:"updatedAt"`
		Rules         Rules     `bson:"rules"`
		State         State     `bson:"state"`
		Open          bool      `bson:"open"`
		DueOn         string    `bson:"dueOn"`
		Events        []Event   `bson:"events"`
	}
	old, err := docstore.Collect[earlier](ctx, db, docstore.Spec{Name: "requests"})
	testtown.Check(t, err)
	filed := at(t, "2026-03-02 10:00").UTC()
	for id, open := range map[civic.ID]bool{"open": true, "ended": false} {
		e := earlier{Meta: docstore.Meta{ID: id}, Number: "2026-" + string(id), ReceivedAt: filed, UpdatedAt: filed,
			Rules: Rules{Term: term.Term{Length: 30, Unit: term.Days}, Silence: SilenceDelay, FirstHours: 4},
			State: Received, Open: open, DueOn: "2026-04-01",
			Events: []Event{{ID: id, Act: ActFile, At: filed, Office: "urp"}}}
		testtown.Check(t, old.Insert(ctx, &e))
	}
	m, err := migrate.Open(ctx, db, migrate.Options{Alone: true})
	testtown.Check(t, err)
	for range 2 { // a crash may repeat it
		testtown.Check(t, m.Take(ctx, PlannedStep()))
	}
	c, err := docstore.Collect[Request](ctx, db, requestSpec())
	testtown.Check(t, err)
	for _, id := range []civic.ID{"open", "ended"} {
		r, err := c.Get(ctx, id)
		if err != nil || r.Revision != 1 || r.Open == r.NextAt.IsZero() || r.Planned != 0 {
			t.Errorf("%s: revision %d, next at %v, %v", id, r.Revision, r.NextAt, err)
		}
	}
	w := newTown(t, func(o *Options) { o.DB = db })
	n, err := w.Replan(ctx)
	if err != nil || n != 1 {
		t.Errorf("worked out: %d, %v", n, err)
	}
	r, err := c.Get(ctx, "open")
	if err != nil || r.Planned != 1 || len(r.Promises) != 1 || len(r.Misses) != 1 || !r.NextAt.Equal(never) {
		t.Errorf("it is %+v, %v", r, err)
	}
}
