package stats

import (
	"math"
	"slices"
)

// The least a scale needs for its reliability to be shown.
const (
	minItems  = 3
	minPeople = 30
)

// Reliability is Cronbach's alpha of a scale. Alpha is at most 1 and may be negative.
type Reliability struct {
	Alpha        float64
	Standardised float64   // from the mean correlation: k r/(1+(k-1)r)
	MeanR        float64   // mean correlation of the items
	Dropped      []float64 // alpha without each item
	Reversed     []bool    // the item runs against the others: turn it round first
	N            int       // respondents who answered every item
	// why it should not be shown: TooFewItems, TooFewPeople; or NoVariance, NoData, DifferentSize
	Why Why
}

// Cronbach returns the reliability of items, each a column of answers: k/(k-1) (1 - Σ s²_j/s²_T), where s²_j
// is an item's variance and s²_T that of their sum (Cronbach 1951, equation 2). Who left an item out is left
// out. With weights, which may be nil, the variances are those of the population that the weights stand for,
// as for a complex sample.
func Cronbach(items [][]float64, weights []float64) Reliability {
	cov, n, why := covariances(items, weights)
	r := Reliability{N: n, Why: why}
	if why != "" {
		return r
	}
	k := len(items)
	all := make([]int, k)
	for i := range all {
		all[i] = i
	}
	var ok bool
	if r.Alpha, ok = alpha(cov, all); !ok {
		r.Why = NoVariance
		return r
	}
	r.correlate(cov)
	for drop := range k {
		rest := append(append([]int{}, all[:drop]...), all[drop+1:]...)
		a, _ := alpha(cov, rest)
		r.Dropped = append(r.Dropped, a)
		var with float64
		for _, j := range rest {
			with += cov[drop][j]
		}
		r.Reversed = append(r.Reversed, with < 0)
	}
	switch {
	case k < minItems:
		r.Why = TooFewItems
	case n < minPeople:
		r.Why = TooFewPeople
	}
	return r
}

// correlate sets what rests on the items' correlations.
func (r *Reliability) correlate(cov [][]float64) {
	k, pairs := float64(len(cov)), 0.0
	for i := range cov {
		for j := range i {
			r.MeanR += ratio(cov[i][j], math.Sqrt(cov[i][i])*math.Sqrt(cov[j][j]))
			pairs++
		}
	}
	r.MeanR = ratio(r.MeanR, pairs)
	r.Standardised = ratio(k*r.MeanR, 1+(k-1)*r.MeanR)
}

// alpha returns k/(k-1) (1 - Σ variances / variance of the sum) of some items.
func alpha(cov [][]float64, items []int) (float64, bool) {
	k := float64(len(items))
	var own, total float64
	for _, i := range items {
		own += cov[i][i]
		for _, j := range items {
			total += cov[i][j]
		}
	}
	if k < 2 || !(total > 0) {
		return 0, false
	}
	a := k / (k - 1) * (1 - own/total)
	if !finite(a) {
		return 0, false
	}
	return a, true
}

// covariances returns the covariance matrix of columns over the rows that are complete and have weight, with
// the divisor Σw (n-1)/n, and how many such rows there are.
func covariances(items [][]float64, weights []float64) ([][]float64, int, Why) {
	if len(items) < 2 {
		return nil, 0, TooFewItems
	}
	for _, it := range items {
		if len(it) != len(items[0]) || weights != nil && len(weights) != len(it) {
			return nil, 0, DifferentSize
		}
	}
	weight := make([]float64, len(items[0])) // 0 for rows that are not complete
	count, total := 0, 0.0
	for i := range weight {
		if weight[i] = 1; weights != nil {
			weight[i] = weights[i]
		}
		if !(weight[i] > 0) || !finite(weight[i]) ||
			slices.ContainsFunc(items, func(it []float64) bool { return !finite(it[i]) }) {
			weight[i] = 0
			continue
		}
		count++
		total += weight[i]
	}
	if count < 2 {
		return nil, count, NoData
	}
	return moments(items, weight, total, total*float64(count-1)/float64(count)), count, ""
}

// moments returns the sums of weighted products of columns around their means, over a scale.
func moments(items [][]float64, weight []float64, total, scale float64) [][]float64 {
	means := make([]float64, len(items))
	for k, it := range items {
		for i, w := range weight {
			if w > 0 {
				means[k] += w / total * it[i]
			}
		}
	}
	cov := matrix(len(items), len(items))
	for i, w := range weight {
		if w == 0 {
			continue
		}
		for a := range items {
			d := w / scale * (items[a][i] - means[a])
			for b := range items {
				cov[a][b] += d * (items[b][i] - means[b])
			}
		}
	}
	return cov
}
