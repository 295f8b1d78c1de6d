package stats

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// near compares to the digits a source prints.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance*math.Max(1, math.Abs(want)) {
		t.Errorf("%s: %.10g, want %.10g", what, got, want)
	}
}

// fixtures returns the folder of the reference data, or skips the test where it is absent. The data of the package survey is
// read from there and is no part of the project.
func fixtures(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("ASCOLTO_FIXTURES")
	if dir == "" {
		dir = "../../../shared/fixtures"
	}
	dir = filepath.Join(dir, "statistics")
	if _, err := os.Stat(filepath.Join(dir, "golden.json")); err != nil {
		t.Skip("skipped: the reference values are not here (ASCOLTO_FIXTURES)")
	}
	return dir
}

type goldenFile struct {
	Wilson []struct {
		X, N   int
		Lo, Hi float64
	} `json:"wilson95"`
	Clopper []struct {
		X, N   int
		Lo, Hi float64
	} `json:"clopper_pearson95"`
	Newcombe []struct {
		X1, N1, X2, N2 int
		D, Lo, Hi      float64
	} `json:"newcombe_diff95"`
	PAdjust struct {
		P    []float64
		BH   []float64 `json:"bh_first8"`
		Holm []float64 `json:"holm_first6"`
	} `json:"p_adjust"`
	Kalton struct {
		Sample  [][]float64
		Rows    []float64 `json:"row_targets"`
		Cols    []float64 `json:"col_targets"`
		Weights [][]float64
		Deff    float64 `json:"kish_deff"`
		NEff    float64 `json:"kish_neff"`

		Population [][]float64
		PostStrat  [][]float64 `json:"poststrat_2dp"`
	} `json:"raking_kalton"`
	Wikipedia struct {
		Seed, Fit  [][]float64
		Rows, Cols []float64
	} `json:"ipf_wikipedia"`
	Design struct {
		FPC map[string][2]float64 `json:"fpc_csv"`
	} `json:"design_based"`
	Krippendorff struct {
		A, B, C           []*float64
		Nominal, Interval float64
	}
}

