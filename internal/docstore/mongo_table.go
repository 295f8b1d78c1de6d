package docstore

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"ascolto/internal/civic"
)

const revField = "rev"

// mongoTable is one collection in MongoDB.
type mongoTable struct {
	engine *mongoEngine
	layout *layout
	coll   *mongo.Collection
	unique bool // documents carry keys of unique indexes
}

// stored returns doc as it is stored: with the keys of its unique indexes.
func (t *mongoTable) stored(doc *record) (bson.Raw, error) {
	if !t.unique {
		return doc.raw, nil
	}
	keys := bson.D{}
	for i, ix := range t.layout.indexes {
		if ix.unique {
			keys = append(keys, bson.E{Key: ix.mark(), Value: uniqueValue(ix, doc.keys[i])})
		}
	}
	extra, err := bson.Marshal(bson.D{{Key: uniqueField, Value: keys}})
	if err != nil {
		return nil, err
	}
	// A document is its length, its elements and a zero byte.
	joined := slices.Concat(doc.raw[:len(doc.raw)-1], extra[4:])
	binary.LittleEndian.PutUint32(joined, uint32(len(joined)))
	return joined, nil
}

func (t *mongoTable) get(ctx context.Context, id civic.ID) (bson.Raw, error) {
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	raw, err := t.coll.FindOne(limited, bson.D{{Key: idField, Value: id}}, options.FindOne().SetProjection(hidden)).Raw()
	return raw, t.engine.fault(ctx, err)
}

// hidden leaves out of a result what only the server needs.
var hidden = bson.D{{Key: uniqueField, Value: 0}}

func (t *mongoTable) insert(ctx context.Context, docs []*record) error {
	raws, err := t.allStored(docs)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	if len(raws) == 1 {
		_, err = t.coll.InsertOne(limited, raws[0])
	} else {
		_, err = t.coll.InsertMany(limited, raws)
	}
	return t.engine.fault(ctx, err)
}

func (t *mongoTable) journal() *journal { return nil }

// load implements table: the server keeps its indexes as documents come.
func (t *mongoTable) load(context.Context) (func(context.Context) error, error) {
	return func(context.Context) error { return nil }, nil
}

func (t *mongoTable) allStored(docs []*record) (raws []bson.Raw, err error) {
	raws = make([]bson.Raw, len(docs))
	for i, doc := range docs {
		if raws[i], err = t.stored(doc); err != nil {
			return nil, err
		}
	}
	return raws, nil
}

func (t *mongoTable) insertMany(ctx context.Context, docs []*record) (taken []civic.ID, err error) {
	raws, err := t.allStored(docs)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, mongoBulk)
	defer cancel()
	_, err = t.coll.InsertMany(limited, raws, options.InsertMany().SetOrdered(false))
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return nil, t.engine.fault(ctx, err)
	}
	refused := make(map[civic.ID]bool, len(bulk.WriteErrors))
	for _, w := range bulk.WriteErrors {
		if !mongo.IsDuplicateKeyError(w) {
			return nil, t.engine.fault(ctx, w)
		}
		refused[docs[w.Index].id] = true
	}
	return t.takenIDs(ctx, refused)
}

// takenIDs returns which of the refused ids are stored; when one is not, it was a unique value that was taken, and that is
// Conflict.
func (t *mongoTable) takenIDs(ctx context.Context, refused map[civic.ID]bool) (taken []civic.ID, err error) {
	ids := make([]civic.ID, 0, len(refused))
	for id := range refused {
		ids = append(ids, id)
	}
	limited, cancel := context.WithTimeout(ctx, mongoBulk)
	defer cancel()
	cursor, err := t.coll.Find(limited, bson.D{{Key: idField, Value: bson.D{{Key: "$in", Value: ids}}}},
		options.Find().SetProjection(bson.D{{Key: idField, Value: 1}}).SetSort(bson.D{{Key: idField, Value: 1}}))
	if err != nil {
		return nil, t.engine.fault(ctx, err)
	}
	var found []Meta
	if err := cursor.All(limited, &found); err != nil {
		return nil, t.engine.fault(ctx, err)
	}
	for _, m := range found {
		taken = append(taken, m.ID)
	}
	if len(taken) < len(ids) {
		return taken, errTaken()
	}
	return taken, nil
}

