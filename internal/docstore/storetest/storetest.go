// Package storetest opens stores for tests.
package storetest

import (
	"path/filepath"
	"testing"

	"ascolto/internal/docstore"
)

// Open returns an empty store that is closed when the test ends: a SQLite file in a temporary folder.
func Open(t testing.TB) *docstore.DB {
	t.Helper()
	db, err := docstore.Open(t.Context(), docstore.Options{Path: filepath.Join(t.TempDir(), "ascolto.db")})
	if err != nil {
		t.Fatalf("opening a store: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return db
}
