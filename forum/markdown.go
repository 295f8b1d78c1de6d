package forum

import (
	"strings"
	"unicode"

	"ascolto/internal/civic"
	"ascolto/internal/markdown"
)

// cleanSource is civic.CleanText for a text people write: it also drops the invisible characters that turn
// the direction of writing, by which a link or a name can be made to read as another.
func cleanSource(s string, max int) (string, error) {
	s, err := civic.CleanText(s, max)
	return strings.TrimSpace(dropOverrides(s)), err
}

// cleanTitle is civic.CleanLine without direction overrides.
func cleanTitle(s string, max int) (string, error) {
	s, err := civic.CleanLine(s, max)
	return strings.TrimSpace(dropOverrides(s)), err
}

func dropOverrides(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

// parseBody returns a text in Markdown, cleaned. It returns an Invalid error for one of which readers would
// see no word.
func parseBody(s string) (string, error) {
	s, err := cleanSource(s, MaxBody)
	switch {
	case err != nil:
		return s, err
	case civic.VisibleLength(s) < minBody:
		return s, civic.NewError(civic.Invalid, "forum.error.body.empty")
	case markdown.Posts().Parse(s).IsEmpty():
		return s, civic.NewError(civic.Invalid, "forum.error.body.marks")
	}
	return s, nil
}
