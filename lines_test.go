package ascolto_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// lineWidth is how many characters a line of code has at most.
const lineWidth = 110

// TestLinesHaveAWidth: code is read side by side, in two columns. Lines with a literal that cannot be broken,
// between backquotes or of one word, may be longer.
func TestLinesHaveAWidth(t *testing.T) {
	t.Parallel()
	n := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || path != "." && strings.HasPrefix(d.Name(), ".")):
			return filepath.SkipDir
		case d.IsDir() && d.Name() == "dist": // what was built
			return filepath.SkipDir
		case strings.HasSuffix(path, "_templ.go") || !slices.Contains(codeFiles(), filepath.Ext(path)):
			return nil
		}
		code, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		raw := false
		for i, line := range strings.Split(string(code), "\n") {
			literal := raw || strings.Contains(line, "`")
			raw = raw != (strings.Count(line, "`")%2 == 1)
			if utf8.RuneCountInString(line) > lineWidth && !literal && longestWord(line) < lineWidth/2 {
				t.Errorf("%s:%d has %d characters", path, i+1, utf8.RuneCountInString(line))
			}
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 50_000 {
		t.Errorf("only %d lines were read", n)
	}
}

// codeFiles lists the endings of files of code: the program, its pages, scripts and styles.
func codeFiles() []string { return []string{".go", ".templ", ".ts", ".mjs", ".css"} }

func longestWord(line string) int {
	longest := 0
	for word := range strings.FieldsSeq(line) {
		longest = max(longest, utf8.RuneCountInString(word))
	}
	return longest
}
