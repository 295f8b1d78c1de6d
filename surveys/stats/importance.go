package stats

import "math"

// Correlation returns Pearson's correlation of two columns over complete rows, unweighted, -1 to 1, with the
// interval of Fisher's transformation. The correlation of an attribute with the overall judgement is its
// derived importance. Why: DifferentSize, NoData, or NoVariance when a column does not vary; TooFewPeople for
// fewer than four complete rows and AllAlike when all lie on one line: then there is no interval.
func Correlation(x, y []float64, level float64) Estimate {
	if !validLevel(level) {
		return Estimate{Why: BadParameter}
	}
	cov, n, why := covariances([][]float64{x, y}, nil)
	if why != "" {
		return Estimate{N: n, Why: why}
	}
	r := cov[0][1] / math.Sqrt(cov[0][0]*cov[1][1])
	if !finite(r) {
		return Estimate{N: n, Why: NoVariance}
	}
	r = clamp(r, -1, 1)
	e := Estimate{N: n, WeightedN: float64(n), EffectiveN: float64(n), Value: r}
	if n <= 3 {
		return e.without(TooFewPeople)
	}
	return e.fisher((1-r*r)/math.Sqrt(float64(n-1)), quantile(level, 0)/math.Sqrt(float64(n-3)))
}

// fisher gives a correlation its standard error and the interval that reaches half to each side on the scale
// of Fisher's transformation. When all lie on one line there is neither.
func (e Estimate) fisher(se, half float64) Estimate {
	z := math.Atanh(e.Value)
	if 1-math.Abs(e.Value) <= nothing || !finite(z) || !finite(half) {
		return e.without(AllAlike)
	}
	return e.between(se, math.Min(e.Value, math.Tanh(z-half)), math.Max(e.Value, math.Tanh(z+half)))
}

// Correlation returns the weighted correlation of two columns over complete rows, of respondents in domain
// only when that is not nil, as Correlation does the unweighted: linearised, u = (z_x z_y -
// r(z_x²+z_y²)/2)/Σw with standardised values z, and its interval on the scale of Fisher's transformation
// with Student's distribution.
func (d *Design) Correlation(x, y []float64, domain []bool, level float64) Estimate {
	if len(x) != len(y) {
		return Estimate{Why: DifferentSize}
	}
	if why := d.check(len(x), domain, level); why != "" {
		return Estimate{Why: why}
	}
	in := func(i int) bool { return finite(x[i]) && finite(y[i]) && (domain == nil || domain[i]) }
	moment := func(y func(i int) float64) float64 {
		e, total := d.count(values{y: y, in: in})
		return ratio(total, e.WeightedN)
	}
	mx, my := moment(func(i int) float64 { return x[i] }), moment(func(i int) float64 { return y[i] })
	sx := math.Sqrt(moment(func(i int) float64 { return (x[i] - mx) * (x[i] - mx) }))
	sy := math.Sqrt(moment(func(i int) float64 { return (y[i] - my) * (y[i] - my) }))
	zx, zy := func(i int) float64 { return ratio(x[i]-mx, sx) },
		func(i int) float64 { return ratio(y[i]-my, sy) }
	v := values{y: func(i int) float64 { return zx(i) * zy(i) }, in: in}
	e, total := d.count(v)
	switch {
	case e.N == 0:
		return Estimate{Why: NoData}
	case !(sx > 0 && sy > 0) || !finite(total):
		return Estimate{N: e.N, Why: NoVariance}
	}
	r := clamp(total/e.WeightedN, -1, 1)
	e.Value = r
	e = d.interval(e, level, v,
		func(i int) float64 { return (v.y(i) - r*(zx(i)*zx(i)+zy(i)*zy(i))/2) / e.WeightedN })
	if e.Missing() || e.exact {
		return e
	}
	return e.fisher(e.se, quantile(level, e.DF)*e.se/(1-r*r))
}

// Quadrant is a place in an importance–performance grid (Martilla and James 1977).
type Quadrant string

// The quadrants.
const (
	Concentrate  Quadrant = "concentrate"  // important, not good
	KeepUp       Quadrant = "keep_up"      // important and good
	LowPriority  Quadrant = "low_priority" // neither
	Overkill     Quadrant = "overkill"     // good, not important
	UncertainIPA Quadrant = "uncertain"    // an interval crosses a line, or is not known
	NoQuadrant   Quadrant = "no_quadrant"  // a figure is missing
)

// IPA returns the quadrant of each attribute in the grid of importance, stated or derived, and performance,
// and the crosshair (importance, performance) to print beside it: the means of all attributes, or the given
// point, such as the middle of the scale, when it is not nil. An attribute whose interval crosses a line, or
// whose error is not known, is uncertain; one of which a figure is missing is in no quadrant.
func IPA(importance, performance []Estimate, crosshair *[2]float64) ([]Quadrant, [2]float64) {
	var at [2]float64
	n := 0.0
	for i := range min(len(importance), len(performance)) {
		if importance[i].HasValue() && performance[i].HasValue() {
			at[0], at[1], n = at[0]+importance[i].Value, at[1]+performance[i].Value, n+1
		}
	}
	at[0], at[1] = ratio(at[0], n), ratio(at[1], n)
	if crosshair != nil {
		at = *crosshair
	}
	all := make([]Quadrant, min(len(importance), len(performance)))
	for i := range all {
		all[i] = quadrant(importance[i], performance[i], at)
	}
	return all, at
}

func quadrant(importance, performance Estimate, at [2]float64) Quadrant {
	crosses := func(e Estimate, line float64) bool { return e.Missing() || e.low < line && e.high > line }
	switch {
	case !importance.HasValue() || !performance.HasValue():
		return NoQuadrant
	case crosses(importance, at[0]) || crosses(performance, at[1]):
		return UncertainIPA
	case importance.Value >= at[0] && performance.Value < at[1]:
		return Concentrate
	case importance.Value >= at[0]:
		return KeepUp
	case performance.Value < at[1]:
		return LowPriority
	}
	return Overkill
}
