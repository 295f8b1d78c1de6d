package docstore

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"ascolto/internal/civic"
)

// feedMarks is the collection into which a program that follows a change stream writes, to see in the stream
// that it has come as far.
const feedMarks = "feed_marks"

const (
	streamWait  = 500 * time.Millisecond // how long a server keeps a question for news
	streamBatch = 1000                   // events read at a time
	marksKept   = 24 * time.Hour         // how long what a program wrote last to be seen in the stream stays
	fewEvents   = 100                    // with fewer, a server had no more to tell
)

// events is what a change stream of the driver is.
type events interface {
	TryNext(ctx context.Context) bool
	RemainingBatchLength() int
	Current() bson.Raw
	ResumeToken() bson.Raw
	ID() int64
	Err() error
	Close(ctx context.Context) error
}

// driverEvents makes a change stream one of events.
type driverEvents struct{ *mongo.ChangeStream }

func (d driverEvents) Current() bson.Raw { return d.ChangeStream.Current }

// streamed is the source of a server that has change streams.
type streamed struct {
	watch func(ctx context.Context, after bson.Raw) (events, error) // after nil: from now on
	mark  func(ctx context.Context, n int64) error                  // writes n where the stream sees it
	me    civic.ID                                                  // under whose name marks are

	events events
	asked  int64        // the cursor at the server to which the last read put a question; 0: none
	marks  atomic.Int64 // the last one that was written
}

func (s *streamed) open(ctx context.Context, position string) (err error) {
	var after bson.Raw
	if position != "" {
		if after, err = base64.RawURLEncoding.DecodeString(position); err != nil || after.Validate() != nil {
			return errLost
		}
	}
	s.asked = 0
	s.events, err = s.watch(ctx, after)
	if after != nil && isAnswer(err) {
		return errors.Join(errLost, err) // whatever is wrong with the place, nobody goes on there
	}
	return err
}

// isAnswer reports whether a server said that something is wrong, which trying again does not mend.
func isAnswer(err error) bool {
	var server mongo.ServerError
	return errors.As(err, &server) && !mongo.IsNetworkError(err) && !mongo.IsTimeout(err) &&
		!server.HasErrorLabel("ResumableChangeStreamError")
}

func (s *streamed) close() {
	if s.events == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = s.events.Close(ctx) // the server ends it by itself
	s.events = nil
}

func (s *streamed) wake() {}

func (s *streamed) end(ctx context.Context) (uint64, error) {
	n := s.marks.Add(1)
	return uint64(n), s.mark(ctx, n)
}

func (s *streamed) read(ctx context.Context) (batch, error) {
	var b batch
	seen := 0
	for seen < streamBatch && s.events.TryNext(ctx) {
		seen++
		if err := b.take(s.events.Current(), s.me); err != nil {
			return b, err
		}
		if s.events.RemainingBatchLength() == 0 {
			break // the next would wait
		}
	}
	if err := s.events.Err(); err != nil {
		if isAnswer(err) {
			return b, errors.Join(errLost, err)
		}
		return b, err
	}
	if seen == 0 && s.events.ID() == 0 {
		return b, errLost // the server ended the stream, as when the database is dropped
	}
	b.position = base64.RawURLEncoding.EncodeToString(s.events.ResumeToken())
	// What a cursor, of this stream or of one that the driver began in its place, gives first it was
	// given when it was opened; only after that is the server asked.
	b.caughtUp = seen < fewEvents && s.events.ID() == s.asked
	s.asked = s.events.ID()
	return b, nil
}

// event is what is asked for of a change.
type event struct {
	Operation string `bson:"operationType"`
	In        struct {
		Collection string `bson:"coll"`
	} `bson:"ns"`
	Key struct {
		ID civic.ID `bson:"_id"`
	} `bson:"documentKey"`
	Document bson.Raw `bson:"fullDocument"`
}

// take adds an event. It returns errLost for one that tells of no single document.
func (b *batch) take(raw bson.Raw, me civic.ID) error {
	var e event
	if err := bson.Unmarshal(raw, &e); err != nil {
		return errors.Join(errLost, err)
	}
	w := written{collection: e.In.Collection, id: e.Key.ID}
	switch e.Operation {
	case "insert", "replace", "update":
		w.rev, _ = e.Document.Lookup(revField).AsInt64OK()
		w.within = civic.ID(stringIn(e.Document, withinField))
	case "delete":
		w.rev = removed
	case "drop", "rename", "dropDatabase", "invalidate":
		return errLost
	default:
		return nil
	}
	if w.collection != feedMarks {
		b.writes = append(b.writes, w)
	} else if w.id == me && w.rev > 0 {
		b.upTo = max(b.upTo, uint64(w.rev))
	}
	return nil
}

