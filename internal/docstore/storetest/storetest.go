// Package storetest opens stores for tests: a SQLite file in a temporary folder, or a database of its own on
// a MongoDB server.
//
// ASCOLTO_TEST_ENGINE=mongo has Open use a server. Which one: the address in ASCOLTO_TEST_MONGO, else the
// program in ASCOLTO_FERRETDB (internal/testmongo, built by the Makefile), started once for the test process.
package storetest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"ascolto/internal/docstore"
)

// The settings of the tests.
const (
	EngineSetting   = "ASCOLTO_TEST_ENGINE"
	ServerSetting   = "ASCOLTO_TEST_MONGO"
	FerretDBSetting = "ASCOLTO_FERRETDB"
)

// Open returns an empty store that is closed and removed when the test ends.
func Open(t testing.TB) *docstore.DB {
	t.Helper()
	return OpenOptions(t, Options(t))
}

// OpenOptions opens the store that o names and closes it when the test ends.
func OpenOptions(t testing.TB, o docstore.Options) *docstore.DB {
	t.Helper()
	db, err := docstore.Open(t.Context(), o)
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

// Options returns where an empty store is: for a program that a test starts, or to open the same store again.
func Options(t testing.TB) docstore.Options {
	t.Helper()
	if os.Getenv(EngineSetting) == "mongo" {
		return Mongo(t)
	}
	return SQLite(t)
}

// SQLite returns options of a new file.
func SQLite(t testing.TB) docstore.Options {
	return docstore.Options{Path: filepath.Join(t.TempDir(), "ascolto.db"),
		Log: slog.New(slog.DiscardHandler)}
}

// Real reports whether Mongo uses a server that was named: one that keeps unique arrays and says why it
// refuses an update, which FerretDB does not.
func Real() bool { return os.Getenv(ServerSetting) != "" }

// Mongo returns options of a new database on a server; the database is dropped when the test ends. Without a
// server the test is skipped.
func Mongo(t testing.TB) docstore.Options {
	t.Helper()
	uri := os.Getenv(ServerSetting)
	if uri == "" {
		uri = ferretDB(t)
	}
	name := "test_" + strings.ToLower(rand.Text()[:16])
	uri, err := withDatabase(uri, name)
	if err != nil {
		t.Fatalf("the address in %s: %v", ServerSetting, err)
	}
	t.Cleanup(func() { drop(t, uri, name) })
	return docstore.Options{URI: uri, Log: slog.New(slog.DiscardHandler)}
}

// withDatabase returns a server's address with another database in its path.
func withDatabase(uri, name string) (string, error) {
	u, err := url.Parse(uri)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

func drop(t testing.TB, uri, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Errorf("dropping the test's database: %v", err)
		return
	}
	if err := client.Database(name).Drop(ctx); err != nil {
		t.Errorf("dropping the test's database: %v", err)
	}
	if err := client.Disconnect(ctx); err != nil {
		t.Errorf("dropping the test's database: %v", err)
	}
}
