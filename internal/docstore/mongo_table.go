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
	unique bool     // documents carry keys of unique indexes
	writes *journal // nil: the collection is not followed

	actual map[string]string // what each index of the layout is called on the server
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
	raw, err := t.coll.FindOne(limited, bson.D{{Key: idField, Value: id}},
		options.FindOne().SetProjection(hidden)).Raw()
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
	return t.publish(ctx, docs, func() error {
		if len(raws) == 1 {
			_, err = t.coll.InsertOne(limited, raws[0])
		} else {
			_, err = t.coll.InsertMany(limited, raws)
		}
		return t.engine.fault(ctx, err)
	})
}

func (t *mongoTable) journal() *journal { return t.writes }

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
	err = t.publish(ctx, docs, func() error {
		_, err := t.coll.InsertMany(limited, raws, options.InsertMany().SetOrdered(false))
		return err
	})
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

// takenIDs returns which of the refused ids are stored; when one is not, it was a unique value that was
// taken, and that is Conflict.
func (t *mongoTable) takenIDs(ctx context.Context, refused map[civic.ID]bool) (taken []civic.ID, err error) {
	ids := make([]civic.ID, 0, len(refused))
	for id := range refused {
		ids = append(ids, id)
	}
	limited, cancel := context.WithTimeout(ctx, mongoBulk)
	defer cancel()
	cursor, err := t.coll.Find(limited, bson.D{{Key: idField, Value: bson.D{{Key: "$in", Value: ids}}}},
		options.Find().SetProjection(bson.D{{Key: idField, Value: 1}}).SetSort(
			bson.D{{Key: idField, Value: 1}}))
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
	return t.publish(ctx, []*record{doc}, func() error {
		result, err := t.coll.ReplaceOne(limited,
			bson.D{{Key: idField, Value: doc.id}, {Key: revField, Value: was}}, raw)
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
	})
}

func (t *mongoTable) remove(ctx context.Context, id civic.ID) error {
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	err := t.publish(ctx, []*record{{id: id, rev: removed}}, func() error {
		result, err := t.coll.DeleteOne(limited, bson.D{{Key: idField, Value: id}})
		if err == nil && result.DeletedCount == 0 {
			return errNothing
		}
		return t.engine.fault(ctx, err)
	})
	if err == errNothing {
		return nil
	}
	return err
}
