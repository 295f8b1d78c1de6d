package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

var anything = blob.Use{
	Name: "richieste", MaxSize: 4 << 20, MaxCount: 3,
	Types: []blob.Type{
		blob.PNG, blob.JPEG, blob.WebP, blob.PDF, blob.Text, blob.ODT, blob.ODS, blob.DOCX, blob.XLSX,
	},
}

// place is a store of files, its clock, and how many it keeps.
type place struct {
	*blob.Store
	now     time.Time
	spool   string
	kept    func() int
	options blob.Options
}

// keepers are the two ways to keep files.
var keepers = map[string]func(*testing.T) (blob.Keeper, func() int){"folder": inFolder, "s3": inBucket}

func inFolder(t *testing.T) (blob.Keeper, func() int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "files")
	k, err := blob.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	return k, func() int { return countFiles(t, path) }
}

func countFiles(t *testing.T, path string) int {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func open(t *testing.T, k blob.Keeper, kept func() int) *place {
	t.Helper()
	p := &place{now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC),
		spool: filepath.Join(t.TempDir(), "spool"), kept: kept}
	p.options = blob.Options{
		DB: storetest.Open(t), Keeper: k, Spool: p.spool, Now: func() time.Time { return p.now },
		Place: func(pool civic.ID, from netip.Addr) civic.ID {
			if !from.IsValid() {
				return ""
			}
			return civic.Key(pool, civic.ID(from.String()))
		},
	}
	p.reopen(t)
	return p
}

// reopen opens the store of files anew, as a program that starts.
func (p *place) reopen(t *testing.T) {
	t.Helper()
	var err error
	if p.Store, err = blob.New(t.Context(), p.options); err != nil {
		t.Fatal(err)
	}
}

// everywhere runs a test with each keeper.
func everywhere(t *testing.T, test func(t *testing.T, p *place)) {
	t.Helper()
	t.Parallel()
	for name, make := range keepers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, kept := make(t)
			test(t, open(t, k, kept))
		})
	}
}

func (p *place) put(t *testing.T, person civic.ID, name, content string) blob.File {
	t.Helper()
	f, err := p.Put(t.Context(), blob.Upload{Name: name, Use: anything, Person: person},
		strings.NewReader(content))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

func (p *place) read(t *testing.T, id civic.ID) string {
	t.Helper()
	f, r, err := p.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil || int64(len(b)) != f.Size {
		t.Fatalf("%d bytes of %d, %v", len(b), f.Size, err)
	}
	return string(b)
}

func wantCode(t *testing.T, what string, err error, want civic.Code) {
	t.Helper()
	if civic.CodeOf(err) != want {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

// TestFileComesBack: a file is read from any place of it, under a name that tells nothing.
func TestFileComesBack(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		content := strings.Repeat("Via Garibaldi è buia. ", 5000)
		f := p.put(t, "anna", `C:\Users\Anna\Segnalazione "buia".txt`, content)
		if f.Name != "Segnalazione _buia.txt" || f.Type != blob.Text || f.Use != "richieste" ||
			!blob.IsName(string(f.ID)) {
			t.Errorf("%+v", f)
		}
		if got := p.read(t, f.ID); got != content {
			t.Error("other bytes came back")
		}
		_, r, err := p.Open(t.Context(), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		part := make([]byte, 10)
		if _, err := r.Seek(-10, io.SeekEnd); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(r, part); err != nil || string(part) != content[len(content)-10:] {
			t.Errorf("%q, %v", part, err)
		}
		_, _, err = p.Open(t.Context(), "../../secret.key")
		wantCode(t, "another path", err, civic.NotFound)
		_, _, err = p.Open(t.Context(), "aaaaaaaaaaaaaaaaaaaaaaaaaa")
		wantCode(t, "no file", err, civic.NotFound)
	})
}

// TestClaims: a file lives while a document refers to it, and for Grace after; another's is not to be had.
func TestClaims(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		one, two, free := p.put(t, "anna", "1.txt", "uno"), p.put(t, "anna", "2.txt", "due"), p.put(t, "anna",
			"3.txt", "tre")
		claim := blob.Claim{Document: "requests/1", Use: anything, Person: "anna", Sender: "anna"}
		other := blob.Claim{Document: "requests/2", Use: anything, Person: "bruno", Sender: "bruno"}
		wantCode(t, "another's file", p.Claim(ctx, other, one.ID), civic.NotFound)
		wantCode(t, "too many", p.Claim(ctx, claim, one.ID, two.ID, free.ID, "x"), civic.Invalid)
		wantCode(t, "one is not there", p.Claim(ctx, claim, one.ID, "x"), civic.NotFound)
		for range 2 { // effects are drawn again
			wantCode(t, "a claim", p.Claim(ctx, claim, one.ID, two.ID), "")
		}
		second := blob.Claim{Document: "requests/3", Use: anything, Person: "anna", Sender: "anna"}
		wantCode(t, "a second document", p.Claim(ctx, second, one.ID), "")
		collect := func(after time.Duration, want int) {
			t.Helper()
			p.now = p.now.Add(after)
			if n, err := p.Collect(ctx); n != want || err != nil {
				t.Errorf("%d collected, want %d: %v", n, want, err)
			}
		}
		collect(blob.Grace-time.Minute, 0)
		collect(2*time.Minute, 1)
		_, _, err := p.Open(ctx, free.ID)
		wantCode(t, "nobody's file", err, civic.NotFound)
		wantCode(t, "one is let go", p.Claim(ctx, claim, two.ID), "")
		collect(2*blob.Grace, 0)
		wantCode(t, "the second document is erased", p.Release(ctx, "requests/3"), "")
		collect(time.Hour, 0)
		wantCode(t, "it is wanted again", p.Claim(ctx, claim, one.ID, two.ID), "")
		collect(2*blob.Grace, 0)
		wantCode(t, "the first, too", p.Release(ctx, "requests/1"), "")
		collect(2*blob.Grace, 2)
		if n := p.kept(); n != 0 {
			t.Errorf("%d files are left", n)
		}
	})
}

