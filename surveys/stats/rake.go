package stats

import "math"

// RakeOptions say when raking ends. The zero value stands for the defaults.
type RakeOptions struct {
	Tolerance float64 // largest difference of a margin, as a share of the population; 1e-10 when 0
	Cycles    int     // at most; 100 when 0
	Cap       float64 // weights above so many times their mean are cut to it in each cycle; 0: none
}

// Rake returns weights under which every margin has its targets: it multiplies the weights of each category
// by what it lacks, one margin after another, until nothing is lacking (iterative proportional fitting;
// Deming and Stephan 1940). base has one positive weight for each respondent. Margins whose totals differ by
// rounding, up to half a per cent, are scaled to the first. It refuses empty categories and contradictory
// margins by name, warns of categories of fewer than thirty, and says which margin is furthest off when it
// does not converge.
func Rake(base []float64, margins []Margin, o RakeOptions) *Calibration {
	if !(o.Tolerance > 0) {
		o.Tolerance = 1e-10
	}
	if o.Cycles <= 0 {
		o.Cycles = 100
	}
	c := &Calibration{Base: base, Margins: scaled(margins)}
	if c.examine(); len(c.Refused) > 0 {
		return c
	}
	c.known = newAuxiliary(base, c.Margins, nil)
	c.again = func(base []float64) ([]float64, bool) {
		w, _, converged, _ := c.rake(base, o)
		return w, converged
	}
	var off string
	c.Weights, c.Cycles, c.Converged, off = c.rake(base, o)
	if !c.Converged {
		c.Warnings = append(c.Warnings, Problem{off, -1, NotConverged})
	}
	c.finish(o.Cap)
	return c
}

// PostStratify returns weights under which one margin, the cells of a classification, has its targets: w N/Σw
// in each.
func PostStratify(base []float64, cells Margin) *Calibration {
	return Rake(base, []Margin{cells}, RakeOptions{})
}

// rake fits weights to the margins from a base in which zeros stay zeros. off is the margin furthest from its
// targets.
func (c *Calibration) rake(
	base []float64, o RakeOptions,
) (weights []float64, cycles int, converged bool, off string) {
	weights = append([]float64{}, base...)
	for cycles < o.Cycles && !converged {
		cycles++
		for _, m := range c.Margins {
			if k := fit(weights, m); k >= 0 { // everybody of a category has weight 0: in a replicate
				return weights, cycles, false, m.Name
			}
		}
		if o.Cap > 0 {
			cut(weights, o.Cap)
		}
		var most float64
		off, most = c.worst(weights)
		converged = most < o.Tolerance
	}
	return weights, cycles, converged, off
}

// fit multiplies the weights of each category so that it has its target, and returns a category that cannot
// have it, or -1.
func fit(weights []float64, m Margin) (empty int) {
	factor := make([]float64, len(m.Targets))
	for i, k := range m.Codes {
		factor[k] += weights[i]
	}
	empty = -1
	for k, t := range m.Targets {
		if t > 0 && !(factor[k] > 0) {
			empty = k
		}
		factor[k] = ratio(t, factor[k])
	}
	for i, k := range m.Codes {
		weights[i] *= factor[k]
	}
	return empty
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
