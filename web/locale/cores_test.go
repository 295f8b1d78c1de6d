package locale

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
)

// explanations returns steps of every kind there is: random cases of every unit, suspension and holiday since
// 1950.
func explanations(t *testing.T) []term.Step {
	t.Helper()
	holiday := term.Holiday{Day: "06-29", From: "1978-01-01", Source: "DPR 792/1985"}
	week := [7][]term.Interval{}
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = []term.Interval{{Open: "08:00", Close: "14:00"}}
	}
	cal, err := term.New(term.Office{
		Holidays: []term.Holiday{holiday}, Hours: []term.Hours{{Week: week}},
		Patron: []term.Holiday{{Day: "01-31", Source: "San Geminiano"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	first, err := term.NewDate(1950, time.January, 1)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(7, 7))
	both := term.Switches{Saturday: true, Patron: true}
	units := []term.Unit{term.Days, term.Months, term.WorkingDays}
	kinds := []term.Kind{term.Information, term.RefusalNotice, term.CounterInterested, term.PrivacyOpinion,
		term.IrregularRequest}
	var steps []term.Step
	for range 25_000 {
		c := term.Case{Start: first + term.Date(rnd.IntN(80*365)),
			Term: term.Term{Length: 1 + rnd.IntN(20), Unit: units[rnd.IntN(3)]}, Switches: both}
		at := c.Start
		for range rnd.IntN(3) {
			at += term.Date(rnd.IntN(6))
			e := term.Event{Kind: kinds[rnd.IntN(len(kinds))], From: at}
			if rnd.IntN(2) == 0 {
				e.Answer = at + term.Date(rnd.IntN(20))
			}
			c.Events = append(c.Events, e)
		}
		r, err := cal.Due(c, at+term.Date(rnd.IntN(30)))
		var refused *term.EventError
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		_, back, err := cal.Before(c.Start, c.Term, both)
		if err != nil {
			t.Fatal(err)
		}
		steps = append(append(steps, r.Steps...), back...)
	}
	_, release, err := term.Release(first + 80*365)
	if err != nil {
		t.Fatal(err)
	}
	return append(steps, release)
}

// TestEveryStepOfATermHasATextThatFits: each step the package can return has a text in both languages whose
// gaps are the values the step carries, no more and no less; and there is no text that no step asks for.
func TestEveryStepOfATermHasATextThatFits(t *testing.T) {
	t.Parallel()
	texts := map[Lang]map[string]map[string]string{Italian: catalogue(t, "term.it.json"),
		English: catalogue(t, "term.en.json")}
	used := map[string]bool{}
	for _, s := range explanations(t) {
		var values []string
		for name := range s.Args() {
			values = append(values, name)
		}
		if s.CauseKey() != "" {
			values = append(values, "Cause")
		}
		slices.Sort(values)
		for lang, known := range texts {
			for form, text := range known[s.Key] {
				if d := cmp.Diff(values, gaps(text)); d != "" && !used[s.Key] {
					t.Errorf("%s, %s %s: the values of %+v and the gaps differ: %s", lang, s.Key, form, s, d)
				}
			}
			if known[s.Key] == nil || s.CauseKey() != "" && known[s.CauseKey()] == nil {
				t.Fatalf("%s: no text for %+v", lang, s)
			}
		}
		used[s.Key], used[s.CauseKey()] = true, true
	}
	for _, reason := range term.Reasons() {
		used[(&term.EventError{Reason: reason}).Key()] = true
	}
	for lang, known := range texts {
		for key := range used {
			if key != "" && known[key] == nil {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
		for key := range known {
			if !used[key] {
				t.Errorf("%s: nothing asks for %s", lang, key)
			}
		}
	}
}

// TestAnExplanationReads writes one out as a page would.
func TestAnExplanationReads(t *testing.T) {
	t.Parallel()
	c, log := load(t)
	date := func(s string) term.Date {
		d, err := term.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	r, err := term.National().Due(term.Case{Start: date("2026-03-02"),
		Term: term.Term{Length: 30, Unit: term.Days}, Events: []term.Event{
			{Kind: term.Information, From: date("2026-03-12"), Answer: date("2026-03-30")},
		}}, date("2026-04-10"))
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[Lang][]string{
		Italian: {
			"Ricevimento in data 2 marzo 2026: questo giorno non si conta. Fonte: art. 2963, c. 2, c.c.",
			"Richiesta di informazioni o certificazioni: il termine si ferma in data 12 marzo 2026 e riprende dopo " +
				"il giorno 30 marzo 2026; 18 giorni non si contano. Fonte: L. 241/1990, art. 2, c. 7 (come sostituito " +
				"dalla L. 69/2009)",
			"Dopo il giorno 2 marzo 2026 si contano 30 giorni, festivi compresi e sospensioni escluse: il termine " +
				"finisce il giorno 19 aprile 2026. Fonte: art. 2963, c. 2, c.c.",
			"Il termine non può finire il giorno 19 aprile 2026 (domenica) e passa al giorno 20 aprile 2026. Fonte: " +
				"art. 2963, c. 3, c.c.; L. 27 maggio 1949, n. 260, art. 2",
			"Ultimo giorno utile: 20 aprile 2026.",
		},
		English: {
			"Received on 2 March 2026: this day is not counted. Source: art. 2963, c. 2, c.c.",
			"Request for information or certificates: the term stops on 12 March 2026 and goes on after 30 March " +
				"2026; 18 days are not counted. Source: L. 241/1990, art. 2, c. 7 (come sostituito dalla L. 69/2009)",
			"After 2 March 2026, 30 days are counted, holidays included and suspensions left out: the term ends on " +
				"19 April 2026. Source: art. 2963, c. 2, c.c.",
			"The term cannot end on 19 April 2026 (Sunday) and moves to 20 April 2026. Source: art. 2963, c. 3, " +
				"c.c.; L. 27 maggio 1949, n. 260, art. 2",
			"Last day: 20 April 2026.",
		},
	} {
		var got []string
		for _, s := range r.Steps {
			args := civic.Args(s.Args())
			if key := s.CauseKey(); key != "" {
				args["Cause"] = c.In(lang).T(key)
			}
			got = append(got, c.In(lang).T(s.Key, args))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", lang, d)
		}
	}
	if log.Len() > 0 {
		t.Errorf("logged: %s", log)
	}
}

// TestEveryFaultOfAFiscalCodeHasAText: each part that Parse can find wrong has a text in both languages; it
// tells the position only where there always is one.
func TestEveryFaultOfAFiscalCodeHasAText(t *testing.T) {
	t.Parallel()
	const good = "RSSMRA85T10A562S"
	inputs := []string{"", "12345678901", "1234567890A", "00000000000", "RSSMRA85B30A562G",
		"RSSMRA85T00A562R", "RSSMRÀ85T10A562S"}
	for i := range good { // every wrong character at every place
		for b := byte(' '); b <= '~'; b++ {
			inputs = append(inputs, good[:i]+string(b)+good[i+1:])
		}
	}
	positions := map[fiscalcode.Part][]int{}
	for _, in := range inputs {
		var wrong *fiscalcode.Error
		if _, err := fiscalcode.Parse(in); errors.As(err, &wrong) {
			positions[wrong.Part] = append(positions[wrong.Part], wrong.Position)
		}
	}
	if len(positions) != 11 {
		t.Errorf("%d parts are wrong in some input, want 11: %v", len(positions), positions)
	}
	for _, lang := range Langs() {
		texts := catalogue(t, "crm."+string(lang)+".json")
		for part, at := range positions {
			text := texts["crm.error.fiscal_code."+string(part)]["other"]
			if text == "" || strings.Contains(text, "{{.Position}}") && slices.Contains(at, 0) {
				t.Errorf("%s: %q is no text for %s at %v", lang, text, part, at)
			}
		}
	}
}
