package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Association is how far rows and columns of a table hang together.
type Association struct {
	Test
	CramerV   float64
	Expected  []float64 // of each cell, row by row
	Residuals []float64 // adjusted standardised residuals
	Small     bool      // a cell expects fewer than five: prefer Fisher's test
}

// Pearson returns the chi-squared test of a table of counts, unweighted, without continuity correction. Empty rows and columns
// are left out of the degrees of freedom.
func Pearson(counts [][]int) Association {
	rows, cols, total, why := margins(counts)
	if why != "" {
		return Association{Test: Test{P: 1, Why: why}}
	}
	var a Association
	r, c := 0, 0
	for _, n := range rows {
		if n > 0 {
			r++
		}
	}
	for _, n := range cols {
		if n > 0 {
			c++
		}
	}
	for i, row := range counts {
		for j, n := range row {
			e := rows[i] * cols[j] / total
			d := float64(n) - e
			a.Expected = append(a.Expected, e)
			a.Statistic += ratio(d*d, e)
			a.Residuals = append(a.Residuals, ratio(d, math.Sqrt(e*(1-rows[i]/total)*(1-cols[j]/total))))
			a.Small = a.Small || e > 0 && e < 5
		}
	}
	if r < 2 || c < 2 {
		a.Test = Test{P: 1, Why: OneCategory}
		return a
	}
	a.DF = float64((r - 1) * (c - 1))
	a.P = chiP(a.Statistic, a.DF)
	a.CramerV = math.Sqrt(a.Statistic / total / float64(min(r, c)-1))
	return a
}

// margins returns the sums of a table of counts.
func margins(counts [][]int) (rows, cols []float64, total float64, why Why) {
	if len(counts) == 0 || len(counts[0]) == 0 {
		return nil, nil, 0, NoData
	}
	rows, cols = make([]float64, len(counts)), make([]float64, len(counts[0]))
	for i, row := range counts {
		if len(row) != len(cols) {
			return nil, nil, 0, DifferentSize
		}
		for j, n := range row {
			if n < 0 {
				return nil, nil, 0, BadParameter
			}
			rows[i] += float64(n)
			cols[j] += float64(n)
			total += float64(n)
		}
	}
	if total == 0 {
		return nil, nil, 0, NoData
	}
	return rows, cols, total, ""
}

// RaoScott is the test of independence in a weighted table.
type RaoScott struct {
	Test         // F with fractional degrees of freedom: the second-order correction
	X2   float64 // Pearson's statistic of the weighted shares at the sample's size
	P1   float64 // p-value of the first-order correction
}

// RaoScott tests whether rows and columns are independent, with the weights and the design taken into account (Rao and Scott
// 1984, second-order correction, as an F test after Thomas and Rao 1990).
func (t *Crosstab) RaoScott() RaoScott {
	rows, cols := t.occupied()
	if len(rows) < 2 || len(cols) < 2 {
		return RaoScott{Test: Test{P: 1, Why: OneCategory}, P1: 1}
	}
	p := t.proportions()
	n := 0
	for _, c := range t.N {
		n += c
	}
	x2 := t.pearson(p, float64(n))
	v, nu := t.covariance()
	if nu < 1 {
		return RaoScott{Test: Test{P: 1, Why: OneUnit}, X2: x2, P1: 1}
	}
	trace, square, ok := t.delta(rows, cols, p, v, float64(n))
	if !ok {
		return RaoScott{Test: Test{P: 1, Why: NoVariance}, X2: x2, P1: 1}
	}
	out := RaoScott{X2: x2}
	out.Statistic, out.DF = x2/trace, trace*trace/square
	out.DF2 = out.DF * nu
	out.P = fP(out.Statistic, out.DF, out.DF2)
	k := float64((len(rows) - 1) * (len(cols) - 1))
	out.P1 = chiP(x2/(trace/k), k)
	return out
}

// occupied returns the rows and columns that anybody is in.
func (t *Crosstab) occupied() (rows, cols []int) {
	for i := range t.Rows {
		if t.RowN(i) > 0 {
			rows = append(rows, i)
		}
	}
	for j := range t.Cols {
		if t.ColN(j) > 0 {
			cols = append(cols, j)
		}
	}
	return rows, cols
}

