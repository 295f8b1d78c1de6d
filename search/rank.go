package search

import (
	"math"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// scoring is what a document scores for a text, and whether it matches. Documents of a segment, which is told
// by its place in the tally, are asked for in the order of their numbers.
type scoring interface {
	score(part int, number uint32) (float64, bool)
}

// scorer makes the scoring of a text from the sets of a tally: the very scores that Bleve gives for the query
// that build makes of it, without its way through all that has one of the words.
type scorer struct {
	t      *tally
	total  float64       // documents of the index
	strict bool          // typing errors are not forgiven
	weight float64       // what the query norm is made of
	terms  []*scoredTerm // which it is set in
}

// scores returns the scoring of q, whose text is a, for what is not similar alone.
func (t *tally) scores(q Query, a asked) (scoring, error) {
	s := &scorer{t: t, total: float64(t.documents), strict: a.exact()}
	found := s.words(a)
	s.weight += s.bareFilters(q).weight
	if len(q.Prefer) > 0 {
		for _, kind := range q.Prefer {
			s.weight += s.bareTerm(fieldKind, kind, 1).weight
		}
		found = preferring{found, flatly{t.anyOf(fieldKind, q.Prefer), scorePref}}
	}
	norm := 1 / math.Sqrt(s.weight)
	for _, term := range s.terms {
		term.factor *= norm
	}
	return found, t.err
}

// words scores the parts of a, as wordsQuery says.
func (s *scorer) words(a asked) scoring {
	var parts, vague []part
	for _, p := range a.parts {
		if p.vague() {
			vague = append(vague, p)
		} else {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		parts, vague = vague, nil
	}
	var found scoring
	if len(parts) == 1 {
		found = s.part(parts[0])
	} else {
		found = s.mostOf(parts)
	}
	if len(vague) == 0 {
		return found
	}
	help := anyScore{least: 1}
	for _, p := range vague {
		help.of = append(help.of, s.part(p))
	}
	return preferring{found, help}
}

// mostOf scores what has most of parts, itself or in the title of what it is a part of.
func (s *scorer) mostOf(parts []part) scoring {
	found := anyScore{least: len(parts) - len(parts)/3}
	var own []bareWeight
	for _, p := range parts {
		own = append(own, s.barePart(p))
		one := s.part(p)
		if !p.phrase && !p.vague() {
			one = anyScore{of: []scoring{one, s.about(p)}, least: 1}
		}
		found.of = append(found.of, one)
	}
	s.weight += s.bareAny(own...).weight
	return found
}

// about scores the words of p in the title of what a document is a part of, as aboutQueries says.
func (s *scorer) about(p part) scoring {
	for _, w := range p.needed() {
		s.weight += s.bareTerm(fieldAbout, stem(w.folded), 1).weight
	}
	return flatly{s.t.about(p), scorePart}
}

// part scores p, as partQuery says.
func (s *scorer) part(p part) scoring {
	if p.phrase {
		w := p.words[0].folded
		return anyScore{least: 1, of: []scoring{s.term(fieldExact, w, boostExact),
			flatly{s.t.term(fieldKnown, asName+w), scoreName},
			flatly{s.t.term(fieldKnown, asCode+w), scoreCode}}}
	}
	var all allScore
	for _, w := range p.needed() {
		all = append(all, s.word(w))
	}
	together := scoring(all)
	if len(all) == 1 {
		together = all[0]
	}
	if len(p.whole) == 0 {
		return together
	}
	either := []scoring{together}
	for _, w := range p.whole {
		either = append(either, s.known(w)...)
	}
	return anyScore{of: either, least: 1}
}

// word scores w, as wordQuery says.
func (s *scorer) word(w word) scoring {
	found := s.known(w.folded)
	if w.isStop() {
		found = append(found, s.term(fieldExact, w.folded, boostExact))
	} else {
		st := stem(w.folded)
		found = append(found, s.term(fieldTitle, st, boostTitle), s.term(fieldBody, st, boostBody))
	}
	written := anyScore{of: found, least: 1}
	if s.strict || !w.forgiving() {
		return written
	}
	return anyScore{of: []scoring{written, flatly{s.t.similar(w), scoreLike}}, least: 1}
}

// known scores w as a name, a code or a part of one, as knownQueries says.
func (s *scorer) known(w string) []scoring {
	found := []scoring{flatly{s.t.term(fieldKnown, asName+w), scoreName},
		flatly{s.t.term(fieldKnown, asCode+w), scoreCode}}
	for _, beginning := range partTerms(w) {
		s.weight += s.bareBeginning(beginning).weight
		found = append(found, flatly{s.t.beginning(fieldKnown, beginning), scorePart})
	}
	return found
}

// term scores a term of running text by how often it stands there.
func (s *scorer) term(field, term string, boost float64) scoring {
	set := s.t.term(field, term)
	idf := s.idf(set)
	s.weight += boost * idf * boost * idf
	scored := &scoredTerm{t: s.t, field: field, term: term, set: set, factor: boost * idf * idf, part: -1}
	s.terms = append(s.terms, scored)
	return scored
}

// scoredTerm scores a term by its frequency and the length of the field.
type scoredTerm struct {
	t           *tally
	field, term string
	set         matched
	factor      float64
	part        int // whose postings are read
	postings    segment.PostingsIterator
}

func (s *scoredTerm) score(part int, number uint32) (float64, bool) {
	if !s.set[part].Contains(number) {
		return 0, false
	}
	if s.part != part {
		s.part, s.postings = part, s.t.frequencies(s.field, s.term, part)
	}
	if s.postings == nil {
		return 0, true
	}
	at, err := s.postings.Advance(uint64(number))
	if err != nil || at == nil || at.Number() != uint64(number) {
		if err != nil {
			s.t.fail(err)
		}
		return 0, true
	}
	return math.Sqrt(float64(at.Frequency())) * at.Norm() * s.factor, true
}

// frequencies returns how often a term stands in the documents of a segment, and how long the field is; nil
// when it stands in none.
func (t *tally) frequencies(field, term string, part int) segment.PostingsIterator {
	d := t.dict(field)[part]
	if d == nil {
		return nil
	}
	list, err := d.PostingsList([]byte(term), nil, nil)
	if err != nil {
		t.fail(err)
		return nil
	}
	return list.Iterator(true, true, false, nil)
}

// flatly scores the same for all of a set.
type flatly struct {
	set   matched
	value float64
}

func (s flatly) score(part int, number uint32) (float64, bool) {
	return s.value, s.set[part].Contains(number)
}

// anyScore scores what matches at least so many of several: the sum, less where only some do.
type anyScore struct {
	of    []scoring
	least int
}

func (s anyScore) score(part int, number uint32) (sum float64, ok bool) {
	n := 0
	for _, one := range s.of {
		if value, ok := one.score(part, number); ok {
			sum, n = sum+value, n+1
		}
	}
	return sum * float64(n) / float64(len(s.of)), n >= s.least
}

// allScore scores what matches all of several: the sum.
type allScore []scoring

func (s allScore) score(part int, number uint32) (sum float64, ok bool) {
	for _, one := range s {
		value, ok := one.score(part, number)
		if !ok {
			return 0, false
		}
		sum += value
	}
	return sum, true
}

// preferring scores the first, and more where the second matches too.
type preferring [2]scoring

func (s preferring) score(part int, number uint32) (float64, bool) {
	value, ok := s[0].score(part, number)
	if more, also := s[1].score(part, number); ok && also {
		value += more
	}
	return value, ok
}
