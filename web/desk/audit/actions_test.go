package audit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/locale"
)

// families are the actions whose last word is a value of the program.
func families() map[string][]string {
	f := map[string][]string{}
	for _, s := range notify.CampaignStates() {
		f["notify.campaign."] = append(f["notify.campaign."], string(s))
	}
	for _, a := range []forum.Action{
		forum.ActionHide, forum.ActionRestore, forum.ActionKeep, forum.ActionRedact, forum.ActionClose,
		forum.ActionReopen, forum.ActionMove,
	} {
		f["forum.moderation."] = append(f["forum.moderation."], string(a))
	}
	for _, m := range requests.Moves() {
		f["requests.move."] = append(f["requests.move."], string(m.Act))
	}
	return f
}

// familyOf says which function makes the actions of a family.
func familyOf() map[string]string {
	return map[string]string{"CampaignAction": "notify.campaign.", "DecisionAction": "forum.moderation.",
		"MoveAction": "requests.move."}
}

// TestEveryActionHasWords reads the sources of all rooms for the actions that they write into the audit: each
// is in the list of the filter, and called by words in both languages.
func TestEveryActionHasWords(t *testing.T) {
	t.Parallel()
	r := readSources(t)
	for _, list := range []struct {
		of    string
		seen  map[string]string
		known []string
		key   func(string) string
	}{
		{"action", r.found, stringsOf(deskui.AuditActions()), func(a string) string {
			return audit.Word(audit.Action(a))
		}},
		{"detail", r.details, detailNames(), func(name string) string { return "accounts.detail." + name }},
		{"job or command", r.systems, systemNames(), systemKey},
	} {
		for code, where := range list.seen {
			if !slices.Contains(list.known, code) {
				t.Errorf("%s writes the %s %q, which the audit page does not know", where, list.of, code)
			}
		}
		for _, code := range list.known {
			if list.seen[code] == "" {
				t.Errorf("nothing writes the %s %q", list.of, code)
			}
			inBothLanguages(t, list.key(code))
		}
	}
}

// TestCodedDetailsHaveWords: the codes that details hold are said in words, whichever of them a service
// records.
func TestCodedDetailsHaveWords(t *testing.T) {
	t.Parallel()
	for prefix, codes := range map[string][]string{
		"accounts.answer.":     {"taken", "declined"},
		"accounts.level.":      {"spidl1", "spidl2", "spidl3"},
		"accounts.session.by.": {accounts.ByPassword, accounts.ByCode, accounts.ByOIDC},
		"crm.double.": {string(crm.DoubleClaimed), string(crm.DoubleShared),
			string(crm.DoubleAlike)},
		"crm.proposed.":     {string(crm.ProposedName), string(crm.ProposedEmail)},
		"crm.channel.":      stringsOf(crm.ConsentChannels()),
		"notify.state.":     stringsOf(notify.DeliveryStates()),
		"forum.rule.":       stringsOf(forum.Rules()),
		"accounts.role.":    stringsOf(civic.StaffRoles()),
		"accounts.refusal.": refusalsInSources(t),
	} {
		for _, code := range codes {
			inBothLanguages(t, prefix+code)
		}
		if len(codes) == 0 {
			t.Errorf("no codes of %s", prefix)
		}
	}
}

func stringsOf[T ~string](values []T) []string {
	return deskui.Each(values, func(v T) string { return string(v) })
}

// refusalsInSources returns the reasons for which a sign-in through an identity provider is refused.
func refusalsInSources(t *testing.T) []string {
	t.Helper()
	var reasons []string
	reason := regexp.MustCompile(`refus(?:e\(|al\{)"([a-z_]+)"`)
	for _, name := range []string{"oidc.go", "oidc_claims.go", "oidc_signin.go"} {
		source, err := os.ReadFile(filepath.Join("../../../internal/accounts", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range reason.FindAllSubmatch(source, -1) {
			reasons = append(reasons, string(found[1]))
		}
	}
	return reasons
}

var catalogues = sync.OnceValue(func() *locale.Catalogues {
	texts, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	return texts
})

func inBothLanguages(t *testing.T, key string) {
	t.Helper()
	texts := catalogues()
	for _, lang := range []locale.Lang{locale.Italian, locale.English} {
		if !texts.In(lang).Has(key) {
			t.Errorf("%s has no words in %q", key, lang)
		}
	}
}

// readSources returns what the sources write, and where. It begins with the literals of audit.Entry; a
// function that writes an argument of its own is read at its callers, and so on.
func readSources(t *testing.T) *sourceReader {
	t.Helper()
	r := &sourceReader{
		t: t, constants: map[string]string{}, recorders: map[string]int{}, found: map[string]string{},
		details: map[string]string{}, systems: map[string]string{},
	}
	files := map[string]*ast.File{}
	for _, room := range []string{"crm", "surveys", "forum", "notify", "internal", "cmd", "web"} {
		r.parse(filepath.Join("../../..", room), files)
	}
	for _, file := range files {
		r.collectConstants(file)
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
					r.collectDetails(fn)
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
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Action" {
				return kv.Value
			}
		}
	}
	return nil
}

var actionLike = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+$`)

// resolve notes every action that e can be: a text, a constant, a beginning with a family, what a local
// variable was given. An argument of fn is looked for at the callers of fn. Anything else fails the test: it
// cannot be read here what is written.
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
