package search

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// matched is which documents something matches: their numbers in each segment of the index. Nobody changes
// one.
type matched []*roaring.Bitmap

// tally counts what matches a query without looking at a single document, by sets of their numbers that the
// index keeps for each term. It means by a query exactly what build has Bleve search for, and is of one state
// of the index.
type tally struct {
	reader    index.IndexReader
	segments  []*scorch.SegmentSnapshot
	documents uint64
	dicts     map[string][]segment.TermDictionary
	terms     map[[2]string]matched  // by field and term
	likes     map[[2]string]variants // by field and term
	begins    map[[2]string]variants // by field and beginning
	err       error                  // the first; what is returned after it means nothing
}

// variants are the documents with one of several terms, and how many such terms there are: 2 for more.
type variants struct {
	set   matched
	terms int
}

// errUncounted is returned for what sets cannot tell: where words stand, and values of facets that are too
// many.
var errUncounted = errors.New("search: not to be counted by sets")

// newTally returns a tally of what reader sees, or errUncounted where the index is of a kind that has no
// sets.
func newTally(reader index.IndexReader) (*tally, error) {
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errUncounted
	}
	documents, err := snapshot.DocCount()
	return &tally{
		reader: reader, segments: snapshot.Segments(), documents: documents,
		dicts: map[string][]segment.TermDictionary{}, terms: map[[2]string]matched{},
		likes: map[[2]string]variants{}, begins: map[[2]string]variants{},
	}, err
}

// tallyCounts is how many documents match, by the values of facets, and how many are written one letter off.
type tallyCounts struct {
	total  int
	facets map[string][]FacetCount
	alike  int // 0 when it was not asked for, or nothing matches
}

// tallied calls use with a tally of what searches see now, in one of the slots.
func (x *Index) tallied(ctx context.Context, use func(ctx context.Context, t *tally) error) error {
	ctx, cancel := context.WithTimeout(ctx, x.patience)
	defer cancel()
	leave, err := x.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return x.reading(func() error {
		reader, err := openReader(x.alias)
		if err != nil {
			return err
		}
		defer reader.Close() // it only read
		t, err := newTally(reader)
		if err != nil {
			return err
		}
		return use(ctx, t)
	})
}

// counts counts what q matches, whose text is a: found.
func (t *tally) counts(q Query, a asked, found matched) (tallyCounts, error) {
	counts := tallyCounts{total: found.size(), facets: make(map[string][]FacetCount, len(q.Count))}
	for _, name := range q.Count {
		counts.facets[name] = t.facet(facetField(name), found)
	}
	if q.Alike && counts.total > 0 && !a.all {
		a.spelling = Similar
		counts.alike = t.query(q, a).size()
	}
	return counts, t.err
}

// size returns how many documents m has.
func (m matched) size() int {
	n := 0
	for _, set := range m {
		n += int(set.GetCardinality())
	}
	return n
}

// query returns what q matches, whose text is a.
func (t *tally) query(q Query, a asked) matched {
	must := []matched{t.live(t.anyOf(fieldScope, q.scopes()))}
	if len(q.Kinds) > 0 {
		must = append(must, t.anyOf(fieldKind, q.Kinds))
	}
	if q.Within != "" {
		must = append(must, t.term(fieldGroup, q.Within))
	}
	for name, values := range q.Facets {
		if len(values) > 0 {
			must = append(must, t.anyOf(facetPrefix+name, values))
		}
	}
	if !a.all {
		must = append(must, t.text(a))
	}
	return t.all(must)
}

// text returns what matches a, as textQuery says.
func (t *tally) text(a asked) matched {
	switch {
	case a.spelling != Similar:
		return t.words(a, a.exact())
	case a.strict:
		return t.any(nil)
	}
	return t.less(t.words(a, false), t.words(a, true))
}

// words returns what matches the parts of a, as wordsQuery says.
func (t *tally) words(a asked, strict bool) matched {
	var need, own, help []matched
	for _, p := range a.parts {
		found := t.part(p, strict)
		if p.vague() {
			help = append(help, found)
			continue
		}
		own = append(own, found)
		need = append(need, t.any([]matched{found, t.about(p)}))
	}
	if len(need) == 0 {
		need, own = help, help
	}
	if len(need) < 2 {
		return t.any(own)
	}
	return t.all([]matched{t.atLeast(len(need)-len(need)/3, need), t.any(own)})
}

// about returns what belongs to something whose title has the words of p, as aboutQueries says.
func (t *tally) about(p part) matched {
	if p.phrase {
		return t.any(nil)
	}
	var all []matched
	for _, w := range p.needed() {
		all = append(all, t.term(fieldAbout, stem(w.folded)))
	}
	return t.all(all)
}

// part returns what matches p, as partQuery says.
func (t *tally) part(p part, strict bool) matched {
	if p.phrase {
		return t.phrase(p.words)
	}
	var all []matched
	for _, w := range p.needed() {
		all = append(all, t.word(w, strict))
	}
	either := []matched{t.all(all)}
	for _, w := range p.whole {
		either = append(either, t.known(w)...)
	}
	return t.any(either)
}

// phrase returns what has a single word as it is written, as phraseQuery says; of more words only Bleve knows
// where they stand.
func (t *tally) phrase(ws []word) matched {
	if len(ws) > 1 {
		t.fail(errUncounted)
		return t.any(nil)
	}
	w := ws[0].folded
	return t.any([]matched{t.term(fieldExact, w), t.term(fieldKnown, asName+w), t.term(fieldKnown, asCode+w)})
}

// word returns what matches w, as wordQuery says.
func (t *tally) word(w word, strict bool) matched {
	st := stem(w.folded)
	found := t.known(w.folded)
	if w.isStop() {
		found = append(found, t.term(fieldExact, w.folded))
	} else {
		found = append(found, t.term(fieldTitle, st), t.term(fieldBody, st))
	}
	if strict || !w.forgiving() {
		return t.any(found)
	}
	return t.any(append(found, t.similar(w)))
}

// similar returns what has a word one letter off w, as similarQuery says.
func (t *tally) similar(w word) matched {
	found := []matched{t.like(fieldExact, w.folded).set, t.like(fieldKnown, asName+w.folded).set}
	if st := stem(w.folded); utf8.RuneCountInString(st) >= minFuzzyStem {
		found = append(found, t.like(fieldTitle, st).set, t.like(fieldBody, st).set)
	}
	return t.any(found)
}

// known returns what has w as a name, a code, or a part of one, as knownQueries says.
func (t *tally) known(w string) []matched {
	found := []matched{t.term(fieldKnown, asName+w), t.term(fieldKnown, asCode+w)}
	for _, beginning := range partTerms(w) {
		found = append(found, t.beginning(fieldKnown, beginning))
	}
	return found
}
