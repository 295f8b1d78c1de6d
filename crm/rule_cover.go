package crm

import (
	"maps"
	"slices"
)

// facets is a query of the index: every named facet has one of its values.
type facets map[string][]string

// maxCover bounds the queries a rule becomes; a rule that needs more is answered by reading every contact.
const maxCover = 16

// cover returns queries whose results together hold every contact that r matches, and perhaps others; false when only reading
// every contact would do.
func (r Rule) cover() ([]facets, bool) {
	switch r.Op {
	case OpAll:
		return r.coverAll()
	case OpAny:
		return r.coverAny()
	case OpIs:
		return r.coverCondition()
	default: // who is not in a set is in no query of the index
		return nil, false
	}
}

// coverAll joins the covers of a group of which all must hold. A child without a cover narrows nothing; when joining would make
// too many queries, the shorter cover stands for both, which is still enough.
func (r Rule) coverAll() ([]facets, bool) {
	var cover []facets
	found := false
	for _, child := range r.Rules {
		next, ok := child.cover()
		switch {
		case !ok:
		case !found:
			cover, found = next, true
		case len(cover)*len(next) <= maxCover:
			cover = product(cover, next)
		case len(next) < len(cover):
			cover = next
		}
	}
	return cover, found
}

// product pairs every query of a with every one of b. Two lists of values for one facet cannot be asked for at once, so the first
// stands.
func product(a, b []facets) []facets {
	var out []facets
	for _, x := range a {
		for _, y := range b {
			both := maps.Clone(y)
			maps.Copy(both, x)
			out = append(out, both)
		}
	}
	return out
}

func (r Rule) coverAny() ([]facets, bool) {
	var cover []facets
	for _, child := range r.Rules {
		next, ok := child.cover()
		if !ok {
			return nil, false
		}
		cover = append(cover, next...)
	}
	return cover, len(cover) <= maxCover
}

func (r Rule) coverCondition() ([]facets, bool) {
	switch r.Field {
	case FieldDistrict, FieldTag, FieldConsent:
		return []facets{{string(r.Field): slices.Clone(r.Values)}}, true
	case FieldReach:
		return []facets{{"channel": slices.Clone(r.Values)}}, true
	case FieldFact:
		values := make([]string, len(r.Values))
		for i, v := range r.Values {
			values[i] = factFacet(r.Source, r.Key, v)
		}
		return []facets{{"fact": values}}, true
	default:
		return nil, false
	}
}
