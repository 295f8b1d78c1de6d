package notify

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ascolto/notify/message"
)

// TestEveryReasonHasItsWords looks up every catalogue key that stands in these packages: causes and reasons
// reach the screens as keys, where no compiler would miss them.
func TestEveryReasonHasItsWords(t *testing.T) {
	t.Parallel()
	keys := regexp.MustCompile(
		`"(notify\.(?:error|cause|skip|trouble|hold|mail|sample|told|test)\.[a-z_.]+)"`)
	var files []string
	for _, pattern := range []string{"*.go", "*/*.go"} {
		matched, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, matched...)
	}
	found := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range keys.FindAllStringSubmatch(string(src), -1) {
			found[strings.TrimSuffix(m[1], ".")] = true
		}
	}
	for _, field := range message.PersonFields() {
		found["notify.sample."+field] = true
	}
	for _, s := range CampaignStates() {
		found["notify.campaign_state."+string(s)] = true
	}
	for _, s := range DeliveryStates() {
		found["notify.state."+string(s)], found["notify.message_state."+string(s)] = true, true
	}
	if len(found) < 60 {
		t.Errorf("found %d keys: this test does not read the sources", len(found))
	}
	for _, language := range []string{"it", "en"} {
		raw, err := os.ReadFile("../web/locale/notify." + language + ".json")
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]any{}
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		for key := range found {
			switch {
			case texts[key] != nil, key == "notify.sample", key == "notify.mail.hold",
				key == "notify.mail.release", key == "notify.mail.read":
			case strings.HasPrefix(key, "notify.told.") && texts[key+".subject"] != nil &&
				texts[key+".text"] != nil:
			default:
				t.Errorf("%s has no text in %s", key, language)
			}
		}
	}
}
