package segment

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ascolto/crm"
	"ascolto/internal/civic"
)

// RuleOp says what a Rule is: a group of rules, or how a condition compares.
type RuleOp string

// The groups.
const (
	OpAll  RuleOp = "all"  // every rule of the group holds; an empty group holds
	OpAny  RuleOp = "any"  // at least one does; an empty group does not hold
	OpNone RuleOp = "none" // no rule of the group holds
)

// The operators of conditions. Who has no value of a field is chosen by OpIsNot and OpEmpty alone.
const (
	OpIs       RuleOp = "is"       // a value is one of Values
	OpIsNot    RuleOp = "is_not"   // none is
	OpEmpty    RuleOp = "empty"    // there is no value
	OpContains RuleOp = "contains" // a text has the first of Values in it, accents and apostrophes apart
	OpMore     RuleOp = "more"     // a number is more than the first of Values
	OpLess     RuleOp = "less"
	// a number or a day is from the first of Values to the second, both included
	OpBetween RuleOp = "between"
	OpBefore  RuleOp = "before" // a day is before the first of Values, "2026-11-30"
	OpAfter   RuleOp = "after"
	OpLast    RuleOp = "last"  // a day is today or one of the last days, as many as the first of Values says
	OpOlder   RuleOp = "older" // a day is longer ago
)

// AttributeEvents is what conditions about events ask: how many of the kind Key there were in the last Days.
const AttributeEvents crm.AttributeName = "events"

// ValueType says what values a field of conditions has, and so how they can be compared.
type ValueType string

// The types.
const (
	Choices ValueType = "choices" // some of the codes a Vocabulary lists
	Texts   ValueType = "texts"
	Numbers ValueType = "numbers" // whole ones
	Days    ValueType = "days"    // "2026-11-30"
	Events  ValueType = "events"  // how many there were
)

// Operators lists the operators of a type in the order in which forms offer them.
func (t ValueType) Operators() []RuleOp {
	switch t {
	case Choices:
		return []RuleOp{OpIs, OpIsNot, OpEmpty}
	case Texts:
		return []RuleOp{OpIs, OpIsNot, OpContains, OpEmpty}
	case Numbers:
		return []RuleOp{OpIs, OpIsNot, OpMore, OpLess, OpBetween, OpEmpty}
	case Days:
		return []RuleOp{OpBefore, OpAfter, OpBetween, OpLast, OpOlder, OpEmpty}
	case Events:
		return []RuleOp{OpMore, OpLess, OpBetween, OpIs, OpEmpty}
	}
	return nil
}

// Rule chooses contacts: a tree of groups whose leaves are conditions. It is stored and sent as it is.
type Rule struct {
	Op    RuleOp `bson:"op" json:"op"`
	Rules []Rule `bson:"rules,omitempty" json:"rules,omitempty"` // of a group
	// of a condition, as what follows
	Field  crm.AttributeName `bson:"field,omitempty" json:"field,omitempty"`
	Values []string          `bson:"values,omitempty" json:"values,omitempty"`
	// of a condition about an answer
	Source civic.ID `bson:"source,omitempty" json:"source,omitempty"`
	// its question, or the kind of events
	Key string `bson:"key,omitempty" json:"key,omitempty"`
	// in which events are counted; 0: ever
	Days int `bson:"days,omitempty" json:"days,omitempty"`
}

// Group reports whether r is a group of rules.
func (r Rule) group() bool { return r.Op == OpAll || r.Op == OpAny || r.Op == OpNone }

// period returns what a condition about events counts.
func (r Rule) period() period { return period{civic.ActivityKind(r.Key), r.Days} }

// periods notes what the conditions of r count.
func (r Rule) periods(asked map[period]bool) {
	if !r.group() && r.Field == AttributeEvents {
		asked[r.period()] = true
	}
	for _, child := range r.Rules {
		child.periods(asked)
	}
}

// counts reports whether r counts events.
func (r Rule) counts() bool {
	asked := map[period]bool{}
	r.periods(asked)
	return len(asked) > 0
}

// The bounds of a rule.
const (
	MaxRuleDepth = 5 // of groups within groups
	maxRuleNodes = 60
	maxValues    = 100
)

// All, Any, None and Is make rules in code: All(Is(crm.AttributeDistrict, "centro"),
// None(Is(crm.AttributeTag, "stampa"))).
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

// Compare returns the condition that field compares so with values.
func Compare(field crm.AttributeName, op RuleOp, values ...string) Rule {
	return Rule{Op: op, Field: field, Values: values}
}

// Happened returns the condition that so many events of a kind were in the last days, 0 for ever.
func Happened(kind civic.ActivityKind, days int, op RuleOp, values ...string) Rule {
	return Rule{Op: op, Field: AttributeEvents, Key: string(kind), Days: days, Values: values}
}

// Sensitive reports whether r chooses by answers, or by their number: then a choice of few people would tell
// what somebody answered, or that they did.
func (r Rule) Sensitive() bool {
	own := !r.group() && (r.Field == crm.AttributeAnswer || r.Field == AttributeEvents &&
		sensitiveEvent(r.Key))
	return own || slices.ContainsFunc(r.Rules, Rule.Sensitive)
}

