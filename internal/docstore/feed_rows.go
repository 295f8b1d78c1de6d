package docstore

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"ascolto/internal/civic"
	"ascolto/internal/routine"
)

// Where a server has no change stream, every write to a followed collection is announced by a row of the
// collection "feed" **before** it is made: a program that dies between the two leaves a row without a write,
// which harms nobody, never a write without a row. Whoever reads a row waits until the document has the
// revision that the row names. Rows are numbered without gaps: each is stored under the number after the
// highest, and whoever finds it taken tries the next.

const feedRows = "feed"

// feedRow is what one program announces at once.
type feedRow struct {
	Number int64      `bson:"_id"`
	Name   string     `bson:"name"` // told apart from a row that had the number before a backup was restored
	At     time.Time  `bson:"at"`
	Writes []rowWrite `bson:"writes"`
}

type rowWrite struct {
	Collection string   `bson:"c"`
	ID         civic.ID `bson:"id"`
	Rev        int64    `bson:"rev"`
	Within     civic.ID `bson:"in,omitempty"`
}

// announcer stores rows. Writes that are announced while a row is being stored share the next one.
type announcer struct {
	rows *mongo.Collection
	log  *slog.Logger

	mu      sync.Mutex
	waiting *announcement // for the next row; nil when nobody waits
	storing bool
	last    int64 // the highest number that is known to be taken
}

type announcement struct {
	writes []rowWrite
	done   chan struct{}
	err    error
}

// announce returns when a row with the writes is stored, or an error, after which they must not be made.
func (a *announcer) announce(ctx context.Context, writes []rowWrite) error {
	mine := a.join(writes)
	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// join adds writes to the next row and has it stored.
func (a *announcer) join(writes []rowWrite) *announcement {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting == nil {
		a.waiting = &announcement{done: make(chan struct{})}
	}
	mine := a.waiting
	mine.writes = append(mine.writes, writes...)
	if !a.storing {
		a.storing = true
		routine.Go(a.log, "feed", a.store) // ends when nobody waits
	}
	return mine
}

// store stores rows until nobody waits for one.
func (a *announcer) store() error {
	for next := a.next(); next != nil; next = a.next() {
		next.err = routine.Guard(a.log, "feed", func() error {
			return a.insert(feedRow{Name: rand.Text()[:8], At: time.Now().UTC(), Writes: next.writes})
		})
		close(next.done)
	}
	return nil
}

// next returns what the next row is to hold, nil when nobody waits: then nobody stores rows any more.
func (a *announcer) next() *announcement {
	a.mu.Lock()
	defer a.mu.Unlock()
	next := a.waiting
	a.waiting, a.storing = nil, next != nil
	return next
}

// insert stores a row under the next free number.
func (a *announcer) insert(row feedRow) error {
	ctx, cancel := context.WithTimeout(context.Background(), mongoQuick)
	defer cancel()
	for try := 0; ; try++ {
		row.Number = a.last + 1
		_, err := a.rows.InsertOne(ctx, row)
		if err == nil {
			a.last = row.Number
			return nil
		}
		if !mongo.IsDuplicateKeyError(err) {
			return err
		}
		last, err := lastRow(ctx, a.rows)
		if err != nil {
			return err
		}
		if last.Number >= row.Number { // else the one who has it is not yet seen by a majority
			a.last = last.Number
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

// bare leaves out of rows what they announce.
var bare = bson.D{{Key: "writes", Value: 0}}

// lastRow returns the row with the highest number without its writes, the zero row when there is none.
func lastRow(ctx context.Context, rows *mongo.Collection) (feedRow, error) {
	var last feedRow
	newest := options.FindOne().SetSort(bson.D{{Key: idField, Value: -1}}).SetProjection(bare)
	err := rows.FindOne(ctx, bson.D{}, newest).Decode(&last)
	if err == mongo.ErrNoDocuments {
		err = nil
	}
	return last, err
}
