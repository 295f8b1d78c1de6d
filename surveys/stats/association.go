package stats

import "math"

// Association is how far rows and columns of a table hang together.
type Association struct {
	Test
	CramerV   float64
	Expected  []float64 // of each cell, row by row
	Residuals []float64 // adjusted standardised residuals
	Small     bool      // a cell expects fewer than five: prefer Fisher's test
}

// Pearson returns the chi-squared test of a table of counts, unweighted, without continuity correction. Empty
// rows and columns are left out of the degrees of freedom.
func Pearson(counts [][]int) Association {
	rows, cols, total, why := margins(counts)
	if why != "" {
		return Association{Test: Test{Why: why}}
	}
	var a Association
	r, c := 0, 0
	for _, n := range rows {
		if n > 0 {
			r++
		}
	}
	for _, n := range cols {
		if n > 0 {
			c++
		}
	}
	for i, row := range counts {
		for j, n := range row {
			e := rows[i] * cols[j] / total
			d := float64(n) - e
			a.Expected = append(a.Expected, e)
			a.Statistic += ratio(d*d, e)
			a.Residuals = append(a.Residuals, ratio(d, math.Sqrt(e*(1-rows[i]/total)*(1-cols[j]/total))))
			a.Small = a.Small || e > 0 && e < 5
		}
	}
	if r < 2 || c < 2 {
		a.Test = Test{Why: OneCategory}
		return a
	}
	a.DF = float64((r - 1) * (c - 1))
	a.p = chiP(a.Statistic, a.DF)
	a.CramerV = math.Sqrt(a.Statistic / total / float64(min(r, c)-1))
	return a
}

// margins returns the sums of a table of counts.
func margins(counts [][]int) (rows, cols []float64, total float64, why Why) {
	if len(counts) == 0 || len(counts[0]) == 0 {
		return nil, nil, 0, NoData
	}
	rows, cols = make([]float64, len(counts)), make([]float64, len(counts[0]))
	for i, row := range counts {
		if len(row) != len(cols) {
			return nil, nil, 0, DifferentSize
		}
		for j, n := range row {
			if n < 0 {
				return nil, nil, 0, BadParameter
			}
			rows[i] += float64(n)
			cols[j] += float64(n)
			total += float64(n)
		}
	}
	if total == 0 {
		return nil, nil, 0, NoData
	}
	return rows, cols, total, ""
}
