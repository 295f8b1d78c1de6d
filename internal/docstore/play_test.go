package docstore_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ascolto/internal/docstore"
)

// play is what a process that a test started does: it reads what to do from its environment and tells what it
// did on its standard output, line by line.
func play(part string) error {
	ctx := context.Background()
	path := os.Getenv("ASCOLTO_TEST_PATH")
	switch part {
	case "write", "write and promise too early":
		return writeForEver(ctx, path, part != "write")
	case "load":
		return loadForEver(ctx, path)
	case "open":
		return openAndWait(ctx, path)
	}
	return fmt.Errorf("no part is called %q", part)
}

// actor is a process that plays a part.
type actor struct {
	cmd    *exec.Cmd
	lines  *bufio.Reader
	stderr strings.Builder
}

// startActor has a new process play part with the store at path, in a pipe that nobody shares.
func startActor(t *testing.T, part, path string) *actor {
	t.Helper()
	a := &actor{cmd: exec.Command(os.Args[0])}
	a.cmd.Env = append(os.Environ(), "ASCOLTO_TEST_PART="+part, "ASCOLTO_TEST_PATH="+path)
	a.cmd.Stderr = &a.stderr
	if _, err := a.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	a.lines = bufio.NewReader(out)
	return a
}

// awaitLine returns the next line that the process prints.
func (a *actor) awaitLine(t *testing.T) string {
	t.Helper()
	line, err := a.lines.ReadString('\n')
	if err != nil {
		_ = a.cmd.Wait()
		t.Fatalf("the process ended: %s", a.stderr.String())
	}
	return strings.TrimSpace(line)
}

// kill ends the process without warning and returns the whole lines that it had printed.
func (a *actor) kill(t *testing.T) []string {
	t.Helper()
	if err := a.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(a.lines)
	if err != nil {
		t.Fatal(err)
	}
	_ = a.cmd.Wait() // says that it was killed
	lines := strings.Split(string(rest), "\n")
	return lines[:len(lines)-1]
}

func openAndWait(ctx context.Context, path string) error {
	db, err := docstore.Open(ctx, docstore.Options{Path: path})
	if err != nil {
		return err
	}
	fmt.Println("open")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, db.Close())
}

// record is a document that shows whether it is whole.
type record struct {
	docstore.Meta `bson:",inline"`
	Text          string   `bson:"text"`
	Sum           string   `bson:"sum"`
	Tags          []string `bson:"tags"`
	Count         int      `bson:"count"`
}

var records = docstore.Spec{Name: "records", Indexes: []docstore.Index{
	{Name: "sum", Fields: []string{"sum"}, Unique: true},
	{Name: "count", Fields: []string{"-count", "sum"}},
	{Name: "tags", Fields: []string{"tags"}},
}}

func newRecord(writer, count int) *record {
	id := docstore.NewID()
	text := strings.Repeat(string(id), 1+count%20)
	return &record{Meta: docstore.Meta{ID: id}, Text: text, Sum: sumOf(text, count),
		Tags: []string{"all", fmt.Sprint("writer ", writer)}, Count: count}
}

func (r *record) whole() bool {
	return len(r.Tags) == 2 && r.Sum == sumOf(r.Text, r.Count)
}

func sumOf(text string, count int) string {
	sum := sha256.Sum256(fmt.Append(nil, text, count))
	return hex.EncodeToString(sum[:])
}

// writeForEver has 8 writers insert and update documents, and prints each thing that the store acknowledged.
// With tooEarly it prints them before, and so promises what it cannot keep.
func writeForEver(ctx context.Context, path string, tooEarly bool) error {
	db, err := docstore.Open(ctx, docstore.Options{Path: path})
	if err != nil {
		return err
	}
	c, err := docstore.Collect[record](ctx, db, records)
	if err != nil {
		return err
	}
	fmt.Println("writing")
	failed := make(chan error)
	for w := range 8 {
		go func() { failed <- writeOn(ctx, c, w, tooEarly) }()
	}
	return <-failed
}

func writeOn(ctx context.Context, c *docstore.Collection[record], w int, tooEarly bool) error {
	mine := newRecord(w, 0)
	for n := 0; ; n++ {
		doc, promise := newRecord(w, n), fmt.Sprintf("count %s %d\n", mine.ID, n)
		if w%2 == 0 || n == 0 {
			if n == 0 {
				doc = mine
			}
			promise = fmt.Sprintf("stored %s\n", doc.ID)
		}
		if tooEarly {
			fmt.Print(promise)
		}
		var err error
		if w%2 == 0 || n == 0 {
			err = c.Insert(ctx, doc)
		} else {
			_, err = c.Update(ctx, mine.ID,
				func(r *record) error { r.Count = n; r.Sum = sumOf(r.Text, n); return nil })
		}
		if err != nil {
			return err
		}
		if !tooEarly {
			fmt.Print(promise)
		}
	}
}

// loadForEver loads documents into an empty store, and prints the ids of each batch that it acknowledged.
func loadForEver(ctx context.Context, path string) error {
	db, err := docstore.Open(ctx, docstore.Options{Path: path})
	if err != nil {
		return err
	}
	c, err := docstore.Collect[record](ctx, db, records)
	if err != nil {
		return err
	}
	return c.Load(ctx, func() error {
		for n := 0; ; n++ {
			var batch []*record
			for range 10 {
				batch = append(batch, newRecord(0, n))
			}
			if _, err := c.InsertMany(ctx, batch); err != nil {
				return err
			}
			if n == 0 {
				fmt.Println("loading")
			}
			for _, r := range batch {
				fmt.Printf("stored %s\n", r.ID)
			}
		}
	})
}

func storePath(dir string) string { return filepath.Join(dir, "ascolto.db") }

const soon = 8 * time.Second
