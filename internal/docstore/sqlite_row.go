package docstore

import (
	"bytes"
	"database/sql/driver"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// tableSQL holds the statements that change a table.
type tableSQL struct {
	layout                               *layout
	insertRow, updateRow, deleteRow      string
	revision, document                   string
	sideInsert, sideDelete, sideConflict []string // per index, "" when it has no table of its own
}

func newSQL(l *layout, table string) *tableSQL {
	columns := l.columns()
	for i, c := range columns {
		columns[i] = quoted(c)
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	var set []string
	for _, c := range columns[1:] {
		set = append(set, c+" = ?")
	}
	s := &tableSQL{
		layout: l,
		insertRow: "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + marks +
			") ON CONFLICT DO NOTHING",
		updateRow: "UPDATE OR IGNORE " + table + " SET " + strings.Join(set, ", ") +
			" WHERE id = ? AND rev = ?",
		deleteRow: "DELETE FROM " + table + " WHERE id = ?",
		revision:  "SELECT rev FROM " + table + " WHERE id = ?",
		document:  "SELECT doc FROM " + table + " WHERE id = ?",
	}
	for _, ix := range l.indexes {
		var add, remove, conflict string
		if ix.array >= 0 {
			add = "INSERT INTO " + l.side(ix) + " (k, id) VALUES (?, ?) ON CONFLICT DO NOTHING"
			remove = "DELETE FROM " + l.side(ix) + " WHERE k = ? AND id = ?"
		}
		if ix.array >= 0 && ix.unique {
			conflict = "SELECT 1 FROM " + l.side(ix) + " WHERE k = ? AND id <> ?"
		}
		s.sideInsert, s.sideDelete, s.sideConflict = append(s.sideInsert, add), append(s.sideDelete, remove),
			append(s.sideConflict, conflict)
	}
	return s
}

// row returns r's values in the order of the table's columns.
func (s *tableSQL) row(r *record) []any {
	row := append(make([]any, 0, len(r.keys)+5), string(r.id), r.rev)
	for i, ix := range s.layout.indexes {
		if ix.array < 0 {
			row = append(row, r.keys[i][0])
		}
	}
	return append(row, []byte(r.raw))
}

// insert stores r and reports false, having changed nothing, when its id or a unique value is taken. In a
// load, the rows of index tables that can wait are left to who calls.
func (s *tableSQL) insert(tx *writer, r *record, load bool) (bool, error) {
	if taken, err := s.sideTaken(tx, r); taken || err != nil {
		return false, err
	}
	n, err := tx.exec(s.insertRow, s.row(r)...)
	if err != nil || n == 0 {
		return false, err
	}
	for i, ix := range s.layout.indexes {
		if ix.array < 0 || load && ix.deferrable() {
			continue
		}
		if err := s.eachMissing(tx, s.sideInsert[i], r.id, r.keys[i], nil); err != nil {
			return false, err
		}
	}
	return true, nil
}

// replace stores r over the revision was, or returns errStale, NotFound or Conflict, having changed nothing.
func (s *tableSQL) replace(tx *writer, r *record, was int64) error {
	old, err := s.arrayKeys(tx, r.id)
	if err != nil {
		return err
	}
	taken, err := s.sideTaken(tx, r)
	if err != nil {
		return err
	}
	changed := int64(0)
	if !taken {
		if changed, err = tx.exec(s.updateRow, append(s.row(r)[1:], string(r.id), was)...); err != nil {
			return err
		}
	}
	if changed == 0 {
		return s.refusal(tx, r.id, was)
	}
	return s.move(tx, r.id, old, r.keys)
}

// refusal tells why the document named id could not be stored over the revision was.
func (s *tableSQL) refusal(tx *writer, id civic.ID, was int64) error {
	reason := errNotFound()
	if err := tx.query(func(v []driver.Value) error {
		if reason = errTaken(); v[0].(int64) != was {
			reason = errStale
		}
		return nil
	}, s.revision, string(id)); err != nil {
		return err
	}
	return reason
}

func (s *tableSQL) remove(tx *writer, id civic.ID) error {
	old, err := s.arrayKeys(tx, id)
	if err != nil {
		return err
	}
	if _, err := tx.exec(s.deleteRow, string(id)); err != nil {
		return err
	}
	return s.move(tx, id, old, nil)
}

// sideTaken reports whether another document has one of r's keys in a unique index over an array. Nobody else
// writes meanwhile.
func (s *tableSQL) sideTaken(tx *writer, r *record) (taken bool, err error) {
	for i, query := range s.sideConflict {
		if query == "" {
			continue
		}
		for _, k := range r.keys[i] {
			err := tx.query(func([]driver.Value) error { taken = true; return nil }, query, k, string(r.id))
			if taken || err != nil {
				return taken, err
			}
		}
	}
	return false, nil
}

// arrayKeys returns the keys that the stored document has in indexes over arrays, nil when there are none.
func (s *tableSQL) arrayKeys(tx *writer, id civic.ID) (keys [][][]byte, err error) {
	if !slices.ContainsFunc(s.layout.indexes, func(ix *index) bool { return ix.array >= 0 }) {
		return nil, nil
	}
	err = tx.query(func(v []driver.Value) error {
		keys = make([][][]byte, len(s.layout.indexes))
		for i, ix := range s.layout.indexes {
			var err error
			if ix.array < 0 {
				continue
			}
			if keys[i], err = ix.keys(bson.Raw(v[0].([]byte)), id); err != nil {
				return err
			}
		}
		return nil
	}, s.document, string(id))
	return keys, err
}

// move changes the rows of id in index tables from one set of keys to another.
func (s *tableSQL) move(tx *writer, id civic.ID, from, to [][][]byte) error {
	for i, ix := range s.layout.indexes {
		if ix.array < 0 {
			continue
		}
		var before, after [][]byte
		if from != nil {
			before = from[i]
		}
		if to != nil {
			after = to[i]
		}
		if err := s.eachMissing(tx, s.sideDelete[i], id, before, after); err != nil {
			return err
		}
		if err := s.eachMissing(tx, s.sideInsert[i], id, after, before); err != nil {
			return err
		}
	}
	return nil
}

// eachMissing runs query for every key that others, which is sorted, lacks.
func (s *tableSQL) eachMissing(tx *writer, query string, id civic.ID, keys, others [][]byte) error {
	for _, k := range keys {
		if _, found := slices.BinarySearchFunc(others, k, bytes.Compare); found {
			continue
		}
		if _, err := tx.exec(query, k, string(id)); err != nil {
			return err
		}
	}
	return nil
}
