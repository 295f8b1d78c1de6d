package stats

import "math"

// Dimension is one of those along which people judge a service (Parasuraman, Zeithaml and Berry 1988; usually
// tangibles with 4 items, reliability 5, responsiveness 4, assurance 4, empathy 5): a column of answers for
// each item, NaN for none.
type Dimension struct {
	Perceived [][]float64 // the service as it is
	Expected  [][]float64 // as it should be; nil: SERVPERF, perceptions alone (Cronin and Taylor 1992)
	Points    []float64   // how many of 100 points each respondent gives the dimension; nil: not asked
}

// Gap is how far perception lies from expectation along one dimension, in points of the answers' scale.
type Gap struct {
	Items    []Estimate // mean of perception less expectation of each item
	Overall  Estimate   // mean over respondents of their mean over items
	Weighted Estimate   // the same times the share of points the respondent gives it; Missing without points
}

// Service is the quality of a service as people judge it.
type Service struct {
	Dimensions []Gap
	Unweighted Estimate // mean over respondents of the mean over dimensions
	// mean over respondents of the sum over dimensions of gap × points/100; Missing without points
	Weighted Estimate
}

// Servqual returns the gaps of a service's dimensions and its scores. Points are applied to each respondent's
// gaps before any averaging. The scores rest on respondents who answered an item of every dimension, the
// weighted one on those who also split 100 points, to within a half. Why is DifferentSize where the columns
// of a dimension do not fit each other or the design.
func (d *Design) Servqual(dimensions []Dimension, level float64) Service {
	n := len(d.Weights)
	plain, weighted, points := make([]float64, n), make([]float64, n), make([]float64, n)
	for _, dim := range dimensions {
		for i := range points {
			points[i] += nth(dim.Points, i)
		}
	}
	for i, p := range points {
		if !(math.Abs(p-100) <= 0.5) {
			weighted[i] = math.NaN()
		}
	}
	var s Service
	for _, dim := range dimensions {
		if !dim.fits(n) {
			s.Dimensions = append(s.Dimensions,
				Gap{Overall: Estimate{Why: DifferentSize}, Weighted: Estimate{Why: DifferentSize}})
			plain = nil
			continue
		}
		gap, own := d.gap(dim, level)
		s.Dimensions = append(s.Dimensions, gap)
		for i := range plain {
			plain[i] += own[i] / float64(len(dimensions))
			weighted[i] += own[i] * nth(dim.Points, i) / 100
		}
	}
	switch {
	case len(dimensions) == 0:
		s.Unweighted, s.Weighted = Estimate{Why: NoData}, Estimate{Why: NoData}
	case plain == nil && n > 0:
		s.Unweighted, s.Weighted = Estimate{Why: DifferentSize}, Estimate{Why: DifferentSize}
	default:
		s.Unweighted, s.Weighted = d.Mean(plain, nil, level), d.Mean(weighted, nil, level)
	}
	return s
}

// nth returns respondent i's entry of a column, NaN where it has none.
func nth(column []float64, i int) float64 {
	if i < len(column) {
		return column[i]
	}
	return math.NaN()
}

// fits reports whether a dimension has columns for n respondents.
func (dim Dimension) fits(n int) bool {
	if len(dim.Perceived) == 0 || dim.Expected != nil && len(dim.Expected) != len(dim.Perceived) ||
		dim.Points != nil && len(dim.Points) != n {
		return false
	}
	for _, columns := range [][][]float64{dim.Perceived, dim.Expected} {
		for _, c := range columns {
			if len(c) != n {
				return false
			}
		}
	}
	return true
}

// gap returns a dimension's gap, and each respondent's.
func (d *Design) gap(dim Dimension, level float64) (Gap, []float64) {
	var g Gap
	n := len(d.Weights)
	sum, items := make([]float64, n), make([]float64, n)
	for k, perceived := range dim.Perceived {
		gap := make([]float64, n)
		for i, x := range perceived {
			if dim.Expected != nil {
				x -= dim.Expected[k][i]
			}
			if gap[i] = x; finite(x) {
				sum[i] += x
				items[i]++
			}
		}
		g.Items = append(g.Items, d.Mean(gap, nil, level))
	}
	weighted := make([]float64, n)
	for i := range sum {
		sum[i] /= items[i] // NaN for who answered nothing: no answer
		weighted[i] = sum[i] * nth(dim.Points, i) / 100
	}
	g.Overall, g.Weighted = d.Mean(sum, nil, level), d.Mean(weighted, nil, level)
	return g, sum
}
