package disclose

import (
	"math/rand/v2"
	"os"
	"testing"

	"ascolto/internal/benchline"
)

func BenchmarkSuppress20x20(b *testing.B) {
	tab := random(b, rand.New(rand.NewPCG(20, 20)), 20, 20, 40)
	for b.Loop() {
		Suppress(tab, Options{})
	}
}

// TestBench prints the figure of `make bench ONLY=cores`.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("a benchmark: make bench ONLY=cores")
	}
	r := testing.Benchmark(BenchmarkSuppress20x20)
	benchline.Line("suppression, 20 × 20 with totals", float64(r.NsPerOp())/1e6, "ms", 100, true)
}
