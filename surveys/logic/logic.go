// Package logic decides which questions of a questionnaire a respondent sees. A condition is a small tree
// over the answers to questions on earlier pages; it is checked when it is saved and evaluated on the server
// only, so that what is shown and what is stored can never differ. The package is pure and imports the
// standard library only.
package logic

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Op is what a node of a condition tests or how it joins the nodes below it.
type Op string

// The operations. A question that is not shown counts as not answered, whatever was answered before it was
// hidden.
const (
	Answered Op = "answered" // the question has an answer
	Is       Op = "is"       // one of Codes was chosen
	AtLeast  Op = "min"      // the answer is Number, or Value, or more; a day is it or later
	AtMost   Op = "max"      // the answer is Number, or Value, or less; a day is it or earlier
	All      Op = "all"      // every node of Of holds
	Any      Op = "any"      // at least one node of Of holds
	// the only node of Of does not hold; so it holds for a question without an answer
	Not Op = "not"
)

// Cond is one node of a condition. A nil *Cond always holds.
type Cond struct {
	Op       Op       `bson:"op"`
	Question string   `bson:"question,omitempty"` // of Answered, Is, AtLeast, AtMost
	Codes    []string `bson:"codes,omitempty"`    // of Is
	Number   int      `bson:"number,omitempty"`   // of AtLeast, AtMost where Value is empty
	Value    string   `bson:"value,omitempty"`    // of AtLeast, AtMost: a number that is not whole, or a day
	Of       []Cond   `bson:"of,omitempty"`       // of All, Any, Not
}

// Measure says what the answers to a question are compared by.
type Measure int

// The measures.
const (
	Unmeasured Measure = iota // by nothing
	Points                    // by the digits that its codes are
	Numbers                   // by numbers that have no codes
	Days                      // by days, YYYY-MM-DD
)

// Question is what the logic needs to know of a question.
type Question struct {
	Code    string
	Page    int      // 0 is the first page
	Codes   []string // what it can be answered with; nil for free text
	Measure Measure  // what its answers are compared by
	Show    *Cond    // when it is shown; nil: always
}

// Answers maps a question's code to the codes chosen; a free text is one arbitrary non-empty element, a
// number and a day are one that says it.
type Answers map[string][]string

// Visible reports for each question, in their order, whether a respondent with these answers sees it.
// Questions must have passed Check: conditions then look back only, so one pass decides.
func Visible(questions []Question, answers Answers) []bool {
	shown := make([]bool, len(questions))
	seen := make(Answers, len(answers))
	for i, q := range questions {
		shown[i] = q.Show.Holds(seen)
		if a := answers[q.Code]; shown[i] && len(a) > 0 {
			seen[q.Code] = a
		}
	}
	return shown
}

// Holds reports whether c is true for answers. An operation it does not know is false.
func (c *Cond) Holds(answers Answers) bool {
	if c == nil {
		return true
	}
	switch c.Op {
	case Answered:
		return len(answers[c.Question]) > 0
	case Is:
		return slices.ContainsFunc(answers[c.Question],
			func(code string) bool { return slices.Contains(c.Codes, code) })
	case AtLeast:
		n, ok := c.compare(answers[c.Question])
		return ok && n >= 0
	case AtMost:
		n, ok := c.compare(answers[c.Question])
		return ok && n <= 0
	case All:
		for i := range c.Of {
			if !c.Of[i].Holds(answers) {
				return false
			}
		}
		return true
	case Any:
		for i := range c.Of {
			if c.Of[i].Holds(answers) {
				return true
			}
		}
		return false
	case Not:
		return len(c.Of) == 1 && !c.Of[0].Holds(answers)
	default:
		return false
	}
}

// Threshold returns what AtLeast and AtMost compare with, as text.
func (c Cond) Threshold() string {
	if c.Value != "" {
		return c.Value
	}
	return strconv.Itoa(c.Number)
}

// compare returns how an answer stands to the threshold: below 0, 0, or above. What is not one value of the
// threshold's sort cannot be compared.
func (c *Cond) compare(answer []string) (int, bool) {
	if len(answer) != 1 {
		return 0, false
	}
	if isDay(c.Value) {
		return strings.Compare(answer[0], c.Value), isDay(answer[0])
	}
	n, ok := number(answer[0])
	threshold, known := number(c.Threshold())
	return cmp.Compare(n, threshold), ok && known
}

// number returns the number that s says in the one way it is written here: 7, -2.5.
func number(s string) (float64, bool) {
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) && s == strconv.FormatFloat(n, 'f', -1, 64)
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// References returns the codes of the questions that c looks at, each once, in order of appearance.
func (c *Cond) References() []string {
	var refs []string
	c.walk(func(n *Cond) {
		if n.leaf() && !slices.Contains(refs, n.Question) {
			refs = append(refs, n.Question)
		}
	})
	return refs
}

func (c *Cond) leaf() bool {
	return c.Op == Answered || c.Op == Is || c.Op == AtLeast || c.Op == AtMost
}

func (c *Cond) walk(visit func(*Cond)) {
	if c == nil {
		return
	}
	visit(c)
	for i := range c.Of {
		c.Of[i].walk(visit)
	}
}
