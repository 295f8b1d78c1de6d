package stats

import "math"

// Crosstab is a weighted two-way table with what its tests need: counts, weights and squared weights of every cell, filled in
// one pass.
type Crosstab struct {
	Rows, Cols int
	N          []int     // unweighted count of each cell, row by row
	Weight     []float64 // sum of weights
	Squares    []float64 // sum of squared weights
	Missing    int       // respondents without a code in either column, or with a code outside
	units      *cellUnits
	design     *Design
}

// cellUnits are the weights of each unit of a clustered design in each cell.
type cellUnits struct {
	plan   plan
	totals []float64 // units × cells
}

// NewCrosstab returns the table of two columns of codes under a design. Codes from 0 to rows-1 and cols-1 count; the missing code
// and others are Missing. It returns a table of nobody, and why, when columns and design do not fit.
func NewCrosstab[R, C uint8 | uint16](row []R, col []C, rows, cols int, d *Design) (*Crosstab, Why) {
	if rows < 1 || cols < 1 || rows > 1<<12 || cols > 1<<12 {
		return nil, BadParameter
	}
	if len(row) != len(col) {
		return nil, DifferentSize
	}
	if len(row) == 0 {
		return nil, NoData
	}
	if why := d.ok(len(row)); why != "" {
		return nil, why
	}
	t := &Crosstab{Rows: rows, Cols: cols, design: d}
	t.N, t.Weight, t.Squares = make([]int, rows*cols), make([]float64, rows*cols), make([]float64, rows*cols)
	fill(t, row, col)
	if d.Strata != nil || d.Clusters != nil {
		t.units = &cellUnits{plan: d.plan()}
		t.units.totals = make([]float64, t.units.plan.units*rows*cols)
		for i, r := range row {
			if c := col[i]; int(r) < rows && int(c) < cols {
				t.units.totals[int(t.units.plan.unit[i])*rows*cols+int(r)*cols+int(c)] += d.Weights[i]
			}
		}
	}
	return t, ""
}

// cell gathers what one pass adds to: together, so that a row touches one line of memory.
type cell struct {
	weight, squares float64
	n               int
	_               int // a power of two
}

func fill[R, C uint8 | uint16](t *Crosstab, row []R, col []C) {
	cells := make([]cell, t.Rows*t.Cols+1) // the last takes what is missing
	last := len(cells) - 1
	weights := t.design.Weights
	col, weights = col[:len(row)], weights[:len(row)]
	for i, r := range row {
		at := int(r)*t.Cols + int(col[i])
		if int(r) >= t.Rows || int(col[i]) >= t.Cols {
			at = last
		}
		c, w := &cells[at], weights[i]
		c.n++
		c.weight += w
		c.squares += w * w
	}
	for at := range last {
		t.N[at], t.Weight[at], t.Squares[at] = cells[at].n, cells[at].weight, cells[at].squares
	}
	t.Missing = cells[last].n
}

// At returns the place of a cell in N, Weight and Squares.
func (t *Crosstab) At(row, col int) int { return row*t.Cols + col }

// RowN returns the unweighted total of a row.
func (t *Crosstab) RowN(row int) (n int) {
	for j := range t.Cols {
		n += t.N[t.At(row, j)]
	}
	return n
}

// ColN returns the unweighted total of a column.
func (t *Crosstab) ColN(col int) (n int) {
	for i := range t.Rows {
		n += t.N[t.At(i, col)]
	}
	return n
}

// Total returns the weight of the table.
func (t *Crosstab) Total() float64 { return sumOf(t.Weight) }

// proportions returns each cell's share of the table.
func (t *Crosstab) proportions() []float64 {
	total := t.Total()
	p := make([]float64, len(t.Weight))
	for i, w := range t.Weight {
		p[i] = ratio(w, total)
	}
	return p
}

// ColumnShare returns the share of a column's weight that is in a row, with its interval, as Design.Proportion gives it within
// the domain of the column.
func (t *Crosstab) ColumnShare(row, col int, level float64) Estimate {
	return t.share(func(at int) bool { return at == t.At(row, col) }, func(at int) bool { return at%t.Cols == col }, level)
}

// RowShare returns the share of a row's weight that is in a column.
func (t *Crosstab) RowShare(row, col int, level float64) Estimate {
	return t.share(func(at int) bool { return at == t.At(row, col) }, func(at int) bool { return at/t.Cols == row }, level)
}

