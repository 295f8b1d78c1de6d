package disclose

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func random(t testing.TB, rnd *rand.Rand, rows, cols, most int) *Table {
	counts := make([][]int, rows)
	for i := range counts {
		counts[i] = make([]int, cols)
		for j := range counts[i] {
			counts[i][j] = rnd.IntN(most)
			if rnd.IntN(6) == 0 {
				counts[i][j] = 0
			}
		}
	}
	return table(t, counts)
}

// TestSuppressionProtects: no small count is published, and the interval of each is as wide as asked unless
// nothing at all is published. Nothing hidden can be worked out.
func TestSuppressionProtects(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 2))
	published := 0
	for n := range 400 {
		tab := random(t, rnd, 1+rnd.IntN(8), 1+rnd.IntN(8), 2+rnd.IntN(40))
		o := Options{Groups: n%2 == 0}
		p := Suppress(tab, o)
		everything := p.Suppressed() == len(p.reasons)
		published += len(p.reasons) - p.Suppressed()
		for i := 0; i <= tab.Rows; i++ {
			for j := 0; j <= tab.Cols; j++ {
				c, v := tab.Count(i, j), p.Bounds(i, j)
				switch {
				case c > 0 && c < DefaultThreshold && !p.Hidden(i, j):
					t.Fatalf("table %d: %d people published", n, c)
				case v.Min > c || v.Max < c:
					t.Fatalf("table %d: the count %d is not in its interval %v", n, c, v)
				case p.Hidden(i, j) && v.Exact():
					t.Fatalf("table %d %v: hidden cell %d,%d (%d, reason %d) is known", n, tab.counts, i, j,
						c, p.Reason(i, j))
				case p.Reason(i, j) == Small && v.Max-v.Min < DefaultThreshold && !everything:
					t.Fatalf("table %d: cell %d,%d lies between %d and %d", n, i, j, v.Min, v.Max)
				}
			}
		}
	}
	if published < 2000 {
		t.Errorf("only %d cells of all tables are published", published)
	}
}

// TestSuppressionIsFrugal: one small count in a table of large ones costs three more cells, no total.
func TestSuppressionIsFrugal(t *testing.T) {
	t.Parallel()
	p := Suppress(table(t, [][]int{{3, 50, 60}, {40, 55, 70}, {45, 65, 80}}), Options{})
	if n := p.Suppressed(); n != 4 {
		t.Errorf("%d cells hidden, want 4", n)
	}
	for k := range 4 {
		if p.Hidden(3, k) || p.Hidden(k, 3) {
			t.Errorf("a total is hidden")
		}
	}
	if n := Suppress(table(t, [][]int{{30, 50}, {40, 0}}), Options{}).Suppressed(); n != 0 {
		t.Errorf("%d cells hidden where none is small", n)
	}
}

// TestGroupDisclosure is the marriage table of the HandbookSDC: all six married people gave one answer.
func TestGroupDisclosure(t *testing.T) {
	t.Parallel()
	tab := table(t, [][]int{{6, 0}, {20, 30}, {15, 25}})
	if Suppress(tab, Options{}).Suppressed() != 0 {
		t.Error("without the option nothing is small here")
	}
	p := Suppress(tab, Options{Groups: true})
	if v := p.Bounds(0, 0); !p.Hidden(0, 0) || v.Exact() {
		t.Errorf("everybody's answer is known: %v", v)
	}
}

func TestNoTable(t *testing.T) {
	t.Parallel()
	for _, counts := range [][][]int{nil, {}, {{}}, {{1, 2}, {3}}, {{-1}}, {{math.MaxInt}}, {{1 << 28, 1}},
		{{1 << 27, 1}, {1 << 27}}} {
		if _, err := NewTable(counts); !errors.Is(err, ErrShape) && !errors.Is(err, ErrCount) {
			t.Errorf("%v: %v", counts, err)
		}
	}
	for _, counts := range [][][]int{{{0}}, {{3}}, {{4, 0, 0}}, {{0, 0}, {0, 0}}, {{1}, {1}, {1}}} {
		tab := table(t, counts)
		p := Suppress(tab, Options{Groups: true})
		for i := 0; i <= tab.Rows; i++ {
			for j := 0; j <= tab.Cols; j++ {
				if n := tab.Count(i, j); n > 0 && n < 5 && !p.Hidden(i, j) {
					t.Errorf("%v: %d published", counts, n)
				}
			}
		}
	}
}
