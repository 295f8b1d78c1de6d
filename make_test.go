package ascolto_test

import (
	"os"
	"os/exec"
	"path/filepath"
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

// TestBenchFailsWhenAFigureIsShort: make bench prints every figure of all parts, and ends with those that
// fall short of their goals and an error; with none of them it ends well.
func TestBenchFailsWhenAFigureIsShort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		verdict string
		fails   bool
	}{{"short", true}, {"ok", false}} {
		figures := "=== RUN TestBench\\nforum page\\t3100\\trequests/s\\t3300\\t" + c.verdict +
			"\\nhundredth table\\t280\\tms\\t300\\tok\\nPASS\\n"
		tool := filepath.Join(t.TempDir(), "go")
		script := "#!/bin/sh\ncase $1 in test) printf '" + figures + "';; esac\n"
		if err := os.WriteFile(tool, []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "make", "--assume-old=generate", "bench", "ONLY=web forum",
			"GO="+tool)
		out, err := cmd.CombinedOutput()
		said := string(out)
		if (err != nil) != c.fails {
			t.Errorf("%s: %v, %s", c.verdict, err, said)
		}
		if n := strings.Count(said, "hundredth table\t280"); n != 2 || strings.Contains(said, "RUN") {
			t.Errorf("%s: the table has %d lines of the last figure: %s", c.verdict, n, said)
		}
		_, last, listed := strings.Cut(said, "short of their goals:\n")
		if listed != c.fails || c.fails && strings.Count(last, "forum page") != 2 ||
			strings.Contains(last, "hundredth table") {
			t.Errorf("%s: at its end it lists %q", c.verdict, last)
		}
	}
}
