package surveys

import "math"

// percent returns 100·n/of rounded half away from zero to one decimal; 0 when of is 0.
func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return math.Round(1000*float64(n)/float64(of)) / 10
}

// meanOf returns the mean of digits, given how often each was chosen; 0 for none.
func meanOf(codes map[string]int) float64 {
	n, sum := 0, 0
	for code, times := range codes {
		n += times
		sum += times * codeValue(code)
	}
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(n)
}

// recommendation returns the net promoter score: the share of 9 and 10 less the share of 0 to 6 (Reichheld,
// Harvard Business Review 81(12), 2003). Zero for no answers.
func recommendation(codes map[string]int) Recommendation {
	n, promoters, detractors := 0, 0, 0
	for code, times := range codes {
		n += times
		switch v := codeValue(code); {
		case v >= 9:
			promoters += times
		case v <= 6:
			detractors += times
		}
	}
	if n == 0 {
		return Recommendation{}
	}
	r := Recommendation{Promoters: float64(promoters) / float64(n),
		Detractors: float64(detractors) / float64(n)}
	r.Score = 100 * float64(promoters-detractors) / float64(n)
	return r
}
