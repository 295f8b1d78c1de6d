package search

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/civic"
)

// during is a Source that lets a test act once between two documents.
type during struct {
	source
	act func()
}

func (d during) SearchDocs(ctx context.Context, since time.Time) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		n := 0
		for doc, err := range d.source.SearchDocs(ctx, since) {
			if n++; n == len(d.source)/2 {
				d.act()
			}
			if !yield(doc, err) {
				return
			}
		}
	}
}

func folders(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestRebuildWhileSearchesGoOn(t *testing.T) {
	t.Parallel()
	dir, all := t.TempDir(), posts(2_000, civic.Now())
	x := openIndex(t, dir)
	if err := x.CatchUp(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	put(t, x, Doc{ID: "post/ghost", Kind: "post", Title: "Fantasma"}) // in no source
	stop, searches := make(chan bool), atomic.Int64{}
	searching := make(chan bool)
	go func() {
		defer close(searching)
		for {
			select {
			case <-stop:
				return
			default:
			}
			n, err := x.Count(context.Background(), Query{Text: "comune", Scopes: []Scope{Public}})
			if err != nil || n != len(all) {
				t.Errorf("during the rebuild: %d posts, %v; want %d", n, err, len(all))
				return
			}
			for _, err := range x.IDs(context.Background(), Query{Text: "voce77", Scopes: []Scope{Public}}) {
				if err != nil {
					t.Errorf("during the rebuild: %v", err)
					return
				}
			}
			searches.Add(1)
		}
	}()
	err := x.Rebuild(t.Context(), during{all, func() {
		put(t, x, Doc{ID: "post/new", Kind: "post", Title: "Novità"}, Doc{ID: "post/0003", Deleted: true},
			all["post/0003"].doc)
		if got := find(t, x, "novita"); len(got) != 1 {
			t.Errorf("put during the rebuild: found %v", got)
		}
	}})
	close(stop)
	<-searching
	if err != nil {
		t.Fatal(err)
	}
	if searches.Load() == 0 {
		t.Error("no search ended during the rebuild")
	}
	allFound(t, x, all)
	for text, want := range map[string]int{"novita": 1, "fantasma": 0} {
		if got := find(t, x, text); len(got) != want {
			t.Errorf("search %q after the rebuild: %v, want %d", text, got, want)
		}
	}
	if got := folders(t, dir); len(got) != 1 || got[0] != "index-2" {
		t.Errorf("folders %v, want index-2 alone", got)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir)
	if x.NeedsRebuild() {
		t.Error("a rebuilt index wants to be rebuilt after opening it again")
	}
	allFound(t, x, all)
}

func TestCancelledRebuildChangesNothing(t *testing.T) {
	t.Parallel()
	dir, all := t.TempDir(), posts(200, civic.Now())
	x := openIndex(t, dir)
	if err := x.CatchUp(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := x.Rebuild(ctx, during{all, cancel}); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("cancelled rebuild: %v, want Unavailable", err)
	}
	allFound(t, x, all)
	if got := folders(t, dir); len(got) != 1 || got[0] != "index-1" {
		t.Errorf("folders %v, want index-1 alone", got)
	}
	if err := x.Rebuild(t.Context(), all); err != nil {
		t.Errorf("the next rebuild: %v", err)
	}
	allFound(t, x, all)
}

// A program that is killed during a rebuild leaves the folder it was filling.
func TestHalfBuiltIndexIsRemoved(t *testing.T) {
	t.Parallel()
	dir, all := t.TempDir(), posts(50, civic.Now())
	x := openIndex(t, dir)
	if err := x.CatchUp(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	next, err := x.create(2)
	if err != nil {
		t.Fatal(err)
	}
	if err := next.write([]Doc{{ID: "post/half", Scope: Public, Title: "Mezzo"}}, civic.Now()); err != nil {
		t.Fatal(err)
	}
	if err := next.close(); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir)
	allFound(t, x, all)
	if got := folders(t, dir); len(got) != 1 || got[0] != "index-1" {
		t.Errorf("folders %v, want index-1 alone", got)
	}
	// and one that is killed between completing the new folder and removing the old one leaves both
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "index-7"), os.DirFS(filepath.Join(dir, "index-1"))); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir)
	allFound(t, x, all)
	if got := strings.Join(folders(t, dir), " "); got != "index-7" {
		t.Errorf("folders %s, want index-7 alone", got)
	}
}
