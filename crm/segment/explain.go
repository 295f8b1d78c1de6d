package segment

import "ascolto/crm"

// Step is one line of the explanation why a contact is in a segment or is not: the rules of the tree in
// reading order.
type Step struct {
	Depth int  // 0 is the whole rule
	Rule  Rule // without its children
	Holds bool
}

// Explain returns for each part of r whether it holds of c at a moment. The first step is the whole rule, and
// agrees with Match.
func (r Rule) Explain(c crm.Contact, at Moment) []Step {
	t := newTerms()
	of := t.of(c)
	var steps []Step
	var explain func(r Rule, depth int)
	explain = func(r Rule, depth int) {
		own, m := r, t.compile(r, at)
		own.Rules = nil
		steps = append(steps, Step{Depth: depth, Rule: own, Holds: m.holds(c.ID, of)})
		for _, child := range r.Rules {
			explain(child, depth+1)
		}
	}
	explain(r, 0)
	return steps
}
