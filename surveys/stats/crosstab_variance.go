package stats

// cellUnits are what the respondents of each unit of a clustered or stratified design weigh in each cell;
// after calibration, less what the margins explain.
type cellUnits struct {
	plan   plan
	totals []float64 // units × cells
	known  []float64 // units × categories of the margins; after calibration only
}

func newCellUnits[R, C uint8 | uint16](t *Crosstab, row []R, col []C) *cellUnits {
	d, k := t.design, len(t.N)
	u := &cellUnits{plan: d.plan()}
	u.totals = make([]float64, u.plan.units*k)
	for i, r := range row {
		if at := t.cellOf(int(r), int(col[i])); at >= 0 {
			u.totals[int(u.plan.unit[i])*k+at] += d.Weights[i]
		}
	}
	if c := d.Calibration; c != nil {
		p := c.known.size
		u.known = make([]float64, u.plan.units*p)
		for i, w := range d.Weights {
			at := int(u.plan.unit[i]) * p
			c.known.add(i, w, u.known[at:at+p])
		}
	}
	return u
}

// settle takes from each unit what the margins explain of its cells.
func (u *cellUnits) settle(rest *cellRest) {
	if u == nil {
		return
	}
	k, p := len(rest.fit), rest.size
	for at := range u.plan.units {
		known := u.known[at*p : (at+1)*p]
		for a, b := range rest.fit {
			u.totals[at*k+a] -= product(known, b)
		}
	}
}

// cellRest is what a calibrated table needs beside its cells so that each respondent counts with the residual
// of their cell on the margins: r_ia = 1{i in a} - x_i'b_a. Sums of products of residuals follow from those
// of cells and categories.
type cellRest struct {
	size   int         // categories and quantities of the calibration
	fit    [][]float64 // b_a of each cell
	cross  [][]float64 // of each cell, Σ w² x over its respondents
	square [][]float64 // Σ w² x x', both halves
	total  []float64   // Σ w x
}

func newCellRest[R, C uint8 | uint16](t *Crosstab, row []R, col []C) *cellRest {
	d, c := t.design, t.design.Calibration
	r := &cellRest{size: c.known.size, fit: matrix(len(t.N), c.known.size),
		cross: matrix(len(t.N), c.known.size), total: make([]float64, c.known.size)}
	squares := make([]float64, len(row))
	for i, w := range d.Weights {
		squares[i] = w * w
		c.known.add(i, w, r.total)
		if at := t.cellOf(int(row[i]), int(col[i])); at >= 0 {
			c.known.add(i, c.Base[i], r.fit[at])
			c.known.add(i, w*w, r.cross[at])
		}
	}
	for a := range r.fit {
		r.fit[a] = solveCholesky(c.factor, r.fit[a])
	}
	r.square = c.known.cross(squares)
	for a := range r.square {
		for b := range a {
			r.square[b][a] = r.square[a][b]
		}
	}
	return r
}

func matrix(rows, cols int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, cols)
	}
	return m
}

func product(a, b []float64) (s float64) {
	for i, x := range a {
		s += x * b[i]
	}
	return s
}

// through returns b'Square of a cell's or combination's coefficients.
func (r *cellRest) through(b []float64) []float64 {
	out := make([]float64, r.size)
	for i, row := range r.square {
		out[i] = product(row, b)
	}
	return out
}

// complete reports whether everybody there is was asked.
func (t *Crosstab) complete() bool {
	if t.units != nil {
		return t.units.plan.complete()
	}
	n := len(t.design.Weights)
	return fraction(n, t.design.population(0)) == 0
}

// variance returns that of the sum of weights times each cell's coefficient, and the degrees of freedom, or
// why it is not known. in says which cells the estimate rests on.
func (t *Crosstab) variance(coefficients []float64, in func(at int) bool) (v, df float64, why Why) {
	if t.units != nil {
		return t.unitVariance(coefficients, in)
	}
	n := len(t.design.Weights)
	if n < 2 {
		return 0, 0, OneUnit
	}
	var sum, squares float64
	for at, c := range coefficients {
		sum += c * t.Weight[at]
		squares += c * c * t.Squares[at]
	}
	if r := t.rest; r != nil {
		fit := make([]float64, r.size)
		var cross float64
		for at, c := range coefficients {
			for k, b := range r.fit[at] {
				fit[k] += c * b
			}
		}
		for at, c := range coefficients {
			cross += c * product(r.cross[at], fit)
		}
		sum -= product(r.total, fit)
		squares += product(fit, r.through(fit)) - 2*cross
	}
	m := float64(n)
	return fraction(n, t.design.population(0)) * m / (m - 1) * max(0, squares-sum*sum/m), m - 1, ""
}

