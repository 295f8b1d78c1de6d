package stats

import (
	"math"
	"testing"
)

// TestPublishedDesigns: means, totals and domains as R survey prints them (tests/check, tests/api,
// tests/domain).
func TestPublishedDesigns(t *testing.T) {
	t.Parallel()
	f := columns(t, "fpc.csv")
	x, w := numbers(t, f["x"]), numbers(t, f["weight"])
	strata, clusters := int32s(numbers(t, f["stratid"])), int32s(numbers(t, f["psuid"]))
	of27 := make([]float64, len(x))
	for i := range of27 {
		of27[i] = 27
	}
	stratified := &Design{Weights: w, Strata: strata}
	for _, c := range []struct {
		d        *Design
		mean, se string
	}{
		{stratified, "5.4481", "0.7413"},
		{&Design{Weights: w, Strata: strata, Population: numbers(t, f["Nh"])}, "5.4481", "0.6160"},
		{&Design{Weights: Equal(len(x)).Weights, Strata: strata}, "5.5250", "0.7796"},
		{&Design{Weights: w, Clusters: clusters}, "5.4481", "0.7938"},
		{&Design{Weights: w, Clusters: clusters, Population: of27}, "5.4481", "0.7165"},
	} {
		e := c.d.Mean(x, nil, 0.95)
		printed(t, "mean", e.Value, "%.4f", c.mean)
		printed(t, "SE", e.se, "%.4f", c.se)
	}
	// a domain is estimated within the whole sample: as a sample of its own each stratum would have a single
	// unit left
	above, below := make([]bool, len(x)), make([]bool, len(x))
	for i, v := range x {
		above[i], below[i] = v > 4, v <= 4
	}
	printed(t, "domain mean", stratified.Mean(x, above, 0.95).Value, "%.3f", "6.195")
	printed(t, "domain SE", stratified.Mean(x, above, 0.95).se, "%.7f", "0.7555129")
	printed(t, "other domain's mean", stratified.Mean(x, below, 0.95).Value, "%.6f", "3.314286")
	printed(t, "other domain's SE", stratified.Mean(x, below, 0.95).se, "%.7f", "0.3117042")

	s, strat := apistrat(t)
	e := strat.Mean(numbers(t, s["api00"]), nil, 0.95)
	printed(t, "stratified mean", e.Value, "%.2f", "662.29")
	printed(t, "stratified SE", e.se, "%.4f", "9.4089")
	e = strat.Total(numbers(t, s["enroll"]), nil, 0.95)
	printed(t, "stratified total", e.Value, "%.0f", "3687178")
	printed(t, "stratified total SE", e.se, "%.0f", "114642")

	c, clus := apiclus1(t)
	e = clus.Mean(numbers(t, c["api00"]), nil, 0.95)
	printed(t, "cluster mean", e.Value, "%.2f", "644.17")
	printed(t, "cluster SE", e.se, "%.3f", "23.542")
	e = clus.Total(numbers(t, c["enroll"]), nil, 0.95)
	printed(t, "cluster total", e.Value, "%.0f", "3404940")
	printed(t, "cluster total SE", e.se, "%.0f", "932235")
}

// TestPublishedKish: seven weights (surveys.md 4.4).
func TestPublishedKish(t *testing.T) {
	t.Parallel()
	effective, deff := Kish([]float64{1, 1, 1, 1, 2, 2, 4})
	printed(t, "n_eff", effective, "%.6f", "5.142857")
	printed(t, "deff", deff, "%.6f", "1.361111")
}

