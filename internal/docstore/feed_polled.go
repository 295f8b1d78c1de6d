package docstore

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"ascolto/internal/civic"
)

const (
	pollEvery  = 500 * time.Millisecond
	pollRows   = 200              // read at a time
	awaitWrite = 90 * time.Second // more than any write takes: then it was not made
	rowsKept   = 6 * time.Hour    // how long a program may be away and go on where it was
	rowsTidied = time.Minute      // how often older rows are removed

	settleAtOnce = 1000 // documents asked about at once
)

var byID1 = bson.D{{Key: idField, Value: 1}}

// numbered chooses rows by how their numbers compare with n.
func numbered(op string, n int64) bson.D {
	return bson.D{{Key: idField, Value: bson.D{{Key: op, Value: n}}}}
}

// polled is the source of a server without change streams: rows.
type polled struct {
	db     *mongo.Database
	rows   *mongo.Collection
	woken  chan struct{}
	tidied time.Time

	mode atomic.Pointer[feedMode] // which this program goes by

	at      feedRow // the last row that was read
	begun   bool    // something was read
	waiting []awaited
}

// awaited is a write that was announced and is not seen yet.
type awaited struct {
	written
	since  time.Time
	before string // the position before its row
}

func newPolled(db *mongo.Database, mode feedMode) *polled {
	p := &polled{db: db, rows: db.Collection(feedRows), woken: make(chan struct{}, 1)}
	p.mode.Store(&mode)
	return p
}

// checkMode returns errOtherMode, and errLost, when not all programs write rows any more.
func (p *polled) checkMode(ctx context.Context) error {
	now, err := readMode(ctx, p.db)
	if err == nil && now.ID == "" { // as after a backup of before was restored
		now, err = claimMode(ctx, p.db, modePolled)
	}
	if err != nil {
		return err
	}
	if now.Mode != modePolled {
		return errors.Join(errLost, errOtherMode)
	}
	if now.term() != p.mode.Load().term() {
		p.mode.Store(&now)
		return errLost
	}
	return nil
}

// place returns where a row stands, as FollowOptions.From has it.
func (p *polled) place(r feedRow) string {
	return p.mode.Load().term() + "." + strconv.FormatInt(r.Number, 10) + "." + r.Name
}

func (p *polled) open(ctx context.Context, position string) error {
	p.at, p.begun, p.waiting = feedRow{}, false, nil
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	if err := p.checkMode(limited); err != nil && (position != "" || err != errLost) {
		return err
	}
	if position == "" {
		last, err := lastRow(limited, p.rows)
		p.at = last
		return err
	}
	term, row, _ := strings.Cut(position, ".")
	number, name, _ := strings.Cut(row, ".")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || term != p.mode.Load().term() {
		return errLost // or what was written in another way meanwhile was
	}
	p.at = feedRow{Number: n, Name: name}
	if n == 0 {
		return nil // the first row that is read tells whether there were others
	}
	var there feedRow
	err = p.rows.FindOne(limited, numbered("$eq", n), options.FindOne().SetProjection(bare)).Decode(&there)
	if err == mongo.ErrNoDocuments || err == nil && there.Name != name {
		return errLost
	}
	return err
}

func (p *polled) close() {}

func (p *polled) wake() {
	select {
	case p.woken <- struct{}{}:
	default:
	}
}

func (p *polled) end(ctx context.Context) (uint64, error) {
	now, err := readMode(ctx, p.db)
	if err == nil && (now.Mode != modePolled || now.term() != p.mode.Load().term()) {
		err = errLost // somebody wrote without rows
	}
	if err != nil {
		return 0, err
	}
	last, err := lastRow(ctx, p.rows)
	return uint64(last.Number), err
}

