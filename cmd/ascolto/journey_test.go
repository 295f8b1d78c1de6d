package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/docstore/storetest"
)

// TestJourneyOnSQLite and TestJourneyOnMongo tell the story of e2e/journey.mjs against the real program, with
// a mail server that remembers, and kill the program in the middle of it.
func TestJourneyOnSQLite(t *testing.T) { journey(t, "", "1200", "1000") }

// TestJourneyOnMongo does so over the MongoDB protocol, in a smaller town: the server tests use goes through
// a whole collection for each question.
func TestJourneyOnMongo(t *testing.T) {
	if os.Getenv("ASCOLTO_E2E") == "" {
		t.Skip("a journey in a browser: make e2e")
	}
	journey(t, storetest.Mongo(t).URI, "240", "300")
}

func journey(t *testing.T, db, contacts, answers string) {
	t.Helper()
	if os.Getenv("ASCOLTO_E2E") == "" {
		t.Skip("a journey in a browser: make e2e")
	}
	office := openPostOffice(t)
	settings := with(here(t), "ASCOLTO_DB", db, "ASCOLTO_SMTP", "smtp://"+office.Addr+"?tls=none")
	settings["ASCOLTO_ORIGIN"] = "http://" + settings["ASCOLTO_LISTEN"]
	out, err := once(t, settings, "demo", "-contacts", contacts, "-interactions", "40", "-answers", answers,
		"-threads", "12", "-posts", "60", "-requests", "24")
	if err != nil {
		t.Fatalf("demo: %v\n%s", err, out)
	}
	var mu sync.Mutex
	p := start(t, settings)
	control := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		p.Kill()
		again, err := launch(t, settings)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		p = again
	}))
	defer control.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Minute)
	defer cancel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, "node", "e2e/journey.mjs")
	cmd.Dir = root
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.Env = append(os.Environ(), "ASCOLTO_URL="+p.URL, "ASCOLTO_MAILS="+office.URL,
		"ASCOLTO_CONTROL="+control.URL,
		"ASCOLTO_DEMO_PASSWORD="+demoPassword(t, out))
	if err := cmd.Run(); err != nil {
		mu.Lock()
		defer mu.Unlock()
		t.Fatalf("%v\n%s\nthe program said:\n%s", err, log.String(), tail(p.out.String(), 40))
	}
	t.Log(log.String())
}

// demoPassword reads the password of the demo accounts from what the command printed.
func demoPassword(t *testing.T, out string) string {
	t.Helper()
	for line := range strings.SplitSeq(out, "\n") {
		if _, password, ok := strings.Cut(line, "operatrice@example.it"); ok {
			return strings.TrimSpace(password)
		}
	}
	t.Fatalf("no accounts in:\n%s", out)
	return ""
}

// tail returns the last n lines of a text.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
