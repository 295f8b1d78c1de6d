package stats

import (
	"math"
)

// Margin is a variable whose distribution in the population is known: each respondent's category, and how many people are in
// each. A respondent whose category is missing or unknown cannot be weighted: fill it in before.
type Margin struct {
	Name    string
	Codes   []int // from 0 to len(Targets)-1
	Targets []float64
}

// RakeOptions say when raking ends. The zero value stands for the defaults.
type RakeOptions struct {
	Tolerance float64 // largest difference of a margin, as a share of the population; 1e-10 when 0
	Cycles    int     // at most; 100 when 0
	Cap       float64 // weights above so many times their mean are cut to it in each cycle; 0: none
}

// The bounds that raking warns about or refuses at.
const (
	maxRescale  = 0.005 // margins may differ in total by so much, from rounding
	minCategory = 30    // respondents in a category below which it should be joined with another
)

// Problem says what is wrong with a margin's category.
type Problem struct {
	Margin   string
	Category int // -1: the margin as a whole
	Why      string
}

// Problems of margins.
const (
	EmptyCategory  = "empty_category"  // people in the population, nobody among the respondents: collapse categories
	SmallCategory  = "small_category"  // fewer than thirty respondents: a warning
	TotalsDiffer   = "totals_differ"   // the margins do not add up to the same population
	NoTarget       = "no_target"       // a target is negative, not a number, or all are 0
	BadCode        = "bad_code"        // a respondent is in no category of the margin
	NotConverged   = "not_converged"   // the margin still differs after the last cycle
	WrongLength    = "wrong_length"    // as many codes as respondents are needed
	UselessWeights = "useless_weights" // the weights to begin with are not positive
)

// Calibration is the outcome of raking or post-stratification: weights that reproduce the margins, and what it took.
type Calibration struct {
	Weights   []float64
	Base      []float64 // to begin with
	Margins   []Margin
	Cycles    int
	Converged bool
	Smallest  float64 // factor by which a weight was multiplied
	Largest   float64
	Effective float64 // Kish's effective size of the weights
	Deff      float64
	Capped    float64   // share of the weights that were cut
	Warnings  []Problem // that do not keep the weights from being used
	Refused   []Problem // that do: there are no weights

	solver *marginSolver
}

// Rake returns weights under which every margin has its targets (iterative proportional fitting; Deming and Stephan 1940). Margins
// whose totals differ by rounding are scaled to the first. It refuses empty categories and contradictory margins by name, and
// says so when it does not converge.
func Rake(base []float64, margins []Margin, o RakeOptions) *Calibration {
	if o.Tolerance <= 0 {
		o.Tolerance = 1e-10
	}
	if o.Cycles <= 0 {
		o.Cycles = 100
	}
	c := &Calibration{Base: base, Margins: scaled(margins)}
	if c.examine(); len(c.Refused) > 0 {
		return c
	}
	c.Weights = append([]float64{}, base...)
	population := sumOf(c.Margins[0].Targets)
	worst := -1
	for c.Cycles < o.Cycles && !c.Converged {
		c.Cycles++
		for _, m := range c.Margins {
			fit(c.Weights, m)
		}
		if o.Cap > 0 {
			cut(c.Weights, o.Cap)
		}
		var off float64
		worst, off = c.worst()
		c.Converged = off/population < o.Tolerance
	}
	if !c.Converged {
		c.Warnings = append(c.Warnings, Problem{c.Margins[worst].Name, -1, NotConverged})
	}
	c.finish(o)
	return c
}

// PostStratify returns weights under which one margin, the cells of a classification, has its targets.
func PostStratify(base []float64, cells Margin) *Calibration {
	return Rake(base, []Margin{cells}, RakeOptions{})
}

// scaled returns the margins with targets that add up to the first one's total, where they differ by rounding only.
func scaled(margins []Margin) []Margin {
	out := append([]Margin{}, margins...)
	for i := 1; i < len(out); i++ {
		first, own := sumOf(out[0].Targets), sumOf(out[i].Targets)
		if f := first / own; finite(f) && f != 1 && math.Abs(f-1) <= maxRescale {
			targets := make([]float64, len(out[i].Targets))
			for k, t := range out[i].Targets {
				targets[k] = t * f
			}
			out[i].Targets = targets
		}
	}
	return out
}

func sumOf(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += v
	}
	return s
}

// examine finds what keeps the margins from being reached.
func (c *Calibration) examine() {
	refuse := func(m Margin, category int, why string) {
		c.Refused = append(c.Refused, Problem{m.Name, category, why})
	}
	if len(c.Margins) == 0 {
		c.Refused = append(c.Refused, Problem{"", -1, NoTarget})
		return
	}
	for _, w := range c.Base {
		if !(w > 0) || !finite(w) {
			c.Refused = append(c.Refused, Problem{"", -1, UselessWeights})
			return
		}
	}
	for _, m := range c.Margins {
		total := sumOf(m.Targets)
		switch {
		case len(m.Codes) != len(c.Base) || len(c.Base) == 0:
			refuse(m, -1, WrongLength)
			continue
		case !(total > 0) || !finite(total):
			refuse(m, -1, NoTarget)
			continue
		case math.Abs(total/sumOf(c.Margins[0].Targets)-1) > 1e-9:
			refuse(m, -1, TotalsDiffer)
		}
		c.examineCategories(m, refuse)
	}
}

