package docstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"ascolto/internal/civic"
)

// The settings of the connection. A server that does not answer is given up quickly, so that no page hangs on
// it.
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

// changesOfPrimary are the codes with which a member of a replica set says that it is, or becomes, none that
// writes, or is shutting down: another one answers in a moment. Source: MongoDB's error_codes.yml, categories
// NotPrimaryError and ShutdownError, and 64, a write whose majority did not answer in time.
var changesOfPrimary = []int{64, 91, 189, 10058, 10107, 11600, 11602, 13435, 13436}

// mongoEngine keeps every collection in one database of a MongoDB server.
type mongoEngine struct {
	client *mongo.Client
	db     *mongo.Database
	log    *slog.Logger

	feed      *follower                 // set with the first followed collection
	announcer atomic.Pointer[announcer] // nil: the server has change streams
	writing   sync.RWMutex              // held by each write; as a whole, while announcer is changed
	deciding  sync.Mutex                // held while the two are set

	mu       sync.Mutex
	tables   []*mongoTable       // those that were opened
	journals map[string]*journal // of followed collections
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
		return nil, errors.New(
			`docstore: ASCOLTO_DB is not an address of MongoDB: it looks like "mongodb://user:password@host:27017/ascolto", with special characters in user and password percent-encoded`)
	}
	e := &mongoEngine{client: client, db: client.Database(databaseOf(o.URI)), log: o.Log,
		journals: map[string]*journal{}}
	ctx, cancel := context.WithTimeout(ctx, mongoStart)
	defer cancel()
	if err := client.Ping(ctx, readpref.Primary()); err != nil {
		_ = e.close() // it never was open
		return nil, fmt.Errorf("docstore: the MongoDB server at %s, named by ASCOLTO_DB, does not answer: %w",
			strings.Join(opts.Hosts, ", "), err)
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

// room implements engine.
func (e *mongoEngine) room() int64 { return math.MaxInt64 }

func (e *mongoEngine) ping(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	return e.fault(ctx, e.client.Ping(limited, readpref.Primary()))
}

func (e *mongoEngine) check(ctx context.Context) error { return e.ping(ctx) }

func (e *mongoEngine) backup(context.Context, string) error {
	return errors.New("docstore: a MongoDB server is backed up with its own tools, such as mongodump")
}

func (e *mongoEngine) scrub(context.Context) error { return nil }

func (e *mongoEngine) rebuildFile(context.Context) error { return nil }

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
	case errors.As(err, &server) && slices.ContainsFunc(changesOfPrimary, server.HasErrorCode),
		mongo.IsTimeout(err), mongo.IsNetworkError(err), errors.As(err, &network),
		errors.Is(err, mongo.ErrClientDisconnected):
		return civic.Wrap(civic.Unavailable, "error.unavailable", err)
	}
	return err
}

func (e *mongoEngine) collections(ctx context.Context) ([]string, error) {
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	names, err := e.db.ListCollectionNames(limited, bson.D{})
	slices.Sort(names)
	return names, e.fault(ctx, err)
}
