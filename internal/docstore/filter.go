package docstore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// bound is where a range begins or ends.
type bound struct {
	value     value
	inclusive bool
}

// fieldFilter is what a filter wants of one field.
type fieldFilter struct {
	points       []value
	pointed      bool // points counts; when empty nothing matches
	lower, upper *bound
}

// fieldFilters returns what f wants of each field it names.
func fieldFilters(f Filter) (map[string]*fieldFilter, error) {
	wishes := map[string]*fieldFilter{}
	for _, c := range f {
		w := wishes[c.Field]
		if w == nil {
			w = &fieldFilter{}
			wishes[c.Field] = w
		}
		if err := w.add(c); err != nil {
			return nil, fmt.Errorf("%s %s: %w", c.Field, c.Op, err)
		}
	}
	return wishes, nil
}

// add takes up a condition. One field takes one Eq or In, or at most a lower and an upper bound.
func (w *fieldFilter) add(c Cond) error {
	values := make([]value, len(c.Values))
	for i, v := range c.Values {
		var err error
		if values[i], err = valueOf(v); err != nil {
			return err
		}
	}
	if c.Op == OpEq || c.Op == OpIn {
		if w.pointed || w.lower != nil || w.upper != nil {
			return fmt.Errorf("the field has another condition")
		}
		slices.SortFunc(values, compareValues)
		w.points, w.pointed = slices.Compact(values), true
		return nil
	}
	if len(values) != 1 || values[0] == null {
		return fmt.Errorf("a range needs one value")
	}
	return w.bound(c.Op, values[0])
}

func (w *fieldFilter) bound(op Op, v value) error {
	var lower, upper *bound
	switch op {
	case OpGt, OpGte:
		lower = &bound{v, op == OpGte}
	case OpLt, OpLte:
		upper = &bound{v, op == OpLte}
	case OpPrefix:
		lower = &bound{v, true}
		if next, ok := nextString(v.str); ok {
			upper = &bound{value{kind: kindString, str: next}, false}
		}
	default:
		return fmt.Errorf("unknown comparison")
	}
	if w.pointed || lower != nil && w.lower != nil || upper != nil && w.upper != nil {
		return fmt.Errorf("the field has another condition")
	}
	w.lower, w.upper = cmp.Or(w.lower, lower), cmp.Or(w.upper, upper)
	return nil
}

// empty reports whether no value lies between the bounds: they are of different types or crossed.
func (w *fieldFilter) empty() bool {
	return w.lower != nil && w.upper != nil &&
		(w.lower.value.kind != w.upper.value.kind || compareValues(w.lower.value, w.upper.value) > 0)
}

func compareValues(a, b value) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.num, b.num), strings.Compare(a.str, b.str))
}

// nextString returns the least string above all strings that begin with p; ok is false when there is none.
func nextString(p string) (next string, ok bool) {
	for p != "" {
		r, size := utf8.DecodeLastRuneInString(p)
		p = p[:len(p)-size]
		switch {
		case r == 0xD7FF: // the surrogates after it are no characters
			return p + "\uE000", true
		case r < utf8.MaxRune:
			return p + string(r+1), true
		}
	}
	return "", false
}

// String returns the filter's fields and comparisons, never its values, which may be personal data.
func (f Filter) String() string {
	parts := make([]string, len(f))
	for i, c := range f {
		parts[i] = c.Field + " " + string(c.Op)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
