package segments

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/web/page"
)

// A segment's rule is a tree, and a form is a list of names and values. Each part of the tree has a path:
// "rule" is the root, "rule.1" its first child, "rule.1.2" that one's second. Under its path stands what was
// chosen (the operation of a group, the values of a condition), under path.is what kind of part it is, under
// path.op how a condition compares; for a condition about an answer, under path.source and path.key which
// question. Buttons that change the tree carry in "do" what to do and where: "add rule.1".

// The marks of a form's parts.
const (
	rulePath  = "rule"
	groupPart = "group" // path.is of a group; of a condition it is its field
)

// readRule returns the tree a form holds; parts deeper or more than a rule may have are left out.
func readRule(form *page.Form) segment.Rule {
	room := 200
	return readPart(form, rulePath, 0, &room)
}

func readPart(form *page.Form, path string, depth int, room *int) segment.Rule {
	*room--
	kind := form.String(civic.Field(path, isPart))
	if kind != groupPart && kind != "" {
		return readCondition(form, path, crm.AttributeName(kind))
	}
	group := segment.Rule{Op: segment.RuleOp(form.String(path))}
	for i := 0; depth <= segment.MaxRuleDepth && *room > 0; i++ {
		part := civic.FieldAt(path, i)
		if !form.Has(civic.Field(part, isPart)) {
			break
		}
		group.Rules = append(group.Rules, readPart(form, part, depth+1, room))
	}
	return group
}

// The names of what a part is, after its path; what a condition compares with is under the path itself.
const (
	isPart     = "is"
	newPart    = "new" // of a group: the condition that is added
	sourcePart = "source"
	keyPart    = "key"
	opPart     = "op"
	toPart     = segment.PartTo   // a number or a day, to which it is between
	daysPart   = segment.PartDays // how many, for days ago and for the time in which events are counted
)

// readCondition reads a condition: of what its fields hold, what its operator compares with.
func readCondition(form *page.Form, path string, field crm.AttributeName) segment.Rule {
	r := segment.Rule{
		Op: segment.RuleOp(form.String(civic.Field(path, opPart))), Field: field,
		Source: form.ID(civic.Field(path, sourcePart)), Key: form.String(civic.Field(path, keyPart)),
	}
	if r.Op == "" {
		r.Op = segment.OpIs
	}
	if field == segment.AttributeEvents {
		r.Days = form.Int(civic.Field(path, daysPart))
	}
	switch {
	case r.Op == segment.OpEmpty:
	case r.Op == segment.OpLast || r.Op == segment.OpOlder:
		r.Values = form.Strings(civic.Field(path, daysPart))
	case r.Op == segment.OpBetween:
		r.Values = []string{form.Raw(path), form.Raw(civic.Field(path, toPart))}
	default:
		r.Values = form.Strings(path)
	}
	return r
}

// conditionValues writes a condition into the values of a form.
func conditionValues(values url.Values, path string, r segment.Rule) {
	values.Set(civic.Field(path, isPart), string(r.Field))
	values.Set(civic.Field(path, opPart), string(r.Op))
	values.Set(civic.Field(path, sourcePart), string(r.Source))
	values.Set(civic.Field(path, keyPart), r.Key)
	if r.Days > 0 {
		values.Set(civic.Field(path, daysPart), strconv.Itoa(r.Days))
	}
	switch {
	case r.Op == segment.OpLast || r.Op == segment.OpOlder:
		values[civic.Field(path, daysPart)] = slices.Clone(r.Values)
	case r.Op == segment.OpBetween && len(r.Values) > 1:
		values.Set(path, r.Values[0])
		values.Set(civic.Field(path, toPart), r.Values[1])
	default:
		values[path] = slices.Clone(r.Values)
	}
}

// ruleValues writes a tree into the values of a form.
func ruleValues(values url.Values, r segment.Rule) { partValues(values, rulePath, r) }

