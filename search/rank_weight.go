package search

import (
	"math"
	"slices"
	"unicode/utf8"
)

// idf returns how much rarity makes of a term that set has.
func (s *scorer) idf(set matched) float64 { return 1 + math.Log(s.total/float64(s.t.alive(set)+1)) }

// alive returns how many documents of set were not deleted.
func (t *tally) alive(set matched) int {
	n := set.size()
	for i, s := range t.segments {
		if deleted := s.Deleted(); deleted != nil {
			n -= int(set[i].AndCardinality(deleted))
		}
	}
	return n
}

// bareWeight is what a query without scores adds to the query norm, which depends on whether Bleve makes one
// set of it.
type bareWeight struct {
	weight float64
	isSet  bool
}

func (s *scorer) bareTerm(field, term string, boost float64) bareWeight {
	if boost == 0 {
		return bareWeight{0, true}
	}
	idf := s.idf(s.t.term(field, term))
	return bareWeight{boost * idf * boost * idf, true}
}

// bareSet is a set that Bleve makes of several: it takes it for a term that no document has.
func (s *scorer) bareSet() bareWeight {
	idf := 1 + math.Log(s.total)
	return bareWeight{idf * idf, true}
}

func (s *scorer) bareAny(of ...bareWeight) bareWeight {
	if len(of) == 1 {
		return of[0]
	}
	return s.bareAll(of...)
}

func (s *scorer) bareAll(of ...bareWeight) bareWeight {
	if len(of) > 1 && !slices.ContainsFunc(of, func(w bareWeight) bool { return !w.isSet }) {
		return s.bareSet()
	}
	sum := 0.0
	for _, w := range of {
		sum += w.weight
	}
	return bareWeight{sum, false}
}

func (s *scorer) bareAnyOf(field string, values []string) bareWeight {
	var of []bareWeight
	for _, v := range values {
		of = append(of, s.bareTerm(field, v, 1))
	}
	return s.bareAny(of...)
}

func (s *scorer) bareFilters(q Query) bareWeight {
	must := []bareWeight{s.bareAnyOf(fieldScope, q.scopes())}
	if len(q.Kinds) > 0 {
		must = append(must, s.bareAnyOf(fieldKind, q.Kinds))
	}
	if q.Within != "" {
		must = append(must, s.bareTerm(fieldGroup, q.Within, 1))
	}
	for name, values := range q.Facets {
		if len(values) > 0 {
			must = append(must, s.bareAnyOf(facetPrefix+name, values))
		}
	}
	return s.bareAll(must...)
}

func (s *scorer) barePart(p part) bareWeight {
	if p.phrase {
		return s.bareAny(s.bareTerm(fieldExact, p.words[0].folded, boostExact), bareWeight{0, true},
			bareWeight{0, true})
	}
	var all []bareWeight
	for _, w := range p.needed() {
		all = append(all, s.bareWord(w))
	}
	together := all[0]
	if len(all) > 1 {
		together = s.bareAll(all...)
	}
	if len(p.whole) == 0 {
		return together
	}
	either := []bareWeight{together}
	for _, w := range p.whole {
		either = append(either, s.bareKnown(w)...)
	}
	return s.bareAny(either...)
}

func (s *scorer) bareWord(w word) bareWeight {
	found := s.bareKnown(w.folded)
	if w.isStop() {
		found = append(found, s.bareTerm(fieldExact, w.folded, boostExact))
	} else {
		st := stem(w.folded)
		found = append(found, s.bareTerm(fieldTitle, st, boostTitle), s.bareTerm(fieldBody, st, boostBody))
	}
	written := s.bareAny(found...)
	if s.strict || !w.forgiving() {
		return written
	}
	return s.bareAny(written, s.bareSimilar(w))
}

func (s *scorer) bareSimilar(w word) bareWeight {
	found := []bareWeight{s.bareLike(fieldExact, w.folded), s.bareLike(fieldKnown, asName+w.folded)}
	if st := stem(w.folded); utf8.RuneCountInString(st) >= minFuzzyStem {
		found = append(found, s.bareLike(fieldTitle, st), s.bareLike(fieldBody, st))
	}
	return s.bareAny(found...)
}

func (s *scorer) bareLike(field, value string) bareWeight {
	if s.t.like(field, value).terms < 2 {
		return bareWeight{0, true}
	}
	return s.bareSet()
}

func (s *scorer) bareKnown(w string) []bareWeight {
	found := []bareWeight{{0, true}, {0, true}}
	for _, beginning := range partTerms(w) {
		found = append(found, s.bareBeginning(beginning))
	}
	return found
}

func (s *scorer) bareBeginning(prefix string) bareWeight {
	switch s.t.beginnings(fieldKnown, prefix).terms {
	case 0:
		return bareWeight{0, false}
	case 1:
		return bareWeight{0, true}
	}
	return s.bareSet()
}
