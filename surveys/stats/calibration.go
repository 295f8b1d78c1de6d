package stats

import "math"

// Calibration is the outcome of Rake, PostStratify or Calibrate: weights that reproduce the margins, and what
// it took.
type Calibration struct {
	Weights    []float64 // nil when Refused
	Base       []float64 // the weights to begin with
	Margins    []Margin
	Quantities []Quantity
	Cycles     int
	Converged  bool
	Smallest   float64   // least and
	Largest    float64   // greatest factor by which a weight was multiplied, once both sets have the same sum
	Effective  float64   // Kish's effective size of the weights
	Deff       float64   // and their design effect
	Capped     float64   // share of the weights at the cap, or at a bound
	Warnings   []Problem // that do not keep the weights from being used
	Refused    []Problem // that do: there are no weights

	known  *auxiliary
	factor [][]float64 // of the normal equations, once a design needs them
	again  func(base []float64) ([]float64, bool)
}

// Design returns the design of the calibrated weights with the strata and clusters of d, whose weights must
// be those the calibration began with: standard errors then know of it. Residuals of the variable on the
// margins take its place in the variance (Deville and Särndal 1992, section 4): ignoring calibration would
// overstate the error, and treating the weights as the design's own would misstate it. It returns d itself
// when there are no weights.
func (c *Calibration) Design(d *Design) *Design {
	if c.Weights == nil {
		return d
	}
	if c.factor == nil {
		c.factor = cholesky(c.known.cross(c.Base))
	}
	out := *d
	out.Weights, out.Calibration = c.Weights, c
	return &out
}

// residuals returns what the margins leave unexplained of u: the residual of the least squares regression on
// them, weighted by the weights before calibration. (With the calibrated weights the standard error would be
// too large.)
func (c *Calibration) residuals(u func(i int) float64) func(i int) float64 {
	b := make([]float64, c.known.size)
	for i, w := range c.Base {
		c.known.add(i, w*u(i), b)
	}
	b = solveCholesky(c.factor, b)
	return func(i int) float64 { return u(i) - c.known.times(i, b) }
}

// worst returns the margin or quantity that weights miss by the largest share of the population, or of the
// quantity's total.
func (c *Calibration) worst(weights []float64) (name string, off float64) {
	have := make([]float64, c.known.size)
	for i, w := range weights {
		c.known.add(i, w, have)
	}
	for m, margin := range c.Margins {
		population := sumOf(margin.Targets)
		for k, t := range margin.Targets {
			if d := math.Abs(have[c.known.first[m]+k]-t) / population; d > off {
				name, off = margin.Name, d
			}
		}
	}
	for q, quantity := range c.Quantities {
		if d := math.Abs(have[c.known.place(q)]-quantity.Total) / c.known.scale[q]; d > off {
			name, off = quantity.Name, d
		}
	}
	return name, off
}

// finish describes the weights. The cap is in units of their mean, as RakeOptions has it; 0 for none.
func (c *Calibration) finish(limit float64) {
	c.Effective, c.Deff = Kish(c.Weights)
	scale := ratio(sumOf(c.Base), sumOf(c.Weights))
	limit *= sumOf(c.Weights) / float64(len(c.Weights))
	c.Smallest = math.Inf(1)
	for i, w := range c.Weights {
		f := math.Min(ratio(w, c.Base[i])*scale, math.MaxFloat64)
		c.Smallest, c.Largest = math.Min(c.Smallest, f), math.Max(c.Largest, f)
		if limit > 0 && w >= limit*(1-1e-9) {
			c.Capped += 1 / float64(len(c.Weights))
		}
	}
}

// auxiliary is the table of what is known of each respondent, a row for each: a single 1 in the block of each
// margin, at the respondent's category, and then the value of each quantity. It is never written out.
type auxiliary struct {
	margins    []Margin
	quantities []Quantity
	first      []int // place of each margin's first category, and of the first quantity
	size       int
	scale      []float64 // of each quantity, for comparing
}

func newAuxiliary(base []float64, margins []Margin, quantities []Quantity) *auxiliary {
	a := &auxiliary{margins: margins, quantities: quantities}
	for _, m := range margins {
		a.first = append(a.first, a.size)
		a.size += len(m.Targets)
	}
	a.first = append(a.first, a.size)
	a.size += len(quantities)
	for _, q := range quantities {
		var s float64
		for i, x := range q.Values {
			s += base[i] * math.Abs(x)
		}
		a.scale = append(a.scale, math.Max(math.Max(s, math.Abs(q.Total)), math.SmallestNonzeroFloat64))
	}
	return a
}

// place returns that of a quantity.
func (a *auxiliary) place(q int) int { return a.first[len(a.margins)] + q }

// add adds respondent i's row, times x, to a vector.
func (a *auxiliary) add(i int, x float64, to []float64) {
	for m := range a.margins {
		to[a.first[m]+a.margins[m].Codes[i]] += x
	}
	for q := range a.quantities {
		to[a.place(q)] += x * a.quantities[q].Values[i]
	}
}

// times returns respondent i's row times a vector.
func (a *auxiliary) times(i int, b []float64) (s float64) {
	for m := range a.margins {
		s += b[a.first[m]+a.margins[m].Codes[i]]
	}
	for q := range a.quantities {
		s += b[a.place(q)] * a.quantities[q].Values[i]
	}
	return s
}

// cross returns the lower half of the weighted sum of the products of the columns.
func (a *auxiliary) cross(weights []float64) [][]float64 {
	sums := make([][]float64, a.size)
	for i := range sums {
		sums[i] = make([]float64, a.size)
	}
	for i, w := range weights {
		if w == 0 {
			continue
		}
		for p := range a.margins {
			row := sums[a.first[p]+a.margins[p].Codes[i]]
			for q := 0; q <= p; q++ {
				row[a.first[q]+a.margins[q].Codes[i]] += w
			}
		}
		for p := range a.quantities {
			row, x := sums[a.place(p)], w*a.quantities[p].Values[i]
			for q := range a.margins {
				row[a.first[q]+a.margins[q].Codes[i]] += x
			}
			for q := 0; q <= p; q++ {
				row[a.place(q)] += x * a.quantities[q].Values[i]
			}
		}
	}
	return sums
}

// cholesky factors a symmetric matrix of which the lower half is given. A pivot that is nothing but rounding
// marks a column that follows from those before it; its row becomes zero.
func cholesky(a [][]float64) [][]float64 {
	n := len(a)
	l := make([][]float64, n)
	for i := range l {
		l[i] = make([]float64, n)
		for j := 0; j <= i; j++ {
			s := a[i][j]
			for k := range j {
				s -= l[i][k] * l[j][k]
			}
			switch {
			case i == j && s > 1e-9*math.Max(a[i][i], 1e-300):
				l[i][i] = math.Sqrt(s)
			case i != j && l[j][j] > 0:
				l[i][j] = s / l[j][j]
			}
		}
	}
	return l
}

// solveCholesky solves the equations of a factored matrix; columns without pivot get 0.
func solveCholesky(l [][]float64, b []float64) []float64 {
	n := len(b)
	x := append([]float64{}, b...)
	for i := range n {
		if l[i][i] == 0 {
			x[i] = 0
			continue
		}
		for k := range i {
			x[i] -= l[i][k] * x[k]
		}
		x[i] /= l[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		if l[i][i] == 0 {
			continue
		}
		for k := i + 1; k < n; k++ {
			x[i] -= l[k][i] * x[k]
		}
		x[i] /= l[i][i]
	}
	return x
}
