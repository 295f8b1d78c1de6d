package stats

import (
	"math"
	"slices"
)

// Pair is a comparison of two columns within a row.
type Pair struct {
	Row, A, B int
	Test              // pooled z of the share in A less that in B
	Adjusted  float64 // p-value after Bonferroni's correction for the pairs of the row
}

// maxCompared bounds the columns that are compared in pairs.
const maxCompared = 64

// ColumnPairs compares every pair of columns within each row by the pooled z on Kish's effective size of each column, never the
// sum of weights; nil for more than 64 columns. Letters turns the pairs into the letters printed in the table.
func (t *Crosstab) ColumnPairs() []Pair {
	if t.Cols > maxCompared {
		return nil
	}
	size, weight := make([]float64, t.Cols), make([]float64, t.Cols)
	for j := range t.Cols {
		var squares float64
		for i := range t.Rows {
			weight[j] += t.Weight[t.At(i, j)]
			squares += t.Squares[t.At(i, j)]
		}
		size[j] = ratio(weight[j]*weight[j], squares)
	}
	pairs := float64(t.Cols * (t.Cols - 1) / 2)
	var all []Pair
	for i := range t.Rows {
		for a := range t.Cols {
			for b := a + 1; b < t.Cols; b++ {
				test := twoShares(ratio(t.Weight[t.At(i, a)], weight[a]), size[a], ratio(t.Weight[t.At(i, b)], weight[b]), size[b])
				all = append(all, Pair{i, a, b, test, math.Min(1, test.P*pairs)})
			}
		}
	}
	return all
}

// Letters returns, for each cell of a table of so many columns, row by row, the columns whose share in that row is smaller beyond
// chance: where Adjusted is below alpha, usually 0.05. A column is named by its place, 0 for A.
func Letters(pairs []Pair, rows, cols int, alpha float64) [][]int {
	if rows < 0 || cols < 0 || rows > maxCells || cols > maxCells || rows*cols > maxCells {
		return nil
	}
	out := make([][]int, rows*cols)
	for _, p := range pairs {
		if p.Why != "" || !(p.Adjusted < alpha) || min(p.Row, p.A, p.B) < 0 || p.Row >= rows || max(p.A, p.B) >= cols {
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
