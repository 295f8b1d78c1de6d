package stats

import (
	"math"
	"math/rand/v2"
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
			if !e.Missing() && (e.low > e.Value || e.high < e.Value || e.se < 0) {
				t.Fatalf("%s: %+v", name, e)
			}
		}
		if p.low < 0 || p.high > 1 {
			t.Fatalf("a share outside 0 to 1: %+v", p)
		}
		x := rnd.IntN(n + 1)
		if w, c := Wilson(x, n, 0.95), ClopperPearson(x, n, 0.95); c.high-c.low < (w.high-w.low)*0.9 ||
			w.low < 0 || w.high > 1 || x == 0 && w.low != 0 || x == n && w.high != 1 {
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
			if direct := d.Proportion(hit, in, 0.95); !direct.Missing() &&
				(math.Abs(direct.Value-e.Value) > 1e-12 || math.Abs(direct.se-e.se) > 1e-9) {
				t.Fatalf("the table says %+v, the column %+v", e, direct)
			}
		}
		if tab.ColN(1) > 0 && math.Abs(shares-1) > 1e-9 {
			t.Fatalf("shares add up to %v", shares)
		}
	}
}

// TestOrderOfRowsDoesNotMatter: the same respondents in another order give the same figures, but for
// rounding.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 3))
	d, y, a, b := sample(rnd, 500)
	order := rnd.Perm(500)
	e, z, c, f := &Design{Weights: make([]float64, 500)}, make([]float64, 500), make([]uint8, 500),
		make([]uint8, 500)
	for to, from := range order {
		e.Weights[to], z[to], c[to], f[to] = d.Weights[from], y[from], a[from], b[from]
	}
	m, n := d.Mean(y, nil, 0.9), e.Mean(z, nil, 0.9)
	near(t, "mean", n.Value, m.Value, 1e-12)
	near(t, "SE", n.se, m.se, 1e-10)
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
	near(t, "share", u.RowShare(1, 2, 0.95).se, s.RowShare(1, 2, 0.95).se, 1e-9)
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
				log -= logFactorials(n)[n]
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
		if math.Abs(got.p-tail/all) > 1e-9 {
			t.Fatalf("%v: %v, counted %v", x, got.p, tail/all)
		}
	}
	// 340 answers: the probabilities of single tables are far below what a float64 holds when not put in
	// proportion
	x, lf := [][]int{{100, 80}, {70, 90}}, logFactorials(340)
	weigh := func(n int) float64 {
		return math.Exp(lf[180] + lf[160] + lf[170] +
			lf[170] - lf[340] - lf[n] - lf[180-n] - lf[170-n] - lf[n-10])
	}
	var tail float64
	for n := 10; n <= 170; n++ {
		if w := weigh(n); w <= weigh(100)*(1+1e-7) {
			tail += w
		}
	}
	near(t, "170 and 170", Fisher(x).p, tail, 1e-9)
	big := [][]int{{500, 400, 300}, {300, 400, 500}, {350, 350, 350}, {123, 456, 789}}
	if f := Fisher(big); f.Why != TooLarge && (f.p < 0 || f.p > 1) {
		t.Errorf("a large table: %+v", f)
	}
}

func TestIPA(t *testing.T) {
	t.Parallel()
	at := func(v, half float64) Estimate { return Estimate{N: 50, Value: v}.between(half/2, v-half, v+half) }
	q, line := IPA([]Estimate{at(5, 0.1), at(5, 0.1), at(1, 0.1), at(1, 0.1), at(3.1, 0.5), {Why: NoData}},
		[]Estimate{at(1, 0.1), at(5, 0.1), at(1, 0.1), at(5, 0.1), at(3, 0.5), at(1, 0.1)}, nil)
	if want := []Quadrant{Concentrate, KeepUp, LowPriority, Overkill, UncertainIPA,
		NoQuadrant}; !slices.Equal(q, want) {
		t.Errorf("%v at %v, want %v", q, line, want)
	}
}

func TestServqualWeighsBeforeAveraging(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	s := Equal(3).Servqual([]Dimension{
		{[][]float64{{4, 2, 1}, {3, nan, 1}}, [][]float64{{5, 5, 1}, {5, 5, 1}}, []float64{80, 0, 50}},
		{[][]float64{{5, 5, 1}}, [][]float64{{5, 4, 1}}, []float64{20, 100, 10}},
	}, 0.95)
	near(t, "item", s.Dimensions[0].Items[0].Value, (-1-3+0)/3.0, 1e-12)
	near(t, "first gap", s.Dimensions[0].Overall.Value, (-1.5-3+0)/3, 1e-12)
	near(t, "second gap", s.Dimensions[1].Overall.Value, 1/3.0, 1e-12)
	near(t, "weighted first gap", s.Dimensions[0].Weighted.Value, (-1.5*0.8-0+0)/3, 1e-12)
	near(t, "unweighted", s.Unweighted.Value, (-0.75-1+0)/3, 1e-12)
	near(t, "weighted", s.Weighted.Value, (-1.5*0.8+1)/2, 1e-12)
	if s.Weighted.N != 2 {
		t.Errorf("the third splits 60 points and counts: %+v", s.Weighted)
	}
	performance := Equal(2).Servqual([]Dimension{{Perceived: [][]float64{{4, 2}}}}, 0.95)
	near(t, "SERVPERF", performance.Unweighted.Value, 3, 1e-12)
	if !performance.Weighted.Missing() {
		t.Errorf("no points, yet %+v", performance.Weighted)
	}
}
