package audit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// readSources returns what the sources write, and where. It begins with the literals of audit.Entry; a
// function that writes an argument of its own is read at its callers, and so on.
func readSources(t *testing.T) *sourceReader {
	t.Helper()
	r := &sourceReader{
		t: t, constants: map[string]string{}, recorders: map[string]int{}, keepers: map[string]bool{},
		found: map[string]string{}, details: map[string]string{}, systems: map[string]string{},
	}
	files := map[string]*ast.File{}
	for _, room := range []string{"crm", "surveys", "forum", "notify", "internal", "cmd", "web"} {
		r.parse(filepath.Join("../../..", room), files)
	}
	for path, file := range files {
		r.path = path
		r.collectConstants(file)
		r.collectKeepers(file)
	}
	for known := -1; known < len(r.recorders); {
		known = len(r.recorders)
		for _, path := range slices.Sorted(maps.Keys(files)) {
			r.path = path
			r.read(files[path])
		}
	}
	if len(r.found) < 100 || len(r.recorders) < 6 {
		t.Errorf("only %d actions and %d functions that write them were found in the sources", len(r.found),
			len(r.recorders))
	}
	return r
}

// sourceReader looks for what is written into the audit.
type sourceReader struct {
	t         *testing.T
	path      string
	constants map[string]string // of the actions, by name
	recorders map[string]int    // which argument of a function is written; by folder and name
	keepers   map[string]bool   // the types that keep an action until it is written; by folder and name
	found     map[string]string // where each action is written
	details   map[string]string // where each detail is
	systems   map[string]string // where each job or command is named
}

func (r *sourceReader) parse(root string, files map[string]*ast.File) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") ||
			strings.HasSuffix(path, "_test.go") ||
			strings.Contains(path, "testmongo") {
			return err
		}
		files[path], err = parser.ParseFile(token.NewFileSet(), path, nil, 0)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// collectConstants notes the constants called Action…, whatever room they are of.
func (r *sourceReader) collectConstants(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.ValueSpec); ok {
			for i, name := range s.Names {
				if i < len(s.Values) && strings.HasPrefix(name.Name, "Action") && isAction(s.Type) &&
					text(s.Values[i]) != "" {
					r.constants[name.Name] = text(s.Values[i]) // an alias of another room's has the same name
				}
			}
		}
		return true
	})
}

// collectKeepers notes the types with an Action of the audit that is written later: what is put into them is
// read as what is written at once.
func (r *sourceReader) collectKeepers(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if s, ok := spec.Type.(*ast.StructType); ok && slices.ContainsFunc(s.Fields.List, keepsAction) {
			r.keepers[r.key(spec.Name.Name)] = true
			r.keepers[r.key("")] = true
		}
		return true
	})
}

func keepsAction(f *ast.Field) bool {
	t, ok := f.Type.(*ast.SelectorExpr)
	return ok && isType(t.X, "audit") && t.Sel.Name == "Action" && len(f.Names) == 1 &&
		f.Names[0].Name == "Action"
}

// isAction reports whether a constant is of the type Action of the audit; an alias of another room's has no
// type of its own.
func isAction(e ast.Expr) bool {
	switch t := e.(type) {
	case nil:
		return true
	case *ast.SelectorExpr:
		return t.Sel.Name == "Action"
	case *ast.Ident:
		return t.Name == "Action"
	}
	return false
}

func (r *sourceReader) read(file *ast.File) {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if i, ok := r.recorders[r.key(called(n))]; ok && i < len(n.Args) {
					r.resolve(fn, n.Args[i])
					r.collectDetails(fn)
				}
				if called(n) == "System" && len(n.Args) == 1 {
					r.collectSystem(n.Args[0])
				}
			case *ast.CompositeLit:
				if e := actionOf(n); e != nil {
					r.resolve(fn, e)
					r.reassigned(fn)
					r.collectDetails(fn)
				}
				if id, ok := n.Type.(*ast.Ident); ok && r.keepers[r.key(id.Name)] {
					r.resolve(fn, actionIn(n))
				}
			}
			return true
		})
	}
}

// collectDetails notes the names in the maps of a function that writes into the audit.
func (r *sourceReader) collectDetails(fn *ast.FuncDecl) {
	note := func(e ast.Expr) {
		if s := text(e); s != "" {
			r.details[s] = r.path
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if m, ok := n.Type.(*ast.MapType); ok && isType(m.Key, "string") && isType(m.Value, "string") {
				for _, e := range n.Elts {
					note(e.(*ast.KeyValueExpr).Key)
				}
			}
		case *ast.IndexExpr:
			if x, ok := n.X.(*ast.SelectorExpr); ok && x.Sel.Name == "Detail" || isType(n.X, "detail") {
				note(n.Index)
			}
		}
		return true
	})
}

