package docstore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// MaxPending is how many keys a load keeps in memory.
const MaxPending = maxPending

// IDOf returns a document's id.
func IDOf[T any](doc *T) civic.ID { return metaOf(doc).ID }

// Careless takes from c the protection by revisions: a replacement overwrites whatever is stored. It is the control of tests
// about what happens at the same time.
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
	return db.engine.(*sqliteEngine).write.do(context.Background(), false, func(*writer) error { panic("a fault") })
}

// Waiting returns how many writes wait for the goroutine that writes.
func Waiting(db *DB) int { return len(db.engine.(*sqliteEngine).write.ops) }
