package main

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// here returns settings for a program with a folder and an address of its own.
func here(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"ASCOLTO_DATA": filepath.Join(t.TempDir(), "data"),
		"ASCOLTO_LISTEN": freeAddress(t)}
}

func with(settings map[string]string, pairs ...string) map[string]string {
	all := map[string]string{}
	for k, v := range settings {
		all[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return all
}

func TestWrongSettingsAreNamedAndNothingStarts(t *testing.T) {
	t.Parallel()
	out, err := once(t, with(here(t), "ASCOLTO_LISTEN", "everywhere", "ASCOLTO_MAIL_RATE", "-1"), "serve")
	if err == nil {
		t.Fatal("it ended without an error")
	}
	for _, want := range []string{"ASCOLTO_LISTEN: ", "ASCOLTO_MAIL_RATE: "} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	out, err := once(t, with(here(t), "ASCOLTO_LISTEN", l.Addr().String()), "serve")
	if err == nil ||
		!strings.Contains(out, "ASCOLTO_LISTEN: another program already listens on "+l.Addr().String()) {
		t.Errorf("%v:\n%s", err, out)
	}
}

// TestSecondInstanceOnOneFolder: the second ends at once and says why; the first goes on.
func TestSecondInstanceOnOneFolder(t *testing.T) {
	t.Parallel()
	settings := here(t)
	first := start(t, settings)
	began := time.Now()
	out, err := once(t, with(settings, "ASCOLTO_LISTEN", freeAddress(t)), "serve")
	if err == nil || !strings.Contains(out, settings["ASCOLTO_DATA"]) {
		t.Errorf("%v:\n%s", err, out)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
	r, err := http.Get(first.URL + "/readyz")
	if err != nil || r.StatusCode != http.StatusOK {
		t.Errorf("the first instance is harmed: %v", err)
	}
}

func TestMongoAbsent(t *testing.T) {
	t.Parallel()
	out, err := once(t, with(here(t), "ASCOLTO_DB", "mongodb://"+freeAddress(t)+"/ascolto"), "serve")
	if err == nil || !strings.Contains(out, "ASCOLTO_DB") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// TestLostSecret: without the secret the data was sealed with, the program refuses to start rather than to
// forget everybody.
func TestLostSecret(t *testing.T) {
	t.Parallel()
	settings := here(t)
	if err := start(t, settings).Stop(20 * time.Second); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(settings["ASCOLTO_DATA"], "secret.key")); err != nil {
		t.Fatal(err)
	}
	out, err := once(t, settings, "serve")
	if err == nil || !strings.Contains(out, "ASCOLTO_SECRET: ") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// TestCorruptIndexIsRebuilt: the site is up at once and says in its log what it does.
func TestCorruptIndexIsRebuilt(t *testing.T) {
	t.Parallel()
	settings := here(t)
	if err := start(t, settings).Stop(20 * time.Second); err != nil {
		t.Fatal(err)
	}
	var broken int
	err := filepath.WalkDir(filepath.Join(settings["ASCOLTO_DATA"], "search"),
		func(path string, e os.DirEntry, err error) error {
			if err == nil && !e.IsDir() && e.Name() != "lock" {
				broken++
				return os.WriteFile(path, []byte("not an index"), 0o600)
			}
			return err
		})
	if err != nil || broken == 0 {
		t.Fatalf("%d files broken, %v", broken, err)
	}
	p := start(t, settings)
	if !strings.Contains(p.out.String(), "search") || !strings.Contains(p.out.String(), "WARN") &&
		!strings.Contains(p.out.String(), "ERROR") {
		t.Errorf("the log does not tell of the damaged index:\n%s", p.out)
	}
}

func TestStopsOnRequest(t *testing.T) {
	t.Parallel()
	p := start(t, here(t))
	if err := p.Stop(20 * time.Second); err != nil {
		t.Errorf("%v:\n%s", err, p.out)
	}
}
