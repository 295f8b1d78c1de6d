package docstore

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// keyVersion is raised when the encoding of keys changes, which has every collection built anew at the next
// start.
const keyVersion = 1

// collect makes the tables of l. A collection has one table: id, revision, one key per index, document. An
// index over an array has a table of its own: keys and ids. When what is there is not what l says, everything
// is made anew from the documents.
func (e *sqliteEngine) collect(ctx context.Context, l *layout) (table, error) {
	err := e.write.do(ctx, false, func(tx *writer) error {
		stored, err := storedSpec(tx, l)
		if err != nil {
			return err
		}
		intact, err := hasColumns(tx, l)
		if err != nil {
			return err
		}
		if stored != l.signature() || !intact {
			if err := e.rebuild(tx, l); err != nil {
				return err
			}
		}
		return createIndexes(tx, l)
	})
	if err != nil {
		return nil, e.fault(ctx, err)
	}
	return newSQLiteTable(e, l), nil
}

// signature says in one line how l is stored.
func (l *layout) signature() string {
	var b strings.Builder
	fmt.Fprintf(&b, "v%d", keyVersion)
	if l.unordered {
		b.WriteString(" unordered")
	}
	for _, ix := range l.indexes {
		fmt.Fprintf(&b, "; %s:", ix.name)
		if ix.unique {
			b.WriteString(" unique")
		}
		for i, f := range ix.fields {
			b.WriteByte(' ')
			if f.desc {
				b.WriteByte('-')
			}
			b.WriteString(f.name)
			if i == ix.array {
				b.WriteString("[]")
			}
		}
	}
	return b.String()
}

func quoted(name string) string    { return `"` + name + `"` }
func (ix *index) column() string   { return "k_" + ix.name }
func (l *layout) table() string    { return quoted(l.name) }
func (l *layout) newTable() string { return quoted(l.name + "/") } // no index is called ""
func (l *layout) side(ix *index) string {
	return quoted(l.name + "/" + ix.name)
}
func (l *layout) sqlIndex(ix *index) string { return quoted(l.name + "." + ix.name) }

// columns returns the columns of l's table, in order.
func (l *layout) columns() []string {
	columns := []string{"id", "rev"}
	for _, ix := range l.indexes {
		if ix.array < 0 {
			columns = append(columns, ix.column())
		}
	}
	return append(columns, "doc")
}

func storedSpec(tx *writer, l *layout) (spec string, err error) {
	err = tx.query(func(v []driver.Value) error {
		spec = v[0].(string)
		return nil
	}, `SELECT spec FROM "/collections" WHERE name = ?`, l.name)
	return spec, err
}

func tableColumns(tx *writer, name string) (columns []string, err error) {
	err = tx.query(func(v []driver.Value) error {
		columns = append(columns, v[0].(string))
		return nil
	}, `SELECT name FROM pragma_table_info(?) ORDER BY cid`, name)
	return columns, err
}

func hasColumns(tx *writer, l *layout) (bool, error) {
	have, err := tableColumns(tx, l.name)
	if err != nil {
		return false, err
	}
	if !slices.Equal(have, l.columns()) {
		return false, nil
	}
	for _, ix := range l.indexes {
		if ix.array < 0 {
			continue
		}
		have, err := tableColumns(tx, l.name+"/"+ix.name)
		if err != nil || len(have) != 2 {
			return false, err
		}
	}
	return true, nil
}

// rebuild makes the tables of l and fills them from the documents that are there, within the current
// transaction.
func (e *sqliteEngine) rebuild(tx *writer, l *layout) error {
	old, err := tableColumns(tx, l.name)
	if err != nil {
		return err
	}
	if err := createTables(tx, l); err != nil {
		return err
	}
	if slices.Contains(old, "doc") {
		n, err := refill(tx, l)
		if err != nil {
			return err
		}
		e.log.Info("indexes built anew", "collection", l.name, "documents", n)
	}
	if _, err := tx.exec("DROP TABLE IF EXISTS " + l.table()); err != nil {
		return err
	}
	if _, err := tx.exec("ALTER TABLE " + l.newTable() + " RENAME TO " + l.table()); err != nil {
		return err
	}
	return setSpec(tx, l, l.signature())
}

// setSpec notes how l is stored.
func setSpec(tx *writer, l *layout, spec string) error {
	_, err := tx.exec(
		`INSERT INTO "/collections" (name, spec) VALUES (?, ?) ON CONFLICT DO UPDATE SET spec = excluded.spec`,
		l.name, spec)
	return err
}

// createTables makes the empty new tables of l and drops index tables that nothing declares any more.
func createTables(tx *writer, l *layout) error {
	var drop []string
	if err := tx.query(func(v []driver.Value) error {
		drop = append(drop, v[0].(string))
		return nil
	}, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB ?`, l.name+"/*"); err != nil {
		return err
	}
	for _, name := range drop {
		if _, err := tx.exec("DROP TABLE " + quoted(name)); err != nil {
			return err
		}
	}
	var columns strings.Builder
	for _, ix := range l.indexes {
		if ix.array < 0 {
			columns.WriteString(quoted(ix.column()) + " BLOB NOT NULL, ")
			continue
		}
		if _, err := tx.exec("CREATE TABLE " + l.side(ix) +
			" (k BLOB NOT NULL, id TEXT NOT NULL, PRIMARY KEY (k, id)) WITHOUT ROWID"); err != nil {
			return err
		}
	}
	create := "CREATE TABLE " + l.newTable() + " (id TEXT PRIMARY KEY NOT NULL, rev INTEGER NOT NULL, " +
		columns.String() + "doc BLOB NOT NULL)"
	if l.unordered {
		create += " WITHOUT ROWID"
	}
	_, err := tx.exec(create)
	return err
}

// refill copies the documents of l's old table into the new one and returns how many there are.
func refill(tx *writer, l *layout) (n int, err error) {
	fill := newSQL(l, l.newTable())
	err = tx.query(func(v []driver.Value) error {
		r := &record{raw: bson.Raw(v[2].([]byte)), rev: v[1].(int64), id: civic.ID(v[0].(string)),
			keys: make([][][]byte, len(l.indexes))}
		for i, ix := range l.indexes {
			var err error
			if r.keys[i], err = ix.keys(r.raw, r.id); err != nil {
				return err
			}
		}
		n++
		_, err := fill.insert(tx, r, false)
		return err
	}, "SELECT id, rev, doc FROM "+l.table())
	return n, err
}

// createIndexes makes the SQL indexes that are missing. Equal documents under a unique index are an error
// that names the index.
func createIndexes(tx *writer, l *layout) error {
	for _, ix := range l.indexes {
		on, name := l.table()+" ("+quoted(ix.column())+", id)", l.sqlIndex(ix)
		switch {
		case ix.array >= 0 && !ix.unique:
			continue
		case ix.array >= 0:
			on = l.side(ix) + " (k)"
		case ix.unique:
			on = l.table() + " (" + quoted(ix.column()) + ")"
		}
		create := "CREATE INDEX IF NOT EXISTS "
		if ix.unique {
			create = "CREATE UNIQUE INDEX IF NOT EXISTS "
		}
		if _, err := tx.exec(create + name + " ON " + on); err != nil {
			return fmt.Errorf("index %s: %w", ix.name, err)
		}
	}
	return nil
}
