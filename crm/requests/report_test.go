package requests

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	cmpdiff "github.com/google/go-cmp/cmp"

	"ascolto/crm/term"
	"ascolto/internal/civic"
)

// scheduled is something that happens to the n-th request on a day.
type scheduled struct {
	day term.Date
	n   int
	act Act
}

// aYearOfRequests has requests come in from September 2025 on, and the offices deal with some of them, in
// time and late, until the end of January 2027.
func aYearOfRequests(t *testing.T, w *town) {
	t.Helper()
	r := rand.New(rand.NewPCG(9, 9))
	kinds := []civic.ID{"istanza", "accesso-documenti", "accesso-civico-generalizzato", "reclamo"}
	start, err := term.NewDate(2025, time.September, 1)
	if err != nil {
		t.Fatal(err)
	}
	var all []scheduled
	for n := range 70 {
		at := start + term.Date(r.IntN(480))
		all = append(all, scheduled{at, n, ActFile}, scheduled{at + 1, n, ActTake})
		ends := at + 2 + term.Date(r.IntN(60))
		switch r.IntN(6) {
		case 0: // it waits
		case 1:
			all = append(all, scheduled{ends, n, ActWithdraw})
		case 2:
			ask := ActAsk
			if kinds[n%len(kinds)] == "accesso-documenti" {
				ask = ActIrregular
			}
			all = append(all, scheduled{at + 2, n, ask}, scheduled{at + 12, n, ActSupply},
				scheduled{ends + 13, n, ActAnswer})
		default:
			all = append(all, scheduled{ends, n, ActAnswer})
		}
	}
	slices.SortStableFunc(all, func(a, b scheduled) int { return cmp.Compare(a.day, b.day) })
	made := map[int]Request{}
	for _, s := range all {
		if s.act == ActFile {
			made[s.n] = w.filed(t, kinds[s.n%len(kinds)], s.day.String())
			continue
		}
		w.on(t, s.day.String())
		in := filled(MoveInput{Act: s.act})
		if _, err := w.Service.Move(t.Context(), w.desk, made[s.n].ID, in); err != nil &&
			civic.CodeOf(err) != civic.Conflict {
			t.Fatalf("%s: %v", s.act, err)
		}
	}
	w.on(t, "2027-01-31")
}

// fromEvents works out a figure of a year from nothing but what happened.
type fromEvents struct{ received, ended, onTime, withdrawn, waiting, overdue, lapses, accesses int }

func (w *town) fromEvents(
	t *testing.T, procedure civic.ID, year int,
) (f fromEvents, days []int, anew int) {
	t.Helper()
	first, _ := term.NewDate(year, time.January, 1)
	last, _ := term.NewDate(year, time.December, 31)
	last = min(last, w.today())
	for r, err := range w.requests.All(t.Context(), requestsOf(w.anna.Contact)) {
		if err != nil {
			t.Fatal(err)
		}
		in, end, how := term.DateOf(r.Events[0].At), w.today()+1, Act("")
		for _, e := range r.Events {
			if slices.Contains([]Act{ActAnswer, ActRefuse, ActNotCompetent, ActWithdraw}, e.Act) {
				end, how = term.DateOf(e.At), e.Act
			}
		}
		if r.Procedure != procedure || in > last {
			continue
		}
		if in >= first {
			f.received++
			if procedure != "istanza" && procedure != "reclamo" {
				f.accesses++
			}
		}
		c, err := r.clock(w.cal, min(end, last))
		if err != nil {
			t.Fatal(err)
		}
		over := !c.Resting && min(end, last) > c.Due
		switch {
		case end > last:
			f.waiting++
			if over {
				f.overdue++
			}
		case end < first:
		case how == ActWithdraw:
			f.withdrawn++
		default:
			f.ended++
			took := c.Used
			if irregular, ok := r.event(ActIrregular); ok { // the term began anew
				took += int(term.DateOf(irregular.At) - in)
				anew++
			}
			days = append(days, took)
			if !over {
				f.onTime++
			}
		}
		if c, err = r.clock(w.cal, min(end, w.today())); err != nil {
			t.Fatal(err)
		}
		if !c.Resting && min(end, w.today()) > c.Due && c.Due >= first && c.Due <= last {
			f.lapses++
		}
	}
	slices.Sort(days)
	return f, days, anew
}

