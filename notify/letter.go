package notify

import (
	"fmt"
	"html/template"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/markdown"
)

// letter is a campaign in one language, ready to be filled in for a person.
type letter struct {
	language string
	subject  pattern
	body     body
	text     pattern // the plain text part, where staff wrote one
	ownText  bool
}

// letters are a campaign's texts in all its languages.
type letters struct {
	by    map[string]letter
	first letter
}

func parseLetters(c *Campaign) (*letters, error) {
	ls := &letters{by: map[string]letter{}}
	for i, content := range c.Contents {
		l, err := parseLetter(content)
		if err != nil {
			return nil, fmt.Errorf("notify: campaign %s, language %s: %w", c.ID, content.Language, err)
		}
		ls.by[content.Language] = l
		if i == 0 {
			ls.first = l
		}
	}
	return ls, nil
}

func parseLetter(c Content) (letter, error) {
	l := letter{language: c.Language, ownText: !civic.IsBlank(c.Text)}
	var err error
	if l.subject, err = parsePattern(c.Subject); err != nil {
		return l, err
	}
	if l.body, err = parseBody(c.Body); err != nil {
		return l, err
	}
	l.text = l.body.text
	if l.ownText {
		l.text, err = parsePattern(c.Text)
	}
	return l, err
}

// in returns the letter in a language, or the first.
func (ls *letters) in(language string) letter {
	if l, ok := ls.by[language]; ok {
		return l
	}
	return ls.first
}

// rendered is a mail's content, before it is addressed.
type rendered struct{ Language, Subject, Text, HTML string }

// render fills l in. Footer is what stands below.
func (s *Service) render(l letter, values map[string]string, footer []footnote) (rendered, error) {
	seen := make(map[string]string, len(values))
	for field, value := range values {
		seen[field] = civic.Unformatted(value)
	}
	values = seen
	r := rendered{Language: l.language, Subject: subjectLine(l.subject.fillText(values))}
	p := page{
		Language: l.language, Subject: r.Subject, Sender: s.o.Organisation, Footer: footer,
		Body: template.HTML(l.body.html.fillHTML(values)), // sanitized, values escaped
	}
	var err error
	r.HTML, err = p.html()
	r.Text = p.text(l.text.fillText(values))
	return r, err
}

// subjectLine keeps a subject within its limit whatever was filled in.
func subjectLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxSubject {
		s = string(r[:maxSubject-1]) + "…"
	}
	return s
}

// footer returns what stands below a campaign's mail: why it came, and how to get no more of them.
func (s *Service) footer(c *Campaign, language, unsubscribe string) []footnote {
	words := func(key string, args civic.Args) string {
		return s.o.Words(language, civic.Message{Key: key, Args: args})
	}
	if c.Class == Institutional {
		return []footnote{{Text: words("notify.mail.institutional", civic.Args{"Basis": c.LegalBasis})}}
	}
	return []footnote{{
		Text: words("notify.mail.voluntary", nil), Label: words("notify.mail.unsubscribe", nil),
		Link: unsubscribe,
	}}
}

// renderMessage returns a single message in the frame of our mails.
func (s *Service) renderMessage(m sealedMessage) (rendered, error) {
	if m.Whole {
		return rendered{Language: m.Language, Subject: m.Subject, Text: m.Text, HTML: m.HTML}, nil
	}
	fragment := markdown.Plain(m.Text)
	if m.HTML != "" {
		fragment = markdown.Letters().Sanitize(m.HTML)
	}
	p := page{
		Language: m.Language, Subject: m.Subject, Sender: s.o.Organisation, Body: fragment,
		Footer: []footnote{{Text: s.o.Words(m.Language, civic.Msg("notify.mail.automatic"))}},
	}
	html, err := p.html()
	return rendered{Language: m.Language, Subject: m.Subject, Text: p.text(m.Text), HTML: html}, err
}

// lettersOf returns the texts of a campaign that runs, parsed once: from then on they no longer change.
func (s *Service) lettersOf(c *Campaign) (*letters, error) {
	if v, ok := s.letters.Load(c.ID); ok {
		return v.(*letters), nil
	}
	ls, err := parseLetters(c)
	if err != nil {
		return nil, err
	}
	s.letters.Store(c.ID, ls)
	return ls, nil
}
