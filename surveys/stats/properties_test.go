package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// sample makes up a survey: weights, a value, and two columns of codes.
func sample(rnd *rand.Rand, n int) (d *Design, y []float64, a, b []uint8) {
	d = &Design{Weights: make([]float64, n)}
	for i := range n {
		d.Weights[i] = 0.2 + rnd.Float64()*3
		y = append(y, math.Round(rnd.NormFloat64()*10)+50)
		a, b = append(a, uint8(rnd.IntN(3))), append(b, uint8(rnd.IntN(4)))
		if rnd.IntN(20) == 0 {
			y[i], a[i] = math.NaN(), MissingOf[uint8]()
		}
	}
	return d, y, a, b
}

func TestIntervalsHoldTheirEstimate(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		n := 1 + rnd.IntN(60)
		d, y, a, b := sample(rnd, n)
		is := make([]bool, n)
		for i := range is {
			is[i] = rnd.IntN(4) == 0
		}
		m, p, q := d.Mean(y, nil, 0.95), d.Proportion(is, nil, 0.95), d.Quantile(y, nil, rnd.Float64(), 0.95)
		for name, e := range map[string]Estimate{"mean": m, "share": p, "quantile": q} {
			if !e.Missing() && (e.Low > e.Value || e.High < e.Value || e.SE < 0) {
				t.Fatalf("%s: %+v", name, e)
			}
		}
		if p.Low < 0 || p.High > 1 {
			t.Fatalf("a share outside 0 to 1: %+v", p)
		}
		x := rnd.IntN(n + 1)
		if w, c := Wilson(x, n, 0.95), ClopperPearson(x, n, 0.95); c.High-c.Low < (w.High-w.Low)*0.9 || w.Low < 0 || w.High > 1 || x == 0 && w.Low != 0 || x == n && w.High != 1 {
			t.Fatalf("%d of %d: %+v, %+v", x, n, w, c)
		}
		tab, why := NewCrosstab(a, b, 3, 4, d)
		if why != "" {
			t.Fatal(why)
		}
		var shares float64
		for k := range 3 {
			e := tab.ColumnShare(k, 1, 0.95)
			shares += e.Value
			in := make([]bool, n)
			hit := make([]bool, n)
			for i := range n {
				in[i], hit[i] = a[i] < 3 && b[i] == 1, a[i] == uint8(k)
			}
			if direct := d.Proportion(hit, in, 0.95); !direct.Missing() && (math.Abs(direct.Value-e.Value) > 1e-12 || math.Abs(direct.SE-e.SE) > 1e-9) {
				t.Fatalf("the table says %+v, the column %+v", e, direct)
			}
		}
		if tab.ColN(1) > 0 && math.Abs(shares-1) > 1e-9 {
			t.Fatalf("shares add up to %v", shares)
		}
	}
}

func TestRakingReproducesItsMargins(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 2))
	for range 50 {
		n := 400
		base := make([]float64, n)
		var margins []Margin
		truth := make([]float64, n) // weights that fulfil some margins, so that they do not contradict each other
		for i := range base {
			base[i], truth[i] = 0.5+rnd.Float64(), 0.5+rnd.Float64()*4
		}
		for m := range 5 {
			k := 2 + rnd.IntN(4)
			margin := Margin{Name: fmt.Sprint(m), Codes: make([]int, n), Targets: make([]float64, k)}
			for i := range n {
				margin.Codes[i] = rnd.IntN(k)
				margin.Targets[margin.Codes[i]] += truth[i]
			}
			margins = append(margins, margin)
		}
		c := Rake(base, margins, RakeOptions{})
		if !c.Converged || len(c.Refused) > 0 {
			t.Fatalf("%+v %+v", c.Refused, c.Warnings)
		}
		if _, off := c.worst(); off > 1e-6 {
			t.Fatalf("a margin is off by %v", off)
		}
		if c.Smallest <= 0 || c.Largest < c.Smallest || c.Effective > float64(n) || c.Deff < 1 {
			t.Fatalf("%+v", c)
		}
		capped := Rake(base, margins, RakeOptions{Cap: 2, Cycles: 30})
		if limit := 2.0001 * sumOf(capped.Weights) / float64(n) * 1.02; slices.Max(capped.Weights) > limit {
			t.Fatalf("a weight of %v, the mean is %v", slices.Max(capped.Weights), sumOf(capped.Weights)/float64(n))
		}
	}
}

func TestRakingSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	codes := func(n int) []int {
		c := make([]int, 60)
		for i := range c {
			c[i] = i % n
		}
		return c
	}
	ones := Equal(60).Weights
	for why, margins := range map[string][]Margin{
		EmptyCategory: {{"age", codes(2), []float64{30, 30, 10}}},
		NoTarget:      {{"age", codes(2), []float64{30, 0}}},
		TotalsDiffer:  {{"age", codes(2), []float64{30, 30}}, {"sex", codes(3), []float64{30, 30, 30}}},
		BadCode:       {{"age", codes(3), []float64{30, 30}}},
		WrongLength:   {{"age", codes(2)[:59], []float64{30, 30}}},
	} {
		c := Rake(ones, margins, RakeOptions{})
		if c.Weights != nil || !slices.ContainsFunc(c.Refused, func(p Problem) bool { return p.Why == why && p.Margin != "" }) {
			t.Errorf("%s: %+v", why, c.Refused)
		}
	}
	// rounding: totals of 1,000 and 1,002 are the same population
	c := Rake(ones, []Margin{{"age", codes(2), []float64{500, 500}}, {"sex", codes(3), []float64{334, 334, 334}}}, RakeOptions{})
	if !c.Converged || !slices.ContainsFunc(c.Warnings, func(p Problem) bool { return p.Why == SmallCategory }) {
		t.Errorf("%+v", c)
	}
	// two margins that contradict each other within the sample never meet
	same := codes(2)
	c = Rake(ones, []Margin{{"age", same, []float64{30, 30}}, {"age again", same, []float64{20, 40}}}, RakeOptions{Cycles: 20})
	if c.Converged || len(c.Warnings) == 0 || c.Warnings[len(c.Warnings)-1].Why != NotConverged {
		t.Errorf("contradiction: %+v", c.Warnings)
	}
}

// TestOrderOfRowsDoesNotMatter: the same respondents in another order give the same figures, but for rounding.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 3))
	d, y, a, b := sample(rnd, 500)
	order := rnd.Perm(500)
	e, z, c, f := &Design{Weights: make([]float64, 500)}, make([]float64, 500), make([]uint8, 500), make([]uint8, 500)
	for to, from := range order {
		e.Weights[to], z[to], c[to], f[to] = d.Weights[from], y[from], a[from], b[from]
	}
	m, n := d.Mean(y, nil, 0.9), e.Mean(z, nil, 0.9)
	near(t, "mean", n.Value, m.Value, 1e-12)
	near(t, "SE", n.SE, m.SE, 1e-10)
	near(t, "median", e.Quantile(z, nil, 0.5, 0.9).Value, d.Quantile(y, nil, 0.5, 0.9).Value, 0)
	s, _ := NewCrosstab(a, b, 3, 4, d)
	u, _ := NewCrosstab(c, f, 3, 4, e)
	near(t, "F", u.RaoScott().Statistic, s.RaoScott().Statistic, 1e-9)
	if s.Missing != u.Missing || !slices.Equal(s.N, u.N) {
		t.Error("counts differ")
	}
}

// TestClusteredTableAgrees: everybody a cluster of their own is no clusters at all.
func TestClusteredTableAgrees(t *testing.T) {
	t.Parallel()
	d, _, a, b := sample(rand.New(rand.NewPCG(4, 4)), 300)
	own := &Design{Weights: d.Weights, Clusters: make([]int32, 300)}
	for i := range own.Clusters {
		own.Clusters[i] = int32(i)
	}
	s, _ := NewCrosstab(a, b, 3, 4, d)
	u, _ := NewCrosstab(a, b, 3, 4, own)
	near(t, "F", u.RaoScott().Statistic, s.RaoScott().Statistic, 1e-9)
	near(t, "ddf", u.RaoScott().DF2, s.RaoScott().DF2, 1e-9)
	near(t, "share", u.RowShare(1, 2, 0.95).SE, s.RowShare(1, 2, 0.95).SE, 1e-9)
}

