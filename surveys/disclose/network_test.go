package disclose

import (
	"math/rand/v2"
	"testing"
)

func table(t testing.TB, counts [][]int) *Table {
	t.Helper()
	tab, err := NewTable(counts)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// hide returns the pattern that hides the given cells.
func hide(t *Table, cells ...[2]int) *Decision {
	p := &Decision{table: t, reasons: make([]Reason, len(t.counts))}
	for _, c := range cells {
		p.reasons[t.at(c[0], c[1])] = Small
	}
	return p
}

// TestHandbookExample is exercise 3 of the HandbookSDC (Geurts 1992): row sums 7, 3 and 6, the third row 3
// and 3, column sums 9 and 7. The first cell can only lie between 3 and 6.
func TestHandbookExample(t *testing.T) {
	t.Parallel()
	tab := table(t, [][]int{{5, 2}, {1, 2}, {3, 3}})
	p := hide(tab, [2]int{0, 0}, [2]int{0, 1}, [2]int{1, 0}, [2]int{1, 1})
	if v := p.Bounds(0, 0); v != (Interval{3, 6}) {
		t.Errorf("bounds %v, want 3 to 6", v)
	}
	if v := p.Bounds(2, 0); v != (Interval{3, 3}) {
		t.Errorf("a published cell has bounds %v", v)
	}
}

// enumerate returns the least and greatest value of every cell over all tables of counts up to most that
// agree with what is published: the slow way.
func enumerate(p *Decision, most int) (low, high []int) {
	t := p.table
	x := make([]int, len(t.counts))
	low, high = make([]int, len(x)), make([]int, len(x))
	for i := range low {
		low[i] = 1 << 30
	}
	var fill func(at int)
	fill = func(at int) {
		if at == t.Rows*t.Cols {
			fresh := make([][]int, t.Rows)
			for i := range fresh {
				fresh[i] = x[i*t.Cols : (i+1)*t.Cols]
			}
			other, err := NewTable(fresh)
			if err != nil {
				return
			}
			for c, r := range p.reasons {
				if r == Published && other.counts[c] != t.counts[c] {
					return
				}
			}
			for c, n := range other.counts {
				low[c], high[c] = min(low[c], n), max(high[c], n)
			}
			return
		}
		if i, j := at/t.Cols, at%t.Cols; !p.Hidden(i, j) {
			x[at] = t.Count(i, j)
			fill(at + 1)
			return
		}
		for n := 0; n <= most; n++ {
			x[at] = n
			fill(at + 1)
		}
	}
	fill(0)
	return low, high
}

// TestBoundsAreExact compares the network's intervals with all tables there are, totals hidden too.
func TestBoundsAreExact(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	const most = 7
	for range 400 {
		rows, cols := 2, 2+rnd.IntN(2)
		counts := make([][]int, rows)
		for i := range counts {
			counts[i] = make([]int, cols)
			for j := range counts[i] {
				counts[i][j] = rnd.IntN(4)
			}
		}
		tab := table(t, counts)
		p := hide(tab)
		for at := range p.reasons {
			if rnd.IntN(2) == 0 {
				p.reasons[at] = Small
			}
		}
		low, high := enumerate(p, most)
		for i := 0; i <= rows; i++ {
			for j := 0; j <= cols; j++ {
				got, at := p.Bounds(i, j), tab.at(i, j)
				if got.Min != low[at] || got.Max != high[at] && high[at] < most {
					t.Fatalf("%v hidden %v: cell %d,%d is %v, counted %d to %d", counts, p.reasons, i, j, got,
						low[at], high[at])
				}
			}
		}
	}
}
