package search

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"ascolto/internal/civic"
)

// How much a find in the fields of running text counts, before its rarity and the length of the text.
const (
	boostTitle = 3
	boostBody  = 1
	boostExact = 1
)

// What a find in the other fields scores. Running text scores between a hundredth and about five.
const (
	scoreCode = 8
	scoreName = 4
	scorePart = 0.01
	scorePref = 0.5  // a kind that is preferred
	scoreLike = 1e-6 // a word with a typing error: below anything found as it was written
)

// maxFilter bounds the values of one filter.
const maxFilter = 200

// build returns the query for q: its text, and unscored its scopes, kinds and facets.
func build(q Query, a asked) (query.Query, error) {
	if a.all {
		return filters(q)
	}
	return within(q, textQuery(a))
}

// within returns text with what q asks for besides.
func within(q Query, text query.Query) (query.Query, error) {
	filters, err := filters(q)
	if err != nil {
		return nil, err
	}
	found := []query.Query{text, filters}
	if len(q.Prefer) == 0 {
		return query.NewConjunctionQuery(found), nil
	}
	preferred := flat(anyOf(fieldKind, q.Prefer), scorePref)
	return query.NewBooleanQuery(found, []query.Query{preferred}, nil), nil
}

// check returns an error for filters that are none: Forbidden without a scope.
func (q Query) check() error {
	if len(q.Scopes) == 0 {
		return civic.NewError(civic.Forbidden, "search.error.scope")
	}
	isValid := len(q.Scopes) <= maxFilter && len(q.Kinds) <= maxFilter && len(q.Prefer) <= maxFilter
	for name, values := range q.Facets {
		isValid = isValid && slices.Contains(FacetNames(), name) && len(values) <= maxFilter
	}
	if !isValid {
		return civic.NewError(civic.Invalid, "search.error.filter")
	}
	return nil
}

// filters returns what a hit must be besides matching the text. Its scopes are never empty.
func filters(q Query) (query.Query, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	must := []query.Query{anyOf(fieldScope, q.scopes())}
	if len(q.Kinds) > 0 {
		must = append(must, anyOf(fieldKind, q.Kinds))
	}
	if q.Within != "" {
		must = append(must, term(fieldGroup, q.Within, 1))
	}
	for name, values := range q.Facets {
		if len(values) > 0 {
			must = append(must, anyOf(facetPrefix+name, values))
		}
	}
	return unscored{query.NewConjunctionQuery(must)}, nil
}

// scopes returns the scopes of q as values of their field.
func (q Query) scopes() []string {
	scopes := make([]string, len(q.Scopes))
	for i, s := range q.Scopes {
		scopes[i] = string(s)
	}
	return scopes
}

// anyOf matches documents with any of values in a keyword field.
func anyOf(field string, values []string) query.Query {
	terms := make([]query.Query, len(values))
	for i, v := range values {
		terms[i] = term(field, v, 1)
	}
	if len(terms) == 1 {
		return terms[0]
	}
	return query.NewDisjunctionQuery(terms)
}

// unscored is a query whose matches score nothing.
type unscored struct{ query.Query }

// Searcher returns the searcher of the query with scoring switched off.
func (u unscored) Searcher(
	ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions,
) (search.Searcher, error) {
	o.Score = "none"
	return u.Query.Searcher(ctx, r, m, o)
}

// textQuery matches what was asked, as its spelling says.
func textQuery(a asked) query.Query {
	if a.spelling != Similar {
		return wordsQuery(a, a.exact())
	}
	if a.strict {
		return query.NewMatchNoneQuery()
	}
	return query.NewBooleanQuery([]query.Query{wordsQuery(a, false)}, nil, []query.Query{wordsQuery(a, true)})
}

