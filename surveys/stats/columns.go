package stats

import (
	"math"
	"slices"
)

// Pair is a comparison of two columns within a row.
type Pair struct {
	Row, A, B int
	Test      // of the share in A less that in B
	adjusted  float64
}

// Adjusted returns the p-value after Holm's correction for the pairs of the row that could be tested, and
// whether there is one.
func (p Pair) Adjusted() (float64, bool) { return p.adjusted, p.Why == "" }

// maxCompared bounds the columns that are compared in pairs.
const maxCompared = 64

// ColumnPairs compares every pair of columns within each row by the pooled z, adjusted by Holm's method for
// the pairs of the row; nil for more than 64 columns. With weights alone a column counts as much as Kish's
// effective size of it, never as the sum of its weights; with strata, clusters or calibration the variance is
// the design's, under the share both columns have together, and the test Student's with the degrees of
// freedom of the design. Why: NoData for an empty column, NoVariance where all are alike, OneUnit, or
// TooLarge for such a design beyond 1,024 cells. Letters turns the pairs into the letters of the table.
func (t *Crosstab) ColumnPairs() []Pair {
	if t.Cols > maxCompared {
		return nil
	}
	test := t.columnTest()
	var all []Pair
	for i := range t.Rows {
		first := len(all)
		for a := range t.Cols {
			for b := a + 1; b < t.Cols; b++ {
				all = append(all, Pair{Row: i, A: a, B: b, Test: test(i, a, b)})
			}
		}
		adjust(all[first:])
	}
	return all
}

// adjust applies Holm's correction to the pairs of a row that could be tested.
func adjust(pairs []Pair) {
	var p []float64
	for _, pair := range pairs {
		if pair.Why == "" {
			p = append(p, pair.p)
		}
	}
	p = Holm(p)
	for k := range pairs {
		if pairs[k].Why == "" {
			pairs[k].adjusted, p = p[0], p[1:]
		}
	}
}

// columnTest returns what compares the shares of two columns in a row.
func (t *Crosstab) columnTest() func(row, a, b int) Test {
	weight, size := t.columns()
	share := func(row, col int) float64 { return ratio(t.Weight[t.At(row, col)], weight[col]) }
	if t.units == nil && t.rest == nil {
		return func(row, a, b int) Test { return twoShares(share(row, a), size[a], share(row, b), size[b]) }
	}
	if len(t.N) > maxTested {
		return func(int, int, int) Test { return Test{Why: TooLarge} }
	}
	m, df := t.knownCovariance()
	stretch := make(map[[2]int]stretched, t.Cols*t.Cols)
	return func(row, a, b int) Test {
		if !(weight[a] > 0) || !(weight[b] > 0) {
			return Test{Why: NoData}
		}
		s, ok := stretch[[2]int{a, b}]
		if !ok {
			s.by, s.why = t.stretch(func(at int) bool { return at%t.Cols == a || at%t.Cols == b })
			stretch[[2]int{a, b}] = s
		}
		if s.why != "" {
			return Test{Why: s.why}
		}
		both := ratio(t.Weight[t.At(row, a)]+t.Weight[t.At(row, b)], weight[a]+weight[b])
		v := s.by * t.pairVariance(m, row, both, [2]int{a, b}, [2]float64{weight[a], -weight[b]})
		if !(v > 0) || !(both > 0) || !(both < 1) {
			return Test{Why: NoVariance}
		}
		z := (share(row, a) - share(row, b)) / math.Sqrt(v)
		return Test{Statistic: z, DF: df, p: studentP(z, df)}
	}
}

// stretched is what Crosstab.stretch returns for two columns.
type stretched struct {
	by  float64
	why Why
}

// columns returns the weight of each column and its effective size.
func (t *Crosstab) columns() (weight, size []float64) {
	weight, size = make([]float64, t.Cols), make([]float64, t.Cols)
	for j := range t.Cols {
		var squares float64
		for i := range t.Rows {
			weight[j] += t.Weight[t.At(i, j)]
			squares += t.Squares[t.At(i, j)]
		}
		size[j] = ratio(weight[j]*weight[j], squares)
	}
	return weight, size
}

// pairVariance returns the variance of the difference of two columns' shares in a row when both have the
// given one: that of the sum of weights times (1{row} - share)/weight of the column, the second's being
// negative, given the covariance of the cells.
func (t *Crosstab) pairVariance(
	m [][]float64, row int, share float64, cols [2]int, weight [2]float64,
) (v float64) {
	at, coefficients := make([]int, 0, 2*t.Rows), make([]float64, 0, 2*t.Rows)
	for k, col := range cols {
		for i := range t.Rows {
			c := -share
			if i == row {
				c++
			}
			at, coefficients = append(at, t.At(i, col)), append(coefficients, c/weight[k])
		}
	}
	for k, a := range at {
		for l, b := range at {
			v += coefficients[k] * coefficients[l] * m[a][b]
		}
	}
	return v
}

// Letters returns, for each cell of a table of so many columns, row by row, the columns whose share in that
// row is smaller beyond chance: where the adjusted p-value is below alpha, usually 0.05. A column is named by
// its place, 0 for A.
func Letters(pairs []Pair, rows, cols int, alpha float64) [][]int {
	if rows < 0 || cols < 0 || rows > maxCells || cols > maxCells || rows*cols > maxCells {
		return nil
	}
	out := make([][]int, rows*cols)
	for _, p := range pairs {
		if p.Why != "" || !(p.adjusted < alpha) || min(p.Row, p.A, p.B) < 0 || p.Row >= rows ||
			max(p.A, p.B) >= cols {
			continue
		}
		larger, smaller := p.A, p.B
		if p.Statistic < 0 {
			larger, smaller = p.B, p.A
		}
		at := p.Row*cols + larger
		out[at] = append(out[at], smaller)
	}
	for _, letters := range out {
		slices.Sort(letters)
	}
	return out
}
