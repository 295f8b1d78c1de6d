package stats

import "math"

// values is a column for estimation: y where in is true.
type values struct {
	y  func(i int) float64
	in func(i int) bool
}

func column(y []float64, domain []bool) values {
	return values{
		y:  func(i int) float64 { return y[i] },
		in: func(i int) bool { return finite(y[i]) && (domain == nil || domain[i]) },
	}
}

// Mean returns the weighted mean of y, of respondents in domain only when that is not nil, with the
// linearised standard error and an interval by Student's distribution. NaN in y is no answer. A domain is
// estimated within the whole sample: those outside it still count as units (Cochran 1977, 5A.14).
func (d *Design) Mean(y []float64, domain []bool, level float64) Estimate {
	if why := d.check(len(y), domain, level); why != "" {
		return Estimate{Why: why}
	}
	return d.mean(column(y, domain), level)
}

func (d *Design) check(n int, domain []bool, level float64) Why {
	switch {
	case !validLevel(level):
		return BadParameter
	case domain != nil && len(domain) != n:
		return DifferentSize
	case n == 0:
		return NoData
	}
	return d.ok(n)
}

func (d *Design) mean(v values, level float64) Estimate {
	e, total := d.count(v)
	if e.WeightedN <= 0 {
		return Estimate{N: e.N, Why: NoData}
	}
	e.Value = total / e.WeightedN
	return d.interval(e, level, v, func(i int) float64 { return (v.y(i) - e.Value) / e.WeightedN })
}

// Total returns the weighted sum of y, as Mean does the mean.
func (d *Design) Total(y []float64, domain []bool, level float64) Estimate {
	if why := d.check(len(y), domain, level); why != "" {
		return Estimate{Why: why}
	}
	v := column(y, domain)
	e, total := d.count(v)
	if e.N == 0 {
		return Estimate{Why: NoData}
	}
	e.Value = total
	return d.interval(e, level, v, v.y)
}

// count returns how many there are and what they weigh, and the weighted sum.
func (d *Design) count(v values) (Estimate, float64) {
	var e Estimate
	var total, squares float64
	for i, w := range d.Weights {
		if w > 0 && v.in(i) {
			e.N++
			e.WeightedN += w
			squares += w * w
			total += w * v.y(i)
		}
	}
	e.EffectiveN = ratio(e.WeightedN*e.WeightedN, squares)
	return e, total
}

// linear returns the influence of each respondent on an estimate, given u, that of a respondent of weight 1:
// weighted, and after calibration freed of what the margins explain.
func (d *Design) linear(u func(i int) float64) func(i int) float64 {
	if d.Calibration != nil {
		u = d.Calibration.residuals(u)
	}
	return func(i int) float64 { return d.Weights[i] * u(i) }
}

// interval completes an estimate from values v with the standard error and Student's interval. u is the
// influence of one of them of weight 1; others have none.
func (d *Design) interval(e Estimate, level float64, v values, u func(i int) float64) Estimate {
	inside := func(i int) float64 {
		if !v.in(i) {
			return 0
		}
		return u(i)
	}
	p, z := d.plan(), d.linear(inside)
	e.DF = p.df
	variance, why := p.variance(z, func(i int) bool { return d.Weights[i] > 0 && v.in(i) })
	if why != "" {
		return e.without(why)
	}
	se, alike := math.Sqrt(variance), d.alike(v)
	e.exact = p.complete() || (alike || se <= 1e-8*math.Abs(e.Value)) && d.fixed(inside, z, e.Value)
	if !e.exact && alike {
		return e.without(AllAlike)
	}
	return e.student(se, level)
}

// fixed reports whether the margins of a calibration explain a figure wholly, so that it is known: there is
// something to explain beside rounding, and nothing is left of it.
func (d *Design) fixed(u, z func(i int) float64, value float64) bool {
	if d.Calibration == nil {
		return false
	}
	var before, after float64
	for i, w := range d.Weights {
		before += w * math.Abs(u(i))
		after += math.Abs(z(i))
	}
	return before > 1e-12*math.Abs(value) && after <= 1e-9*before
}

// alike reports whether all values are the same.
func (d *Design) alike(v values) bool {
	first := math.NaN()
	for i, w := range d.Weights {
		if w > 0 && v.in(i) {
			if y := v.y(i); math.IsNaN(first) {
				first = y
			} else if y != first {
				return false
			}
		}
	}
	return true
}
