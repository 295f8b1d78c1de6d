package ui_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What a template says wrongly without failing: the call of a component behind text of its line stands on the
// page as it is written; hidden words that are glued to those shown, or begin with a mark, are read as
// "1Vivere" and "Elimina : Vivere". Their space is hidden with them: in sight it would be underlined.
var mistakes = map[string]*regexp.Regexp{
	"a component is called behind text": regexp.MustCompile(`[^\s>]\s*@(ui|templ)\.[A-Z]`),
	"hidden words begin with a mark":    regexp.MustCompile(`visually-hidden">(\{ ")?\s*[:;,.–-]`),
	"hidden words are glued to those shown": regexp.MustCompile(
		`[^\s>]<span class="visually-hidden">(\{ ([^"]|"[^ ])|[^\s{])`),
}

func TestTemplatesSayWhatIsMeant(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]string{
		"a component is called behind text":     `<span>: @templ.Raw(h.Title)</span>`,
		"hidden words begin with a mark":        `<span class="visually-hidden">{ ": " + about }</span>`,
		"hidden words are glued to those shown": `{ f.L.Int(n) }<span class="visually-hidden">{ title }</span>`,
	} {
		if !mistakes[name].MatchString(wrong) {
			t.Errorf("%s is not seen in %s", name, wrong)
		}
	}
	read := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".templ") {
			return err
		}
		read++
		source, err := os.ReadFile(path)
		for n, line := range strings.Split(string(source), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for name, mistake := range mistakes {
				if mistake.MatchString(line) {
					t.Errorf("%s:%d: %s: %s", path, n+1, name, strings.TrimSpace(line))
				}
			}
		}
		return err
	})
	if err != nil || read < 40 {
		t.Errorf("%d templates read: %v", read, err)
	}
}
