package term

import (
	"os"
	"testing"

	"ascolto/internal/benchline"
)

// TestBench prints the figures of `make bench ONLY=cores`.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("a benchmark: make bench ONLY=cores")
	}
	r := testing.Benchmark(BenchmarkDueWithThreeSuspensions)
	benchline.Line("term due date, three suspensions", float64(r.NsPerOp())/1000, "µs", 5, true)
}
