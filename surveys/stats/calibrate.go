package stats

import "math"

// Method says how calibration chooses among the weights that reach the margins (Deville and Särndal 1992,
// table 1): each stands for a distance from the weights to begin with, and for the factor F(u) that a weight
// is multiplied by.
type Method string

// The methods.
const (
	// F = 1 + u, the generalised regression estimator; may make weights negative
	Linear      Method = "linear"
	Truncated   Method = "truncated"   // the same, cut to the bounds
	Logit       Method = "logit"       // an S-shaped curve between the bounds
	Exponential Method = "exponential" // F = exp u: the weights of Rake
)

// CalibrateOptions say how to calibrate. The zero value stands for the linear method and the defaults.
type CalibrateOptions struct {
	Method    Method
	Low, High float64 // bounds of the factors, Low < 1 < High, for Truncated and Logit
	// largest difference, as a share of the population or of a quantity's total; 1e-10 when 0
	Tolerance float64
	Cycles    int // at most; 100 when 0
}

// Calibrate returns weights under which every margin has its targets and every quantity its total, by the
// chosen method: the factor of a respondent with known values x is F(x'λ), and Newton's method finds the λ
// for which the sums are right. Margins are examined as by Rake; without any, the quantities alone are met.
// It is refused when a weight would be negative, and says which margin is furthest off when the bounds leave
// no solution.
func Calibrate(base []float64, margins []Margin, quantities []Quantity, o CalibrateOptions) *Calibration {
	o = o.orDefaults()
	c := &Calibration{Base: base, Margins: scaled(margins), Quantities: quantities}
	bounded := o.Method == Truncated || o.Method == Logit
	switch {
	case bounded && !(o.Low < 1 && o.High > 1 && finite(o.Low) && finite(o.High)), !bounded &&
		o.Method != Linear && o.Method != Exponential:
		c.refuse("", -1, BadBounds)
	case o.Method == Logit && o.Low < 0:
		c.refuse("", -1, BadBounds)
	}
	if c.examine(); len(c.Refused) > 0 {
		return c
	}
	c.known = newAuxiliary(base, c.Margins, quantities)
	c.again = func(base []float64) ([]float64, bool) {
		w, _, off := c.newton(base, o)
		return w, off == ""
	}
	var off string
	c.Weights, c.Cycles, off = c.newton(base, o)
	c.Converged = off == ""
	if !c.Converged {
		c.Warnings = append(c.Warnings, Problem{off, -1, NotConverged})
	}
	for _, w := range c.Weights {
		if !(w >= 0) {
			c.Weights, c.Converged = nil, false
			c.refuse("", -1, NegativeWeight)
			return c
		}
	}
	c.finish(0)
	if bounded {
		c.atBounds(o)
	}
	return c
}

func (o CalibrateOptions) orDefaults() CalibrateOptions {
	if o.Method == "" {
		o.Method = Linear
	}
	if !(o.Tolerance > 0) {
		o.Tolerance = 1e-10
	}
	if o.Cycles <= 0 {
		o.Cycles = 100
	}
	return o
}

// atBounds counts the weights whose factor is a bound.
func (c *Calibration) atBounds(o CalibrateOptions) {
	for i, w := range c.Weights {
		if f := ratio(w, c.Base[i]); f <= o.Low+1e-9 || f >= o.High-1e-9 {
			c.Capped += 1 / float64(len(c.Weights))
		}
	}
}

// factorOf returns F(u) and its slope.
func (o CalibrateOptions) factorOf(u float64) (f, slope float64) {
	switch o.Method {
	case Truncated:
		if f = 1 + u; f < o.Low || f > o.High {
			return clamp(f, o.Low, o.High), 0
		}
		return f, 1
	case Logit:
		a := (o.High - o.Low) / ((1 - o.Low) * (o.High - 1))
		e := math.Exp(clamp(a*u, -500, 500))
		below := o.High - 1 + (1-o.Low)*e
		f = (o.Low*(o.High-1) + o.High*(1-o.Low)*e) / below
		return f, (o.High - o.Low) * (o.High - o.Low) * e / (below * below)
	case Exponential:
		f = math.Exp(clamp(u, -500, 500))
		return f, f
	}
	return 1 + u, 1
}

// newton fits weights by Newton's method, halving a step that leads further away. off is the margin or
// quantity furthest from its target when it does not get there, or "".
func (c *Calibration) newton(base []float64, o CalibrateOptions) (weights []float64, cycles int, off string) {
	lambda, slopes := make([]float64, c.known.size), make([]float64, len(base))
	weights = make([]float64, len(base))
	off, far := c.weigh(base, lambda, o, weights, slopes)
	for cycles < o.Cycles && far >= o.Tolerance {
		cycles++
		step := solveCholesky(cholesky(c.known.cross(slopes)), c.lacking(weights))
		best := far
		for half := 1.0; half > 1e-6; half /= 2 {
			next := make([]float64, len(lambda))
			for k := range next {
				next[k] = lambda[k] + half*step[k]
			}
			if off, far = c.weigh(base, next, o, weights, slopes); far < best {
				lambda = next
				break
			}
		}
		if !(far < best) { // no step leads closer: stay where it was closest
			off, _ = c.weigh(base, lambda, o, weights, slopes)
			return weights, cycles, off
		}
	}
	if far < o.Tolerance {
		return weights, cycles, ""
	}
	return weights, cycles, off
}

// weigh puts into weights what a λ makes of the base and into slopes their derivatives, and returns what is
// furthest off.
func (c *Calibration) weigh(
	base, lambda []float64, o CalibrateOptions, weights, slopes []float64,
) (name string, off float64) {
	for i, b := range base {
		f, slope := o.factorOf(c.known.times(i, lambda))
		weights[i], slopes[i] = b*f, b*slope
	}
	if name, off = c.worst(weights); !finite(off) || !finite(sumOf(weights)) {
		return name, math.Inf(1)
	}
	return name, off
}

// lacking returns what the sums under the weights lack to their targets.
func (c *Calibration) lacking(weights []float64) []float64 {
	lack := make([]float64, c.known.size)
	for i, w := range weights {
		c.known.add(i, -w, lack)
	}
	for m, margin := range c.Margins {
		for k, t := range margin.Targets {
			lack[c.known.first[m]+k] += t
		}
	}
	for q, quantity := range c.Quantities {
		lack[c.known.place(q)] += quantity.Total
	}
	return lack
}
