package message

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"ascolto/internal/civic"
)

// PersonFields lists what {{…}} may name in a campaign.
func PersonFields() []string { return []string{"given_name", "family_name", "name", "district"} }

// fieldsIn lists the same by the names that writers use in a language; every text takes the names of both.
func fieldsIn(language string) []string {
	if language == "it" {
		return []string{"nome", "cognome", "nome_completo", "quartiere"}
	}
	return PersonFields()
}

// FieldName returns a field as it is typed in a language: "{{nome}}".
func FieldName(language, field string) string {
	if i := slices.Index(PersonFields(), field); i >= 0 {
		field = fieldsIn(language)[i]
	}
	return "{{" + field + "}}"
}

// FieldHint lists the fields as they are typed, in the order of PersonFields, and shows one with a
// fallback.
func FieldHint(language, fallback string) (fields, example string) {
	names := fieldsIn(language)
	return "{{" + strings.Join(names, "}}, {{") + "}}", "{{" + names[0] + "|" + fallback + "}}"
}

// bothNames lists the fields as "nome (given_name), …", for an error that does not know who will read it.
func bothNames() string {
	names := fieldsIn("it")
	for i, field := range PersonFields() {
		names[i] += " (" + field + ")"
	}
	return strings.Join(names, ", ")
}

// fieldNamed returns the field that a name of either language stands for, "" when there is none.
func fieldNamed(name string) string {
	for _, names := range [][]string{PersonFields(), fieldsIn("it")} {
		if i := slices.Index(names, name); i >= 0 {
			return PersonFields()[i]
		}
	}
	return ""
}

// Marks stand for a field while the text around it is turned into HTML: a private-use character that no typed
// text keeps, the number of the field, and another one.
const (
	markOpen  = '\uE0F0'
	markClose = '\uE0F1'
	markDigit = '\uE100' // plus the number
)

// gap is a place to fill: a field and what stands there when the recipient has no value for it.
type gap struct {
	field    string
	fallback string
}

// pattern is text with gaps: text[0] gap[0] text[1] gap[1] … text[n].
type pattern struct {
	text []string
	gaps []gap
}

// maxGaps bounds the gaps of one text.
const maxGaps = 200

// markGaps replaces every {{field}} and {{field|fallback}} of s by a mark and returns what the marks stand
// for. It returns an Invalid error for an unknown field, naming it, and for braces that do not close.
func markGaps(s string) (string, []gap, error) {
	s = strings.Map(func(r rune) rune {
		if r >= markOpen && r <= markDigit+maxGaps {
			return -1
		}
		return r
	}, s)
	var (
		b    strings.Builder
		gaps []gap
	)
	for {
		before, rest, found := strings.Cut(s, "{{")
		b.WriteString(before)
		if !found {
			return b.String(), gaps, nil
		}
		inner, after, closed := strings.Cut(rest, "}}")
		if !closed || strings.ContainsAny(inner, "{}\n") {
			return "", nil, civic.NewError(civic.Invalid, "notify.error.template.open")
		}
		g, err := parseGap(inner)
		if err != nil {
			return "", nil, err
		}
		if len(gaps) == maxGaps {
			return "", nil, civic.NewErrorArgs(civic.Invalid, "notify.error.template.many",
				civic.Args{"Max": maxGaps})
		}
		b.WriteString(mark(len(gaps)))
		gaps = append(gaps, g)
		s = after
	}
}

func parseGap(inner string) (gap, error) {
	name, fallback, _ := strings.Cut(inner, "|")
	name = strings.TrimSpace(name)
	if fallback = strings.TrimSpace(fallback); civic.IsBlank(fallback) {
		fallback = ""
	}
	field := fieldNamed(name)
	if field == "" {
		return gap{}, civic.NewErrorArgs(civic.Invalid, "notify.error.template.field",
			civic.Args{"Field": civic.Shorten(name, 40), "Fields": bothNames()})
	}
	return gap{field: field, fallback: fallback}, nil
}

func mark(n int) string { return string([]rune{markOpen, markDigit + rune(n), markClose}) }

// splitMarks returns s cut at its marks.
func splitMarks(s string, gaps []gap) (pattern, error) {
	var p pattern
	for {
		before, rest, found := strings.Cut(s, string(markOpen))
		p.text = append(p.text, before)
		if !found {
			return p, nil
		}
		digit, after, closed := strings.Cut(rest, string(markClose))
		n := -1
		for _, r := range digit {
			n = int(r - markDigit)
		}
		if !closed || n < 0 || n >= len(gaps) {
			return pattern{}, fmt.Errorf("message: a mark was damaged while a text was rendered")
		}
		p.gaps = append(p.gaps, gaps[n])
		s = after
	}
}

// parsePattern returns a line or plain text with its gaps.
func parsePattern(s string) (pattern, error) {
	marked, gaps, err := markGaps(s)
	if err != nil {
		return pattern{}, err
	}
	return splitMarks(marked, gaps)
}

// fill returns the text with values in its gaps, each changed by escape. Around a gap that stays empty the
// text closes: no space before a comma, no comma at the end of a line, a capital at its beginning. It needs
// at least one piece of text.
func (p pattern) fill(values map[string]string, escape func(string) string) string {
	var b []byte
	next := p.text[0]
	for i, g := range p.gaps {
		b = append(b, next...)
		next = p.text[i+1]
		if v := g.value(values); v != "" {
			b = append(b, escape(v)...)
		} else {
			b, next = closeGap(b, next)
		}
	}
	return string(append(b, next...))
}

func (g gap) value(values map[string]string) string {
	if v := strings.Join(strings.Fields(values[g.field]), " "); v != "" {
		return v
	}
	return g.fallback
}

// fillText fills p for a plain text or a subject; values are brought onto one line.
func (p pattern) fillText(values map[string]string) string {
	return p.fill(values, func(v string) string { return v })
}

// fillHTML fills p for HTML.
func (p pattern) fillHTML(values map[string]string) string { return p.fill(values, html.EscapeString) }