func partValues(values url.Values, path string, r segment.Rule) {
	if isCondition(r) {
		conditionValues(values, path, r)
		return
	}
	values.Set(civic.Field(path, isPart), groupPart)
	values.Set(path, string(r.Op))
	for i, c := range r.Rules {
		partValues(values, civic.FieldAt(path, i), c)
	}
}

// changeRule does to a tree what a button says: "add rule.1" puts the condition chosen in the form into the
// group at a path, "group rule.1" puts a group into it, "drop rule.1" takes that part away. Anything else
// leaves the tree as it is.
func changeRule(r segment.Rule, do string, form *page.Form, v segment.Vocabulary) segment.Rule {
	act, path, _ := strings.Cut(do, " ")
	steps, ok := stepsOf(path)
	if !ok {
		return r
	}
	switch act {
	case "add":
		add := newCondition(form.String(civic.Field(path, newPart)), v)
		return at(r, steps, func(g *segment.Rule) { g.Rules = append(g.Rules, add) })
	case "group":
		return at(r, steps,
			func(g *segment.Rule) { g.Rules = append(g.Rules, segment.Rule{Op: segment.OpAny}) })
	case "drop":
		if len(steps) == 0 {
			return r
		}
		last := steps[len(steps)-1]
		return at(r, steps[:len(steps)-1], func(g *segment.Rule) {
			if last < len(g.Rules) {
				g.Rules = slices.Delete(g.Rules, last, last+1)
			}
		})
	}
	return r
}

// focusAfter returns the path of the part of a tree that the keyboard is at after a change: what was added,
// or the group that something was taken from.
func focusAfter(r segment.Rule, do string) string {
	act, path, _ := strings.Cut(do, " ")
	steps, ok := stepsOf(path)
	if !ok {
		return ""
	}
	if act == "drop" {
		return path[:max(strings.LastIndexByte(path, '.'), len(rulePath))]
	}
	for _, i := range steps {
		if i >= len(r.Rules) {
			return ""
		}
		r = r.Rules[i]
	}
	return civic.FieldAt(path, len(r.Rules)-1)
}

// stepsOf returns the places of a path's parts below the root, from 0.
func stepsOf(path string) ([]int, bool) {
	parts := strings.Split(path, ".")
	if parts[0] != rulePath {
		return nil, false
	}
	steps := make([]int, len(parts)-1)
	for i, p := range parts[1:] {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 {
			return nil, false
		}
		steps[i] = n - 1
	}
	return steps, true
}

// at returns r with the group that steps lead to changed; a path that leads to none changes nothing.
func at(r segment.Rule, steps []int, change func(*segment.Rule)) segment.Rule {
	if isCondition(r) {
		return r
	}
	r.Rules = slices.Clone(r.Rules)
	if len(steps) == 0 {
		change(&r)
		return r
	}
	if i := steps[0]; i < len(r.Rules) {
		r.Rules[i] = at(r.Rules[i], steps[1:], change)
	}
	return r
}

// isCondition reports whether r is a condition, and no group.
func isCondition(r segment.Rule) bool { return r.Field != "" }

// noSource stands in the name of a condition that has a key and no source.
const noSource = "-"

// newCondition returns the condition that a choice of the form names, without values yet: a field, and of an
// answer its question, of events their kind. Ids and codes hold no spaces.
func newCondition(name string, v segment.Vocabulary) segment.Rule {
	parts := append(strings.Split(name, " "), "", "")
	r := segment.Rule{Op: segment.OpIs, Field: crm.AttributeName(parts[0]), Key: parts[2]}
	if parts[1] != noSource {
		r.Source = civic.ID(parts[1])
	}
	if asked, known := v.Asked(r); known {
		r.Op = asked.Type.Operators()[0]
	}
	return r
}

// conditionName is the choice that newCondition turns into a condition.
func conditionName(field crm.AttributeName, source civic.ID, key string) string {
	if source == "" && key != "" {
		source = noSource
	}
	return strings.TrimRight(string(field)+" "+string(source)+" "+key, " ")
}
