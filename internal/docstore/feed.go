package docstore

import (
	"context"
	"errors"

	"ascolto/internal/civic"
)

// Several programs may use one server. What each writes to collections whose Spec says Followed goes
// through a feed that all of them follow: the server's change stream where it has one, else a collection
// of rows, one for each write. A program that follows it knows what changed, as the program that has a
// SQLite file alone does, and Collection.Changes, Writes and Within tell it.
//
// The life of a write (mongoTable.publish): where there is no change stream it is **announced** by a row.
// It is expected as this program's own (own.add) and then **made**. It is **noted** in the journal of the
// collection before its caller is told, so that this program knows of its own writes at once. Its
// **echo** comes back through the feed: journal.hear recognises it by id and revision and drops it. What
// others wrote it does not recognise: that it notes, and it is **told** to who follows. A write that
// failed is expected no more; when its echo has come already it was another program's, which made the
// same revision first, and is told as such (follower.disown). After a loss nothing is expected: an echo
// that still comes is told too, which does no harm.

// News is what others wrote, as a follower is told.
type News struct {
	Changes  []Change
	Position string // where to go on after it, for FollowOptions.From
	// Lost: something may have been written that nobody tells any more, and what is derived has to be
	// compared with the store.
	Lost bool
}

// Change is a document that another program stored or removed.
type Change struct {
	Collection string
	ID         civic.ID
}

// FollowOptions say where to begin.
type FollowOptions struct {
	From string     // a Position that was told before, perhaps to an earlier run of the program; empty: now
	Tell func(News) // is told in order, and must return at once; nil: nobody
}

// Shared reports whether other programs may write to the store.
func (db *DB) Shared() bool {
	_, alone := db.engine.(*sqliteEngine)
	return !alone
}

// Follow follows the feed until ctx ends and then returns nil. It returns at once for a SQLite file, to which
// nobody else writes. While the server is away it tries again, and goes on where it was. Begin at most one.
func (db *DB) Follow(ctx context.Context, o FollowOptions) error {
	f := db.engine.follower()
	if f == nil {
		return nil
	}
	f.run(ctx, o)
	return nil
}

// source tells in order what is written to the followed collections of a server. Only end may be called while
// another call runs.
type source interface {
	// open begins after a position, or now for an empty one. It returns errLost when nobody knows any more
	// what came after it.
	open(ctx context.Context, position string) error
	// read waits a moment for what was written since the last call and returns it, empty when that was
	// nothing. It returns errLost as open does; after any error the source is opened again.
	read(ctx context.Context) (batch, error)
	// end returns what batch.upTo has reached when all that was acknowledged before the call has been read.
	end(ctx context.Context) (uint64, error)
	// wake has a read that waits look at once.
	wake()
	close()
}

// batch is some of what was written.
type batch struct {
	writes   []written
	position string // after it
	upTo     uint64
	caughtUp bool // there was no more when the read began
}

// written is one write to a document.
type written struct {
	collection string
	id         civic.ID
	rev        int64    // of the stored document; removed, or 0 when it is not told
	within     civic.ID // what it belongs to; empty when it is not told
}

// removed stands in place of the revision of a document that was removed.
const removed = -1

var errLost = errors.New("docstore: what was written meanwhile is not told any more")
