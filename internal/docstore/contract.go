// Package docstore keeps documents: BSON with an id and a revision, found by declared indexes. Two engines fulfil one
// contract: a SQLite file, and MongoDB. A query that no declared index serves is an error in both, so slow queries cannot be
// written; what the store acknowledged survives the death of the process.
package docstore

import (
	"context"
	"iter"

	"github.com/oklog/ulid/v2"

	"ascolto/internal/civic"
)

// Meta is embedded (`bson:",inline"`) by every stored type: its id, and the revision that grows by one with each change.
type Meta struct {
	ID       civic.ID `bson:"_id"`
	Revision int64    `bson:"rev"`
}

func (m *Meta) meta() *Meta { return m }

// NewID returns a fresh id: a ULID, so that ids sort by creation time. Never use it where the time must stay unknown.
func NewID() civic.ID { return civic.ID(ulid.Make().String()) }

// Index declares fields by which a collection is searched and sorted. A field is a BSON path ("district", "emails.address");
// a leading "-" means descending. At most one field may lie in an array (each element is indexed). Values are strings,
// integers, booleans and times; a missing field is indexed as null. A Unique index refuses a second document with equal values (null excepted).
type Index struct {
	Name   string
	Fields []string
	Unique bool
}

// Spec declares a collection: its name and every index it is queried by. Ids are always indexed.
type Spec struct {
	Name    string
	Indexes []Index
}

// Op is a comparison that an index can answer.
type Op string

// The comparisons.
const (
	OpEq     Op = "eq"
	OpIn     Op = "in"
	OpGt     Op = "gt"
	OpGte    Op = "gte"
	OpLt     Op = "lt"
	OpLte    Op = "lte"
	OpPrefix Op = "prefix"
)

// Cond is one comparison of a field with a value (OpIn: any of several). All conditions of a filter must hold.
type Cond struct {
	Field  string
	Op     Op
	Values []any
}

// Filter is a conjunction of conditions that one declared index serves: equalities (or In) on its leading fields, then ranges
// or a prefix on the next one. "_id" serves too.
type Filter []Cond

// Eq holds when field equals v.
func Eq(field string, v any) Cond { return Cond{field, OpEq, []any{v}} }

// In holds when field equals one of vs; none never holds.
func In[V any](field string, vs ...V) Cond {
	values := make([]any, len(vs))
	for i, v := range vs {
		values[i] = v
	}
	return Cond{field, OpIn, values}
}

// Gt holds when field is greater than v.
func Gt(field string, v any) Cond { return Cond{field, OpGt, []any{v}} }

// Gte holds when field is v or greater.
func Gte(field string, v any) Cond { return Cond{field, OpGte, []any{v}} }

// Lt holds when field is less than v.
func Lt(field string, v any) Cond { return Cond{field, OpLt, []any{v}} }

// Lte holds when field is v or less.
func Lte(field string, v any) Cond { return Cond{field, OpLte, []any{v}} }

// Prefix holds when the string field begins with v.
func Prefix(field, v string) Cond { return Cond{field, OpPrefix, []any{v}} }

// Query asks for documents in an order that one declared index serves together with the filter.
type Query struct {
	Filter Filter
	Sort   []string // fields, "-" for descending, as declared or wholly reversed; empty: by _id. Ties are broken by _id
	Cursor string   // Next of the page before; empty for the first page
	Limit  int      // 1 to 1,000; 0 means civic.DefaultPageSize
}

// Collection is the documents of one type T, which embeds Meta.
type Collection[T any] struct {
	spec   Spec
	engine engine
}

// Docs is what the domain packages use of a collection; the methods below are its only ones:
//
//	Get(ctx, id) (T, error)                        NotFound
//	Insert(ctx, docs ...*T) error                  Conflict when an id or a unique value is taken. Sets Revision 1 (and a NewID when the id is empty).
//	                                               One document is whole or absent; several are stored in order until the first that fails.
//	InsertMany(ctx, docs []*T) (taken []civic.ID, err error)   bulk: skips those whose id is taken and returns their ids
//	Update(ctx, id, func(*T) error) (T, error)     loads, changes, replaces if the revision is unchanged; tries again when it is not (the function runs again);
//	                                               NotFound; Conflict on a unique value; the function's own error ends it and nothing is written
//	Replace(ctx, *T) error                         replaces when the stored revision equals doc.Revision, else Conflict; for forms that carry a revision
//	Delete(ctx, id) error                          nil when it was not there
//	Find(ctx, Query) (civic.Page[T], error)
//	All(ctx, Query) iter.Seq2[T, error]            every page of Find, one after another; Limit is the batch size
//	Count(ctx, Filter) (int, error)
type Docs[T any] interface {
	Get(ctx context.Context, id civic.ID) (T, error)
	Insert(ctx context.Context, docs ...*T) error
	InsertMany(ctx context.Context, docs []*T) (taken []civic.ID, err error)
	Update(ctx context.Context, id civic.ID, change func(*T) error) (T, error)
	Replace(ctx context.Context, doc *T) error
	Delete(ctx context.Context, id civic.ID) error
	Find(ctx context.Context, q Query) (civic.Page[T], error)
	All(ctx context.Context, q Query) iter.Seq2[T, error]
	Count(ctx context.Context, f Filter) (int, error)
}
