package docstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"ascolto/internal/civic"
)

// The settings of the connection. A server that does not answer is given up quickly, so that no page hangs on it.
const (
	mongoPool      = 16
	mongoSelection = 5 * time.Second
	mongoTimeout   = 10 * time.Second
	mongoStart     = 4 * time.Second // at start somebody waits for the message
	mongoQuick     = 5 * time.Second // for what touches one document or a page
	mongoBulk      = time.Minute     // for what touches many
	mongoBuild     = 6 * time.Hour   // for an index over everything
	mongoDatabase  = "ascolto"       // when the address names none
)

// outOfDiskSpace is the server's code for a full disk.
const outOfDiskSpace = 14031

// mongoEngine keeps every collection in one database of a MongoDB server.
type mongoEngine struct {
	client *mongo.Client
	db     *mongo.Database
	log    *slog.Logger

	mu     sync.Mutex
	tables []*mongoTable // those that were opened
}

func openMongo(ctx context.Context, o Options) (engine, error) {
	opts := options.Client().
		SetMaxPoolSize(mongoPool).
		SetServerSelectionTimeout(mongoSelection).
		SetTimeout(mongoTimeout).
		SetRetryWrites(true).
		SetRetryReads(true).
		SetWriteConcern(writeconcern.Majority()).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary()).
		SetAppName("ascolto").
		ApplyURI(o.URI)
	opts.SetWriteConcern(writeconcern.Majority()) // an address must not weaken what an acknowledgement means
	client, err := mongo.Connect(opts)
	if err != nil {
		// The cause may quote the address, and with it a password.
		return nil, errors.New(`docstore: ASCOLTO_DB is not an address of MongoDB: it looks like "mongodb://user:password@host:27017/ascolto", with special characters in user and password percent-encoded`)
	}
	e := &mongoEngine{client: client, db: client.Database(databaseOf(o.URI)), log: o.Log}
	ctx, cancel := context.WithTimeout(ctx, mongoStart)
	defer cancel()
	if err := client.Ping(ctx, readpref.Primary()); err != nil {
		_ = e.close() // it never was open
		return nil, fmt.Errorf("docstore: the MongoDB server at %s, named by ASCOLTO_DB, does not answer: %w", strings.Join(opts.Hosts, ", "), err)
	}
	return e, nil
}

// databaseOf returns the database that a server's address names.
func databaseOf(uri string) string {
	_, rest, _ := strings.Cut(uri, "://")
	_, path, _ := strings.Cut(rest, "/")
	if name, _, _ := strings.Cut(path, "?"); name != "" {
		return name
	}
	return mongoDatabase
}

func (e *mongoEngine) ping(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	return e.fault(ctx, e.client.Ping(limited, readpref.Primary()))
}

func (e *mongoEngine) check(ctx context.Context) error { return e.ping(ctx) }

func (e *mongoEngine) backup(context.Context, string) error {
	return errors.New("docstore: a MongoDB server is backed up with its own tools, such as mongodump")
}

func (e *mongoEngine) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), mongoTimeout)
	defer cancel()
	return e.client.Disconnect(ctx)
}

// fault turns an error of the driver into one that a caller can judge; it is the only place that does.
func (e *mongoEngine) fault(ctx context.Context, err error) error {
	var server mongo.ServerError
	var network net.Error
	switch {
	case err == nil:
		return nil
	case mongo.IsDuplicateKeyError(err):
		return errTaken()
	case errors.Is(err, mongo.ErrNoDocuments):
		return errNotFound()
	case ctx.Err() != nil:
		return ended(ctx)
	case errors.As(err, &server) && server.HasErrorCode(outOfDiskSpace):
		return civic.Wrap(civic.Full, "error.full", err)
	case mongo.IsTimeout(err), mongo.IsNetworkError(err), errors.As(err, &network), errors.Is(err, mongo.ErrClientDisconnected):
		return civic.Wrap(civic.Unavailable, "error.unavailable", err)
	}
	return err
}

// Every index that Ascolto made has a name with this beginning; the others are left alone.
const mongoIndexes = "ascolto_"

// uniqueField is the field of stored documents that holds the keys of unique indexes: the server compares those, because a
// unique index of its own would also refuse a second null.
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
		models[name] = mongo.IndexModel{Keys: append(keys, bson.E{Key: idField, Value: 1}), Options: options.Index().SetName(name)}
		if ix.unique {
			t.unique = true
			models[name+"_u"] = mongo.IndexModel{Keys: bson.D{{Key: uniqueField + "." + ix.mark(), Value: 1}}, Options: options.Index().SetName(name + "_u").SetUnique(true)}
		}
	}
	limited, cancel := context.WithTimeout(ctx, mongoBuild)
	defer cancel()
	if err := t.align(limited, models); err != nil {
		return nil, e.fault(ctx, err)
	}
	e.mu.Lock()
	e.tables = append(e.tables, t)
	e.mu.Unlock()
	return t, nil
}

// align makes the indexes that are missing. One that another version made under another name serves as well: a server refuses a second
// one of the same fields.
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

func (e *mongoEngine) collections(ctx context.Context) ([]string, error) {
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	names, err := e.db.ListCollectionNames(limited, bson.D{})
	slices.Sort(names)
	return names, e.fault(ctx, err)
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
			if _, err := t.coll.UpdateOne(ctx, at, bson.D{{Key: "$set", Value: bson.D{{Key: field, Value: uniqueValue(ix, keys)}}}}); err != nil {
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
