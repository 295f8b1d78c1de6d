package opinion

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEigenvectorsOfASmallMatrix compares with values worked out by hand: [[2,1],[1,2]] has 3 and 1.
func TestEigenvectorsOfASmallMatrix(t *testing.T) {
	t.Parallel()
	a := [][]float64{{2, 1, 0}, {1, 2, 0}, {0, 0, 0.5}}
	values, vectors := lanczos(3, 2, func(in, out []float64) {
		for i := range a {
			out[i] = dot(a[i], in)
		}
	})
	h := math.Sqrt(0.5)
	for _, v := range vectors {
		orient(v)
	}
	if diff := cmp.Diff([]float64{3, 1}, values,
		cmp.Comparer(func(x, y float64) bool { return near(x, y, 1e-12) })); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]float64{{h, h, 0}, {h, -h, 0}}, vectors,
		cmp.Comparer(
			func(x, y float64) bool { return math.Abs(math.Abs(x)-math.Abs(y)) < 1e-9 })); diff != "" {
		t.Error(diff)
	}
}
