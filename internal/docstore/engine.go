package docstore

import (
	"context"
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// engine is what each storage engine fulfils; DB and Collection add types and revisions on top.
type engine interface {
	// collect makes the collection and the indexes of the layout, whatever is there. Where other programs may
	// use the store at the same time, it leaves the indexes that it does not know.
	collect(ctx context.Context, l *layout) (table, error)
	// collections returns the names of the collections that are there, in order.
	collections(ctx context.Context) ([]string, error)
	// prune drops the indexes of collected collections that no layout declares, when it is told to, and
	// returns their names.
	prune(ctx context.Context, drop bool) ([]string, error)
	// room returns how many bytes may be added before writes are refused; more than enough where that is the
	// server's matter.
	room() int64
	// follower returns what knows what others write; nil where nobody else does.
	follower() *follower
	ping(ctx context.Context) error
	check(ctx context.Context) error
	backup(ctx context.Context, path string) error
	scrub(ctx context.Context) error
	rebuildFile(ctx context.Context) error
	close() error
}

// table is one collection of an engine. Its errors are civic ones where a caller can do something about them.
type table interface {
	get(ctx context.Context, id civic.ID) (bson.Raw, error)
	// insert stores docs in order until the first that fails, all of them durable at the same moment.
	insert(ctx context.Context, docs []*record) error
	// insertMany stores what it can and returns the ids that were taken; it ends at the first other failure.
	insertMany(ctx context.Context, docs []*record) (taken []civic.ID, err error)
	// replace stores doc if the stored revision is was; else it returns errStale, or NotFound.
	replace(ctx context.Context, doc *record, was int64) error
	remove(ctx context.Context, id civic.ID) error
	// load prepares the collection, if it is empty, for many insertMany at once; done completes what was put
	// off.
	load(ctx context.Context) (done func(ctx context.Context) error, err error)
	find(ctx context.Context, p *plan) ([]bson.Raw, error)
	count(ctx context.Context, p *plan) (int, error)
	// revisions calls see with id and revision of every document, in the order of ids, until it returns
	// false.
	revisions(ctx context.Context, see func(Meta) bool) error
	// misfiled calls see with the id of every document that stands under other keys than its own, or whose
	// keys name no document.
	misfiled(ctx context.Context, see func(civic.ID)) error
	// journal returns what remembers all writes to the collection, nil where others write too and nobody
	// tells of it.
	journal() *journal
}

// Options say where the documents are.
type Options struct {
	// "mongodb://…" or "mongodb+srv://…" with the database's name in the path; empty: a SQLite file
	URI  string
	Path string // the SQLite file, when URI is empty; its folder is made and locked
	// Reserve is how many bytes stay free on the file's disk: with fewer left, whatever is not a deletion is
	// refused with Full, so that the program still has room to work in. 0 means 32 MiB, less than 0 none.
	Reserve int64
	Log     *slog.Logger
	// BeforeWrite, when there is one, is asked before each write, of one document or many that become durable
	// together; its error is returned in the write's stead. Tests stop a program with it at its n-th write.
	BeforeWrite func(collection string) error
}

const defaultReserve = 32 << 20

// DB is an open store.
type DB struct {
	engine engine
	log    *slog.Logger
	stats  counters
	forms  sync.Map // collection → reflect.Type of its documents
	before func(collection string) error
}

// Forms returns what documents the collections hold that were opened, by their names.
func (db *DB) Forms() map[string]reflect.Type {
	forms := map[string]reflect.Type{}
	db.forms.Range(func(name, form any) bool {
		forms[name.(string)] = form.(reflect.Type)
		return true
	})
	return forms
}

// Room returns how many bytes may be added before writes are refused with Full. Whoever adds much that is not
// needed leaves room for what is. It is more than enough where the documents are on a server.
func (db *DB) Room() int64 { return db.engine.room() }

type counters struct{ queries, read, revisions, writes atomic.Int64 }

// Stats tells what a store was asked since it was opened.
type Stats struct {
	Queries   int64 // reads: Get, Find, Count, Revisions, and the load of each try of an Update
	Read      int64 // documents that they returned
	Revisions int64 // ids and revisions that Revisions returned
	// what the engine was given to make durable at once: an Insert, a part of an InsertMany, a try of an
	// Update, a Delete
	Writes int64
}

// Open opens the store that o names. It fails with a sentence for whoever runs the program: the server does
// not answer, another process holds the folder, the file is no store.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	var e engine
	var err error
	if o.URI != "" {
		e, err = openMongo(ctx, o)
	} else {
		e, err = openSQLite(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	return &DB{engine: e, log: o.Log, before: o.BeforeWrite}, nil
}

// Ping returns nil when the store answers.
func (db *DB) Ping(ctx context.Context) error { return db.engine.ping(ctx) }

// Collections returns the names of the collections that the store has, in order.
func (db *DB) Collections(ctx context.Context) ([]string, error) { return db.engine.collections(ctx) }

// SpareIndexes returns which indexes the collections that were opened have beyond those they declare, as
// "collection.index": those of an earlier or later version of the program. A SQLite file has none, because
// only one program has it open.
func (db *DB) SpareIndexes(ctx context.Context) ([]string, error) { return db.engine.prune(ctx, false) }

// DropSpareIndexes drops what SpareIndexes returns, and returns it. No other version of the program may be
// running.
func (db *DB) DropSpareIndexes(ctx context.Context) ([]string, error) {
	return db.engine.prune(ctx, true)
}

// Check reads the whole SQLite file and returns what is wrong with it; of a server it only asks whether it
// answers.
func (db *DB) Check(ctx context.Context) error { return db.engine.check(ctx) }

// Backup writes a consistent copy of the SQLite file to path, which must not exist, while the store goes on
// working. For MongoDB it fails: a server has its own tools.
func (db *DB) Backup(ctx context.Context, path string) error { return db.engine.backup(ctx, path) }

// Scrub takes what was deleted and replaced until now off the disk: the places that it had in the SQLite file
// hold zeros, and the write-ahead log, which has it still, is moved into the file and cut. While a reader
// holds on to the log it waits for some seconds, and then is Unavailable. Where SQLite had moved a row before
// it was deleted, its old place may still hold it: Rebuild leaves nothing. On a server it does nothing: what
// becomes of its disks is the server's matter.
func (db *DB) Scrub(ctx context.Context) error { return db.engine.scrub(ctx) }

// Rebuild writes the SQLite file anew, so that it holds what is stored and nothing else. It needs free as
// much again as twice the file, else it is Full; writes wait for it, some seconds for each GiB. On a server
// it does nothing.
func (db *DB) Rebuild(ctx context.Context) error { return db.engine.rebuildFile(ctx) }

// Stats returns what the store was asked so far.
func (db *DB) Stats() Stats {
	return Stats{
		Queries: db.stats.queries.Load(), Read: db.stats.read.Load(), Revisions: db.stats.revisions.Load(),
		Writes: db.stats.writes.Load(),
	}
}

// Close ends the store after the writes that were under way. What was acknowledged is kept either way.
func (db *DB) Close() error { return db.engine.close() }
