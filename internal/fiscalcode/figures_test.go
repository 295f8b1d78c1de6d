package fiscalcode

import (
	"os"
	"testing"

	"ascolto/internal/benchline"
)

// TestBench prints the figure of `make bench ONLY=cores`.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("a benchmark: make bench ONLY=cores")
	}
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			if _, err := Parse("RSSMRA85T10A562S"); err != nil {
				b.Fatal(err)
			}
		}
	})
	benchline.Line("fiscal code, parse", float64(r.NsPerOp()), "ns", 300, true)
}
