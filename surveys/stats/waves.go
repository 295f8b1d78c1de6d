package stats

import "math"

// Panel is the change of a share between two waves answered by the same people.
type Panel struct {
	Difference Estimate // second wave less first, with the paired standard error
	McNemar    Test     // without continuity correction
	Corrected  Test     // with it
}

// PanelChange compares two waves: counts of those who said yes both times, yes then no, no then yes, and no
// both times. The interval is Newcombe's for paired shares (Newcombe 1998, "Improved confidence intervals for
// the difference between binomial proportions based on paired data", method 10): Wilson's distances of both
// waves squared and added, less what the waves share.
func PanelChange(yesYes, yesNo, noYes, noNo int, level float64) Panel {
	if yesYes < 0 || yesNo < 0 || noYes < 0 || noNo < 0 || !validLevel(level) {
		return Panel{Estimate{Why: BadParameter}, Test{Why: BadParameter}, Test{Why: BadParameter}}
	}
	t := paired{float64(yesYes), float64(yesNo), float64(noYes), float64(noNo)}
	if t.n() == 0 {
		return Panel{Estimate{Why: NoData}, Test{Why: NoData}, Test{Why: NoData}}
	}
	p := Panel{Difference: t.difference(level)}
	if t.yesNo+t.noYes == 0 {
		p.McNemar, p.Corrected = Test{Why: NoVariance}, Test{Why: NoVariance}
		return p
	}
	apart := math.Abs(t.yesNo - t.noYes)
	p.McNemar, p.Corrected = t.mcNemar(apart), t.mcNemar(math.Max(0, apart-1))
	return p
}

// paired is a table of two answers of the same people.
type paired struct{ yesYes, yesNo, noYes, noNo float64 }

func (t paired) n() float64 { return t.yesYes + t.yesNo + t.noYes + t.noNo }

func (t paired) mcNemar(apart float64) Test {
	x := apart * apart / (t.yesNo + t.noYes)
	return Test{Statistic: x, DF: 1, p: chiP(x, 1)}
}

// phi returns the correlation of both answers, of which half a person is taken off when it is positive; 0
// where one does not vary.
func (t paired) phi() float64 {
	together := t.yesYes*t.noNo - t.yesNo*t.noYes
	if together > 0 {
		together = math.Max(0, together-t.n()/2)
	}
	scale := math.Sqrt(t.yesYes+t.yesNo) * math.Sqrt(t.noYes+t.noNo) * math.Sqrt(t.yesYes+
		t.noYes) * math.Sqrt(t.yesNo+t.noNo)
	return ratio(together, scale)
}

// difference returns the second share less the first. Where nobody changed, or everybody, the standard error
// is the interval's half width over z.
func (t paired) difference(level float64) Estimate {
	n, b, c := t.n(), t.yesNo, t.noYes
	first := Estimate{Value: (t.yesYes + b) / n, EffectiveN: n}.limits(level)
	second := Estimate{Value: (t.yesYes + c) / n, EffectiveN: n}.limits(level)
	e := Estimate{N: whole(n), WeightedN: n, EffectiveN: n, Value: (c - b) / n}
	phi := t.phi()
	low := clamp(e.Value-distance(second.down, first.up, phi), -1, 1)
	high := clamp(e.Value+distance(second.up, first.down, phi), -1, 1)
	se := math.Sqrt(math.Max(0, b+c-(b-c)*(b-c)/n)) / n
	if !(se > 0) {
		se = (high - low) / (2 * quantile(level, 0))
	}
	return e.between(se, low, high)
}

// distance returns the length of a and b squared and added, less what their correlation takes off.
func distance(a, b, phi float64) float64 { return math.Sqrt(math.Max(0, a*a-2*phi*a*b+b*b)) }

// WaveChange returns the difference of two independent estimates, second less first, and its test. Two shares
// have Newcombe's interval (method 10, on their effective sizes) and the pooled z; other figures Student's,
// with the degrees of freedom that Welch and Satterthwaite give (Welch 1947), or the normal one where neither
// has any. Where the error of either is not known, neither interval nor test is given, and Why is that
// wave's.
func WaveChange(first, second Estimate, level float64) (Estimate, Test) {
	switch {
	case !validLevel(level):
		return Estimate{Why: BadParameter}, Test{Why: BadParameter}
	case !first.HasValue() || !second.HasValue():
		why := firstWhy(first, second)
		return Estimate{Why: why}, Test{Why: why}
	}
	e := difference(first, second)
	if why := e.unsure(first, second); why != "" {
		return e.without(why), Test{Why: why}
	}
	df := welch(first, second)
	if first.share && second.share {
		e = sharesApart(first, second, level)
		e.DF = df
		return e, pooled(second.Value, second.EffectiveN, first.Value, first.EffectiveN, df)
	}
	e.DF, e.exact = df, first.exact && second.exact
	e = e.student(math.Hypot(first.se, second.se), level)
	if e.Missing() || !(e.se > 0) {
		return e, Test{Why: NoVariance}
	}
	t := e.Value / e.se
	return e, Test{Statistic: t, DF: df, p: studentP(t, df)}
}

// unsure returns why the error of a difference is not known, or "".
func (e Estimate) unsure(both ...Estimate) Why {
	for _, one := range both {
		switch {
		case one.Missing() && one.Why != "":
			return one.Why
		case one.Missing() || !(one.se > 0) && !one.exact: // an interval that is a point, as of a quantile
			return AllAlike
		}
	}
	return ""
}

// welch returns the degrees of freedom of a difference of two estimates, 0 for the normal distribution.
func welch(a, b Estimate) float64 {
	if a.DF <= 0 && b.DF <= 0 {
		return 0
	}
	part := func(e Estimate) float64 {
		if e.DF <= 0 {
			return 0
		}
		return math.Pow(e.se, 4) / e.DF
	}
	return ratio(math.Pow(a.se*a.se+b.se*b.se, 2), part(a)+part(b))
}
