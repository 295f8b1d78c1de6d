package stats

import (
	"math"
)

// NPS returns the net promoter score of counts of promoters, passives and detractors, from -100 to 100, with its interval: the
// variance of a share difference, p + d - (p - d)².
func NPS(promoters, passives, detractors int, level float64) Estimate {
	if promoters < 0 || passives < 0 || detractors < 0 || !validLevel(level) {
		return Estimate{Why: BadParameter}
	}
	n := promoters + passives + detractors
	if n == 0 {
		return Estimate{Why: NoData}
	}
	p, d := float64(promoters)/float64(n), float64(detractors)/float64(n)
	e := Estimate{N: n, WeightedN: float64(n), EffectiveN: float64(n), Value: 100 * (p - d), SE: 100 * math.Sqrt(math.Max(0, p+d-(p-d)*(p-d))/float64(n))}
	return within(e, quantile(level, 0)*e.SE, 100)
}

func within(e Estimate, half, limit float64) Estimate {
	e.Low, e.High = math.Max(-limit, e.Value-half), math.Min(limit, e.Value+half)
	if e.SE == 0 {
		e.Why = AllAlike
	}
	return e
}

// NPS returns the weighted net promoter score of answers from 0 to 10, linearised; others and NaN are no answer.
func (d *Design) NPS(answers []float64, domain []bool, level float64) Estimate {
	y := make([]float64, len(answers))
	for i, a := range answers {
		switch {
		case !(a >= 0 && a <= 10):
			y[i] = math.NaN()
		case a >= 9:
			y[i] = 100
		case a <= 6:
			y[i] = -100
		}
	}
	e := d.Mean(y, domain, level)
	if e.Missing() || e.Why != "" {
		return e
	}
	return within(e, quantile(level, e.DF)*e.SE, 100)
}

// TopBox returns the share of answers that are at least the bound: two of five points satisfied, for CSAT and CES.
func (d *Design) TopBox(answers []float64, bound float64, domain []bool, level float64) Estimate {
	if why := d.check(len(answers), domain, level); why != "" {
		return Estimate{Why: why}
	}
	v := column(answers, domain)
	return d.proportion(func(i int) bool { return answers[i] >= bound }, v.in, level)
}

// The least a scale needs for its reliability to be shown.
const (
	minItems  = 3
	minPeople = 30
)

// Reliability is Cronbach's alpha of a scale.
type Reliability struct {
	Alpha        float64
	Standardised float64 // from the mean correlation
	MeanR        float64
	Dropped      []float64 // alpha without each item
	Reversed     []bool    // the item runs against the others: turn it round first
	N            int
	Why          Why // why it should not be shown: TooFewItems, TooFewPeople; or NoVariance
}

// Cronbach returns the reliability of items, each a column of answers (Cronbach 1951, equation 2); who left one out is left out.
// weights may be nil.
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
	pairs := 0.0
	for i := range k {
		for j := range i {
			r.MeanR += ratio(cov[i][j], math.Sqrt(cov[i][i]*cov[j][j]))
			pairs++
		}
	}
	r.MeanR = ratio(r.MeanR, pairs)
	r.Standardised = ratio(float64(k)*r.MeanR, 1+float64(k-1)*r.MeanR)
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
	return k / (k - 1) * (1 - own/total), true
}

// covariances returns the covariance matrix of columns over complete rows.
func covariances(items [][]float64, weights []float64) ([][]float64, int, Why) {
	if len(items) < 2 {
		return nil, 0, TooFewItems
	}
	n := len(items[0])
	for _, it := range items {
		if len(it) != n || weights != nil && len(weights) != n {
			return nil, 0, DifferentSize
		}
	}
	complete := func(i int) bool {
		for _, it := range items {
			if !finite(it[i]) {
				return false
			}
		}
		return weights == nil || weights[i] > 0 && finite(weights[i])
	}
	count, total := 0, 0.0
	means := make([]float64, len(items))
	weight := func(i int) float64 {
		if weights == nil {
			return 1
		}
		return weights[i]
	}
	for i := range n {
		if complete(i) {
			count++
			total += weight(i)
			for k, it := range items {
				means[k] += weight(i) * it[i]
			}
		}
	}
	if count < 2 {
		return nil, count, NoData
	}
	for k := range means {
		means[k] /= total
	}
	cov := make([][]float64, len(items))
	for k := range cov {
		cov[k] = make([]float64, len(items))
	}
	scale := total * float64(count-1) / float64(count)
	for i := range n {
		if !complete(i) {
			continue
		}
		for a := range items {
			da := weight(i) * (items[a][i] - means[a]) / scale
			for b := range items {
				cov[a][b] += da * (items[b][i] - means[b])
			}
		}
	}
	return cov, count, ""
}

