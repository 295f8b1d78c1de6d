package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Proportion returns the weighted share of respondents for whom is holds, among those for whom in does (nil:
// everybody), with the Wilson interval on the effective size p(1-p)/V and Student's distribution (Dean and
// Pagano 2015): it never leaves 0 to 1. When nobody, or everybody, is in the share, the variance is 0 and the
// interval rests on Kish's effective size; Why is AllAlike.
func (d *Design) Proportion(is, in []bool, level float64) Estimate {
	if why := d.check(len(is), in, level); why != "" {
		return Estimate{Why: why}
	}
	return d.proportion(func(i int) bool { return is[i] }, func(i int) bool { return in == nil || in[i] },
		level)
}

// TopBox returns the share of answers that are at least the bound, 0 to 1, with Proportion's interval: two of
// five points satisfied, for CSAT and CES. NaN is no answer.
func (d *Design) TopBox(answers []float64, bound float64, domain []bool, level float64) Estimate {
	if why := d.check(len(answers), domain, level); why != "" {
		return Estimate{Why: why}
	}
	v := column(answers, domain)
	return d.proportion(func(i int) bool { return answers[i] >= bound }, v.in, level)
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
	if !e.HasValue() || e.Why == OneUnit {
		return e
	}
	return e.bounded(level)
}

// bounded gives a share, with its standard error, degrees of freedom and Kish's effective size, the interval
// that suits it.
func (e Estimate) bounded(level float64) Estimate {
	e.Value = clamp(e.Value, 0, 1)
	spread := e.Value * (1 - e.Value)
	switch {
	case e.exact:
		return e.between(0, e.Value, e.Value)
	case e.se > 0 && spread > 0 && finite(spread/(e.se*e.se)):
		e.EffectiveN = spread / (e.se * e.se)
	default:
		e.se, e.Why = 0, AllAlike
	}
	return e.wilson(e.se, quantile(level, e.DF))
}

// LogitInterval returns a proportion with its interval on the logit scale, an alternative to Wilson's: the
// logistic function of log(p/(1-p)) ± t SE/(p(1-p)). e must come from Proportion. A share of 0 or 1 keeps the
// interval it has; one without stays so.
func LogitInterval(e Estimate, level float64) Estimate {
	if !validLevel(level) || e.Missing() || !(e.Value > 0 && e.Value < 1) || e.Why != "" || e.exact {
		return e
	}
	l := math.Log(e.Value / (1 - e.Value))
	half := quantile(level, e.DF) * e.se / (e.Value * (1 - e.Value))
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	return e.between(e.se, math.Min(e.Value, logistic(l-half)), math.Max(e.Value, logistic(l+half)))
}

// KornGraubard returns a proportion with the exact interval on the effective size n* = n_eff (t_{n-1}/t_df)²,
// Clopper and Pearson's with n*p of n* (Korn and Graubard 1998): wide enough for small shares in few
// clusters. e must come from Proportion and n be how many respondents its design has. A share of 0 or 1 has
// Kish's effective size for n_eff; one without an interval stays so.
func KornGraubard(e Estimate, n int, level float64) Estimate {
	if !validLevel(level) || e.Missing() || n < 2 || !(e.EffectiveN > 0) || e.DF < 1 || e.exact {
		return e
	}
	t := quantile(level, float64(n-1)) / quantile(level, e.DF)
	low, high := exact(e.Value, e.EffectiveN*t*t, level)
	return e.between(e.se, low, high)
}

// exact returns Clopper and Pearson's interval of a share p of n, which need not be whole.
func exact(p, n, level float64) (low, high float64) {
	a, x := (1-level)/2, p*n
	low, high = 0, 1
	if x > 0 {
		low = distuv.Beta{Alpha: x, Beta: n - x + 1}.Quantile(a)
	}
	if x < n {
		high = distuv.Beta{Alpha: x + 1, Beta: n - x}.Quantile(1 - a)
	}
	if !finite(low) || !finite(high) {
		return 0, 1
	}
	return clamp(low, 0, p), clamp(high, p, 1)
}
