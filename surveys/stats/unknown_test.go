package stats

import (
	"math"
	"testing"
)

// four are respondents of whom the last is alone in a stratum: nothing tells how far off any figure of all
// is.
var four = &Design{Weights: []float64{1, 1, 1, 1}, Strata: []int32{1, 1, 1, 2}}

// unknown are designs and columns whose error nothing tells.
func unknown(t *testing.T) map[string]*Design {
	t.Helper()
	ages := Margin{"age", []int{0, 1, 0, 1}, []float64{60, 40}}
	return map[string]*Design{
		"lone unit":               four,
		"lone unit, calibrated":   Rake(four.Weights, []Margin{ages}, RakeOptions{}).Design(four),
		"one cluster":             {Weights: four.Weights, Clusters: []int32{7, 7, 7, 7}},
		"a stratum each":          {Weights: four.Weights, Strata: []int32{1, 2, 3, 4}},
		"a stratum each, removed": {Weights: four.Weights, Strata: []int32{1, 2, 3, 4}, Lone: LoneRemove},
		"a stratum each, average": {Weights: four.Weights, Strata: []int32{1, 2, 3, 4}, Lone: LoneAverage},
	}
}

// TestUnknownErrorIsNeverZero feeds every function that returns an interval or a p-value with an error that
// nothing tells.
func TestUnknownErrorIsNeverZero(t *testing.T) {
	t.Parallel()
	y, x := []float64{1, 2, 4, 3}, []float64{2, 1, 3, 5}
	scores := []float64{10, 3, 9, 8}
	is := []bool{true, false, true, false}
	mean := func(w []float64) float64 { return product(w, y) / sumOf(w) }
	known := Equal(4).Mean([]float64{5, 2, 4, 3}, nil, 0.95)
	for name, d := range unknown(t) {
		tab, why := NewCrosstab([]uint8{0, 1, 0, 1}, []uint8{0, 0, 1, 1}, 2, 2, d)
		if why != "" {
			t.Fatal(why)
		}
		m := d.Mean(y, nil, 0.95)
		service := d.Servqual([]Dimension{{[][]float64{y}, [][]float64{x}, []float64{100, 100, 100, 100}}},
			0.95)
		frequencies, _, _ := Frequencies([]uint8{0, 1, 0, 1}, 2, d, 0.95)
		share := d.Proportion(is, nil, 0.95)
		forth, forthTest := WaveChange(m, known, 0.95)
		back, backTest := WaveChange(known, m, 0.95)
		shares, sharesTest := WaveChange(share, Wilson(3, 20, 0.95), 0.95)
		for what, e := range map[string]Estimate{
			"mean": m, "total": d.Total(y, nil, 0.95), "quantile": d.Quantile(y, nil, 0.5, 0.95),
			"share":   share,
			"top box": d.TopBox(y, 3, nil, 0.95), "NPS": d.NPS(scores, nil, 0.95),
			"correlation": d.Correlation(x, y, nil, 0.95),
			"jackknife":   d.Jackknife(mean, 0.95, false), "bootstrap": d.Bootstrap(mean, 0.95, 50, 1),
			"logit":             LogitInterval(share, 0.95),
			"Korn and Graubard": KornGraubard(share, 4, 0.95), "column share": tab.ColumnShare(0, 1, 0.95),
			"row share": tab.RowShare(1, 1, 0.95),
			"frequency": frequencies[0], "gap": service.Dimensions[0].Overall,
			"item gap":     service.Dimensions[0].Items[0],
			"weighted gap": service.Dimensions[0].Weighted, "SERVQUAL": service.Unweighted,
			"weighted SERVQUAL": service.Weighted,
			"change":            forth, "change back": back, "change of shares": shares,
		} {
			if i, ok := e.Interval(); ok || i != (Interval{}) || !e.Missing() || !e.HasValue() ||
				e.Why != OneUnit {
				t.Errorf("%s, %s: %+v", name, what, e)
			}
		}
		tests := map[string]Test{"change": forthTest, "change back": backTest, "change of shares": sharesTest,
			"Rao-Scott": tab.RaoScott().Test, "Wald": tab.Wald()}
		for _, pair := range tab.ColumnPairs() {
			tests["columns"] = pair.Test
			if p, ok := pair.Adjusted(); ok || p != 0 {
				t.Errorf("%s: columns with an adjusted p-value of %v", name, p)
			}
		}
		for what, test := range tests {
			if p, ok := test.P(); ok || p != 0 || test.Why != OneUnit {
				t.Errorf("%s, %s: %+v", name, what, test)
			}
		}
		if first, ok := tab.RaoScott().FirstOrder(); ok || first != 0 {
			t.Errorf("%s: first order p-value of %v", name, first)
		}
		quadrants, _ := IPA([]Estimate{m, known, known}, []Estimate{known, m, known}, &[2]float64{1, 1})
		if quadrants[0] != UncertainIPA || quadrants[1] != UncertainIPA {
			t.Errorf("%s: placed in %v with certainty", name, quadrants)
		}
	}
}

