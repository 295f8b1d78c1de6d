package stats

import "math"

// Margin is a variable whose distribution in the population is known: each respondent's category, and how
// many people are in each. A respondent whose category is missing or unknown cannot be weighted: fill it in
// before.
type Margin struct {
	Name    string
	Codes   []int     // of each respondent, from 0 to len(Targets)-1
	Targets []float64 // people of the population in each category
}

// Quantity is a number whose total in the population is known, for Calibrate: the age of each respondent,
// say, and the sum of all ages. A quantity of 1 for everybody stands for the size of the population.
type Quantity struct {
	Name   string
	Values []float64
	Total  float64
}

// The bounds that calibration warns about or refuses at.
const (
	maxRescale  = 0.005 // margins may differ in total by so much, from rounding
	minCategory = 30    // respondents in a category below which it should be joined with another
)

// Problem says what is wrong with a margin's category, or with a quantity.
type Problem struct {
	Margin   string
	Category int // -1: the margin as a whole
	Why      string
}

// Problems of margins.
const (
	// people in the population, nobody among the respondents: collapse categories
	EmptyCategory = "empty_category"
	SmallCategory = "small_category" // fewer than thirty respondents: a warning
	TotalsDiffer  = "totals_differ"  // the margins do not add up to the same population
	NoTarget      = "no_target"      // a target is negative, not a number, or all are 0
	// a respondent is in no category of the margin, or has no value of a quantity
	BadCode        = "bad_code"
	NotConverged   = "not_converged"   // the margin still differs after the last cycle
	WrongLength    = "wrong_length"    // as many codes as respondents are needed
	UselessWeights = "useless_weights" // the weights to begin with are not positive
	// the bounds of the factors do not lie on both sides of 1, or the method is unknown
	BadBounds      = "bad_bounds"
	NegativeWeight = "negative_weight" // linear calibration would make a weight negative: give bounds
)

// scaled returns the margins with targets that add up to the first one's total, where they differ by rounding
// only.
func scaled(margins []Margin) []Margin {
	out := append([]Margin{}, margins...)
	for i := 1; i < len(out); i++ {
		first, own := sumOf(out[0].Targets), sumOf(out[i].Targets)
		if f := first / own; finite(f) && f != 1 && math.Abs(f-1) <= maxRescale {
			targets := make([]float64, len(out[i].Targets))
			for k, t := range out[i].Targets {
				targets[k] = t * f
			}
			out[i].Targets = targets
		}
	}
	return out
}

func sumOf(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += v
	}
	return s
}

// examine finds what keeps margins and quantities from being reached.
func (c *Calibration) examine() {
	if len(c.Margins)+len(c.Quantities) == 0 {
		c.refuse("", -1, NoTarget)
		return
	}
	if !usable(c.Base) {
		c.refuse("", -1, UselessWeights)
		return
	}
	for _, m := range c.Margins {
		total := sumOf(m.Targets)
		switch {
		case len(m.Codes) != len(c.Base) || len(c.Base) == 0:
			c.refuse(m.Name, -1, WrongLength)
			continue
		case !(total > 0) || !finite(total):
			c.refuse(m.Name, -1, NoTarget)
			continue
		case math.Abs(total/sumOf(c.Margins[0].Targets)-1) > 1e-9:
			c.refuse(m.Name, -1, TotalsDiffer)
		}
		c.examineCategories(m)
	}
	for _, q := range c.Quantities {
		c.examineQuantity(q)
	}
}

func (c *Calibration) refuse(margin string, category int, why string) {
	c.Refused = append(c.Refused, Problem{margin, category, why})
}

// usable reports whether all weights are positive and their squares add up to a number.
func usable(weights []float64) bool {
	var squares float64
	for _, w := range weights {
		if !(w > 0) {
			return false
		}
		squares += w * w
	}
	return finite(squares) && (squares > 0 || len(weights) == 0)
}

func (c *Calibration) examineCategories(m Margin) {
	n := make([]int, len(m.Targets))
	for _, k := range m.Codes {
		if k < 0 || k >= len(n) {
			c.refuse(m.Name, k, BadCode)
			return
		}
		n[k]++
	}
	for k, target := range m.Targets {
		switch {
		case !(target >= 0):
			c.refuse(m.Name, k, NoTarget)
		case target > 0 && n[k] == 0:
			c.refuse(m.Name, k, EmptyCategory)
		case target == 0 && n[k] > 0:
			c.refuse(m.Name, k, NoTarget)
		case target > 0 && n[k] < minCategory:
			c.Warnings = append(c.Warnings, Problem{m.Name, k, SmallCategory})
		}
	}
}

func (c *Calibration) examineQuantity(q Quantity) {
	switch {
	case len(q.Values) != len(c.Base) || len(c.Base) == 0:
		c.refuse(q.Name, -1, WrongLength)
		return
	case !finite(q.Total):
		c.refuse(q.Name, -1, NoTarget)
		return
	}
	var squares float64
	for i, x := range q.Values {
		squares += c.Base[i] * x * x
	}
	switch {
	case !finite(squares):
		c.refuse(q.Name, -1, BadCode)
	case squares == 0 && q.Total != 0:
		c.refuse(q.Name, -1, EmptyCategory)
	}
}
