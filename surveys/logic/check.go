package logic

import (
	"fmt"
	"slices"
	"strconv"
)

// The bounds of a condition.
const (
	MaxDepth = 6
	MaxNodes = 60
)

// Reason says what is wrong with a condition.
type Reason string

// The reasons of a Fault.
const (
	Unknown Reason = "unknown" // it looks at a question that does not exist
	Cyclic  Reason = "cyclic"  // it depends on itself, directly or over others
	Forward Reason = "forward" // it looks at a later question
	// it looks at a question of its own page, which is not answered yet when the page is shown
	SamePage  Reason = "same_page"
	NoOption  Reason = "no_option"  // it names an option that the question does not have
	NoNumber  Reason = "no_number"  // it compares where there is no scale, or with a number outside it
	Malformed Reason = "malformed"  // an operation is unknown or lacks its parts
	TooLarge  Reason = "too_large"  // it is deeper than MaxDepth or has more than MaxNodes nodes
	Duplicate Reason = "duplicated" // two questions have the same code
)

// Fault is one thing that is wrong: the condition of Question, where it looks at Reference.
type Fault struct {
	Question  string
	Reference string
	Reason    Reason
}

// Error returns the fault as a sentence for logs.
func (f Fault) Error() string {
	return fmt.Sprintf("logic: the condition of %s on %s is %s", f.Question, f.Reference, f.Reason)
}

// Check returns what is wrong with the conditions of a questionnaire whose questions are given in order, nil
// when nothing is.
func Check(questions []Question) []Fault {
	at := make(map[string]int, len(questions))
	var faults []Fault
	for i, q := range questions {
		if _, taken := at[q.Code]; taken {
			faults = append(faults, Fault{q.Code, q.Code, Duplicate})
			continue
		}
		at[q.Code] = i
	}
	for i := range questions {
		if !small(questions[i].Show, 1) || nodes(questions[i].Show) > MaxNodes {
			faults = append(faults, Fault{questions[i].Code, "", TooLarge})
		}
	}
	if len(faults) > 0 {
		return faults
	}
	for i, q := range questions {
		c := checker{questions, at, i, nil}
		q.Show.walk(c.node)
		faults = append(faults, c.faults...)
	}
	return faults
}

func small(c *Cond, depth int) bool {
	if c == nil {
		return true
	}
	if depth > MaxDepth {
		return false
	}
	return !slices.ContainsFunc(c.Of, func(d Cond) bool { return !small(&d, depth+1) })
}

func nodes(c *Cond) int {
	n := 0
	c.walk(func(*Cond) { n++ })
	return n
}

// checker looks at the condition of one question.
type checker struct {
	questions []Question
	at        map[string]int
	self      int
	faults    []Fault
}

func (c *checker) fault(ref string, r Reason) {
	f := Fault{c.questions[c.self].Code, ref, r}
	if !slices.Contains(c.faults, f) {
		c.faults = append(c.faults, f)
	}
}

func (c *checker) node(n *Cond) {
	switch n.Op {
	case All, Any:
		if len(n.Of) == 0 {
			c.fault("", Malformed)
		}
	case Not:
		if len(n.Of) != 1 {
			c.fault("", Malformed)
		}
	case Answered, Is, AtLeast, AtMost:
		c.leaf(n)
	default:
		c.fault("", Malformed)
	}
}

func (c *checker) leaf(n *Cond) {
	i, known := c.at[n.Question]
	switch {
	case len(n.Of) > 0:
		c.fault(n.Question, Malformed)
	case !known:
		c.fault(n.Question, Unknown)
	case c.reaches(i, map[int]bool{}):
		c.fault(n.Question, Cyclic)
	case i > c.self:
		c.fault(n.Question, Forward)
	case c.questions[i].Page >= c.questions[c.self].Page:
		c.fault(n.Question, SamePage)
	default:
		c.values(n, c.questions[i])
	}
}

func (c *checker) values(n *Cond, q Question) {
	switch n.Op {
	case Is:
		if len(n.Codes) == 0 ||
			slices.ContainsFunc(n.Codes, func(code string) bool { return !slices.Contains(q.Codes, code) }) {
			c.fault(n.Question, NoOption)
		}
	case AtLeast, AtMost:
		if !q.measures(n) {
			c.fault(n.Question, NoNumber)
		}
	}
}

// measures reports whether answers to q can be compared with the threshold of n.
func (q Question) measures(n *Cond) bool {
	switch q.Measure {
	case Points:
		return n.Value == "" && slices.Contains(q.Codes, strconv.Itoa(n.Number))
	case Numbers:
		_, ok := number(n.Threshold())
		return ok
	case Days:
		return isDay(n.Value)
	default:
		return false
	}
}

// reaches reports whether the question at i is, or depends over any number of steps on, the question being
// checked.
func (c *checker) reaches(i int, seen map[int]bool) bool {
	if i == c.self {
		return true
	}
	if seen[i] {
		return false
	}
	seen[i] = true
	for _, ref := range c.questions[i].Show.References() {
		if j, known := c.at[ref]; known && c.reaches(j, seen) {
			return true
		}
	}
	return false
}