// pearson returns n times the squared contingency of shares.
func (t *Crosstab) pearson(p []float64, n float64) float64 {
	r, c := make([]float64, t.Rows), make([]float64, t.Cols)
	for at, x := range p {
		r[at/t.Cols] += x
		c[at%t.Cols] += x
	}
	var x2 float64
	for at, x := range p {
		e := r[at/t.Cols] * c[at%t.Cols]
		x2 += ratio((x-e)*(x-e), e)
	}
	return n * x2
}

// delta returns the traces of the design effects matrix and of its square: (C'D⁻¹C/n)⁻¹ (C'D⁻¹VD⁻¹C), where the columns of C
// are the interactions of rows and columns freed of their main effects.
func (t *Crosstab) delta(rows, cols []int, p []float64, v [][]float64, n float64) (trace, square float64, ok bool) {
	cells := len(rows) * len(cols)
	at := make([]int, 0, cells)
	for _, i := range rows {
		for _, j := range cols {
			at = append(at, t.At(i, j))
		}
	}
	k := (len(rows) - 1) * (len(cols) - 1)
	dc := mat.NewDense(cells, k, nil) // D⁻¹C
	c := mat.NewDense(cells, k, nil)
	for a := range cells {
		i, j := a/len(cols), a%len(cols)
		for b := range k {
			x := interaction(i, j, b/(len(cols)-1)+1, b%(len(cols)-1)+1, len(rows), len(cols))
			c.Set(a, b, x)
			dc.Set(a, b, ratio(x, p[at[a]]))
		}
	}
	sub := mat.NewDense(cells, cells, nil)
	for a := range cells {
		for b := range cells {
			sub.Set(a, b, v[at[a]][at[b]])
		}
	}
	var denominator, half, numerator, delta mat.Dense
	denominator.Mul(c.T(), dc)
	denominator.Scale(1/n, &denominator)
	half.Mul(sub, dc)
	numerator.Mul(dc.T(), &half)
	if err := delta.Solve(&denominator, &numerator); err != nil {
		return 0, 0, false
	}
	for a := range k {
		trace += delta.At(a, a)
		for b := range k {
			square += delta.At(a, b) * delta.At(b, a)
		}
	}
	return trace, square, finite(trace) && finite(square) && trace > 0 && square > 0
}

// interaction returns the value at cell i,j of the indicator of cell a,b, freed of row and column effects.
func interaction(i, j, a, b, rows, cols int) float64 {
	x := 1 / float64(rows*cols)
	if i == a {
		x -= 1 / float64(cols)
	}
	if j == b {
		x -= 1 / float64(rows)
	}
	if i == a && j == b {
		x++
	}
	return x
}

// Pair is a comparison of two columns within a row.
type Pair struct {
	Row, A, B int
	Test
	Adjusted float64 // p-value after Bonferroni's correction for the pairs of the row
}

// ColumnPairs compares every pair of columns within each row by the pooled z on Kish's effective size of each column, never the
// sum of weights. A letter goes to the column whose share is larger where Adjusted is below the level chosen.
func (t *Crosstab) ColumnPairs() []Pair {
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

// Bonferroni returns p-values adjusted for how many there are. It and Holm are for a family named
// beforehand (Holm 1979), BenjaminiHochberg for exploring (Benjamini and Hochberg 1995).
func Bonferroni(p []float64) []float64 {
	out := make([]float64, len(p))
	for i, x := range p {
		out[i] = math.Min(1, x*float64(len(p)))
	}
	return out
}

// Holm is less strict than Bonferroni and keeps the same promise.
func Holm(p []float64) []float64 {
	order, out := ascending(p), make([]float64, len(p))
	running := 0.0
	for rank, i := range order {
		running = math.Max(running, math.Min(1, p[i]*float64(len(p)-rank)))
		out[i] = running
	}
	return out
}

// BenjaminiHochberg keeps the share of false discoveries below the level.
func BenjaminiHochberg(p []float64) []float64 {
	order, out := ascending(p), make([]float64, len(p))
	running := 1.0
	for rank := len(order) - 1; rank >= 0; rank-- {
		i := order[rank]
		running = math.Min(running, p[i]*float64(len(p))/float64(rank+1))
		out[i] = running
	}
	return out
}
