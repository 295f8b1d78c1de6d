package docstore

import (
	"bytes"
	"cmp"
	"context"
	"database/sql/driver"
	"slices"
	"strings"
	"sync"

	"ascolto/internal/civic"
)

// loadingSpec stands in place of a collection's spec while it is loaded. It is nobody's signature, so a
// process that dies on the way has the indexes built anew at the next start.
const loadingSpec = "loading"

// maxPending is how many rows of index tables are kept back to be stored in order, some 30 MB of them.
const maxPending = 1 << 18

// loading is a bulk load into a collection that was empty. Keys come in no order, so an index that is kept up
// to date has nearly as many pages rewritten as documents come, ever more as it grows; those that are not
// unique are made at the end instead.
type loading struct {
	adding sync.RWMutex // held for reading while documents are added without their keys
	over   bool         // under adding

	mu      sync.Mutex
	pending [][]sideRow // per index over an array
	n       int         // of all of them
	spoiled bool        // something else was done meanwhile than to add documents
}

// sideRow is a row of an index table.
type sideRow struct {
	key []byte
	id  civic.ID
}

// load implements table. Only an empty collection is prepared: nobody misses in it what is not yet found.
func (t *sqliteTable) load(ctx context.Context) (func(context.Context) error, error) {
	select {
	case t.loader <- struct{}{}:
	case <-ctx.Done():
		return nil, ended(ctx)
	}
	empty := false
	err := t.do(ctx, true, func(tx *writer) (err error) {
		if empty, err = t.isEmpty(tx); err != nil || !empty {
			return err
		}
		return t.dropIndexes(tx)
	})
	if err != nil || !empty {
		<-t.loader
		return func(context.Context) error { return nil }, err
	}
	t.loading.Store(&loading{pending: make([][]sideRow, len(t.layout.indexes))})
	return t.loaded, nil
}

func (t *sqliteTable) isEmpty(tx *writer) (bool, error) {
	empty := true
	err := tx.query(func([]driver.Value) error { empty = false; return nil },
		"SELECT 1 FROM "+t.layout.table()+" LIMIT 1")
	return empty, err
}

func (t *sqliteTable) dropIndexes(tx *writer) error {
	for _, ix := range t.layout.indexes {
		if ix.deferrable() && ix.array < 0 {
			if _, err := tx.exec("DROP INDEX IF EXISTS " + t.layout.sqlIndex(ix)); err != nil {
				return err
			}
		}
	}
	return setSpec(tx, t.layout, loadingSpec)
}

// deferrable reports whether ix may be made when a load ends: not one that refuses documents.
func (ix *index) deferrable() bool { return !ix.unique }

// loaded ends a load.
func (t *sqliteTable) loaded(ctx context.Context) error {
	defer func() { <-t.loader }()
	defer t.writes.noteOthers() // queries find now what was added
	defer t.loading.Store(nil)
	l := t.loading.Load()
	l.adding.Lock()
	defer l.adding.Unlock()
	l.over = true
	l.mu.Lock()
	defer l.mu.Unlock()
	return t.do(ctx, true, func(tx *writer) error {
		var err error
		if l.spoiled {
			err = t.engine.rebuild(tx, t.layout)
		} else if err = t.sql.fillSides(tx, l.pending); err == nil {
			err = setSpec(tx, t.layout, t.layout.signature())
		}
		if err != nil {
			return err
		}
		return createIndexes(tx, t.layout)
	})
}

// fillSides stores rows in the order of each index.
func (s *tableSQL) fillSides(tx *writer, pending [][]sideRow) error {
	for i, rows := range pending {
		slices.SortFunc(rows, func(a, b sideRow) int {
			return cmp.Or(bytes.Compare(a.key, b.key), strings.Compare(string(a.id), string(b.id)))
		})
		for _, r := range rows {
			if _, err := tx.exec(s.sideInsert[i], r.key, string(r.id)); err != nil {
				return err
			}
		}
	}
	return nil
}

// join returns the load that documents may be added to until leave, or nil.
func (t *sqliteTable) join() *loading {
	l := t.loading.Load()
	if l == nil {
		return nil
	}
	l.adding.RLock()
	if l.over {
		l.adding.RUnlock()
		return nil
	}
	return l
}

func (l *loading) leave() {
	if l != nil {
		l.adding.RUnlock()
	}
}

// keep takes the keys of documents that were stored without them, and stores what has gathered when it is
// much.
func (t *sqliteTable) keep(ctx context.Context, l *loading, docs []*record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, doc := range docs {
		for i, ix := range t.layout.indexes {
			if ix.array < 0 || !ix.deferrable() {
				continue
			}
			for _, k := range doc.keys[i] {
				l.pending[i] = append(l.pending[i], sideRow{k, doc.id})
			}
			l.n += len(doc.keys[i])
		}
	}
	if l.n < maxPending {
		return nil
	}
	err := t.do(ctx, true, func(tx *writer) error { return t.sql.fillSides(tx, l.pending) })
	if err != nil {
		l.spoiled = true
	}
	for i := range l.pending {
		l.pending[i] = l.pending[i][:0]
	}
	l.n = 0
	return err
}

// spoil notes that a load cannot end in the short way; without one it does nothing.
func (t *sqliteTable) spoil() {
	if l := t.loading.Load(); l != nil {
		l.mu.Lock()
		l.spoiled = true
		l.mu.Unlock()
	}
}
