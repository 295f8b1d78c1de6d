package stats

import (
	"fmt"
	"math"
	"reflect"
	"testing"
)

// sane fails when a result holds no number, an interval does not hold its estimate, or a p-value is none.
func sane(t *testing.T, results ...any) {
	t.Helper()
	for i, r := range results {
		if where := notFinite(reflect.ValueOf(r), fmt.Sprintf("result %d", i)); where != "" {
			t.Fatalf("%s is no number: %+v", where, r)
		}
		insane(t, reflect.ValueOf(r))
	}
}

func insane(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			insane(t, v.Index(i))
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			insane(t, v.Elem())
		}
	case reflect.Struct:
		if !v.CanInterface() {
			return
		}
		switch x := v.Interface().(type) {
		case Estimate:
			slack := 1e-9 * math.Max(1, math.Abs(x.Value))
			if _, ok := x.Interval(); ok == x.Missing() ||
				!ok && (x.Why == "" || x.se != 0 || x.low != 0 || x.high != 0) {
				t.Fatalf("neither an interval nor a reason: %+v", x)
			}
			if !x.Missing() && (x.low > x.Value+slack || x.high < x.Value-slack || x.se < 0 || x.N < 0) {
				t.Fatalf("%+v", x)
			}
		case Test:
			if p, ok := x.P(); p < 0 || p > 1 || x.Statistic == 0 && p < 0.5 && ok && x.DF > 0 {
				t.Fatalf("%+v", x)
			}
		default:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					insane(t, v.Field(i))
				}
			}
		}
	}
}

// within1 fails when a share or its interval leaves 0 to 1.
func within1(t *testing.T, all ...Estimate) {
	t.Helper()
	for _, e := range all {
		if !e.Missing() && !(e.low >= 0 && e.Value >= e.low && e.high >= e.Value && e.high <= 1) {
			t.Fatalf("a share outside its interval, or that outside 0 to 1: %+v", e)
		}
	}
}

var seeds = [][]byte{{}, {1}, []byte("a few bytes of text that make up some respondents"),
	{255, 254, 253, 252, 251, 250, 249, 248, 247, 246, 245, 244, 1, 2, 3, 4}}

func addSeeds(f *testing.F) {
	for i, s := range seeds {
		f.Add(s)
		f.Add(append(append([]byte{byte(i)}, s...), make([]byte, 60)...))
	}
	mixed := make([]byte, 300)
	for i := range mixed {
		mixed[i] = byte(i * 37 % 251)
	}
	f.Add(mixed)
}

// FuzzCounts: figures of counts alone.
func FuzzCounts(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		s := stream(data)
		level := s.level()
		c := s.counts(4)
		within1(t, Wilson(c[0], c[1], level), ClopperPearson(c[0], c[1], level))
		sane(t, Wilson(c[0], c[1], level), ClopperPearson(c[0], c[1], level),
			NewcombeDifference(c[0], c[1], c[2], c[3], level),
			TwoProportions(c[0], c[1], c[2], c[3]), NPS(c[0], c[1], c[2], level), PanelChange(c[0], c[1],
				c[2], c[3], level))
		size, _ := SampleSize(s.float(), s.float(), s.count(), level)
		margin, _ := MarginOfError(s.count(), s.count(), level)
		sane(t, size, margin)
		rows, cols := s.below(4), s.below(4)
		table := make([][]int, rows)
		for i := range table {
			table[i] = s.counts(cols)
			if s.byte() == 255 {
				table[i] = table[i][:cols/2]
			}
		}
		kappa, _ := FleissKappa(table)
		sane(t, Pearson(table), Fisher(table), []float64{kappa})
		x, n := s.counts(cols), s.counts(cols)
		sane(t, EqualProportions(x, n), TrendInProportions(x, n, nil),
			TrendInProportions(x, n, s.floats(cols)))
	})
}

// FuzzDesign: figures of columns under any design.
func FuzzDesign(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		s := stream(data)
		level, n := s.level(), s.below(24)
		d, y, x, is := s.design(n), s.floats(n), s.floats(n), s.bools(n)
		domain := s.bools(n)
		if s.below(2) == 0 {
			domain = nil
		}
		p, q := d.Proportion(is, domain, level), d.TopBox(y, s.float(), domain, level)
		within1(t, p, q)
		logit, kg := LogitInterval(p, level), KornGraubard(p, n, level)
		within1(t, logit, kg)
		median := d.Quantile(y, domain, s.float(), level)
		nps := d.NPS(y, domain, level)
		if !nps.Missing() && (nps.low < -100-1e-9 || nps.high > 100+1e-9) {
			t.Fatalf("NPS %+v", nps)
		}
		sane(t, p, q, logit, kg, median, nps, d.Mean(y, domain, level), d.Total(y, domain, level),
			d.Correlation(x, y, domain, level), d.Servqual(
				[]Dimension{{[][]float64{y, x}, [][]float64{x, y}, s.floats(n)},
					{Perceived: [][]float64{x}}}, level))
		effective, deff := Kish(d.Weights)
		sane(t, effective, deff)
		mean := func(w []float64) float64 { return product(w, y) / sumOf(w) }
		sane(t, d.Jackknife(mean, level, s.below(2) == 0), d.Bootstrap(mean, level, s.below(20), 1))
	})
}

