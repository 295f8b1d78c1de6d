package stats

import (
	"cmp"
	"math"
)

// Wilson returns the share x/n with Wilson's score interval (Wilson 1927): no weights, a simple random
// sample. It stays within 0 and 1, and its end is exactly 0 when x is 0 and exactly 1 when x is n.
func Wilson(x, n int, level float64) Estimate {
	if !validLevel(level) || x < 0 || n < 0 || x > n {
		return Estimate{Why: BadParameter}
	}
	if n == 0 {
		return Estimate{Why: NoData}
	}
	e := Estimate{N: n, WeightedN: float64(n), EffectiveN: float64(n), Value: float64(x) / float64(n)}
	return e.wilson(math.Sqrt(e.Value*(1-e.Value)/float64(n)), quantile(level, 0))
}

// wilson completes a share with Wilson's interval on its effective size for the point z. Where nobody
// differs, the standard error is the interval's half width over z rather than nought.
func (e Estimate) wilson(se, z float64) Estimate {
	low, high := wilson(e.Value, e.EffectiveN, z)
	low, high = math.Min(low, e.Value), math.Max(high, e.Value) // but for rounding they hold it
	if !(se > 0) {
		se = (high - low) / (2 * z)
	}
	e.share = true
	return e.between(se, low, high)
}

// wilson returns Wilson's interval of a share p of n, which need not be whole, for the point z.
func wilson(p, n, z float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	zz := z * z / n
	centre := (p + zz/2) / (1 + zz)
	half := z * math.Sqrt(p*(1-p)/n+zz/(4*n)) / (1 + zz)
	low, high = clamp(centre-half, 0, 1), clamp(centre+half, 0, 1)
	if p <= 0 {
		low = 0
	}
	if p >= 1 {
		high = 1
	}
	return low, high
}

// ClopperPearson returns the exact interval of x/n (Clopper and Pearson 1934), which is never too narrow.
func ClopperPearson(x, n int, level float64) Estimate {
	e := Wilson(x, n, level)
	if e.Missing() {
		return e
	}
	low, high := exact(e.Value, float64(n), level)
	return e.between(e.se, low, high)
}

// NewcombeDifference returns x1/n1 - x2/n2 of two independent samples with Newcombe's hybrid score interval
// (Newcombe 1998, method 10).
func NewcombeDifference(x1, n1, x2, n2 int, level float64) Estimate {
	a, b := Wilson(x1, n1, level), Wilson(x2, n2, level)
	if a.Missing() || b.Missing() {
		return Estimate{Why: firstWhy(a, b)}
	}
	return sharesApart(b, a, level)
}

// limits are the distances from a share to the ends of its interval.
type limits struct{ down, up float64 }

// limits returns those of Wilson's interval at a level.
func (e Estimate) limits(level float64) limits {
	low, high := wilson(e.Value, e.EffectiveN, quantile(level, e.DF))
	return limits{math.Max(0, e.Value-low), math.Max(0, high-e.Value)}
}

// sharesApart returns the second share less the first with the interval that squares and adds their distances
// to their limits.
func sharesApart(first, second Estimate, level float64) Estimate {
	e, f, s := difference(first, second), first.limits(level), second.limits(level)
	low, high := e.Value-math.Hypot(s.down, f.up), e.Value+math.Hypot(s.up, f.down)
	return e.between(math.Hypot(first.se, second.se), clamp(low, -1, 1), clamp(high, -1, 1))
}

// difference returns the second of two independent estimates less the first, without an interval.
func difference(first, second Estimate) Estimate {
	return Estimate{N: whole(float64(first.N) + float64(second.N)), WeightedN: first.WeightedN +
		second.WeightedN,
		EffectiveN: first.EffectiveN + second.EffectiveN, Value: second.Value - first.Value}
}

func firstWhy(es ...Estimate) Why {
	for _, e := range es {
		if !e.HasValue() {
			return cmp.Or(e.Why, NoData)
		}
	}
	return ""
}

// Test is a test of a hypothesis.
type Test struct {
	Statistic float64
	DF, DF2   float64 // degrees of freedom; DF2 of F tests only; both 0 for the normal distribution
	Why       Why     // why there is no p-value

	p float64
}

// P returns the p-value, and whether there is one: a test that could not be run has none, which is not the
// same as 1.
func (t Test) P() (float64, bool) {
	if t.Why != "" {
		return 0, false
	}
	return t.p, true
}

// TwoProportions tests whether two shares of independent samples differ, by the pooled z.
func TwoProportions(x1, n1, x2, n2 int) Test {
	if x1 < 0 || x2 < 0 || x1 > n1 || x2 > n2 {
		return Test{Why: BadParameter}
	}
	return twoShares(ratio(float64(x1), float64(n1)), float64(n1), ratio(float64(x2), float64(n2)),
		float64(n2))
}

// twoShares is TwoProportions for shares of (effective) sizes that need not be whole.
func twoShares(p1, n1, p2, n2 float64) Test { return pooled(p1, n1, p2, n2, 0) }

// pooled is twoShares by Student's distribution, the normal one when df is 0.
func pooled(p1, n1, p2, n2, df float64) Test {
	if !(n1 > 0) || !(n2 > 0) {
		return Test{Why: NoData}
	}
	p := (p1*n1 + p2*n2) / (n1 + n2)
	se := math.Sqrt(p * (1 - p) * (1/n1 + 1/n2))
	if !(se > 0) {
		return Test{Why: NoVariance}
	}
	z := (p1 - p2) / se
	return Test{Statistic: z, DF: df, p: studentP(z, df)}
}
