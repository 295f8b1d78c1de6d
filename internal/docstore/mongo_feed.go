package docstore

import (
	"context"
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
	var from source
	if streams {
		from = newStreamed(e.db, e.followed)
	} else {
		e.announcer = &announcer{rows: e.db.Collection(feedRows), log: e.log}
		from = newPolled(e.db)
	}
	e.feed = newFollower(from, e.journalOf, e.forgetAll, e.log)
	return nil
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

// told makes a write so that everybody who follows the collection hears of it: it is announced before, where
// the server has no change stream, and noted after.
func (t *mongoTable) told(ctx context.Context, docs []*record, write func() error) error {
	if t.writes == nil {
		return write()
	}
	if a := t.engine.announcer; a != nil {
		if err := a.announce(ctx, t.rowsOf(docs)); err != nil {
			return t.engine.fault(ctx, err)
		}
	}
	expected := t.engine.feed.running.Load()
	if expected {
		for _, doc := range docs {
			t.writes.own.add(doc.id, doc.rev)
		}
	}
	err := write()
	if err != nil && expected { // should it be made all the same, it is heard as others' writes are
		for _, doc := range docs {
			t.writes.own.take(doc.id, doc.rev)
		}
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
