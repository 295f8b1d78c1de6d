package sitepage

import (
	"strings"
	"testing"
)

// TestSections: headings divide a text, marks become HTML, and nothing that was written is lost.
func TestSections(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text   string
		titles []string
		want   []string
	}{
		{"", nil, nil},
		{"Solo testo", []string{""}, []string{"<p>Solo testo</p>"}},
		{"Prima\n\n## Chi siamo\n\nL'ufficio **privacy**.\n\n<script>x</script>\n## Altro",
			[]string{"", "Chi siamo", "Altro"},
			[]string{"Prima", "<strong>privacy</strong>", "&lt;script&gt;"}},
		{"## \nnon è un titolo", []string{""}, []string{"non è un titolo"}},
		{"### Piccolo\n\n- uno\n- due", []string{""}, []string{"Piccolo", "<li>uno</li>"}},
		{"## Chi siamo\r\n\r\nL'ufficio **privacy**.\r\n", []string{"Chi siamo"},
			[]string{"<strong>privacy</strong>"}},
	} {
		var titles []string
		var html strings.Builder
		for _, s := range Sections(c.text) {
			titles = append(titles, s.Title)
			html.WriteString(string(s.HTML))
		}
		if strings.Join(titles, "|") != strings.Join(c.titles, "|") || len(titles) != len(c.titles) {
			t.Errorf("%q has the titles %q", c.text, titles)
		}
		for _, want := range c.want {
			if !strings.Contains(html.String(), want) {
				t.Errorf("%q lacks %q: %s", c.text, want, &html)
			}
		}
	}
}

// A heading of which nothing is seen begins no section.
func TestUnseenHeadingsBeginNothing(t *testing.T) {
	t.Parallel()
	for _, unseen := range []string{"\u200B", "\u3164", "\u2800"} {
		if got := Sections("Prima\n## " + unseen + "\nDopo\n"); len(got) != 1 || got[0].Title != "" {
			t.Errorf("%q: %+v", unseen, got)
		}
	}
}
