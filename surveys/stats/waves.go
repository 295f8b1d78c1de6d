package stats

import "math"

// Panel is the change of a share between two waves answered by the same people.
type Panel struct {
	Difference Estimate // second wave less first, with the paired standard error
	McNemar    Test     // without continuity correction
	Corrected  Test     // with it
}

// PanelChange compares two waves: counts of those who said yes both times, yes then no, no then yes, and no both times.
func PanelChange(yesYes, yesNo, noYes, noNo int, level float64) Panel {
	if yesYes < 0 || yesNo < 0 || noYes < 0 || noNo < 0 || !validLevel(level) {
		return Panel{Estimate{Why: BadParameter}, Test{P: 1, Why: BadParameter}, Test{P: 1, Why: BadParameter}}
	}
	n := float64(yesYes) + float64(yesNo) + float64(noYes) + float64(noNo)
	if n == 0 {
		return Panel{Estimate{Why: NoData}, Test{P: 1, Why: NoData}, Test{P: 1, Why: NoData}}
	}
	b, c := float64(yesNo), float64(noYes)
	d := (c - b) / n
	e := Estimate{N: whole(n), WeightedN: n, EffectiveN: n, Value: d, SE: math.Sqrt(math.Max(0, b+c-(b-c)*(b-c)/n)) / n}
	half := quantile(level, 0) * e.SE
	e.Low, e.High = math.Max(-1, d-half), math.Min(1, d+half)
	p := Panel{Difference: e}
	if b+c == 0 {
		p.McNemar, p.Corrected = Test{P: 1, Why: NoVariance}, Test{P: 1, Why: NoVariance}
		return p
	}
	x := (b - c) * (b - c) / (b + c)
	y := math.Max(0, math.Abs(b-c)-1)
	y = y * y / (b + c)
	p.McNemar, p.Corrected = Test{x, 1, 0, chiP(x, 1), ""}, Test{y, 1, 0, chiP(y, 1), ""}
	return p
}

// WaveChange returns the difference of two independent estimates, second less first, with a normal interval and its test.
func WaveChange(first, second Estimate, level float64) (Estimate, Test) {
	if first.Missing() || second.Missing() || !validLevel(level) {
		return Estimate{Why: firstWhy(first, second, Estimate{Why: BadParameter})}, Test{P: 1, Why: NoData}
	}
	e := Estimate{N: whole(float64(first.N) + float64(second.N)), WeightedN: first.WeightedN + second.WeightedN, EffectiveN: first.EffectiveN + second.EffectiveN,
		Value: second.Value - first.Value, SE: math.Hypot(first.SE, second.SE)}
	half := quantile(level, 0) * e.SE
	e.Low, e.High = e.Value-half, e.Value+half
	if !(e.SE > 0) {
		return e, Test{P: 1, Why: NoVariance}
	}
	z := e.Value / e.SE
	return e, Test{Statistic: z, P: normalP(z)}
}
