package ascolto_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestDomainsKnowNoPageOfTheDesk: a domain names a thing by kind and id, and the rooms that show it or write
// about it make the address. A permalink of what is published may be a domain's: its docstring says so.
func TestDomainsKnowNoPageOfTheDesk(t *testing.T) {
	t.Parallel()
	files := 0
	for _, room := range []string{"crm", "forum", "surveys", "notify", "search", "internal"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			set := token.NewFileSet()
			tree, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				if e, ok := n.(*ast.BasicLit); ok && strings.Contains(e.Value, "/desk") {
					t.Errorf("%s: %s is an address of the desk", set.Position(e.Pos()), e.Value)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 300 {
		t.Errorf("%d files read", files)
	}
}
