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

// TestGoroutinesAreGuarded: only internal/routine starts goroutines, which log a panic and take nothing down
// with them. Tests, the wiring of tests, and the database server that tests start are free to.
func TestGoroutinesAreGuarded(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path = filepath.ToSlash(path)
		if d.IsDir() {
			switch path {
			case "internal/routine", "internal/testmongo", "internal/docstore/storetest", "web/webtest",
				"notify/transport/transporttest",
				"node_modules", "e2e", "bin":
				return filepath.SkipDir
			}
			if strings.HasPrefix(d.Name(), ".") && path != "." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files++
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		for _, at := range bareGoroutines(f) {
			t.Errorf("%s starts a goroutine whose panic ends the program; internal/routine has what guards it",
				set.Position(at))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 200 {
		t.Errorf("only %d files were looked at", files)
	}
}

// bareGoroutines returns where a file starts goroutines past internal/routine: by the statement, by an
// errgroup, or by a WaitGroup, which has nothing else to wait for.
func bareGoroutines(f *ast.File) (found []token.Pos) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = append(found, n.Pos())
		case *ast.ImportSpec:
			if n.Path.Value == `"golang.org/x/sync/errgroup"` {
				found = append(found, n.Pos())
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "sync" && n.Sel.Name == "WaitGroup" {
				found = append(found, n.Pos())
			}
		}
		return true
	})
	return found
}

// TestBareGoroutinesAreFound keeps the rule itself honest.
func TestBareGoroutinesAreFound(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]int{
		`package p; func f() { go f() }`:                                 1,
		`package p; func f() { go func() {}() }`:                         1,
		`package p; import "golang.org/x/sync/errgroup"`:                 1,
		`package p; import "sync"; type t struct { g sync.WaitGroup }`:   1,
		`package p; import "ascolto/internal/routine"`:                   0,
		`package p; import "sync"; type t struct { m sync.Mutex }`:       0,
		`package p; func f(g group) { g.Go(nil, "x", func() error {}) }`: 0,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "p.go", source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(bareGoroutines(f)); got != want {
			t.Errorf("%s: %d found, want %d", source, got, want)
		}
	}
}
