package segment

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/internal/benchline"
	"ascolto/internal/civic"
)

// TestBench prints the figures of this package when ASCOLTO_BENCH is set: half of the contacts are counted
// for the first time since the start, again, and after one of them changed. ASCOLTO_BENCH_CONTACTS sets of
// how many; 200,000 when it is not set, which the goals are for.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("set ASCOLTO_BENCH=1 to measure")
	}
	n := 200_000
	if s := os.Getenv("ASCOLTO_BENCH_CONTACTS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	w := newTown(t)
	if err := w.CRM.LoadContacts(t.Context(), root, townspeople(n), nil); err != nil {
		t.Fatal(err)
	}
	yes := crm.ConsentInput{Topic: "mobilita", Channel: crm.ByMail, Given: true, Version: 1, Language: "it",
		Source: crm.FromPhone}
	rule := All(Is(crm.AttributeDistrict, "centro"),
		Any(Is(crm.AttributeTag, "stampa"), None(Is(crm.AttributeConsent, "mobilita"))))
	var p Preview
	preview := func() (err error) {
		p, err = w.Preview(t.Context(), w.News, rule, "mobilita")
		return err
	}
	line := func(what string, runs int, goal float64) {
		before := w.DB.Stats()
		benchline.Line("crm segment preview, "+what, milliseconds(t, runs, preview), "ms", goal, true)
		after := w.DB.Stats()
		t.Logf("%s: a preview takes %d queries, %d documents read, %d writes", what,
			(after.Queries-before.Queries)/int64(runs),
			(after.Read-before.Read)/int64(runs), (after.Writes-before.Writes)/int64(runs))
	}
	line("the first since the start", 1, 10_000)
	line("again", 5, 1000)
	if _, err := w.CRM.SetConsent(t.Context(), w.Operator, "p0000001", yes); err != nil {
		t.Fatal(err)
	}
	line("after a change", 1, 1000)
	t.Logf("%d contacts, %d in the segment", n, p.Total)
}

// milliseconds returns the mean time of f over some runs.
func milliseconds(t *testing.T, runs int, f func() error) float64 {
	t.Helper()
	start := time.Now()
	for range runs {
		if err := f(); err != nil {
			t.Fatal(err)
		}
	}
	return float64(time.Since(start).Microseconds()) / 1000 / float64(runs)
}

// townspeople yields n people such as a town has: most with an address, a number and some consents.
func townspeople(n int) iter.Seq[crm.LoadContact] {
	given := []string{"Anna", "Nicolò", "Maria Grazia", "Giuseppe", "Zoë", "Francesca", "Luigi", "Chiara"}
	family := []string{"Rossi", "D'Angelo", "De Santis", "Lo Russo", "Però", "Bianchi", "Ferrari",
		"Di Giovanni", "Esposito", "Zanasi"}
	return func(yield func(crm.LoadContact) bool) {
		r := rand.New(rand.NewPCG(1, 2))
		for i := range n {
			c := crm.LoadContact{ID: civic.ID(fmt.Sprintf("p%07d", i)), ContactInput: crm.ContactInput{
				Kind: crm.Person, GivenName: given[r.IntN(len(given))],
				FamilyName: family[r.IntN(len(family))], BirthYear: strconv.Itoa(1940 + r.IntN(65)),
				District: []civic.ID{"centro", "san-lazzaro"}[r.IntN(2)],
				Phones:   []string{fmt.Sprintf("+39347%07d", i%10_000_000)},
				Address: crm.Address{Street: fmt.Sprintf("Via Emilia %d", r.IntN(900)), Postcode: "41121",
					Town: "Borgoforte"},
			}}
			if r.IntN(10) > 0 {
				c.Emails = []string{fmt.Sprintf("persona.%d@posta.example", i)}
			}
			if r.IntN(5) == 0 {
				c.Tags = []civic.ID{"volontariato", "stampa"}[:1+r.IntN(2)]
			}
			for _, topic := range []civic.ID{"mobilita", "partecipazione"} {
				if r.IntN(2) == 0 {
					c.Consents = append(c.Consents, crm.LoadConsent{Topic: topic, Channel: crm.ByMail,
						Given: true, At: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)})
				}
			}
			if !yield(c) {
				return
			}
		}
	}
}
