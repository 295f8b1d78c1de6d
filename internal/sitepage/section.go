package sitepage

import (
	"html/template"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/markdown"
)

// Section is a part of a text: what stands below one heading. The part before the first heading has no Title.
type Section struct {
	ID    string
	Title string
	HTML  template.HTML
}

// Sections returns the parts of a text with marks. A line that begins with "## " opens a section; every other
// mark is read by the rule of mails.
func Sections(text string) []Section {
	var all []Section
	var body strings.Builder
	title, begun := "", false
	end := func() {
		if begun || !civic.IsBlank(body.String()) {
			rest := strings.TrimSpace(body.String())
			all = append(all, Section{ID: "parte-" + strconv.Itoa(len(all)+1), Title: title,
				HTML: markdown.Letters().HTML(rest)})
		}
		body.Reset()
	}
	for line := range strings.Lines(text) {
		if heading, ok := strings.CutPrefix(line, "## "); ok && !civic.IsBlank(heading) {
			end()
			title, begun = strings.TrimSpace(heading), true
			continue
		}
		body.WriteString(line)
	}
	end()
	return all
}
