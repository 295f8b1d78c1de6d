package stats

import "slices"

// Design says how the respondents came to be. Every column has one entry for each respondent; only Weights
// are required. A weight says how many people the respondent stands for; nobody counts for less than nothing,
// and who has weight 0 counts in no estimate but still as a unit that was sampled, as somebody outside a
// domain does.
//
// Sampling is taken to be with replacement of the first-stage units within strata: respondents of the same
// stratum and cluster are one unit. An estimate of the sum of z has the variance Σ_h (1-f_h) n_h/(n_h-1) Σ_c
// (t_hc - t̄_h)², where t_hc is the sum of a unit's z, n_h the units of a stratum and f_h the fraction of it
// that was sampled, and as many degrees of freedom as there are units less strata (Cochran 1977, chapter 11).
type Design struct {
	Weights    []float64
	Strata     []int32   // nil: one stratum
	Clusters   []int32   // nil: everybody is a unit of their own
	Population []float64 // units of the stratum in all, for the finite population correction; 0, or nil: many
	Lone       Lone      // what a stratum with a single unit adds to the variance; empty: nobody knows
	// Calibration says how Weights were made of design weights; nil: they are the design's own.
	// Calibration.Design sets it.
	Calibration *Calibration
}

// Equal returns the design of n respondents with weight 1 each.
func Equal(n int) *Design {
	d := &Design{Weights: make([]float64, n)}
	for i := range d.Weights {
		d.Weights[i] = 1
	}
	return d
}

// Kish returns the effective sample size of weights, (Σw)²/Σw², and the design effect n Σw²/(Σw)² of their
// being unequal (Kish 1965). Weights of 0 count for nobody; without any weight both are 0.
func Kish(weights []float64) (effective, deff float64) {
	var sum, squares float64
	n := 0
	for _, w := range weights {
		if w > 0 && finite(w) {
			n++
			sum += w
			squares += w * w
		}
	}
	if n == 0 || !finite(squares) || squares == 0 {
		return 0, 0
	}
	return sum * sum / squares, float64(n) * squares / (sum * sum)
}

// ok reports why the design cannot be used for columns of n respondents, or "".
func (d *Design) ok(n int) Why {
	if len(d.Weights) != n || d.Strata != nil && len(d.Strata) != n || d.Clusters != nil &&
		len(d.Clusters) != n ||
		d.Population != nil && len(d.Population) != n || d.Calibration != nil &&
		len(d.Calibration.Weights) != n {
		return DifferentSize
	}
	if d.Calibration != nil && d.Calibration.factor == nil || !d.Lone.valid() { // made up by hand
		return BadParameter
	}
	var squares float64
	for _, w := range d.Weights {
		if !(w >= 0) {
			return NoWeight
		}
		squares += w * w
	}
	if !(squares > 0) || !finite(squares) {
		return NoWeight
	}
	return ""
}

// plan is a design with strata and clusters numbered from 0.
type plan struct {
	simple  bool // one stratum, everybody a unit
	units   int
	unit    []int32   // of each respondent
	stratum []int32   // of each unit
	size    []int     // units in each stratum
	rest    []float64 // 1 - sampling fraction of each stratum
	df      float64
	lone    bool // a stratum has a single unit, and not all of it was sampled
	choice  Lone
}

// plan numbers units and strata in the order in which they come.
func (d *Design) plan() plan {
	n := len(d.Weights)
	if d.Strata == nil && d.Clusters == nil {
		return d.simplePlan(n)
	}
	type key struct{ stratum, cluster int32 }
	strata, units := map[int32]int32{}, map[key]int32{}
	p := plan{unit: make([]int32, n), choice: d.Lone}
	for i := range n {
		k := key{cluster: int32(i)}
		if d.Strata != nil {
			k.stratum = d.Strata[i]
		}
		if d.Clusters != nil {
			k.cluster = d.Clusters[i]
		}
		u, ok := units[k]
		if !ok {
			u = int32(len(units))
			units[k] = u
			h, known := strata[k.stratum]
			if !known {
				h = int32(len(strata))
				strata[k.stratum] = h
				p.size, p.rest = append(p.size, 0), append(p.rest, d.population(i))
			}
			p.stratum = append(p.stratum, h)
			p.size[h]++
		}
		p.unit[i] = u
	}
	p.units = len(units)
	p.df = float64(p.units - len(strata))
	for h := range p.size {
		p.rest[h] = fraction(p.size[h], p.rest[h])
		p.lone = p.lone || p.alone(h)
	}
	return p
}

// complete reports whether every unit there is was sampled.
func (p *plan) complete() bool {
	return !slices.ContainsFunc(p.rest, func(rest float64) bool { return rest > 0 })
}

// unitOf returns respondent i's unit.
func (p *plan) unitOf(i int) int32 {
	if p.simple {
		return int32(i)
	}
	return p.unit[i]
}

// stratumOf returns a unit's stratum.
func (p *plan) stratumOf(u int32) int32 {
	if p.simple {
		return 0
	}
	return p.stratum[u]
}

func (d *Design) simplePlan(n int) plan {
	p := plan{simple: true, units: n, df: float64(n - 1), size: []int{n}, rest: []float64{1}, lone: n < 2}
	if n > 0 {
		p.rest[0] = fraction(n, d.population(0))
	}
	return p
}

// population returns the number of units in respondent i's stratum, 0 for many.
func (d *Design) population(i int) float64 {
	if d.Population == nil || !(d.Population[i] > 0) || !finite(d.Population[i]) {
		return 0
	}
	return d.Population[i]
}

// fraction returns the share of a stratum that was not sampled.
func fraction(sampled int, population float64) float64 {
	if population <= 0 {
		return 1
	}
	return clamp(1-float64(sampled)/population, 0, 1)
}
