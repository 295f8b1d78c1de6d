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

// Mean returns the weighted mean of y, of respondents in domain only when that is not nil, with the linearised standard error
// and an interval by Student's distribution. NaN in y is no answer. A domain is estimated within the whole sample: those outside
// it still count as units (Cochran 1977, 5A.14).
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
	return d.interval(e, level, d.linear(func(i int) float64 {
		if !v.in(i) {
			return 0
		}
		return (v.y(i) - e.Value) / e.WeightedN
	}))
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
	return d.interval(e, level, d.linear(func(i int) float64 {
		if !v.in(i) {
			return 0
		}
		return v.y(i)
	}))
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

// linear returns the influence of each respondent on an estimate, given u, that of a respondent of weight 1: weighted, and after
// calibration freed of what the margins explain.
func (d *Design) linear(u func(i int) float64) func(i int) float64 {
	if d.Calibration != nil {
		u = d.Calibration.residuals(u)
	}
	return func(i int) float64 { return d.Weights[i] * u(i) }
}

// interval completes an estimate with the standard error and Student's interval.
func (d *Design) interval(e Estimate, level float64, z func(i int) float64) Estimate {
	p := d.plan()
	e.DF = p.df
	e.Low, e.High = e.Value, e.Value
	if p.lone || p.df < 1 {
		e.Why = OneUnit
		return e
	}
	e.SE = math.Sqrt(p.variance(z))
	half := quantile(level, e.DF) * e.SE
	e.Low, e.High = e.Value-half, e.Value+half
	if !finite(e.Value) || !finite(e.SE) || !finite(e.Low) || !finite(e.High) {
		return Estimate{N: e.N, Why: NoWeight}
	}
	return e
}

// Proportion returns the weighted share of respondents for whom is holds, among those for whom in does, with the Wilson
// interval on the effective size p(1-p)/V and Student's distribution (Dean and Pagano 2015): it never leaves 0 to 1. When
// nobody, or everybody, is in the share, the variance is 0 and the interval rests on Kish's effective size; Why is AllAlike.
func (d *Design) Proportion(is, in []bool, level float64) Estimate {
	if why := d.check(len(is), in, level); why != "" {
		return Estimate{Why: why}
	}
	return d.proportion(func(i int) bool { return is[i] }, func(i int) bool { return in == nil || in[i] }, level)
}

func (d *Design) proportion(is, in func(i int) bool, level float64) Estimate {
	e := d.mean(values{
		y: func(i int) float64 {
			if is(i) {
				return 1
			}
			return 0
		},
		in: in,
	}, level)
	if e.Missing() {
		return e
	}
	e.Value = clamp(e.Value, 0, 1)
	spread := e.Value * (1 - e.Value)
	switch {
	case e.Why == OneUnit:
		e.Low, e.High = wilson(e.Value, e.EffectiveN, quantile(level, 0))
	case e.SE > 0 && spread > 0:
		e.EffectiveN = spread / (e.SE * e.SE)
		e.Low, e.High = wilson(e.Value, e.EffectiveN, quantile(level, e.DF))
	default:
		e.Why = AllAlike
		e.Low, e.High = wilson(e.Value, e.EffectiveN, quantile(level, e.DF))
	}
	return e
}

// LogitInterval returns the interval of a proportion on the logit scale, an alternative to Wilson's; e must come from
// Proportion. A share of 0 or 1 keeps the interval it has.
func LogitInterval(e Estimate, level float64) (low, high float64) {
	if !validLevel(level) || e.Missing() || !(e.Value > 0 && e.Value < 1) {
		return e.Low, e.High
	}
	l := math.Log(e.Value / (1 - e.Value))
	half := quantile(level, e.DF) * e.SE / (e.Value * (1 - e.Value))
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	return logistic(l - half), logistic(l + half)
}

// Jackknife returns the standard error of any statistic of weights by leaving out one unit at a time (JK1, one stratum, with
// its finite population correction): around the mean of the replicates, or around the whole sample's value when mse is true. It returns 0 with fewer than two
// units.
func (d *Design) Jackknife(statistic func(weights []float64) float64, mse bool) float64 {
	if d.ok(len(d.Weights)) != "" {
		return 0
	}
	p := d.plan()
	if p.units < 2 {
		return 0
	}
	n := float64(p.units)
	replicate, w := make([]float64, p.units), make([]float64, len(d.Weights))
	for u := range replicate {
		for i, x := range d.Weights {
			w[i] = x * n / (n - 1)
			if p.simple && i == u || !p.simple && p.unit[i] == int32(u) {
				w[i] = 0
			}
		}
		replicate[u] = statistic(w)
	}
	centre := statistic(d.Weights)
	if !mse {
		centre = 0
		for _, r := range replicate {
			centre += r / n
		}
	}
	var v float64
	for _, r := range replicate {
		v += (r - centre) * (r - centre)
	}
	if se := math.Sqrt(v * (n - 1) / n * p.rest[0]); finite(se) {
		return se
	}
	return 0
}
