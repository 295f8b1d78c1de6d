package stats

import "math"

// Crosstab is a weighted two-way table with what its tests need: counts, weights and squared weights of every
// cell, filled in one pass.
type Crosstab struct {
	Rows, Cols int
	N          []int     // unweighted count of each cell, row by row
	Weight     []float64 // sum of weights
	Squares    []float64 // sum of squared weights
	Missing    int       // respondents without a code in either column, or with a code outside
	units      *cellUnits
	rest       *cellRest
	design     *Design
}

// maxCells bounds a table.
const maxCells = 1 << 16

// NewCrosstab returns the table of two columns of codes under a design. Codes from 0 to rows-1 and cols-1
// count; the missing code and others are Missing. The second result says why there is no table: columns and
// design do not fit, or it would have more than 65,536 cells.
func NewCrosstab[R, C uint8 | uint16](row []R, col []C, rows, cols int, d *Design) (*Crosstab, Why) {
	if d == nil || rows < 1 || cols < 1 || rows > maxCells || cols > maxCells || rows*cols > maxCells {
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
		t.units = newCellUnits(t, row, col)
	}
	if d.Calibration != nil {
		t.rest = newCellRest(t, row, col)
		t.units.settle(t.rest)
	}
	return t, ""
}

// cellOf returns the cell of a respondent's two codes, -1 for none.
func (t *Crosstab) cellOf(row, col int) int {
	if row >= t.Rows || col >= t.Cols {
		return -1
	}
	return row*t.Cols + col
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

// At returns the place of a cell in N, Weight and Squares. It does not check that row and col are in the
// table.
func (t *Crosstab) At(row, col int) int { return row*t.Cols + col }

// RowN returns the unweighted total of a row, 0 for a row outside the table.
func (t *Crosstab) RowN(row int) (n int) {
	if row < 0 || row >= t.Rows {
		return 0
	}
	for j := range t.Cols {
		n += t.N[t.At(row, j)]
	}
	return n
}

// ColN returns the unweighted total of a column, 0 for a column outside the table.
func (t *Crosstab) ColN(col int) (n int) {
	if col < 0 || col >= t.Cols {
		return 0
	}
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

// ColumnShare returns the share of a column's weight that is in a row, with its interval, as
// Design.Proportion gives it within the domain of the column.
func (t *Crosstab) ColumnShare(row, col int, level float64) Estimate {
	return t.share(func(at int) bool { return at == t.At(row, col) },
		func(at int) bool { return at%t.Cols == col }, level)
}

// RowShare returns the share of a row's weight that is in a column.
func (t *Crosstab) RowShare(row, col int, level float64) Estimate {
	return t.share(func(at int) bool { return at == t.At(row, col) },
		func(at int) bool { return at/t.Cols == row }, level)
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
	v, df, why := t.variance(coefficients, in)
	if e.DF = df; why != "" {
		return e.without(why)
	}
	e.exact = t.complete()
	e.se = math.Sqrt(math.Max(0, v))
	return e.bounded(level)
}

// Frequencies returns the weighted shares of one column of codes with their intervals, in one pass; the
// second result is how many have no code.
func Frequencies[T uint8 | uint16](
	codes []T, categories int, d *Design, level float64,
) ([]Estimate, int, Why) {
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
