package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestGuideShowsAMunicipality: the description in the guide is one the program takes, and keeps the four
// hooks of the menu by which municipal sites are evaluated.
func TestGuideShowsAMunicipality(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/gestione.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(guide)
	if example == nil {
		t.Fatal("the guide shows no JSON")
	}
	file := filepath.Join(t.TempDir(), "municipality.json")
	if err := os.WriteFile(file, example[1], 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(env("ASCOLTO_MUNICIPALITY", file))
	if err != nil {
		t.Fatal(err)
	}
	hooks := map[string]bool{}
	for _, l := range c.Town.Menu {
		hooks[l.Element] = true
	}
	for _, want := range []string{"management", "news", "all-services", "live"} {
		if !hooks[want] {
			t.Errorf("who follows the guide loses the hook %s", want)
		}
	}
}
