package docstore

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// sqliteTable is one collection in SQLite.
type sqliteTable struct {
	engine *sqliteEngine
	layout *layout
	sql    *tableSQL
	getSQL string
	writes *journal

	loading atomic.Pointer[loading] // nil when there is no bulk load
	loader  chan struct{}           // holds a value while there is one
}

func newSQLiteTable(e *sqliteEngine, l *layout) *sqliteTable {
	writes, _ := e.journals.LoadOrStore(l.name, newJournal(nil))
	return &sqliteTable{
		engine: e, layout: l, sql: newSQL(l, l.table()), getSQL: "SELECT doc FROM " + l.table() +
			" WHERE id = ?",
		writes: writes.(*journal), loader: make(chan struct{}, 1),
	}
}

func (t *sqliteTable) journal() *journal { return t.writes }

func (t *sqliteTable) do(ctx context.Context, grows bool, work func(tx *writer) error) error {
	err := t.engine.write.do(ctx, grows, work)
	if _, ok := errors.AsType[*civic.Error](err); ok || errors.Is(err, errStale) {
		return err
	}
	return t.engine.fault(context.Background(), err)
}

func (t *sqliteTable) insert(ctx context.Context, docs []*record) error {
	defer t.writes.noteAll(docs)
	return t.do(ctx, true, func(tx *writer) error {
		for _, doc := range docs {
			if stored, err := t.sql.insert(tx, doc, false); err != nil {
				return err
			} else if !stored {
				return errTaken()
			}
		}
		return nil
	})
}

func (t *sqliteTable) insertMany(ctx context.Context, docs []*record) (taken []civic.ID, err error) {
	defer t.writes.noteAll(docs)
	load := t.join()
	defer load.leave()
	stored := make([]*record, 0, len(docs))
	err = t.do(ctx, true, func(tx *writer) error {
		taken, stored = nil, stored[:0]
		for _, doc := range docs {
			ok, err := t.sql.insert(tx, doc, load != nil)
			if err != nil {
				return err
			}
			if ok {
				stored = append(stored, doc)
				continue
			}
			// A first insert that was refused has no such id: then it was another unique value.
			if reason := t.sql.refusal(tx, doc.id, -1); !errors.Is(reason, errStale) {
				return errTaken()
			}
			taken = append(taken, doc.id)
		}
		return nil
	})
	switch {
	case load == nil:
	case err != nil:
		t.spoil() // how much of docs is stored is unknown
	default:
		err = t.keep(ctx, load, stored)
	}
	return taken, err
}

func (t *sqliteTable) replace(ctx context.Context, doc *record, was int64) error {
	t.spoil()
	defer t.writes.noteAll([]*record{doc})
	return t.do(ctx, true, func(tx *writer) error { return t.sql.replace(tx, doc, was) })
}

func (t *sqliteTable) remove(ctx context.Context, id civic.ID) error {
	t.spoil()
	defer t.writes.noteOthers(id)
	return t.do(ctx, false, func(tx *writer) error { return t.sql.remove(tx, id) })
}

func (t *sqliteTable) get(ctx context.Context, id civic.ID) (bson.Raw, error) {
	stmt, err := t.engine.prepared(ctx, t.getSQL)
	if err != nil {
		return nil, t.engine.fault(ctx, err)
	}
	var raw []byte
	if err := stmt.QueryRowContext(ctx, string(id)).Scan(&raw); errors.Is(err, sql.ErrNoRows) {
		return nil, errNotFound()
	} else if err != nil {
		return nil, t.engine.fault(ctx, err)
	}
	return raw, nil
}
