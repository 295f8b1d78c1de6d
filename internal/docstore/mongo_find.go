package docstore

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"ascolto/internal/civic"
)

func (t *mongoTable) find(ctx context.Context, p *plan) ([]bson.Raw, error) {
	sort := bson.D{}
	for _, f := range p.order() {
		sort = append(sort, bson.E{Key: f.name, Value: direction(f.desc != p.reverse)})
	}
	sort = append(sort, bson.E{Key: idField, Value: direction(p.reverse)})
	opts := options.Find().SetSort(sort).SetLimit(int64(p.limit)).SetBatchSize(int32(p.limit)).SetProjection(
		hidden).SetHint(t.hint(p))
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	cursor, err := t.coll.Find(limited, p.mongoFilter(), opts)
	if err != nil {
		return nil, t.engine.fault(ctx, err)
	}
	var docs []bson.Raw
	err = cursor.All(limited, &docs)
	return docs, t.engine.fault(ctx, err)
}

func (t *mongoTable) count(ctx context.Context, p *plan) (int, error) {
	limited, cancel := context.WithTimeout(ctx, mongoBulk)
	defer cancel()
	n, err := t.coll.CountDocuments(limited, p.mongoFilter(), options.Count().SetHint(t.hint(p)))
	return int(n), t.engine.fault(ctx, err)
}

// revisionsBatch is how many ids and revisions a server sends at a time.
const revisionsBatch = 10_000

func (t *mongoTable) revisions(ctx context.Context, see func(Meta) bool) error {
	limited, cancel := context.WithTimeout(ctx, mongoBulk)
	defer cancel()
	opts := options.Find().SetSort(bson.D{{Key: idField, Value: 1}}).SetHint(byIDHint).SetBatchSize(
		revisionsBatch).
		SetProjection(bson.D{{Key: idField, Value: 1}, {Key: revField, Value: 1}})
	cursor, err := t.coll.Find(limited, bson.D{}, opts)
	if err != nil {
		return t.engine.fault(ctx, err)
	}
	for cursor.Next(limited) {
		m := Meta{ID: civic.ID(cursor.Current.Lookup(idField).StringValue()),
			Revision: cursor.Current.Lookup(revField).AsInt64()}
		if !see(m) {
			break
		}
	}
	return t.engine.fault(ctx, errors.Join(cursor.Err(), cursor.Close(limited)))
}

// byIDHint is what servers call the index of ids.
const byIDHint = "_id_"

// hint returns the name of the server's index that serves p, so that no other is tried.
func (t *mongoTable) hint(p *plan) string {
	if p.index == byID {
		return byIDHint
	}
	return t.actual[mongoIndexes+p.index.mark()]
}

// mongoFilter returns p's conditions and the place where it goes on. Every value in it is one of the five
// kinds, never a document or a regular expression.
func (p *plan) mongoFilter() bson.D {
	conditions := bson.A{}
	for i, vs := range p.points {
		conditions = append(conditions, bson.D{{Key: p.index.fields[i].name, Value: anyOf(vs)}})
	}
	var bounds bson.D
	if p.lower != nil {
		bounds = append(bounds, bson.E{Key: comparison("$gt", p.lower.inclusive), Value: p.lower.value.any()})
	}
	if p.upper != nil {
		bounds = append(bounds, bson.E{Key: comparison("$lt", p.upper.inclusive), Value: p.upper.value.any()})
	}
	if bounds != nil {
		conditions = append(conditions, bson.D{{Key: p.index.fields[len(p.points)].name, Value: bounds}})
	}
	if p.after != nil {
		conditions = append(conditions, p.mongoAfter()...)
	}
	if len(conditions) == 0 {
		return bson.D{}
	}
	return bson.D{{Key: "$and", Value: conditions}}
}

func anyOf(vs []value) any {
	if len(vs) == 1 {
		return vs[0].any()
	}
	in := make(bson.A, len(vs))
	for i, v := range vs {
		in[i] = v.any()
	}
	return bson.D{{Key: "$in", Value: in}}
}

func comparison(op string, inclusive bool) string {
	if inclusive {
		return op + "e"
	}
	return op
}

// mongoAfter returns the conditions of what comes after p.after: that it is equal in the first fields of the
// order and beyond in the next one, for each field; and, which only spares the server reading from the start,
// that it is not before in the first.
func (p *plan) mongoAfter() bson.A {
	var ways, notBefore bson.A
	var equal bson.D
	for i, f := range p.order() {
		v, desc := p.after.values[i], f.desc != p.reverse
		if beyond := mongoBeyond(f.name, v, desc); beyond != nil {
			ways = append(ways, append(slices.Clip(equal), beyond...))
		}
		equal = append(equal, bson.E{Key: f.name, Value: v.any()})
		if i == 0 {
			notBefore = mongoNotBefore(f.name, v, desc)
		}
	}
	op := "$gt"
	if p.reverse {
		op = "$lt"
	}
	ways = append(ways,
		append(slices.Clip(equal), bson.E{Key: idField, Value: bson.D{{Key: op, Value: p.after.id}}}))
	return append(notBefore, bson.D{{Key: "$or", Value: ways}})
}

// mongoBeyond returns the condition that a field comes after v. The server compares within one type only and
// null is the least of all: everything else is above it, and below a value there are also the nulls.
func mongoBeyond(field string, v value, desc bool) bson.D {
	switch {
	case v.kind == kindNull && desc:
		return nil
	case v.kind == kindNull:
		return bson.D{{Key: field, Value: bson.D{{Key: "$ne", Value: nil}}}}
	case desc:
		return bson.D{{Key: "$or", Value: bson.A{
			bson.D{{Key: field, Value: bson.D{{Key: "$lt", Value: v.any()}}}},
			bson.D{{Key: field, Value: nil}},
		}}}
	}
	return bson.D{{Key: field, Value: bson.D{{Key: "$gt", Value: v.any()}}}}
}

// mongoNotBefore returns the condition that a field does not come before v, none when nothing does.
func mongoNotBefore(field string, v value, desc bool) bson.A {
	switch {
	case v.kind == kindNull && desc:
		return bson.A{bson.D{{Key: field, Value: nil}}}
	case v.kind == kindNull:
		return nil
	case desc:
		return bson.A{
			bson.D{{Key: field, Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$gt", Value: v.any()}}}}}}}
	}
	return bson.A{bson.D{{Key: field, Value: bson.D{{Key: "$gte", Value: v.any()}}}}}
}

// misfiled finds nothing: a server keeps its indexes itself.
func (t *mongoTable) misfiled(context.Context, func(civic.ID)) error { return nil }
