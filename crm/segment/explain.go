package segment

import "ascolto/crm"

// Step is one line of the explanation why a contact is in a segment or is not: the rules of the tree in reading order.
type Step struct {
	Depth int  // 0 is the whole rule
	Rule  Rule // without its children
	Holds bool
}

// Explain returns for each part of r whether it holds of c. The first step is the whole rule, and agrees with Match.
func (r Rule) Explain(c crm.Contact) []Step { return r.explain(c.Attributes(), 0, nil) }

func (r Rule) explain(of []crm.Attribute, depth int, steps []Step) []Step {
	own := r
	own.Rules = nil
	steps = append(steps, Step{Depth: depth, Rule: own, Holds: r.holds(of)})
	for _, child := range r.Rules {
		steps = child.explain(of, depth+1, steps)
	}
	return steps
}
