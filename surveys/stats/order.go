package stats

import "math"

// Quantile returns the smallest value of y at which at least the share p of the weight is reached, with
// Woodruff's interval (Woodruff 1952): the values at the ends of the interval of that share. SE is the
// interval's half width over the point of Student's distribution. Where nobody lies above the quantile, the
// share's variance is that of a simple random sample of Kish's effective size, and Why is AllAlike; the least
// and the greatest value have no interval then.
func (d *Design) Quantile(y []float64, domain []bool, p, level float64) Estimate {
	if why := d.check(len(y), domain, level); why != "" {
		return Estimate{Why: why}
	}
	if !(p >= 0 && p <= 1) {
		return Estimate{Why: BadParameter}
	}
	v := column(y, domain)
	pick := newPicker(d.Weights, v)
	if len(pick.values) == 0 {
		return Estimate{Why: NoData}
	}
	at := pick.value(p)
	below := d.proportion(func(i int) bool { return v.in(i) && y[i] <= at }, v.in, level)
	e := Estimate{N: below.N, WeightedN: below.WeightedN, EffectiveN: below.EffectiveN, DF: below.DF,
		Value: at, Why: below.Why, exact: below.exact}
	if below.Missing() {
		return e.without(below.Why)
	}
	t := quantile(level, below.DF)
	half := t * below.se
	if below.Why == AllAlike { // nobody is above the quantile: what is known is the size
		half = t * math.Sqrt(ratio(p*(1-p), below.EffectiveN))
	}
	if !e.exact && (!(half > 0) || p == 0 || p == 1) {
		return e.without(AllAlike)
	}
	low, high := pick.value(clamp(p-half, 0, 1)), pick.value(clamp(p+half, 0, 1))
	return e.between((high-low)/(2*t), math.Min(low, at), math.Max(high, at))
}

// picker finds weighted quantiles by selection, in time that grows as the column does.
type picker struct {
	values, weights []float64
	total           float64
}

func newPicker(weights []float64, v values) *picker {
	p := &picker{values: make([]float64, 0, len(weights)), weights: make([]float64, 0, len(weights))}
	for i, w := range weights {
		if w > 0 && v.in(i) {
			p.values, p.weights = append(p.values, v.y(i)), append(p.weights, w)
			p.total += w
		}
	}
	return p
}

// value returns the smallest value whose cumulative weight reaches the share. A share reached but for
// rounding counts as reached.
func (p *picker) value(share float64) float64 {
	target := share * p.total * (1 - 1e-12)
	lo, hi := 0, len(p.values)
	for hi-lo > 1 {
		below, equal, i, j := p.split(lo, hi)
		switch {
		case target <= below && i > lo:
			hi = i
		case target <= below+equal || j >= hi:
			return p.values[i]
		default:
			target -= below + equal
			lo = j
		}
	}
	return p.values[lo]
}

// split puts a stretch in order around a pivot: smaller ones before i, equal ones up to j; and returns what
// both weigh.
func (p *picker) split(lo, hi int) (below, equal float64, i, j int) {
	pivot := middle(p.values[lo], p.values[lo+(hi-lo)/2], p.values[hi-1])
	i, j = lo, hi
	for k := lo; k < j; {
		switch v := p.values[k]; {
		case v < pivot:
			below += p.weights[k]
			p.swap(i, k)
			i++
			k++
		case v > pivot:
			j--
			p.swap(k, j)
		default:
			equal += p.weights[k]
			k++
		}
	}
	return below, equal, i, j
}

func (p *picker) swap(a, b int) {
	p.values[a], p.values[b] = p.values[b], p.values[a]
	p.weights[a], p.weights[b] = p.weights[b], p.weights[a]
}

func middle(a, b, c float64) float64 {
	return math.Max(math.Min(a, b), math.Min(math.Max(a, b), c))
}
