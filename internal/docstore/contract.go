// Package docstore keeps documents: BSON with an id and a revision, found by declared indexes. Two engines
// fulfil one contract: a SQLite file, and MongoDB. A query that no declared index serves is an error in both,
// so slow queries cannot be written; what the store acknowledged survives the death of the process.
package docstore

import (
	"github.com/oklog/ulid/v2"

	"ascolto/internal/civic"
)

// Meta is embedded (`bson:",inline"`) by every stored type: its id, and the revision that grows by one with
// each change.
type Meta struct {
	ID       civic.ID `bson:"_id"`
	Revision int64    `bson:"rev"`
}

func (m *Meta) meta() *Meta { return m }

// NewID returns a fresh id: a ULID, so that ids sort by creation time. Never use it where the time must stay
// unknown.
func NewID() civic.ID { return civic.ID(ulid.Make().String()) }

// Index declares fields by which a collection is searched and sorted. A field is a BSON path ("district",
// "emails.address"); a leading "-" means descending. At most one field may lie in an array (each element is
// indexed). Values are strings, integers, booleans and times, and sort null first; a missing field is indexed
// as null, so beware of omitempty on what is searched for empty. A Unique index refuses a second document
// with equal values (null excepted).
type Index struct {
	Name   string // letters, digits and "_"; empty: made from the fields
	Fields []string
	Unique bool
}

// Spec declares a collection: its name and every index it is queried by. Ids are always indexed.
type Spec struct {
	Name    string
	Indexes []Index
	// Unordered has the SQLite file hold the documents by id alone, with no number that tells in which order
	// they came: for documents that nobody may connect with who was there at the time. Their ids must then
	// tell no time either.
	Unordered bool
	// Within is the field that names what a document belongs to for good, such as the discussion of a post:
	// Collection.Within counts writes by it. Empty, every document belongs to itself.
	Within string
	// Followed has what is written to the collection on a server travel to all programs that use it, so that
	// Changes, Writes and Within know of it. All versions of the program that run at the same time must
	// follow the same collections; one from before there was a feed must not run beside others on a server
	// without change streams (feed_mode.go).
	Followed bool
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

// Cond is one comparison of a field with a value (OpIn: any of several). All conditions of a filter must
// hold.
type Cond struct {
	Field  string
	Op     Op
	Values []any
}

// Filter is a conjunction of conditions that one declared index serves: equalities (or In) on its leading
// fields, then ranges or a prefix on the next one. "_id" serves too.
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
//
// The index holds, in this order: fields that the filter fixes by Eq or In; then the fields of Sort, all in
// the declared direction or all in the opposite one; then, perhaps, fields that nobody asked for, which break
// ties before _id does. A range or prefix lies on the first field after the fixed ones. An empty Sort means
// the order of what follows the fixed fields: by the range's field if there is one, by _id if the index ends
// there or the filter is empty. A field that lies in an array must be fixed.
type Query struct {
	Filter Filter
	Sort   []string // fields, "-" for descending
	Cursor string   // Next of the page before; empty for the first page
	Limit  int      // 1 to 1,000; 0 means civic.DefaultPageSize
}
