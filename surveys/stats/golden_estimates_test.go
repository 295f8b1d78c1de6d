package stats

import (
	"math"
	"testing"
)

func goldenWilson(t *testing.T, g node) {
	for _, c := range g.list() {
		e := Wilson(c.at("x").int(), c.at("n").int(), 0.95)
		c.at("lo").is(t, e.low)
		c.at("hi").is(t, e.high)
		if c.has("P") {
			c.at("P").are(t, []float64{e.low, e.high})
		}
	}
}

func goldenClopperPearson(t *testing.T, g node) {
	for _, c := range g.list() {
		e := ClopperPearson(c.at("x").int(), c.at("n").int(), 0.95)
		c.at("lo").is(t, e.low)
		c.at("hi").is(t, e.high)
	}
}

func goldenNewcombe(t *testing.T, g node) {
	for _, c := range g.list() {
		e := NewcombeDifference(c.at("x1").int(), c.at("n1").int(), c.at("x2").int(), c.at("n2").int(), 0.95)
		c.at("d").exactly(t, e.Value)
		c.at("lo").is(t, e.low)
		c.at("hi").is(t, e.high)
		c.at("P").are(t, []float64{e.low, e.high})
	}
}

func goldenPooled(t *testing.T, g node) {
	for _, c := range g.list() {
		test := TwoProportions(c.at("x1").int(), c.at("n1").int(), c.at("x2").int(), c.at("n2").int())
		c.at("z").is(t, test.Statistic)
		c.at("p").is(t, test.p)
	}
}

func goldenNPS(t *testing.T, g node) {
	shares := g.at(0)
	n := shares.at("n").number()
	count := func(share string) int { return int(math.Round(n * shares.at(share).number())) }
	e := NPS(count("p"), count("n0"), count("d"), 0.95)
	shares.at("nps").is(t, e.Value/100)
	shares.at("var").is(t, e.se*e.se*n/1e4)
	shares.at("se").is(t, e.se/100)
	shares.at("moe95").is(t, 1.96*e.se/100) // see goldenExceptions

	counts := g.at(1)
	first := NPS(counts.at("promoters").int(), counts.at("passives").int(), counts.at("detractors").int(),
		0.95)
	counts.at("nps").exactly(t, first.Value)
	counts.at("se").is(t, first.se)
	counts.at("lo").is(t, first.low)
	counts.at("hi").is(t, first.high)

	wave := g.at(2).at("wave2").ints()
	second := NPS(wave[0], wave[1], wave[2], 0.95)
	g.at(2).at("nps2").exactly(t, second.Value)
	change, test := WaveChange(second, first, 0.95)
	if math.Abs(change.Value-8) > 1e-12 {
		t.Errorf("from 20 to 28 is %v", change.Value)
	}
	g.at(2).at("z_vs_240_160_100").is(t, test.Statistic)
	g.at(2).at("p").is(t, test.p)
}

func goldenPanel(t *testing.T, g node) {
	table := g.at("table").counts()
	p := PanelChange(table[0][0], table[0][1], table[1][0], table[1][1], 0.95)
	g.at("X2").is(t, p.McNemar.Statistic)
	g.at("p").is(t, p.McNemar.p)
	g.at("X2_cc").is(t, p.Corrected.Statistic)
	g.at("p_cc").is(t, p.Corrected.p)
	g.at("paired_diff").exactly(t, p.Difference.Value)
	g.at("paired_se").is(t, p.Difference.se)
	// the published interval is the normal one, which ours agrees with to a thousandth in so large a sample
	half := quantile(0.95, 0) * p.Difference.se
	g.at("paired_ci").are(t, []float64{p.Difference.Value - half, p.Difference.Value + half})
	near(t, "paired low", p.Difference.low, p.Difference.Value-half, 1e-3)
	near(t, "paired high", p.Difference.high, p.Difference.Value+half, 1e-3)
	first, second := Wilson(794+150, 1600, 0.95), Wilson(794+86, 1600, 0.95)
	independent, _ := WaveChange(first, second, 0.95)
	g.at("wrong_unpaired_se").is(t, independent.se)
}

