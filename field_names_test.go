package ascolto_test

import (
	"fmt"
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

// fieldName is the grammar of the names that forms, errors, conflicts and the API give to fields: a name,
// then the parts of what it names with points between them. See civic.Field.
var fieldName = regexp.MustCompile(`^[a-z]+(_[a-z]+)*(\.[a-z0-9_-]+)*$`)

// endsOldly are the endings by which names once told a language or a place: name_it, email_1.
var endsOldly = regexp.MustCompile(`^[a-z]+(_[a-z]+)*_(it|en|[0-9]+)$`)

// namesAField are the arguments that name a field, by what is called.
var namesAField = map[string]int{
	// what is wrong
	"Problems.Add": 0, "Problems.Check": 0, "form.Problem": 0, "form.Check": 0,
	// what a form holds
	"form.String": 0, "form.Line": 0, "form.Text": 0, "form.Lines": 0, "form.Texts": 0, "form.Raw": 0,
	"form.Strings": 0, "form.Bool": 0, "form.Int": 0, "form.Number": 0, "form.Either": 0, "form.ID": 0,
	"form.IDs": 0, "form.LocalTime": 0, "form.LocalDate": 0, "form.Has": 0, "form.Value": 0, "form.Asks": 0,
	"form.Fault": 0, "form.FieldID": 0, "form.Elsewhere": 0, "form.Call": 0,
	"values.Set": 0, "values.Get": 0, "values.Has": 0, "values.Add": 0, "values.Del": 0,
	"ui.Hidden": 0, "ui.SubmitAs": 1, "ui.PrefillText": 1,
	// two edits
	"merge.Value": 0, "merge.Part": 0, "merge.List": 0, "merge.Text": 0,
	"civic.Field": 0, "civic.FieldAt": 0,
}

// namedTypes are the types of which a member names a field, with that member.
var namedTypes = map[string]string{"ui.Field": "Name", "civic.FieldError": "Field", "merge.Edit": "Field",
	"ui.Clash": "Field", "Field": "Name"}

// TestFieldNamesHaveOneGrammar: a control, an error, a conflict and a problem of the API name the same field
// by the same name, whose parts only civic.Field joins.
func TestFieldNamesHaveOneGrammar(t *testing.T) {
	t.Parallel()
	files, names := 0, 0
	for _, room := range []string{"cmd", "crm", "surveys", "forum", "notify", "search", "internal", "web"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") ||
				strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "internal/testmongo/") {
				return err
			}
			files++
			set := token.NewFileSet()
			tree, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			read, faults := fieldNames(tree)
			names += read
			for _, f := range faults {
				t.Errorf("%s: %s", set.Position(f.at), f.text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 500 || names < 600 {
		t.Errorf("%d files read, with %d names", files, names)
	}
	t.Logf("%d names in %d files", names, files)
}

// TestOldFieldNamesAreNoticed keeps the rule itself honest.
func TestOldFieldNamesAreNoticed(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		`p.Add("birth_date", "error.required")`:                 0,
		`p.Add("name.it", "error.required")`:                    0,
		`p.Add(civic.Field("name", l), "error.required")`:       0,
		`p.Add("name_"+l, "error.required")`:                    1,
		`p.Check("emails[1]", err)`:                             1,
		`form.Problem("Name", "error.required")`:                1,
		`form.String("rule." + n)`:                              1,
		`form.String(civic.Field("rule", "1"))`:                 0,
		`_ = ui.Field{Name: "emails-1"}`:                        1,
		`_ = ui.Field{Name: path + ".is"}`:                      1,
		`_ = ui.Field{Name: "emails.1"}`:                        0,
		`_ = []string{"phone_2"}`:                               1,
		`merge.Text("title_", at)`:                              1,
		`f.Formerly("name_it")`:                                 0,
		`es.Renamed(map[string]string{"name_it": "name.it"})`:   0,
		`f.T("crm.settings.name_it")`:                           0,
		`write("<input type=\"hidden\" name=\"email_1\">")`:     1,
		`write("<input type=\"hidden\" name=\"emails.1\">")`:    0,
		`write("<button name=\"rule/1\" class=\"btn\">")`:       1,
		`write("<meta name=\"viewport\" content=\"width=1\">")`: 0,
	} {
		tree, err := parser.ParseFile(token.NewFileSet(), "",
			"package p; func f(p civic.Problems) { "+body+" }", 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, faults := fieldNames(tree); len(faults) != want {
			t.Errorf("%s: %v, want %d", body, faults, want)
		}
	}
}

type nameFault struct {
	at   token.Pos
	text string
}

// fieldNames returns how many names of fields a file has as texts, and what is wrong with them.
func fieldNames(file *ast.File) (read int, faults []nameFault) {
	fault := func(at token.Pos, format string, args ...any) {
		faults = append(faults, nameFault{at, fmt.Sprintf(format, args...)})
	}
	check := func(e ast.Expr) {
		if joined, ok := e.(*ast.BinaryExpr); ok && joined.Op == token.ADD {
			fault(e.Pos(), "a field's name is put together by +: use civic.Field")
		} else if name, ok := literal(e); ok {
			if read++; !fieldName.MatchString(name) {
				fault(e.Pos(), "%q is no name of a field: see civic.Field", name)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			called := calledAs(n)
			if called == "Formerly" || called == "Renamed" {
				return false // what was shown or stored before is read still
			}
			if at, names := namesAField[called]; names && at < len(n.Args) {
				check(n.Args[at])
			}
			if called == "ui.Prefill" {
				for i := 0; i < len(n.Args); i += 2 {
					check(n.Args[i])
				}
			}
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				if pair, ok := e.(*ast.KeyValueExpr); ok && nameOf(pair.Key) == namedTypes[nameOf(n.Type)] {
					check(pair.Value)
				}
			}
		case *ast.BasicLit:
			text, _ := literal(n)
			if endsOldly.MatchString(text) {
				fault(n.Pos(), "%q tells a language or a place by its ending: see civic.Field", text)
			}
			for _, name := range htmlNames(text) {
				if read++; !fieldName.MatchString(name) || endsOldly.MatchString(name) {
					fault(n.Pos(), "a control has the name %q: see civic.Field", name)
				}
			}
		}
		return true
	})
	return read, faults
}

var htmlName = regexp.MustCompile(` name="([^"]+)"`)

// htmlNames returns the names of the controls in a piece of HTML, whose first element may begin before it.
func htmlNames(text string) (names []string) {
	for _, m := range htmlName.FindAllStringSubmatchIndex(text, -1) {
		if open := strings.LastIndexByte(text[:m[0]], '<'); open < 0 || !strings.HasPrefix(text[open:], "<meta") {
			names = append(names, text[m[2]:m[3]])
		}
	}
	return names
}

// literal returns the text of a literal.
func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// calledAs returns what a call calls, as namesAField names it: a problem is noted by what is called p or
// problems, or is embedded; a form is called so, or f in its own package.
func calledAs(call *ast.CallExpr) string {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nameOf(call.Fun)
	}
	if sel.Sel.Name == "Formerly" || sel.Sel.Name == "Renamed" {
		return sel.Sel.Name
	}
	on := nameOf(sel.X)
	on = on[strings.LastIndexByte(on, '.')+1:]
	switch {
	case slices.Contains([]string{"p", "problems", "Problems", "x", "refused"}, on) && len(call.Args) > 1:
		on = "Problems"
	case on == "Form" || on == "again":
		on = "form"
	case on == "v":
		on = "values"
	}
	return on + "." + sel.Sel.Name
}

// nameOf returns an identifier, or one of a package, as it is written.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return nameOf(e.X) + "." + e.Sel.Name
	case *ast.IndexExpr:
		return nameOf(e.X)
	}
	return "?"
}