// FuzzCalibration: weights from any margins, and what is estimated with them.
func FuzzCalibration(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		s := stream(data)
		n := s.below(24)
		d, margins := s.design(n), s.margins(n)
		var quantities []Quantity
		if s.below(2) == 0 {
			quantities = []Quantity{{"q", s.floats(n), s.float()}}
		}
		method := []Method{Linear, Truncated, Logit, Exponential, "none"}[s.below(5)]
		for _, c := range []*Calibration{
			Rake(d.Weights, margins, RakeOptions{Cap: s.float(), Cycles: 20, Tolerance: s.float()}),
			Calibrate(d.Weights, margins, quantities,
				CalibrateOptions{Method: method, Low: s.float(), High: s.float(), Cycles: 20}),
		} {
			sane(t, *c)
			if (c.Weights == nil) != (len(c.Refused) > 0) {
				t.Fatalf("neither weights nor a reason: %+v", c)
			}
			for _, w := range c.Weights {
				if w < 0 {
					t.Fatalf("a weight of %v", w)
				}
			}
			design := c.Design(d)
			y := s.floats(n)
			sane(t, design.Mean(y, nil, 0.95),
				design.Jackknife(func(w []float64) float64 { return product(w, y) / sumOf(w) }, 0.95, true))
			if tab, why := NewCrosstab(bytesOf(s.codes(n, 3)), bytesOf(s.codes(n, 4)), 2, 3,
				design); why == "" {
				sane(t, tab.RaoScott(), tab.Wald())
				within1(t, tab.ColumnShare(0, 1, 0.95), tab.RowShare(1, 2, 0.95))
			}
		}
	})
}

// FuzzCrosstab: tables of any columns of codes.
func FuzzCrosstab(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		s := stream(data)
		level, n := s.level(), s.below(40)
		rows, cols := s.count(), s.count()
		if s.byte() < 240 {
			rows, cols = 1+s.below(4), 1+s.below(4)
		}
		d := s.design(n)
		row, col := bytesOf(s.codes(n, 5)), bytesOf(s.codes(n, 5))
		tab, why := NewCrosstab(row, col, rows, cols, d)
		if (tab == nil) != (why != "") {
			t.Fatalf("%v, %q", tab, why)
		}
		if tab == nil {
			return
		}
		sum := tab.Missing
		for _, k := range tab.N {
			sum += k
		}
		if sum != n {
			t.Fatalf("%d of %d respondents", sum, n)
		}
		i, j := s.below(rows+1), s.below(cols+1)
		within1(t, tab.ColumnShare(i, j, level), tab.RowShare(i, j, level))
		pairs := tab.ColumnPairs()
		sane(t, tab.RaoScott(), tab.Wald(), pairs, tab.RowN(i), tab.ColN(j))
		Letters(pairs, rows, cols, s.float())
		shares, _, _ := Frequencies(row, rows, d, level)
		within1(t, shares...)
		sane(t, shares)
	})
}

// FuzzScales: scales, ranks, agreement and what adjusts p-values.
func FuzzScales(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		s := stream(data)
		n, k := s.below(12), s.below(5)
		items := make([][]float64, k)
		for i := range items {
			items[i] = s.floats(n)
			if s.byte() == 255 {
				items[i] = items[i][:n/2]
			}
		}
		weights := s.floats(n)
		if s.below(2) == 0 {
			weights = nil
		}
		r := Cronbach(items, weights)
		sane(t, r, KruskalWallis(items), Rankings(items))
		for _, distance := range []Metric{Nominal, IntervalScale, nil} {
			alpha, _ := Krippendorff(items, distance)
			sane(t, alpha)
		}
		a, b := s.floats(k), s.floats(k)
		apart, _ := Dissimilarity(a, b)
		c := Correlation(a, b, s.level())
		sane(t, apart, ResponseBalance(a), c, Bonferroni(a), Holm(a), BenjaminiHochberg(a))
		for _, adjusted := range [][]float64{Bonferroni(a), Holm(a), BenjaminiHochberg(a)} {
			for i, p := range adjusted {
				if p < math.Min(a[i], 1)-1e-12 || p < 0 || p > 1 {
					t.Fatalf("%v adjusted to %v", a[i], p)
				}
			}
		}
		estimates := []Estimate{c, Wilson(s.count(), s.count(), 0.95)}
		quadrants, at := IPA(estimates, estimates, nil)
		first, test := WaveChange(estimates[0], estimates[1], s.level())
		if len(quadrants) != 2 {
			t.Fatal(quadrants)
		}
		sane(t, at[:], first, test)
	})
}
