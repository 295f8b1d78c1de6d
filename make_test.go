package ascolto_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestRunBuildsWhatItRuns: who only wants to see Ascolto waits for no tool that checks it.
func TestRunBuildsWhatItRuns(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "make", "--dry-run", "--always-make", "run").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "bin/ascolto serve") {
		t.Fatalf("%v: %s", err, out)
	}
	for _, tool := range []string{"staticcheck", "govulncheck", "ferretdb", "go vet", "go test"} {
		if strings.Contains(string(out), tool) {
			t.Errorf("make run makes %s", tool)
		}
	}
}
