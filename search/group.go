package search

import (
	"context"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"ascolto/internal/civic"
)

// The bounds of a grouped search.
const (
	maxGathered = maxFrom + 100 // matches put into groups, the best
	maxMembers  = 3             // of a group, among which is the one that is shown
)

// gathered is a group among the matches: its best members, and how many it has in all.
type gathered struct {
	key  string
	ids  []string
	size int
}

// groupsOf puts matches, the best first, into groups, the one with the best match first.
func groupsOf(matches search.DocumentMatchCollection) []gathered {
	at := map[string]int{}
	var groups []gathered
	for _, m := range matches {
		key := m.Sort[len(m.Sort)-1]
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key], groups = i, append(groups, gathered{key: key})
		}
		groups[i].size++
		if len(groups[i].ids) < maxMembers {
			groups[i].ids = append(groups[i].ids, m.ID)
		}
	}
	return groups
}

// grouped returns r with the number of groups and the hits of its page by groups.
func (x *Index) grouped(
	ctx context.Context, q Query, r Result, matches search.DocumentMatchCollection, m marker,
) (Result, error) {
	groups := groupsOf(matches)
	r.Groups = r.Total - len(matches) + len(groups)
	from := min(max(q.From, 0), maxFrom, len(groups))
	groups = groups[from:min(len(groups), from+civic.PageRequest{Size: q.Size}.Normal().Size)]
	if r.Total > len(matches) { // the worst matches were not put into groups
		if err := x.measure(ctx, q, groups); err != nil {
			return Result{}, err
		}
	}
	hits, err := x.load(ctx, groups, m)
	if err != nil {
		return Result{}, err
	}
	for _, g := range groups {
		if h, ok := g.shown(hits); ok {
			r.Hits = append(r.Hits, h)
		}
	}
	return r, nil
}

// measure gives groups their size among all that q matches.
func (x *Index) measure(ctx context.Context, q Query, groups []gathered) error {
	if len(groups) == 0 {
		return nil
	}
	q.Count = nil
	_, req, err := x.request(q)
	if err != nil {
		return err
	}
	keys := make([]string, len(groups))
	for i, g := range groups {
		keys[i] = g.key
	}
	req.Query = query.NewConjunctionQuery([]query.Query{req.Query, anyOf(fieldGroup, keys)})
	req.AddFacet(fieldGroup, bleve.NewFacetRequest(fieldGroup, len(keys)))
	found, err := x.runHitless(ctx, req)
	if err != nil {
		return err
	}
	for _, c := range facetCounts(found.Facets)[fieldGroup] {
		if i := slices.Index(keys, c.Value); i >= 0 {
			groups[i].size = max(groups[i].size, c.Count)
		}
	}
	return nil
}

// load returns the best hit of each group, by id, and the others of those in whose best the words are not.
func (x *Index) load(ctx context.Context, groups []gathered, m marker) (map[string]Hit, error) {
	var best, others []string
	for _, g := range groups {
		best = append(best, g.ids[0])
	}
	hits := make(map[string]Hit, len(groups))
	if err := x.loadHits(ctx, best, m, hits); err != nil {
		return nil, err
	}
	for _, g := range groups {
		if len(m.exact) > 0 && !hits[g.ids[0]].marked() {
			others = append(others, g.ids[1:]...)
		}
	}
	return hits, x.loadHits(ctx, others, m, hits)
}

// loadHits puts the hits with the given ids into hits.
func (x *Index) loadHits(ctx context.Context, ids []string, m marker, hits map[string]Hit) error {
	read, err := x.read(ctx, ids)
	for id, s := range read {
		hits[id] = toHit(id, s, m)
	}
	return err
}

// marked reports whether the words are in the text that the hit shows.
func (h Hit) marked() bool { return strings.Contains(h.Snippet, "<mark>") }

// shown returns the member of g that stands for it: the best one in whose text the words are, else the best.
func (g gathered) shown(hits map[string]Hit) (shown Hit, ok bool) {
	for _, id := range g.ids {
		h, known := hits[id]
		if !known {
			continue // taken out meanwhile
		}
		if !ok || h.marked() {
			shown, ok = h, true
		}
		if h.marked() {
			break
		}
	}
	shown.More = g.size - 1
	return shown, ok
}
