// Package stats says what a survey's numbers mean and how sure they are: estimates with their intervals,
// weights, tables and tests, on columns of codes and values so that a million responses need no allocation
// each.
//
// A Design holds the weights and how respondents were sampled; Equal is that of a simple survey. Its methods
// give means, totals, quantiles, shares and scores as an Estimate, linearised (Taylor series) as in R's
// package survey (Lumley 2004), or by replication (Jackknife, Bootstrap). Rake, PostStratify and Calibrate
// make weights that fit a known population; the design that Calibration.Design returns then has errors that
// know of it. NewCrosstab fills a weighted table in one pass, from which shares, RaoScott, Wald and
// ColumnPairs follow. Functions of counts (Wilson, Pearson, Fisher, NPS, PanelChange) need no weights.
//
// Every function accepts any input: where a figure cannot be given the result says why, and no result is NaN
// or infinite. An error that is not known is never nought: an Estimate yields its interval, and a Test its
// p-value, only through a method that says whether there is one. Confidence levels are given as 0.95;
// probabilities and shares lie between 0 and 1, scores as their functions say. NaN in a column of values, and
// a code outside its categories, is no answer. Results do not change the columns they are given.
//
// The published figures of the package survey and of the papers that are named are among the tests, to their
// printed digits.
package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Why says why a figure is missing, or what to know about it. Empty: nothing.
type Why string

// The reasons.
const (
	NoData Why = "no_data" // nobody answered
	// weights are missing or negative, or they or the values add up to nothing or to no number
	NoWeight Why = "no_weight"
	OneUnit  Why = "one_unit" // a single respondent or cluster in a stratum: no variance
	// everybody answered alike: a share's interval rests on the effective size, a mean has none
	AllAlike Why = "all_alike"
	// a replicate has no figure or cannot be calibrated: no standard error
	NoReplicate Why = "no_replicate"
	OneCategory Why = "one_category"  // a table with fewer than two rows or columns that anybody is in
	TooFewItems Why = "too_few_items" // a scale of fewer than three items
	// fewer than thirty complete answers to a scale, or than four to two questions
	TooFewPeople  Why = "too_few_people"
	NoVariance    Why = "no_variance"    // everybody answered the same
	TooLarge      Why = "too_large"      // an exact test would take too long
	BadParameter  Why = "bad_parameter"  // a level, size or share outside its range
	DifferentSize Why = "different_size" // columns of different lengths
)

// Interval is how sure a figure is.
type Interval struct {
	SE        float64 // standard error
	Low, High float64 // confidence interval
	DF        float64 // degrees of freedom of the interval; 0 for the normal distribution
}

// Estimate is a figure, and how sure it is where that is known. An error that is not known is no error of
// nought: the interval can only be had from Interval, which says whether there is one.
type Estimate struct {
	N          int     // respondents it rests on
	WeightedN  float64 // the sum of their weights
	EffectiveN float64 // how many respondents of a simple random sample would be as sure
	Value      float64
	DF         float64 // degrees of freedom of the design; 0 for the normal distribution
	// why Value is missing (NoData, NoWeight …), why there is no interval, or what to know of it
	Why Why

	se, low, high float64 // all 0 unless known
	known         bool    // there is an interval
	exact         bool    // there is no sampling error: everybody was asked, or the margins fix the figure
	share         bool    // the interval is Wilson's of Value on EffectiveN
}

// Interval returns the standard error and the confidence interval, and whether they are known. Where they are
// not, Why says the reason and nothing may be shown beside Value.
func (e Estimate) Interval() (Interval, bool) {
	if !e.known {
		return Interval{}, false
	}
	return Interval{e.se, e.low, e.high, e.DF}, true
}

// Missing reports whether the value or its interval is missing.
func (e Estimate) Missing() bool { return !e.known }

// HasValue reports whether there is a value, sure or not.
func (e Estimate) HasValue() bool {
	return e.known || e.Why == OneUnit || e.Why == AllAlike || e.Why == NoReplicate || e.Why == TooFewPeople
}

// without returns the estimate without an interval, and why.
func (e Estimate) without(why Why) Estimate {
	if !finite(e.Value) {
		return Estimate{N: e.N, Why: NoWeight}
	}
	return Estimate{N: e.N, WeightedN: e.WeightedN, EffectiveN: e.EffectiveN, Value: e.Value, DF: e.DF,
		Why: why}
}

// between sets the standard error and the interval.
func (e Estimate) between(se, low, high float64) Estimate {
	e.se, e.low, e.high, e.known = se, low, high, true
	if !finite(e.Value) || !finite(se) || !finite(low) || !finite(high) {
		return Estimate{N: e.N, Why: NoWeight}
	}
	return e
}

// student completes an estimate with its standard error and Student's interval, the normal one without
// degrees of freedom. An error of nothing but rounding comes of values that do not vary, and says nothing of
// those who were not asked: Why is AllAlike.
func (e Estimate) student(se, level float64) Estimate {
	if se <= nothing*math.Abs(e.Value) && !e.exact {
		return e.without(AllAlike)
	}
	half := quantile(level, e.DF) * se
	return e.between(se, e.Value-half, e.Value+half)
}

// nothing is what of a figure may be rounding.
const nothing = 1e-14

// Codes is a column of answers: each respondent's category, counted from 0; Missing where there is none.
type Codes[T uint8 | uint16] []T

// MissingOf returns the code that stands for no answer: the largest of its type.
func MissingOf[T uint8 | uint16]() T { return ^T(0) }

// quantile returns the two-sided point of a confidence level: of Student's distribution with df degrees of
// freedom, of the normal one when df is 0 or less.
func quantile(level, df float64) float64 {
	p := 1 - (1-level)/2
	if df <= 0 {
		return distuv.UnitNormal.Quantile(p)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(p)
}

func validLevel(level float64) bool { return level > 0 && level < 1 }

// normalP returns the two-sided p-value of z.
func normalP(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// chiP returns the upper tail of the chi-squared distribution.
func chiP(x, df float64) float64 {
	if df <= 0 {
		return 1
	}
	return clamp(distuv.ChiSquared{K: df}.Survival(x), 0, 1)
}

// fP returns the upper tail of the F distribution, as an incomplete beta function: what is left of 1 by the
// lower tail would be nothing but rounding below 1e-16 (Abramowitz and Stegun 1964, 26.6.2).
func fP(f, df1, df2 float64) float64 {
	if !(f > 0) || !(df1 > 0) || !(df2 > 0) {
		return 1
	}
	x := df2 / (df2 + df1*f)
	if !(x > 0) {
		return 0
	}
	return clamp(mathext.RegIncBeta(df2/2, df1/2, x), 0, 1)
}

// studentP returns the two-sided p-value of t, the normal one when df is 0 or less.
func studentP(t, df float64) float64 {
	if df <= 0 {
		return normalP(t)
	}
	return fP(t*t, 1, df)
}

func clamp(x, low, high float64) float64 { return math.Max(low, math.Min(high, x)) }

// finite reports whether x is a number.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// whole returns a count that may be too large for an int as the largest there is.
func whole(n float64) int {
	if n >= math.MaxInt {
		return math.MaxInt
	}
	return int(n)
}

// ratio returns a/b, and 0 where that is no number.
func ratio(a, b float64) float64 {
	if r := a / b; finite(r) {
		return r
	}
	return 0
}