func isType(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// collectSystem notes the name of a job; what comes before the slash of "unsubscribe/…" is passed in as a
// variable.
func (r *sourceReader) collectSystem(e ast.Expr) {
	if s := text(e); s != "" {
		r.systems[s] = r.path
	} else if strings.HasSuffix(r.path, "crm/audience.go") {
		r.systems["unsubscribe"] = r.path
	}
}

func (r *sourceReader) key(function string) string { return filepath.Dir(r.path) + "." + function }

// called returns the name of the function or method that is called.
func called(call *ast.CallExpr) string {
	fun := call.Fun
	if x, ok := fun.(*ast.IndexExpr); ok { // of a type
		fun = x.X
	}
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// actionOf returns the Action of a literal audit.Entry, nil of any other.
func actionOf(lit *ast.CompositeLit) ast.Expr {
	var name string
	switch t := lit.Type.(type) {
	case *ast.SelectorExpr:
		if x, ok := t.X.(*ast.Ident); ok && x.Name == "audit" {
			name = t.Sel.Name
		}
	case *ast.Ident:
		name = t.Name
	case nil: // one of several
		name = "Entry"
	}
	if name != "Entry" {
		return nil
	}
	return actionIn(lit)
}

// actionIn returns what a literal has for its field Action, nil when that is not there.
func actionIn(lit *ast.CompositeLit) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Action" {
				return kv.Value
			}
		}
	}
	return nil
}

// reassigned resolves what fn puts in the place of the Action of an entry it has begun.
func (r *sourceReader) reassigned(fn *ast.FuncDecl) {
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
			for i, left := range a.Lhs {
				if x, ok := left.(*ast.SelectorExpr); ok && x.Sel.Name == "Action" {
					r.resolve(fn, a.Rhs[i])
				}
			}
		}
		return true
	})
}

var actionLike = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+$`)

// resolve notes every action that e can be: a text, a constant, a beginning with a family, what a local
// variable was given. An argument of fn is looked for at the callers of fn; what was kept is read where it is
// put in. Anything else fails the test: it cannot be read here what is written.
func (r *sourceReader) resolve(fn *ast.FuncDecl, e ast.Expr) {
	if s := r.plain(e); actionLike.MatchString(s) {
		r.found[s] = r.path
		return
	}
	if call, ok := e.(*ast.CallExpr); ok {
		if begins, ok := familyOf()[called(call)]; ok {
			for _, last := range families()[begins] {
				r.found[begins+last] = r.path
			}
			return
		}
	}
	if x, ok := e.(*ast.SelectorExpr); ok && x.Sel.Name == "Action" &&
		(r.keepers[r.key("")] || strings.Contains(filepath.ToSlash(r.path), "internal/audit/")) {
		return // the audit hands on what it is given
	}
	if id, ok := e.(*ast.Ident); ok {
		if i := parameter(fn, id.Name); i >= 0 {
			r.recorders[r.key(fn.Name.Name)] = i
			return
		}
		if r.local(fn, id.Name) {
			return
		}
	}
	r.t.Errorf("%s: %s writes an action that cannot be read from the source: %#v", r.path, fn.Name.Name, e)
}

// plain returns the text of a literal or of a constant.
func (r *sourceReader) plain(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return r.constants[e.Sel.Name]
	case *ast.Ident:
		return r.constants[e.Name]
	}
	return text(e)
}

// parameter returns which argument of fn has a name, -1 when none has.
func parameter(fn *ast.FuncDecl, name string) int {
	i := 0
	for _, field := range fn.Type.Params.List {
		for _, id := range field.Names {
			if id.Name == name {
				return i
			}
			i++
		}
	}
	return -1
}

// local resolves what fn gives to a variable of its own, and reports whether it does.
func (r *sourceReader) local(fn *ast.FuncDecl, name string) bool {
	given := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok {
			for i, left := range a.Lhs {
				if id, ok := left.(*ast.Ident); ok && id.Name == name && i < len(a.Rhs) {
					given = true
					r.resolve(fn, a.Rhs[i])
				}
			}
		}
		return true
	})
	return given
}

// text returns the value of a text that stands in the source.
func text(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}
