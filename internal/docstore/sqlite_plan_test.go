package docstore

import (
	"context"
	"database/sql"
	"reflect"
	"slices"
	"strings"
	"testing"
)

type planned struct {
	Meta `bson:",inline"`
	A    string   `bson:"a"`
	B    int      `bson:"b"`
	Tags []string `bson:"tags"`
}

// TestEveryQueryUsesItsIndex asks SQLite how it would run each statement that the engine can send: never by
// reading all of a table or by sorting.
func TestEveryQueryUsesItsIndex(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), Options{Path: t.TempDir() + "/ascolto.db"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	spec := Spec{Name: "planned", Indexes: []Index{
		{Name: "ab", Fields: []string{"a", "-b"}}, {Name: "b", Fields: []string{"b"}, Unique: true},
		{Name: "tags", Fields: []string{"tags", "a"}}, {Name: "once", Fields: []string{"tags"},
			Unique: true}}}
	if _, err := Collect[planned](t.Context(), db, spec); err != nil {
		t.Fatal(err)
	}
	l, err := newLayout(spec, reflect.TypeFor[planned]())
	if err != nil {
		t.Fatal(err)
	}
	e := db.engine.(*sqliteEngine)
	table := newSQLiteTable(e, l)
	for _, ix := range append([]*index{byID}, l.indexes...) {
		for _, reverse := range []bool{false, true} {
			for _, what := range []string{"doc", "key"} {
				for _, after := range []bool{false, true} {
					explain(t, e.read, table.selectSQL(&plan{index: ix, reverse: reverse}, what, after))
				}
			}
		}
	}
	explain(t, e.read, table.getSQL)
	explain(t, e.read, table.listSQL(false))
	explain(t, e.read, table.listSQL(true))
}

// ofList are the steps that read the list of ids a statement is given; they do not touch the table.
var ofList = []string{"LIST SUBQUERY", "SCAN json_each VIRTUAL TABLE"}

func explain(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	args := []any{"a", "b", "c", 10}
	if !strings.Contains(query, "LIMIT") {
		args = args[:1]
	}
	rows, err := db.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if len(steps) == 0 || slices.ContainsFunc(steps, func(s string) bool {
		return !strings.HasPrefix(s, "SEARCH") &&
			!slices.ContainsFunc(ofList, func(l string) bool { return strings.HasPrefix(s, l) })
	}) {
		t.Errorf("%s\n\t%s", query, strings.Join(steps, "\n\t"))
	}
}

// TestOldSQLite: versions that may damage a file are refused.
func TestOldSQLite(t *testing.T) {
	t.Parallel()
	for version, ok := range map[string]bool{"3.51.3": true, "3.51.4": true, "3.53.0": true, "4.0.0": true,
		"3.51.2": false, "3.46.1": false, "2.99.9": false, "new": false, "": false} {
		if err := checkVersion(version); (err == nil) != ok {
			t.Errorf("version %q: %v", version, err)
		}
	}
}
