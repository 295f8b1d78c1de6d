package docstore

import (
	"bytes"
	"cmp"
	"slices"
)

// span is a part of an index, from lo up to but without hi; both are keys, or ids in a search by id.
type span struct {
	lo, hi any
	head   []value // the fixed values before the fields of the order
}

// beyond sorts after every string.
var beyond = []byte{0xff}

// spans returns the parts of the index that p reads, in the order of the index.
func (p *plan) spans() []span {
	if p.index == byID {
		return p.idSpans()
	}
	var spans []span
	for _, fixed := range p.prefixes(len(p.points)) {
		var prefix []byte
		for i, v := range fixed {
			prefix = appendValue(prefix, v, p.index.fields[i].desc)
		}
		s := span{lo: prefix, hi: following(prefix), head: fixed[:p.skip]}
		if p.lower != nil || p.upper != nil {
			s.lo, s.hi = p.bounds(prefix, p.index.fields[len(fixed)].desc)
		} else if len(prefix) == 0 {
			s.lo, s.hi = []byte{0}, beyond
		}
		spans = append(spans, s)
	}
	return spans
}

// bounds returns where p's range begins and ends among the keys that begin with prefix.
func (p *plan) bounds(prefix []byte, desc bool) (lo, hi []byte) {
	lower, upper := p.lower, p.upper
	k := cmp.Or(lower, upper).value.kind
	if desc {
		lower, upper = upper, lower
	}
	prefix = slices.Clip(prefix)
	lo = appendKind(prefix, k, desc)
	hi = following(lo)
	if lower != nil {
		if lo = appendValue(prefix, lower.value, desc); !lower.inclusive {
			lo = following(lo)
		}
	}
	if upper != nil {
		if hi = appendValue(prefix, upper.value, desc); upper.inclusive {
			hi = following(hi)
		}
	}
	return lo, hi
}

func (p *plan) idSpans() []span {
	if len(p.points) == 0 {
		s := span{lo: "", hi: beyond}
		if p.lower != nil {
			s.lo = boundID(p.lower, !p.lower.inclusive)
		}
		if p.upper != nil {
			s.hi = boundID(p.upper, p.upper.inclusive)
		}
		return []span{s}
	}
	var spans []span
	for _, v := range p.points[0] {
		if v.kind == kindString {
			spans = append(spans, span{lo: v.str, hi: v.str + "\x00"})
		}
	}
	return spans
}

// boundID returns a bound as an id, or the least id above it.
func boundID(e *bound, above bool) string {
	if above {
		return e.value.str + "\x00"
	}
	return e.value.str
}

// compareBounds compares keys with keys and ids with ids; beyond is above all of them.
func compareBounds(a, b any) int {
	return bytes.Compare(boundBytes(a), boundBytes(b))
}

func boundBytes(v any) []byte {
	if s, ok := v.(string); ok {
		return []byte(s)
	}
	return v.([]byte)
}

// keyHead returns the encoding of the leading fields of ix.
func (ix *index) keyHead(values []value) []byte {
	var key []byte
	for i, v := range values {
		key = appendValue(key, v, ix.fields[i].desc)
	}
	return key
}
