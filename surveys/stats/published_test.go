package stats

import (
	"fmt"
	"testing"
)

// printed is a figure as its source prints it.
func printed(t *testing.T, what string, got float64, format, want string) {
	t.Helper()
	if have := fmt.Sprintf(format, got); have != want {
		t.Errorf("%s: %s, printed is %s", what, have, want)
	}
}

// schools are the margins of the Californian schools of which apiclus1 is a sample.
func schools(c map[string][]string) (stype, wide Margin) {
	return Margin{"stype", codes(c["stype"], "E", "H", "M"), []float64{4421, 755, 1018}},
		Margin{"sch.wide", codes(c["sch.wide"], "No", "Yes"), []float64{1072, 5122}}
}

// TestPublishedReplicates: raking anew in each replicate (R survey, tests/rakecheck).
func TestPublishedReplicates(t *testing.T) {
	t.Parallel()
	c, d := apiclus1(t)
	api, enroll := numbers(t, c["api00"]), numbers(t, c["enroll"])
	stype, wide := schools(c)
	mean := func(w []float64) float64 { return product(w, api) / sumOf(w) }
	total := func(w []float64) float64 { return product(w, enroll) }
	printed(t, "JK1 SE", d.Jackknife(mean, 0.95, false).se, "%.3f", "26.329")
	printed(t, "JK1 SE around the sample's", d.Jackknife(mean, 0.95, true).se, "%.3f", "26.335")
	for name, cal := range map[string]*Calibration{
		"raked": Rake(d.Weights, []Margin{stype, wide}, RakeOptions{}),
		"exponential": Calibrate(d.Weights, []Margin{stype, wide}, nil,
			CalibrateOptions{Method: Exponential}),
	} {
		raked := cal.Design(d)
		e := raked.Jackknife(mean, 0.95, false)
		printed(t, name+" JK1 mean", e.Value, "%.2f", "641.23")
		printed(t, name+" JK1 SE", e.se, "%.3f", "26.874")
		printed(t, name+" JK1 total SE", raked.Jackknife(total, 0.95, false).se, "%.0f", "463582")
		printed(t, name+" mean", raked.Mean(api, nil, 0.95).Value, "%.2f", "641.23")
		printed(t, name+" SE", raked.Mean(api, nil, 0.95).se, "%.3f", "23.704")
		printed(t, name+" total", raked.Total(enroll, nil, 0.95).Value, "%.0f", "3647280")
		printed(t, name+" total SE", raked.Total(enroll, nil, 0.95).se, "%.0f", "400603")
	}
}

// TestPublishedCalibration: a margin of two variables together and one more, and enrolment as a quantity (R
// survey, tests/rakecheck and tests/caleg).
func TestPublishedCalibration(t *testing.T) {
	t.Parallel()
	c, d := apiclus1(t)
	api, enroll := numbers(t, c["api00"]), numbers(t, c["enroll"])
	stype, wide := schools(c)
	both := Margin{"stype and sch.wide", make([]int, len(api)), []float64{472, 3949, 334, 421, 266, 752}}
	for i := range both.Codes {
		both.Codes[i] = 2*stype.Codes[i] + wide.Codes[i]
	}
	improved := Margin{"comp.imp", codes(c["comp.imp"], "No", "Yes"), []float64{1712, 4482}}
	e := Rake(d.Weights, []Margin{both, improved}, RakeOptions{}).Design(d).Mean(api, nil, 0.95)
	printed(t, "joint margin, mean", e.Value, "%.2f", "642.61")
	printed(t, "joint margin, SE", e.se, "%.3f", "22.731")

	everybody := Quantity{"schools", Equal(len(api)).Weights, 6194}
	pupils := Quantity{"enroll", enroll, 3811472}
	linear := Calibrate(d.Weights, nil, []Quantity{everybody, pupils}, CalibrateOptions{})
	low, high := factors(linear)
	printed(t, "least factor", low, "%.7f", "0.7906782")
	printed(t, "greatest factor", high, "%.7f", "1.7891164")
	bounded := Calibrate(d.Weights, nil, []Quantity{everybody, pupils},
		CalibrateOptions{Method: Truncated, Low: 0.6, High: 1.5})
	low, high = factors(bounded)
	printed(t, "least factor within bounds", low, "%.7f", "0.7198751")
	printed(t, "greatest factor within bounds", high, "%.7f", "1.5000000")

	byType := Calibrate(d.Weights, []Margin{stype}, nil, CalibrateOptions{}).Design(d)
	printed(t, "by type, total", byType.Total(enroll, nil, 0.95).Value, "%.0f", "3680893")
	printed(t, "by type, total SE", byType.Total(enroll, nil, 0.95).se, "%.0f", "406293")
	e = Calibrate(d.Weights, []Margin{stype}, []Quantity{{"api99", numbers(t, c["api99"]), 3914069}},
		CalibrateOptions{}).Design(d).Mean(api, nil, 0.95)
	printed(t, "by type and last year's, mean", e.Value, "%.2f", "665.31")
	printed(t, "by type and last year's, SE", e.se, "%.4f", "3.4418")
}

