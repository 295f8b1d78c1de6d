package search

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"

	"ascolto/internal/civic"
)

const (
	envCrash  = "ASCOLTO_TEST_SEARCH_CRASH" // the folder in which a child process indexes until it is killed
	hourApart = time.Hour                   // between two changes, so that the overlap hides nothing
)

// ledger is the truth the child writes to before it puts: one line for each change, in the order of time.
func readLedger(t *testing.T, path string) source {
	t.Helper()
	s := source{}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return s
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		id, at, ok := strings.Cut(lines.Text(), " ")
		ms, err := strconv.ParseInt(strings.TrimSuffix(at, "."), 10, 64)
		if !ok || err != nil || !strings.HasSuffix(at, ".") {
			continue // a line cut by the kill was never put
		}
		s[id] = changed{ledgerDoc(id), time.UnixMilli(ms).UTC()}
	}
	return s
}

func ledgerDoc(id string) Doc {
	return Doc{ID: id, Kind: "post", Scope: Public, Title: "Segnalazione " + strings.TrimPrefix(id, "post/"),
		Text: "Testo comune"}
}

// last returns the instant of the newest change.
func (s source) last() time.Time {
	var at time.Time
	for _, c := range s {
		if c.at.After(at) {
			at = c.at
		}
	}
	return at
}

// TestCrashChild is the child of TestKilledWhileIndexing: it indexes until it is killed.
func TestCrashChild(t *testing.T) {
	dir := os.Getenv(envCrash)
	if dir == "" {
		t.Skip("run by TestKilledWhileIndexing")
	}
	path := filepath.Join(dir, "ledger")
	before := readLedger(t, path)
	c := newClock()
	if len(before) > 0 {
		c.ms.Store(before.last().UnixMilli())
	}
	x := openAt(t, filepath.Join(dir, "index"), c)
	if err := x.CatchUp(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fmt.Println("indexing")
	for i := len(before); i < 100_000; i++ {
		id := fmt.Sprintf("post/z%dz", i)
		at := c.forward(hourApart)
		if _, err := fmt.Fprintf(f, "%s %d.\n", id, at.UnixMilli()); err != nil {
			t.Fatal(err)
		}
		x.Put(ledgerDoc(id))
		if i%20 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
}

func TestKilledWhileIndexing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills child processes")
	}
	dir := t.TempDir()
	for range 12 {
		killChild(t, dir)
	}
	all := readLedger(t, filepath.Join(dir, "ledger"))
	c := newClock()
	c.ms.Store(all.last().UnixMilli())
	x := openAt(t, filepath.Join(dir, "index"), c)
	town := &asking{source: all}
	if err := x.CatchUp(t.Context(), town); err != nil {
		t.Fatal(err)
	}
	if town.since.IsZero() {
		t.Error("the index was lost: the catch-up asked for everything")
	}
	found := 0
	for id, err := range x.IDs(t.Context(), Query{Text: "comune", Scopes: []Scope{Public}}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := all[id]; !ok {
			t.Errorf("found %s, which the source does not have", id)
		}
		found++
	}
	if found != len(all) || found == 0 {
		t.Errorf("after 12 kills %d of %d posts are found", found, len(all))
	}
}

// killChild runs the child and kills it at a random moment after it began to index.
func killChild(t *testing.T, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestCrashChild$")
	child.Env = append(os.Environ(), envCrash+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines, said := bufio.NewScanner(out), ""
	for lines.Scan() && lines.Text() != "indexing" {
		said += lines.Text() + "\n"
	}
	time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
	if err := child.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	var ended *exec.ExitError
	if err := child.Wait(); !errors.As(err, &ended) ||
		ended.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the child ended by itself: %v\n%s", err, said)
	}
}

