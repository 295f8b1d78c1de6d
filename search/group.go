package search

import (
	"context"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

// The bounds of a grouped search.
const (
	maxGathered = maxFrom + 100 // matches put into groups, the best
	maxMembers  = 3             // of a group, among which is the one that is shown
)

// member is a document that matches: by its id, or by its place in a tally.
type member struct {
	id     string
	part   int
	number uint32
}

// reader reads members; those that are not there any more are left out.
type reader func([]member) (map[member]shelved, error)

// gathered is a group among the matches: its best members, and how many it has in all.
type gathered struct {
	key     string
	members []member
	size    int
}

// groupsOf puts n matches, the best first, into groups, the one with the best match first. Of each match one
// tells the group.
func groupsOf(n int, one func(i int) (key string, m member)) []gathered {
	at := map[string]int{}
	var groups []gathered
	for i := range n {
		key, m := one(i)
		g, ok := at[key]
		if !ok {
			g = len(groups)
			at[key], groups = g, append(groups, gathered{key: key})
		}
		groups[g].size++
		if len(groups[g].members) < maxMembers {
			groups[g].members = append(groups[g].members, m)
		}
	}
	return groups
}

// group puts the number of groups and the hits of the page that q asks for into r. The groups are those of so
// many matches; measure gives them their size among all.
func (r *Result) group(q Query, groups []gathered, matches int, m *marker, read reader,
	measure func([]gathered) error) error {
	r.Groups = r.Total - matches + len(groups)
	from, size := q.page()
	groups = groups[min(from, len(groups)):min(len(groups), from+size)]
	if r.Total > matches { // the worst matches were not put into groups
		if err := measure(groups); err != nil {
			return err
		}
	}
	hits, err := load(groups, m, read)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if h, ok := g.shown(hits); ok {
			r.Hits = append(r.Hits, h)
		}
	}
	return nil
}

// measure gives groups their size among all that q matches.
func (x *Index) measure(ctx context.Context, q Query, a asked, groups []gathered) error {
	if len(groups) == 0 {
		return nil
	}
	q.Count = nil
	req, err := x.request(q, a)
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

// load returns the best hit of each group, and the others of those in whose best the words are not.
func load(groups []gathered, m *marker, read reader) (map[member]Hit, error) {
	var best, others []member
	for _, g := range groups {
		best = append(best, g.members[0])
	}
	hits := make(map[member]Hit, len(groups))
	if err := loadHits(best, m, read, hits); err != nil {
		return nil, err
	}
	for _, g := range groups {
		if len(m.exact) > 0 && !hits[g.members[0]].marked() {
			others = append(others, g.members[1:]...)
		}
	}
	return hits, loadHits(others, m, read, hits)
}

// loadHits puts the hits of members into hits.
func loadHits(members []member, m *marker, read reader, hits map[member]Hit) error {
	docs, err := read(members)
	for one, d := range docs {
		hits[one] = toHit(d, m)
	}
	return err
}

// marked reports whether the words are in the text that the hit shows.
func (h Hit) marked() bool { return strings.Contains(h.Snippet, "<mark>") }

// shown returns the member of g that stands for it: the best one in whose text the words are, else the best.
func (g gathered) shown(hits map[member]Hit) (shown Hit, ok bool) {
	for _, one := range g.members {
		h, known := hits[one]
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
