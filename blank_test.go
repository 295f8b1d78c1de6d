package ascolto_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// machineText says where a text is compared with nothing that a machine wrote, and no person.
var machineText = []string{"internal/docstore/lock.go", "internal/docstore/storetest/ferretdb.go"}

// TestEmptinessIsWhatAReaderSees: no room takes a text for something because it holds signs that nobody sees,
// such as U+200B or U+3164, which strings.TrimSpace leaves. civic.IsBlank is the question.
func TestEmptinessIsWhatAReaderSees(t *testing.T) {
	t.Parallel()
	read := 0
	for _, room := range []string{"crm", "surveys", "forum", "notify", "search", "internal"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") ||
				strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "internal/testmongo/") {
				return err
			}
			read++
			set := token.NewFileSet()
			tree, err := parser.ParseFile(set, path, nil, 0)
			if err != nil || slices.Contains(machineText, filepath.ToSlash(path)) {
				return err
			}
			for _, at := range trimmedComparisons(tree) {
				t.Errorf("%s asks by strings.TrimSpace whether a text is empty: use civic.IsBlank",
					set.Position(at))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 200 {
		t.Errorf("%d files read", read)
	}
}

// TestTrimmedComparisonsAreNoticed keeps the rule itself honest.
func TestTrimmedComparisonsAreNoticed(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		`_ = strings.TrimSpace(s) == ""`:                           1,
		`if "" != strings.TrimSpace(s + "x") {}`:                   1,
		`_ = len(strings.TrimSpace(s)) == 0`:                       1,
		`t := strings.TrimSpace(s); if t == "" {}`:                 1,
		`if t := strings.TrimSpace(s); t != "" {}`:                 1,
		`a, b := 1, strings.TrimSpace(s); _ = a; if b == "" {}`:    1,
		`t := strings.TrimSpace(s); _ = t == "it"; _ = s == ""`:    0,
		`if t := strings.TrimSpace(s); civic.IsBlank(t) { _ = t }`: 0,
	} {
		tree, err := parser.ParseFile(token.NewFileSet(), "", "package p; func f(s string) { "+body+" }", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(trimmedComparisons(tree)); got != want {
			t.Errorf("%s: noticed %d, want %d", body, got, want)
		}
	}
}

// trimmedComparisons returns where a file compares the result of strings.TrimSpace, or a variable that holds
// it, with the empty text.
func trimmedComparisons(file *ast.File) (found []token.Pos) {
	for _, decl := range file.Decls {
		held := map[string]bool{}
		ast.Inspect(decl, func(n ast.Node) bool {
			if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
				for i, left := range a.Lhs {
					if id, ok := left.(*ast.Ident); ok && isTrim(a.Rhs[i]) {
						held[id.Name] = true
					}
				}
			}
			if c, ok := n.(*ast.BinaryExpr); ok && (c.Op == token.EQL || c.Op == token.NEQ) {
				for _, sides := range [][2]ast.Expr{{c.X, c.Y}, {c.Y, c.X}} {
					id, _ := sides[0].(*ast.Ident)
					if isNothing(sides[1]) && (isTrim(sides[0]) || id != nil && held[id.Name]) {
						found = append(found, c.Pos())
					}
				}
			}
			return true
		})
	}
	return found
}

// isTrim reports whether e calls strings.TrimSpace, or len of it.
func isTrim(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "len" && len(call.Args) == 1 {
		return isTrim(call.Args[0])
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "TrimSpace"
}

// isNothing reports whether e is the empty text or nought.
func isNothing(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	return ok && (lit.Value == `""` || lit.Value == "``" || lit.Value == "0")
}
