package docstore

import (
	"fmt"
	"slices"
	"strings"

	"ascolto/internal/civic"
)

// The bounds of one query.
const (
	maxLimit  = 1000
	maxPoints = 1000 // how many values In may list, over all fields of a filter
)

// plan is a query worked out against a layout: the index that serves it, the part of the index it reads and
// the order.
type plan struct {
	index   *index
	points  [][]value // for each leading field of the index, the values it may have, in order and each once
	lower   *bound    // of the field after them
	upper   *bound
	skip    int  // the order is that of index.fields[skip:], then _id
	reverse bool // the opposite order
	limit   int  // 0: no limit
	after   *position
	stamp   uint32
	empty   bool // nothing can match
}

// byID stands for the ids themselves, by which every collection can be searched.
var byID = &index{name: idField, fields: []field{{name: idField, path: []string{idField}, array: -1}},
	unique: true, array: -1}

// order is one field of a sort.
type order struct {
	field string
	desc  bool
}

// plan finds the index that serves q. It returns an Invalid error for a malformed cursor, and a plain one,
// which is the programmer's, for a query that no declared index serves.
func (l *layout) plan(q Query) (*plan, error) {
	wishes, err := fieldFilters(q.Filter)
	if err != nil {
		return nil, fmt.Errorf("docstore: collection %s: %w", l.name, err)
	}
	sort := ordersOf(q.Sort, wishes)
	p := l.serve(wishes, sort)
	if p == nil {
		return nil, fmt.Errorf("docstore: no index of %s serves the filter %s sorted by [%s]", l.name,
			q.Filter, strings.Join(q.Sort, " "))
	}
	if err := p.checkSize(); err != nil {
		return nil, fmt.Errorf("docstore: collection %s: %w", l.name, err)
	}
	switch {
	case q.Limit == 0:
		p.limit = civic.DefaultPageSize
	case q.Limit < 0 || q.Limit > maxLimit:
		return nil, fmt.Errorf("docstore: collection %s: a limit of %d is not between 1 and %d", l.name,
			q.Limit, maxLimit)
	default:
		p.limit = q.Limit
	}
	p.stamp = stampOf(fmt.Sprintf("%s %s %d %t", l.name, p.index.name, p.skip, p.reverse))
	if q.Cursor == "" {
		return p, nil
	}
	pos, err := decodeCursor(q.Cursor, p.stamp, len(p.order()))
	if err != nil {
		return nil, err
	}
	p.after = &pos
	return p, nil
}

// serve returns the plan over the index that leaves the fewest fields unasked for, nil when none serves.
func (l *layout) serve(wishes map[string]*fieldFilter, sort []order) *plan {
	var best *plan
	spare := 0
	for _, ix := range append([]*index{byID}, l.indexes...) {
		if p, left := ix.serve(wishes, sort); p != nil && (best == nil || left < spare) {
			best, spare = p, left
		}
	}
	return best
}

// serve returns the plan of wishes and sort over ix and how many fields of the index neither of them names,
// or nil.
func (ix *index) serve(wishes map[string]*fieldFilter, sort []order) (p *plan, spare int) {
	p = &plan{index: ix}
	used := 0
	for _, f := range ix.fields {
		w := wishes[f.name]
		if w == nil || !w.pointed {
			break
		}
		p.points = append(p.points, w.points)
		p.empty = p.empty || len(w.points) == 0
		used++
	}
	if n := len(p.points); n < len(ix.fields) {
		if w := wishes[ix.fields[n].name]; w != nil {
			p.lower, p.upper = w.lower, w.upper
			p.empty = p.empty || w.empty()
			used++
		}
	}
	if used < len(wishes) || ix.array >= len(p.points) {
		return nil, 0
	}
	named, ok := p.arrange(sort)
	if !ok {
		return nil, 0
	}
	return p, len(ix.fields) - max(named, used)
}

// arrange sets skip and reverse so that the index order is sort, and returns how many leading fields of the
// index the order covers; ok is false when the index has no such order. Fields with one value do not disturb
// an order.
func (p *plan) arrange(sort []order) (named int, ok bool) {
	fields := p.index.fields
	if p.index == byID {
		return 1, len(sort) == 0 || len(sort) == 1 && sort[0].field == idField && p.turn(sort[0].desc)
	}
	p.skip = len(p.points)
	if len(sort) == 0 {
		return p.skip, true
	}
	if len(sort) == 1 && sort[0].field == idField {
		return p.skip, p.skip == len(fields) && p.turn(sort[0].desc)
	}
	p.skip = slices.IndexFunc(fields, func(f field) bool { return f.name == sort[0].field })
	if p.skip < 0 || p.skip > len(p.points) || p.index.array >= p.skip {
		return 0, false
	}
	p.reverse = fields[p.skip].desc != sort[0].desc
	at := p.skip
	for _, o := range sort {
		for at < len(p.points) && fields[at].name != o.field && len(p.points[at]) == 1 {
			at++
		}
		if at == len(fields) || fields[at].name != o.field || (fields[at].desc != o.desc) != p.reverse {
			return 0, false
		}
		at++
	}
	return at, true
}

func (p *plan) turn(reverse bool) bool {
	p.reverse = reverse
	return true
}

// order returns the fields by which the plan's results are sorted before _id.
func (p *plan) order() []field {
	if p.index == byID {
		return nil
	}
	return p.index.fields[p.skip:]
}

// merges reports whether the results come from several parts of the index whose orders interleave.
func (p *plan) merges() bool {
	return slices.ContainsFunc(p.points[:min(p.skip, len(p.points))],
		func(vs []value) bool { return len(vs) > 1 })
}

func (p *plan) checkSize() error {
	n := 1
	for _, vs := range p.points {
		if n *= len(vs); n > maxPoints {
			return fmt.Errorf("a filter lists more than %d values", maxPoints)
		}
	}
	return nil
}

// prefixes returns the beginnings of the index keys that the first n points allow, in the order of the index.
func (p *plan) prefixes(n int) [][]value {
	all := [][]value{nil}
	for i, vs := range p.points[:n] {
		next := make([][]value, 0, len(all)*len(vs))
		for _, head := range all {
			for j := range vs {
				v := vs[j]
				if p.index.fields[i].desc {
					v = vs[len(vs)-1-j]
				}
				next = append(next, append(slices.Clip(head), v))
			}
		}
		all = next
	}
	return all
}

// ordersOf returns sort without the fields that a filter holds to one value.
func ordersOf(sort []string, wishes map[string]*fieldFilter) []order {
	var orders []order
	for _, s := range sort {
		o := order{field: strings.TrimPrefix(s, "-"), desc: strings.HasPrefix(s, "-")}
		if w := wishes[o.field]; w == nil || !w.pointed || len(w.points) != 1 {
			orders = append(orders, o)
		}
	}
	return orders
}