// TestAlikeAnswersHaveNoZeroError: that everybody who was asked said the same does not make an error of
// nought.
func TestAlikeAnswersHaveNoZeroError(t *testing.T) {
	t.Parallel()
	alike, line := []float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, []float64{1, 2, 3, 4, 5, 6}
	strata := &Design{Weights: []float64{0.3, 0.3, 0.3, 1, 1, 1}, Strata: []int32{1, 1, 1, 2, 2, 2}}
	levels := []float64{1, 1, 1, 2, 2, 2}
	for what, e := range map[string]Estimate{
		"mean": Equal(6).Mean(alike, nil, 0.95), "weighted mean": strata.Mean(alike, nil, 0.95),
		"total":              Equal(6).Total(alike, nil, 0.95),
		"strata that differ": strata.Mean(levels, nil, 0.95),
		"one of a domain":    Equal(6).Mean(line, []bool{true, false, false, false, false, false}, 0.95),
		"least":              Equal(6).Quantile(line, nil, 0, 0.95),
		"greatest":           Equal(6).Quantile(line, nil, 1, 0.95),
		"a line":             Correlation(line, line, 0.95),
		"a weighted line":    strata.Correlation(line, line, nil, 0.95),
		"jackknife": Equal(6).Jackknife(func(w []float64) float64 { return product(w, alike) / sumOf(w) },
			0.95, false),
		"bootstrap": Equal(6).Bootstrap(func(w []float64) float64 { return product(w, alike) / sumOf(w) },
			0.95, 50, 1),
	} {
		if _, ok := e.Interval(); ok || !e.HasValue() || e.Why != AllAlike {
			t.Errorf("%s: %+v", what, e)
		}
	}
	if e := Correlation(line[:3], []float64{1, 3, 2}, 0.95); !e.Missing() || e.Why != TooFewPeople ||
		!e.HasValue() {
		t.Errorf("a correlation of three: %+v", e)
	}
	if first, test := WaveChange(Equal(6).Mean(alike, nil, 0.95), Equal(6).Mean(line, nil, 0.95),
		0.95); !first.Missing() || test.Why != AllAlike {
		t.Errorf("%+v, %+v", first, test)
	}
	for what, e := range map[string]Estimate{"NPS": NPS(20, 0, 0, 0.95),
		"weighted NPS": Equal(20).NPS(repeat(10, 20), nil, 0.95), "passives": NPS(0, 20, 0, 0.95),
		"nobody": Wilson(0, 20, 0.95), "everybody": Equal(20).Proportion(make([]bool, 20), nil, 0.95)} {
		if i, ok := e.Interval(); !ok || !(i.SE > 0.01) || !(i.High-i.Low > 0.1) {
			t.Errorf("%s: %+v", what, e)
		}
	}
	near(t, "NPS of twenty promoters", NPS(20, 0, 0, 0.95).low, 77.2134616242, 1e-9)
	near(t, "NPS of twenty passives", NPS(0, 20, 0, 0.95).high, 100*math.Hypot(0.161125158053, 0), 1e-9)
	middle := append(repeat(5, 12), 4, 4, 4, 3, 3, 2, 2, 1)
	if i, ok := Equal(20).Quantile(middle, nil, 0.5, 0.95).Interval(); !ok || i.Low != 4 || i.High != 5 {
		t.Errorf("twelve of twenty at the top: %+v", i)
	}
}

