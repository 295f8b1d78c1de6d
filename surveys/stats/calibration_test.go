package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRakingReproducesItsMargins(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 2))
	for range 50 {
		n := 400
		base := make([]float64, n)
		var margins []Margin
		// weights that fulfil some margins, so that they do not contradict each other
		truth := make([]float64, n)
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
		if _, off := c.worst(c.Weights); off > 1e-6 {
			t.Fatalf("a margin is off by %v", off)
		}
		if c.Smallest <= 0 || c.Largest < c.Smallest || c.Effective > float64(n) || c.Deff < 1 {
			t.Fatalf("%+v", c)
		}
		capped := Rake(base, margins, RakeOptions{Cap: 2, Cycles: 30})
		if limit := 2.0001 * sumOf(capped.Weights) / float64(n) * 1.02; slices.Max(capped.Weights) > limit {
			t.Fatalf("a weight of %v, the mean is %v", slices.Max(capped.Weights),
				sumOf(capped.Weights)/float64(n))
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
		if c.Weights != nil ||
			!slices.ContainsFunc(c.Refused, func(p Problem) bool { return p.Why == why && p.Margin != "" }) {
			t.Errorf("%s: %+v", why, c.Refused)
		}
	}
	// rounding: totals of 1,000 and 1,002 are the same population
	c := Rake(ones,
		[]Margin{{"age", codes(2), []float64{500, 500}},
			{"sex", codes(3), []float64{334, 334, 334}}}, RakeOptions{})
	if !c.Converged ||
		!slices.ContainsFunc(c.Warnings, func(p Problem) bool { return p.Why == SmallCategory }) {
		t.Errorf("%+v", c)
	}
	// two margins that contradict each other within the sample never meet
	same := codes(2)
	c = Rake(ones, []Margin{{"age", same, []float64{30, 30}}, {"age again", same, []float64{20, 40}}},
		RakeOptions{Cycles: 20})
	if c.Converged || len(c.Warnings) == 0 || c.Warnings[len(c.Warnings)-1].Why != NotConverged {
		t.Errorf("contradiction: %+v", c.Warnings)
	}
}

// population makes up a survey with a design of the given kind and two margins that it does not fulfil.
func population(rnd *rand.Rand, n int, kind string) (d *Design, y []float64, a, b []uint8, margins []Margin) {
	d, y, a, b = sample(rnd, n)
	if kind != "simple" {
		d.Strata, d.Population = make([]int32, n), make([]float64, n)
	}
	if kind == "clusters" {
		d.Clusters = make([]int32, n)
	}
	margins = []Margin{{"age", make([]int, n), make([]float64, 3)},
		{"place", make([]int, n), make([]float64, 4)}}
	for i := range n {
		if kind != "simple" {
			d.Strata[i], d.Population[i] = int32(i%3), 300
		}
		if kind == "clusters" {
			d.Clusters[i] = int32(rnd.IntN(12))
		}
		truth := 0.5 + rnd.Float64()*4
		for m, k := range []int{3, 4} {
			margins[m].Codes[i] = rnd.IntN(k)
			margins[m].Targets[margins[m].Codes[i]] += truth
		}
		if !math.IsNaN(y[i]) {
			y[i] += 10 * float64(margins[0].Codes[i])
		}
	}
	return d, y, a, b, margins
}

