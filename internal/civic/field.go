package civic

import (
	"strconv"
	"strings"
)

// Field names a part of a field as forms, errors and the API do: the parts from the outside to the inside,
// with a point between them. A list has its elements by their place or code: "emails.1"; a text has the
// language it is in: "name.it". Empty parts are left out.
func Field(parts ...string) string {
	var b strings.Builder
	for _, part := range parts {
		if part != "" && b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(part)
	}
	return b.String()
}

// FieldAt names the element of a list in place i, which counts from 0; its name counts from 1.
func FieldAt(list string, i int) string { return Field(list, strconv.Itoa(i+1)) }

// SplitField returns a field's outermost part and what its name has after that, "" for a field without parts.
func SplitField(name string) (outer, rest string) {
	outer, rest, _ = strings.Cut(name, ".")
	return outer, rest
}
