package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/web/locale"
	"ascolto/web/page"
)

// forCommands are granted to no role: only the program's own commands, which act as the system, need them.
var forCommands = []civic.Permission{"crm.load", "forum.load", "requests.load"}

// A permission that is granted to nobody is a screen that nobody can open.
func TestEveryPermissionIsGranted(t *testing.T) {
	t.Parallel()
	granted := map[civic.Permission]bool{}
	for role, all := range Grants() {
		if _, err := civic.ParseRole(string(role)); err != nil {
			t.Errorf("permissions are granted to %q, which is no role", role)
		}
		for _, p := range all {
			granted[p] = true
		}
	}
	declared := declaredPermissions(t)
	if len(declared) < 20 {
		t.Fatalf("found %d permissions in the sources: this test does not read them", len(declared))
	}
	for p, where := range declared {
		if !granted[p] && !slices.Contains(forCommands, p) && !strings.HasPrefix(string(p), "web.") {
			t.Errorf("%s: %s is granted to no role", where, p)
		}
		if granted[p] && slices.Contains(forCommands, p) {
			t.Errorf("%s is for commands, and granted to a role", p)
		}
	}
	for p := range granted {
		if _, ok := declared[p]; !ok {
			t.Errorf("%s is granted and declared nowhere", p)
		}
	}
}

// declaredPermissions returns the constants of type civic.Permission in the program's sources, and where each
// stands.
func declaredPermissions(t *testing.T) map[civic.Permission]string {
	t.Helper()
	found := map[civic.Permission]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{"node_modules", "bin", "tmp", "data", ".git"}, d.Name()) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || !isPermission(spec.Type) {
				return true
			}
			for _, v := range spec.Values {
				if lit, ok := v.(*ast.BasicLit); ok {
					if s, err := strconv.Unquote(lit.Value); err == nil {
						found[civic.Permission(s)] = set.Position(lit.Pos()).String()
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func isPermission(e ast.Expr) bool {
	if name, ok := e.(*ast.Ident); ok { // in civic itself
		return name.Name == "Permission"
	}
	sel, ok := e.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Permission"
}

// The audit says in words which permission somebody lacked.
func TestEveryPermissionHasWords(t *testing.T) {
	t.Parallel()
	catalogues, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for p, where := range declaredPermissions(t) {
		for _, lang := range locale.Langs() {
			if key := "accounts.permission." + string(p); p != page.Public && !catalogues.In(lang).Has(key) {
				t.Errorf("%s: %s has no words in %s", where, p, lang)
			}
		}
	}
}