func (p *polled) read(ctx context.Context) (batch, error) {
	if p.begun {
		select {
		case <-time.After(pollEvery):
		case <-p.woken:
		case <-ctx.Done():
			return batch{}, ctx.Err()
		}
	}
	p.begun = true
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	if err := p.checkMode(limited); err != nil {
		return batch{}, err
	}
	n, err := p.gather(limited)
	if err != nil {
		return batch{}, err
	}
	made, err := p.settle(limited)
	if err != nil {
		return batch{}, err
	}
	if time.Since(p.tidied) > rowsTidied {
		p.tidied = time.Now()
		err = p.tidy(limited)
	}
	if n == pollRows {
		p.wake()
	}
	return batch{writes: made, position: p.position(), upTo: uint64(p.at.Number), caughtUp: n < pollRows}, err
}

// position returns the place before which every write is known to be made or not.
func (p *polled) position() string {
	if len(p.waiting) > 0 {
		return p.waiting[0].before
	}
	return p.place(p.at)
}

// gather reads the next rows and returns how many there were.
func (p *polled) gather(ctx context.Context) (int, error) {
	some := options.Find().SetSort(byID1).SetLimit(pollRows)
	cursor, err := p.rows.Find(ctx, numbered("$gt", p.at.Number), some)
	if err != nil {
		return 0, err
	}
	var rows []feedRow
	if err := cursor.All(ctx, &rows); err != nil {
		return 0, err
	}
	for _, r := range rows {
		if r.Number != p.at.Number+1 {
			return 0, errLost // the rows between were removed
		}
		for _, w := range r.Writes {
			told := written{w.Collection, w.ID, w.Rev, w.Within}
			p.waiting = append(p.waiting, awaited{told, time.Now(), p.place(p.at)})
		}
		p.at = feedRow{Number: r.Number, Name: r.Name}
	}
	return len(rows), nil
}

// settle takes from those that are awaited the writes that are made, and those that are so old that they
// never will be.
func (p *polled) settle(ctx context.Context) (made []written, err error) {
	wanted := map[string][]civic.ID{}
	for _, w := range p.waiting {
		wanted[w.collection] = append(wanted[w.collection], w.id)
	}
	stored := map[string]map[civic.ID]int64{}
	for name, ids := range wanted {
		if stored[name], err = p.revisions(ctx, name, ids); err != nil {
			return nil, err
		}
	}
	var still []awaited
	for _, w := range p.waiting {
		rev, there := stored[w.collection][w.id]
		isMade := there && w.rev != removed && rev >= w.rev || !there && w.rev == removed
		if isMade || time.Since(w.since) > awaitWrite {
			made = append(made, w.written)
		} else {
			still = append(still, w)
		}
	}
	p.waiting = still
	return made, nil
}

// revisions returns the revisions of those documents that are there.
func (p *polled) revisions(ctx context.Context, name string, ids []civic.ID) (map[civic.ID]int64, error) {
	found := make(map[civic.ID]int64, len(ids))
	opts := options.Find().SetProjection(bson.D{{Key: revField, Value: 1}}).SetHint(byIDHint)
	for some := range slices.Chunk(ids, settleAtOnce) {
		named := bson.D{{Key: idField, Value: bson.D{{Key: "$in", Value: some}}}}
		cursor, err := p.db.Collection(name).Find(ctx, named, opts)
		if err != nil {
			return nil, err
		}
		var metas []Meta
		if err := cursor.All(ctx, &metas); err != nil {
			return nil, err
		}
		for _, m := range metas {
			found[m.ID] = m.Revision
		}
	}
	return found, nil
}

// tidy removes rows that nobody goes back to. The last one stays, so that numbers go on.
func (p *polled) tidy(ctx context.Context) error {
	for {
		first := options.Find().SetSort(byID1).SetLimit(pollRows).SetProjection(bare)
		cursor, err := p.rows.Find(ctx, numbered("$lt", p.at.Number), first)
		if err != nil {
			return err
		}
		var rows []feedRow
		if err := cursor.All(ctx, &rows); err != nil {
			return err
		}
		old := int64(0)
		for _, r := range rows {
			if time.Since(r.At) > rowsKept {
				old = r.Number
			}
		}
		if old == 0 {
			return nil
		}
		if _, err := p.rows.DeleteMany(ctx, numbered("$lte", old)); err != nil {
			return err
		}
		if len(rows) < pollRows || old < rows[len(rows)-1].Number {
			return nil
		}
	}
}