func TestReportIsWhatTheEventsSay(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	aYearOfRequests(t, w)
	anew := 0
	for _, year := range []int{2025, 2026, 2027} {
		r, err := w.PublicReport(t.Context(), year)
		if err != nil {
			t.Fatal(err)
		}
		if r.Overdue != nil || r.Accesses != nil {
			t.Error("single requests are published")
		}
		if r, err = w.Report(t.Context(), w.desk, year, ""); err != nil {
			t.Fatal(err)
		}
		lapses, accesses := 0, 0
		for _, p := range r.Procedures {
			want, days, again := w.fromEvents(t, p.Procedure, year)
			anew += again
			got := fromEvents{p.Received, p.Ended, p.OnTime, p.Withdrawn, p.Waiting, p.Overdue, want.lapses,
				want.accesses}
			if got != want {
				t.Errorf("%d %s: %+v, want %+v", year, p.Procedure, got, want)
			}
			lapses, accesses = lapses+want.lapses, accesses+want.accesses
			sum := 0
			for _, d := range days {
				sum += d
			}
			if n := len(days); n > 0 {
				median := float64(days[(n-1)/2]+days[n/2]) / 2
				if p.Median != median || p.Mean != float64(sum)/float64(n) || p.P90 < median {
					t.Errorf("%d %s: median %v, mean %v, p90 %v of %v", year, p.Procedure, p.Median, p.Mean, p.P90,
						days)
				}
			}
		}
		if len(r.Overdue) != lapses || len(r.Accesses) != accesses {
			t.Errorf("%d: %d terms ran out, want %d; %d accesses, want %d", year, len(r.Overdue), lapses,
				len(r.Accesses), accesses)
		}
		monthly, whole := 0, year == 2026
		for _, m := range r.Months {
			if m.Month[:4] == r.Day.String()[:4] {
				monthly += m.Received
			}
		}
		received := 0
		for _, p := range r.Procedures {
			received += p.Received
		}
		if whole && monthly != received {
			t.Errorf("%d: %d came in by months, %d by procedures", year, monthly, received)
		}
	}
	if anew == 0 {
		t.Error("no term began anew")
	}
}

// TestATermIsInTheListOfOneYear: a term whose last day is the last of a year is in the list of that year,
// with the day on which the request ended though that was in the next, and in no other.
func TestATermIsInTheListOfOneYear(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	late, waits, kept := w.filed(t, "istanza", "2026-12-01"), w.filed(t, "istanza", "2026-12-01"),
		w.filed(t, "istanza", "2026-12-01")
	due := late.DueOn
	if due != "2026-12-31" {
		t.Fatalf("the term ends on %s", due)
	}
	for _, r := range []Request{late, waits, kept} {
		w.does(t, w.desk, r, "2026-12-02", MoveInput{Act: ActTake})
	}
	w.does(t, w.desk, kept, "2026-12-31", MoveInput{Act: ActAnswer})
	listed := func(today string, year int) []Lapse {
		t.Helper()
		w.on(t, today)
		r, err := w.Report(t.Context(), w.desk, year, "")
		if err != nil {
			t.Fatal(err)
		}
		return r.Overdue
	}
	if got := listed("2026-12-31", 2026); len(got) != 0 {
		t.Errorf("on its last day a term is over: %+v", got)
	}
	w.does(t, w.desk, late, "2027-01-20", MoveInput{Act: ActAnswer})
	want := []Lapse{
		{ID: late.ID, Number: late.Number, Procedure: late.Name, Office: late.Office, DueOn: due,
			State: Answered, EndedOn: "2027-01-20", Days: 20},
		{ID: waits.ID, Number: waits.Number, Procedure: waits.Name, Office: waits.Office, DueOn: due,
			State: InCharge, Days: 25},
	}
	if diff := cmpdiff.Diff(want, listed("2027-01-25", 2026)); diff != "" {
		t.Error(diff)
	}
	if got := listed("2027-01-25", 2027); len(got) != 0 {
		t.Errorf("in the list of the next year: %+v", got)
	}
}