func (c *Calibration) examineCategories(m Margin, refuse func(Margin, int, string)) {
	n := make([]int, len(m.Targets))
	for _, k := range m.Codes {
		if k < 0 || k >= len(n) {
			refuse(m, k, BadCode)
			return
		}
		n[k]++
	}
	for k, target := range m.Targets {
		switch {
		case !(target >= 0):
			refuse(m, k, NoTarget)
		case target > 0 && n[k] == 0:
			refuse(m, k, EmptyCategory)
		case target == 0 && n[k] > 0:
			refuse(m, k, NoTarget)
		case target > 0 && n[k] < minCategory:
			c.Warnings = append(c.Warnings, Problem{m.Name, k, SmallCategory})
		}
	}
}

// fit multiplies the weights of each category so that it has its target.
func fit(weights []float64, m Margin) {
	factor := make([]float64, len(m.Targets))
	for i, k := range m.Codes {
		factor[k] += weights[i]
	}
	for k, t := range m.Targets {
		factor[k] = ratio(t, factor[k])
	}
	for i, k := range m.Codes {
		weights[i] *= factor[k]
	}
}

// cut limits weights to so many times their mean and keeps their sum.
func cut(weights []float64, times float64) {
	total := sumOf(weights)
	limit, left := times*total/float64(len(weights)), 0.0
	for i, w := range weights {
		weights[i] = math.Min(w, limit)
		left += weights[i]
	}
	for i := range weights {
		weights[i] *= ratio(total, left)
	}
}

// worst returns the margin that is furthest from its targets, and by how many people.
func (c *Calibration) worst() (at int, off float64) {
	for i, m := range c.Margins {
		have := make([]float64, len(m.Targets))
		for j, k := range m.Codes {
			have[k] += c.Weights[j]
		}
		for k, t := range m.Targets {
			if d := math.Abs(have[k] - t); d > off {
				at, off = i, d
			}
		}
	}
	return at, off
}

func (c *Calibration) finish(o RakeOptions) {
	c.Effective, c.Deff = Kish(c.Weights)
	scale := ratio(sumOf(c.Base), sumOf(c.Weights))
	limit := o.Cap * sumOf(c.Weights) / float64(len(c.Weights))
	c.Smallest = math.Inf(1)
	for i, w := range c.Weights {
		f := w / c.Base[i] * scale
		c.Smallest, c.Largest = math.Min(c.Smallest, f), math.Max(c.Largest, f)
		if o.Cap > 0 && w >= limit*(1-1e-9) {
			c.Capped += 1 / float64(len(c.Weights))
		}
	}
}

// Design returns the design of the calibrated weights with the strata and clusters of d: its standard errors know of the
// calibration. It returns d itself when there are no weights.
func (c *Calibration) Design(d *Design) *Design {
	if c.Weights == nil {
		return d
	}
	out := *d
	out.Weights, out.Calibration = c.Weights, c
	return &out
}

// residuals returns what the margins leave unexplained of u: the residual of the least squares regression on their categories,
// weighted by the weights before calibration. (With the calibrated weights the standard error would be too large.)
func (c *Calibration) residuals(u func(i int) float64) func(i int) float64 {
	if c.solver == nil {
		c.solver = newMarginSolver(c)
	}
	b := c.solver.fit(u)
	return func(i int) float64 {
		r := u(i)
		for m, margin := range c.Margins {
			r -= b[c.solver.first[m]+margin.Codes[i]]
		}
		return r
	}
}

// marginSolver holds the normal equations of the margins' categories, factored. Categories that follow from others are left out.
type marginSolver struct {
	c      *Calibration
	first  []int // place of each margin's first category
	size   int
	factor [][]float64 // Cholesky; a row of zeros where the category follows from others
}

func newMarginSolver(c *Calibration) *marginSolver {
	s := &marginSolver{c: c}
	for _, m := range c.Margins {
		s.first = append(s.first, s.size)
		s.size += len(m.Targets)
	}
	a := make([][]float64, s.size)
	for i := range a {
		a[i] = make([]float64, s.size)
	}
	for i, w := range c.Base {
		for p, one := range c.Margins {
			row := a[s.first[p]+one.Codes[i]]
			for q := 0; q <= p; q++ {
				row[s.first[q]+c.Margins[q].Codes[i]] += w
			}
		}
	}
	s.factor = cholesky(a)
	return s
}

// fit returns the coefficients of the categories.
func (s *marginSolver) fit(u func(i int) float64) []float64 {
	b := make([]float64, s.size)
	for i, w := range s.c.Base {
		x := w * u(i)
		for m, margin := range s.c.Margins {
			b[s.first[m]+margin.Codes[i]] += x
		}
	}
	return solveCholesky(s.factor, b)
}

// cholesky factors a symmetric matrix of which the lower half is given. A pivot that is nothing but rounding marks a column that
// follows from those before it; its row becomes zero.
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
