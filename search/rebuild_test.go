package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
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
	if err := x.Rebuild(t.Context(), all); err != nil {
		t.Errorf("the next rebuild: %v", err)
	}
	allFound(t, x, all)
	if got := strings.Join(folders(t, dir), " "); got != "index-2" {
		t.Errorf("folders %s, want index-2 alone", got)
	}
}

// TestARebuildGoesOnWhereItWas: what a rebuild wrote before its program ended is not written again by the
// next one, but for what changed meanwhile; what is gone by then is in the new index no more, and until that
// is whole searches see the old one.
func TestARebuildGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	long := civic.Now().Add(-time.Hour)
	dir, all := t.TempDir(), posts(bulkSize+1500, long)
	var log bytes.Buffer
	open := func() *Index {
		x, err := Open(t.Context(), Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	x := open()
	if err := x.CatchUp(t.Context(), posts(3, long)); err != nil {
		t.Fatal(err)
	}
	power := errors.New("power cut")
	err := x.RebuildTelling(t.Context(), func(done int) error {
		if done > bulkSize {
			return power
		}
		return nil
	}, all)
	if !errors.Is(err, power) {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = open()
	if got := strings.Join(folders(t, dir), " "); got != "index-1 index-2" {
		t.Errorf("folders %s", got)
	}
	allFound(t, x, posts(3, long))
	for i := range 40 { // most of them were written already
		id := fmt.Sprintf("post/%04d", i)
		if i%2 == 0 {
			delete(all, id)
			continue
		}
		d := all[id].doc
		d.Title = fmt.Sprintf("Segnalazione cambiata%d", i)
		all[id] = changed{d, civic.Now()}
	}
	all["post/new"] = changed{Doc{ID: "post/new", Kind: "post", Scope: Public,
		Title: "Segnalazione nuovissima", Text: "Testo comune"}, civic.Now()}
	if err := x.Rebuild(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), fmt.Sprintf("documents=%d", bulkSize)) {
		t.Errorf("it began again:\n%s", log.String())
	}
	allFound(t, x, all)
	for _, word := range []string{"cambiata1", "cambiata39", "nuovissima"} {
		if got := find(t, x, word); len(got) != 1 {
			t.Errorf("%s is found as %v", word, got)
		}
	}
	for _, word := range []string{"voce1", "voce0"} {
		if got := find(t, x, word); len(got) != 0 {
			t.Errorf("%s is found as %v", word, got)
		}
	}
	if got := strings.Join(folders(t, dir), " "); got != "index-2" || x.NeedsRebuild() {
		t.Errorf("folders %s", got)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

// A program that is killed during a rebuild leaves the folder it was filling, which searches never see; one
// that does not say when that began is made anew.
func TestHalfBuiltIndexIsNotSearched(t *testing.T) {
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
	if got := find(t, x, "mezzo"); len(got) != 0 {
		t.Errorf("found %v", got)
	}
	if err := x.Rebuild(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	allFound(t, x, all)
	if got := find(t, x, "mezzo"); len(got) != 0 {
		t.Errorf("after a rebuild found %v", got)
	}
	if got := folders(t, dir); len(got) != 1 || got[0] != "index-2" {
		t.Errorf("folders %v, want index-2 alone", got)
	}
	// and one that is killed between completing the new folder and removing the old one leaves both
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "index-7"), os.DirFS(filepath.Join(dir, "index-2"))); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir)
	allFound(t, x, all)
	if got := strings.Join(folders(t, dir), " "); got != "index-7" {
		t.Errorf("folders %s, want index-7 alone", got)
	}
}
