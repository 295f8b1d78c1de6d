package logic

import (
	"errors"
	"strconv"
	"strings"
)

// ErrTerm says that a text is no term.
var ErrTerm = errors.New("logic: not a term")

// Term returns a leaf, or the Not of one, as text: "is:q1:a2", "min:q3:4", "!answered:q2". It is what an
// editor made of select boxes posts. The second result is false for any other node.
func (c Cond) Term() (string, bool) {
	if c.Op == Not && len(c.Of) == 1 && c.Of[0].leaf() {
		t, ok := c.Of[0].Term()
		return "!" + t, ok
	}
	switch c.Op {
	case Answered:
		return string(c.Op) + ":" + c.Question, true
	case Is:
		return string(c.Op) + ":" + c.Question + ":" + strings.Join(c.Codes, ","), true
	case AtLeast, AtMost:
		return string(c.Op) + ":" + c.Question + ":" + c.Threshold(), true
	default:
		return "", false
	}
}

// ParseTerm returns the condition that Term wrote, or ErrTerm.
func ParseTerm(s string) (Cond, error) {
	if rest, negated := strings.CutPrefix(s, "!"); negated {
		c, err := ParseTerm(rest)
		if err != nil || c.Op == Not {
			return Cond{}, ErrTerm
		}
		return Cond{Op: Not, Of: []Cond{c}}, nil
	}
	parts := strings.Split(s, ":")
	if len(parts) < 2 || parts[1] == "" {
		return Cond{}, ErrTerm
	}
	c := Cond{Op: Op(parts[0]), Question: parts[1]}
	switch {
	case c.Op == Answered && len(parts) == 2:
		return c, nil
	case c.Op == Is && len(parts) == 3 && parts[2] != "":
		c.Codes = strings.Split(parts[2], ",")
		return c, nil
	case (c.Op == AtLeast || c.Op == AtMost) && len(parts) == 3:
		if n, err := strconv.Atoi(parts[2]); err == nil && strconv.Itoa(n) == parts[2] {
			c.Number = n
			return c, nil
		}
		c.Value = parts[2]
		if _, ok := number(c.Value); ok || isDay(c.Value) {
			return c, nil
		}
		return Cond{}, ErrTerm
	default:
		return Cond{}, ErrTerm
	}
}

// Join returns the condition under which all (op All) or any (op Any) of the terms hold; nil for no terms;
// ErrTerm when one cannot be read or op is neither.
func Join(op Op, terms []string) (*Cond, error) {
	if op != All && op != Any {
		return nil, ErrTerm
	}
	if len(terms) == 0 {
		return nil, nil
	}
	c := Cond{Op: op}
	for _, t := range terms {
		leaf, err := ParseTerm(t)
		if err != nil {
			return nil, err
		}
		c.Of = append(c.Of, leaf)
	}
	return &c, nil
}

// Split returns the operation and terms that Join makes c of; ok is false when c has another shape.
func (c *Cond) Split() (op Op, terms []string, ok bool) {
	if c == nil {
		return All, nil, true
	}
	if t, ok := c.Term(); ok {
		return All, []string{t}, true
	}
	if c.Op != All && c.Op != Any {
		return All, nil, false
	}
	for _, d := range c.Of {
		t, ok := d.Term()
		if !ok {
			return All, nil, false
		}
		terms = append(terms, t)
	}
	return c.Op, terms, true
}
