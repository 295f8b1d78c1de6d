package transport

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/memo"
)

func TestFilesKeepEachMailOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mail")
	f, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	ids := []civic.ID{"campagna/contatto", "m:1", "../../etc/passwd", ".nascosto"}
	for i, id := range ids {
		for range 2 { // a repeat replaces
			if out := f.Send(t.Context(), Envelope{ID: id, Mail: []byte(id)}); out.Result != Accepted {
				t.Fatalf("%s: %v %v", id, out, out.Err)
			}
		}
		at := time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC)
		if err := os.Chtimes(filepath.Join(dir, fileName(id)), at, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{".writing-1", "other.txt", "x.eml"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []civic.ID
	for p := (civic.PageRequest{Size: 3}); ; {
		page, err := f.List(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Items {
			got = append(got, m.ID)
		}
		if p.Cursor = page.Next; p.Cursor == "" {
			break
		}
	}
	if want := ".nascosto ../../etc/passwd m:1 campagna/contatto"; join(got) != want {
		t.Errorf("got %s, want %s", join(got), want)
	}
	raw, err := f.Read("campagna/contatto")
	if err != nil || string(raw) != "campagna/contatto" {
		t.Errorf("%q %v", raw, err)
	}
	for _, id := range []civic.ID{"", "fehlt", "a\x00b", "../files_test.go",
		civic.ID(strings.Repeat("x", 300))} {
		if _, err := f.Read(id); civic.CodeOf(err) != civic.NotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
	for _, cursor := range []string{"x", "-1"} {
		if _, err := f.List(civic.PageRequest{Cursor: cursor}); civic.CodeOf(err) != civic.Invalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}

// What a killed process left half written of a mail to somebody is gone at the next start; mails stay.
func TestHalfWrittenMailIsRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{".writing-1", fileName("intera")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("To: anna@posta.example"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
	if _, err := f.Read("intera"); err != nil {
		t.Error(err)
	}
}

func TestFilesSayWhenTheyCannotWrite(t *testing.T) {
	t.Parallel()
	f, err := OpenFiles(filepath.Join(t.TempDir(), "mail"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(f.dir); err != nil {
		t.Fatal(err)
	}
	out := f.Send(t.Context(), Envelope{ID: "a/b", Mail: []byte("Ciao")})
	if out.Result != Later || out.Cause != CauseStorage || !out.Server {
		t.Errorf("got %v", out)
	}
}

func join(ids []civic.ID) string {
	s := make([]string, len(ids))
	for i, id := range ids {
		s[i] = string(id)
	}
	return strings.Join(s, " ")
}

// TestALargeFolderIsNotReadForEachPage: what f writes is listed at once; the folder itself is read when it
// was not a moment ago, where a moment grows with what reading takes.
func TestALargeFolderIsNotReadForEachPage(t *testing.T) {
	t.Parallel()
	f, err := OpenFiles(filepath.Join(t.TempDir(), "mail"))
	if err != nil {
		t.Fatal(err)
	}
	list := func(want string) {
		t.Helper()
		page, err := f.List(civic.PageRequest{})
		got := make([]civic.ID, len(page.Items))
		for i, m := range page.Items {
			got[i] = m.ID
		}
		if err != nil || join(got) != want {
			t.Errorf("listed %q, want %q: %v", join(got), want, err)
		}
	}
	send := func(id civic.ID) {
		t.Helper()
		if out := f.Send(t.Context(), Envelope{ID: id, Mail: []byte(id)}); out.Result != Accepted {
			t.Fatal(out)
		}
	}
	list("")
	f.freshness.Learned(time.Now().Add(-memo.MostFresh)) // it took that long
	if err := os.WriteFile(filepath.Join(f.dir, fileName("altrui")), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	send("prima")
	send("seconda")
	send("prima")
	list("prima seconda")
	f.freshness = memo.Freshness{}
	if page, err := f.List(civic.PageRequest{}); err != nil || len(page.Items) != 3 {
		t.Errorf("%v %v", page.Items, err)
	}
}

func TestTheListGoesBackSoFar(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 2*MaxListed + 1200 {
		if err := os.WriteFile(filepath.Join(dir, fileName(civic.ID(fmt.Sprintf("m%06d", i)))), nil,
			0o600); err != nil {
			t.Fatal(err)
		}
	}
	late := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, fileName("m000000")), late, late); err != nil {
		t.Fatal(err)
	}
	newest, err := readNewest(dir)
	if err != nil || len(newest) != MaxListed || newest[0].ID != "m000000" {
		t.Errorf("%d are listed: %v", len(newest), err)
	}
}