// withinField is what events call the field that says what a document belongs to.
const withinField = "within"

func stringIn(doc bson.Raw, field string) string {
	text, _ := doc.Lookup(field).StringValueOK()
	return text
}

// newStreamed returns the change stream of the collections of layouts.
func newStreamed(db *mongo.Database, layouts func() []*layout) *streamed {
	s := &streamed{me: NewID()}
	s.watch = func(ctx context.Context, after bson.Raw) (events, error) {
		opts := options.ChangeStream().SetMaxAwaitTime(streamWait).SetBatchSize(streamBatch)
		if after != nil {
			opts.SetResumeAfter(after)
		}
		stream, err := db.Watch(ctx, streamPipeline(layouts()), opts)
		if err != nil {
			return nil, err
		}
		_ = tidyMarks(ctx, db) // the next start does it
		return driverEvents{stream}, nil
	}
	s.mark = func(ctx context.Context, n int64) error {
		mine := bson.D{{Key: idField, Value: s.me}}
		mark := feedMark{ID: s.me, Rev: n, At: time.Now().UTC()}
		_, err := db.Collection(feedMarks).ReplaceOne(ctx, mine, mark, options.Replace().SetUpsert(true))
		return err
	}
	return s
}

// feedMark is what a program wrote last to be seen in the stream.
type feedMark struct {
	ID  civic.ID  `bson:"_id"`
	Rev int64     `bson:"rev"`
	At  time.Time `bson:"at"`
}

// tidyMarks removes marks of programs that ended, or that asked nothing for so long.
func tidyMarks(ctx context.Context, db *mongo.Database) error {
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	old := bson.D{{Key: "at", Value: bson.D{{Key: "$lt", Value: time.Now().Add(-marksKept)}}}}
	_, err := db.Collection(feedMarks).DeleteMany(limited, old)
	return err
}

// streamPipeline has the server send of a change only where it was, which revision came of it, and what the
// document belongs to.
func streamPipeline(layouts []*layout) mongo.Pipeline {
	names, belongs := bson.A{feedMarks}, bson.A{}
	for _, l := range layouts {
		names = append(names, l.name)
		if l.within != "" {
			here := bson.D{{Key: "$eq", Value: bson.A{"$ns.coll", l.name}}}
			then := "$fullDocument." + l.within
			belongs = append(belongs, bson.D{{Key: "case", Value: here}, {Key: "then", Value: then}})
		}
	}
	var within any = "$documentKey._id"
	if len(belongs) > 0 {
		byCollection := bson.D{{Key: "branches", Value: belongs}, {Key: "default", Value: within}}
		within = bson.D{{Key: "$switch", Value: byCollection}}
	}
	return mongo.Pipeline{
		{{Key: "$match", Value: bson.D{{Key: "$or", Value: bson.A{
			bson.D{{Key: "ns" + ".coll", Value: bson.D{{Key: "$in", Value: names}}}},
			bson.D{{Key: "operationType",
				Value: bson.D{{Key: "$in", Value: bson.A{"dropDatabase", "invalidate"}}}}},
		}}}}},
		{{Key: "$project", Value: bson.D{
			{Key: "operationType", Value: 1}, {Key: "ns", Value: 1}, {Key: "documentKey", Value: 1},
			{Key: "fullDocument", Value: bson.D{
				{Key: revField, Value: "$fullDocument." + revField}, {Key: withinField, Value: within},
			}},
		}}},
	}
}

// noStreams are the server's codes for a change stream of a database that it never has: question, command or
// stage is unknown or not supported, it is no replica set, or has them switched off.
var noStreams = []int{9, 59, 115, 136, 238, 40324, 40573}

// hasStreams reports whether a server has change streams.
func hasStreams(ctx context.Context, db *mongo.Database) (bool, error) {
	stream, err := db.Watch(ctx, mongo.Pipeline{})
	if err == nil {
		return true, stream.Close(ctx)
	}
	var server mongo.ServerError
	if errors.As(err, &server) && slices.ContainsFunc(noStreams, server.HasErrorCode) {
		return false, nil
	}
	return false, fmt.Errorf("the server does not say whether it has change streams: %w", err)
}