func goldenSampleSize(t *testing.T, g node) {
	e, p := g.at("e").number(), g.at("p").number()
	given := func(x float64, why Why) float64 {
		if why != "" {
			t.Errorf("no figure: %s", why)
		}
		return x
	}
	g.at("inf").is(t, given(SampleSize(e, p, 0, 0.95)))
	g.at("N10000").is(t, given(SampleSize(e, p, 10_000, 0.95)))
	g.at("N1000").is(t, given(SampleSize(e, p, 1_000, 0.95)))
	g.at("moe_n400").is(t, given(MarginOfError(400, 0, 0.95)))
	g.at("moe_n400_N1000").is(t, given(MarginOfError(400, 1_000, 0.95)))
}

func goldenBalance(t *testing.T, g node) {
	g.at("score").exactly(t, ResponseBalance(g.at("rates").numbers()))
}

func goldenDissimilarity(t *testing.T, g node) {
	d, _ := Dissimilarity(g.at("sample").numbers(), g.at("pop").numbers())
	g.at("D").exactly(t, d)
}

func goldenKalton(t *testing.T, g node) {
	sample := g.at("sample").table()
	rows, cols := repeated(sample)
	margins := []Margin{{"row", rows, g.at("row_targets").numbers()},
		{"column", cols, g.at("col_targets").numbers()}}
	c := Rake(Equal(len(rows)).Weights, margins, RakeOptions{})
	cells := Margin{"cell", make([]int, len(rows)), nil}
	for _, row := range g.at("population").table() {
		cells.Targets = append(cells.Targets, row...)
	}
	for i := range rows {
		cells.Codes[i] = 3*rows[i] + cols[i]
	}
	stratified := PostStratify(Equal(len(rows)).Weights, cells)
	for i, w := range c.Weights {
		g.at("weights", rows[i], cols[i]).is(t, w)
		g.at("P_2dp", rows[i], cols[i]).is(t, w)
		g.at("poststrat_2dp", rows[i], cols[i]).is(t, stratified.Weights[i])
	}
	g.at("kish_deff").is(t, c.Deff)
	g.at("kish_neff").is(t, c.Effective)
}

func goldenWikipedia(t *testing.T, g node) {
	var base []float64
	var rows, cols []int
	for i, row := range g.at("seed").table() {
		for j, w := range row {
			base, rows, cols = append(base, w), append(rows, i), append(cols, j)
		}
	}
	c := Rake(base, []Margin{{"row", rows, g.at("rows").numbers()}, {"column", cols, g.at("cols").numbers()}},
		RakeOptions{})
	for i, w := range c.Weights {
		g.at("fit", rows[i], cols[i]).is(t, w)
	}
}

// goldenDesigns holds the figures of the examples of R's package survey.
func goldenDesigns(t *testing.T, g node) {
	t.Run("fpc", func(t *testing.T) { goldenFPC(t, g.at("fpc_csv")) })
	t.Run("strata", func(t *testing.T) {
		g := g.at("apistrat")
		c, d := apistrat(t)
		e := d.Mean(numbers(t, c["api00"]), nil, 0.95)
		g.at("mean_api00").are(t, []float64{e.Value, e.se})
		e = d.Total(numbers(t, c["enroll"]), nil, 0.95)
		g.at("total_enroll").are(t, []float64{e.Value, e.se})
		effective, deff := Kish(d.Weights)
		g.at("kish_neff").is(t, effective)
		g.at("kish_deff").is(t, deff)
	})
	t.Run("clusters", func(t *testing.T) { goldenClusters(t, g.at("apiclus1")) })
	t.Run("share", func(t *testing.T) { goldenShare(t, g.at("apiclus1", "prop_ell_eq_0")) })
	t.Run("Rao-Scott", func(t *testing.T) { goldenRaoScott(t, g.at("apiclus1", "raoscott_schwide_x_stype")) })
}

