package search

import (
	"cmp"
	"context"
	"slices"
)

// match is a document that matches: where it stands in a tally, what it scores, and its group in a grouped
// search.
type match struct {
	score  float64
	part   int
	number uint32
	group  string
}

// before orders matches: the better one first, of equal ones that of the first group, then the older one of
// the index.
func (m match) before(other match) int {
	return cmp.Or(cmp.Compare(other.score, m.score), cmp.Compare(m.group, other.group),
		cmp.Compare(m.part, other.part), cmp.Compare(m.number, other.number))
}

// isRanked reports whether what a matches is ranked by a scorer: what is similar alone is left to Bleve.
func (a asked) isRanked() bool { return a.all || a.spelling != Similar }

// best returns the best most of found, which q matches, whose text is a.
func (x *Index) best(ctx context.Context, t *tally, q Query, a asked, found matched, most int) (
	[]match, error,
) {
	by := &ranked{x: x}
	if err := by.of(t.reader); err != nil {
		return nil, err
	}
	var text scoring
	if !a.all {
		var err error
		if text, err = t.scores(q, a); err != nil {
			return nil, err
		}
	}
	now, seen, least := x.now(), 0, 0.0
	kept := make([]match, 0, min(found.size(), 2*most+1024))
	for part, set := range found {
		for it := set.Iterator(); it.HasNext(); seen++ {
			if seen%1024 == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			m := match{part: part, number: it.Next()}
			at, group, err := by.match(part, m.number, q.Grouped)
			if err != nil {
				return nil, err
			}
			if m.group, m.score = group, float64(at); text != nil {
				m.score, _ = text.score(part, m.number)
				m.score = freshScore(m.score, at, now)
			}
			if m.score < least {
				continue
			}
			if kept = append(kept, m); len(kept) == 2*most+1024 {
				kept = firstOf(kept, most)
				least = kept[most-1].score
			}
		}
	}
	return firstOf(kept, most), t.err
}

// firstOf returns the best most of matches, in their order.
func firstOf(matches []match, most int) []match {
	slices.SortFunc(matches, match.before)
	return matches[:min(most, len(matches))]
}

// searchSets does a search with the sets of a tally alone. It returns errUncounted for what they cannot tell,
// and with it what they can.
func (x *Index) searchSets(ctx context.Context, q Query, a asked) (r Result, err error) {
	err = x.tallied(ctx, func(ctx context.Context, t *tally) error {
		found := t.query(q, a)
		counts, err := t.counts(q, a, found)
		if err != nil {
			return err
		}
		r = Result{Total: counts.total, Facets: counts.facets, Alike: counts.alike}
		if counts.total == 0 {
			return nil
		}
		if !a.isRanked() {
			return errUncounted
		}
		return x.fillBest(ctx, t, q, a, found, &r)
	})
	return r, err
}

// fillBest puts the hits of the page that q asks for among found into r.
func (x *Index) fillBest(ctx context.Context, t *tally, q Query, a asked, found matched, r *Result) error {
	from, size := q.page()
	most := from + size
	if q.Grouped {
		most = maxGathered
	}
	matches, err := x.best(ctx, t, q, a, found, most)
	if err != nil {
		return err
	}
	read := func(members []member) (map[member]shelved, error) {
		docs := make(map[member]shelved, len(members))
		for _, m := range members {
			if docs[m], err = x.shelved(t.segments[m.part], m.number); err != nil {
				return nil, err
			}
		}
		return docs, nil
	}
	m := newMarker(a, q.Reader)
	if !q.Grouped {
		members := make([]member, 0, size)
		for _, found := range matches[min(from, len(matches)):] {
			members = append(members, found.member())
		}
		r.Hits, err = hitsOf(members, m, read)
		return err
	}
	return r.group(q, groupsOf(len(matches), func(i int) (string, member) {
		return matches[i].group, matches[i].member()
	}), len(matches), m, read, func(groups []gathered) error {
		for i, g := range groups {
			groups[i].size = t.all([]matched{found, t.term(fieldGroup, g.key)}).size()
		}
		return t.err
	})
}

func (m match) member() member { return member{part: m.part, number: m.number} }