// Correlation returns Pearson's correlation of two columns over complete rows; Missing when there is none.
func Correlation(x, y []float64) Estimate {
	cov, n, why := covariances([][]float64{x, y}, nil)
	if why != "" {
		return Estimate{N: n, Why: why}
	}
	r := cov[0][1] / math.Sqrt(cov[0][0]*cov[1][1])
	if !finite(r) {
		return Estimate{N: n, Why: NoVariance}
	}
	e := Estimate{N: n, WeightedN: float64(n), EffectiveN: float64(n), Value: clamp(r, -1, 1), Low: -1, High: 1}
	if n > 3 { // Fisher's transformation
		z, half := math.Atanh(clamp(r, -1+1e-12, 1-1e-12)), quantile(0.95, 0)/math.Sqrt(float64(n-3))
		e.Low, e.High, e.SE = math.Tanh(z-half), math.Tanh(z+half), (1-r*r)/math.Sqrt(float64(n-1))
	}
	return e
}

// Gap is a SERVQUAL dimension: how far perception lies from expectation.
type Gap struct {
	Items    []Estimate // mean of perception less expectation of each item
	Overall  Estimate   // mean over respondents of the mean over items
	Weighted Estimate   // the same with each respondent's points for the dimension; Missing without points
}

// Servqual returns the gap of a dimension: columns of perceptions and expectations of its items (Parasuraman, Zeithaml and Berry
// 1988), and, unless nil, the share of 100 points each respondent gives the dimension. The sum of Weighted over dimensions is
// the weighted score, for points are applied before averaging.
func (d *Design) Servqual(perceived, expected [][]float64, points []float64, level float64) Gap {
	var g Gap
	if len(perceived) == 0 || len(perceived) != len(expected) {
		g.Overall, g.Weighted = Estimate{Why: DifferentSize}, Estimate{Why: DifferentSize}
		return g
	}
	n := len(d.Weights)
	sum, items := make([]float64, n), make([]float64, n)
	for k := range perceived {
		if len(perceived[k]) != n || len(expected[k]) != n {
			g.Items = append(g.Items, Estimate{Why: DifferentSize})
			continue
		}
		gap := make([]float64, n)
		for i := range gap {
			if gap[i] = perceived[k][i] - expected[k][i]; finite(gap[i]) {
				sum[i] += gap[i]
				items[i]++
			}
		}
		g.Items = append(g.Items, d.Mean(gap, nil, level))
	}
	weighted := make([]float64, n)
	for i := range sum {
		sum[i] /= items[i] // NaN for who answered nothing: no answer
		weighted[i] = math.NaN()
		if points != nil && i < len(points) {
			weighted[i] = points[i] / 100 * sum[i]
		}
	}
	g.Overall, g.Weighted = d.Mean(sum, nil, level), d.Mean(weighted, nil, level)
	return g
}

// Quadrant is a place in an importance–performance grid (Martilla and James 1977).
type Quadrant string

// The quadrants.
const (
	Concentrate  Quadrant = "concentrate"  // important, not good
	KeepUp       Quadrant = "keep_up"      // important and good
	LowPriority  Quadrant = "low_priority" // neither
	Overkill     Quadrant = "overkill"     // good, not important
	UncertainIPA Quadrant = "uncertain"    // an interval crosses a line
	NoQuadrant   Quadrant = "no_quadrant"  // a figure is missing
)

// IPA returns the quadrant of each attribute and the crosshair: the means of all, or the given point when it is not nil. An
// attribute whose interval crosses a line is uncertain.
func IPA(importance, performance []Estimate, crosshair *[2]float64) ([]Quadrant, [2]float64) {
	var at [2]float64
	n := 0.0
	for i := range min(len(importance), len(performance)) {
		if !importance[i].Missing() && !performance[i].Missing() {
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
	crosses := func(e Estimate, line float64) bool { return e.Low < line && e.High > line }
	switch {
	case importance.Missing() || performance.Missing():
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
