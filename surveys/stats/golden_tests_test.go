package stats

import (
	"slices"
	"testing"
)

func goldenAgresti(t *testing.T, g node) {
	a := Pearson(g.at("table").counts())
	g.at("X2").is(t, a.Statistic)
	g.at("df").exactly(t, a.DF)
	g.at("p").is(t, a.p)
	g.at("cramersV").is(t, a.CramerV)
	g.at("stdres_row1").are(t, a.Residuals)
	g.at("expected_row1").are(t, a.Expected)
}

func goldenColumns(t *testing.T, g node) {
	counts := g.at("table").counts()
	m := Pearson(counts)
	g.at("X2").is(t, m.Statistic)
	g.at("df").exactly(t, m.DF)
	g.at("p").is(t, m.p)
	rows, cols := repeated(g.at("table").table())
	tab, _ := NewCrosstab(bytesOf(rows), bytesOf(cols), len(counts), len(counts[0]), Equal(len(rows)))
	pairs := tab.ColumnPairs()
	for _, want := range g.at("pairs").list() {
		row, a, b := want.at("row").int(), want.at("i").int(), want.at("j").int()
		for _, p := range pairs {
			if p.Row == row && p.A == a && p.B == b {
				want.at("z").is(t, p.Statistic)
				want.at("bonf10").is(t, min(1, 10*p.p)) // published with Bonferroni's correction
				if holm, ok := p.Adjusted(); !ok || holm > min(1, 10*p.p)+1e-15 || holm < p.p {
					t.Errorf("Holm's p of %v is %v, %v", p.p, holm, ok)
				}
				if want.has("p") {
					want.at("p").is(t, p.p)
				}
			}
		}
	}
	// the letters: never married more often with middle or high school than with a master's degree, married
	// the other way round
	letters := Letters(pairs, 4, 5, 0.05)
	for _, row := range g.at("rows").list() {
		row.read[row.path] = true // names of the rows
	}
	for at, want := range map[[2]int][]int{{0, 0}: {3}, {0, 1}: {3}, {0, 4}: nil, {1, 3}: {0, 1},
		{2, 0}: nil} {
		got := letters[tab.At(at[0], at[1])]
		if !slices.Equal(got, want) {
			t.Errorf("row %d, column %d: larger than %v, want %v", at[0], at[1], got, want)
		}
	}
}

func goldenSmokers(t *testing.T, g node) {
	x, n := g.at("x").ints(), g.at("n").ints()
	equal, trend := EqualProportions(x, n), TrendInProportions(x, n, nil)
	g.at("X2").is(t, equal.Statistic)
	g.at("df").exactly(t, equal.DF)
	g.at("p").is(t, equal.p)
	g.at("trend_X2").is(t, trend.Statistic)
	g.at("trend_p").is(t, trend.p)
}

func goldenFisher(t *testing.T, g node) {
	g.at("p_two_sided").is(t, Fisher(g.at("tea").counts()).p)
	g.at("job_4x4_p").is(t, Fisher([][]int{{1, 3, 10, 6}, {2, 3, 10, 7}, {1, 6, 14, 12}, {0, 1, 9, 11}}).p)
}

func goldenFriedman(t *testing.T, g node) {
	r := Rankings(roundingTimes)
	g.at("X2").is(t, r.Statistic)
	g.at("df").exactly(t, r.DF)
	g.at("p").is(t, r.p)
	g.at("kendallW").is(t, r.W)
}

func goldenKruskal(t *testing.T, g node) {
	r := KruskalWallis(ozone)
	g.at("H").is(t, r.Statistic)
	g.at("df").exactly(t, r.DF)
	g.at("p").is(t, r.p)
}

func goldenAdjust(t *testing.T, g node) {
	p := g.at("p").numbers()
	rejected := func(p []float64) (n float64) {
		for _, x := range p {
			if x <= 0.05 {
				n++
			}
		}
		return n
	}
	g.at("reject_bonferroni_05").exactly(t, rejected(Bonferroni(p)))
	g.at("reject_bh_05").exactly(t, rejected(BenjaminiHochberg(p)))
	g.at("bh_first8").are(t, BenjaminiHochberg(p))
	g.at("holm_first6").are(t, Holm(p))
}

