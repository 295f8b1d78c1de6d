package opinion

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"ascolto/internal/benchline"
)

// TestBench prints the figures of `make bench ONLY=cores`. A map is computed several times and the median
// told.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("a benchmark: make bench ONLY=cores")
	}
	for _, c := range []struct {
		people, statements int
		votes              int
		goal               float64
	}{{500, 300, 37_500, 40}, {2000, 900, 225_000, 400}} {
		st, casts := town(c.people, c.statements, 4, float64(c.votes)/float64(c.people*c.statements), 11)
		v := New(st, casts)
		name := fmt.Sprintf("opinion map, %d × %d, %d votes", c.people, c.statements, len(casts))
		benchline.Line(name, median(5, func() { Compute(v) }), "ms", c.goal, true)
		rand.New(rand.NewPCG(1, 1)).Shuffle(len(casts),
			func(i, j int) { casts[i], casts[j] = casts[j], casts[i] })
		benchline.Line(name+", from raw votes after one more", median(3, func() {
			Compute(New(st,
				append(casts, Cast{Person: casts[0].Person, Statement: casts[0].Statement, Vote: Pass,
					At: 1 << 40})))
		}), "ms", 1000, true)
	}
}

// median returns the median duration of several runs, in milliseconds.
func median(runs int, do func()) float64 {
	var all []float64
	for range runs {
		began := time.Now()
		do()
		all = append(all, float64(time.Since(began).Microseconds())/1000)
	}
	for i := range all {
		for j := i; j > 0 && all[j] < all[j-1]; j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	return all[runs/2]
}