// wordsQuery matches what was asked: all of one or two parts, and two thirds of more. Stop words only add to
// the score. The title of what a document is a part of may stand in for some of the parts, not for all: else
// every reply would be found by the title of its discussion.
func wordsQuery(a asked, strict bool) query.Query {
	var need, own, help []query.Query
	for _, p := range a.parts {
		q := partQuery(p, strict)
		if p.vague() {
			help = append(help, q)
			continue
		}
		own = append(own, q)
		need = append(need, query.NewDisjunctionQuery(append([]query.Query{q}, aboutQueries(p)...)))
	}
	if len(need) == 0 {
		need, own, help = help, help, nil
	}
	if len(need) == 0 {
		return query.NewMatchNoneQuery()
	}
	if len(need) == 1 {
		return query.NewBooleanQuery(own, help, nil)
	}
	found := query.NewDisjunctionQuery(need)
	found.SetMin(float64(len(need) - len(need)/3))
	return query.NewBooleanQuery([]query.Query{found, unscored{query.NewDisjunctionQuery(own)}}, help, nil)
}

// aboutQueries match p by the title of what a document is a part of, for little.
func aboutQueries(p part) []query.Query {
	if p.phrase {
		return nil
	}
	var all []query.Query
	for _, w := range p.needed() {
		all = append(all, term(fieldAbout, stem(w.folded), 1))
	}
	return []query.Query{flat(query.NewConjunctionQuery(all), scorePart)}
}

// partQuery matches one part of what was asked.
func partQuery(p part, strict bool) query.Query {
	if p.phrase {
		return phraseQuery(p.words)
	}
	var all []query.Query
	for _, w := range p.needed() {
		all = append(all, wordQuery(w, strict))
	}
	together := query.Query(query.NewConjunctionQuery(all))
	if len(all) == 1 {
		together = all[0]
	}
	if len(p.whole) == 0 {
		return together
	}
	either := []query.Query{together}
	for _, w := range p.whole {
		either = append(either, knownQueries(w)...)
	}
	return query.NewDisjunctionQuery(either)
}

// phraseQuery matches words one after another; a single one as it is written, but for accents.
func phraseQuery(ws []word) query.Query {
	terms := make([]string, len(ws))
	for i, w := range ws {
		terms[i] = w.folded
	}
	if len(terms) == 1 {
		return query.NewDisjunctionQuery([]query.Query{
			term(fieldExact, terms[0], boostExact), inKnown(asName, terms[0], scoreName),
			inKnown(asCode, terms[0], scoreCode),
		})
	}
	return query.NewPhraseQuery(terms, fieldExact)
}

// wordQuery matches a word: by its stem, as it is written, as a name, a code or the beginning of one, and,
// far below, with a typing error unless strict is set.
func wordQuery(w word, strict bool) query.Query {
	st := stem(w.folded)
	found := query.NewDisjunctionQuery(knownQueries(w.folded))
	if w.isStop() {
		found.AddQuery(term(fieldExact, w.folded, boostExact)) // stop words have no stems in the index
	} else {
		found.AddQuery(term(fieldTitle, st, boostTitle), term(fieldBody, st, boostBody))
	}
	if strict || !w.forgiving() {
		return found
	}
	return query.NewDisjunctionQuery([]query.Query{found, flat(weightless{similarQuery(w)}, scoreLike)})
}

// similarQuery matches words one letter off w.
func similarQuery(w word) query.Query {
	similar := query.NewDisjunctionQuery([]query.Query{like{fieldExact, w.folded},
		like{fieldKnown, asName + w.folded}})
	if st := stem(w.folded); utf8.RuneCountInString(st) >= minFuzzyStem {
		similar.AddQuery(like{fieldTitle, st}, like{fieldBody, st})
	}
	return similar
}

// knownQueries match w as a name, a code, or a part of one.
func knownQueries(w string) []query.Query {
	found := []query.Query{inKnown(asName, w, scoreName), inKnown(asCode, w, scoreCode)}
	for _, t := range partTerms(w) {
		found = append(found, flat(beginning{fieldKnown, t}, scorePart))
	}
	return found
}

// inKnown matches a name or a code. It weighs nothing for the scores of running text.
func inKnown(as, value string, score float64) query.Query {
	return flat(term(fieldKnown, as+value, 0), score)
}

func term(field, value string, boost float64) query.Query {
	q := query.NewTermQuery(value)
	q.SetField(field)
	q.SetBoost(boost)
	return q
}
