package docstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"ascolto/internal/civic"
)

// Every index that Ascolto made has a name with this beginning; the others are left alone.
const mongoIndexes = "ascolto_"

// uniqueField is the field of stored documents that holds the keys of unique indexes: the server compares
// those, because a unique index of its own would also refuse a second null.
const uniqueField = "_u"

// mark tells apart what an index was under one name, so that a changed one is made anew.
func (ix *index) mark() string {
	l := &layout{indexes: []*index{ix}}
	return fmt.Sprintf("%s_%08x", ix.name, stampOf(l.signature()))
}

func (e *mongoEngine) collect(ctx context.Context, l *layout) (table, error) {
	t := &mongoTable{engine: e, layout: l, coll: e.db.Collection(l.name)}
	models := map[string]mongo.IndexModel{}
	for _, ix := range l.indexes {
		keys := bson.D{}
		for _, f := range ix.fields {
			keys = append(keys, bson.E{Key: f.name, Value: direction(f.desc)})
		}
		name := mongoIndexes + ix.mark()
		models[name] = mongo.IndexModel{Keys: append(keys, bson.E{Key: idField, Value: 1}),
			Options: options.Index().SetName(name)}
		if ix.unique {
			t.unique = true
			models[name+"_u"] = mongo.IndexModel{Keys: bson.D{{Key: uniqueField + "." + ix.mark(), Value: 1}},
				Options: options.Index().SetName(name + "_u").SetUnique(true)}
		}
	}
	limited, cancel := context.WithTimeout(ctx, mongoBuild)
	defer cancel()
	if err := t.align(limited, models); err != nil {
		return nil, e.fault(ctx, err)
	}
	if l.followed {
		if err := e.decideFeed(limited); err != nil {
			return nil, e.fault(ctx, err)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tables = append(e.tables, t)
	if l.followed {
		if e.journals[l.name] == nil {
			e.journals[l.name] = newJournal(e.feed)
		}
		t.writes = e.journals[l.name]
	}
	return t, nil
}

// align makes the indexes that are missing. One that another version made under another name serves as well:
// a server refuses a second one of the same fields.
func (t *mongoTable) align(ctx context.Context, models map[string]mongo.IndexModel) error {
	there, err := t.indexes(ctx)
	if err != nil {
		return err
	}
	t.actual = map[string]string{}
	for name, model := range models {
		t.actual[name] = name
		_, isThere := there[name]
		for other, fields := range there {
			if !isThere && fields == fieldsOf(model.Keys.(bson.D)) {
				t.actual[name], isThere = other, true
			}
		}
		if isThere {
			delete(models, name)
		}
	}
	if len(models) == 0 {
		return nil
	}
	if err := t.addKeys(ctx); err != nil {
		return err
	}
	for name, model := range models {
		if _, err := t.coll.Indexes().CreateOne(ctx, model); err != nil {
			return fmt.Errorf("index %s: %w", name, err)
		}
	}
	return nil
}

// indexes returns the indexes that Ascolto made of the collection: their fields by their names.
func (t *mongoTable) indexes(ctx context.Context) (map[string]string, error) {
	specs, err := t.coll.Indexes().ListSpecifications(ctx)
	if err != nil && !isNoNamespace(err) {
		return nil, err
	}
	there := map[string]string{}
	for _, spec := range specs {
		var keys bson.D
		if err := bson.Unmarshal(spec.KeysDocument, &keys); err != nil {
			return nil, err
		}
		if strings.HasPrefix(spec.Name, mongoIndexes) {
			there[spec.Name] = fieldsOf(keys)
		}
	}
	return there, nil
}

// fieldsOf returns in one text the fields of an index, whatever kind of number tells their direction.
func fieldsOf(keys bson.D) string {
	var b strings.Builder
	for _, e := range keys {
		fmt.Fprintf(&b, "%s %v;", e.Key, e.Value)
	}
	return b.String()
}

func (e *mongoEngine) prune(ctx context.Context, drop bool) (spare []string, err error) {
	e.mu.Lock()
	tables := slices.Clone(e.tables)
	e.mu.Unlock()
	limited, cancel := context.WithTimeout(ctx, mongoBuild)
	defer cancel()
	declared := map[string]bool{} // a collection may be opened twice
	for _, t := range tables {
		for _, name := range t.actual {
			declared[t.layout.name+"."+name] = true
		}
	}
	for _, t := range tables {
		there, err := t.indexes(limited)
		if err != nil {
			return spare, e.fault(ctx, err)
		}
		for _, name := range slices.Sorted(maps.Keys(there)) {
			full := t.layout.name + "." + name
			if declared[full] {
				continue
			}
			declared[full] = true // once
			spare = append(spare, full)
			if !drop {
				continue
			}
			if err := t.coll.Indexes().DropOne(limited, name); err != nil {
				return spare, e.fault(ctx, err)
			}
		}
	}
	return spare, nil
}

// isNoNamespace reports whether err only says that the collection is not there yet.
func isNoNamespace(err error) bool {
	var server mongo.ServerError
	return errors.As(err, &server) && server.HasErrorCode(26)
}

// addKeys gives stored documents the keys of unique indexes that they lack.
func (t *mongoTable) addKeys(ctx context.Context) error {
	for _, ix := range t.layout.indexes {
		if !ix.unique {
			continue
		}
		field := uniqueField + "." + ix.mark()
		cursor, err := t.coll.Find(ctx, bson.D{{Key: field, Value: bson.D{{Key: "$exists", Value: false}}}})
		if err != nil {
			return err
		}
		for cursor.Next(ctx) {
			id := cursor.Current.Lookup(idField)
			keys, err := ix.keys(cursor.Current, civic.ID(id.StringValue()))
			if err != nil {
				return errors.Join(err, cursor.Close(ctx))
			}
			at := bson.D{{Key: idField, Value: id}, {Key: revField, Value: cursor.Current.Lookup(revField)}}
			if _, err := t.coll.UpdateOne(ctx, at,
				bson.D{{Key: "$set",
					Value: bson.D{{Key: field, Value: uniqueValue(ix, keys)}}}}); err != nil {
				return errors.Join(err, cursor.Close(ctx))
			}
		}
		if err := errors.Join(cursor.Err(), cursor.Close(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// uniqueValue returns what a document holds for a unique index: its key, or the array of its keys.
func uniqueValue(ix *index, keys [][]byte) any {
	if ix.array < 0 {
		return keys[0]
	}
	return keys
}

func direction(desc bool) int {
	if desc {
		return -1
	}
	return 1
}
