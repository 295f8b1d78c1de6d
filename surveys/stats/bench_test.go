package stats

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"ascolto/internal/benchline"
)

// median returns the median duration of several runs, in milliseconds.
func median(runs int, do func()) float64 {
	all := make([]float64, runs)
	for i := range all {
		began := time.Now()
		do()
		all[i] = float64(time.Since(began).Microseconds()) / 1000
	}
	slices.Sort(all)
	return all[runs/2]
}

// TestBench prints the figures of `make bench ONLY=cores`, for growing numbers of respondents. The goals are
// those of a million.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("a benchmark: make bench ONLY=cores")
	}
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		rnd := rand.New(rand.NewPCG(1, 1))
		d := &Design{Weights: make([]float64, n)}
		a, b, y := make([]uint8, n), make([]uint8, n), make([]float64, n)
		for i := range n {
			d.Weights[i], a[i], b[i], y[i] = 0.5+
				rnd.Float64(), uint8(rnd.IntN(7)), uint8(rnd.IntN(10)), rnd.Float64()
		}
		rows := fmt.Sprintf(", %d rows", n)
		ms := median(5, func() {
			tab, _ := NewCrosstab(a, b, 7, 10, d)
			tab.RaoScott()
			for j := range 10 {
				for i := range 7 {
					tab.ColumnShare(i, j, 0.95)
				}
			}
		})
		benchline.Line("weighted 7 × 10 table with intervals and Rao–Scott"+rows, ms, "ms", 30, true)
		benchline.Line("… read at"+rows, float64(n)*10/ms/1e6, "GB/s", 0, false)
		ms = median(3, func() {
			for range 40 {
				if _, _, why := Frequencies(a, 7, d, 0.95); why != "" {
					t.Fatal(why)
				}
			}
		})
		benchline.Line("40 one-way tables"+rows, ms, "ms", 300, true)
		benchline.Line("weighted median"+rows,
			median(3, func() { newPicker(d.Weights, column(y, nil)).value(0.5) }), "ms", 60, true)
		margins := make([]Margin, 5)
		for m := range margins {
			k := 3 + m
			margins[m] = Margin{Name: fmt.Sprint(m), Codes: make([]int, n), Targets: make([]float64, k)}
			for i := range n {
				margins[m].Codes[i] = rnd.IntN(k)
			}
			for c := range k {
				margins[m].Targets[c] = float64(n) / float64(k)
			}
		}
		benchline.Line("raking to five margins"+rows, median(3, func() {
			if c := Rake(d.Weights, margins, RakeOptions{}); !c.Converged {
				t.Fatal("raking does not converge")
			}
		}), "ms", 1500, true)
	}
}