// TestQuantileIsTheSortedOne compares selection with sorting.
func TestQuantileIsTheSortedOne(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 5))
	for range 500 {
		n := 1 + rnd.IntN(40)
		y, d := make([]float64, n), Equal(n)
		for i := range y {
			y[i], d.Weights[i] = float64(rnd.IntN(12)), float64(1+rnd.IntN(4))
		}
		p := rnd.Float64()
		order := ascending(y)
		var total, sum float64
		for _, w := range d.Weights {
			total += w
		}
		want := y[order[n-1]]
		for _, i := range order {
			if sum += d.Weights[i]; sum >= p*total*(1-1e-12) {
				want = y[i]
				break
			}
		}
		if got := d.Quantile(y, nil, p, 0.95).Value; got != want {
			t.Fatalf("%v weights %v: quantile %v is %v, want %v", y, d.Weights, p, got, want)
		}
	}
}

// TestFisherAgreesWithCountingTables goes through all tables with the margins of small ones.
func TestFisherAgreesWithCountingTables(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(6, 6))
	for range 60 {
		x := [][]int{{rnd.IntN(5), rnd.IntN(5), rnd.IntN(4)}, {rnd.IntN(5), rnd.IntN(5), rnd.IntN(4)}}
		rows, cols, total, why := margins(x)
		got := Fisher(x)
		if why != "" || got.Why != "" {
			continue
		}
		weigh := func(a, b, c int) float64 {
			d := []int{a, b, c, int(cols[0]) - a, int(cols[1]) - b, int(cols[2]) - c}
			if slices.Min(d) < 0 || a+b+c != int(rows[0]) {
				return 0
			}
			var log float64
			for _, n := range d {
				log -= logFactorial(n)
			}
			return math.Exp(log)
		}
		seen := weigh(x[0][0], x[0][1], x[0][2])
		var all, tail float64
		for a := 0; a <= int(total); a++ {
			for b := 0; b <= int(total); b++ {
				w := weigh(a, b, int(rows[0])-a-b)
				if all += w; w <= seen*(1+1e-7) {
					tail += w
				}
			}
		}
		if math.Abs(got.P-tail/all) > 1e-9 {
			t.Fatalf("%v: %v, counted %v", x, got.P, tail/all)
		}
	}
	big := [][]int{{500, 400, 300}, {300, 400, 500}, {350, 350, 350}, {123, 456, 789}}
	if f := Fisher(big); f.Why != TooLarge && (f.P < 0 || f.P > 1) {
		t.Errorf("a large table: %+v", f)
	}
}

// TestNothingIsNaN gives every function what makes no sense.
func TestNothingIsNaN(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	columns := map[string][]float64{
		"empty": {}, "one": {3}, "two alike": {3, 3}, "all missing": {nan, nan, nan}, "zeros": {0, 0, 0, 0}, "infinite": {inf, -inf, 1},
		"huge": {1e308, -1e308, 1e308}, "negative": {-1, -2, -3}, "usual": {1, 2, 3, 4, 5, 6, 7},
	}
	for name, y := range columns {
		n := len(y)
		one, bools := make([]uint8, n), make([]bool, n)
		designs := map[string]*Design{
			"equal": Equal(n), "zero": {Weights: make([]float64, n)}, "column": {Weights: y}, "short": {Weights: []float64{1}},
			"one stratum each": {Weights: Equal(n).Weights, Strata: make([]int32, n), Population: y},
			"one cluster":      {Weights: Equal(n).Weights, Clusters: make([]int32, n)},
		}
		for i := range n {
			designs["one stratum each"].Strata[i] = int32(i)
		}
		for dname, d := range designs {
			results := []any{
				d.Mean(y, nil, 0.95), d.Total(y, nil, 0.95), d.Mean(y, bools, 0.95), d.Quantile(y, nil, 0.5, 0.95), d.Proportion(bools, nil, 0.95),
				d.NPS(y, nil, 0.95), d.TopBox(y, 4, nil, 0.95), d.Mean(y, nil, 0), d.Mean(y, nil, nan), d.Quantile(y, nil, nan, 0.95),
				d.Servqual([][]float64{y}, [][]float64{y}, y, 0.95), d.Jackknife(func(w []float64) float64 { return sumOf(w) }, false),
			}
			if tab, why := NewCrosstab(one, one, 2, 2, d); why == "" {
				results = append(results, tab.RaoScott(), tab.ColumnShare(0, 0, 0.95), tab.RowShare(1, 1, 0.95), tab.ColumnPairs())
			}
			for i, r := range results {
				if where := notFinite(reflect.ValueOf(r), "result"); where != "" {
					t.Errorf("%s, %s, %d: %s", name, dname, i, where)
				}
			}
		}
		c := Rake(y, []Margin{{"m", make([]int, n), y}}, RakeOptions{})
		for i, r := range []any{
			*c, Cronbach([][]float64{y, y, y}, y), Correlation(y, y), KruskalWallis([][]float64{y, y}), Rankings([][]float64{y, y}),
			Bonferroni(y[:0]), Holm(nil), BenjaminiHochberg(nil), ResponseBalance(y), Wilson(0, 0, 0.95), Wilson(5, 3, 0.95), ClopperPearson(1, 1, 0.95),
			NewcombeDifference(0, 0, 1, 1, 0.95), TwoProportions(0, 5, 0, 5), SampleSize(0, 0.5, 0, 0.95), MarginOfError(0, 0, 0.95),
			NPS(0, 0, 0, 0.95), NPS(3, 0, 0, 0.95), PanelChange(0, 0, 0, 0, 0.95), PanelChange(5, 0, 0, 5, 0.95), Pearson([][]int{{0, 0}, {0, 0}}),
			Pearson([][]int{{5, 5}}), Fisher([][]int{{0}}), Fisher(nil), TrendInProportions([]int{1}, []int{2}, nil), EqualProportions(nil, nil),
		} {
			if where := notFinite(reflect.ValueOf(r), "result"); where != "" {
				t.Errorf("%s, %d: %s", name, i, where)
			}
		}
		for _, f := range []func() (float64, Why){
			func() (float64, Why) { return Krippendorff([][]float64{y, y}, Nominal) },
			func() (float64, Why) { return Dissimilarity(y, y) },
			func() (float64, Why) { return FleissKappa(nil) },
		} {
			if v, _ := f(); !finite(v) {
				t.Errorf("%s: %v", name, v)
			}
		}
	}
}

