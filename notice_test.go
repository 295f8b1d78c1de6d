package ascolto_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNoticeIsComplete compares NOTICE.md with the modules that are linked into the program, and with the
// packages its pages load.
func TestNoticeIsComplete(t *testing.T) {
	t.Parallel()
	notice, err := os.ReadFile("NOTICE.md")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f",
		"{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./cmd/ascolto").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(strings.ReplaceAll(string(out), " ", "@"))
	slices.Sort(linked)
	var named []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\S+)` \\| (\\S+) \\| \\S").FindAllStringSubmatch(
		string(notice), -1) {
		named = append(named, row[1]+"@"+row[2])
	}
	slices.Sort(named)
	if diff := cmp.Diff(slices.Compact(linked), named); diff != "" {
		t.Errorf("modules linked into the program (-) and those of NOTICE.md (+):\n%s", diff)
	}

	var npm struct{ Dependencies map[string]string }
	packages, err := os.ReadFile("package.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(packages, &npm); err != nil || len(npm.Dependencies) == 0 {
		t.Fatalf("package.json names no packages: %v", err)
	}
	for name, version := range npm.Dependencies {
		row := regexp.MustCompile(`(?mi)^\| .*` + strings.ReplaceAll(regexp.QuoteMeta(name), "-", "[- ]") +
			` \| ` + regexp.QuoteMeta(version) + ` \| \S`)
		if !row.Match(notice) {
			t.Errorf("NOTICE.md does not name %s %s", name, version)
		}
	}
}
