package opinion

import (
	"cmp"
	"slices"
)

// Representative is a statement that tells a group from the others.
type Representative struct {
	Statement   int     // id
	Agree       bool    // the group agrees with it, rather than disagrees
	Success     int     // how many of the group did so
	Seen        int     // how many of the group voted on it
	Probability float64 // (Success+1)/(Seen+2)
	Test        float64 // one-proportion z of Probability against a half
	Ratio       float64 // Probability over that of everybody else
	RatioTest   float64 // two-proportion z against everybody else
	BestAgree   bool    // shown first because it is what the group agrees with most
	// The corrected figures. Share is (Success+½)/(Seen+1), Jeffreys' prior, which bends small groups less
	// than Probability does. Contrast is Share less that of everybody else, from -1 to 1: unlike Ratio it
	// does not grow without bound where others are few. Enough is whether at least half of the group's people
	// have voted on it; else too few speak for the group.
	Share    float64
	Contrast float64
	Enough   bool
}

// side is a statement seen as something a group of the given size agrees, or disagrees, with.
func side(statement int, agree bool, in, rest Count, size int) Representative {
	success, outside := in.Agree, rest.Agree
	if !agree {
		success, outside = in.Disagree, rest.Disagree
	}
	p, share := smoothed(success, in.Seen), jeffreys(success, in.Seen)
	return Representative{
		Statement: statement, Agree: agree, Success: success, Seen: in.Seen, Probability: p,
		Test:      oneProportion(success, in.Seen),
		Ratio:     p / smoothed(outside, rest.Seen),
		RatioTest: twoProportions(success, outside, in.Seen, rest.Seen),
		Share:     share, Contrast: share - jeffreys(outside, rest.Seen), Enough: 2*in.Seen >= size,
	}
}

func (r Representative) sufficient() bool { return r.Test > significant && r.RatioTest > significant }

// weight orders representative statements.
func (r Representative) weight() float64 {
	return mul(mul(r.Ratio, r.RatioTest), mul(r.Probability, r.Test))
}

// representative returns the statements that tell group g from the others: what it agrees with most first,
// then by weight, cut to five, those it agrees with before those it disagrees with. In this list, as
// published, even the statement the group agrees with most is given from the side by which it differs from
// the others, which may be the few who disagree; the second result is that statement as the group sees it.
func (v *Votes) representative(counts [][]Count, g, size int) ([]Representative, *Representative) {
	var chosen []Representative
	var best, shown, fallback *Representative
	for j, st := range v.statements {
		in := counts[g][j]
		if !v.mapped(j) || in.Agree == 0 && in.Disagree == 0 {
			continue
		}
		rest := others(counts, g, j)
		agree, dissent := side(st.ID, true, in, rest, size), side(st.ID, false, in, rest, size)
		chosenSide := dissent
		if agree.RatioTest > dissent.RatioTest {
			chosenSide = agree
		}
		if agree.sufficient() || dissent.sufficient() {
			chosen = append(chosen, chosenSide)
		}
		if fallback == nil || chosenSide.RatioTest > fallback.RatioTest {
			fallback = &chosenSide
		}
		if agree.betterAgree(best) {
			best, shown = &agree, &chosenSide
		}
	}
	if best != nil {
		best.BestAgree, shown.BestAgree = true, true
	}
	return arrange(chosen, shown, fallback), best
}

// grouped returns how those in any group voted on the statement in column j.
func grouped(counts [][]Count, j int) (all Count) { return others(counts, -1, j) }

// others returns how everybody outside group g voted on the statement in column j.
func others(counts [][]Count, g, j int) (rest Count) {
	for h := range counts {
		if h != g {
			rest = rest.add(counts[h][j])
		}
	}
	return rest
}

// betterAgree reports whether r should take the place of the best agreed statement so far.
func (r Representative) betterAgree(best *Representative) bool {
	if r.Success == 0 && r.Seen == 0 {
		return false
	}
	if best == nil {
		return r.Test > significant || r.Ratio > 1 && r.Probability > 0.5
	}
	if best.Ratio > 1 {
		return r.weight() > best.weight()
	}
	return mul(r.Probability, r.Test) > mul(best.Probability, best.Test)
}

func arrange(chosen []Representative, best, fallback *Representative) []Representative {
	if len(chosen) == 0 {
		if best == nil {
			best = fallback
		}
		if best == nil {
			return nil
		}
		return []Representative{*best}
	}
	slices.SortStableFunc(chosen,
		func(a, b Representative) int { return cmp.Compare(b.weight(), a.weight()) })
	if best != nil {
		chosen = slices.DeleteFunc(chosen,
			func(r Representative) bool { return r.Statement == best.Statement })
		chosen = slices.Insert(chosen, 0, *best)
	}
	chosen = chosen[:min(most, len(chosen))]
	slices.SortStableFunc(chosen, func(a, b Representative) int {
		switch {
		case a.Agree == b.Agree:
			return 0
		case a.Agree:
			return -1
		}
		return 1
	})
	return chosen
}