func (t *Crosstab) unitVariance(coefficients []float64, in func(at int) bool) (v, df float64, why Why) {
	p := &t.units.plan
	k := len(coefficients)
	totals := make([]float64, p.units)
	for u := range totals {
		totals[u] = product(coefficients, t.units.totals[u*k:(u+1)*k])
	}
	stretch, why := t.stretch(in)
	return stretch * p.squares(totals), p.df, why
}

// touched returns which strata have anybody in some cells, or, after calibration, count for them.
func (t *Crosstab) touched(in func(at int) bool) []bool {
	p, k := &t.units.plan, len(t.N)
	touched := make([]bool, len(p.size))
	if !p.lone {
		return touched
	}
	for u, h := range p.stratum {
		for at, x := range t.units.totals[u*k : (u+1)*k] {
			touched[h] = touched[h] || x != 0 && in(at)
		}
	}
	return touched
}

// covariance returns the covariance matrix of the cells' shares of the table, row by row, and the degrees of
// freedom: that of the weights in the cells, M, seen through the derivatives (1{a=b} - p_a)/total of the
// shares.
func (t *Crosstab) covariance() ([][]float64, float64, Why) {
	m, df, why := t.cellCovariance()
	p, total := t.proportions(), t.Total()
	rows := make([]float64, len(m))
	var all float64
	for a := range m {
		rows[a] = sumOf(m[a])
		all += rows[a]
	}
	v := matrix(len(m), len(m))
	for a := range v {
		for b := range v {
			v[a][b] = ratio(m[a][b]-p[a]*rows[b]-p[b]*rows[a]+p[a]*p[b]*all, total*total)
		}
	}
	return v, df, why
}

// cellCovariance returns the covariance matrix of the weights in the cells, or why it is not known.
func (t *Crosstab) cellCovariance() ([][]float64, float64, Why) {
	stretch, why := t.stretch(func(int) bool { return true })
	m, df := t.knownCovariance()
	if stretch != 1 {
		for _, row := range m {
			for b := range row {
				row[b] *= stretch
			}
		}
	}
	return m, df, why
}

// stretch returns what the variance of an estimate that rests on some cells is to be multiplied by for strata
// with a lone unit, or why it is not known.
func (t *Crosstab) stretch(in func(at int) bool) (float64, Why) {
	switch {
	case t.units != nil:
		return t.units.plan.stretch(t.touched(in))
	case len(t.design.Weights) < 2:
		return 0, OneUnit
	}
	return 1, ""
}

// knownCovariance returns what of the covariance matrix of the weights in the cells can be told: without lone
// units.
func (t *Crosstab) knownCovariance() ([][]float64, float64) {
	k := len(t.Weight)
	m := matrix(k, k)
	if t.units != nil {
		return t.unitCovariance(m)
	}
	n := float64(len(t.design.Weights))
	if n < 2 {
		return m, 0
	}
	f := fraction(len(t.design.Weights), t.design.population(0)) * n / (n - 1)
	sums, through := make([]float64, k), make([][]float64, k)
	for a := range k {
		sums[a] = t.Weight[a]
		if r := t.rest; r != nil {
			sums[a] -= product(r.total, r.fit[a])
			through[a] = r.through(r.fit[a])
		}
	}
	for a := range k {
		for b := range k {
			var x float64
			if a == b {
				x = t.Squares[a]
			}
			if r := t.rest; r != nil {
				x += product(through[a], r.fit[b]) - product(r.cross[a], r.fit[b]) - product(r.cross[b],
					r.fit[a])
			}
			m[a][b] = f * (x - sums[a]*sums[b]/n)
		}
	}
	return m, n - 1
}

func (t *Crosstab) unitCovariance(m [][]float64) ([][]float64, float64) {
	plan, k := &t.units.plan, len(m)
	means := matrix(len(plan.size), k)
	for u := range plan.units {
		h := plan.stratum[u]
		if _, centred := plan.between(h); centred {
			for a, x := range t.units.totals[u*k : (u+1)*k] {
				means[h][a] += x / float64(plan.size[h])
			}
		}
	}
	for u := range plan.units {
		h := plan.stratum[u]
		f, _ := plan.between(h)
		if f == 0 {
			continue
		}
		totals := t.units.totals[u*k : (u+1)*k]
		for a := range k {
			d := f * (totals[a] - means[h][a])
			for b := range k {
				m[a][b] += d * (totals[b] - means[h][b])
			}
		}
	}
	return m, plan.df
}
