package crm

import (
	"slices"
	"strings"
	"testing"
)

// TestKeptFieldsAreBounded: a field that is declared and nothing else holds what its declaration says and no
// more.
func TestKeptFieldsAreBounded(t *testing.T) {
	t.Parallel()
	text := kept(Field{Name: "door", Type: TextField, Max: 12})
	choices := kept(Field{Name: "days", Type: ChoicesField, Max: 2, Codes: []string{"mon", "tue", "wed"}})
	number := kept(Field{Name: "flats", Type: NumberField})
	long := kept(Field{Name: "note", Type: TextField, Max: 300})
	for _, c := range []struct {
		field Field
		typed []string
		want  []string
		ok    bool
	}{
		{text, []string{strings.Repeat("è", 12)}, []string{strings.Repeat("è", 12)}, true},
		{text, []string{strings.Repeat("è", 13)}, nil, false},
		{long, []string{strings.Repeat("è", 300)}, []string{strings.Repeat("è", 300)}, true},
		{long, []string{strings.Repeat("è", 301)}, nil, false},
		{choices, []string{"mon", "wed", "mon"}, []string{"mon", "wed"}, true},
		{choices, []string{"mon", "tue", "wed"}, []string{"mon", "tue", "wed"}, false},
		{choices, []string{"sun"}, []string{"sun"}, false},
		{number, []string{" 007 "}, []string{"7"}, true},
		{number, []string{"0"}, []string{"0"}, true},
		{number, []string{"7,5"}, []string{"7,5"}, false},
	} {
		var x parsing
		if got := c.field.checked(c.typed, &x); (x.Err() == nil) != c.ok || !slices.Equal(got, c.want) {
			t.Errorf("%s typed as %q is %q, %v", c.field.Name, c.typed, got, x.Err())
		}
	}
}
