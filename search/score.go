package search

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"
)

// How much newer documents rank higher: one of today by a quarter, one of half a year ago by an eighth, and
// so on.
const (
	freshBonus    = 0.25
	freshHalfLife = 180 * 24 * time.Hour
)

// rescored is a query whose matches get another score, made from the one they have and, when by is set, from
// the date of the document.
type rescored struct {
	query.Query
	score func(score float64, at int64) float64
	by    *ranked
}

// fresher returns q with newer matches ranked slightly higher.
func fresher(q query.Query, by *ranked, now time.Time) query.Query {
	return rescored{Query: q, by: by, score: func(score float64, at int64) float64 {
		return freshScore(score, at, now)
	}}
}

// freshScore returns score, more for what is of a date close to now.
func freshScore(score float64, at int64, now time.Time) float64 {
	age := max(0, now.Sub(time.Unix(at, 0)))
	return score * (1 + freshBonus*math.Exp2(-float64(age)/float64(freshHalfLife)))
}

// newestFirst returns q with its matches ranked by date alone.
func newestFirst(q query.Query, by *ranked) query.Query {
	return rescored{Query: q, by: by, score: func(_ float64, at int64) float64 { return float64(at) }}
}

// flat returns q with the same score for every match.
func flat(q query.Query, score float64) query.Query {
	return rescored{Query: q, score: func(float64, int64) float64 { return score }}
}

// Searcher returns the searcher of the query, with its scores replaced unless nobody wants scores.
func (q rescored) Searcher(
	ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions,
) (search.Searcher, error) {
	inner, err := q.Query.Searcher(ctx, r, m, o)
	if err != nil || o.Score == "none" {
		return inner, err
	}
	if q.by != nil {
		if err := q.by.of(r); err != nil {
			_ = inner.Close()
			return nil, err
		}
	}
	return &rescoring{Searcher: inner, score: q.score, by: q.by}, nil
}

// rescoring is the searcher of a rescored query.
type rescoring struct {
	search.Searcher
	score func(score float64, at int64) float64
	by    *ranked
}

// Next returns the next match with its new score.
func (s *rescoring) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	d, err := s.Searcher.Next(ctx)
	return s.apply(d, err)
}

// Advance returns the first match at or after id with its new score.
func (s *rescoring) Advance(
	ctx *search.SearchContext, id index.IndexInternalID,
) (*search.DocumentMatch, error) {
	d, err := s.Searcher.Advance(ctx, id)
	return s.apply(d, err)
}

func (s *rescoring) apply(d *search.DocumentMatch, err error) (*search.DocumentMatch, error) {
	if err != nil || d == nil {
		return d, err
	}
	at := int64(0)
	if s.by != nil {
		if at, err = s.by.seconds(d.IndexInternalID); err != nil {
			return nil, err
		}
	}
	d.Score = s.score(d.Score, at)
	return d, nil
}

// weightless is a query whose matches score nothing and weigh nothing for the scores of other queries, so
// that Bleve makes one set of them where it can.
type weightless struct{ query.Query }

// Searcher returns the searcher of the query.
func (q weightless) Searcher(
	ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions,
) (search.Searcher, error) {
	if o.Score == "none" {
		return q.Query.Searcher(ctx, r, m, o)
	}
	o.Score, o.IncludeTermVectors = "none", false
	inner, err := q.Query.Searcher(ctx, r, m, o)
	if err != nil {
		return nil, err
	}
	return weighingNothing{inner}, nil
}

// weighingNothing is the searcher of a weightless query.
type weighingNothing struct{ search.Searcher }

// Weight returns what the query adds to the norm of the scores.
func (weighingNothing) Weight() float64 { return 0 }

// SetQueryNorm is told that norm, for scores that the query has not.
func (weighingNothing) SetQueryNorm(float64) {}

// like matches documents with a term that is one letter off value: one more, one less, another, or two
// swapped; none when there are too many such terms.
type like struct{ field, value string }

// Searcher returns the searcher of the query.
func (q like) Searcher(
	ctx context.Context, r index.IndexReader, _ mapping.IndexMapping, o search.SearcherOptions,
) (search.Searcher, error) {
	t, err := newTally(r)
	if err != nil {
		return nil, err
	}
	found, _ := t.likeTerms(q.field, q.value)
	terms := slices.Concat(found...)
	if err := errors.Join(t.err, ctx.Err()); err != nil {
		return nil, err
	}
	if len(terms) == 0 {
		terms = []string{""} // which no document has; a searcher of it can be made one set with others
	}
	slices.Sort(terms)
	return searcher.NewMultiTermSearcher(ctx, r, slices.Compact(terms), q.field, 0, o, true)
}

// beginning matches documents with a term that begins so, without scores, however many such terms there are:
// three letters are the beginning of hundreds of names. Bleve's own query fails when they are more than the
// clauses of a disjunction.
type beginning struct{ field, prefix string }

// Searcher returns the searcher of the query.
func (q beginning) Searcher(
	ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions,
) (search.Searcher, error) {
	dict, err := r.FieldDictPrefix(q.field, []byte(q.prefix))
	if err != nil {
		return nil, err
	}
	var terms []string
	for entry, err := dict.Next(); entry != nil || err != nil; entry, err = dict.Next() {
		if err != nil {
			return nil, errors.Join(err, dict.Close())
		}
		terms = append(terms, entry.Term)
	}
	if err := errors.Join(dict.Close(), ctx.Err()); err != nil {
		return nil, err
	}
	if len(terms) == 0 {
		return query.NewMatchNoneQuery().Searcher(ctx, r, m, o)
	}
	o.Score, o.IncludeTermVectors = "none", false
	return searcher.NewMultiTermSearcher(ctx, r, slices.Compact(terms), q.field, 0, o, false)
}
