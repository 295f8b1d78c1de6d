package ascolto_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Nobody's text becomes an expression or a program of the database: no source outside tests names what would
// make one.
func TestNoExpressionsReachTheStore(t *testing.T) {
	forbidden := []string{"bson" + ".Regex", "bson" + ".JavaScript", "$" + "regex", "$" + "where",
		"$" + "function", "$" + "accumulator"}
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		for _, word := range forbidden {
			if bytes.Contains(source, []byte(word)) {
				t.Errorf("%s: %s", path, word)
			}
		}
		seen++
		return err
	})
	if err != nil || seen < 200 {
		t.Errorf("%d files read: %v", seen, err)
	}
}