// notFinite returns where a value holds NaN or an infinity.
func notFinite(v reflect.Value, at string) string {
	switch v.Kind() {
	case reflect.Float64:
		if !finite(v.Float()) {
			return at
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if name == "Base" || name == "Margins" || name == "solver" { // the input
				continue
			}
			if w := notFinite(v.Field(i), at+"."+name); w != "" {
				return w
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if w := notFinite(v.Index(i), fmt.Sprintf("%s[%d]", at, i)); w != "" {
				return w
			}
		}
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			return notFinite(v.Elem(), at)
		}
	}
	return ""
}

func TestIPA(t *testing.T) {
	t.Parallel()
	at := func(v, half float64) Estimate { return Estimate{N: 50, Value: v, Low: v - half, High: v + half} }
	q, line := IPA([]Estimate{at(5, 0.1), at(5, 0.1), at(1, 0.1), at(1, 0.1), at(3.1, 0.5), {Why: NoData}},
		[]Estimate{at(1, 0.1), at(5, 0.1), at(1, 0.1), at(5, 0.1), at(3, 0.5), at(1, 0.1)}, nil)
	if want := []Quadrant{Concentrate, KeepUp, LowPriority, Overkill, UncertainIPA, NoQuadrant}; !slices.Equal(q, want) {
		t.Errorf("%v at %v, want %v", q, line, want)
	}
}

func TestServqualWeighsBeforeAveraging(t *testing.T) {
	t.Parallel()
	g := Equal(2).Servqual([][]float64{{4, 2}}, [][]float64{{5, 5}}, []float64{100, 0}, 0.95)
	near(t, "gap", g.Overall.Value, -2, 1e-12)
	near(t, "weighted", g.Weighted.Value, -0.5, 1e-12)
}

func FuzzMean(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, 0.95)
	f.Fuzz(func(t *testing.T, data []byte, level float64) {
		d := &Design{}
		var y []float64
		for i := 0; i+1 < len(data); i += 2 {
			d.Weights, y = append(d.Weights, float64(data[i])-20), append(y, float64(data[i+1]))
			if data[i+1] == 255 {
				y[len(y)-1] = math.NaN()
			}
		}
		e := d.Mean(y, nil, level)
		if where := notFinite(reflect.ValueOf(e), "mean"); where != "" || !e.Missing() && (e.Low > e.Value || e.High < e.Value) {
			t.Errorf("%+v", e)
		}
	})
}
