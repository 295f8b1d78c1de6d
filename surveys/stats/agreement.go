package stats

import "slices"

// Metric says how far apart two codes are, for Krippendorff's alpha: 0 for the same, never negative, the same
// both ways.
type Metric func(a, b float64) float64

// Nominal codes are alike (0) or not (1).
func Nominal(a, b float64) float64 {
	if a == b {
		return 0
	}
	return 1
}

// IntervalScale codes are apart by the square of their difference.
func IntervalScale(a, b float64) float64 { return (a - b) * (a - b) }

// Krippendorff returns alpha, the agreement of coders beyond chance, 1 - D_observed/D_expected (Krippendorff
// 2004, 11.3): at most 1, 0 for agreement by chance. Each row is a coder, each column a unit, NaN where the
// coder did not code it. Units with a single code are left out. The second result says why there is none:
// NoData, NoVariance when all codes are the same, DifferentSize, BadParameter without a metric.
func Krippendorff(coders [][]float64, distance Metric) (float64, Why) {
	switch {
	case distance == nil:
		return 0, BadParameter
	case len(coders) == 0:
		return 0, NoData
	}
	for _, c := range coders {
		if len(c) != len(coders[0]) {
			return 0, DifferentSize
		}
	}
	var observed, n float64
	times := map[float64]float64{} // of each code
	for u := range coders[0] {
		var values []float64
		for _, c := range coders {
			if finite(c[u]) {
				values = append(values, c[u])
			}
		}
		if len(values) < 2 {
			continue
		}
		own := map[float64]float64{}
		for _, v := range values {
			own[v]++
			times[v]++
		}
		observed += apart(own, distance) / float64(len(values)-1)
		n += float64(len(values))
	}
	if n < 2 {
		return 0, NoData
	}
	expected := apart(times, distance)
	alpha := 1 - (n-1)*(observed/expected)
	if !(expected > 0) || !finite(expected) || !finite(alpha) {
		return 0, NoVariance
	}
	return alpha, ""
}

// apart returns the sum of the distances of all ordered pairs of codes, each of which occurs so many times.
func apart(times map[float64]float64, distance Metric) (s float64) {
	codes := make([]float64, 0, len(times))
	for c := range times {
		codes = append(codes, c)
	}
	slices.Sort(codes) // the same sum every time
	for i, a := range codes {
		for _, b := range codes[:i] {
			s += times[a] * times[b] * (distance(a, b) + distance(b, a))
		}
	}
	return s
}

// FleissKappa returns the agreement of several raters beyond chance, (P - P_e)/(1 - P_e), at most 1 (Fleiss
// 1971): each row is a subject and holds how many raters put it into each category, the same number of raters
// for every subject. The second result says why there is none: NoData, NoVariance when everything is in one
// category, DifferentSize, BadParameter for a negative count.
func FleissKappa(counts [][]int) (float64, Why) {
	if len(counts) == 0 || len(counts[0]) == 0 {
		return 0, NoData
	}
	var raters float64
	for _, n := range counts[0] {
		raters += float64(n)
	}
	if raters < 2 {
		return 0, NoData
	}
	share := make([]float64, len(counts[0]))
	var agree float64
	for _, row := range counts {
		if len(row) != len(share) {
			return 0, DifferentSize
		}
		var sum, squares float64
		for j, n := range row {
			if n < 0 {
				return 0, BadParameter
			}
			sum += float64(n)
			squares += float64(n) * float64(n)
			share[j] += float64(n)
		}
		if sum != raters {
			return 0, DifferentSize
		}
		agree += (squares - raters) / (raters * (raters - 1))
	}
	agree /= float64(len(counts))
	var chance float64
	for _, s := range share {
		p := s / (float64(len(counts)) * raters)
		chance += p * p
	}
	if !(chance < 1) {
		return 0, NoVariance
	}
	return (agree - chance) / (1 - chance), ""
}