// Who answers for one office sees the figures of it, and of no other.
func TestReportsAreOfOnesOffices(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.does(t, w.desk, w.filed(t, "istanza", "2026-03-02"), "", MoveInput{Act: ActForward,
		Office: "lavori-pubblici", Reason: "Vostra."})
	w.filed(t, "istanza", "2026-03-03")
	head := w.staff("head", civic.OfficeHead, "lavori-pubblici")
	of, err := w.Report(t.Context(), head, 2026, "")
	if err != nil || len(of.Procedures) != 1 || of.Procedures[0].Received != 1 {
		t.Errorf("the head sees %+v, %v; want %s alone", of.Procedures, err, r.Number)
	}
	for name, err := range map[string]error{
		"another office": second(w.Report(t.Context(), head, 2026, "urp")),
		"a citizen":      second(w.Report(t.Context(), w.anna, 2026, "")),
	} {
		if civic.CodeOf(err) != civic.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, year := range []int{1999, w.year() - PublishedYears, w.year() + 1, -1, 1 << 40} {
		if _, err := w.PublicReport(t.Context(), year); civic.CodeOf(err) != civic.Invalid {
			t.Errorf("the year %d: %v", year, err)
		}
	}
}

func second(_ Report, err error) error { return err }

func (w *town) year() int {
	year, _, _ := w.today().Civil()
	return year
}

// TestMonthsAreWhole: neither the first month in which anything came in nor this one, even on its last day,
// is held against the others.
func TestMonthsAreWhole(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, day := range []string{"2026-03-20", "2026-04-02", "2026-06-03", "2026-06-30"} {
		w.filed(t, "istanza", day)
	}
	for day, want := range map[string]int{"2026-06-30": 2, "2026-07-01": 3} {
		w.on(t, day)
		r, err := w.Report(t.Context(), w.desk, 2026, "")
		if err != nil || len(r.Months) != want || r.Months[0].Month != "2026-04" {
			t.Errorf("on %s: %+v, %v", day, r.Months, err)
		}
	}
}

// TestTheJanuaryInWhichATownBegan: it is a first month like any other, though the report tells of all that
// year; of a town that began before it is whole.
func TestTheJanuaryInWhichATownBegan(t *testing.T) {
	t.Parallel()
	for first, want := range map[string]string{"2025-01-20": "2025-02", "2024-12-30": "2025-01"} {
		w := newTown(t)
		for _, day := range []string{first, "2025-01-21", "2025-02-03", "2025-03-03"} {
			w.filed(t, "istanza", day)
		}
		w.on(t, "2026-03-02")
		r, err := w.Report(t.Context(), w.desk, 2026, "")
		if err != nil || len(r.Months) == 0 || r.Months[0].Month != want {
			t.Errorf("since %s: %+v, %v", first, r.Months, err)
		}
	}
}

// However many ask for what is published, it is worked out once at a time.
func TestPublicReportsAreWorkedOutOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.filed(t, "istanza", "2026-03-20")
	before := w.DB.Stats().Queries
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if r, err := w.PublicReport(t.Context(), 2026); err != nil || len(r.Procedures) != 1 {
				t.Errorf("%+v, %v", r.Procedures, err)
			}
		})
	}
	all.Wait()
	if n := w.DB.Stats().Queries - before; n > 75 {
		t.Errorf("%d queries for one report", n)
	}
}

// TestLimits: the published example of the handbook, batches of a flow rate.
func TestLimits(t *testing.T) {
	t.Parallel()
	// NIST/SEMATECH 6.3.2.2 has 49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1: centre 50.81, mean range
	// 1.8778, limits 45.816 and 55.804. In tenths here, for counts are whole.
	l := limitsOf([]int{496, 476, 499, 513, 478, 512, 526, 524, 536, 521})
	if l.Centre != 508.1 || l.High < 558.03 || l.High > 558.05 || l.Low < 458.15 || l.Low > 458.17 {
		t.Errorf("limits: %+v", l)
	}
	if limitsOf([]int{1, 2, 3, 4, 5, 6, 7}).Known() || limitsOf([]int{0, 0, 0, 0, 0, 0, 0, 40}).Low != 0 {
		t.Error("limits of too short a series, or below nothing")
	}
	if got := percentile([]float64{1, 2, 3, 4}, 0.9); got < 3.699 || got > 3.701 {
		t.Errorf("90th percentile of 1 to 4: %v", got)
	}
}
