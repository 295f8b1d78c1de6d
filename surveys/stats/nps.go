package stats

import "math"

// NPS returns the net promoter score of counts of promoters (9 and 10), passives and detractors (0 to 6), 100(p-d), from -100 to
// 100, with a normal interval from the variance of one answer that counts 1, 0 or -1: (p + d - (p-d)²)/n. When all answered
// alike the interval is a point, and Why is AllAlike.
func NPS(promoters, passives, detractors int, level float64) Estimate {
	if promoters < 0 || passives < 0 || detractors < 0 || !validLevel(level) {
		return Estimate{Why: BadParameter}
	}
	n := float64(promoters) + float64(passives) + float64(detractors)
	if n == 0 {
		return Estimate{Why: NoData}
	}
	p, d := float64(promoters)/n, float64(detractors)/n
	e := Estimate{N: whole(n), WeightedN: n, EffectiveN: n, Value: 100 * (p - d), SE: 100 * math.Sqrt(math.Max(0, p+d-(p-d)*(p-d))/n)}
	return within(e, quantile(level, 0)*e.SE, 100)
}

func within(e Estimate, half, limit float64) Estimate {
	e.Low, e.High = math.Max(-limit, e.Value-half), math.Min(limit, e.Value+half)
	if e.SE == 0 {
		e.Why = AllAlike
	}
	return e
}

// NPS returns the weighted net promoter score of answers from 0 to 10, -100 to 100: the linearised mean of 100, 0 and -100 with
// Student's interval, cut to that range. Other answers and NaN are none.
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
	if e.Why != "" {
		return e
	}
	return within(e, quantile(level, e.DF)*e.SE, 100)
}