func factors(c *Calibration) (low, high float64) {
	low = 1e9
	for i, w := range c.Weights {
		low, high = min(low, w/c.Base[i]), max(high, w/c.Base[i])
	}
	return low, high
}

// TestPublishedKalton: tables A, B, C, D and G of Kalton and Flores-Cervantes (2003), as R survey prints them
// (tests/kalton).
func TestPublishedKalton(t *testing.T) {
	t.Parallel()
	sample := [4][3]int{{20, 40, 40}, {50, 140, 310}, {100, 50, 50}, {30, 100, 70}}
	population := [4][3]float64{{80, 40, 55}, {60, 150, 340}, {170, 60, 200}, {55, 165, 125}}
	a, b := Margin{Name: "a", Targets: make([]float64, 4)}, Margin{Name: "b", Targets: make([]float64, 3)}
	cell := Margin{Name: "cell"}
	for i, row := range sample {
		for j, n := range row {
			a.Targets[i] += population[i][j]
			b.Targets[j] += population[i][j]
			cell.Targets = append(cell.Targets, population[i][j])
			for range n {
				a.Codes, b.Codes, cell.Codes = append(a.Codes, i), append(b.Codes, j), append(cell.Codes,
					3*i+j)
			}
		}
	}
	base := Equal(len(a.Codes)).Weights
	number := func(m Margin) Quantity {
		q := Quantity{Name: m.Name, Values: make([]float64, len(m.Codes))}
		for i, k := range m.Codes {
			q.Values[i] = float64(k + 1)
		}
		for k, n := range m.Targets {
			q.Total += n * float64(k+1)
		}
		return q
	}
	both := []Margin{a, b}
	for _, table := range []struct {
		name string
		c    *Calibration
		want [4][3]string
	}{
		{"A", PostStratify(base, cell), [4][3]string{{"4.00", "1.00", "1.38"}, {"1.20", "1.07", "1.10"},
			{"1.70", "1.20", "4.00"}, {"1.83", "1.65", "1.79"}}},
		{"B", Rake(base, both, RakeOptions{}),
			[4][3]string{{"1.81", "1.45", "2.02"}, {"1.08", "0.87", "1.21"}, {"2.20", "1.76", "2.45"},
				{"1.83", "1.47", "2.04"}}},
		{"C", Calibrate(base, both, nil, CalibrateOptions{}),
			[4][3]string{{"1.82", "1.50", "1.97"}, {"1.09", "0.78", "1.24"}, {"2.19", "1.88", "2.34"},
				{"1.83", "1.52", "1.98"}}},
		{"D", Calibrate(base, nil, []Quantity{{"all", base, 1500}, number(a), number(b)}, CalibrateOptions{}),
			[4][3]string{{"1.21", "1.17", "1.14"}, {"1.43", "1.40", "1.36"}, {"1.66", "1.62", "1.59"},
				{"1.88", "1.85", "1.81"}}},
		{"G, logit", Calibrate(base, both, nil, CalibrateOptions{Method: Logit, Low: 0.5, High: 2.2}),
			[4][3]string{{"1.87", "1.46", "1.98"}, {"1.08", "0.74", "1.27"}, {"2.17", "2.09", "2.18"},
				{"1.89", "1.49", "1.99"}}},
		{"G, truncated", Calibrate(base, both, nil, CalibrateOptions{Method: Truncated, Low: 0.5, High: 2.2}),
			[4][3]string{{"1.81", "1.48", "1.99"}, {"1.08", "0.75", "1.26"}, {"2.20", "2.00", "2.20"},
				{"1.83", "1.50", "2.00"}}},
	} {
		if !table.c.Converged {
			t.Errorf("table %s: %+v %+v", table.name, table.c.Refused, table.c.Warnings)
			continue
		}
		for i, w := range table.c.Weights {
			k := cell.Codes[i]
			printed(t, fmt.Sprintf("table %s, %d %d", table.name, k/3, k%3), w, "%.2f", table.want[k/3][k%3])
		}
	}
}

// TestPublishedTables: the school-wide target by type of school (R survey's page on chi-squared tests).
func TestPublishedTables(t *testing.T) {
	t.Parallel()
	c, d := apiclus1(t)
	stype, wide := schools(c)
	tab, why := NewCrosstab(bytesOf(wide.Codes), bytesOf(stype.Codes), 2, 3, d)
	if why != "" {
		t.Fatal(why)
	}
	for at, want := range []string{"406.1640", "101.5410", "270.7760", "4467.8035", "372.3170", "575.3989"} {
		printed(t, "cell", tab.Weight[at], "%.4f", want)
	}
	r, w := tab.RaoScott(), tab.Wald()
	printed(t, "F", r.Statistic, "%.4f", "5.1934")
	printed(t, "ndf", r.DF, "%.3f", "1.495")
	printed(t, "ddf", r.DF2, "%.3f", "20.925")
	printed(t, "p", r.p, "%.5f", "0.02175")
	printed(t, "first order p", r.first, "%.6f", "0.005553")
	printed(t, "Wald F", w.Statistic, "%.4f", "2.2296")
	printed(t, "Wald ndf", w.DF, "%.0f", "2")
	printed(t, "Wald ddf", w.DF2, "%.0f", "13")
	printed(t, "Wald p", w.p, "%.4f", "0.1471")
}