func goldenCronbach(t *testing.T, g node) {
	items := attitudeItems()
	whole := Cronbach(items, nil)
	g.at(0, "raw").is(t, whole.Alpha)
	g.at(0, "std").is(t, whole.Standardised)
	g.at(0, "avg_r").is(t, whole.MeanR)
	for k, name := range attitudeNames {
		g.at(0, "drop", name).is(t, whole.Dropped[k])
	}
	g.at(1, "raw").is(t, Cronbach(items[:5], nil).Alpha)
	toy := Cronbach([][]float64{{1, 5, 7, 2, 8}, {1, 6, 8, 3, 6}, {2, 5, 4, 2, 5}}, nil)
	g.at(2, "raw").is(t, toy.Alpha)
	if toy.Why != TooFewPeople || whole.Why != "" {
		t.Errorf("five people: %q, thirty: %q", toy.Why, whole.Why)
	}
	_, d := apistrat(t)
	g.at(3, "raw").is(t, Cronbach(withCovariances(d.Weights, schoolItems), d.Weights).Alpha)
}

// schoolItems are the design-weighted covariances of ell, mobility, avg.ed, emer and meals among the 200
// schools of apistrat (Σw times 199/200 for divisor). The columns themselves are not among the fixtures, but
// alpha depends on nothing else: columns made up to have these covariances under the sample's own weights
// have its alpha.
var schoolItems = [][]float64{
	{452.2723325277886, 13.797091909016318, -10.657460867243659, 101.20032031052412, 468.6366700890103},
	{13.797091909016318, 131.34260164721266, -1.0979839613064888, 25.93681992301045, 66.98967551028129},
	{-10.657460867243659, -1.0979839613064888, 0.4933367328856786, -4.0949987530958385, -17.462232725372754},
	{101.20032031052412, 25.93681992301045, -4.0949987530958385, 160.1090248246888, 200.18441139171725},
	{468.6366700890103, 66.98967551028129, -17.462232725372754, 200.18441139171725, 870.4202754658032},
}

// withCovariances returns columns that have the given covariances under weights.
func withCovariances(weights []float64, want [][]float64) [][]float64 {
	seed := make([][]float64, len(want))
	for k := range seed {
		seed[k] = make([]float64, len(weights))
		for i := range weights {
			seed[k][i] = float64((i+1)*(i+3)*(2*k+3)%(101+7*k)) - 50
		}
	}
	have, _, _ := covariances(seed, weights)
	lower, target := cholesky(have), cholesky(want)
	out := matrix(len(want), len(weights))
	for i := range weights {
		z := make([]float64, len(want)) // whitened
		for k := range z {
			z[k] = seed[k][i]
			for j := range k {
				z[k] -= lower[k][j] * z[j]
			}
			z[k] /= lower[k][k]
		}
		for k := range z {
			for j := 0; j <= k; j++ {
				out[k][i] += target[k][j] * z[j]
			}
		}
	}
	return out
}

func goldenImportance(t *testing.T, g node) {
	items := attitudeItems()
	for k, name := range attitudeNames[1:] {
		r := Correlation(items[0], items[k+1], 0.95)
		g.at("pearson_with_rating", name).is(t, r.Value)
		g.at("means", name).is(t, Equal(30).Mean(items[k+1], nil, 0.95).Value)
		if weighted := Equal(30).Correlation(items[0], items[k+1], nil,
			0.95); weighted.Value-r.Value > 1e-12 || weighted.low < -1 || weighted.high > 1 {
			t.Errorf("%s: %+v, with equal weights %+v", name, r, weighted)
		}
	}
}

func goldenKrippendorff(t *testing.T, g node) {
	coders := [][]float64{g.at("A").numbers(), g.at("B").numbers(), g.at("C").numbers()}
	nominal, _ := Krippendorff(coders, Nominal)
	interval, _ := Krippendorff(coders, IntervalScale)
	g.at("nominal").is(t, nominal)
	g.at("interval").is(t, interval)
}

func goldenFleiss(t *testing.T, g node) {
	kappa, _ := FleissKappa(wikipediaRatings)
	g.is(t, kappa)
}
