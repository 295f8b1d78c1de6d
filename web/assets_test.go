package web_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"ascolto/web/assets"
	"ascolto/web/webtest"
)

// budgets are the most bytes that files may take on their way, in brotli.
var budgets = map[string]int{"app.css": 22_000, "sprites.svg": 4_000, "app.js": 2_000}

func TestFilesKeepTheirBudgets(t *testing.T) {
	t.Parallel()
	for name, most := range budgets {
		file, ok := assets.Lookup(strings.TrimPrefix(assets.URL(name), assets.Prefix))
		if n := len(file.Brotli); !ok || n == 0 || n > most {
			t.Errorf("%s has %d bytes, want at most %d", name, n, most)
		}
	}
}

// TestPagesHaveTheirStylesAndIcons opens the pages of every route: what the design system has for a class or
// an icon of theirs went into what was built.
func TestPagesHaveTheirStylesAndIcons(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("../node_modules/bootstrap-italia/dist/css/bootstrap-italia.min.css")
	if err != nil {
		t.Skip("the design system is not there to compare with: ", err)
	}
	built, _ := assets.Lookup(strings.TrimPrefix(assets.URL("app.css"), assets.Prefix))
	sprite, _ := assets.Lookup(strings.TrimPrefix(assets.URL("sprites.svg"), assets.Prefix))
	has, all := classesOf(string(built.Body)), classesOf(string(whole))
	icons, missing := 0, map[string]bool{}
	w := newWalk(t, func(name string, page *webtest.Page) {
		for _, n := range page.By("class", "*") {
			for class := range strings.FieldsSeq(webtest.Attr(n, "class")) {
				if all[class] && !has[class] && !missing[class] {
					missing[class] = true
					t.Errorf("%s: the styles lack .%s", name, class)
				}
			}
		}
		for _, n := range page.By("href", "*") {
			_, icon, ok := strings.Cut(webtest.Attr(n, "href"), assets.URL("sprites.svg")+"#")
			if !ok || missing[icon] {
				continue
			}
			if icons++; !strings.Contains(string(sprite.Body), `id="`+icon+`"`) {
				missing[icon] = true
				t.Errorf("%s: the sprite lacks %s", name, icon)
			}
		}
	})
	w.everybody()
	if icons == 0 || len(has) == 0 {
		t.Error("no icons or no classes were looked at")
	}
}

func classesOf(css string) map[string]bool {
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.(-?[A-Za-z_][\w-]*)`).FindAllStringSubmatch(css, -1) {
		found[m[1]] = true
	}
	return found
}
