package stats

// Metric says how far apart two codes are, for Krippendorff's alpha.
type Metric func(a, b float64) float64

// Nominal codes are alike or not.
func Nominal(a, b float64) float64 {
	if a == b {
		return 0
	}
	return 1
}

// IntervalScale codes are apart by the square of their difference.
func IntervalScale(a, b float64) float64 { return (a - b) * (a - b) }

// Krippendorff returns alpha, the agreement of coders beyond chance (Krippendorff 2004, 11.3): each row is a coder, each column a
// unit, NaN where the coder did not code it. Units with a single code are left out. The second result says why there is none.
func Krippendorff(coders [][]float64, distance Metric) (float64, Why) {
	if len(coders) == 0 {
		return 0, NoData
	}
	var observed, n float64
	var all []float64
	for u := range coders[0] {
		var values []float64
		for _, c := range coders {
			if len(c) != len(coders[0]) {
				return 0, DifferentSize
			}
			if finite(c[u]) {
				values = append(values, c[u])
			}
		}
		if len(values) < 2 {
			continue
		}
		var apart float64
		for i, a := range values {
			for j, b := range values {
				if i != j {
					apart += distance(a, b)
				}
			}
		}
		observed += apart / float64(len(values)-1)
		n += float64(len(values))
		all = append(all, values...)
	}
	var expected float64
	for i, a := range all {
		for j, b := range all {
			if i != j {
				expected += distance(a, b)
			}
		}
	}
	if n < 2 {
		return 0, NoData
	}
	if !(expected > 0) {
		return 0, NoVariance
	}
	return 1 - (n-1)*observed/expected, ""
}

// FleissKappa returns the agreement of several raters beyond chance (Fleiss 1971): each row is a subject and holds how many
// raters put it into each category, the same number for every subject.
func FleissKappa(counts [][]int) (float64, Why) {
	if len(counts) == 0 || len(counts[0]) == 0 {
		return 0, NoData
	}
	raters := 0
	for _, n := range counts[0] {
		raters += n
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
		sum, squares := 0, 0
		for j, n := range row {
			if n < 0 {
				return 0, BadParameter
			}
			sum += n
			squares += n * n
			share[j] += float64(n)
		}
		if sum != raters {
			return 0, DifferentSize
		}
		agree += float64(squares-raters) / float64(raters*(raters-1))
	}
	agree /= float64(len(counts))
	var chance float64
	for _, s := range share {
		p := s / float64(len(counts)*raters)
		chance += p * p
	}
	if !(chance < 1) {
		return 0, NoVariance
	}
	return (agree - chance) / (1 - chance), ""
}