// Validate returns nil when r may be stored, else an Invalid error whose fields name the place of what is
// wrong: "rule", or "rule.1.2" for the second rule of the first of the root's.
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
	case !r.group():
		r.validateCondition(v, p, at)
	case depth > MaxRuleDepth:
		p.Add(at, "crm.error.rule.deep", civic.Args{"Max": MaxRuleDepth})
	case len(r.Rules) == 0:
		p.Add(at, "crm.error.rule.empty")
	default:
		for i, child := range r.Rules {
			child.validate(v, p, civic.FieldAt(at, i), depth+1, nodes)
		}
	}
}

func (r Rule) validateCondition(v Vocabulary, p *civic.Problems, at string) {
	asked, known := v.Asked(r)
	switch {
	case r.Op == "" || len(r.Rules) > 0 || len(r.Values) > maxValues:
		p.Add(at, "crm.error.rule.op")
	case !known:
		p.Add(at, "crm.error.rule.field")
	case !slices.Contains(asked.Type.Operators(), r.Op):
		p.Add(at, "crm.error.rule.op")
	case r.Days < 0 || r.Days > maxDays || r.Days > 0 && asked.Type != Events:
		p.Add(at, "crm.error.rule.days", civic.Args{"Max": maxDays})
	default:
		if part, fault := r.faultOfValues(asked); fault != "" {
			p.Add(civic.Field(at, part), fault, civic.Args{"Max": maxDays})
		}
	}
}

// The parts of a condition that problems name apart from its first value, behind the place of the condition.
const (
	PartTo   = "to"   // the second of two values
	PartDays = "days" // how many days ago
)

// faultOfValues returns what is wrong with the values, as a message key, and of which part; empty for
// nothing.
func (r Rule) faultOfValues(asked Asked) (part, fault string) {
	ago := r.Op == OpLast || r.Op == OpOlder
	if !r.hasValues() {
		if r.Op == OpBetween && len(r.Values) > 0 && r.Values[0] != "" {
			part = PartTo
		}
		switch {
		case r.Op == OpEmpty:
			return "", "crm.error.rule.values"
		case ago:
			return PartDays, "crm.error.rule.days"
		case asked.Type == Days:
			return part, "crm.error.rule.day"
		case asked.Type == Numbers || asked.Type == Events:
			return part, "crm.error.rule.number"
		case asked.Type == Texts:
			return "", "crm.error.rule.no_text"
		}
		return "", "crm.error.rule.values"
	}
	for i, value := range r.Values {
		part := ""
		if r.Op == OpBetween && i == 1 {
			part = PartTo
		}
		switch {
		case asked.Type == Choices && !slices.Contains(asked.Values, value):
			return "", "crm.error.rule.value"
		case asked.Type == Texts && (len(value) > maxText || strings.ContainsFunc(value, unicode.IsControl)):
			return "", "crm.error.rule.text"
		case (asked.Type == Numbers || asked.Type == Events) && !isNumber(value):
			return part, "crm.error.rule.number"
		case ago && (!isNumber(value) || len(value) > 5):
			return PartDays, "crm.error.rule.days"
		case asked.Type == Days && !ago && !isDay(value):
			return part, "crm.error.rule.day"
		case part == PartTo && asked.Type != Days && number(r.Values[0]) > number(value),
			part == PartTo && asked.Type == Days && r.Values[0] > value:
			return "", "crm.error.rule.between"
		}
	}
	return "", ""
}

// hasValues reports whether there are as many values as the operator asks for, and none is empty.
func (r Rule) hasValues() bool {
	want := 1
	switch r.Op {
	case OpEmpty:
		want = 0
	case OpBetween:
		want = 2
	case OpIs, OpIsNot:
		want = max(1, len(r.Values))
	}
	return len(r.Values) == want && !slices.Contains(r.Values, "")
}

// The bounds of values.
const (
	maxText = 200
	maxDays = 36500
)

func isNumber(s string) bool {
	return s != "" && len(s) <= 9 && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // isNumber has looked at it
	return n
}

// normal returns a valid rule as it is stored: numbers without zeros before them, as contacts have them.
func (r Rule) normal(v Vocabulary) Rule {
	r.Rules, r.Values = slices.Clone(r.Rules), slices.Clone(r.Values)
	for i, child := range r.Rules {
		r.Rules[i] = child.normal(v)
	}
	if asked, _ := v.Asked(r); !r.group() && (asked.Type == Numbers || asked.Type == Events) {
		for i, value := range r.Values {
			r.Values[i] = strconv.Itoa(number(value))
		}
	}
	return r
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// asks returns the attribute that r's condition asks for with one of its values.
func (r Rule) asks(value string) crm.Attribute {
	if r.Field == crm.AttributeAnswer {
		return crm.Attribute{Name: crm.AttributeAnswer, Source: r.Source, Key: r.Key, Value: value}
	}
	return crm.Attribute{Name: r.Field, Value: value}
}
