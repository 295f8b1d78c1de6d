package search

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"ascolto/internal/benchline"
)

// everyday words of what people write to a municipality, the most frequent first.
var everyday = []string{
	"strada", "marciapiede", "buca", "illuminazione", "lampione", "rifiuti", "raccolta", "differenziata",
	"parco", "giochi", "scuola", "autobus",
	"fermata", "ritardo", "biblioteca", "orario", "ufficio", "anagrafe", "certificato", "attesa",
	"parcheggio", "multa", "verde", "alberi",
	"potatura", "acqua", "perdita", "fognatura", "rumore", "cantiere", "pista", "ciclabile", "semaforo",
	"incrocio", "pericoloso", "quartiere",
	"piazza", "mercato", "panchina", "fontana", "cimitero", "impianto", "sportivo", "piscina", "asilo",
	"mensa", "pagamento", "tassa",
	"bollettino", "residenza", "cambio", "carta", "identità", "appuntamento", "sportello", "telefono",
	"risposta", "segnalazione", "lavori", "proposta",
}

var (
	givenNames = []string{"Nicolò", "Maria", "Giosuè", "Anna", "Luca", "Chiara", "Niccolò", "Sara", "Andrea",
		"Giulia", "José", "Francesca"}
	surnames = []string{"D'Angelo", "De Luca", "Rossi", "Dall'Oca", "Bianchi", "Degli Esposti", "Ferrari",
		"Lo Russo", "Fabbri", "Nicolò", "Zanella", "Conti"}
	districts = []string{"q1", "q2", "q3", "q4"}
)

func contactDoc(r *rand.Rand, n int) Doc {
	name := fmt.Sprintf("%s %s%s", givenNames[r.IntN(len(givenNames))], surnames[r.IntN(len(surnames))],
		[]string{"", "ni", "etti", "oni"}[r.IntN(4)])
	return Doc{
		ID: fmt.Sprintf("contact/%07d", n), Kind: "contact", Scope: "staff", Title: name,
		Names: []string{name},
		Codes: []string{fmt.Sprintf("persona.%d@example.org", n),
			fmt.Sprintf("+39 3%09d", r.IntN(1_000_000_000))},
		Path: fmt.Sprintf("/desk/contacts/%d", n), At: time.Unix(1_700_000_000+int64(n), 0),
		Facets: map[string][]string{"district": {districts[r.IntN(4)]}, "consent": {"newsletter"},
			"topic": {everyday[r.IntN(8)]}},
	}
}

// vocabulary is the everyday words and twenty thousand invented ones, of which word picks one as often as the
// rank of a word makes it occur in a language.
var vocabulary = sync.OnceValue(func() []string {
	words := slices.Clone(everyday)
	r := rand.New(rand.NewPCG(3, 4))
	syllables := []string{"ba", "ca", "co", "de", "fi", "ga", "lo", "ma", "ne", "pi", "ra", "sto", "ti", "vo",
		"zu", "tra", "gli", "spe", "cor", "men"}
	for len(words) < 20_000 {
		w := ""
		for range 2 + r.IntN(3) {
			w += syllables[r.IntN(len(syllables))]
		}
		words = append(words, w+[]string{"re", "to", "ta", "zione", "le", "no"}[r.IntN(6)])
	}
	return words
})

func word20k(r *rand.Rand) string {
	// the inverse of the distribution whose density falls with (rank + 20) to the power 1.1
	low, high := math.Pow(20, -0.1), math.Pow(20_020, -0.1)
	rank := math.Pow(low-r.Float64()*(low-high), -10) - 20
	return vocabulary()[min(int(rank), len(vocabulary())-1)]
}

