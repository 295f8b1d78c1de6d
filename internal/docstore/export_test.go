package docstore

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"ascolto/internal/civic"
)

// MaxPending is how many keys a load keeps in memory.
const MaxPending = maxPending

// MongoFault returns what callers get for an error of the driver.
func MongoFault(ctx context.Context, err error) error { return (&mongoEngine{}).fault(ctx, err) }

// IDOf returns a document's id.
func IDOf[T any](doc *T) civic.ID { return metaOf(doc).ID }

// Careless takes from c the protection by revisions: a replacement overwrites whatever is stored. It is the
// control of tests about what happens at the same time.
func Careless[T any](c *Collection[T]) { c.table = careless{c.table} }

type careless struct{ table }

func (c careless) replace(ctx context.Context, doc *record, _ int64) error {
	for {
		raw, err := c.get(ctx, doc.id)
		if err != nil {
			return err
		}
		var stored Meta
		if err := bson.Unmarshal(raw, &stored); err != nil {
			return err
		}
		if err := c.table.replace(ctx, doc, stored.Revision); !errors.Is(err, errStale) {
			return err
		}
	}
}

// Forget has the journal of c forget by telling it of more writes than it keeps.
func Forget[T any](c *Collection[T]) {
	c.table.journal().noteOthers(make([]civic.ID, 3*journalKeep)...)
}

// HoldWriter keeps the goroutine that writes to a SQLite file busy until release is called.
func HoldWriter(db *DB) (release func()) {
	busy, wait := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		done <- db.engine.(*sqliteEngine).write.do(context.Background(), false, func(*writer) error {
			close(busy)
			<-wait
			return nil
		})
	}()
	<-busy
	return func() {
		close(wait)
		<-done
	}
}

// PanicInWriter has a write panic and returns its error.
func PanicInWriter(db *DB) error {
	return db.engine.(*sqliteEngine).write.do(context.Background(), false,
		func(*writer) error { panic("a fault") })
}

// Waiting returns how many writes wait for the goroutine that writes.
func Waiting(db *DB) int { return len(db.engine.(*sqliteEngine).write.ops) }

// Polled reports whether a server is followed by the rows of its feed.
func Polled(db *DB) bool { return db.engine.(*mongoEngine).announcer.Load() != nil }

// Announced returns how many rows the feed has.
func Announced(ctx context.Context, db *DB) int {
	n, err := db.engine.(*mongoEngine).announcer.Load().rows.CountDocuments(ctx, bson.D{})
	if err != nil {
		return -1
	}
	return int(n)
}

// AgeFeed makes all rows of the feed older.
func AgeFeed(ctx context.Context, db *DB, by time.Duration) error {
	_, err := db.engine.(*mongoEngine).announcer.Load().rows.UpdateMany(ctx, bson.D{},
		bson.D{{Key: "$set", Value: bson.D{{Key: "at", Value: time.Now().Add(-by)}}}})
	return err
}

// Announce stores the row that comes before the insertion of a document, as a program that then dies.
func Announce[T any](ctx context.Context, c *Collection[T], doc *T) error {
	t := c.table.(*mongoTable)
	r, err := c.newborn(doc)
	if err != nil {
		return err
	}
	return t.engine.announcer.Load().announce(ctx, t.rowsOf([]*record{r}))
}

// InsertAnnounced stores a document that was announced.
func InsertAnnounced[T any](ctx context.Context, c *Collection[T], doc *T) error {
	_, err := c.table.(*mongoTable).coll.InsertOne(ctx, doc)
	return err
}

// Expected returns how many writes to c are expected to be heard as this program's own.
func Expected[T any](c *Collection[T]) int {
	own := &c.table.journal().own
	own.mu.Lock()
	defer own.mu.Unlock()
	return len(own.writes)
}

// ClaimMode has a program claim that rows are written, or that change streams are relied on.
func ClaimMode(ctx context.Context, db *DB, rows bool) error {
	way := modeStreamed
	if rows {
		way = modePolled
	}
	_, err := claimMode(ctx, db.engine.(*mongoEngine).db, way)
	return err
}

// LeaveMark leaves what a program that relies on change streams wrote so long ago to be seen.
func LeaveMark(ctx context.Context, db *DB, ago time.Duration) error {
	s := newStreamed(db.engine.(*mongoEngine).db, nil)
	if err := s.mark(ctx, 1); err != nil {
		return err
	}
	_, err := db.engine.(*mongoEngine).db.Collection(feedMarks).UpdateOne(
		ctx, bson.D{{Key: idField, Value: s.me}}, bson.D{
			{Key: "$set", Value: bson.D{{Key: "at", Value: time.Now().Add(-ago)}}}})
	return err
}

// TidyMarks removes old marks, as a program that begins to follow does, and returns how many are left.
func TidyMarks(ctx context.Context, db *DB) (left int64, err error) {
	server := db.engine.(*mongoEngine).db
	if err := tidyMarks(ctx, server); err != nil {
		return 0, err
	}
	return server.Collection(feedMarks).CountDocuments(ctx, bson.D{})
}

// TakeStreams has the server of a program have had change streams, which tell of one document of "people" and
// then are not there any more. It must not follow yet.
func TakeStreams(ctx context.Context, db *DB, id civic.ID) error {
	e := db.engine.(*mongoEngine)
	c := e.follower().source.(*changing)
	gone := mongo.CommandError{Code: 40573, Message: "change streams are of replica sets alone"}
	s := &script{streams: []*scripted{
		{batches: [][]bson.D{{told("t1", "update", id, 1, "centro")}}, err: gone}, {openErr: gone},
	}}
	c.stream.watch = s.watch
	c.streams.Store(true)
	_, err := e.turnFeed(ctx, modeStreamed)
	return err
}

// GiveStreams has the server of a program that reads rows seem to have change streams, which tell of one
// document of "people" and then of nothing. It must not follow yet.
func GiveStreams(db *DB, id civic.ID) {
	c := db.engine.follower().source.(*changing)
	s := &script{streams: []*scripted{tells([]bson.D{told("t1", "update", id, 1, "centro")}, nil)}}
	c.able = func(context.Context) (bool, error) { return true, nil }
	c.stream.watch = s.watch
}
