package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestLoneUnits reproduces what the package survey 4.1 gives for strata with a single unit, the figures by
// base R's printing.
func TestLoneUnits(t *testing.T) {
	t.Parallel()
	y := []float64{1, 2, 4, 3, 6, 2, 5, math.NaN()}
	d := Design{Weights: []float64{1, 2, 1, 3, 1, 1, 2, 1}, Strata: []int32{1, 1, 1, 2, 3, 3, 3, 4}}
	first, two := []bool{true, true, true, false, false, false, false, false}, []bool{true, true, true, true,
		false, false, false, false}
	// mean, total, mean of the first stratum, mean of the first two
	for lone, want := range map[Lone][4]float64{
		LoneRemove:    {0.49234284326, 7.54983443527, 0.676040864149, 0.401475828018},
		LoneCertainty: {0.49234284326, 7.54983443527, 0.676040864149, 0.401475828018},
		LoneAdjust:    {0.497929597732, 11.7473401245, 0.676040864149, 0.441496074547},
		LoneAverage:   {0.602994372249, 9.24662100445, 0.676040864149, 0.567772560949},
	} {
		d.Lone = lone
		for k, e := range []Estimate{d.Mean(y, nil, 0.95), d.Total(y, nil, 0.95), d.Mean(y, first, 0.95),
			d.Mean(y, two, 0.95)} {
			if _, ok := e.Interval(); !ok {
				t.Errorf("%s: %+v", lone, e)
			}
			near(t, string(lone), e.se, want[k], 1e-9)
		}
	}
	if e := (&Design{Weights: Equal(2).Weights,
		Lone: "merge"}).Mean([]float64{1, 2}, nil, 0.95); e.Why != BadParameter {
		t.Errorf("an unknown choice: %+v", e)
	}
}

// TestLoneUnitOutsideTheDomain: nobody of its stratum is in the figure, so the error is known.
func TestLoneUnitOutsideTheDomain(t *testing.T) {
	t.Parallel()
	e := four.Mean([]float64{1, 2, 4, math.NaN()}, nil, 0.95)
	near(t, "SE", e.se, 0.881917104, 1e-9)
	share := four.Proportion([]bool{true, false, true, false}, []bool{true, true, true, false}, 0.95)
	tab, _ := NewCrosstab([]uint8{0, 1, 0, 9}, []uint8{0, 0, 1, 1}, 2, 2, four)
	column := tab.RowShare(0, 0, 0.95)
	if share.Missing() || column.Missing() || e.Missing() {
		t.Errorf("%+v, %+v, %+v", e, share, column)
	}
	if test := tab.RaoScott(); test.Why == OneUnit {
		t.Errorf("%+v", test)
	}
	at := four.Mean([]float64{1, 3, 5, 3}, nil, 0.95) // the lone one happens to lie at the mean
	if !at.Missing() || at.Why != OneUnit {
		t.Errorf("%+v", at)
	}
}

// TestTablesCountLoneUnitsAsColumnsDo: shares of a table have the error of the same share of columns,
// whatever is chosen.
func TestTablesCountLoneUnitsAsColumnsDo(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(21, 21))
	known, unknown := 0, 0
	for range 400 {
		n := 6 + rnd.IntN(12)
		d, y, a, b := sample(rnd, n)
		_ = y
		d.Strata, d.Lone = make([]int32, n), []Lone{LoneUnknown, LoneRemove, LoneAdjust,
			LoneAverage}[rnd.IntN(4)]
		for i := range d.Strata {
			d.Strata[i] = int32(rnd.IntN(5))
		}
		tab, why := NewCrosstab(a, b, 3, 4, d)
		if why != "" {
			t.Fatal(why)
		}
		is, in := make([]bool, n), make([]bool, n)
		for i := range n {
			is[i], in[i] = a[i] == 1, a[i] < 3 && b[i] == 2
		}
		got, want := tab.ColumnShare(1, 2, 0.95), d.Proportion(is, in, 0.95)
		if got.Missing() != want.Missing() || got.Why != want.Why {
			t.Fatalf("%+v, want %+v", got, want)
		}
		near(t, "SE", got.se, want.se, 1e-9)
		if got.Missing() {
			unknown++
		} else {
			known++
		}
	}
	if known < 50 || unknown < 50 {
		t.Errorf("%d known, %d unknown: this test proves little", known, unknown)
	}
}

// TestErrorsOfLargeNumbers: adding a constant to every answer changes no error.
func TestErrorsOfLargeNumbers(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(22, 22))
	const n = 50
	weights, clusters := repeat(3, n), make([]int32, n)
	small, large := make([]float64, n), make([]float64, n)
	for i := range n {
		clusters[i], small[i] = int32(i/2), math.Ldexp(math.Round(math.Ldexp(rnd.NormFloat64(), 20)), -20)
		large[i] = small[i] + 1e8
	}
	for what, d := range map[string]*Design{"simple": {Weights: weights},
		"clusters": {Weights: weights, Clusters: clusters},
		"strata":   {Weights: weights, Strata: clusters}} {
		near(t, what+" total", d.Total(large, nil, 0.95).se/d.Total(small, nil, 0.95).se, 1, 1e-6)
		near(t, what+" mean", d.Mean(large, nil, 0.95).se/d.Mean(small, nil, 0.95).se, 1, 1e-6)
		near(t, what+" correlation", d.Correlation(large, clustersOf(clusters), nil, 0.95).se,
			d.Correlation(small, clustersOf(clusters), nil, 0.95).se, 1e-6)
	}
}

