package ascolto_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// promises is the page of what holds today; it has at least fewestPromises rows.
const (
	promises       = "docs/promesse.md"
	fewestPromises = 60
)

// behaviours is how many numbered behaviours each specification has.
var behaviours = map[string]int{"crm": 50, "surveys": 48, "forum": 52, "italy": 30, "reliability": 45}

var (
	promiseRow = regexp.MustCompile(`^\| ((\w+) ([1-9]\d*)) \| (\S.*[.*]) \| (\S.*\S) \|$`)
	proofOf    = regexp.MustCompile(`^(Test[A-Z]\w*) \(([a-z/]+|\.)\)$`)
	partly     = regexp.MustCompile(`\. \*In parte: manca(no)? [^.*|]+\.\*$`)
)

// TestPromisesHaveTheirProof: every row of the page names tests that exist, and each behaviour stands there
// once.
func TestPromisesHaveTheirProof(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(promises)
	if err != nil {
		t.Fatal(err)
	}
	rows, faults := readPromises(string(page), once(testsOf))
	if rows < fewestPromises {
		t.Errorf("%s has %d rows, want at least %d", promises, rows, fewestPromises)
	}
	for _, fault := range faults {
		t.Errorf("%s: %s", promises, fault)
	}
}

// TestPromisesCanBeFalse keeps the rule itself honest: pages that must be refused are, with a reason for each
// line.
func TestPromisesCanBeFalse(t *testing.T) {
	t.Parallel()
	tests := func(room string) (map[string]bool, error) {
		return map[string]bool{"TestA": room == "crm", "TestB": room == "web/page"}, nil
	}
	for row, want := range map[string][]string{
		"| crm 1 | Vale. | TestA (crm) |":                                               nil,
		"| crm 1 | Vale. *In parte: manca la posta.* | TestA (crm), TestB (web/page) |": nil,
		"| crm 1 | Vale. | TestB (crm) |": {
			"crm 1: no TestB in crm"},
		"| crm 1 | Vale. | TestA (crm) |\n| crm 1 | Anche. | TestA (crm) |": {
			"crm 1 is there twice"},
		"| crm 51 | Vale. | TestA (crm) |": {
			"crm 51: there is no such behaviour"},
		"| citta 1 | Vale. | TestA (crm) |": {
			"citta 1: there is no such behaviour"},
		"| crm 1 | Vale. | TestA |": {
			`crm 1: "TestA" is not a test and its folder`},
		"| crm 1 | Vale. | FuzzA (crm) |": {
			`crm 1: "FuzzA (crm)" is not a test and its folder`},
		"| crm 1 | Vale. *In parte.* | TestA (crm) |": {
			"crm 1: what is missing is not said"},
		"| crm 1 |  | TestA (crm) |": {
			`no row: "| crm 1 |  | TestA (crm) |"`},
		"| crm 1 | Vale. |": {
			`no row: "| crm 1 | Vale. |"`},
		"| crm 01 | Vale. | TestA (crm) |": {
			`no row: "| crm 01 | Vale. | TestA (crm) |"`},
	} {
		if _, faults := readPromises(row, tests); !cmp.Equal(want, faults) {
			t.Errorf("%s: %q, want %q", row, faults, want)
		}
	}
}

// readPromises returns how many rows a page has and what is wrong with them; tests returns the tests of a
// folder.
func readPromises(page string, tests func(string) (map[string]bool, error)) (rows int, faults []string) {
	seen := map[string]bool{}
	for line := range strings.Lines(page) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| comp") ||
			strings.HasPrefix(line, "| ---") {
			continue
		}
		rows++
		part := promiseRow.FindStringSubmatch(line)
		if part == nil {
			faults = append(faults, fmt.Sprintf("no row: %q", line))
			continue
		}
		if seen[part[1]] {
			faults = append(faults, part[1]+" is there twice")
		}
		seen[part[1]] = true
		for _, fault := range promiseFaults(part, tests) {
			faults = append(faults, part[1]+": "+fault)
		}
	}
	return rows, faults
}

// promiseFaults returns what is wrong with a row, given its parts as promiseRow finds them.
func promiseFaults(part []string, tests func(string) (map[string]bool, error)) (faults []string) {
	if n, err := strconv.Atoi(part[3]); err != nil || n > behaviours[part[2]] {
		faults = append(faults, "there is no such behaviour")
	}
	if strings.Contains(part[4], "*") && !partly.MatchString(part[4]) {
		faults = append(faults, "what is missing is not said")
	}
	for proof := range strings.SplitSeq(part[5], ", ") {
		if fault := proofFault(proof, tests); fault != "" {
			faults = append(faults, fault)
		}
	}
	return faults
}

// proofFault returns why a proof, as "TestName (folder)", is none; "" when it is one.
func proofFault(proof string, tests func(string) (map[string]bool, error)) string {
	part := proofOf.FindStringSubmatch(proof)
	if part == nil {
		return fmt.Sprintf("%q is not a test and its folder", proof)
	}
	found, err := tests(part[2])
	if err != nil {
		return err.Error()
	}
	if !found[part[1]] {
		return fmt.Sprintf("no %s in %s", part[1], part[2])
	}
	return ""
}

// once returns tests, which is asked about each folder only once.
func once(tests func(string) (map[string]bool, error)) func(string) (map[string]bool, error) {
	known := map[string]map[string]bool{}
	return func(room string) (map[string]bool, error) {
		if known[room] == nil {
			found, err := tests(room)
			if err != nil {
				return nil, err
			}
			known[room] = found
		}
		return known[room], nil
	}
}

// testsOf returns the names of the tests in a folder's _test.go files, whatever their build tags.
func testsOf(room string) (map[string]bool, error) {
	files, err := filepath.Glob(filepath.Join(filepath.FromSlash(room), "*_test.go"))
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, path := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && isTest(f) {
				found[f.Name.Name] = true
			}
		}
	}
	return found, nil
}

// isTest reports whether go test would run f: a function that takes a *testing.T and nothing else.
func isTest(f *ast.FuncDecl) bool {
	if f.Recv != nil || f.Type.Results != nil || f.Type.Params.NumFields() != 1 {
		return false
	}
	star, ok := f.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	of, ok := star.X.(*ast.SelectorExpr)
	return ok && of.Sel.Name == "T"
}
