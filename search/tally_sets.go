package search

import (
	"cmp"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/search/searcher"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

func (t *tally) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// each returns what of returns for each segment.
func (t *tally) each(of func(i int) *roaring.Bitmap) matched {
	out := make(matched, len(t.segments))
	for i := range out {
		out[i] = of(i)
	}
	return out
}

// any returns what at least one of sets has.
func (t *tally) any(sets []matched) matched {
	if len(sets) == 1 {
		return sets[0]
	}
	return t.each(func(i int) *roaring.Bitmap {
		var first, out *roaring.Bitmap
		for _, s := range sets {
			switch {
			case s[i].IsEmpty():
			case first == nil:
				first = s[i]
			case out == nil:
				out = roaring.Or(first, s[i])
			default:
				out.Or(s[i])
			}
		}
		switch {
		case first == nil:
			return roaring.New()
		case out == nil:
			return first
		}
		return out
	})
}

// all returns what all of sets, at least one, have.
func (t *tally) all(sets []matched) matched {
	if len(sets) == 1 {
		return sets[0]
	}
	return t.each(func(i int) *roaring.Bitmap {
		out := roaring.And(sets[0][i], sets[1][i])
		for _, s := range sets[2:] {
			out.And(s[i])
		}
		return out
	})
}

// less returns what of has and without has not.
func (t *tally) less(of, without matched) matched {
	return t.each(func(i int) *roaring.Bitmap { return roaring.AndNot(of[i], without[i]) })
}

// atLeast returns what n or more of sets have.
func (t *tally) atLeast(n int, sets []matched) matched {
	if n == len(sets) {
		return t.all(sets)
	}
	return t.each(func(i int) *roaring.Bitmap {
		have := make([]*roaring.Bitmap, n) // have[k]: k+1 or more of the sets so far
		for k := range have {
			have[k] = roaring.New()
		}
		for _, s := range sets {
			for k := n - 1; k > 0; k-- {
				have[k].Or(roaring.And(have[k-1], s[i]))
			}
			have[0].Or(s[i])
		}
		return have[n-1]
	})
}

// live returns what of set was not deleted.
func (t *tally) live(set matched) matched {
	return t.each(func(i int) *roaring.Bitmap {
		deleted := t.segments[i].Deleted()
		if deleted == nil {
			return set[i]
		}
		return roaring.AndNot(set[i], deleted)
	})
}

// anyOf returns what has any of values in a keyword field.
func (t *tally) anyOf(field string, values []string) matched {
	sets := make([]matched, len(values))
	for i, v := range values {
		sets[i] = t.term(field, v)
	}
	return t.any(sets)
}

// term returns what has a term in a field.
func (t *tally) term(field, term string) matched {
	key := [2]string{field, term}
	set, ok := t.terms[key]
	if !ok {
		set = t.each(func(i int) *roaring.Bitmap { return t.postings(t.dict(field)[i], term) })
		t.terms[key] = set
	}
	return set
}

// dict returns the terms of a field in each segment, nil where they cannot be read.
func (t *tally) dict(field string) []segment.TermDictionary {
	dicts, ok := t.dicts[field]
	if !ok {
		for _, s := range t.segments {
			d, err := s.Segment().Dictionary(field)
			if err != nil {
				t.fail(err)
			}
			dicts = append(dicts, d)
		}
		t.dicts[field] = dicts
	}
	return dicts
}

// postings returns which documents have a term of d.
func (t *tally) postings(d segment.TermDictionary, term string) *roaring.Bitmap {
	if d == nil {
		return roaring.New()
	}
	list, err := d.PostingsList([]byte(term), nil, nil)
	if err != nil {
		t.fail(err)
		return roaring.New()
	}
	it, ok := list.Iterator(false, false, false, nil).(segment.OptimizablePostingsIterator)
	if !ok {
		t.fail(errUncounted)
		return roaring.New()
	}
	if set := it.ActualBitmap(); set != nil {
		return set
	}
	set := roaring.New()
	if n, ok := it.DocNum1Hit(); ok {
		set.Add(uint32(n))
	}
	return set
}

// beginning returns what has a term that begins with prefix.
func (t *tally) beginning(field, prefix string) matched { return t.beginnings(field, prefix).set }

// beginnings returns what has a term that begins with prefix, and how many such terms there are.
func (t *tally) beginnings(field, prefix string) variants {
	key := [2]string{field, prefix}
	b, ok := t.begins[key]
	if ok {
		return b
	}
	end := []byte(prefix)
	end[len(end)-1]++ // no term has a byte 0xff
	var one string
	b.set = t.each(func(i int) *roaring.Bitmap {
		d := t.dict(field)[i]
		terms := t.find(d, nil, []byte(prefix), end)
		for _, term := range terms {
			switch {
			case b.terms == 0:
				b.terms, one = 1, term
			case term != one:
				b.terms = 2
			}
		}
		return t.union(d, terms)
	})
	t.begins[key] = b
	return b
}

// find returns the terms of d that an automaton takes, from from on and before to; nil leaves any of them
// out.
func (t *tally) find(d segment.TermDictionary, a segment.Automaton, from, to []byte) (terms []string) {
	if d == nil {
		return nil
	}
	it := d.AutomatonIterator(a, from, to)
	for {
		entry, err := it.Next()
		if err != nil {
			t.fail(err)
		}
		if err != nil || entry == nil {
			return terms
		}
		terms = append(terms, entry.Term)
	}
}

// union returns which documents have any of terms of d.
func (t *tally) union(d segment.TermDictionary, terms []string) *roaring.Bitmap {
	out := roaring.New()
	for _, term := range terms {
		out.Or(t.postings(d, term))
	}
	return out
}

// like returns what has a term at most one letter off value; nothing when there are too many such terms.
func (t *tally) like(field, value string) variants {
	key := [2]string{field, value}
	like, ok := t.likes[key]
	if !ok {
		var terms [][]string
		terms, like.terms = t.likeTerms(field, value)
		like.set = t.each(func(i int) *roaring.Bitmap { return t.union(t.dict(field)[i], terms[i]) })
		t.likes[key] = like
	}
	return like
}

// likeTerms returns the terms of each segment that are at most one letter off value, and how many they are;
// none when they are too many.
func (t *tally) likeTerms(field, value string) (terms [][]string, n int) {
	terms = make([][]string, len(t.segments))
	var all []string
	for i, d := range t.dict(field) {
		terms[i] = t.find(d, typo(value), nil, nil)
		all = append(all, terms[i]...)
	}
	slices.Sort(all)
	if n = len(slices.Compact(all)); n > searcher.DisjunctionMaxClauseCount {
		return make([][]string, len(t.segments)), 0
	}
	return terms, min(n, 2)
}

// facet returns how many of set have each value of a facet, as facetCounts does.
func (t *tally) facet(field string, set matched) []FacetCount {
	most := 0
	for _, d := range t.dict(field) {
		if d != nil {
			most += d.Cardinality()
		}
	}
	if most > maxFacetSize {
		t.fail(errUncounted)
		return nil
	}
	hits := map[string]int{}
	for i, d := range t.dict(field) {
		if set[i].IsEmpty() {
			continue
		}
		for _, value := range t.find(d, nil, nil, nil) {
			if n := set[i].AndCardinality(t.postings(d, value)); n > 0 {
				hits[value] += int(n)
			}
		}
	}
	counts := make([]FacetCount, 0, len(hits))
	for value, n := range hits {
		counts = append(counts, FacetCount{Value: value, Count: n})
	}
	slices.SortFunc(counts, func(a, b FacetCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return counts
}
