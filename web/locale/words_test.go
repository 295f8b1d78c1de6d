package locale

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestEnglishHasOneWordForOneThing: the English pages name a thing as the others do: a mailing, a
// conversation, a section of the forum, a tax code, the audit log.
func TestEnglishHasOneWordForOneThing(t *testing.T) {
	t.Parallel()
	avoided := regexp.MustCompile(`(?i)": ".*(\bcampaigns?\b[^}]|\binteractions?\b|\bforum areas?\b|` +
		`\bfiscal codes?\b|\blog of operations\b).*`)
	names, err := filepath.Glob("*.en.json")
	if err != nil || len(names) < 14 {
		t.Fatalf("the catalogues: %v, %v", names, err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range avoided.FindAllString(string(raw), -1) {
			t.Errorf("%s%.160s", name, line)
		}
	}
}
