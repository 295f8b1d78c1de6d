package crm

import (
	"maps"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
)

// one makes the accessors of an input that holds one value.
func one[T ~string](at func(*ContactInput) *T) (func(ContactInput) []string, func(*ContactInput, []string)) {
	return func(in ContactInput) []string { return []string{string(*at(&in))} },
		func(in *ContactInput, values []string) { *at(in) = T(first(values)) }
}

// many makes the accessors of an input that holds several values.
func many[T ~string](
	at func(*ContactInput) *[]T,
) (func(ContactInput) []string, func(*ContactInput, []string)) {
	return func(in ContactInput) []string { return texts(*at(&in)) },
		func(in *ContactInput, values []string) {
			*at(in) = nil
			for _, v := range values {
				*at(in) = append(*at(in), T(v))
			}
		}
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// filledIn appends s unless it is empty.
func filledIn(dst []string, s string) []string {
	if s == "" {
		return dst
	}
	return append(dst, s)
}

// line completes a field of one line, which check may refuse further when it is filled.
func line(
	f Field, in func(*ContactInput) *string, at func(*Contact) *string,
	check ...func(f Field, s string, x *parsing),
) Field {
	f.Type = TextField
	f.read, f.write = one(in)
	f.typed = func(dst []string, c *Contact) []string { return filledIn(dst, *at(c)) }
	f.join = func(name string) merge.Field[Contact] { return merge.Value(name, at) }
	f.parse = func(values []string, c *Contact, x *parsing) {
		*at(c) = ""
		if f.Kind != "" && f.Kind != x.kind {
			return
		}
		clean, err := civic.CleanLine(first(values), f.Max)
		x.Check(f.Name, err)
		for _, refuse := range check {
			refuse(f, clean, x)
		}
		*at(c) = clean
	}
	return f
}

// kept completes a field that is declared and nothing else: what it holds is kept on the contact under its
// name. What an administrator adds to contacts will be rows of it, read from the store.
func kept(f Field) Field {
	f.read = func(in ContactInput) []string { return in.More[f.Name] }
	f.write = func(in *ContactInput, values []string) {
		in.More = maps.Clone(in.More)
		if in.More == nil {
			in.More = map[string][]string{}
		}
		if in.More[f.Name] = values; len(values) == 0 {
			delete(in.More, f.Name)
		}
	}
	f.typed = func(dst []string, c *Contact) []string { return append(dst, c.More[f.Name]...) }
	f.parse = func(values []string, c *Contact, x *parsing) { c.keep(f.Name, f.checked(values, x)) }
	f.join = func(name string) merge.Field[Contact] {
		key := func(c *Contact) string { return strings.Join(c.More[f.Name], "\n") }
		return merge.Part(name, key, func(mine, stored *Contact) { mine.keep(f.Name, stored.More[f.Name]) })
	}
	return f
}

// keep puts values under a name; the map of a contact that was copied is not changed.
func (c *Contact) keep(name string, values []string) {
	if len(values) == 0 && len(c.More[name]) == 0 {
		return
	}
	c.More = maps.Clone(c.More)
	if c.More == nil {
		c.More = map[string][]string{}
	}
	if c.More[name] = values; len(values) == 0 {
		delete(c.More, name)
	}
}

// checked returns the filled ones of values, each once, and notes those that the type of f does not allow.
func (f Field) checked(values []string, x *parsing) (out []string) {
	longest := 100
	if f.Type == TextField && f.Max > 0 {
		longest = f.Max
	}
	for _, v := range values {
		clean, err := civic.CleanLine(v, longest)
		if f.Type == NumberField && isNumber(clean) {
			clean = strings.TrimLeft(clean[:len(clean)-1], "0") + clean[len(clean)-1:] // 007 is 7
		}
		x.Check(f.Name, err)
		switch {
		case err != nil || clean == "" || slices.Contains(out, clean):
			continue
		case (f.Type == ChoiceField || f.Type == ChoicesField) && !slices.Contains(f.Codes, clean):
			x.Add(f.Name, "error.choice")
		case f.Type == NumberField && !isNumber(clean):
			x.Add(f.Name, "error.number")
		}
		out = append(out, clean)
	}
	if len(out) > 1 && f.Type != ChoicesField {
		x.Add(f.Name, "error.choice")
	}
	if f.Type == ChoicesField && f.Max > 0 && len(out) > f.Max {
		x.Add(f.Name, "crm.error.too_many", civic.Args{"Max": f.Max})
	}
	if len(out) == 0 && f.Required {
		x.Add(f.Name, "error.required")
	}
	return out
}

func isNumber(s string) bool {
	return s != "" && len(s) <= 9 && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
