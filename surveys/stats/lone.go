package stats

// Lone says how a stratum counts in which a single unit was sampled, so that nothing tells how much its units
// differ (the choices are those of R's package survey; Lumley, Complex Surveys, 2010, chapter 2). It matters
// only where an estimate rests on that stratum, and where not all of it was sampled.
type Lone string

// The choices.
const (
	LoneUnknown   Lone = ""          // the error is unknown, and Why is OneUnit
	LoneRemove    Lone = "remove"    // the stratum adds nothing to the variance, which may be too small
	LoneCertainty Lone = "certainty" // the same, said of units that were sure to be sampled
	// the unit is compared with the whole sample, not with its stratum: rather too large
	LoneAdjust  Lone = "adjust"
	LoneAverage Lone = "average" // it adds as much as the other strata do on average
)

func (l Lone) valid() bool {
	switch l {
	case LoneUnknown, LoneRemove, LoneCertainty, LoneAdjust, LoneAverage:
		return true
	}
	return false
}

// alone reports whether nothing tells how much the units of a stratum differ.
func (p *plan) alone(h int) bool { return p.size[h] < 2 && p.rest[h] > 0 }

// between returns what the squares of a stratum's totals are multiplied by, and whether they are taken around
// their mean.
func (p *plan) between(h int32) (factor float64, centred bool) {
	n := float64(p.size[h])
	switch {
	case n > 1:
		return p.rest[h] * n / (n - 1), true
	case p.choice == LoneAdjust:
		return p.rest[h], false
	}
	return 0, false
}

// stretch returns what the variance between the strata that are known is multiplied by for those that are
// not, given which strata an estimate rests on; or why there is no variance.
func (p *plan) stretch(touched []bool) (float64, Why) {
	if p.df < 1 {
		return 0, OneUnit
	}
	var known, alone float64
	for h, t := range touched {
		switch {
		case t && p.alone(h):
			alone++
		case t:
			known++
		}
	}
	switch {
	case alone == 0:
		return 1, ""
	case p.choice == LoneUnknown || known == 0 && p.choice != LoneAdjust:
		return 0, OneUnit
	case p.choice == LoneAverage:
		return (known + alone) / known, ""
	}
	return 1, ""
}

// variance returns the variance of the sum of z over respondents, between the units of each stratum, or why
// it is not known. on says which respondents the estimate rests on: a lone unit of others, who add nothing to
// it, does not matter.
func (p *plan) variance(z func(i int) float64, on func(i int) bool) (float64, Why) {
	if p.df < 1 {
		return 0, OneUnit
	}
	if p.simple {
		return p.simpleVariance(z), ""
	}
	totals, touched := make([]float64, p.units), make([]bool, len(p.size))
	for i, u := range p.unit {
		x := z(i)
		totals[u] += x
		if p.lone && (x != 0 || on(i)) {
			touched[p.stratum[u]] = true
		}
	}
	stretch, why := p.stretch(touched)
	return stretch * p.squares(totals), why
}

// squares returns the sum over strata of what their units' totals differ by.
func (p *plan) squares(totals []float64) (v float64) {
	means := make([]float64, len(p.size))
	for u, t := range totals {
		means[p.stratum[u]] += t / float64(p.size[p.stratum[u]])
	}
	for u, t := range totals {
		factor, centred := p.between(p.stratum[u])
		if centred {
			t -= means[p.stratum[u]]
		}
		v += factor * t * t
	}
	return v
}

// simpleVariance takes squares around means, a stretch at a time, and joins the stretches (Chan, Golub and
// LeVeque 1983): as exact as going through z twice, where the squares of large numbers would leave nothing of
// small differences.
func (p *plan) simpleVariance(z func(i int) float64) float64 {
	var stretch [256]float64
	var mean, v, seen float64
	for from := 0; from < p.units; from += len(stretch) {
		x := stretch[:min(len(stretch), p.units-from)]
		var own float64
		for k := range x {
			x[k] = z(from + k)
			own += x[k]
		}
		n := float64(len(x))
		own /= n
		for _, y := range x {
			v += (y - own) * (y - own)
		}
		v += (own - mean) * (own - mean) * seen * n / (seen + n)
		mean += (own - mean) * n / (seen + n)
		seen += n
	}
	return p.rest[0] * seen / (seen - 1) * v
}
