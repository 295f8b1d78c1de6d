package opinion

import (
	"cmp"
	"math"
	"slices"
)

// significant is the one-sided 90 % point of the normal distribution, by which a statement counts as representative or as
// agreed on by all.
const significant = 1.2816

// most is how many statements a list holds.
const most = 5

// Count is how a set of people voted on a statement; Seen includes those who passed.
type Count struct{ Agree, Disagree, Seen int }

func (c Count) add(o Count) Count {
	return Count{c.Agree + o.Agree, c.Disagree + o.Disagree, c.Seen + o.Seen}
}

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
}

// Majority is a statement that most people agree, or disagree, with.
type Majority struct {
	Statement   int
	Success     int
	Seen        int
	Probability float64 // (Success+1)/(Seen+2)
	Test        float64 // one-proportion z
}

// Consensus is how much all groups agree on a statement.
type Consensus struct {
	Statement int
	// Product of each group's (agree+1)/(seen+2): the published measure. It shrinks with the number of groups and does not see
	// disagreement.
	Product float64
	// Mean is the geometric mean over the groups of agreement times freedom from disagreement, each with half a vote added
	// (Jeffreys' prior): comparable between maps with different numbers of groups.
	Mean float64
	// Enough is whether at least half of each group's people have voted on it; else it must not be called consensus.
	Enough bool
}

// Statistics is what the groups agree and differ on.
type Statistics struct {
	Counts          [][]Count // by group and column
	All             []Count   // by column, everybody
	Consensus       []Consensus
	Representative  [][]Representative // by group, as published: see representative
	BestAgreement   []*Representative  // by group, what it agrees with most, seen from that side; nil when there is none
	MajorityAgree   []Majority
	MajorityDissent []Majority
}

// Describe returns the statistics of people put into groups: groups holds a number from 0 to k-1 for each row, -1 for who is
// in none. Hidden and meta statements are left out of every list.
func (v *Votes) Describe(groups []int) Statistics {
	k := groupsIn(groups)
	s := Statistics{Counts: make([][]Count, k), All: make([]Count, len(v.statements))}
	for g := range s.Counts {
		s.Counts[g] = make([]Count, len(v.statements))
	}
	size := make([]int, k)
	for i := range v.people {
		for j, vote := range v.row(i) {
			one := count(vote)
			s.All[j] = s.All[j].add(one)
			if g := groups[i]; g >= 0 {
				s.Counts[g][j] = s.Counts[g][j].add(one)
			}
		}
		if groups[i] >= 0 {
			size[groups[i]]++
		}
	}
	s.Consensus = v.consensus(s.Counts, size)
	for g := range s.Counts {
		list, best := v.representative(s.Counts, g)
		s.Representative, s.BestAgreement = append(s.Representative, list), append(s.BestAgreement, best)
	}
	s.MajorityAgree = v.majority(s.All, func(c Count) int { return c.Agree })
	s.MajorityDissent = v.majority(s.All, func(c Count) int { return c.Disagree })
	return s
}

func count(v Vote) Count {
	switch v {
	case Agree:
		return Count{1, 0, 1}
	case Disagree:
		return Count{0, 1, 1}
	case Pass:
		return Count{0, 0, 1}
	}
	return Count{}
}

// consensus returns every mapped statement, the most agreed on first.
func (v *Votes) consensus(counts [][]Count, size []int) []Consensus {
	var all []Consensus
	for j, st := range v.statements {
		if !v.mapped(j) || len(counts) == 0 {
			continue
		}
		c, log := Consensus{Statement: st.ID, Product: 1, Enough: true}, 0.0
		for g := range counts {
			n := counts[g][j]
			c.Product = mul(c.Product, smoothed(n.Agree, n.Seen))
			trials := float64(n.Seen) + 1
			log += math.Log((float64(n.Agree)+0.5)/trials) + math.Log(1-(float64(n.Disagree)+0.5)/trials)
			c.Enough = c.Enough && 2*n.Seen >= size[g]
		}
		c.Mean = math.Exp(log / float64(len(counts)))
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b Consensus) int { return cmp.Compare(b.Product, a.Product) })
	return all
}

// smoothed returns the probability of a success with one success and one failure added.
func smoothed(success, trials int) float64 { return float64(success+1) / float64(trials+2) }

// oneProportion returns the z by which successes differ from a half.
func oneProportion(success, trials int) float64 {
	n := float64(trials + 1)
	return 2 * math.Sqrt(n) * (float64(success+1)/n - 0.5)
}

// twoProportions returns the z by which two shares differ, each with one success added, with the pooled variance; 0 when the
// pooled share is 0 or 1.
func twoProportions(in, out, trialsIn, trialsOut int) float64 {
	a, b := float64(in+1), float64(out+1)
	n, m := float64(trialsIn+1), float64(trialsOut+1)
	pooled := (a + b) / (n + m)
	if pooled <= 0 || pooled >= 1 {
		return 0
	}
	return (a/n - b/m) / math.Sqrt(mul(mul(pooled, 1-pooled), 1/n+1/m))
}

// side is a statement seen as something the group agrees, or disagrees, with.
func side(statement int, agree bool, in, rest Count) Representative {
	success, others := in.Agree, rest.Agree
	if !agree {
		success, others = in.Disagree, rest.Disagree
	}
	p := smoothed(success, in.Seen)
	return Representative{
		Statement: statement, Agree: agree, Success: success, Seen: in.Seen, Probability: p, Test: oneProportion(success, in.Seen),
		Ratio: p / smoothed(others, rest.Seen), RatioTest: twoProportions(success, others, in.Seen, rest.Seen),
	}
}

func (r Representative) sufficient() bool { return r.Test > significant && r.RatioTest > significant }

// weight orders representative statements.
func (r Representative) weight() float64 {
	return mul(mul(r.Ratio, r.RatioTest), mul(r.Probability, r.Test))
}

// representative returns the statements that tell group g from the others: what it agrees with most first, then by weight,
// cut to five, those it agrees with before those it disagrees with. In this list, as published, even the statement the group
// agrees with most is given from the side by which it differs from the others, which may be the few who disagree; the second
// result is that statement as the group sees it.
func (v *Votes) representative(counts [][]Count, g int) ([]Representative, *Representative) {
	var chosen []Representative
	var best, shown, fallback *Representative
	for j, st := range v.statements {
		in := counts[g][j]
		if !v.mapped(j) || in.Agree == 0 && in.Disagree == 0 {
			continue
		}
		var rest Count
		for h := range counts {
			if h != g {
				rest = rest.add(counts[h][j])
			}
		}
		agree, dissent := side(st.ID, true, in, rest), side(st.ID, false, in, rest)
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
	slices.SortStableFunc(chosen, func(a, b Representative) int { return cmp.Compare(b.weight(), a.weight()) })
	if best != nil {
		chosen = slices.DeleteFunc(chosen, func(r Representative) bool { return r.Statement == best.Statement })
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

// majority returns the five statements on which most people vote the same, counted by success.
func (v *Votes) majority(all []Count, success func(Count) int) []Majority {
	var list []Majority
	for j, c := range all {
		n := success(c)
		m := Majority{v.statements[j].ID, n, c.Seen, smoothed(n, c.Seen), oneProportion(n, c.Seen)}
		if v.mapped(j) && m.Probability > 0.5 && m.Test > significant {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b Majority) int { return cmp.Compare(mul(b.Probability, b.Test), mul(a.Probability, a.Test)) })
	return list[:min(most, len(list))]
}