// TestErase: nothing of a person's is left, whatever refers to it; others' files stay.
func TestErase(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		a, b := p.put(t, "anna", "a.txt", "uno"), p.put(t, "anna", "b.txt", "due")
		other := p.put(t, "bruno", "c.txt", "tre")
		wantCode(t, "a claim", p.Claim(t.Context(), blob.Claim{Document: "x", Use: anything,
			Person: "anna", Sender: "anna"}, a.ID), "")
		about := civic.Subject{Contact: "anna"}
		sections, err := p.ExportPersonal(t.Context(), civic.System("test"), about, "it")
		if err != nil || len(sections) != 1 || len(sections[0].Entries) != 2 {
			t.Errorf("%+v, %v", sections, err)
		}
		if _, err := p.ExportPersonal(t.Context(), civic.Visitor(""), about, "it"); err == nil {
			t.Error("a visitor read it")
		}
		if n, err := p.Erase(t.Context(), "anna"); n != 2 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		for _, f := range []blob.File{a, b} {
			_, _, err := p.Open(t.Context(), f.ID)
			wantCode(t, f.Name, err, civic.NotFound)
		}
		if p.read(t, other.ID) != "tre" || p.kept() != 1 {
			t.Errorf("%d files are left", p.kept())
		}
		_, err = p.Erase(t.Context(), "")
		wantCode(t, "nobody", err, civic.Invalid)
	})
}

