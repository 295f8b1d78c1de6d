package docstore

import (
	"bytes"
	"context"
	"database/sql"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// misfiled compares what stands beside each document with what the document says, and the tables of indexes
// over arrays with the documents.
func (t *sqliteTable) misfiled(ctx context.Context, see func(civic.ID)) error {
	columns := t.layout.columns()
	for i, c := range columns {
		columns[i] = quoted(c)
	}
	cells := make([]any, len(columns))
	var id, doc []byte
	var rev int64
	keys := make([][]byte, len(columns)-3)
	cells[0], cells[1], cells[len(cells)-1] = &id, &rev, &doc
	for i := range keys {
		cells[2+i] = &keys[i]
	}
	query := "SELECT " + strings.Join(columns, ", ") + " FROM " + t.layout.table() + " ORDER BY id"
	err := t.rows(ctx, nil, query, nil, func(rows *sql.Rows) error {
		if err := rows.Scan(cells...); err != nil {
			return err
		}
		fits, err := t.layout.fits(civic.ID(id), rev, keys, bson.Raw(doc))
		if err == nil && !fits {
			see(civic.ID(id))
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, ix := range t.layout.indexes {
		if ix.array >= 0 {
			if err := t.misfiledIn(ctx, ix, see); err != nil {
				return err
			}
		}
	}
	return nil
}

// fits reports whether a document belongs under an id, a revision and the keys of its indexes.
func (l *layout) fits(id civic.ID, rev int64, keys [][]byte, doc bson.Raw) (bool, error) {
	named, _ := doc.Lookup(idField).StringValueOK()
	counted, _ := doc.Lookup(revField).AsInt64OK()
	if civic.ID(named) != id || counted != rev {
		return false, nil
	}
	for _, ix := range l.indexes {
		if ix.array >= 0 {
			continue
		}
		own, err := ix.keys(doc, id)
		if err != nil || !bytes.Equal(own[0], keys[0]) {
			return false, err
		}
		keys = keys[1:]
	}
	return true, nil
}

// misfiledIn compares the table of an index over an array with the documents, one document after the other.
func (t *sqliteTable) misfiledIn(ctx context.Context, ix *index, see func(civic.ID)) error {
	stored := map[civic.ID][][]byte{}
	if err := t.rows(ctx, nil, "SELECT id, k FROM "+t.layout.side(ix)+" ORDER BY k", nil,
		func(rows *sql.Rows) error {
			var id string
			var key []byte
			err := rows.Scan(&id, &key)
			stored[civic.ID(id)] = append(stored[civic.ID(id)], key)
			return err
		}); err != nil {
		return err
	}
	if err := t.rows(ctx, nil, "SELECT id, doc FROM "+t.layout.table()+" ORDER BY id", nil,
		func(rows *sql.Rows) error {
			var id string
			var doc []byte
			if err := rows.Scan(&id, &doc); err != nil {
				return err
			}
			own, err := ix.keys(bson.Raw(doc), civic.ID(id))
			if err == nil && !slices.EqualFunc(own, stored[civic.ID(id)], bytes.Equal) {
				see(civic.ID(id))
			}
			delete(stored, civic.ID(id))
			return err
		}); err != nil {
		return err
	}
	for id := range stored {
		see(id)
	}
	return nil
}
