package stats

import "math"

// NPS returns the net promoter score of counts of promoters (9 and 10), passives and detractors (0 to 6),
// 100(p-d), from -100 to 100, with a normal interval from the variance of one answer that counts 1, 0 or -1:
// (p + d - (p-d)²)/n. When all answered alike the interval is that of two shares of 0 and 1 (see alikeNPS),
// and Why is AllAlike.
func NPS(promoters, passives, detractors int, level float64) Estimate {
	if promoters < 0 || passives < 0 || detractors < 0 || !validLevel(level) {
		return Estimate{Why: BadParameter}
	}
	n := float64(promoters) + float64(passives) + float64(detractors)
	if n == 0 {
		return Estimate{Why: NoData}
	}
	p, d := float64(promoters)/n, float64(detractors)/n
	e := Estimate{N: whole(n), WeightedN: n, EffectiveN: n, Value: 100 * (p - d)}
	e = e.student(100*math.Sqrt(math.Max(0, p+d-(p-d)*(p-d))/n), level)
	return e.score(level)
}

// score cuts the interval of a net promoter score to what is possible, and gives one to a score without
// because all answered alike.
func (e Estimate) score(level float64) Estimate {
	switch {
	case e.Why == AllAlike:
		return e.alikeNPS(level)
	case e.Missing():
		return e
	}
	return e.between(e.se, math.Max(-100, e.low), math.Min(100, e.high))
}

// alikeNPS returns the score with the interval for shares of promoters and detractors of which each is 0 or
// 1: the distances to the ends of Wilson's intervals, squared and added (Newcombe 1998, for two shares of the
// same people), on Kish's effective size.
func (e Estimate) alikeNPS(level float64) Estimate {
	z := quantile(level, e.DF)
	promoters, detractors := Estimate{Value: clamp(e.Value/100, 0, 1), EffectiveN: e.EffectiveN,
		DF: e.DF}.limits(level),
		Estimate{Value: clamp(-e.Value/100, 0, 1), EffectiveN: e.EffectiveN, DF: e.DF}.limits(level)
	low := math.Max(-100, e.Value-100*math.Hypot(promoters.down, detractors.up))
	high := math.Min(100, e.Value+100*math.Hypot(promoters.up, detractors.down))
	return e.between((high-low)/(2*z), low, high)
}

// NPS returns the weighted net promoter score of answers from 0 to 10, -100 to 100: the linearised mean of
// 100, 0 and -100 with Student's interval, cut to that range. Other answers and NaN are none.
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
	if e.Why == AllAlike && !d.alike(column(y, domain)) { // the strata differ, and nobody within one
		return e
	}
	return e.score(level)
}