func goldenFPC(t *testing.T, g node) {
	f := columns(t, "fpc.csv")
	x, w := numbers(t, f["x"]), numbers(t, f["weight"])
	strata, clusters, size := int32s(numbers(t, f["stratid"])), int32s(numbers(t, f["psuid"])), numbers(t,
		f["Nh"])
	of27 := make([]float64, len(x))
	for i := range of27 {
		of27[i] = 27
	}
	for name, d := range map[string]*Design{
		"strat_wr":            {Weights: w, Strata: strata},
		"strat_fpc":           {Weights: w, Strata: strata, Population: size},
		"unweighted_strat":    {Weights: Equal(len(x)).Weights, Strata: strata},
		"cluster_psuid":       {Weights: w, Clusters: clusters},
		"cluster_psuid_fpc27": {Weights: w, Clusters: clusters, Population: of27},
	} {
		e := d.Mean(x, nil, 0.95)
		g.at(name).are(t, []float64{e.Value, e.se})
	}
}

func goldenClusters(t *testing.T, g node) {
	c, d := apiclus1(t)
	api, enroll := numbers(t, c["api00"]), numbers(t, c["enroll"])
	e := d.Mean(api, nil, 0.95)
	g.at("mean_api00").are(t, []float64{e.Value, e.se})
	for i, p := range []float64{0.25, 0.5, 0.75} {
		g.at("quantiles_api00", i).exactly(t, d.Quantile(api, nil, p, 0.95).Value)
	}
	mean := func(w []float64) float64 { return product(w, api) / sumOf(w) }
	g.at("jk1_se_meancentred").is(t, d.Jackknife(mean, 0.95, false).se)

	raking := g.at("rake_stype_schwide")
	stype, wide := schools(c)
	for k, name := range []string{"E", "H", "M"} {
		stype.Targets[k] = raking.at("targets", "stype", name).number()
	}
	for k, name := range []string{"No", "Yes"} {
		wide.Targets[k] = raking.at("targets", "sch.wide", name).number()
	}
	// the file's weights have ten digits, one more than the usual tolerance settles
	calibration := Rake(d.Weights, []Margin{stype, wide}, RakeOptions{Tolerance: 1e-13})
	for i, w := range calibration.Weights {
		raking.at("cell_weights", c["stype"][i], c["sch.wide"][i]).is(t, w)
	}
	raked := calibration.Design(d)
	e = raked.Mean(api, nil, 0.95)
	raking.at("mean_api00").is(t, e.Value)
	raking.at("se").is(t, e.se)
	e = raked.Total(enroll, nil, 0.95)
	raking.at("total_enroll").is(t, e.Value)
	raking.at("total_se").is(t, e.se)

	e = PostStratify(d.Weights, stype).Design(d).Mean(api, nil, 0.95)
	g.at("poststrat_stype", "mean_api00").is(t, e.Value)
	g.at("poststrat_stype", "se").is(t, e.se)
}

func goldenShare(t *testing.T, g node) {
	c, d := apiclus1(t)
	none, indicator := make([]bool, len(d.Weights)), make([]float64, len(d.Weights))
	for i, v := range numbers(t, c["ell"]) {
		if none[i] = v == 0; none[i] {
			indicator[i] = 1
		}
	}
	p := d.Proportion(none, nil, 0.95)
	g.at("p").is(t, p.Value)
	g.at("se").is(t, p.se)
	g.at("df").exactly(t, p.DF)
	g.at("neff").is(t, p.EffectiveN)
	g.at("wilson").are(t, []float64{p.low, p.high})
	logit := LogitInterval(p, 0.95)
	g.at("xlogit").are(t, []float64{logit.low, logit.high})
	// Wald's interval is that of the mean of an indicator: below 0, so a share never shows it
	wald := d.Mean(indicator, nil, 0.95)
	g.at("wald").are(t, []float64{wald.low, wald.high})
	if wald.low >= 0 || p.low < 0 {
		t.Errorf("Wald from %v, shown from %v", wald.low, p.low)
	}
}

func goldenRaoScott(t *testing.T, g node) {
	c, d := apiclus1(t)
	stype, wide := schools(c)
	tab, why := NewCrosstab(bytesOf(wide.Codes), bytesOf(stype.Codes), 2, 3, d)
	if why != "" {
		t.Fatal(why)
	}
	r := tab.RaoScott()
	g.at("X2").is(t, r.X2)
	g.at("F").is(t, r.Statistic)
	g.at("ndf").is(t, r.DF)
	g.at("ddf").is(t, r.DF2)
	g.at("p").is(t, r.p)
	g.at("first_order_p").is(t, r.first)
}
