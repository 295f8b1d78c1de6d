package surveys

import (
	"strings"

	"ascolto/internal/civic"
)

// parseLines returns one text for each line that is not empty: Italian, and after a vertical bar English.
func parseLines(s string) []civic.Text {
	var texts []civic.Text
	for line := range strings.Lines(s) {
		it, en, _ := strings.Cut(line, "|")
		said := map[string]string{civic.Italian: strings.TrimSpace(it), civic.English: strings.TrimSpace(en)}
		if t := civic.TextOf(func(l string) string { return said[l] }); !t.Empty() {
			texts = append(texts, t)
		}
	}
	return texts
}
