package docstore

import (
	"context"
	"errors"
)

// decideFeed finds out how the server tells what is written, unless that is known.
func (e *mongoEngine) decideFeed(ctx context.Context) error {
	e.deciding.Lock()
	defer e.deciding.Unlock()
	if e.feed != nil {
		return nil
	}
	streams, err := hasStreams(ctx, e.db)
	if err != nil {
		return err
	}
	way := modePolled
	if streams {
		way = modeStreamed
	}
	mode, err := claimMode(ctx, e.db, way)
	if err != nil {
		return err
	}
	from := &changing{
		rows: newPolled(e.db, mode), stream: newStreamed(e.db, e.followed),
		able: func(ctx context.Context) (bool, error) { return hasStreams(ctx, e.db) }, turn: e.turnFeed,
	}
	from.streams.Store(streams)
	e.announceWrites(!streams)
	e.feed = newFollower(from, e.journalOf, e.forgetAll, e.log)
	return nil
}

// turnFeed has this program tell in a way what it writes, and makes the way hold: change streams as long as
// nobody else turns from them, rows from now on.
func (e *mongoEngine) turnFeed(ctx context.Context, way string) (feedMode, error) {
	if way == modeStreamed {
		mode, err := claimMode(ctx, e.db, way)
		if err == nil {
			e.announceWrites(false)
		}
		return mode, err
	}
	e.announceWrites(true)
	return beginMode(ctx, e.db, way)
}

// announceWrites has every write that begins from now on announced by a row, or not. When it returns, no
// write is under way that began before.
func (e *mongoEngine) announceWrites(rows bool) {
	e.writing.Lock()
	defer e.writing.Unlock()
	if !rows {
		e.announcer.Store(nil)
	} else if e.announcer.Load() == nil {
		e.announcer.Store(&announcer{rows: e.db.Collection(feedRows), log: e.log})
	}
}

// follower implements engine.
func (e *mongoEngine) follower() *follower {
	e.deciding.Lock()
	defer e.deciding.Unlock()
	return e.feed
}

// followed returns the layouts of the followed collections that were opened.
func (e *mongoEngine) followed() []*layout {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []*layout
	seen := map[string]bool{}
	for _, t := range e.tables {
		if t.layout.followed && !seen[t.layout.name] {
			seen[t.layout.name] = true
			all = append(all, t.layout)
		}
	}
	return all
}

func (e *mongoEngine) journalOf(collection string) *journal {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.journals[collection]
}

func (e *mongoEngine) forgetAll() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, j := range e.journals {
		j.forget()
	}
}

// errNothing is of a write that found nothing to do: it counts as not made.
var errNothing = errors.New("docstore: there was nothing to write")

// publish makes a write so that everybody who follows the collection hears of it; feed.go tells how.
func (t *mongoTable) publish(ctx context.Context, docs []*record, write func() error) error {
	if t.writes == nil {
		return write()
	}
	t.engine.writing.RLock()
	defer t.engine.writing.RUnlock()
	if a := t.engine.announcer.Load(); a != nil {
		if err := a.announce(ctx, t.rowsOf(docs)); err != nil {
			return t.engine.fault(ctx, err)
		}
	}
	feed := t.engine.feed
	expected := feed.running.Load()
	if expected {
		for _, doc := range docs {
			t.writes.own.add(doc.id, doc.rev)
		}
	}
	err := write()
	if err != nil && expected {
		feed.disown(t.layout.name, t.writes, docs)
	}
	if len(docs) == 1 && docs[0].rev == removed {
		t.writes.noteOthers(docs[0].id)
	} else {
		t.writes.noteAll(docs)
	}
	return err
}

// rowsOf returns docs as the feed announces them.
func (t *mongoTable) rowsOf(docs []*record) []rowWrite {
	rows := make([]rowWrite, len(docs))
	for i, doc := range docs {
		rows[i] = rowWrite{Collection: t.layout.name, ID: doc.id, Rev: doc.rev, Within: doc.within}
	}
	return rows
}
