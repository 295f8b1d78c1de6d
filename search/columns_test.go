package search

import (
	"math/rand/v2"
	"testing"
	"time"

	index "github.com/blevesearch/bleve_index_api"
)

// What matches are ranked and grouped by is the same from the columns that are kept as from the documents
// themselves, in an index of several parts that go on changing.
func TestColumnsHoldWhatTheIndexDoes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(23, 29))
	docs := written(r, 300)
	for i := range docs {
		docs[i].At = time.Unix(1_700_000_000+r.Int64N(1_000_000), 0)
	}
	x := filled(t)
	for part := 0; part < len(docs); part += 60 {
		put(t, x, docs[part:part+60]...)
		put(t, x, docs[part/2:part/2+10]...) // again
		reader, err := openReader(x.alias)
		if err != nil {
			t.Fatal(err)
		}
		kept, read := &ranked{x: x}, &ranked{x: x}
		if err := kept.of(reader); err != nil {
			t.Fatal(err)
		}
		if err := read.of(reader); err != nil {
			t.Fatal(err)
		}
		clear(read.columns) // as of segments that are too large
		for _, d := range docs[:part+60] {
			id, err := reader.InternalID(d.ID)
			if err != nil || id == nil {
				t.Fatalf("%s: %v", d.ID, err)
			}
			wantRanked(t, kept, id, d)
			wantRanked(t, read, id, d)
		}
		if len(x.columns.known) != len(kept.starts) {
			t.Errorf("%d columns are kept of %d segments", len(x.columns.known), len(kept.starts))
		}
		if err := reader.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func wantRanked(t *testing.T, r *ranked, id index.IndexInternalID, d Doc) {
	t.Helper()
	if at, err := r.seconds(id); at != d.At.Unix() || err != nil {
		t.Errorf("%s is of %d, want %d, %v", d.ID, at, d.At.Unix(), err)
	}
	if name := r.name(id); name != d.Group {
		t.Errorf("%s is of %q, want %q", d.ID, name, d.Group)
	}
}
