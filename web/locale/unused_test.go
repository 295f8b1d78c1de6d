package locale

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Beginnings and ends of keys that are put together where they are used: "accounts.role." + role, "mail.code"
// + ".subject".
var (
	beginning = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_]+)*[._]$`)
	ending    = regexp.MustCompile(`^[._][a-z_]+(\.[a-z_]+)*$`)
)

// TestEveryTextIsUsed: the catalogues hold no text that no source names: a key stands there whole, or its
// beginning or its end does.
func TestEveryTextIsUsed(t *testing.T) {
	t.Parallel()
	texts := literals(t, "../..")
	var beginnings, endings []string
	for s := range texts {
		if format, _, ok := strings.Cut(s, "%"); ok && strings.Contains(format, ".") &&
			keyLike.MatchString(strings.TrimRight(format, "._")) {
			beginnings = append(beginnings, format)
		}
		if beginning.MatchString(s) {
			beginnings = append(beginnings, s)
		}
		if ending.MatchString(s) {
			endings = append(endings, s)
		}
	}
	begun := func(key string) bool {
		return slices.ContainsFunc(beginnings, func(s string) bool { return strings.HasPrefix(key, s) })
	}
	ended := func(key string) bool {
		return slices.ContainsFunc(endings, func(s string) bool {
			return strings.HasSuffix(key, s) &&
				texts[strings.TrimSuffix(key, s)]
		})
	}
	seen := 0
	for _, area := range areas(t) {
		for key := range catalogue(t, area+".it.json") {
			seen++
			if !texts[key] && !begun(key) && !ended(key) {
				t.Errorf("%s.it.json: nothing uses %s", area, key)
			}
		}
	}
	if seen < 2000 || len(beginnings) < 20 {
		t.Errorf("%d texts and %d beginnings of keys: this test does not read them", seen, len(beginnings))
	}
}

// literals returns the texts that stand in the Go files below root.
func literals(t *testing.T, root string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	sources(t, root, func(_ *token.FileSet, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					found[s] = true
				}
			}
			return true
		})
	})
	return found
}