func (t *mongoTable) replace(ctx context.Context, doc *record, was int64) error {
	raw, err := t.stored(doc)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	result, err := t.coll.ReplaceOne(limited, bson.D{{Key: idField, Value: doc.id}, {Key: revField, Value: was}}, raw)
	if err != nil {
		return t.engine.fault(ctx, err)
	}
	if result.MatchedCount == 0 {
		if _, err := t.get(ctx, doc.id); err != nil {
			return err
		}
		return errStale
	}
	return nil
}

func (t *mongoTable) remove(ctx context.Context, id civic.ID) error {
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	_, err := t.coll.DeleteOne(limited, bson.D{{Key: idField, Value: id}})
	return t.engine.fault(ctx, err)
}

func (t *mongoTable) find(ctx context.Context, p *plan) ([]bson.Raw, error) {
	sort := bson.D{}
	for _, f := range p.order() {
		sort = append(sort, bson.E{Key: f.name, Value: direction(f.desc != p.reverse)})
	}
	sort = append(sort, bson.E{Key: idField, Value: direction(p.reverse)})
	opts := options.Find().SetSort(sort).SetLimit(int64(p.limit)).SetBatchSize(int32(p.limit)).SetProjection(hidden).SetHint(p.hint())
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
	n, err := t.coll.CountDocuments(limited, p.mongoFilter(), options.Count().SetHint(p.hint()))
	return int(n), t.engine.fault(ctx, err)
}

// revisionsBatch is how many ids and revisions a server sends at a time.
const revisionsBatch = 10_000

func (t *mongoTable) revisions(ctx context.Context, see func(Meta) bool) error {
	limited, cancel := context.WithTimeout(ctx, mongoBulk)
	defer cancel()
	opts := options.Find().SetSort(bson.D{{Key: idField, Value: 1}}).SetHint(byIDHint).SetBatchSize(revisionsBatch).
		SetProjection(bson.D{{Key: idField, Value: 1}, {Key: revField, Value: 1}})
	cursor, err := t.coll.Find(limited, bson.D{}, opts)
	if err != nil {
		return t.engine.fault(ctx, err)
	}
	for cursor.Next(limited) {
		m := Meta{ID: civic.ID(cursor.Current.Lookup(idField).StringValue()), Revision: cursor.Current.Lookup(revField).AsInt64()}
		if !see(m) {
			break
		}
	}
	return t.engine.fault(ctx, errors.Join(cursor.Err(), cursor.Close(limited)))
}

// byIDHint is what servers call the index of ids.
const byIDHint = "_id_"

// hint returns the name of the server's index that serves p, so that no other is tried.
func (p *plan) hint() string {
	if p.index == byID {
		return byIDHint
	}
	return mongoIndexes + p.index.mark()
}

// mongoFilter returns p's conditions and the place where it goes on. Every value in it is one of the five kinds, never a document
// or a regular expression.
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

// mongoAfter returns the conditions of what comes after p.after: that it is equal in the first fields of the order and beyond in
// the next one, for each field; and, which only spares the server reading from the start, that it is not before in the first.
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
	ways = append(ways, append(slices.Clip(equal), bson.E{Key: idField, Value: bson.D{{Key: op, Value: p.after.id}}}))
	return append(notBefore, bson.D{{Key: "$or", Value: ways}})
}

// mongoBeyond returns the condition that a field comes after v. The server compares within one type only and null is the least
// of all: everything else is above it, and below a value there are also the nulls.
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
		return bson.A{bson.D{{Key: field, Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$gt", Value: v.any()}}}}}}}
	}
	return bson.A{bson.D{{Key: field, Value: bson.D{{Key: "$gte", Value: v.any()}}}}}
}