// tinyDisk returns a folder on a file system of its own of size bytes. It skips t where that cannot be had.
func tinyDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("no file system of its own: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := tinyDisk(t, 40<<20)
	all := posts(500, civic.Now())
	x := openIndex(t, filepath.Join(dir, "index"))
	if err := x.CatchUp(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	if err := fillUp(ballast); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v", err)
	}
	long := strings.Repeat("parola ", 2_000)
	failed := false
	for i := range 40 {
		x.Put(Doc{ID: fmt.Sprintf("late/%d", i), Kind: "post", Scope: Public, Title: "Tardiva", Text: long})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		if err := x.Flush(ctx); err != nil {
			failed = true
			if civic.CodeOf(err) != civic.Unavailable {
				t.Errorf("flush on a full disk: %v, want Unavailable", err)
			}
		}
		cancel()
		if i%10 == 0 {
			allFound(t, x, all)
		}
	}
	if !failed {
		t.Fatal("the disk was not full")
	}
	mark := x.queue.watermark()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for x.Flush(t.Context()) != nil {
		if time.Now().After(deadline) {
			t.Fatal("not written again 20 s after there was space")
		}
		time.Sleep(100 * time.Millisecond)
	}
	allFound(t, x, all)
	if n, err := x.Count(t.Context(), Query{Text: "tardiva", Scopes: []Scope{Public}}); err != nil ||
		n != 40 {
		t.Errorf("%d of 40 posts put on the full disk are found, %v", n, err)
	}
	if !x.queue.watermark().After(mark) || x.Behind() {
		t.Error("written again, but the watermark stands still")
	}
}

// fillUp writes path until there is no space left.
func fillUp(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err = f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	return err
}

type bleveIndex = bleve.Index

// faulty is an index whose writes fail as they are told to.
type faulty struct {
	bleveIndex
	batch func() error
}

func (f *faulty) Batch(*bleve.Batch) error { return f.batch() }

// inject has the owner goroutine put a faulty index in the place of the live one.
func inject(t *testing.T, x *Index, batch func() error) {
	t.Helper()
	err := x.do(t.Context(), func() error {
		sound := x.write.live.Index
		x.write.live.Index = &faulty{sound, batch}
		x.alias.Swap([]bleve.Index{x.write.live.Index}, []bleve.Index{sound})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPanicOfTheIndexLosesNothing(t *testing.T) {
	t.Parallel()
	x := filled(t, Doc{ID: "post/1", Title: "Prima"})
	calls := 0
	inject(t, x, func() error { calls++; panic("assignment to entry in nil map") })
	x.Put(Doc{ID: "post/2", Scope: Public, Title: "Seconda"})
	if err := x.Flush(t.Context()); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("flush: %v, want Unavailable", err)
	}
	for x.Flush(t.Context()) != nil {
		time.Sleep(20 * time.Millisecond)
	}
	if calls != 1 {
		t.Errorf("written %d times to an index that panicked, want once", calls)
	}
	for _, text := range []string{"prima", "seconda"} {
		if got := find(t, x, text); len(got) != 1 {
			t.Errorf("search %q: %v, want one", text, got)
		}
	}
}

func TestFailedLoadSaysSo(t *testing.T) {
	t.Parallel()
	x := filled(t)
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	inject(t, x, func() error { return syscall.EIO })
	all := posts(10, civic.Now())
	if err := x.Load(t.Context(),
		all.SearchDocs(t.Context(), time.Time{})); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("load: %v, want Unavailable", err)
	}
	if !x.Behind() {
		t.Error("the loss went unnoticed")
	}
	for x.CatchUp(t.Context(), all) != nil {
		time.Sleep(20 * time.Millisecond)
	}
	allFound(t, x, all)
}

func TestDamageFoundWhileSearching(t *testing.T) {
	t.Parallel()
	x := filled(t, Doc{ID: "post/1", Title: "Prima"})
	if err := x.CatchUp(t.Context()); err != nil || x.NeedsRebuild() {
		t.Fatalf("catch-up: %v, needs rebuild %v", err, x.NeedsRebuild())
	}
	if err := x.reading(
		func() error { panic("index out of range") }); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("a panic while searching: %v, want Unavailable", err)
	}
	if !x.NeedsRebuild() {
		t.Error("an index that panics is not to be rebuilt")
	}
	if err := x.Rebuild(t.Context(), posts(3, civic.Now())); err != nil || x.NeedsRebuild() {
		t.Errorf("rebuild: %v, needs another %v", err, x.NeedsRebuild())
	}
}
