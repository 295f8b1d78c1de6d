package segment

import (
	"fmt"
	"slices"

	"ascolto/crm"
	"ascolto/internal/civic"
)

// RuleOp says what a Rule is: a group of rules, or a condition.
type RuleOp string

// The operations.
const (
	OpAll  RuleOp = "all"  // every rule of the group holds; an empty group holds
	OpAny  RuleOp = "any"  // at least one does; an empty group does not hold
	OpNone RuleOp = "none" // no rule of the group holds
	OpIs   RuleOp = "is"   // the condition holds
)

// Rule chooses contacts: a tree of groups whose leaves are conditions. It is stored and sent as it is.
type Rule struct {
	Op     RuleOp            `bson:"op" json:"op"`
	Rules  []Rule            `bson:"rules,omitempty" json:"rules,omitempty"` // of a group
	Field  crm.AttributeName `bson:"field,omitempty" json:"field,omitempty"` // of a condition, as the next three
	Values []string          `bson:"values,omitempty" json:"values,omitempty"`
	Source civic.ID          `bson:"source,omitempty" json:"source,omitempty"`
	Key    string            `bson:"key,omitempty" json:"key,omitempty"`
}

// The bounds of a rule.
const (
	MaxRuleDepth = 5 // of groups within groups
	maxRuleNodes = 60
	maxValues    = 100
)

// All, Any, None and Is make rules in code: All(Is(crm.AttributeDistrict, "centro"), None(Is(crm.AttributeTag, "stampa"))).
func All(rules ...Rule) Rule { return Rule{Op: OpAll, Rules: rules} }

// Any returns the rule that holds when one of rules does.
func Any(rules ...Rule) Rule { return Rule{Op: OpAny, Rules: rules} }

// None returns the rule that holds when none of rules does.
func None(rules ...Rule) Rule { return Rule{Op: OpNone, Rules: rules} }

// Is returns the condition that field is one of values.
func Is(field crm.AttributeName, values ...string) Rule {
	return Rule{Op: OpIs, Field: field, Values: values}
}

// AnswerIs returns the condition that question key of source was answered with one of values.
func AnswerIs(source civic.ID, key string, values ...string) Rule {
	return Rule{Op: OpIs, Field: crm.AttributeAnswer, Source: source, Key: key, Values: values}
}

// Match reports whether c is chosen.
func (r Rule) Match(c crm.Contact) bool { return r.holds(c.Attributes()) }

// holds reports whether r holds of a contact with some attributes. It is what a segment means.
func (r Rule) holds(of []crm.Attribute) bool {
	holds := func(r Rule) bool { return r.holds(of) }
	switch r.Op {
	case OpAll:
		return !slices.ContainsFunc(r.Rules, func(r Rule) bool { return !r.holds(of) })
	case OpAny:
		return slices.ContainsFunc(r.Rules, holds)
	case OpNone:
		return !slices.ContainsFunc(r.Rules, holds)
	case OpIs:
		return slices.ContainsFunc(r.Values, func(v string) bool { return slices.Contains(of, r.asks(v)) })
	default:
		return false
	}
}

// UsesAnswers reports whether r chooses by answers.
func (r Rule) UsesAnswers() bool {
	return r.Op == OpIs && r.Field == crm.AttributeAnswer || slices.ContainsFunc(r.Rules, Rule.UsesAnswers)
}

// Vocabulary is what conditions may name: the values of each field, and the questions whose answers may be chosen by.
type Vocabulary struct {
	Values    map[crm.AttributeName][]string
	Questions []AnswerQuestion
}

// Validate returns nil when r may be stored, else an Invalid error whose fields name the place of what is wrong: "rule", or
// "rule.0.1" for the second rule of the first of the root's.
func (r Rule) Validate(v Vocabulary) error {
	var p civic.Problems
	nodes := 0
	r.validate(v, &p, "rule", 1, &nodes)
	return p.Err()
}

func (r Rule) validate(v Vocabulary, p *civic.Problems, at string, depth int, nodes *int) {
	*nodes++
	switch {
	case *nodes == maxRuleNodes+1:
		p.Add("rule", "crm.error.rule.large", civic.Args{"Max": maxRuleNodes})
	case *nodes > maxRuleNodes:
	case r.Op == OpIs:
		r.validateCondition(v, p, at)
	case r.Op != OpAll && r.Op != OpAny && r.Op != OpNone:
		p.Add(at, "crm.error.rule.op")
	case depth > MaxRuleDepth:
		p.Add(at, "crm.error.rule.deep", civic.Args{"Max": MaxRuleDepth})
	case len(r.Rules) == 0:
		p.Add(at, "crm.error.rule.empty")
	default:
		for i, child := range r.Rules {
			child.validate(v, p, fmt.Sprintf("%s.%d", at, i), depth+1, nodes)
		}
	}
}

func (r Rule) validateCondition(v Vocabulary, p *civic.Problems, at string) {
	values, known := v.Values[r.Field], v.Values[r.Field] != nil
	if r.Field == crm.AttributeAnswer {
		values, known = v.answers(r.Source, r.Key)
	}
	switch {
	case !known:
		p.Add(at, "crm.error.rule.field")
	case len(r.Rules) > 0 || len(r.Values) > maxValues:
		p.Add(at, "crm.error.rule.op")
	case len(r.Values) == 0:
		p.Add(at, "crm.error.rule.values")
	case slices.ContainsFunc(r.Values, func(s string) bool { return !slices.Contains(values, s) }):
		p.Add(at, "crm.error.rule.value")
	}
}

// asks returns the attribute that r's condition asks for with one of its values.
func (r Rule) asks(value string) crm.Attribute {
	if r.Field == crm.AttributeAnswer {
		return crm.Attribute{Name: crm.AttributeAnswer, Source: r.Source, Key: r.Key, Value: value}
	}
	return crm.Attribute{Name: r.Field, Value: value}
}

// answers returns the values of a question, and false when it is not one to choose by.
func (v Vocabulary) answers(source civic.ID, key string) ([]string, bool) {
	for _, q := range v.Questions {
		if q.Source == source && q.Key == key {
			values := make([]string, len(q.Values))
			for i, a := range q.Values {
				values[i] = a.Value
			}
			return values, true
		}
	}
	return nil, false
}
