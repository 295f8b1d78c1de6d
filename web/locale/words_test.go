package locale

import (
	"os"
	"regexp"
	"testing"
)

// TestEnglishHasOneWordForOneThing: the English pages name a thing as the others do: a mailing, a
// conversation, a section of the forum, a tax code, the audit log.
func TestEnglishHasOneWordForOneThing(t *testing.T) {
	t.Parallel()
	avoided := regexp.MustCompile(`(?i)": ".*(\bcampaigns?\b[^}]|\binteractions?\b|\bforum areas?\b|` +
		`\bfiscal codes?\b|\blog of operations\b).*`)
	for _, name := range []string{"accounts", "api", "core", "crm", "desk", "forum", "mail", "notify", "privacy",
		"requests", "search", "site", "surveys", "work"} {
		raw, err := os.ReadFile(name + ".en.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range avoided.FindAllString(string(raw), -1) {
			t.Errorf("%s%.160s", name, line)
		}
	}
}
