package blob_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

// meddling is a keeper that lets something happen while a collection removes a file.
type meddling struct {
	blob.Keeper
	before func(name civic.ID)
}

func (m *meddling) Remove(ctx context.Context, name string) error {
	if m.before != nil {
		m.before(civic.ID(name))
	}
	return m.Keeper.Remove(ctx, name)
}

// TestClaimDuringCollection: a file that is being removed is not to be had, and one that was found loose but
// is claimed before its turn comes stays.
func TestClaimDuringCollection(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	m := &meddling{Keeper: k}
	p := open(t, m, kept)
	files := []blob.File{p.put(t, "anna", "1.txt", "uno"), p.put(t, "anna", "2.txt", "due")}
	p.now = p.now.Add(2 * blob.Grace)
	claim := blob.Claim{Document: "requests/1", Use: anything, Person: "anna", Sender: "anna"}
	var saved blob.File
	m.before = func(name civic.ID) {
		m.before = nil
		wantCode(t, "the file that goes", p.Claim(t.Context(), claim, name), civic.NotFound)
		saved = files[0]
		if saved.ID == name {
			saved = files[1]
		}
		wantCode(t, "the next one", p.Claim(t.Context(), claim, saved.ID), "")
	}
	if n, err := p.Collect(t.Context()); n != 1 || err != nil {
		t.Errorf("%d were collected, %v", n, err)
	}
	if p.read(t, saved.ID) == "" || p.kept() != 1 {
		t.Errorf("%d files are kept", p.kept())
	}
}

// TestClaimAgainstCollection: whoever is told that a claim holds has all its files, and whoever is told that
// one is gone holds none of the others, however claim and collection meet.
func TestClaimAgainstCollection(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	gone := 0
	for round := range 150 {
		old := p.put(t, "anna", "1.txt", "uno")
		p.now = p.now.Add(2 * blob.Grace)
		fresh := p.put(t, "anna", "2.txt", "due")
		claim := blob.Claim{Document: civic.ID(fmt.Sprintf("requests/%d", round)), Use: anything,
			Person: "anna", Sender: "anna"}
		var both sync.WaitGroup
		var claimed error
		both.Go(func() { claimed = p.Claim(t.Context(), claim, fresh.ID, old.ID) })
		both.Go(func() {
			if _, err := p.Collect(t.Context()); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		if _, err := p.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		left, err := p.Get(t.Context(), fresh.ID)
		if err != nil {
			t.Fatal(err)
		}
		switch civic.CodeOf(claimed) {
		case "":
			if p.read(t, old.ID) != "uno" || len(left.Claims) != 1 {
				t.Fatalf("a claim that holds: %+v", left)
			}
		case civic.NotFound:
			gone++
			if len(left.Claims) != 0 || left.Loose == nil {
				t.Fatalf("a claim that does not hold keeps a file: %+v", left)
			}
		default:
			t.Fatal(claimed)
		}
		wantCode(t, "the end of the round", p.Delete(t.Context(), fresh.ID), "")
		wantCode(t, "the end of the round", p.Delete(t.Context(), old.ID), "")
	}
	t.Logf("of 150 claims %d came too late", gone)
}

// TestLooseFilesAtTheSameTime: the bound on files that nobody refers to holds for uploads at the same time,
// too.
func TestLooseFilesAtTheSameTime(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	var all sync.WaitGroup
	for range 120 {
		all.Go(func() {
			_, err := p.Put(t.Context(), blob.Upload{Name: "a.txt", Use: anything, Person: "anna", Sender: "anna"},
				strings.NewReader("testo"))
			if code := civic.CodeOf(err); code != "" && code != civic.Limited {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := kept(); n != 40 {
		t.Errorf("%d files are kept, want 40", n)
	}
}

// TestFilesLeaveRoom: before the disk is so full that documents could not be stored, files are refused; those
// that are kept are read.
func TestFilesLeaveRoom(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	f := p.put(t, "anna", "1.txt", "uno")
	crowded, err := blob.New(t.Context(), blob.Options{DB: storetest.Open(t), Keeper: k, Spool: t.TempDir(),
		Reserve: 1 << 60})
	if err != nil {
		t.Fatal(err)
	}
	_, err = crowded.Put(t.Context(), blob.Upload{Name: "2.txt", Use: anything, Person: "anna", Sender: "anna"},
		strings.NewReader("due"))
	wantCode(t, "a file on a full disk", err, civic.Full)
	if kept() != 1 || p.read(t, f.ID) != "uno" {
		t.Errorf("%d files are kept", kept())
	}
}
