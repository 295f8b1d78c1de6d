package segment

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/textfold"
)

// terms gives numbers to the attributes that contacts have, by which rules are evaluated.
type terms struct {
	numbers map[crm.Attribute]uint32
	all     []crm.Attribute // by their numbers
}

func newTerms() *terms { return &terms{numbers: map[crm.Attribute]uint32{}} }

// of returns the numbers of what c has now.
func (t *terms) of(c crm.Contact) []uint32 {
	attributes := c.Attributes()
	out := make([]uint32, len(attributes))
	for i, a := range attributes {
		n, known := t.numbers[a]
		if !known {
			n = uint32(len(t.all))
			t.numbers[a], t.all = n, append(t.all, a)
		}
		out[i] = n
	}
	return out
}

// Moment is when a rule is asked, and what had happened until then.
type Moment struct {
	today  time.Time // the beginning of the day in Rome
	events map[period]map[civic.ID]int
}

// period is what a condition counts: events of a kind in so many days until now, or ever.
type period struct {
	kind civic.ActivityKind
	days int
}

func newMoment(now time.Time) Moment {
	y, m, d := now.In(civic.Rome()).Date()
	return Moment{today: time.Date(y, m, d, 0, 0, 0, 0, civic.Rome()), events: map[period]map[civic.ID]int{}}
}

// day returns the day so many days before the moment, as attributes write it.
func (m Moment) day(ago int) string { return m.today.AddDate(0, 0, -ago).Format(time.DateOnly) }

// since returns when so many days began, in seconds since 1970.
func (m Moment) since(days int) int64 {
	if days == 0 {
		return math.MinInt64
	}
	return m.today.AddDate(0, 0, -days).Unix()
}

// matcher is a rule over numbers of attributes at some moment. It is what a segment means: nothing else
// evaluates rules.
type matcher struct {
	op     RuleOp
	rules  []matcher        // of a group
	terms  bits             // of a condition: those of which a contact has one
	not    bool             // it has none
	counts map[civic.ID]int // of a condition about events: how many each contact has
	holdsN func(n int) bool // whether so many are right
}

// bits is a set of small numbers.
type bits []uint64

func (b *bits) add(n uint32) {
	for int(n>>6) >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[n>>6] |= 1 << (n & 63)
}

func (b bits) has(n uint32) bool { return int(n>>6) < len(b) && b[n>>6]&(1<<(n&63)) != 0 }

// compile returns rule over t's numbers at a moment. What no contact has ever had has none, and never holds.
func (t *terms) compile(rule Rule, at Moment) matcher {
	m := matcher{op: rule.Op}
	if rule.group() {
		for _, child := range rule.Rules {
			m.rules = append(m.rules, t.compile(child, at))
		}
		return m
	}
	if rule.Field == AttributeEvents {
		m.counts, m.holdsN = at.events[rule.period()], rule.counted()
		return m
	}
	if m.not = rule.Op == OpIsNot || rule.Op == OpEmpty; rule.Op == OpIs || rule.Op == OpIsNot {
		for _, v := range rule.Values {
			if n, known := t.numbers[rule.asks(v)]; known {
				m.terms.add(n)
			}
		}
		return m
	}
	if holds := rule.compared(at); holds != nil {
		for n, a := range t.all {
			if a.Name == rule.Field && a.Source == rule.Source && a.Key == rule.Key && holds(a.Value) {
				m.terms.add(uint32(n))
			}
		}
	}
	return m
}

// holds reports whether m holds of a contact with some attributes.
func (m *matcher) holds(id civic.ID, of []uint32) bool {
	switch m.op {
	case OpAll:
		for i := range m.rules {
			if !m.rules[i].holds(id, of) {
				return false
			}
		}
		return true
	case OpAny, OpNone:
		for i := range m.rules {
			if m.rules[i].holds(id, of) {
				return m.op == OpAny
			}
		}
		return m.op == OpNone
	case "":
		return false
	}
	if m.holdsN != nil {
		return m.holdsN(m.counts[id])
	}
	for _, n := range of {
		if m.terms.has(n) {
			return !m.not
		}
	}
	return m.not
}

// compared returns which values an operator is true of, nil for none.
func (r Rule) compared(at Moment) func(value string) bool {
	switch r.Op {
	case OpEmpty:
		return func(string) bool { return true }
	case OpContains:
		part := textfold.Name(r.operand(0))
		return func(v string) bool { return part != "" && strings.Contains(textfold.Name(v), part) }
	case OpBetween:
		if isDay(r.operand(0)) {
			return func(v string) bool { return r.operand(0) <= v && v <= r.operand(1) }
		}
		fallthrough
	case OpMore, OpLess:
		holds := r.counted()
		return func(v string) bool {
			n, err := strconv.Atoi(v)
			return err == nil && holds(n)
		}
	case OpBefore:
		return func(v string) bool { return v < r.operand(0) }
	case OpAfter:
		return func(v string) bool { return v > r.operand(0) }
	case OpLast, OpOlder:
		days, err := strconv.Atoi(r.operand(0))
		if err != nil {
			return nil
		}
		first := at.day(days)
		return func(v string) bool { return (v >= first) == (r.Op == OpLast) }
	}
	return nil
}

// counted returns which numbers an operator is true of.
func (r Rule) counted() func(n int) bool {
	number := func(i int) int {
		n, err := strconv.Atoi(r.operand(i))
		if err != nil {
			return math.MinInt
		}
		return n
	}
	a, b := number(0), number(1)
	oneOf := func(n int) bool {
		return slices.ContainsFunc(r.Values, func(v string) bool {
			x, err := strconv.Atoi(v)
			return err == nil && x == n
		})
	}
	switch r.Op {
	case OpIs:
		return oneOf
	case OpIsNot:
		return func(n int) bool { return !oneOf(n) }
	case OpMore:
		return func(n int) bool { return a != math.MinInt && n > a }
	case OpLess:
		return func(n int) bool { return n < a }
	case OpBetween:
		return func(n int) bool { return a != math.MinInt && a <= n && n <= b }
	case OpEmpty:
		return func(n int) bool { return n == 0 }
	}
	return func(int) bool { return false }
}

// operand returns one of the values, empty when there is none.
func (r Rule) operand(i int) string {
	if i >= len(r.Values) {
		return ""
	}
	return r.Values[i]
}

// Match reports whether c is chosen at a moment.
func (r Rule) Match(c crm.Contact, at Moment) bool {
	t := newTerms()
	of := t.of(c)
	m := t.compile(r, at)
	return m.holds(c.ID, of)
}

// matching returns those of contacts that are chosen at a moment.
func (r Rule) matching(contacts []crm.Contact, at Moment) (out []crm.Contact) {
	t := newTerms()
	of := make([][]uint32, len(contacts))
	for i, c := range contacts {
		of[i] = t.of(c)
	}
	m := t.compile(r, at)
	for i, c := range contacts {
		if m.holds(c.ID, of[i]) {
			out = append(out, c)
		}
	}
	return out
}