// TestNoErrorIsKnownToBeNone: a census and a figure that the margins fix have an interval without width.
func TestNoErrorIsKnownToBeNone(t *testing.T) {
	t.Parallel()
	census := Equal(4)
	census.Population = repeat(4, 4)
	fixed := PostStratify(Equal(4).Weights,
		Margin{"m", []int{0, 0, 1, 1}, []float64{30, 10}}).Design(Equal(4))
	for what, e := range map[string]Estimate{
		"census":       census.Mean([]float64{1, 2, 4, 3}, nil, 0.95),
		"census share": census.Proportion([]bool{true, false, false, true}, nil, 0.95),
		"margin":       fixed.Total([]float64{1, 1, 0, 0}, nil, 0.95),
		"everybody":    fixed.Total(repeat(1, 4), nil, 0.95),
	} {
		if i, ok := e.Interval(); !ok || i.SE > 1e-12 || i.Low > e.Value || i.High < e.Value ||
			i.High-i.Low > 1e-9 {
			t.Errorf("%s: %+v", what, e)
		}
	}
	if e := fixed.Mean(repeat(0.1, 4), nil, 0.95); !e.Missing() || e.Why != AllAlike {
		t.Errorf("answers alike are not fixed by margins: %+v", e)
	}
	change, test := WaveChange(census.Mean([]float64{1, 2, 4, 3}, nil, 0.95),
		Equal(4).Mean([]float64{5, 2, 4, 3}, nil, 0.95), 0.95)
	if _, ok := test.P(); !ok || change.Missing() {
		t.Errorf("a census and a sample: %+v, %+v", change, test)
	}
}

func repeat(x float64, n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = x
	}
	return all
}

// TestDifferencesOfShares: Newcombe's intervals, independent and paired, to the digits printed by Newcombe
// 1998 and as worked out from the formulas in base R.
func TestDifferencesOfShares(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x1, x2       int
		low, high, p float64
	}{{0, 20, 0.772134616242, 1, 3e-10}, {0, 3, -0.0383963331263, 0.3604188647408, 0.0717185365084}} {
		e, test := WaveChange(Wilson(c.x1, 20, 0.95), Wilson(c.x2, 20, 0.99), 0.95)
		p, ok := test.P()
		if c.p < 1e-6 {
			ok, p = ok && p < c.p, c.p
		}
		near(t, "low", e.low, c.low, 1e-10)
		near(t, "high", e.high, c.high, 1e-10)
		if near(t, "p", p, c.p, 1e-10); !ok || !(e.se > 0) || e.Why != "" {
			t.Errorf("%+v, %+v", e, test)
		}
	}
	if e, test := WaveChange(Wilson(0, 20, 0.95), Wilson(0, 30, 0.95), 0.95); e.Missing() || e.low > -0.1 ||
		e.high < 0.1 || test.Why != NoVariance {
		t.Errorf("nobody both times: %+v, %+v", e, test)
	}
	for _, c := range []struct {
		table     [4]int
		low, high float64
	}{
		{[4]int{0, 0, 20, 0}, 0.772134616242, 1}, {[4]int{20, 0, 0, 0}, -0.161125158053, 0.161125158053},
		{[4]int{36, 2, 12, 0}, 0.0569295840032, 0.340427602975}, // printed: 0.0569 to 0.3404
		{[4]int{1, 1, 7, 3}, 0.0758213430614, 0.744593665421},
		{[4]int{10, 0, 0, 10}, -0.0897566593777, 0.0897566593777},
		{[4]int{30, 5, 0, 15}, -0.190357631935, -0.00803621840344},
		{[4]int{794, 150, 86, 570}, -0.0587038728957, -0.0212304239829},
	} {
		e := PanelChange(c.table[0], c.table[1], c.table[2], c.table[3], 0.95).Difference
		near(t, "paired low", e.low, c.low, 1e-10)
		near(t, "paired high", e.high, c.high, 1e-10)
		if !(e.se > 0) || e.Missing() {
			t.Errorf("%v: %+v", c.table, e)
		}
	}
}

// TestChangeOfMeansKnowsItsDegrees: Welch's test, as base R's t.test has it.
func TestChangeOfMeansKnowsItsDegrees(t *testing.T) {
	t.Parallel()
	e, test := WaveChange(Equal(4).Mean([]float64{1, 2, 4, 3}, nil, 0.95),
		Equal(4).Mean([]float64{5, 2, 4, 3}, nil, 0.95), 0.95)
	p, _ := test.P()
	near(t, "t", test.Statistic, 1.095445115, 1e-9)
	near(t, "df", test.DF, 6, 1e-9)
	near(t, "p", p, 0.315333596, 1e-9)
	near(t, "low", e.low, -1.23371469516, 1e-10)
	near(t, "high", e.high, 3.23371469516, 1e-10)
}
