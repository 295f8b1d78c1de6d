package search

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
)

// posts returns a source of n public posts; each has a word of its own, "voce" and its number.
func posts(n int, at time.Time) source {
	s := source{}
	for i := range n {
		id := fmt.Sprintf("post/%04d", i)
		s[id] = changed{Doc{ID: id, Kind: "post", Scope: Public, Title: fmt.Sprintf("Segnalazione voce%d", i),
			Text: "Testo comune", At: at}, at}
	}
	return s
}

// allFound reports to t what of s is not found by its own word.
func allFound(t *testing.T, x *Index, s source) {
	t.Helper()
	n, err := x.Count(t.Context(), Query{Text: "comune", Scopes: []Scope{Public}})
	if err != nil || n != len(s) {
		t.Errorf("found %d of %d posts, %v", n, len(s), err)
	}
	i := 0
	for id, c := range s {
		if i++; i > 50 {
			break
		}
		_, word, _ := strings.Cut(c.doc.Title, " ")
		if got := find(t, x, word); len(got) != 1 || got[0] != id {
			t.Errorf("search %q: %v, want %s", word, got, id)
		}
	}
}

// filesIn returns the files of the first build below dir that match pattern.
func filesIn(t *testing.T, dir, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "index-1", pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no %s in %s: %v", pattern, dir, err)
	}
	return found
}

func overwrite(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDamageIsSetAside(t *testing.T) {
	t.Parallel()
	const segment, bolt, meta = "store/*.zap", "store/root.bolt", "index_meta.json"
	garbage := bytes.Repeat([]byte("no index at all "), 4096)
	change := func(file string, f func([]byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			for _, path := range filesIn(t, dir, file) {
				overwrite(t, path, f(content(t, path)))
			}
		}
	}
	replace := func(file string, with []byte) func(*testing.T, string) {
		return change(file, func([]byte) []byte { return with })
	}
	gone := func(file string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			for _, path := range filesIn(t, dir, file) {
				remove(t, path)
			}
		}
	}
	half := func(b []byte) []byte { return b[:len(b)/2] }
	flip := func(b []byte) []byte { b[len(b)/3] ^= 4; return b }
	zero := func(b []byte) []byte { return make([]byte, len(b)) }
	for name, damage := range map[string]func(*testing.T, string){
		"truncated segment":       change(segment, half),
		"deleted segment":         gone(segment),
		"empty segment":           replace(segment, nil),
		"zeroed segment":          change(segment, zero),
		"garbage segment":         replace(segment, garbage),
		"flipped bit in segment":  change(segment, flip),
		"zeroed root.bolt":        change(bolt, zero),
		"truncated root.bolt":     change(bolt, half),
		"deleted root.bolt":       gone(bolt),
		"garbage root.bolt":       replace(bolt, garbage),
		"empty index_meta.json":   replace(meta, nil),
		"deleted index_meta.json": gone(meta),
		"garbage index_meta.json": replace(meta, garbage),
		"no store":                gone("store"),
		"no mark of completeness": gone(completeFile),
		"a file for a folder": func(t *testing.T, dir string) {
			remove(t, filepath.Join(dir, "index-1"))
			overwrite(t, filepath.Join(dir, "index-1"), garbage)
		},
		"another version": func(t *testing.T, dir string) {
			f, err := openFolder(filepath.Join(dir, "index-1"), false)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetInternal(keyVersion, []byte("0")); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, all := t.TempDir(), posts(300, civic.Now())
			x := openIndex(t, dir)
			if err := x.CatchUp(t.Context(), all); err != nil {
				t.Fatal(err)
			}
			if x.NeedsRebuild() {
				t.Error("a whole index wants to be rebuilt")
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			damage(t, dir)
			var log bytes.Buffer
			x, err := Open(t.Context(), Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := x.Close(); err != nil {
					t.Error(err)
				}
			})
			if !x.NeedsRebuild() {
				t.Error("the damage was not noticed")
			}
			if !strings.Contains(log.String(), "filled from the store") {
				t.Errorf("no word in the log: %q", log.String())
			}
			put(t, x, Doc{ID: "post/new", Kind: "post", Title: "Subito trovato"})
			if got := find(t, x, "subito"); len(got) != 1 {
				t.Errorf("new post: found %v", got)
			}
			if err := x.Rebuild(t.Context(), all); err != nil {
				t.Fatal(err)
			}
			allFound(t, x, all)
			if x.NeedsRebuild() {
				t.Error("rebuilt, and still wants to be")
			}
		})
	}
}

func TestOnlyTheLastDamageIsKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 3 {
		x := openIndex(t, dir)
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		overwrite(t, filepath.Join(dir, fmt.Sprintf("index-%d", i+1), "index_meta.json"), nil)
	}
	openIndex(t, dir)
	kept, err := filepath.Glob(filepath.Join(dir, "*"+damagedSuffix))
	if err != nil || len(kept) != 1 || filepath.Base(kept[0]) != "index-3"+damagedSuffix {
		t.Errorf("kept %v, %v; want index-3 alone", kept, err)
	}
}

// TestNewFolderIsNoAlarm: that an index has to be filled for the first time is how it is, not a fault.
func TestNewFolderIsNoAlarm(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 2 {
		var log bytes.Buffer
		x, err := Open(t.Context(), Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(log.String(), "WARN") ||
			!strings.Contains(log.String(), "filled from the store") || !x.NeedsRebuild() {
			t.Errorf("the log says: %s", &log)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestForeignFilesDoNoHarm(t *testing.T) {
	t.Parallel()
	dir, all := t.TempDir(), posts(10, civic.Now())
	x := openIndex(t, dir)
	if err := x.CatchUp(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index-x", "index-1/note.txt", "index-1/store/0000000000ff.zap", "README"} {
		overwrite(t, filepath.Join(dir, name), []byte("?"))
	}
	x = openIndex(t, dir)
	if x.NeedsRebuild() {
		t.Error("a foreign file counts as damage")
	}
	allFound(t, x, all)
}

func TestLockNamesTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	x := filled(t, Doc{ID: "post/1", Title: "Prima"})
	first := openIndex(t, dir)
	start := time.Now()
	_, err := Open(t.Context(), Options{Dir: dir, Log: quiet})
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "in use") {
		t.Errorf("second open: %v, want an error that names %s", err, dir)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("second open took %s", took)
	}
	put(t, first, Doc{ID: "post/1", Title: "Prima"})
	if got := find(t, first, "prima"); len(got) != 1 {
		t.Errorf("the first index is harmed: %v", got)
	}
	if _, err := openFolder(x.write.live.path, false); err == nil || isDamage(err) {
		t.Errorf("an index somebody else has open counts as damaged: %v", err)
	}
}

func TestCloseKeepsWhatWasPut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	x := openIndex(t, dir)
	for i := range 2_500 {
		x.Put(Doc{ID: fmt.Sprint("post/", i), Scope: Public, Title: "Fontana"})
	}
	var together sync.WaitGroup
	for range 3 {
		together.Go(func() {
			if err := x.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	x.Put(Doc{ID: "post/late", Scope: Public, Title: "Fontana"})
	if err := x.Flush(t.Context()); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("flush after close: %v, want Unavailable", err)
	}
	if _, err := x.Search(t.Context(),
		Query{Scopes: []Scope{Public}}); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("search after close: %v, want Unavailable", err)
	}
	if err := x.CatchUp(t.Context(), source{}); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("catch-up after close: %v, want Unavailable", err)
	}
	if err := x.Rebuild(t.Context(), source{}); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("rebuild after close: %v, want Unavailable", err)
	}
	n, err := openIndex(t, dir).Count(t.Context(), Query{Scopes: []Scope{Public}})
	if err != nil || n != 2_500 {
		t.Errorf("%d documents after reopening, %v; want 2500", n, err)
	}
}

// TestCloseEndsEveryGoroutine is not parallel: it counts goroutines.
func TestCloseEndsEveryGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		x, err := Open(t.Context(), Options{Dir: t.TempDir(), Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Rebuild(t.Context(), posts(100, civic.Now())); err != nil {
			t.Fatal(err)
		}
		put(t, x, Doc{ID: "post/new", Title: "Nuovo"})
		find(t, x, "nuovo")
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	after := 0
	for range 100 {
		if after = runtime.NumGoroutine(); after <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after:\n%s", before, after, stacks[:runtime.Stack(stacks, true)])
}
