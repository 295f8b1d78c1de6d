package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// keyArgument says which argument of a function is a text's key, by the function's name.
var keyArgument = map[string]int{
	"T": 0, "Msg": 0, "NewError": 1, "NewErrorArgs": 1, "Wrap": 1, "Add": 1, "Problem": 1,
}

var keyLike = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_]+)+$`)

// TestEveryKeyExists reads the program's sources, templates included, and looks up every key that stands
// there as a literal.
func TestEveryKeyExists(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, area := range areas(t) {
		for key := range catalogue(t, area+".it.json") {
			known[key] = true
		}
	}
	found := 0
	for key, where := range literalKeys(t, "../..") {
		area, _, _ := strings.Cut(key, ".")
		if area == "error" {
			area = "core"
		}
		found++
		if !known[key] {
			t.Errorf("%s names the text %s, which %s.it.json does not have", where, key, area)
		}
	}
	if found < 100 {
		t.Errorf("found %d keys in the sources: this test does not read them", found)
	}
}

// literalKeys returns the keys in the Go files below root, and where each was seen.
func literalKeys(t *testing.T, root string) map[string]string {
	t.Helper()
	keys := map[string]string{}
	sources(t, root, func(set *token.FileSet, file *ast.File) { readKeys(set, file, keys) })
	return keys
}

// sources calls read for each Go file below root, tests and tools left out.
func sources(t *testing.T, root string, read func(*token.FileSet, *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() &&
			slices.Contains([]string{"node_modules", "bin", "tmp", "data", "tools", ".git", "testdata"},
				d.Name()) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err == nil {
			read(set, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readKeys(set *token.FileSet, file *ast.File, keys map[string]string) {
	note := func(e ast.Expr) {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		if s, err := strconv.Unquote(lit.Value); err == nil && keyLike.MatchString(s) {
			keys[s] = set.Position(lit.Pos()).String()
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if i, ok := keyArgument[nameOf(n.Fun)]; ok && i < len(n.Args) {
				note(n.Args[i])
			}
		case *ast.KeyValueExpr:
			if id, ok := n.Key.(*ast.Ident); ok && id.Name == "Key" {
				note(n.Value)
			}
		}
		return true
	})
}

func nameOf(fun ast.Expr) string {
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}