func clustersOf(codes []int32) []float64 {
	all := make([]float64, len(codes))
	for i, c := range codes {
		all[i] = float64(c)
	}
	return all
}

// TestTails: upper tails far below what is left of 1 in a float64, as base R has them.
func TestTails(t *testing.T) {
	t.Parallel()
	for what, c := range map[string][2]float64{
		"F(3, 40)": {fP(200, 3, 40), 4.12338247817e-24}, "F(1, 14)": {fP(80, 1, 14), 3.65178778497e-07},
		"F(4, 1000)": {fP(50, 4, 1000), 2.16459296501e-38},
		"F(1.5, 21)": {fP(30, 1.5, 21), 2.93772971451e-06}, "F(2, 1e6)": {fP(400, 2, 1e6), 2.2472806804e-174},
		"chi-squared 1":  {chiP(100, 1), 1.52397060483e-23},
		"chi-squared 4":  {chiP(500, 4), 6.69966744101e-107},
		"chi-squared 12": {chiP(1400, 12), 1.3908502554e-292},
		"t 30":           {studentP(12, 30), 5.5801854152e-13},
		"t 14":           {studentP(-40, 14), 7.76879080023e-16},
		"t 500":          {studentP(9, 500), 4.71373850522e-18},
		"normal 9":       {normalP(9), 2.25717681191e-19}, "normal 15": {normalP(-15), 7.34193239863e-51},
		"normal 37": {studentP(37, 0), 1.1451142445e-299},
	} {
		near(t, what, c[0]/c[1], 1, 1e-9)
	}
	if fP(math.Inf(1), 2, 3) != 0 || fP(math.NaN(), 2, 3) != 1 || fP(-1, 2, 3) != 1 {
		t.Error("tails of what is no statistic")
	}
}

// TestColumnsKnowTheirClusters: pairs of columns of a cluster sample have the design's variance and degrees
// of freedom, as worked out with the package survey from the same linearised values, and Holm's correction.
func TestColumnsKnowTheirClusters(t *testing.T) {
	t.Parallel()
	rows := []uint8{1, 1, 1, 1, 2, 1, 1, 2, 2, 1, 2, 2, 2, 2, 2, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 2,
		2, 1, 2, 2, 2, 1, 1, 1, 2, 1}
	cols, d := make([]uint8, 40), Equal(40)
	d.Clusters = make([]int32, 40)
	for i := range cols {
		rows[i]--
		cols[i], d.Clusters[i] = []uint8{0, 1, 2, 0, 1}[i%5], int32(i/5)
	}
	tab, _ := NewCrosstab(rows, cols, 2, 3, d)
	for _, p := range tab.ColumnPairs() {
		want, adjusted := 1.15776747748, 0.284931380842
		if p.B == 1 {
			want, adjusted = 0, 1
		} else {
			p, _ := p.P()
			near(t, "p", p, 0.284931380842, 1e-9)
			adjusted = 3 * p
		}
		if p.Row == 1 {
			want = -want
		}
		holm, ok := p.Adjusted()
		near(t, "t", p.Statistic, want, 1e-9)
		near(t, "Holm", holm, adjusted, 1e-9)
		if !ok || p.DF != 7 {
			t.Errorf("%+v", p)
		}
	}
}

// TestLettersDoNotTrustClusters: fifty copies of each of eight people tell no more than the eight.
func TestLettersDoNotTrustClusters(t *testing.T) {
	t.Parallel()
	var rows, cols []uint8
	var clusters []int32
	for person, answer := range [][2]uint8{{0, 0}, {0, 0}, {0, 0}, {1, 0}, {1, 1}, {1, 1}, {0, 1}, {1, 1}} {
		for range 50 {
			rows, cols, clusters = append(rows, answer[0]), append(cols, answer[1]), append(clusters,
				int32(person))
		}
	}
	d := Equal(len(rows))
	careless, _ := NewCrosstab(rows, cols, 2, 2, d)
	if letters := Letters(careless.ColumnPairs(), 2, 2, 0.05); len(letters[0]) != 1 {
		t.Errorf("without clusters: %v", letters)
	}
	clustered := *d
	clustered.Clusters = clusters
	tab, _ := NewCrosstab(rows, cols, 2, 2, &clustered)
	for _, letters := range Letters(tab.ColumnPairs(), 2, 2, 0.05) {
		if len(letters) > 0 {
			t.Errorf("letters from eight people: %v", letters)
		}
	}
}

// TestVarianceInStretchesIsThatOfAll compares with the textbook's two passes, over lengths around that of a
// stretch.
func TestVarianceInStretchesIsThatOfAll(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(23, 23))
	for _, n := range []int{2, 3, 255, 256, 257, 511, 512, 1000, 5000} {
		x, mean, want := make([]float64, n), 0.0, 0.0
		for i := range x {
			x[i] = 1e6 + rnd.NormFloat64()*float64(1+i%7)
			mean += x[i] / float64(n)
		}
		for _, v := range x {
			want += (v - mean) * (v - mean)
		}
		p := Equal(n).simplePlan(n)
		near(t, "variance",
			p.simpleVariance(func(i int) float64 { return x[i] })/(want*float64(n)/float64(n-1)), 1, 1e-9)
	}
}
