package requests

import (
	"testing"

	"ascolto/crm/term"
	"ascolto/internal/civic"
)

// step is one thing done to a request on a day.
type step struct {
	day string
	by  Side
	in  MoveInput
}

// TestTermsOfTheLaw counts whole lives of requests: the rows are those of the specification, by hand.
func TestTermsOfTheLaw(t *testing.T) {
	t.Parallel()
	take := step{"", Staff, MoveInput{Act: ActTake}}
	ask := func(day string) step { return step{day, Staff, MoveInput{Act: ActAsk}} }
	supply := func(day string) step { return step{day, Applicant, MoveInput{Act: ActSupply}} }
	notice := func(day string) step { return step{day, Staff, MoveInput{Act: ActNotice}} }
	observe := func(day string) step { return step{day, Applicant, MoveInput{Act: ActObserve}} }
	for name, c := range map[string]struct {
		procedure civic.ID
		filed     string
		steps     []step
		seen      string // the day of asking
		due       string
		suspended int
	}{
		"Easter and the Monday after":   {"istanza", "2026-03-06", nil, "2026-03-06", "2026-04-07", 0},
		"Labour Day":                    {"istanza", "2026-04-01", nil, "2026-04-20", "2026-05-02", 0},
		"Saint Francis, a Sunday":       {"istanza", "2026-09-04", nil, "2026-09-04", "2026-10-05", 0},
		"Christmas":                     {"istanza", "2026-11-25", nil, "2026-12-01", "2026-12-28", 0},
		"New Year's Day":                {"istanza", "2026-12-02", nil, "2026-12-02", "2027-01-02", 0},
		"late in the evening of Sunday": {"istanza", "2026-11-08", nil, "2026-11-09", "2026-12-09", 0},
		"information, supplied": {"istanza", "2026-03-02", []step{take, ask("2026-03-12"), supply("2026-03-30")},
			"2026-03-30", "2026-04-20", 18},
		"information, capped": {"istanza", "2026-03-02", []step{take, ask("2026-03-12"), supply("2026-04-26")},
			"2026-04-26", "2026-05-02", 30},
		"notice, observations": {"istanza", "2026-03-02", []step{take, notice("2026-03-22"), observe("2026-03-27")},
			"2026-04-10", "2026-04-16", 15},
		"notice, no observations": {"istanza", "2026-03-02", []step{take, notice("2026-03-22")},
			"2026-04-05", "2026-04-11", 10},
		"irregular request": {"accesso-documenti", "2026-03-02",
			[]step{take, {"2026-03-10", Staff, MoveInput{Act: ActIrregular}}, supply("2026-03-20")},
			"2026-03-21", "2026-04-20", 0}, // 30 days after 20 March: a Sunday
		"counter-interested persons": {"accesso-civico-generalizzato", "2026-03-02",
			[]step{take, {"2026-03-05", Staff, MoveInput{Act: ActConsult}}}, "2026-03-20", "2026-04-11", 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			r := w.filed(t, c.procedure, c.filed)
			for _, s := range c.steps {
				by := w.desk
				if s.by == Applicant {
					by = w.anna
				}
				r = w.does(t, by, r, s.day, s.in)
			}
			got := w.clockOf(t, r, c.seen)
			if got.Due.String() != c.due || got.Suspended != c.suspended || len(got.Steps) < 3 {
				t.Errorf("due on %s after %d days, want %s after %d: %+v", got.Due, got.Suspended, c.due,
					c.suspended, got.Steps)
			}
			if r.DueOn != c.due {
				t.Errorf("the queue has it under %s", r.DueOn)
			}
			if got.Used+got.Left != got.Length && !got.Resting && c.due == got.Nominal.String() {
				t.Errorf("%d days used and %d left of %d", got.Used, got.Left, got.Length)
			}
		})
	}
}

// While an irregular request waits for its completion, nothing is due.
func TestNoDueDayWhileARequestIsIncomplete(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "accesso-documenti", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	if got := w.fails(t, w.desk, r, "2026-03-13", MoveInput{Act: ActIrregular}); got != "term.error.too_late" {
		t.Errorf("after eleven days: %s", got)
	}
	if got := w.blocked(r, Staff, ActIrregular); got != "term.error.too_late" {
		t.Errorf("the button says %q", got)
	}
	r = w.does(t, w.desk, r, "2026-03-12", MoveInput{Act: ActIrregular})
	if _, ok := r.DueDay(); ok || !r.Resting || r.Late(w.Clock.Now()) {
		t.Errorf("due on %s, resting %t", r.DueOn, r.Resting)
	}
}

func TestSuspendedOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	r = w.does(t, w.desk, r, "2026-03-05", MoveInput{Act: ActAsk})
	if c := w.clockOf(t, r, "2026-03-06"); !c.Resting || c.Used != 3 {
		t.Errorf("%+v", c.Result)
	}
	r = w.does(t, w.anna, r, "2026-03-10", MoveInput{Act: ActSupply})
	if got := w.blocked(r, Staff, ActAsk); got != "term.error.twice" {
		t.Errorf("the button says %q", got)
	}
	if got := w.fails(t, w.desk, r, "", MoveInput{Act: ActAsk}); got != "term.error.twice" ||
		r.State != InCharge {
		t.Errorf("%s, %s", got, r.State)
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	for procedure, want := range map[civic.ID]struct {
		silence  Silence
		recourse string
	}{
		"istanza":                      {SilenceDelay, "-"},
		"accesso-documenti":            {SilenceRejected, "2026-05-02"},
		"accesso-civico-generalizzato": {SilenceReview, "-"},
		"disservizio":                  {SilenceNone, "-"},
	} {
		w := newTown(t)
		r := w.filed(t, procedure, "2026-03-02") // due on 1 April
		if c := w.clockOf(t, r, "2026-04-01"); c.Late || c.Silence != "" {
			t.Errorf("%s on the last day: %+v", procedure, c)
		}
		c := w.clockOf(t, r, "2026-04-02")
		if !c.Late || c.Left != -1 || c.Silence != want.silence || c.Recourse.String() != want.recourse {
			t.Errorf("%s a day later: late %t, %d, %s until %s", procedure, c.Late, c.Left, c.Silence, c.Recourse)
		}
		w.on(t, "2026-04-02")
		if !r.Late(w.Clock.Now()) {
			t.Errorf("%s is not late", procedure)
		}
	}
}

func TestSubstituteInHalfTheTerm(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	if got := w.fails(t, w.anna, r, "2026-04-01",
		MoveInput{Act: ActSubstitute}); got != "requests.block.substitute" {
		t.Errorf("on the last day: %s", got)
	}
	if got := w.fails(t, w.desk, r, "2026-04-02", MoveInput{Act: ActSubstitute}); got != "error.forbidden" {
		t.Errorf("an operator: %s", got)
	}
	r = w.does(t, w.anna, r, "2026-04-02", MoveInput{Act: ActSubstitute})
	c := w.clockOf(t, r, "2026-04-03")
	if c.Substitute.String() != "2026-04-17" || len(c.SubstituteSteps) < 2 {
		t.Errorf("the substitute has until %s", c.Substitute)
	}
	if got := w.fails(t, w.anna, r, "",
		MoveInput{Act: ActSubstitute}); got != "requests.block.substitute_twice" {
		t.Errorf("a second time: %s", got)
	}
	civicAccess := w.filed(t, "accesso-civico-generalizzato", "2026-05-04")
	w.on(t, "2026-09-01")
	if got := w.blocked(civicAccess, Applicant, ActSubstitute); got != "-" {
		t.Errorf("civic access has its review, not %q", got)
	}
}

// The clock of a request that came to its end stands still.
func TestVerdict(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	r = w.does(t, w.desk, r, "2026-04-03", MoveInput{Act: ActAnswer})
	v := r.Verdict()
	if v == nil || !v.Late || v.Used != 32 || v.DueOn != "2026-04-01" {
		t.Fatalf("%+v", v)
	}
	c := w.clockOf(t, r, "2027-01-01")
	if c.On.String() != "2026-04-03" || c.Used != 32 || !c.Late || c.Silence != "" || !r.Late(w.Clock.Now()) {
		t.Errorf("%+v", c)
	}
	if term.DateOf(r.ClosedAt) != c.On || r.Open {
		t.Errorf("closed at %s", r.ClosedAt)
	}
}