// TestCalibrationUsesDesignWeights: the residuals are those of a regression weighted as before the raking.
// With the raked weights the standard error of the published example would be 23.743 instead of 23.704, and
// 23.9 or more without the calibration.
func TestCalibrationUsesDesignWeights(t *testing.T) {
	t.Parallel()
	c, d := apiclus1(t)
	api := numbers(t, c["api00"])
	stype, wide := schools(c)
	raked := Rake(d.Weights, []Margin{stype, wide}, RakeOptions{})
	printed(t, "SE", raked.Design(d).Mean(api, nil, 0.95).se, "%.3f", "23.704")
	ownWeights := &Design{Weights: raked.Weights, Clusters: d.Clusters, Population: d.Population}
	again := Rake(raked.Weights, []Margin{stype, wide}, RakeOptions{}).Design(ownWeights)
	printed(t, "SE from raked weights", again.Mean(api, nil, 0.95).se, "%.3f", "23.743")
	if ignoring := ownWeights.Mean(api, nil, 0.95).se; ignoring <= 23.743 {
		t.Errorf("ignoring the calibration is conservative: %v", ignoring)
	}
}

// TestKornGraubard: in a simple random sample the variance has n-1 for divisor, so the interval is Clopper
// and Pearson's for one fewer; with clusters it is wider than Wilson's, and its ends have tails of 2.5 %.
func TestKornGraubard(t *testing.T) {
	t.Parallel()
	is := make([]bool, 41)
	for i := range 10 {
		is[4*i] = true
	}
	e := Equal(41).Proportion(is, nil, 0.95)
	kg := KornGraubard(e, 41, 0.95)
	wantLow, wantHigh := exact(10/41.0, 40, 0.95)
	near(t, "low", kg.low, wantLow, 1e-9)
	near(t, "high", kg.high, wantHigh, 1e-9)

	c, d := apiclus1(t)
	none := make([]bool, len(d.Weights))
	for i, v := range numbers(t, c["ell"]) {
		none[i] = v == 0
	}
	p := d.Proportion(none, nil, 0.95)
	kg = KornGraubard(p, len(none), 0.95)
	if kg.low < 0 || kg.low >= p.Value || kg.high <= p.high {
		t.Errorf("%+v; Wilson from %v to %v", kg, p.low, p.high)
	}
	if e := KornGraubard(Estimate{Why: NoData}, 10, 0.95); !e.Missing() || e.HasValue() {
		t.Errorf("no data: %+v", e)
	}
	// exact limits: the chance of so many or more is 2.5 % at the lower one
	cp := ClopperPearson(3, 10, 0.95)
	var tail float64
	lf := logFactorials(10)
	for k := 3; k <= 10; k++ {
		tail += math.Exp(lf[10]-lf[k]-lf[10-k]) * math.Pow(cp.low, float64(k)) * math.Pow(1-cp.low,
			float64(10-k))
	}
	near(t, "tail", tail, 0.025, 1e-9)
}

// TestOptInHasNoMargin: what intervals may be called, by how people came to answer.
func TestOptInHasNoMargin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		collection Collection
		disclosed  bool
		want       Precision
	}{
		{Census, false, SamplingError}, {Probability, false, SamplingError}, {OptIn, false, DisclosureOnly},
		{OptIn, true, ModelBased},
		{"", true, DisclosureOnly}, {"other", false, DisclosureOnly},
	} {
		if got := c.collection.Precision(c.disclosed); got != c.want ||
			c.collection.MayShowMargin() != (got == SamplingError) {
			t.Errorf("%q, disclosed %v: %q", c.collection, c.disclosed, got)
		}
	}
}

// TestReversedItems: an item that runs against the others is named, and a scale of two is not shown.
func TestReversedItems(t *testing.T) {
	t.Parallel()
	items := attitudeItems()[:4]
	reversed := make([]float64, 30)
	for i, x := range items[2] {
		reversed[i] = 100 - x
	}
	r := Cronbach([][]float64{items[0], items[1], reversed, items[3]}, nil)
	if got := r.Reversed; !got[2] || got[0] || got[1] || got[3] {
		t.Errorf("%v", got)
	}
	if two := Cronbach(items[:2], nil); two.Why != TooFewItems || two.Alpha == 0 {
		t.Errorf("%+v", two)
	}
}
