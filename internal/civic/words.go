package civic

import (
	"maps"
	"slices"
)

// The languages of the site. Each text is given in the first; in the others it may be missing.
const (
	Italian = "it"
	English = "en"
)

// Languages lists the languages of the site in the order in which forms ask for them.
func Languages() []string { return []string{Italian, English} }

// KnownLanguage reports whether the site speaks a language.
func KnownLanguage(l string) bool { return l == Italian || l == English }

// Text is something people read, keyed by the language it is in. It is stored and sent as it is.
type Text map[string]string

// TextOf returns what say says in each language; one in which it says nothing is left out.
func TextOf(say func(language string) string) Text {
	t := Text{}
	for _, l := range Languages() {
		if s := say(l); s != "" {
			t[l] = s
		}
	}
	return t
}

// In returns the text in a language, the Italian one when there is no other.
func (t Text) In(language string) string {
	if s := t[language]; s != "" {
		return s
	}
	return t[Italian]
}

// With returns a copy of t that says s in a language.
func (t Text) With(language, s string) Text {
	out := maps.Clone(t)
	if out == nil {
		out = Text{}
	}
	out[language] = s
	return out
}

// Equal reports whether t and o say the same in every language; a missing text is an empty one.
func (t Text) Equal(o Text) bool {
	for _, l := range Languages() {
		if t[l] != o[l] {
			return false
		}
	}
	return true
}

// Empty reports whether t says nothing in any language.
func (t Text) Empty() bool {
	return !slices.ContainsFunc(Languages(), func(l string) bool { return t[l] != "" })
}

// Invisible reports whether t says something in a language and shows nothing there.
func (t Text) Invisible() bool {
	return slices.ContainsFunc(Languages(), func(l string) bool { return t[l] != "" && IsBlank(t[l]) })
}

// Lacks reports whether t says nothing in one of languages.
func (t Text) Lacks(languages []string) bool {
	return slices.ContainsFunc(languages, func(l string) bool { return t[l] == "" })
}

// CleanLine returns t with each of its texts as a single line of at most max characters; a problem is noted
// under the field's name with the language.
func (t Text) CleanLine(p *Problems, field string, max int) Text {
	return t.clean(p, field, max, CleanLine)
}

// CleanText is CleanLine for texts of several lines.
func (t Text) CleanText(p *Problems, field string, max int) Text {
	return t.clean(p, field, max, CleanText)
}

func (t Text) clean(p *Problems, field string, max int, clean func(string, int) (string, error)) Text {
	return TextOf(func(l string) string {
		s, err := clean(t[l], max)
		p.Check(Field(field, l), err)
		return s
	})
}
