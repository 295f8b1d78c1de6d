package civic

import "maps"

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
