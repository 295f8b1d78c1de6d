package stats

import "math"

// Wilson returns the share x/n with Wilson's score interval (Wilson 1927): no weights, a simple random sample. It stays within
// 0 and 1, and its end is exactly 0 when x is 0 and exactly 1 when x is n.
func Wilson(x, n int, level float64) Estimate {
	if !validLevel(level) || x < 0 || n < 0 || x > n {
		return Estimate{Why: BadParameter}
	}
	if n == 0 {
		return Estimate{Why: NoData}
	}
	p := float64(x) / float64(n)
	e := Estimate{N: n, WeightedN: float64(n), EffectiveN: float64(n), Value: p, SE: math.Sqrt(p * (1 - p) / float64(n))}
	e.Low, e.High = wilson(p, float64(n), quantile(level, 0))
	return e
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
	e.Low, e.High = exact(e.Value, float64(n), level)
	return e
}

// NewcombeDifference returns x1/n1 - x2/n2 of two independent samples with Newcombe's hybrid score interval (Newcombe 1998,
// method 10).
func NewcombeDifference(x1, n1, x2, n2 int, level float64) Estimate {
	a, b := Wilson(x1, n1, level), Wilson(x2, n2, level)
	if a.Missing() || b.Missing() {
		return Estimate{Why: firstWhy(a, b)}
	}
	n := float64(n1) + float64(n2)
	e := Estimate{N: whole(n), WeightedN: n, EffectiveN: n, Value: a.Value - b.Value, SE: math.Hypot(a.SE, b.SE)}
	e.Low = clamp(e.Value-math.Hypot(a.Value-a.Low, b.High-b.Value), -1, 1)
	e.High = clamp(e.Value+math.Hypot(a.High-a.Value, b.Value-b.Low), -1, 1)
	return e
}

func firstWhy(es ...Estimate) Why {
	for _, e := range es {
		if e.Missing() {
			return e.Why
		}
	}
	return ""
}

// Test is a test of a hypothesis.
type Test struct {
	Statistic float64
	DF, DF2   float64 // degrees of freedom; DF2 of F tests only; both 0 for the normal distribution
	P         float64
	Why       Why // why there is none
}

// TwoProportions tests whether two shares of independent samples differ, by the pooled z.
func TwoProportions(x1, n1, x2, n2 int) Test {
	if x1 < 0 || x2 < 0 || x1 > n1 || x2 > n2 {
		return Test{P: 1, Why: BadParameter}
	}
	return twoShares(ratio(float64(x1), float64(n1)), float64(n1), ratio(float64(x2), float64(n2)), float64(n2))
}

// twoShares is TwoProportions for shares of (effective) sizes that need not be whole.
func twoShares(p1, n1, p2, n2 float64) Test {
	if n1 <= 0 || n2 <= 0 {
		return Test{P: 1, Why: NoData}
	}
	pooled := (p1*n1 + p2*n2) / (n1 + n2)
	se := math.Sqrt(pooled * (1 - pooled) * (1/n1 + 1/n2))
	if !(se > 0) {
		return Test{P: 1, Why: NoVariance}
	}
	z := (p1 - p2) / se
	return Test{Statistic: z, P: normalP(z)}
}
