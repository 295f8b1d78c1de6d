package ascolto_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPubliccode: publiccode.yml, by which administrations find the program, has what its standard demands
// (version 0.5: at most 150 characters for the short description and 100 for a feature, 150 at least for the
// long one), the same in both languages, and names what the program does for citizens.
func TestPubliccode(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("publiccode.yml")
	if err != nil {
		t.Fatal(err)
	}
	file := string(raw)
	for _, key := range []string{"publiccodeYmlVersion: \"0.5\"", "name: Ascolto", "url:", "platforms:",
		"developmentStatus:", "softwareType: standalone/web", "description:", "legal:",
		"  license: AGPL-3.0-or-later", "maintenance:", "localisation:", "    - it", "    - en"} {
		if !strings.Contains("\n"+file, "\n"+key) {
			t.Errorf("publiccode.yml has no %q", key)
		}
	}
	part := regexp.MustCompile(`(?sm)^  (it|en):\n    shortDescription: ([^\n]*)\n    longDescription: >\n(.*?)` +
		`    features:\n((?:      - [^\n]*\n)+)`)
	words := map[string]string{"it": "ichieste", "en": "equests"}
	features := map[int]bool{}
	for _, found := range part.FindAllStringSubmatch(file, -1) {
		lang, short, long := found[1], found[2], strings.Join(strings.Fields(found[3]), " ")
		if n := utf8.RuneCountInString(short); n == 0 || n > 150 {
			t.Errorf("%s: the short description has %d characters", lang, n)
		}
		if n := utf8.RuneCountInString(long); n < 150 || n > 10_000 {
			t.Errorf("%s: the long description has %d characters", lang, n)
		}
		list := strings.Split(strings.TrimSpace(found[4]), "\n")
		for _, f := range list {
			if n := utf8.RuneCountInString(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(f), "- "))); n > 100 {
				t.Errorf("%s: %q has %d characters", lang, f, n)
			}
		}
		for where, text := range map[string]string{"short": short, "long": long, "features": found[4]} {
			if !strings.Contains(text, words[lang]) {
				t.Errorf("%s, %s: nothing is said of requests", lang, where)
			}
		}
		features[len(list)] = true
		delete(words, lang)
	}
	if len(words) > 0 || len(features) != 1 {
		t.Errorf("languages missing: %v; numbers of features: %v", words, features)
	}
}
