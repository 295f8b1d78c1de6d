package surveys

import (
	"strings"

	"ascolto/internal/civic"
)

// The languages a questionnaire can speak. Italian is always one of them.
const (
	Italian = "it"
	English = "en"
)

// Text is a text in the languages of a questionnaire.
type Text struct {
	It string `bson:"it,omitempty"`
	En string `bson:"en,omitempty"`
}

// In returns the text in a language, in Italian when there is none.
func (t Text) In(language string) string {
	if language == English && t.En != "" {
		return t.En
	}
	return t.It
}

// Empty reports whether there is no text in any language.
func (t Text) Empty() bool { return t.It == "" && t.En == "" }

// invisible reports whether a text is there and shows nothing.
func (t Text) invisible() bool {
	return t.It != "" && civic.IsBlank(t.It) || t.En != "" && civic.IsBlank(t.En)
}

// lacks reports whether the text is missing in one of the languages.
func (t Text) lacks(languages []string) bool {
	for _, l := range languages {
		if l == English && t.En == "" || l == Italian && t.It == "" {
			return true
		}
	}
	return false
}

// cleanLine returns t with both texts as single lines of at most max characters; a problem is noted under
// field + ".it" or ".en".
func (t Text) cleanLine(p *civic.Problems, field string, max int) Text {
	return t.clean(p, field, max, civic.CleanLine)
}

// cleanText is cleanLine for texts of several lines.
func (t Text) cleanText(p *civic.Problems, field string, max int) Text {
	return t.clean(p, field, max, civic.CleanText)
}

func (t Text) clean(p *civic.Problems, field string, max int, clean func(string, int) (string, error)) Text {
	it, err := clean(t.It, max)
	p.Check(field+".it", err)
	en, err := clean(t.En, max)
	p.Check(field+".en", err)
	return Text{It: it, En: en}
}

// parseLines returns one text for each line that is not empty: Italian, and after a vertical bar English.
func parseLines(s string) []Text {
	var texts []Text
	for line := range strings.Lines(s) {
		it, en, _ := strings.Cut(line, "|")
		if t := (Text{strings.TrimSpace(it), strings.TrimSpace(en)}); !t.Empty() {
			texts = append(texts, t)
		}
	}
	return texts
}
