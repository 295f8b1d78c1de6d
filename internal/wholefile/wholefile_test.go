package wholefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// names returns what is in a folder with what it holds: "a=1 b=2".
func names(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		info, fault := e.Info()
		if err != nil || fault != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%s: %v, %v, %v", e.Name(), info.Mode(), err, fault)
		}
		all = append(all, fmt.Sprintf("%s=%s", e.Name(), content))
	}
	return strings.Join(all, " ")
}

// TestWhole: a file is replaced as a whole or stays as it is, one that is created replaces none, and nothing
// half written is left of what fails.
func TestWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	torn := errors.New("torn")
	for _, c := range []struct {
		what    string
		do      func(path string) error
		err     error
		content string
	}{
		{"torn before there is one", func(path string) error {
			return Write(path, func(w io.Writer) error { return errors.Join(text("no")(w), torn) })
		}, torn, ""},
		{"written", func(path string) error { return Write(path, text("one")) }, nil, "a=one"},
		{"replaced", func(path string) error { return Write(path, text("two")) }, nil, "a=two"},
		{"torn", func(path string) error {
			return Write(path, func(w io.Writer) error { return errors.Join(text("no")(w), torn) })
		}, torn, "a=two"},
		{"created again", func(path string) error { return Create(path, []byte("3")) }, fs.ErrExist, "a=two"},
		{"created", func(path string) error { return Create(path+"b", []byte("3")) }, nil, "a=two ab=3"},
		{"in no folder", func(path string) error { return Write(path+"c/d", text("4")) }, fs.ErrNotExist,
			"a=two ab=3"},
	} {
		err := c.do(filepath.Join(dir, "a"))
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", c.what, err, c.err)
		}
		if got := names(t, dir); got != c.content {
			t.Errorf("%s: the folder holds %q, want %q", c.what, got, c.content)
		}
	}
}

// TestSweep: what a killed process left goes, and nothing else.
func TestSweep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{writing + "1", ".other", "a"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Sweep(dir); err != nil || names(t, dir) != ".other= a=" {
		t.Errorf("left %q, %v", names(t, dir), err)
	}
	if err := Sweep(filepath.Join(dir, "away")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}
