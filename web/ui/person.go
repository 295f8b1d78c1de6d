package ui

import (
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// Person is somebody shown to staff: what they are called, and what tells them apart from others of the name.
type Person struct {
	Name      string // empty when nobody has said it
	BirthYear int    // 0 when it is not known
	District  string // its name
	Reach     string // the address or number, masked where the reader may not see it whole
	URL       string // where the person is found; empty: there is no way there
}

// Called returns the name, or that there is none: never an empty text.
func (p Person) Called(l *locale.Localizer) string {
	if p.Name == "" {
		return l.T("core.person.nameless")
	}
	return p.Name
}

// Mark returns what tells p apart from others of the same name: "nata o nato nel 1961 · Centro ·
// m•••@posta.example".
func (p Person) Mark(l *locale.Localizer) string {
	var parts []string
	if p.BirthYear > 0 {
		parts = append(parts, l.T("core.person.born", civic.Args{"Year": strconv.Itoa(p.BirthYear)}))
	}
	for _, part := range []string{p.District, p.Reach} {
		if part != "" && part != p.Name {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " · ")
}

// Brief returns what tells p apart in few words, for lists of many rows: "classe 1961 · Centro", else how p
// is reached.
func (p Person) Brief(l *locale.Localizer) string {
	year := ""
	if p.BirthYear > 0 {
		year = l.T("core.person.born_brief", civic.Args{"Year": strconv.Itoa(p.BirthYear)})
	}
	switch {
	case year != "" && p.District != "":
		return year + " · " + p.District
	case year+p.District != "":
		return year + p.District
	}
	return p.Reach
}

// Line returns both on one line, for titles, options and what a screen reader says.
func (p Person) Line(l *locale.Localizer) string {
	if mark := p.Mark(l); mark != "" {
		return p.Called(l) + " · " + mark
	}
	return p.Called(l)
}