func golden(t testing.TB) goldenFile {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(fixtures(t), "golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g goldenFile
	if err := json.Unmarshal(raw, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// columns reads a CSV as columns of text.
func columns(t testing.TB, name string) map[string][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(fixtures(t), name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, row := range rows[1:] {
		for j, name := range rows[0] {
			out[name] = append(out[name], row[j])
		}
	}
	return out
}

func numbers(t testing.TB, column []string) []float64 {
	t.Helper()
	out := make([]float64, len(column))
	for i, s := range column {
		var err error
		if out[i], err = strconv.ParseFloat(s, 64); err != nil {
			out[i] = math.NaN()
		}
	}
	return out
}

// codes numbers the values of a column in the given order.
func codes(column []string, order ...string) []int {
	at := map[string]int{}
	for i, v := range order {
		at[v] = i
	}
	out := make([]int, len(column))
	for i, v := range column {
		out[i] = at[v]
	}
	return out
}

func int32s(column []float64) []int32 {
	out := make([]int32, len(column))
	for i, v := range column {
		out[i] = int32(v)
	}
	return out
}

func bytesOf(column []int) []uint8 {
	out := make([]uint8, len(column))
	for i, v := range column {
		out[i] = uint8(v)
	}
	return out
}

func TestGoldenIntervals(t *testing.T) {
	t.Parallel()
	g := golden(t)
	for _, c := range g.Wilson {
		e := Wilson(c.X, c.N, 0.95)
		near(t, "Wilson low", e.Low, c.Lo, 1e-7)
		near(t, "Wilson high", e.High, c.Hi, 1e-7)
	}
	for _, c := range g.Clopper {
		e := ClopperPearson(c.X, c.N, 0.95)
		near(t, "Clopper-Pearson low", e.Low, c.Lo, 1e-7)
		near(t, "Clopper-Pearson high", e.High, c.Hi, 1e-7)
	}
	for _, c := range g.Newcombe {
		e := NewcombeDifference(c.X1, c.N1, c.X2, c.N2, 0.95)
		near(t, "Newcombe", e.Value, c.D, 1e-9)
		near(t, "Newcombe low", e.Low, c.Lo, 1e-7)
		near(t, "Newcombe high", e.High, c.Hi, 1e-7)
	}
}

func TestGoldenCalibration(t *testing.T) {
	t.Parallel()
	g := golden(t)
	var rows, cols []int
	for i, row := range g.Kalton.Sample {
		for j, n := range row {
			for range int(n) {
				rows, cols = append(rows, i), append(cols, j)
			}
		}
	}
	margins := []Margin{{"row", rows, g.Kalton.Rows}, {"column", cols, g.Kalton.Cols}}
	c := Rake(Equal(len(rows)).Weights, margins, RakeOptions{})
	if !c.Converged || len(c.Refused) > 0 {
		t.Fatalf("%+v", c)
	}
	for i, w := range c.Weights {
		near(t, "Kalton weight", w, g.Kalton.Weights[rows[i]][cols[i]], 1e-5)
	}
	near(t, "Kalton deff", c.Deff, g.Kalton.Deff, 1e-8)
	near(t, "Kalton n_eff", c.Effective, g.Kalton.NEff, 1e-8)
	cells, targets := make([]int, len(rows)), make([]float64, 12)
	for i := range rows {
		cells[i] = rows[i]*3 + cols[i]
		targets[cells[i]] = g.Kalton.Population[rows[i]][cols[i]]
	}
	for i, w := range PostStratify(Equal(len(rows)).Weights, Margin{"cell", cells, targets}).Weights {
		near(t, "Kalton post-stratified", w, g.Kalton.PostStrat[rows[i]][cols[i]], 0.005)
	}
	var base []float64
	rows, cols = nil, nil
	for i, row := range g.Wikipedia.Seed {
		for j, w := range row {
			base, rows, cols = append(base, w), append(rows, i), append(cols, j)
		}
	}
	c = Rake(base, []Margin{{"row", rows, g.Wikipedia.Rows}, {"column", cols, g.Wikipedia.Cols}}, RakeOptions{})
	for i, w := range c.Weights {
		near(t, "Wikipedia fit", w, g.Wikipedia.Fit[rows[i]][cols[i]], 1e-5)
	}
}

// TestGoldenDesigns holds the published figures of the package survey's examples.
func TestGoldenDesigns(t *testing.T) {
	t.Parallel()
	g := golden(t)
	f := columns(t, "fpc.csv")
	x, w := numbers(t, f["x"]), numbers(t, f["weight"])
	strata, clusters, size := int32s(numbers(t, f["stratid"])), int32s(numbers(t, f["psuid"])), numbers(t, f["Nh"])
	many := make([]float64, len(x))
	for i := range many {
		many[i] = 27
	}
	for name, d := range map[string]*Design{
		"strat_wr":            {Weights: w, Strata: strata},
		"strat_fpc":           {Weights: w, Strata: strata, Population: size},
		"unweighted_strat":    {Weights: Equal(len(x)).Weights, Strata: strata},
		"cluster_psuid":       {Weights: w, Clusters: clusters},
		"cluster_psuid_fpc27": {Weights: w, Clusters: clusters, Population: many},
	} {
		e := d.Mean(x, nil, 0.95)
		near(t, name, e.Value, g.Design.FPC[name][0], 1e-8)
		near(t, name+" SE", e.SE, g.Design.FPC[name][1], 1e-8)
	}

	s := columns(t, "apistrat_min.csv")
	stype := codes(s["stype"], "E", "H", "M")
	strat := &Design{Weights: numbers(t, s["pw"]), Strata: make([]int32, len(stype)), Population: numbers(t, s["fpc"])}
	for i, k := range stype {
		strat.Strata[i] = int32(k)
	}
	e := strat.Mean(numbers(t, s["api00"]), nil, 0.95)
	near(t, "apistrat mean", e.Value, 662.2873632, 1e-9)
	near(t, "apistrat SE", e.SE, 9.408940803, 1e-9)
	e = strat.Total(numbers(t, s["enroll"]), nil, 0.95)
	near(t, "apistrat total", e.Value, 3687177.532, 1e-9)
	near(t, "apistrat total SE", e.SE, 114641.7161, 1e-9)
	effective, deff := Kish(strat.Weights)
	near(t, "apistrat n_eff", effective, 168.5813313, 1e-9)
	near(t, "apistrat deff", deff, 1.186370985, 1e-9)
}

// apiclus1 is the one-stage cluster sample of the package survey.
func apiclus1(t testing.TB) (map[string][]string, *Design) {
	c := columns(t, "apiclus1_min.csv")
	return c, &Design{Weights: numbers(t, c["pw"]), Clusters: int32s(numbers(t, c["dnum"])), Population: numbers(t, c["fpc"])}
}

func TestGoldenClusters(t *testing.T) {
	t.Parallel()
	c, d := apiclus1(t)
	api := numbers(t, c["api00"])
	e := d.Mean(api, nil, 0.95)
	near(t, "mean", e.Value, 644.1693989, 1e-9)
	near(t, "SE", e.SE, 23.54224069, 1e-9)
	total := d.Total(numbers(t, c["enroll"]), nil, 0.95)
	near(t, "total", math.Round(total.Value), 3404940, 1e-9)
	near(t, "total SE", math.Round(total.SE), 932235, 1e-9)
	for p, want := range map[float64]float64{0.25: 552, 0.5: 652, 0.75: 719} {
		near(t, "quantile", d.Quantile(api, nil, p, 0.95).Value, want, 1e-12)
	}
	mean := func(w []float64) float64 {
		var s, n float64
		for i, x := range w {
			s, n = s+x*api[i], n+x
		}
		return s / n
	}
	near(t, "JK1", d.Jackknife(mean, false), 26.32936059, 1e-8)
	near(t, "JK1 mse", d.Jackknife(mean, true), 26.335, 1e-4)

	none := make([]bool, len(api))
	for i, v := range numbers(t, c["ell"]) {
		none[i] = v == 0
	}
	p := d.Proportion(none, nil, 0.95)
	near(t, "share", p.Value, 0.0218579, 1e-6)
	near(t, "share SE", p.SE, 0.0226225, 1e-6)
	near(t, "share n_eff", p.EffectiveN, 41.77645, 1e-6)
	near(t, "share low", p.Low, 0.003178777, 1e-8)
	near(t, "share high", p.High, 0.135391285, 1e-8)
	low, high := LogitInterval(p, 0.95)
	near(t, "logit low", low, 0.002304691, 1e-8)
	near(t, "logit high", high, 0.177747767, 1e-8)
}

func TestGoldenRakedClusters(t *testing.T) {
	t.Parallel()
	c, d := apiclus1(t)
	api, enroll := numbers(t, c["api00"]), numbers(t, c["enroll"])
	stype := Margin{"stype", codes(c["stype"], "E", "H", "M"), []float64{4421, 755, 1018}}
	wide := Margin{"sch.wide", codes(c["sch.wide"], "No", "Yes"), []float64{1072, 5122}}
	raked := Rake(d.Weights, []Margin{stype, wide}, RakeOptions{}).Design(d)
	e := raked.Mean(api, nil, 0.95)
	near(t, "raked mean", e.Value, 641.2303209, 1e-8)
	near(t, "raked SE", e.SE, 23.70361689, 1e-7)
	total := raked.Total(enroll, nil, 0.95)
	near(t, "raked total", total.Value, 3647280.148, 1e-8)
	near(t, "raked total SE", total.SE, 400603.2569, 1e-7)
	post := PostStratify(d.Weights, stype).Design(d).Mean(api, nil, 0.95)
	near(t, "post-stratified mean", post.Value, 642.3107882, 1e-8)
	near(t, "post-stratified SE", post.SE, 23.92048645, 1e-8)
}

func TestGoldenRaoScott(t *testing.T) {
	t.Parallel()
	c, d := apiclus1(t)
	tab, why := NewCrosstab(bytesOf(codes(c["sch.wide"], "No", "Yes")), bytesOf(codes(c["stype"], "E", "H", "M")), 2, 3, d)
	if why != "" {
		t.Fatal(why)
	}
	for at, want := range []float64{406.1640, 101.5410, 270.7760, 4467.8035, 372.3170, 575.3989} {
		near(t, "cell", tab.Weight[at], want, 1e-6)
	}
	r := tab.RaoScott()
	near(t, "X2", r.X2, 11.94089, 1e-6)
	near(t, "F", r.Statistic, 5.19336954, 1e-7)
	near(t, "ndf", r.DF, 1.49463978, 1e-7)
	near(t, "ddf", r.DF2, 20.9249569, 1e-7)
	near(t, "p", r.P, 0.02174746, 1e-6)
	near(t, "first order p", r.P1, 0.005553, 1e-5)
}

func TestGoldenAssociation(t *testing.T) {
	t.Parallel()
	a := Pearson([][]int{{762, 327, 468}, {484, 239, 477}})
	near(t, "X2", a.Statistic, 30.0701491, 1e-8)
	near(t, "p", a.P, 2.9535892e-07, 1e-12)
	near(t, "V", a.CramerV, 0.1044358, 1e-6)
	for j, want := range []float64{4.50205352, 0.69945173, -5.31594554} {
		near(t, "residual", a.Residuals[j], want, 1e-7)
	}
	for j, want := range []float64{703.67138, 319.64527, 533.68335} {
		near(t, "expected", a.Expected[j], want, 1e-7)
	}
	marital := [][]int{{18, 36, 21, 9, 6}, {12, 36, 45, 36, 21}, {6, 9, 9, 3, 3}, {3, 9, 9, 6, 3}}
	m := Pearson(marital)
	near(t, "marital X2", m.Statistic, 23.5669, 1e-5)
	near(t, "marital p", m.P, 0.023281, 1e-5)
	var row, col []uint8
	for i, r := range marital {
		for j, n := range r {
			for range n {
				row, col = append(row, uint8(i)), append(col, uint8(j))
			}
		}
	}
	tab, _ := NewCrosstab(row, col, 4, 5, Equal(len(row)))
	for _, p := range tab.ColumnPairs() {
		for _, w := range []struct {
			row, a, b int
			z, p      float64
		}{{0, 0, 3, 3.0913633, 0.019923972}, {0, 0, 4, 2.508726, 0.12116742}, {0, 1, 3, 2.9245046, 0.034500496}, {1, 0, 3, -3.4182767, 0.0063019012}} {
			if p.Row == w.row && p.A == w.a && p.B == w.b {
				near(t, "pair z", p.Statistic, w.z, 1e-7)
				near(t, "pair p", p.Adjusted, w.p, 1e-7)
			}
		}
	}
	near(t, "two proportions z", TwoProportions(56, 70, 48, 80).Statistic, 2.650171951, 1e-9)
	near(t, "two proportions p", TwoProportions(56, 70, 48, 80).P, 0.008045081368, 1e-9)
	x, n := []int{83, 90, 129, 70}, []int{86, 93, 136, 82}
	near(t, "smokers", EqualProportions(x, n).Statistic, 12.6004, 1e-5)
	near(t, "smokers p", EqualProportions(x, n).P, 0.0055855, 1e-5)
	near(t, "trend", TrendInProportions(x, n, nil).Statistic, 8.22492, 1e-5)
	near(t, "trend p", TrendInProportions(x, n, nil).P, 0.0041319, 1e-5)
	near(t, "tea", Fisher([][]int{{3, 1}, {1, 3}}).P, 0.48571429, 1e-7)
	near(t, "job", Fisher([][]int{{1, 3, 10, 6}, {2, 3, 10, 7}, {1, 6, 14, 12}, {0, 1, 9, 11}}).P, 0.78268494, 1e-6)
	p := PanelChange(794, 150, 86, 570, 0.95)
	near(t, "McNemar", p.McNemar.Statistic, 17.3559322, 1e-8)
	near(t, "McNemar p", p.McNemar.P, 3.0993e-05, 1e-8)
	near(t, "McNemar corrected", p.Corrected.Statistic, 16.8177966, 1e-8)
	near(t, "paired difference", p.Difference.Value, -0.04, 1e-12)
	near(t, "paired SE", p.Difference.SE, 0.009549214627, 1e-9)
	near(t, "paired low", p.Difference.Low, -0.05871611675, 1e-9)
	near(t, "paired high", p.Difference.High, -0.02128388325, 1e-9)
	near(t, "McNemar corrected p", p.Corrected.P, 4.1146e-05, 1e-8)
}

func TestGoldenRanks(t *testing.T) {
	t.Parallel()
	kw := KruskalWallis(ozone)
	near(t, "ozone H", kw.Statistic, 29.2666, 1e-5)
	near(t, "ozone p", kw.P, 6.9007e-06, 1e-9)
	r := Rankings(roundingTimes)
	near(t, "Friedman", r.Statistic, 11.142857, 1e-7)
	near(t, "Friedman p", r.P, 0.003805, 1e-6)
	near(t, "Kendall W", r.W, 0.25324675, 1e-7)
	g := golden(t)
	bh, holm := BenjaminiHochberg(g.PAdjust.P), Holm(g.PAdjust.P)
	for i, want := range g.PAdjust.BH {
		near(t, "BH", bh[i], want, 1e-5)
	}
	for i, want := range g.PAdjust.Holm {
		near(t, "Holm", holm[i], want, 1e-5)
	}
	reject := func(p []float64) (n int) {
		for _, x := range p {
			if x <= 0.05 {
				n++
			}
		}
		return n
	}
	if b, h := reject(Bonferroni(g.PAdjust.P)), reject(bh); b != 3 || h != 4 {
		t.Errorf("Bonferroni rejects %d, Benjamini and Hochberg %d; want 3 and 4", b, h)
	}
}

func TestGoldenScales(t *testing.T) {
	t.Parallel()
	items := make([][]float64, 7)
	for _, row := range attitude {
		for j, v := range row {
			items[j] = append(items[j], v)
		}
	}
	r := Cronbach(items, nil)
	near(t, "alpha", r.Alpha, 0.84314277, 1e-7)
	near(t, "standardised alpha", r.Standardised, 0.8390838, 1e-6)
	near(t, "mean r", r.MeanR, 0.42690664, 1e-7)
	for j, want := range []float64{0.80976021, 0.79691746, 0.82784777, 0.80303098, 0.79538657, 0.86387231, 0.84046487} {
		near(t, "dropped", r.Dropped[j], want, 1e-7)
	}
	near(t, "alpha of five", Cronbach(items[:5], nil).Alpha, 0.8757325, 1e-6)
	toy := Cronbach([][]float64{{1, 5, 7, 2, 8}, {1, 6, 8, 3, 6}, {2, 5, 4, 2, 5}}, nil)
	near(t, "toy alpha", toy.Alpha, 0.91515152, 1e-7)
	if toy.Why != TooFewPeople || r.Why != "" {
		t.Errorf("five people: %q, thirty: %q", toy.Why, r.Why)
	}
	for j, want := range []float64{0.825418, 0.426117, 0.623678, 0.590139, 0.156439, 0.155086} {
		near(t, "derived importance", Correlation(items[0], items[j+1]).Value, want, 1e-6)
	}
	n := NPS(240, 160, 100, 0.95)
	near(t, "NPS", n.Value, 28, 1e-12)
	near(t, "NPS SE", n.SE, 3.468717342, 1e-9)
	near(t, "NPS low", n.Low, 21.20143894, 1e-9)
	near(t, "NPS high", n.High, 34.79856106, 1e-9)
	_, z := WaveChange(NPS(200, 80, 120, 0.95), n, 0.95)
	near(t, "NPS change", z.Statistic, 1.436101394, 1e-8)
	near(t, "NPS change p", z.P, 0.1509734916, 1e-8)
	near(t, "NPS SE of 324", NPS(162, 108, 54, 0.95).SE/100, 0.04140866625, 1e-9)
	kappa, _ := FleissKappa(wikipediaRatings)
	near(t, "Fleiss", kappa, 0.2099307044, 1e-9)
	g := golden(t)
	var coders [][]float64
	for _, c := range [][]*float64{g.Krippendorff.A, g.Krippendorff.B, g.Krippendorff.C} {
		var row []float64
		for _, v := range c {
			if v == nil {
				row = append(row, math.NaN())
			} else {
				row = append(row, *v)
			}
		}
		coders = append(coders, row)
	}
	nominal, _ := Krippendorff(coders, Nominal)
	interval, _ := Krippendorff(coders, IntervalScale)
	near(t, "Krippendorff nominal", nominal, g.Krippendorff.Nominal, 1e-9)
	near(t, "Krippendorff interval", interval, g.Krippendorff.Interval, 1e-9)
	near(t, "n", SampleSize(0.05, 0.5, 0, 0.95), 384.1458821, 1e-8)
	near(t, "n of 10,000", SampleSize(0.05, 0.5, 10000, 0.95), 369.9706105, 1e-8)
	near(t, "n of 1,000", SampleSize(0.05, 0.5, 1000, 0.95), 277.7334532, 1e-8)
	near(t, "margin of 400", MarginOfError(400, 0, 0.95), 0.04899909961, 1e-8)
	near(t, "margin of 400 in 1,000", MarginOfError(400, 1000, 0.95), 0.03797353087, 1e-8)
	d, _ := Dissimilarity([]float64{0.1, 0.25, 0.3, 0.35}, []float64{0.2, 0.3, 0.3, 0.2})
	near(t, "dissimilarity", d, 0.15, 1e-12)
	near(t, "balance", ResponseBalance([]float64{0.1, 0.075, 0.08}), 0.75, 1e-12)
	if ResponseBalance([]float64{0.1, 0}) != 0 {
		t.Error("an empty class")
	}
}

// attitude is Chatterjee and Price's survey of clerical employees (R datasets): rating, complaints, privileges, learning,
// raises, critical, advance.
var attitude = [][]float64{
	{43, 51, 30, 39, 61, 92, 45}, {63, 64, 51, 54, 63, 73, 47}, {71, 70, 68, 69, 76, 86, 48}, {61, 63, 45, 47, 54, 84, 35},
	{81, 78, 56, 66, 71, 83, 47}, {43, 55, 49, 44, 54, 49, 34}, {58, 67, 42, 56, 66, 68, 35}, {71, 75, 50, 55, 70, 66, 41},
	{72, 82, 72, 67, 71, 83, 31}, {67, 61, 45, 47, 62, 80, 41}, {64, 53, 53, 58, 58, 67, 34}, {67, 60, 47, 39, 59, 74, 41},
	{69, 62, 57, 42, 55, 63, 25}, {68, 83, 83, 45, 59, 77, 35}, {77, 77, 54, 72, 79, 77, 46}, {81, 90, 50, 72, 60, 54, 36},
	{74, 85, 64, 69, 79, 79, 63}, {65, 60, 65, 75, 55, 80, 60}, {65, 70, 46, 57, 75, 85, 46}, {50, 58, 68, 54, 64, 78, 52},
	{50, 40, 33, 34, 43, 64, 33}, {64, 61, 52, 62, 66, 80, 41}, {53, 66, 52, 50, 63, 80, 37}, {40, 37, 42, 58, 50, 57, 49},
	{63, 54, 42, 48, 66, 75, 33}, {66, 77, 66, 63, 88, 76, 72}, {78, 75, 58, 74, 80, 78, 49}, {48, 57, 44, 45, 51, 83, 38},
	{85, 85, 71, 71, 77, 74, 55}, {82, 82, 39, 59, 64, 78, 39},
}

// ozone is that of New York's air in 1973, May to September (R datasets, airquality).
var ozone = [][]float64{
	{41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37},
	{29, 71, 39, 23, 21, 37, 20, 12, 13},
	{135, 49, 32, 64, 40, 77, 97, 97, 85, 10, 27, 7, 48, 35, 61, 79, 63, 16, 80, 108, 20, 52, 82, 50, 64, 59},
	{39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85},
	{96, 78, 73, 91, 47, 32, 20, 23, 21, 24, 44, 21, 28, 9, 13, 46, 18, 13, 24, 16, 13, 23, 36, 7, 14, 30, 14, 18, 20},
}

// roundingTimes are those of 22 players rounding first base by three methods (Hollander and Wolfe 1973).
var roundingTimes = [][]float64{
	{5.40, 5.50, 5.55}, {5.85, 5.70, 5.75}, {5.20, 5.60, 5.50}, {5.55, 5.50, 5.40}, {5.90, 5.85, 5.70}, {5.45, 5.55, 5.60},
	{5.40, 5.40, 5.35}, {5.45, 5.50, 5.35}, {5.25, 5.15, 5.00}, {5.85, 5.80, 5.70}, {5.25, 5.20, 5.10}, {5.65, 5.55, 5.45},
	{5.60, 5.35, 5.45}, {5.05, 5.00, 4.95}, {5.50, 5.50, 5.40}, {5.45, 5.55, 5.50}, {5.55, 5.55, 5.35}, {5.45, 5.50, 5.55},
	{5.50, 5.45, 5.25}, {5.65, 5.60, 5.40}, {5.70, 5.65, 5.55}, {6.30, 6.30, 6.25},
}

// wikipediaRatings are the worked example of Fleiss' kappa there: 14 raters, 10 subjects.
var wikipediaRatings = [][]int{
	{0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1}, {7, 7, 0, 0, 0}, {3, 2, 6, 3, 0},
	{2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7},
}