// share estimates the share of one set of cells in another from the cells alone.
func (t *Crosstab) share(is, in func(at int) bool, level float64) Estimate {
	if !validLevel(level) {
		return Estimate{Why: BadParameter}
	}
	var e Estimate
	var squares, hit float64
	for at := range t.Weight {
		if in(at) {
			e.N += t.N[at]
			e.WeightedN += t.Weight[at]
			squares += t.Squares[at]
			if is(at) {
				hit += t.Weight[at]
			}
		}
	}
	if !(e.WeightedN > 0) {
		return Estimate{Why: NoData}
	}
	e.Value, e.EffectiveN = clamp(hit/e.WeightedN, 0, 1), ratio(e.WeightedN*e.WeightedN, squares)
	coefficients := make([]float64, len(t.Weight))
	for at := range coefficients {
		if in(at) {
			coefficients[at] = -e.Value / e.WeightedN
			if is(at) {
				coefficients[at] = (1 - e.Value) / e.WeightedN
			}
		}
	}
	v, df := t.variance(coefficients)
	e.DF, e.SE = df, math.Sqrt(math.Max(0, v))
	spread := e.Value * (1 - e.Value)
	switch {
	case df < 1:
		e.Why = OneUnit
		e.Low, e.High = wilson(e.Value, e.EffectiveN, quantile(level, 0))
		return e
	case e.SE > 0 && spread > 0:
		e.EffectiveN = spread / (e.SE * e.SE)
	default:
		e.Why = AllAlike
	}
	e.Low, e.High = wilson(e.Value, e.EffectiveN, quantile(level, df))
	return e
}

// variance returns that of the sum of weights times each cell's coefficient, and the degrees of freedom.
func (t *Crosstab) variance(coefficients []float64) (v, df float64) {
	if t.units != nil {
		return t.unitVariance(coefficients)
	}
	n := len(t.design.Weights)
	if n < 2 {
		return 0, 0
	}
	var sum, squares float64
	for at, c := range coefficients {
		sum += c * t.Weight[at]
		squares += c * c * t.Squares[at]
	}
	m := float64(n)
	return fraction(n, t.design.population(0)) * m / (m - 1) * math.Max(0, squares-sum*sum/m), m - 1
}

func (t *Crosstab) unitVariance(coefficients []float64) (v, df float64) {
	p := t.units.plan
	k := len(coefficients)
	totals, means := make([]float64, p.units), make([]float64, len(p.size))
	for u := range totals {
		for at, c := range coefficients {
			totals[u] += c * t.units.totals[u*k+at]
		}
		means[p.stratum[u]] += totals[u] / float64(p.size[p.stratum[u]])
	}
	for u, x := range totals {
		h := p.stratum[u]
		if n := float64(p.size[h]); n > 1 {
			v += p.rest[h] * n / (n - 1) * (x - means[h]) * (x - means[h])
		}
	}
	return v, p.df
}

// covariance returns the covariance matrix of the cells' shares of the table, row by row, and the degrees of freedom.
func (t *Crosstab) covariance() ([][]float64, float64) {
	k := len(t.Weight)
	p, total := t.proportions(), t.Total()
	v := make([][]float64, k)
	for a := range v {
		v[a] = make([]float64, k)
	}
	if t.units == nil {
		return t.simpleCovariance(v, p, total)
	}
	plan := t.units.plan
	z := make([]float64, plan.units*k) // linearised totals of each unit
	mean := make([]float64, len(plan.size)*k)
	for u := range plan.units {
		var weight float64
		for _, w := range t.units.totals[u*k : (u+1)*k] {
			weight += w
		}
		h := int(plan.stratum[u])
		for a := range k {
			z[u*k+a] = ratio(t.units.totals[u*k+a]-p[a]*weight, total)
			mean[h*k+a] += z[u*k+a] / float64(plan.size[h])
		}
	}
	for u := range plan.units {
		h := int(plan.stratum[u])
		n := float64(plan.size[h])
		if n < 2 {
			continue
		}
		f := plan.rest[h] * n / (n - 1)
		for a := range k {
			da := f * (z[u*k+a] - mean[h*k+a])
			for b := range k {
				v[a][b] += da * (z[u*k+b] - mean[h*k+b])
			}
		}
	}
	return v, plan.df
}

func (t *Crosstab) simpleCovariance(v [][]float64, p []float64, total float64) ([][]float64, float64) {
	n := float64(len(t.design.Weights))
	if n < 2 {
		return v, 0
	}
	squares := sumOf(t.Squares)
	f := fraction(len(t.design.Weights), t.design.population(0)) * n / (n - 1)
	for a := range p {
		for b := range p {
			x := squares*p[a]*p[b] - p[a]*t.Squares[b] - p[b]*t.Squares[a]
			if a == b {
				x += t.Squares[a]
			}
			v[a][b] = f * ratio(x, total*total)
		}
	}
	return v, n - 1
}

// Frequencies returns the weighted shares of one column of codes with their intervals, in one pass; the second result is how
// many have no code.
func Frequencies[T uint8 | uint16](codes []T, categories int, d *Design, level float64) ([]Estimate, int, Why) {
	one := make([]uint8, len(codes))
	t, why := NewCrosstab(codes, one, categories, 1, d)
	if why != "" {
		return nil, 0, why
	}
	shares := make([]Estimate, categories)
	for k := range shares {
		shares[k] = t.ColumnShare(k, 0, level)
	}
	return shares, t.Missing, ""
}