func postDoc(r *rand.Rand, n int) Doc {
	text := ""
	for i := range 50 {
		if i%5 == 3 {
			text += "della "
		}
		text += word20k(r) + " "
	}
	return Doc{
		ID: fmt.Sprintf("post/%07d", n), Kind: "post", Scope: Public, Title: text[:40], Text: text,
		Path: fmt.Sprintf("/forum/%d", n),
		At:   time.Unix(1_700_000_000+int64(n)*600, 0),
		Facets: map[string][]string{"district": {districts[r.IntN(4)]}, "area": {everyday[r.IntN(10)]},
			"status": {everyday[r.IntN(5)]}, "year": {"2026"}},
	}
}

func generated(n int, make func(*rand.Rand, int) Doc) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		r := rand.New(rand.NewPCG(1, 2))
		for i := range n {
			if !yield(make(r, i), nil) {
				return
			}
		}
	}
}

// benchAsked skips t unless benchmarks are asked for.
func benchAsked(t *testing.T) {
	t.Helper()
	if os.Getenv("ASCOLTO_BENCH") != "1" {
		t.Skip("a benchmark; set ASCOLTO_BENCH=1 to run it")
	}
}

func TestBenchLoad(t *testing.T) {
	benchAsked(t)
	const n = 60_000
	x := openIndex(t, t.TempDir())
	start := time.Now()
	if err := x.Load(t.Context(), generated(n, contactDoc)); err != nil {
		t.Fatal(err)
	}
	benchline.Line("search bulk load of contacts", n/time.Since(start).Seconds(), "docs/s", 22_000, false)
	start = time.Now()
	ids := 0
	for _, err := range x.IDs(t.Context(),
		Query{Scopes: []Scope{"staff"}, Facets: map[string][]string{"district": {"q1"}}}) {
		if err != nil {
			t.Fatal(err)
		}
		ids++
	}
	benchline.Line("search ids of a segment", float64(ids)/time.Since(start).Seconds(), "ids/s", 200_000,
		false)
	searchTimes(t, x, "60,000 contacts", "staff",
		[]string{"rossi", "nicolo d'angelo", "persona.77@example.org", "de luca maria", "ferarri",
			"333"}, nil)
}

func TestBenchSearch(t *testing.T) {
	benchAsked(t)
	const n = 50_000
	x := openIndex(t, t.TempDir())
	if err := x.Load(t.Context(), generated(n, postDoc)); err != nil {
		t.Fatal(err)
	}
	texts := []string{
		"strada", "marciapiedi rotti", "buche pericolose in via mameli", "raccolta differenziata",
		"marciapide", `"parco giochi"`,
		"orari dell'anagrafe per la carta d'identità", "lampione", "perdita acqua", "bibblioteca",
	}
	searchTimes(t, x, "50,000 posts", Public, texts, nil)
	searchTimes(t, x, "50,000 posts, counting 4 facets", Public, texts,
		[]string{"district", "area", "status", "year"})
	searchTimes(t, x, "50,000 posts, empty text, counting 4 facets", Public, []string{""},
		[]string{"district", "area", "status", "year"})
	start := time.Now()
	const singles = 50
	for i := range singles {
		put(t, x, Doc{ID: fmt.Sprint("post/new", i), Kind: "post", Title: "Una nuova segnalazione"})
	}
	benchline.Line("search put until findable", time.Since(start).Seconds()*1000/singles, "ms", 100, true)
}

// searchTimes prints how long 95 of 100 searches take at most.
func searchTimes(t *testing.T, x *Index, name string, scope Scope, texts, count []string) {
	var took []time.Duration
	for range 20 {
		for _, text := range texts {
			start := time.Now()
			if _, err := x.Search(t.Context(), Query{Text: text, Scopes: []Scope{scope}, Count: count,
				Size: 20}); err != nil {
				t.Fatalf("search %q: %v", text, err)
			}
			took = append(took, time.Since(start))
		}
	}
	if testing.Verbose() {
		for i, text := range texts {
			t.Logf("%-40s %s", text, took[len(took)-len(texts)+i])
		}
	}
	slices.Sort(took)
	benchline.Line("search p95 among "+name, took[len(took)*95/100].Seconds()*1000, "ms", 50, true)
}
