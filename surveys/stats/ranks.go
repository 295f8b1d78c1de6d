package stats

import (
	"cmp"
	"slices"
)

// ascending returns the places of x in order of its values.
func ascending(x []float64) []int {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	return order
}

// ranks returns the ranks of x from 1, tied values sharing their mean rank, and the sum of t³-t over the
// ties.
func ranks(x []float64) (r []float64, ties float64) {
	order := ascending(x)
	r = make([]float64, len(x))
	for a := 0; a < len(order); {
		b := a
		for b < len(order) && x[order[b]] == x[order[a]] {
			b++
		}
		for _, i := range order[a:b] {
			r[i] = float64(a+b+1) / 2
		}
		t := float64(b - a)
		ties += t*t*t - t
		a = b
	}
	return r, ties
}

// KruskalWallis tests whether groups differ in an ordinal answer (Kruskal and Wallis 1952, with the
// correction for ties). Values that are no number are left out; so are groups of nobody.
func KruskalWallis(groups [][]float64) Test {
	var all []float64
	var of []int
	k := 0
	for _, g := range groups {
		before := len(all)
		for _, x := range g {
			if finite(x) {
				all, of = append(all, x), append(of, k)
			}
		}
		if len(all) > before {
			k++
		}
	}
	if k < 2 {
		return Test{Why: OneCategory}
	}
	r, ties := ranks(all)
	n := float64(len(all))
	sum, size := make([]float64, k), make([]float64, k)
	for i, g := range of {
		sum[g] += r[i]
		size[g]++
	}
	var h float64
	for g := range sum {
		h += sum[g] * sum[g] / size[g]
	}
	correction := 1 - ties/(n*n*n-n)
	if !(correction > 0) {
		return Test{Why: NoVariance}
	}
	h = (12/(n*(n+1))*h - 3*(n+1)) / correction
	df := float64(k - 1)
	return Test{Statistic: h, DF: df, p: chiP(h, df)}
}

// EqualProportions tests whether shares x[i]/n[i] of independent groups are equal.
func EqualProportions(x, n []int) Test {
	if len(x) != len(n) {
		return Test{Why: DifferentSize}
	}
	counts := make([][]int, len(x))
	for i := range x {
		counts[i] = []int{x[i], n[i] - x[i]}
	}
	return Pearson(counts).Test
}

// TrendInProportions tests whether shares x[i]/n[i] rise or fall with the scores of their groups (Cochran and
// Armitage); nil scores are 1, 2, 3 …
func TrendInProportions(x, n []int, scores []float64) Test {
	if scores == nil {
		for i := range x {
			scores = append(scores, float64(i+1))
		}
	}
	if len(x) != len(n) || len(x) != len(scores) {
		return Test{Why: DifferentSize}
	}
	var hits, total, weighted float64
	for i := range x {
		if x[i] < 0 || x[i] > n[i] {
			return Test{Why: BadParameter}
		}
		hits, total, weighted = hits+float64(x[i]), total+float64(n[i]), weighted+float64(n[i])*scores[i]
	}
	p, mean := ratio(hits, total), ratio(weighted, total)
	var slope, spread float64
	for i := range x {
		slope += float64(n[i]) * (ratio(float64(x[i]), float64(n[i])) - p) * (scores[i] - mean)
		spread += float64(n[i]) * (scores[i] - mean) * (scores[i] - mean)
	}
	v := p * (1 - p) * spread
	if !(v > 0) || !finite(v) {
		return Test{Why: NoVariance}
	}
	x2 := slope * slope / v
	return Test{Statistic: x2, DF: 1, p: chiP(x2, 1)}
}

// Concordance is how far respondents agree in ranking items.
type Concordance struct {
	Test              // Friedman's chi-squared
	W       float64   // Kendall's coefficient, 0 to 1
	MeanOf  []float64 // mean rank of each item
	Borda   []float64 // points: items beaten, tied ones half
	FirstOf []float64 // share of respondents who put the item first; ties shared
}

// Rankings compares how respondents rank items: each row holds one respondent's ranks or scores, the smallest
// best. Rows with anything missing are left out.
func Rankings(rows [][]float64) Concordance {
	var complete [][]float64
	for _, r := range rows {
		if len(r) == len(rows[0]) && !slices.ContainsFunc(r, func(x float64) bool { return !finite(x) }) {
			complete = append(complete, r)
		}
	}
	if len(complete) == 0 || len(complete[0]) < 2 {
		return Concordance{Test: Test{Why: NoData}}
	}
	n, k := float64(len(complete)), float64(len(complete[0]))
	c := Concordance{MeanOf: make([]float64, len(complete[0])), Borda: make([]float64, len(complete[0])),
		FirstOf: make([]float64, len(complete[0]))}
	var ties float64
	for _, row := range complete {
		r, t := ranks(row)
		ties += t
		best := slices.Min(r)
		first := 0.0
		for _, x := range r {
			if x == best {
				first++
			}
		}
		for j, x := range r {
			c.MeanOf[j] += x / n
			c.Borda[j] += k - x
			if x == best {
				c.FirstOf[j] += 1 / (first * n)
			}
		}
	}
	var spread float64
	for _, m := range c.MeanOf {
		spread += (m - (k+1)/2) * (m - (k+1)/2) * n * n
	}
	scale := n*k*(k+1) - ties/(k-1)
	if !(scale > 0) {
		c.Test = Test{Why: NoVariance}
		return c
	}
	c.Statistic, c.DF = 12*spread/scale, k-1
	c.p, c.W = chiP(c.Statistic, c.DF), clamp(c.Statistic/(n*(k-1)), 0, 1)
	return c
}