// TestCalibratedTableKnowsOfIt: the shares of a table of a calibrated sample have the errors that Proportion
// gives them, for each kind of design; and the table's test does not treat the weights as the design's own.
func TestCalibratedTableKnowsOfIt(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	for _, kind := range []string{"simple", "strata", "clusters"} {
		d, _, a, b, margins := population(rnd, 240, kind)
		quantity := Quantity{"size", Equal(240).Weights, sumOf(margins[0].Targets)}
		for name, c := range map[string]*Calibration{
			"raked":  Rake(d.Weights, margins, RakeOptions{}),
			"linear": Calibrate(d.Weights, margins[:1], []Quantity{quantity}, CalibrateOptions{}),
		} {
			raked := c.Design(d)
			tab, why := NewCrosstab(a, b, 3, 4, raked)
			if why != "" {
				t.Fatal(kind, name, why)
			}
			for k := range 3 {
				hit, in := make([]bool, len(a)), make([]bool, len(a))
				for i := range a {
					hit[i], in[i] = a[i] == uint8(k), a[i] < 3 && b[i] == 2
				}
				want := raked.Proportion(hit, in, 0.9)
				got := tab.ColumnShare(k, 2, 0.9)
				near(t, kind+name+" share", got.Value, want.Value, 1e-12)
				near(t, kind+name+" SE", got.se, want.se, 1e-9)
				near(t, kind+name+" low", got.low, want.low, 1e-9)
			}
			// the diagonal of the covariance matrix is the variance of each cell's share
			v, _, _ := tab.covariance()
			share := make([]bool, len(a))
			in := make([]bool, len(a))
			for i := range a {
				share[i], in[i] = a[i] == 1 && b[i] == 2, a[i] < 3
			}
			at := tab.At(1, 2)
			near(t, kind+name+" covariance", math.Sqrt(v[at][at]), raked.Proportion(share, in, 0.9).se, 1e-9)
			plain, _ := NewCrosstab(a, b, 3, 4,
				&Design{Weights: c.Weights, Strata: d.Strata, Clusters: d.Clusters, Population: d.Population})
			if plain.RaoScott().Statistic == tab.RaoScott().Statistic {
				t.Errorf("%s %s: the test knows nothing of the calibration", kind, name)
			}
		}
	}
}

// TestMethodsReachTheMargins: every method has its margins and totals, keeps its bounds, and agrees with
// raking where it should.
func TestMethodsReachTheMargins(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 8))
	for range 40 {
		d, y, _, _, margins := population(rnd, 240, "simple")
		total := 0.0
		for i := range y {
			if math.IsNaN(y[i]) {
				y[i] = 50
			}
			total += y[i] * d.Weights[i]
		}
		size := sumOf(margins[0].Targets) / sumOf(d.Weights)
		age := Quantity{"age", y, total * size}
		for _, o := range []CalibrateOptions{{}, {Method: Exponential},
			{Method: Truncated, Low: 0.2, High: 3}, {Method: Logit, Low: 0.2, High: 3}} {
			scaledBase := make([]float64, len(d.Weights))
			for i, w := range d.Weights {
				scaledBase[i] = w * size
			}
			c := Calibrate(scaledBase, margins, []Quantity{age}, o)
			if !c.Converged {
				t.Fatalf("%+v: %+v %+v", o, c.Refused, c.Warnings)
			}
			if _, off := c.worst(c.Weights); off > 1e-9 {
				t.Errorf("%+v: off by %v", o, off)
			}
			if low, high := factors(c); o.High > 0 && (low < o.Low-1e-9 || high > o.High+1e-9) {
				t.Errorf("%+v: factors from %v to %v", o, low, high)
			}
		}
		raked, exponential := Rake(d.Weights, margins, RakeOptions{}), Calibrate(d.Weights, margins, nil,
			CalibrateOptions{Method: Exponential})
		for i, w := range raked.Weights {
			if math.Abs(w-exponential.Weights[i]) > 1e-6 {
				t.Fatalf("raking makes %v of a weight, the exponential method %v", w, exponential.Weights[i])
			}
		}
	}
}

func TestCalibrationSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	ones := Equal(4).Weights
	margin := []Margin{{"age", []int{0, 0, 0, 1}, []float64{1, 9}}}
	for why, c := range map[string]*Calibration{
		BadBounds: Calibrate(ones, margin, nil, CalibrateOptions{Method: Truncated, Low: 1.1, High: 2}),
		NegativeWeight: Calibrate(ones, nil, []Quantity{{"all", ones, 4}, {"x", []float64{0, 0, 0, 1}, -2}},
			CalibrateOptions{}),
		BadCode: Calibrate(ones, nil, []Quantity{{"x", []float64{0, math.NaN(), 0, 1}, 2}},
			CalibrateOptions{}),
		WrongLength:   Calibrate(ones, nil, []Quantity{{"x", []float64{1}, 2}}, CalibrateOptions{}),
		NoTarget:      Calibrate(ones, nil, nil, CalibrateOptions{}),
		EmptyCategory: Calibrate(ones, nil, []Quantity{{"x", make([]float64, 4), 2}}, CalibrateOptions{}),
	} {
		if c.Weights != nil || c.Converged ||
			!slices.ContainsFunc(c.Refused, func(p Problem) bool { return p.Why == why }) {
			t.Errorf("%s: %+v", why, c)
		}
	}
	if c := Calibrate(ones, margin, nil, CalibrateOptions{Method: "other"}); len(c.Refused) == 0 {
		t.Error("a method that is none")
	}
	// bounds that leave no solution: the margin is named, and the weights stay within the bounds
	c := Calibrate(ones, margin, nil, CalibrateOptions{Method: Truncated, Low: 0.5, High: 2})
	if c.Converged || c.Warnings[len(c.Warnings)-1] != (Problem{"age", -1, NotConverged}) {
		t.Errorf("%+v", c)
	}
	if low, high := factors(c); low < 0.5 || high > 2 {
		t.Errorf("factors from %v to %v", low, high)
	}
}

// TestReplicatesAgreeWithTaylor: for a mean the jackknife is the linearised error but for what is of second
// order, with every design, calibrated or not; and the bootstrap comes near with enough draws.
func TestReplicatesAgreeWithTaylor(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(9, 9))
	for _, kind := range []string{"simple", "strata", "clusters"} {
		d, y, _, _, margins := population(rnd, 240, kind)
		in := make([]bool, len(y))
		for i := range y {
			if in[i] = !math.IsNaN(y[i]); !in[i] {
				y[i] = 0
			}
		}
		mean := func(w []float64) float64 {
			var sum, weight float64
			for i, x := range w {
				if in[i] {
					sum, weight = sum+x*y[i], weight+x
				}
			}
			return sum / weight
		}
		for name, design := range map[string]*Design{"design": d,
			"raked": Rake(d.Weights, margins, RakeOptions{}).Design(d)} {
			taylor := design.Mean(y, in, 0.95)
			for _, mse := range []bool{false, true} {
				jack := design.Jackknife(mean, 0.95, mse)
				near(t, kind+name+" value", jack.Value, taylor.Value, 1e-9)
				if jack.Why != "" || math.Abs(jack.se/taylor.se-1) > 0.1 || jack.DF != taylor.DF {
					t.Errorf("%s, %s: jackknife %+v, Taylor %+v", kind, name, jack, taylor)
				}
			}
			boot := design.Bootstrap(mean, 0.95, 400, 1)
			if boot.Why != "" || math.Abs(boot.se/taylor.se-1) > 0.25 {
				t.Errorf("%s, %s: bootstrap %+v, Taylor %+v", kind, name, boot, taylor)
			}
			if again := design.Bootstrap(mean, 0.95, 400, 1); again != boot {
				t.Errorf("the same seed draws otherwise: %+v and %+v", again, boot)
			}
		}
	}
}

// TestReplicateWithoutItsCategory: when a category's only cluster is left out, its margin cannot be had.
func TestReplicateWithoutItsCategory(t *testing.T) {
	t.Parallel()
	d := Equal(8)
	d.Clusters = []int32{0, 0, 1, 1, 2, 2, 3, 3}
	age := Margin{"age", []int{0, 0, 0, 0, 0, 0, 1, 1}, []float64{60, 40}}
	for _, c := range []*Calibration{Rake(d.Weights, []Margin{age}, RakeOptions{}),
		Calibrate(d.Weights, []Margin{age}, nil, CalibrateOptions{})} {
		e := c.Design(d).Jackknife(func(w []float64) float64 { return w[0] }, 0.95, false)
		if e.Why != NoReplicate || !e.HasValue() || !e.Missing() {
			t.Errorf("%+v", e)
		}
	}
	if e := d.Jackknife(func(w []float64) float64 { return 1 / w[7] }, 0.95, false); e.Why != NoReplicate {
		t.Errorf("a replicate without a figure: %+v", e)
	}
	if e := Equal(1).Bootstrap(sumOf, 0.95, 100, 1); e.Why != OneUnit {
		t.Errorf("one respondent: %+v", e)
	}
}
