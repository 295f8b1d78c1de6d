package docstore_test

import (
	"slices"
	"testing"

	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// TestIndexesOfAnotherVersionStay: opening a collection drops no index that another version of the program
// made, on a server that both may use; they are listed, and dropped when that is asked for.
func TestIndexesOfAnotherVersionStay(t *testing.T) {
	t.Parallel()
	byAge := docstore.Spec{Name: "jobs", Indexes: []docstore.Index{{Name: "name", Fields: []string{"name"}},
		{Name: "age", Fields: []string{"age"}}}}
	byName := docstore.Spec{Name: "jobs", Indexes: byAge.Indexes[:1]}
	o := storetest.Mongo(t)
	first := storetest.OpenOptions(t, o)
	older := collect[person](t, first, byAge)
	mustInsert(t, older, named("a", "Anna"))
	second := storetest.OpenOptions(t, o)
	collect[person](t, second, byName)
	if _, err := older.Find(t.Context(),
		docstore.Query{Filter: docstore.Filter{docstore.Eq("age", 0)}}); err != nil {
		t.Errorf("the other version's query: %v", err)
	}
	for _, tt := range []struct {
		db   *docstore.DB
		drop bool
		want int
	}{{first, false, 0}, {second, false, 1}, {second, true, 1}, {second, false, 0}} {
		list := tt.db.SpareIndexes
		if tt.drop {
			list = tt.db.DropSpareIndexes
		}
		if got, err := list(t.Context()); err != nil || len(got) != tt.want {
			t.Errorf("dropped %v: %v, %v; want %d", tt.drop, got, err, tt.want)
		}
	}
}

// TestCollections: a store names the collections it has.
func TestCollections(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		if got, err := db.Collections(t.Context()); err != nil || len(got) > 0 {
			t.Errorf("a new store has %v, %v", got, err)
		}
		for _, name := range []string{"second", "first"} {
			mustInsert(t, collect[person](t, db, docstore.Spec{Name: name}), named("a", "Anna"))
		}
		if got, err := db.Collections(t.Context()); err != nil ||
			!slices.Equal(got, []string{"first", "second"}) {
			t.Errorf("there are %v, %v", got, err)
		}
	})
}
