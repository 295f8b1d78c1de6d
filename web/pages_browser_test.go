package web_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"ascolto/internal/civic"
)

// emptied are forms that complain when nothing is in them.
var emptied = []map[string]string{
	{"who": "stranger", "page": "/accedi", "action": "/accedi"},
	{"who": "stranger", "page": "/desk/login", "action": "/desk/login"},
	{"who": "anna", "page": "/forum/nuova", "action": "/forum/nuova"},
	{"who": "desk", "page": "/desk/calls/new", "action": "/desk/calls"},
	{"who": "desk", "page": "/desk/contacts/new", "action": "/desk/contacts"},
	{"who": "head", "page": "/desk/surveys/new", "action": "/desk/surveys"},
	{"who": "news", "page": "/desk/segments/new", "action": "/desk/segments"},
	{"who": "news", "page": "/desk/campaigns/new", "action": "/desk/campaigns"},
	{"who": "administrator", "page": "/desk/users/new", "action": "/desk/users"},
}

// TestFormsInABrowser sends forms with nothing in them and looks at what complains: axe in both languages,
// the narrowest window with spaced text, forced colours; and where the focus is after what adds and removes a
// condition.
func TestFormsInABrowser(t *testing.T) { inABrowser(t, "forms") }

// TestPagesInABrowser opens one page of every shape as everybody, and looks at each in the same ways and on
// paper.
func TestPagesInABrowser(t *testing.T) { inABrowser(t, "pages") }

func inABrowser(t *testing.T, part string) {
	t.Helper()
	if os.Getenv("ASCOLTO_E2E") == "" {
		t.Skip("a browser: make e2e, make pages")
	}
	d := openDoor(t)
	town := d.Town
	for _, s := range submissions(t, town, 2) { // one of everything that forms make
		b, values := s.filled(t, town, 0)
		b.Do(b.PostRequest(s.action(0), values))
	}
	settled(t, town)
	sessions := map[string]string{"stranger": ""}
	for name, who := range map[string]civic.Actor{
		"desk": town.Desk, "works": town.Works, "head": town.Head, "news": town.News,
		"moderator":     town.Moderator,
		"administrator": town.Administrator, "officer": town.Officer,
	} {
		sessions[name] = town.As(t, who).Cookie("sid")
	}
	// with a code: her data are shown only to who has just signed in
	sessions["anna"] = d.signInCitizen(t, "anna@posta.example").Cookie("sid")
	data, err := json.Marshal(map[string]any{"origin": town.Origin,
		"origins": map[string]string{"anna": d.site.Origin}, "sessions": sessions, "forms": emptied})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pages.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 17*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "e2e/pages.mjs", part)
	cmd.Dir, cmd.Env = "..", append(os.Environ(), "ASCOLTO_PAGES="+file)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr // it takes minutes: what it finds is told at once
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
}
