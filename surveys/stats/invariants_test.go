package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestDifferencesTurnRound: exchanging two samples or waves changes the sign of what tells them apart and
// nothing else.
func TestDifferencesTurnRound(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(10, 10))
	for range 200 {
		n1, n2 := 1+rnd.IntN(50), 1+rnd.IntN(50)
		x1, x2 := rnd.IntN(n1+1), rnd.IntN(n2+1)
		a, b := NewcombeDifference(x1, n1, x2, n2, 0.9), NewcombeDifference(x2, n2, x1, n1, 0.9)
		near(t, "difference", a.Value, -b.Value, 1e-12)
		near(t, "limit", a.low, -b.high, 1e-12)
		p, q := TwoProportions(x1, n1, x2, n2), TwoProportions(x2, n2, x1, n1)
		near(t, "z", p.Statistic, -q.Statistic, 1e-12)
		near(t, "p", p.p, q.p, 1e-12)
		first, second := PanelChange(x1, n1, x2, n2, 0.9), PanelChange(x1, x2, n1, n2, 0.9)
		near(t, "panel", first.Difference.Value, -second.Difference.Value, 1e-12)
		near(t, "McNemar", first.McNemar.p, second.McNemar.p, 1e-12)
	}
}

// TestScoresAgreeWithColumns: the score of counts is that of a column with equal weights, but for the divisor
// n-1; doubling every weight changes no mean, share or error.
func TestScoresAgreeWithColumns(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(11, 11))
	for range 100 {
		n := 30 + rnd.IntN(100)
		answers := make([]float64, n)
		var promoters, passives, detractors int
		for i := range answers {
			switch answers[i] = float64(rnd.IntN(11)); {
			case answers[i] >= 9:
				promoters++
			case answers[i] <= 6:
				detractors++
			default:
				passives++
			}
		}
		d := Equal(n)
		column, counts := d.NPS(answers, nil, 0.95), NPS(promoters, passives, detractors, 0.95)
		near(t, "NPS", column.Value, counts.Value, 1e-12)
		near(t, "NPS SE", column.se, counts.se*math.Sqrt(float64(n)/float64(n-1)), 1e-9)
		for i := range d.Weights {
			d.Weights[i] = 0.5 + rnd.Float64()
		}
		twice := &Design{Weights: make([]float64, n)}
		for i, w := range d.Weights {
			twice.Weights[i] = 2 * w
		}
		a, b := d.TopBox(answers, 8, nil, 0.95), twice.TopBox(answers, 8, nil, 0.95)
		near(t, "share", b.Value, a.Value, 1e-12)
		near(t, "share SE", b.se, a.se, 1e-9)
		near(t, "effective n", b.EffectiveN, a.EffectiveN, 1e-9)
	}
}

// TestScalesAndRanksDoNotKnowUnits: alpha and rank tests are the same on any linear scale, whatever the order
// of rows, groups or coders.
func TestScalesAndRanksDoNotKnowUnits(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(12, 12))
	for range 50 {
		n := 10 + rnd.IntN(40)
		items := make([][]float64, 4)
		for k := range items {
			items[k] = make([]float64, n)
		}
		for i := range n {
			trait := rnd.NormFloat64()
			for k := range items {
				items[k][i] = math.Round(3 + trait + rnd.NormFloat64())
			}
		}
		order := rnd.Perm(n)
		other := make([][]float64, len(items))
		for k, it := range items {
			other[len(items)-1-k] = make([]float64, n)
			for i, from := range order {
				other[len(items)-1-k][i] = 10 - 2.5*it[from]
			}
		}
		a, b := Cronbach(items, nil), Cronbach(other, nil)
		near(t, "alpha", b.Alpha, a.Alpha, 1e-9)
		near(t, "mean correlation", b.MeanR, a.MeanR, 1e-9)
		if a.Alpha > 1 || slices.Contains(a.Reversed, true) != slices.Contains(b.Reversed, true) {
			t.Errorf("%+v and %+v", a, b)
		}
		near(t, "Kruskal-Wallis", KruskalWallis(other).p, KruskalWallis(items).p, 1e-9)
		alpha, _ := Krippendorff(items, IntervalScale)
		again, _ := Krippendorff(other, IntervalScale)
		near(t, "Krippendorff", again, alpha, 1e-9)
		c, d := Equal(n).Correlation(items[0], items[1], nil, 0.95), Equal(n).Correlation(other[3], other[2],
			nil, 0.95)
		near(t, "correlation", d.Value, c.Value, 1e-9)
		near(t, "correlation SE", d.se, c.se, 1e-9)
		if c.low < -1 || c.high > 1 || c.low > c.Value || c.high < c.Value {
			t.Errorf("%+v", c)
		}
	}
}

// TestAdjustmentsKeepTheirOrder: Benjamini and Hochberg's is never stricter than Holm's, nor Holm's than
// Bonferroni's, and none makes a p-value smaller or changes which is smaller.
func TestAdjustmentsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(13, 13))
	for range 200 {
		p := make([]float64, 1+rnd.IntN(12))
		for i := range p {
			p[i] = rnd.Float64() * rnd.Float64() * rnd.Float64()
		}
		bonferroni, holm, bh := Bonferroni(p), Holm(p), BenjaminiHochberg(p)
		for i := range p {
			if bonferroni[i] < holm[i]-1e-15 || holm[i] < bh[i]-1e-15 || bh[i] < p[i]-1e-15 ||
				bonferroni[i] > 1 {
				t.Fatalf("%v: %v, %v, %v", p[i], bonferroni[i], holm[i], bh[i])
			}
			for j := range p {
				if p[i] < p[j] && (holm[i] > holm[j] || bh[i] > bh[j]) {
					t.Fatalf("%v and %v changed places", p[i], p[j])
				}
			}
		}
	}
}

// TestIntervalsCover: of many samples from a known population nearly the promised share of intervals holds
// its mean or share. The bounds are far from what chance could do to a correct interval, and the seed is
// fixed.
func TestIntervalsCover(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(14, 14))
	const rounds = 600
	var means, shares, medians int
	for range rounds {
		const n = 80
		d, y, is := &Design{Weights: make([]float64, n)}, make([]float64, n), make([]bool, n)
		for i := range n {
			// half of the population is twice as likely to answer and counts half; its values are 2 higher
			frequent := rnd.IntN(3) > 0
			y[i], d.Weights[i] = rnd.NormFloat64(), 2
			if frequent {
				y[i], d.Weights[i] = y[i]+2, 1
			}
			is[i] = rnd.Float64() < 0.2
		}
		holds := func(e Estimate, truth float64) int {
			if e.low <= truth && truth <= e.high {
				return 1
			}
			return 0
		}
		means += holds(d.Mean(y, nil, 0.95), 1)
		shares += holds(d.Proportion(is, nil, 0.95), 0.2)
		medians += holds(d.Quantile(y, nil, 0.5, 0.95), 1)
	}
	for what, n := range map[string]int{"means": means, "shares": shares, "medians": medians} {
		if share := float64(n) / rounds; share < 0.91 || share > 0.99 {
			t.Errorf("%s: %.3f of the intervals hold the truth", what, share)
		}
	}
}
