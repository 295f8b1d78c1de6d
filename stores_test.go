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

// inserted names the functions of services that store a new document by Insert, and why none needs docstore's
// Create: what a form makes goes through Create, which draws the consequences again when the form is sent
// again.
var inserted = map[string]string{
	"crm.ensure": "no form: the contact of an account, made by its sign-in, which looks " +
		"for it again each time",
	"crm.putEntry":   "is itself a consequence: the row of a timeline, by the key of its cause",
	"notify.Enqueue": "is itself a consequence: a letter, by the key of its cause",
	"notify.insertOne": "is itself a consequence: a delivery of a campaign, by campaign and " +
		"recipient",
	"notify.put":            "no form: the one switch of all mail, which has no consequences",
	"notify.refusedAddress": "no form: what a server answered",
	"notify.reserve":        "no form: how fast mail may go, shared by instances",
	"notify.renameRow":      "takes the place of a row, by a digest of its id",
	"crm/privacy.begin": "the record of an erasure, by its contact; Erase goes on with one that " +
		"was begun",
	"crm/requests.nextNumber": "no form: the counter of a year",
	"crm/requests.queue":      "is itself a consequence: that nobody heard a letter, by the letter",
	"crm/requests.keepDraft":  "what a form says and files nothing yet; sent again it takes its own place",
	"crm/requests/intake.insert": "no form: a mail that came in, by its bytes; settle draws the " +
		"consequences again",
	"crm/requests/intake.SaveSettings": "the one document of settings, which has no consequences",
	"forum.storeThread": "two documents make a discussion; it draws the consequences again, as " +
		"Create would",
	"forum.storeReport": "the entry of the queue is made again by whoever reports again, and by " +
		"the job that counts reports",
	"forum.refreshCase": "is itself a consequence of a report",
	"forum.known":       "no form: a member of the forum begins with the first act, whatever it is",
	"forum.storeAlone": "a post gets its number as it is stored, in a loop; Reply draws the " +
		"consequences again",
	"forum.takeName":      "takes a name; whoever has it already has it",
	"forum.keepSignature": "takes a name; whoever has it already has it",
	"forum.keep":          "no form: names under posts; whoever has one already has it",
	"surveys.freeze":      "a version, by its number; publishing it is an update of the questionnaire",
	"surveys.keptPublic": "results as they are published, by their version; publishing is an " +
		"update of the questionnaire",
	"crm/requests/register.QueueEntry": "what an event of a request asks for, by its key",
	"surveys.Start":                    "an empty draft, without consequences",
	"surveys.store":                    "an answer; Send draws the consequences again",
	"surveys.keepTally":                "is derived from answers",
	"internal/audit.insert":            "is the audit",
	"internal/blob.insert":             "no form: a file; the document that refers to it is what a form makes",
	"internal/migrate.begin":           "no form: how far an upgrade is",
	"internal/work.Require":            "no form: work that the state of something asks for, by its key",
	"internal/work.insertPart":         "a part of a file, by task, term and number",
	"internal/peers.sign":              "no form: an instance of the program that runs",
	"internal/sitepage.keep":           "a picture, by its hash",
	"crm/requests.storeClaim":          "no form: that somebody is writing, for half an hour",
	"internal/accounts.citizen":        "no form: the account of who signs in",
	"internal/accounts.BindAddress":    "a command of the demonstration: an account for a contact that has none",
	"internal/accounts.begin":          "a session",
	"internal/accounts.BeginOIDC":      "a sign-in that begins",
	"internal/accounts.tell":           "no form: what a guard counted, for those of other instances",
	"internal/accounts.keepCode":       "a code that was asked for, which can be asked for again",
	"internal/accounts.claim":          "what may be used once",
	"internal/accounts.askReset":       "a link that was asked for, which can be asked for again",
	"internal/accounts.newLink":        "a link that was asked for, which can be asked for again",
}

// TestWhatFormsMakeIsCreated: no service stores what a form makes past docstore's Create.
func TestWhatFormsMakeIsCreated(t *testing.T) {
	seen := map[string]bool{}
	for _, room := range []string{"crm", "surveys", "forum", "notify", "internal", "web"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") ||
				strings.HasSuffix(path, "_test.go") {
				return err
			}
			if dir := filepath.ToSlash(filepath.Dir(path)); dir == "internal/docstore" ||
				strings.HasPrefix(dir, "internal/testmongo") {
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			for _, name := range inserters(file) {
				where := filepath.ToSlash(filepath.Dir(path)) + "." + name
				if seen[where] = true; inserted[where] == "" {
					t.Errorf("%s: %s stores a new document by Insert; what a form makes is stored by Create",
						path, name)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for where := range inserted {
		if !seen[where] {
			t.Errorf("%s stores nothing by Insert any more: take it off the list", where)
		}
	}
}

// inserters returns the names of the functions of a file that call Insert with a context.
func inserters(file *ast.File) (names []string) {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		found := false
		ast.Inspect(fn, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			first, isName := call.Args[0].(*ast.Ident)
			found = found || ok && isName && sel.Sel.Name == "Insert" && first.Name == "ctx"
			return true
		})
		if found {
			names = append(names, fn.Name.Name)
		}
	}
	return names
}
