package disclose

import (
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"ascolto/internal/benchline"
)

func BenchmarkSuppress20x20(b *testing.B) {
	tab := random(b, rand.New(rand.NewPCG(20, 20)), 20, 20, 40)
	for b.Loop() {
		Suppress(tab, Options{})
	}
}

// survey returns the tables of a survey's results: each question by gender, age and district of the
// respondents.
func survey(people, questions int) [][][]Set {
	rnd := rand.New(rand.NewPCG(40, 40))
	draw := func(n int, like []int) []int {
		all := make([]int, people)
		for i := range all {
			if all[i] = min(n-1, int(float64(n)*rnd.Float64()*(0.6+0.6*rnd.Float64()))); like != nil &&
				rnd.IntN(5) == 0 {
				all[i] = like[i] % n
			}
		}
		return all
	}
	traits, sizes := [][]int{draw(2, nil), draw(5, nil), draw(6, nil)}, []int{2, 5, 6}
	var tables [][][]Set
	for q := range questions {
		answers := draw(3+q%3, traits[1])
		for k, trait := range traits {
			tables = append(tables, cross(trait, answers, sizes[k], 3+q%3, everybody))
		}
	}
	return tables
}

// TestBench prints the figures of `make bench ONLY=cores`.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("a benchmark: make bench ONLY=cores")
	}
	r := testing.Benchmark(BenchmarkSuppress20x20)
	benchline.Line("suppression, 20 × 20 with totals", float64(r.NsPerOp())/1e6, "ms", 100, true)
	for _, people := range []int{1000, 3000} {
		h, longest := NewHistory(Options{}), time.Duration(0)
		for _, members := range rare(people, 25)[:100] {
			start := time.Now()
			if _, err := h.Release(members); err != nil && !errors.Is(err, ErrUnproved) &&
				!errors.Is(err, ErrDifferencing) {
				t.Fatal(err)
			}
			longest = max(longest, time.Since(start))
		}
		name := map[int]string{1000: "1,000", 3000: "3,000"}[people]
		benchline.Line("longest of 100 tables of "+name+" people with rare places, published or refused",
			float64(longest.Microseconds())/1e3, "ms", 3000, true)
	}
	const longest = 300 * time.Millisecond
	for _, people := range []int{1000, 10_000} {
		h, quick := NewHistory(Options{}), 0
		for _, members := range survey(people, 34)[:100] {
			start := time.Now()
			if _, err := h.Release(members); err != nil || time.Since(start) > longest {
				break
			}
			quick++
		}
		name := map[int]string{1000: "1,000", 10_000: "10,000"}[people]
		benchline.Line("tables of "+name+" people released in 300 ms each, of 100", float64(quick), "tables",
			100, false)
	}
}
