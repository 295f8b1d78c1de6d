package stats

import "gonum.org/v1/gonum/mat"

// RaoScott is the test of independence in a weighted table.
type RaoScott struct {
	Test          // F with fractional degrees of freedom: the second-order correction
	X2    float64 // Pearson's statistic of the weighted shares at the sample's size
	first float64 // p-value of the first-order correction
}

// FirstOrder returns the p-value of the first-order correction, and whether there is one.
func (r RaoScott) FirstOrder() (float64, bool) { return r.first, r.Why == "" }

// maxTested bounds the tables whose covariance matrix is worked out.
const maxTested = 1024

// RaoScott tests whether rows and columns are independent, with the weights, the design and its calibration
// taken into account: Pearson's X² of the weighted shares over the trace of the design effects Δ, F = X²/tr Δ
// with (tr Δ)²/tr Δ² degrees of freedom and so many times those of the design (Rao and Scott 1984,
// second-order correction, as an F test after Thomas and Rao 1990). Empty rows and columns are left out. Why:
// OneCategory, OneUnit, NoVariance, or TooLarge beyond 1,024 cells.
func (t *Crosstab) RaoScott() RaoScott {
	rows, cols, why := t.testable()
	if why != "" {
		return RaoScott{Test: Test{Why: why}}
	}
	p := t.proportions()
	n := 0
	for _, c := range t.N {
		n += c
	}
	x2 := t.pearson(p, float64(n))
	v, nu, why := t.covariance()
	if why != "" {
		return RaoScott{Test: Test{Why: why}, X2: x2}
	}
	trace, square, ok := t.delta(rows, cols, p, v, float64(n))
	if !ok {
		return RaoScott{Test: Test{Why: NoVariance}, X2: x2}
	}
	out := RaoScott{X2: x2}
	out.Statistic, out.DF = x2/trace, trace*trace/square
	out.DF2 = out.DF * nu
	out.p = fP(out.Statistic, out.DF, out.DF2)
	k := float64((len(rows) - 1) * (len(cols) - 1))
	out.first = chiP(x2/(trace/k), k)
	return out
}

// testable returns the rows and columns that anybody is in, or why they cannot be tested.
func (t *Crosstab) testable() (rows, cols []int, why Why) {
	rows, cols = t.occupied()
	switch {
	case len(rows) < 2 || len(cols) < 2:
		return nil, nil, OneCategory
	case len(t.N) > maxTested:
		return nil, nil, TooLarge
	}
	return rows, cols, ""
}

// Wald tests independence by how far the weighted counts are from those expected, y = N_ij - N_i N_j/N,
// against their linearised covariance: W = y'V⁻¹y over all but the last row and column, as an adjusted F
// test, F = W (ν-k+1)/(kν) with k and ν-k+1 degrees of freedom, k = (rows-1)(columns-1) (Koch, Freeman and
// Freeman 1975; Fellegi 1980). RaoScott is steadier with few clusters; this one is there to compare. Why is
// as RaoScott has it.
func (t *Crosstab) Wald() Test {
	rows, cols, why := t.testable()
	if why != "" {
		return Test{Why: why}
	}
	v, nu, why := t.cellCovariance()
	k := (len(rows) - 1) * (len(cols) - 1)
	df2 := nu - float64(k) + 1
	if why != "" || df2 < 1 {
		return Test{Why: OneUnit}
	}
	y, slope := t.unexpected(rows[:len(rows)-1], cols[:len(cols)-1])
	w, ok := quadratic(y, slope, v)
	if !ok {
		return Test{Why: NoVariance}
	}
	f := w * df2 / (float64(k) * nu)
	return Test{Statistic: f, DF: float64(k), DF2: df2, p: fP(f, float64(k), df2)}
}

// unexpected returns what the weight of cells is beyond the product of their margins, and its derivatives by
// each cell's weight.
func (t *Crosstab) unexpected(rows, cols []int) (y *mat.VecDense, slope *mat.Dense) {
	total := t.Total()
	r, c := make([]float64, t.Rows), make([]float64, t.Cols) // shares of the margins
	for at, w := range t.Weight {
		r[at/t.Cols] += w / total
		c[at%t.Cols] += w / total
	}
	k := len(rows) * len(cols)
	y, slope = mat.NewVecDense(k, nil), mat.NewDense(k, len(t.Weight), nil)
	for a := range k {
		i, j := rows[a/len(cols)], cols[a%len(cols)]
		y.SetVec(a, t.Weight[t.At(i, j)]-total*r[i]*c[j])
		for at := range t.Weight {
			x := r[i] * c[j]
			if at/t.Cols == i {
				x -= c[j]
			}
			if at%t.Cols == j {
				x -= r[i]
			}
			if at == t.At(i, j) {
				x++
			}
			slope.Set(a, at, x)
		}
	}
	return y, slope
}

// quadratic returns y'(SVS')⁻¹y.
func quadratic(y *mat.VecDense, slope *mat.Dense, v [][]float64) (float64, bool) {
	flat := mat.NewDense(len(v), len(v), nil)
	for i, row := range v {
		flat.SetRow(i, row)
	}
	var half, cov mat.Dense
	var x mat.VecDense
	half.Mul(slope, flat)
	cov.Mul(&half, slope.T())
	if err := x.SolveVec(&cov, y); err != nil {
		return 0, false
	}
	w := mat.Dot(y, &x)
	return w, finite(w) && w >= 0
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

// delta returns the traces of the design effects matrix and of its square: (C'D⁻¹C/n)⁻¹ (C'D⁻¹VD⁻¹C), where
// the columns of C are the interactions of rows and columns freed of their main effects.
func (t *Crosstab) delta(
	rows, cols []int, p []float64, v [][]float64, n float64,
) (trace, square float64, ok bool) {
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
