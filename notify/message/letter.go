package message

import (
	"html/template"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/markdown"
)

// Letter is a text with gaps in one language, ready to be filled in for a person.
type Letter struct {
	language string
	subject  pattern
	body     body
	text     pattern // the plain text part, where somebody wrote one
}

// ParseLetter makes a letter of a subject and a body in Markdown, both with gaps, and of the plain text part;
// without one, that is made of the body. It returns an Invalid error as CheckLine and CheckBody do.
func ParseLetter(language, subject, markdown, text string) (Letter, error) {
	l := Letter{language: language}
	var err error
	if l.subject, err = parsePattern(subject); err != nil {
		return l, err
	}
	if l.body, err = parseBody(markdown); err != nil {
		return l, err
	}
	l.text = l.body.text
	if !civic.IsBlank(text) {
		l.text, err = parsePattern(text)
	}
	return l, err
}

// CheckLine returns an Invalid error for a subject or a plain text whose gaps are wrong.
func CheckLine(s string) error {
	_, err := parsePattern(s)
	return err
}

// CheckBody returns an Invalid error for a body in Markdown that cannot become a mail: for gaps that are
// wrong or lie in a link's address, for images, for links that lead nowhere, for headings that skip a level,
// and for a text of which readers would see no word.
func CheckBody(markdown string) error {
	_, err := parseBody(markdown)
	return err
}

// Language returns the language the letter is written in.
func (l Letter) Language() string { return l.language }

// Rendered is a mail's content, before it is addressed.
type Rendered struct{ Language, Subject, Text, HTML string }

// Render returns the letter filled in, in its frame.
func (l Letter) Render(f Frame, values map[string]string) Rendered {
	seen := make(map[string]string, len(values))
	for field, value := range values {
		seen[field] = civic.Unformatted(value)
	}
	values = seen
	r := Rendered{Language: l.language, Subject: SubjectLine(l.subject.fillText(values))}
	p := page{
		Language: l.language, Subject: r.Subject, Frame: f,
		Body: template.HTML(l.body.html.fillHTML(values)), // sanitized, values escaped
	}
	r.HTML, r.Text = p.html(), p.text(l.text.fillText(values))
	return r
}

// Render returns a text that has no gaps, in its frame. HTML is a fragment; without one it is made of the
// text.
func (f Frame) Render(language, subject, text, html string) Rendered {
	fragment := markdown.Plain(text)
	if html != "" {
		fragment = markdown.Letters().Sanitize(html)
	}
	p := page{Language: language, Subject: subject, Frame: f, Body: fragment}
	return Rendered{Language: language, Subject: subject, Text: p.text(text), HTML: p.html()}
}

// Bare lists the fields that a letter uses somewhere without a fallback, each once.
func (l Letter) Bare() []string {
	gaps := slices.Concat(l.subject.gaps, l.body.html.gaps, l.text.gaps)
	var fields []string
	for _, g := range gaps {
		if g.fallback == "" && !slices.Contains(fields, g.field) {
			fields = append(fields, g.field)
		}
	}
	return fields
}

// SubjectLine returns a subject on one line and within its limit, whatever was filled in.
func SubjectLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > MaxSubject {
		s = string(r[:MaxSubject-1]) + "…"
	}
	return s
}
