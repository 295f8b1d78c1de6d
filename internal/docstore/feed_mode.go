package docstore

import (
	"context"
	"errors"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// All programs that use a database must tell each other in the same way what they write: one that reads
// rows hears nothing of one that relies on change streams and writes none. The way is stored in one
// document. Every program claims its way at the start, and one that reads rows looks at each read, and before
// it says that it knows everything, whether another was claimed since, as when a server alone became a
// replica set under it: then it relies on change streams, too, and knows nothing while the server does not
// give it any (feed_changing.go). A program whose server has lost its change streams begins a new time of
// rows: those that read rows already know then that something was written without.
//
// A version of the program from before the feed writes no rows and claims nothing. On a server without
// change streams stop all programs before upgrading to one that has it.

// The ways.
const (
	modeStreamed = "streamed" // a change stream
	modePolled   = "polled"   // rows
)

const (
	feedModes  = "feed_mode"
	feedModeID = "feed"
)

// feedMode is the way in which programs tell each other what they write.
type feedMode struct {
	ID    string    `bson:"_id"`
	Mode  string    `bson:"mode"`
	Since time.Time `bson:"since"` // tells apart two times of the same way, between which there was another
}

// term returns what stands in a position for the time in which the way holds.
func (m feedMode) term() string { return strconv.FormatInt(m.Since.UnixMilli(), 36) }

var errStay = errors.New("docstore: the server's change streams are as they were")

var errOtherMode = errors.New("docstore: another program on the server tells in another way " +
	"what it writes, by change streams, which the server does not have for this one")

// readMode returns the way that holds, the zero feedMode when none was claimed.
func readMode(ctx context.Context, db *mongo.Database) (mode feedMode, err error) {
	err = db.Collection(feedModes).FindOne(ctx, bson.D{{Key: idField, Value: feedModeID}}).Decode(&mode)
	if err == mongo.ErrNoDocuments {
		err = nil
	}
	return mode, err
}

// claimMode makes a way hold, unless it does, and returns it.
func claimMode(ctx context.Context, db *mongo.Database, way string) (feedMode, error) {
	for try := 0; ; try++ {
		there, err := readMode(ctx, db)
		if err != nil || there.Mode == way {
			return there, err
		}
		mine := feedMode{ID: feedModeID, Mode: way, Since: time.Now().UTC().Truncate(time.Millisecond)}
		if err := there.giveWay(ctx, db, mine); err != nil && !mongo.IsDuplicateKeyError(err) {
			return mine, err
		}
		if err := pause(ctx, try); err != nil { // what another claimed at the same moment is looked at again
			return mine, err
		}
	}
}

// beginMode begins a new time of a way, also where it holds, and returns it.
func beginMode(ctx context.Context, db *mongo.Database, way string) (feedMode, error) {
	there, err := readMode(ctx, db)
	if err != nil {
		return there, err
	}
	mine := feedMode{ID: feedModeID, Mode: way, Since: time.Now().UTC().Truncate(time.Millisecond)}
	if !mine.Since.After(there.Since) {
		mine.Since = there.Since.Add(time.Millisecond)
	}
	_, err = db.Collection(feedModes).ReplaceOne(ctx, bson.D{{Key: idField, Value: feedModeID}}, mine,
		options.Replace().SetUpsert(true))
	return mine, err
}

// giveWay stores next in the place of m, unless another has it by now.
func (m feedMode) giveWay(ctx context.Context, db *mongo.Database, next feedMode) error {
	if m.ID == "" {
		_, err := db.Collection(feedModes).InsertOne(ctx, next)
		return err
	}
	same := bson.D{{Key: idField, Value: feedModeID}, {Key: "mode", Value: m.Mode}}
	_, err := db.Collection(feedModes).ReplaceOne(ctx, same, next)
	return err
}
