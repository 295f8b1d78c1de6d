package opinion

import (
	"cmp"
	"slices"
)

// most is how many statements a list holds.
const most = 5

// Consensus is how much all groups agree on a statement.
type Consensus struct {
	Statement int
	// Product of each group's (agree+1)/(seen+2): the published measure. It shrinks with the number of groups
	// and does not see disagreement.
	Product float64
	// Mean is the geometric mean over the groups of agreement times freedom from disagreement, each a share
	// with half a vote added (Jeffreys' prior): comparable between maps with different numbers of groups.
	Mean float64
	// Enough is whether at least half of each group's people have voted on it; else it must not be called
	// consensus.
	Enough bool
}

// Majority is a statement that most people agree, or disagree, with.
type Majority struct {
	Statement   int
	Success     int
	Seen        int
	Probability float64 // (Success+1)/(Seen+2)
	Test        float64 // one-proportion z
	Share       float64 // (Success+½)/(Seen+1): with Jeffreys' prior
	Enough      bool    // at least half of all who voted at all have voted on it
}

// consensus returns every mapped statement, the most agreed on first.
func (v *Votes) consensus(counts [][]Count, size []int) []Consensus {
	var all []Consensus
	for j, st := range v.statements {
		if !v.mapped(j) || len(counts) == 0 {
			continue
		}
		c := Consensus{Statement: st.ID, Product: 1, Mean: 1, Enough: true}
		for g := range counts {
			n := counts[g][j]
			c.Product = mul(c.Product, smoothed(n.Agree, n.Seen))
			c.Mean = mul(c.Mean, root(mul(jeffreys(n.Agree, n.Seen), 1-jeffreys(n.Disagree, n.Seen)),
				len(counts)))
			c.Enough = c.Enough && 2*n.Seen >= size[g]
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b Consensus) int { return cmp.Compare(b.Product, a.Product) })
	return all
}

// majority returns the five statements on which most people vote the same, counted by success.
func (v *Votes) majority(all []Count, success func(Count) int) []Majority {
	var list []Majority
	for j, c := range all {
		n := success(c)
		m := Majority{
			Statement: v.statements[j].ID, Success: n, Seen: c.Seen, Probability: smoothed(n, c.Seen),
			Test:  oneProportion(n, c.Seen),
			Share: jeffreys(n, c.Seen), Enough: 2*c.Seen >= len(v.people),
		}
		if v.mapped(j) && m.Probability > 0.5 && m.Test > significant {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list,
		func(a, b Majority) int {
			return cmp.Compare(mul(b.Probability, b.Test),
				mul(a.Probability, a.Test))
		})
	return list[:min(most, len(list))]
}