// TestTornUploadLeavesNothing: a stream that breaks off, is too long or is refused is nowhere afterwards.
func TestTornUploadLeavesNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		broken := errors.New("the connection is gone")
		for name, from := range map[string]io.Reader{
			"torn":  io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<20)), iotest.ErrReader(broken)),
			"long":  io.LimitReader(zeros{}, anything.MaxSize+1),
			"empty": strings.NewReader(""),
			"zeros": io.LimitReader(zeros{}, 1000),
		} {
			if _, err := p.Put(t.Context(), blob.Upload{Name: name, Use: anything, Person: "anna"},
				from); err == nil {
				t.Errorf("%s was kept", name)
			}
		}
		if n, m := p.kept(), countFiles(t, p.spool); n != 0 || m != 0 {
			t.Errorf("%d files kept, %d in the spool", n, m)
		}
		sections, err := p.ExportPersonal(t.Context(), civic.System("test"), civic.Subject{Contact: "anna"},
			"it")
		if err != nil || len(sections[0].Entries) != 0 {
			t.Errorf("%+v, %v", sections, err)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// failing is a keeper that keeps half and breaks.
type failing struct{ blob.Keeper }

func (f failing) Keep(ctx context.Context, name string, from io.Reader, size int64) error {
	return f.Keeper.Keep(ctx, name, io.LimitReader(from, size/2), size)
}

// TestKeeperThatBreaks: an upload whose keeper breaks is an error and leaves nothing, neither bytes nor a
// document.
func TestKeeperThatBreaks(t *testing.T) {
	everywhere(t, func(t *testing.T, whole *place) {
		k, kept := inFolder(t)
		p := open(t, failing{k}, kept)
		_, err := p.Put(t.Context(), blob.Upload{Name: "a.txt", Use: anything, Person: "anna"},
			strings.NewReader("testo"))
		if err == nil || p.kept() != 0 {
			t.Errorf("%v, %d kept", err, p.kept())
		}
		if n, err := p.Erase(t.Context(), "anna"); n != 0 || err != nil {
			t.Errorf("%d documents, %v", n, err)
		}
	})
}

// leaving is a keeper that keeps a file while its sender goes away.
type leaving struct {
	blob.Keeper
	leave context.CancelFunc
}

func (l leaving) Keep(ctx context.Context, name string, from io.Reader, size int64) error {
	defer l.leave()
	return l.Keeper.Keep(ctx, name, from, size)
}

// TestSenderWhoLeaves: an upload whose sender is gone when its bytes are kept leaves nothing, neither bytes
// nor a document.
func TestSenderWhoLeaves(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	ctx, leave := context.WithCancel(t.Context())
	p := open(t, leaving{k, leave}, kept)
	_, err := p.Put(ctx, blob.Upload{Name: "a.txt", Use: anything, Person: "anna"},
		strings.NewReader("testo"))
	if err == nil || p.kept() != 0 {
		t.Errorf("%v, %d kept", err, p.kept())
	}
	if n, err := p.Erase(t.Context(), "anna"); n != 0 || err != nil {
		t.Errorf("%d documents, %v", n, err)
	}
}

// TestLooseFilesOfOnePerson: nobody fills the disk with files that no form refers to.
func TestLooseFilesOfOnePerson(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	for i := range 40 {
		p.put(t, "anna", fmt.Sprintf("%d.txt", i), "testo")
	}
	_, err := p.Put(t.Context(), blob.Upload{Name: "41.txt", Use: anything, Person: "anna"},
		strings.NewReader("testo"))
	wantCode(t, "the 41st", err, civic.Limited)
	p.put(t, "bruno", "1.txt", "testo")
}

// TestFilesThatWereLetGo: what a document let go is not counted among what somebody sent and left, but it is
// bounded as well.
func TestFilesThatWereLetGo(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	for i := range 160 {
		f := p.put(t, "anna", fmt.Sprintf("%d.txt", i), "testo")
		claim := blob.Claim{Document: "colloquio", Use: anything, Person: "anna", Sender: f.Sender}
		if err := p.Claim(t.Context(), claim, f.ID); err != nil {
			t.Fatal(err)
		}
		if err := p.Claim(t.Context(), claim); err != nil {
			t.Fatal(err)
		}
	}
	_, err := p.Put(t.Context(), blob.Upload{Name: "161.txt", Use: anything, Person: "anna"},
		strings.NewReader("testo"))
	wantCode(t, "the 161st", err, civic.Limited)
	p.now = p.now.Add(2 * blob.Grace)
	if n, err := p.Collect(t.Context()); n != 160 || err != nil {
		t.Errorf("%d were removed, %v", n, err)
	}
}

// TestSpoolIsEmptied: what a dead process left is gone at the next start, and nothing half written is taken
// for a file.
func TestSpoolIsEmptied(t *testing.T) {
	t.Parallel()
	path, spool := t.TempDir(), t.TempDir()
	for _, half := range []string{filepath.Join(path, ".writing-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
		filepath.Join(spool, "upload-1")} {
		if err := os.WriteFile(half, bytes.Repeat([]byte("x"), 100), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k, err := blob.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := blob.New(t.Context(),
		blob.Options{DB: storetest.Open(t), Keeper: k, Spool: spool}); err != nil {
		t.Fatal(err)
	}
	if n := countFiles(t, path) + countFiles(t, spool); n != 0 {
		t.Errorf("%d files are left", n)
	}
}
