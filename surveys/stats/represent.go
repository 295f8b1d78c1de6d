package stats

import "math"

// SampleSize returns how many respondents it takes for the share p to be known to within plus or minus e at a
// level, in a population of size people; 0 for a very large one. The result is not rounded. Why is
// BadParameter when nothing can be said.
func SampleSize(e, p float64, population int, level float64) (float64, Why) {
	if !validLevel(level) || !(e > 0) || !(p >= 0 && p <= 1) || population < 0 {
		return 0, BadParameter
	}
	z := quantile(level, 0)
	n := z * z * p * (1 - p) / (e * e)
	if population > 0 {
		n /= 1 + (n-1)/float64(population)
	}
	if !finite(n) || n < 0 {
		return 0, BadParameter
	}
	return n, ""
}

// MarginOfError returns the half width of the interval of a share of one half among n respondents at a level,
// with the finite population correction when population is not 0. It is for probability samples only.
// Nobody's margin is not 0: Why is NoData for no respondents, BadParameter for more than there are people.
func MarginOfError(n, population int, level float64) (float64, Why) {
	switch {
	case !validLevel(level) || n < 0 || population < 0 || population > 0 && n > population:
		return 0, BadParameter
	case n == 0:
		return 0, NoData
	case n == population: // everybody
		return 0, ""
	}
	m := quantile(level, 0) * math.Sqrt(0.25/float64(n))
	if population > 1 {
		m *= math.Sqrt(float64(population-n) / float64(population-1))
	}
	return m, ""
}

// Dissimilarity returns half the sum of the differences between the shares of a sample and a population, 0 to
// 1: the share of respondents who would have to be in another category for the two to be alike.
func Dissimilarity(sample, population []float64) (float64, Why) {
	if len(sample) != len(population) {
		return 0, DifferentSize
	}
	s, p := sumOf(sample), sumOf(population)
	if !(s > 0) || !(p > 0) || !finite(s) || !finite(p) {
		return 0, NoData
	}
	var d float64
	for i := range sample {
		if sample[i] < 0 || population[i] < 0 {
			return 0, BadParameter
		}
		d += math.Abs(sample[i]/s-population[i]/p) / 2
	}
	return clamp(d, 0, 1), ""
}

// ResponseBalance returns the lowest response rate of the classes over the highest, 0 to 1; 0 as soon as one
// class is empty, which is why Dissimilarity says more.
func ResponseBalance(rates []float64) float64 {
	if len(rates) == 0 {
		return 0
	}
	low, high := math.Inf(1), 0.0
	for _, r := range rates {
		if !(r >= 0) || !finite(r) {
			return 0
		}
		low, high = math.Min(low, r), math.Max(high, r)
	}
	return ratio(low, high)
}

// Collection says how respondents came to be asked, which decides what may be said of the sampling error
// (AAPOR, Opt-In Surveys and Margin of Error; AAPOR Guidance on Reporting Precision for Nonprobability
// Samples, 2016).
type Collection string

// The kinds of collection.
const (
	Census      Collection = "census"      // everybody was invited
	Probability Collection = "probability" // a random sample was invited
	OptIn       Collection = "opt_in"      // whoever wanted
)

// MayShowMargin reports whether a margin of error may be shown: never for a self-selected sample, nor for an
// unknown kind.
func (c Collection) MayShowMargin() bool { return c == Probability || c == Census }

// Precision says what the intervals of a survey may be called.
type Precision string

// The names of an interval.
const (
	SamplingError Precision = "sampling_error" // a margin of error
	// an interval that holds if the weighting model does: never to be called a margin of error
	ModelBased     Precision = "model_based"
	DisclosureOnly Precision = "disclosure_only" // none: print how people came to answer instead
)

// Precision returns what intervals may be called: for a self-selected sample nothing, unless design,
// weighting and assumptions are disclosed beside them, and then a model-based interval.
func (c Collection) Precision(modelDisclosed bool) Precision {
	switch {
	case c.MayShowMargin():
		return SamplingError
	case c == OptIn && modelDisclosed:
		return ModelBased
	}
	return DisclosureOnly
}
