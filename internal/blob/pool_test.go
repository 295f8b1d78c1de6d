package blob_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// pool has room for as many small files as few, and so has that of what is kept, for as many as kept.
func pool(few, kept int64) blob.Pool {
	return blob.Pool{Name: "drafts/1", MaxBytes: few * 256 << 10, Kept: "sent/1", MaxKept: kept * 256 << 10}
}

// into puts a small file into a pool, as a sender of its own.
func (p *place) into(t *testing.T, in blob.Pool, sender civic.ID) (blob.File, error) {
	t.Helper()
	return p.Put(t.Context(), blob.Upload{Name: "a.txt", Use: anything, Sender: sender, Pool: in},
		strings.NewReader("testo"))
}

// unread is an upload that nobody may read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("a file is read for which there is no room")
	return 0, errors.New("read")
}

// TestAFullPoolRefusesUnread: when there is no room, a file is refused before any of it is read; of those
// that are sent at the same time, so many are kept as there is room for.
func TestAFullPoolRefusesUnread(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	var all sync.WaitGroup
	for n := range 30 {
		all.Go(func() {
			_, err := p.into(t, pool(10, 100), civic.ID(fmt.Sprint("sender", n)))
			if code := civic.CodeOf(err); code != "" && code != civic.Limited {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if kept() != 10 {
		t.Errorf("%d files are kept, want 10", kept())
	}
	_, err := p.Put(t.Context(), blob.Upload{Name: "a.txt", Use: anything, Sender: "late", Pool: pool(10, 100)},
		unread{t})
	wantCode(t, "a file in a full pool", err, civic.Limited)
	if _, err := p.into(t, blob.Pool{Name: "drafts/2", MaxBytes: 256 << 10}, "late"); err != nil {
		t.Error("another pool:", err)
	}
}

// TestWhatADocumentKeepsIsBounded: what a document keeps makes room in the pool of drafts, and has a bound
// with them; a claim of a draft changes nothing of it.
func TestWhatADocumentKeepsIsBounded(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	in := pool(2, 3)
	put := func(n int, want string) blob.File {
		t.Helper()
		f, err := p.into(t, in, civic.ID(fmt.Sprint("sender", n)))
		var e *civic.Error
		if got := ""; errors.As(err, &e) && e.Message.Key != want || err == nil && want != got {
			t.Errorf("file %d: %v, want %q", n, err, want)
		}
		return f
	}
	claim := func(f blob.File, draft bool) {
		t.Helper()
		c := blob.Claim{Document: "response/" + f.ID, Use: anything, Stored: true, Draft: draft}
		if !draft {
			c.Pool = in.Kept
		}
		wantCode(t, "a claim", p.Claim(t.Context(), c, f.ID), "")
	}
	first, second := put(1, ""), put(2, "")
	put(3, "error.file.pool")
	claim(first, true)
	put(3, "error.file.pool")
	claim(first, false)
	claim(first, true)
	third := put(3, "")
	put(4, "error.file.pool")
	claim(second, false)
	put(4, "error.file.pool") // two are kept, and one more may be
	claim(third, false)
	put(4, "error.file.pool_kept")
	wantCode(t, "a document that goes", p.Discard(t.Context(), "response/"+third.ID), "")
	if kept() != 2 {
		t.Errorf("%d files are kept, want 2", kept())
	}
	put(4, "")
}

// TestAFullPoolLetsGo: when there is no room, files go to which nothing has referred for an hour, and then
// one draft's after the other's, no more than it takes.
func TestAFullPoolLetsGo(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	in := pool(3, 100)
	var drafts []civic.ID
	in.LetGo = func(ctx context.Context) (bool, error) {
		if len(drafts) == 0 {
			return false, nil
		}
		first := drafts[0]
		drafts = drafts[1:]
		return true, p.Discard(ctx, first)
	}
	held := func(n int) blob.File {
		t.Helper()
		f, err := p.into(t, in, civic.ID(fmt.Sprint("sender", n)))
		if err != nil {
			t.Fatal(err)
		}
		draft := civic.ID(fmt.Sprint("draft/", n))
		c := blob.Claim{Document: draft, Use: anything, Stored: true, Draft: true}
		wantCode(t, "a claim", p.Claim(t.Context(), c, f.ID), "")
		drafts = append(drafts, draft)
		return f
	}
	loose, err := p.into(t, in, "nobody")
	if err != nil {
		t.Fatal(err)
	}
	first, second := held(1), held(2)
	p.now = p.now.Add(2 * time.Hour)
	third := held(3) // in the place of the loose one
	fourth := held(4)
	for what, f := range map[string]blob.File{"a loose file": loose, "the oldest draft's": first} {
		if _, err := p.Get(t.Context(), f.ID); civic.CodeOf(err) != civic.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, f := range []blob.File{second, third, fourth} {
		if p.read(t, f.ID) == "" {
			t.Error("a file is gone for nothing")
		}
	}
	if kept() != 3 || len(drafts) != 3 {
		t.Errorf("%d files are kept, %d drafts", kept(), len(drafts))
	}
	drafts = nil
	if _, err := p.into(t, in, "late"); civic.CodeOf(err) != civic.Limited {
		t.Errorf("when there is nothing to let go: %v", err)
	}
}

// TestAPlaceHasItsShare: what comes from one place takes a quarter of a pool, whoever sends it and at however
// many programs it arrives, so that others have room; a file that is kept, or goes, makes room again, and
// nothing is known of its place then.
func TestAPlaceHasItsShare(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	in, asked := pool(12, 100), false
	in.LetGo = func(context.Context) (bool, error) { asked = true; return false, nil }
	put := func(from, want string) blob.File {
		t.Helper()
		f, err := p.Put(t.Context(), blob.Upload{Name: "a.txt", Use: anything, Sender: civic.ID(rand.Text()),
			Pool: in, From: netip.MustParseAddr(from)}, strings.NewReader("testo"))
		var e *civic.Error
		if errors.As(err, &e) && e.Message.Key != want || err == nil && want != "" {
			t.Errorf("from %s: %v, want %q", from, err, want)
		}
		return f
	}
	const library, full = "192.0.2.7", "error.file.pool_place"
	first, second := put(library, ""), put(library, "")
	put(library, "")
	put(library, full)
	if asked {
		t.Error("others' drafts let files go for a place that has its share")
	}
	put("198.51.100.1", "")
	p.reopen(t) // as at another program
	put(library, full)
	c := blob.Claim{Document: "response/1", Use: anything, Sender: first.Sender, Pool: in.Kept}
	wantCode(t, "a claim of a draft", p.Claim(t.Context(), blob.Claim{Document: "draft/1", Use: anything,
		Sender: first.Sender, Draft: true}, first.ID), "")
	put(library, full)
	wantCode(t, "a claim", p.Claim(t.Context(), c, first.ID), "")
	if f, err := p.Get(t.Context(), first.ID); err != nil || f.Place != "" || first.Place == "" {
		t.Errorf("the place of a file that is kept: %q, %v; before %q", f.Place, err, first.Place)
	}
	put(library, "")
	put(library, full)
	wantCode(t, "a file that goes", p.Delete(t.Context(), second.ID), "")
	put(library, "")
	p.now = p.now.Add(2 * time.Hour) // nothing refers to any of them
	put(library, "")
	if kept() != 2 {
		t.Errorf("%d files are kept, want that of the response and the last", kept())
	}
}

// TestOnePlaceAtOnce: of what one place sends at the same time, no more is kept than its share.
func TestOnePlaceAtOnce(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	var all sync.WaitGroup
	for n := range 30 {
		all.Go(func() {
			_, err := p.Put(t.Context(), blob.Upload{Name: "a.txt", Use: anything,
				Sender: civic.ID(fmt.Sprint("sender", n)), Pool: pool(40, 100), From: netip.MustParseAddr("192.0.2.7")},
				strings.NewReader("testo"))
			if code := civic.CodeOf(err); code != "" && code != civic.Limited {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if kept() != 10 {
		t.Errorf("%d files are kept, want 10", kept())
	}
}
