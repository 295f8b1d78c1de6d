package crm

import (
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"ascolto/internal/benchline"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// TestBench prints the figures of this package when ASCOLTO_BENCH is set. ASCOLTO_BENCH_CONTACTS sets how
// many contacts are loaded; 200,000 when it is not set, which the goals are for.
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
	start := time.Now()
	if err := w.LoadContacts(t.Context(), testtown.Root, townspeople(n), nil); err != nil {
		t.Fatal(err)
	}
	benchline.Line("crm load of contacts with index", float64(n)/time.Since(start).Seconds(), "contacts/s",
		10_000, false)

	start = time.Now()
	if err := w.LoadInteractions(t.Context(), testtown.Root, calls(n), nil); err != nil {
		t.Fatal(err)
	}
	benchline.Line("crm load of interactions with index and timeline", float64(n)/time.Since(start).Seconds(),
		"interactions/s", 10_000, false)

	benchline.Line("crm find by part of a name", milliseconds(t, 20, func() error {
		_, _, err := w.FindContacts(t.Context(), w.Operator, "dangelo nic", "")
		return err
	}), "ms", 50, true)
	benchline.Line("crm find by telephone", milliseconds(t, 200, func() error {
		_, _, err := w.FindContacts(t.Context(), w.Operator, "+393471000007", "")
		return err
	}), "ms", 2, true)
	benchline.Line("crm list page of 20", milliseconds(t, 200, func() error {
		_, err := w.Contacts(t.Context(), w.Operator, ContactFilter{District: "centro"}, civic.PageRequest{})
		return err
	}), "ms", 5, true)
	start = time.Now()
	if err := w.ExportContacts(t.Context(), w.News, ContactFilter{}, "it", io.Discard); err != nil {
		t.Fatal(err)
	}
	benchline.Line("crm export of contacts", float64(n)/time.Since(start).Seconds(), "rows/s", 5_000, false)
	k := 0
	benchline.Line("crm record a call, all effects", milliseconds(t, 200, func() error {
		k++
		_, err := w.RecordInteraction(t.Context(), w.Operator, call(civic.ID(fmt.Sprintf("p%07d", k))))
		return err
	}), "ms", 10, true)
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
func townspeople(n int) iter.Seq[LoadContact] {
	given := []string{"Anna", "Nicolò", "Maria Grazia", "Giuseppe", "Zoë", "Francesca", "Luigi", "Chiara"}
	family := []string{"Rossi", "D'Angelo", "De Santis", "Lo Russo", "Però", "Bianchi", "Ferrari",
		"Di Giovanni", "Esposito", "Zanasi"}
	return func(yield func(LoadContact) bool) {
		r := rand.New(rand.NewPCG(1, 2))
		for i := range n {
			c := LoadContact{ID: civic.ID(fmt.Sprintf("p%07d", i)), ContactInput: ContactInput{
				Kind: Person, GivenName: given[r.IntN(len(given))], FamilyName: family[r.IntN(len(family))],
				BirthYear: strconv.Itoa(1940 + r.IntN(65)),
				District:  []civic.ID{"centro", "san-lazzaro"}[r.IntN(2)],
				Phones:    []string{fmt.Sprintf("+39347%07d", i%10_000_000)},
				Address: Address{Street: fmt.Sprintf("Via Emilia %d", r.IntN(900)), Postcode: "41121",
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
					c.Consents = append(c.Consents, LoadConsent{Topic: topic, Channel: ByMail, Given: true,
						At: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)})
				}
			}
			if !yield(c) {
				return
			}
		}
	}
}

func calls(n int) iter.Seq[LoadInteraction] {
	return func(yield func(LoadInteraction) bool) {
		for i := range n {
			in := LoadInteraction{ID: civic.ID(fmt.Sprintf("i%07d", i)),
				At: time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC), InteractionInput: InteractionInput{
					Contact: civic.ID(fmt.Sprintf("p%07d", i)), Channel: ByPhone, Direction: Inbound,
					Office: "urp", Subject: "Orari della biblioteca comunale",
					Note:    "Chiede anche dei corsi per adulti e della consegna dei libri a domicilio.",
					Outcome: Answered,
				}}
			if !yield(in) {
				return
			}
		}
	}
}
