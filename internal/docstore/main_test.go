package docstore_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// TestMain runs the tests, or, when the process was started by one of them, plays the part it was given.
func TestMain(m *testing.M) {
	if part := os.Getenv("ASCOLTO_TEST_PART"); part != "" {
		if err := play(part); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if !storetest.Real() {
		fmt.Printf("SKIPPED on MongoDB: unique arrays and updates into taken values, which FerretDB lacks: set "+
			"%s to the address of a real server\n", storetest.ServerSetting)
	}
	os.Exit(code)
}

// place is an engine that the suite runs on.
type place struct {
	name     string
	options  func(testing.TB) docstore.Options
	ferretDB bool // which lacks some of what is asked of MongoDB
}

func places() []place {
	return []place{{"sqlite", storetest.SQLite, false}, {"mongodb", storetest.Mongo, !storetest.Real()}}
}

// onEach runs a test on both engines, each with a store of its own.
func onEach(t *testing.T, test func(t *testing.T, p place, db *docstore.DB)) {
	t.Parallel()
	for _, p := range places() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			test(t, p, storetest.OpenOptions(t, p.options(t)))
		})
	}
}

type email struct {
	Address string `bson:"address"`
}

// person is a document with a field of every kind that an index can hold, and some that none can.
type person struct {
	docstore.Meta `bson:",inline"`
	Name          string     `bson:"name"`
	District      string     `bson:"district,omitempty"`
	Code          *string    `bson:"code"`
	Age           int        `bson:"age"`
	Active        bool       `bson:"active"`
	Tags          []string   `bson:"tags"`
	Emails        []email    `bson:"emails"`
	Seen          *time.Time `bson:"seen"`
	Home          struct {
		Street string `bson:"street"`
	} `bson:"home"`
	Score  float64        `bson:"score"`
	Extras map[string]any `bson:"extras,omitempty"`
}

var people = docstore.Spec{Name: "people", Indexes: []docstore.Index{
	{Name: "district_seen", Fields: []string{"district", "-seen"}},
	{Name: "seen", Fields: []string{"-seen"}},
	{Name: "name", Fields: []string{"name"}},
	{Name: "name_desc", Fields: []string{"-name", "age"}},
	{Name: "age_active", Fields: []string{"age", "active"}},
	{Name: "district_age_name", Fields: []string{"district", "age", "name"}},
	{Name: "code", Fields: []string{"code"}, Unique: true},
	{Name: "street", Fields: []string{"home.street"}},
	{Name: "emails", Fields: []string{"emails.address"}},
	{Name: "tags_name", Fields: []string{"tags", "-name"}},
}}

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func collect[T any](t *testing.T, db *docstore.DB, spec docstore.Spec) *docstore.Collection[T] {
	t.Helper()
	c, err := docstore.Collect[T](t.Context(), db, spec)
	if err != nil {
		t.Fatalf("collecting %s: %v", spec.Name, err)
	}
	return c
}

func mustInsert[T any](t *testing.T, c *docstore.Collection[T], docs ...*T) {
	t.Helper()
	if err := c.Insert(t.Context(), docs...); err != nil {
		t.Fatalf("inserting: %v", err)
	}
}

func named(id civic.ID, name string) *person {
	return &person{Meta: docstore.Meta{ID: id}, Name: name}
}

// wantCode fails the test unless err has the code.
func wantCode(t *testing.T, what string, err error, code civic.Code) {
	t.Helper()
	if got := civic.CodeOf(err); got != code {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, code)
	}
}

// wantRefused fails the test unless err is a programmer's error that says word.
func wantRefused(t *testing.T, what string, err error, word string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), word) {
		t.Errorf("%s: got %v, want an error about %q", what, err, word)
	}
}

func timeout(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}
