// Package merge joins what a person typed into a form with what another one stored while the form was open. A
// form carries what it showed, as digests of its fields; beside what was typed and what is stored they tell
// who changed what. What one alone changed is kept. Only a field that both changed is a clash, which the
// person decides who comes second.
package merge

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"ascolto/internal/civic"
)

// Field is one field of a form over documents of type T. Value, Part and List make one.
type Field[T any] struct {
	Name   string // as the form calls it
	former string // as an earlier version called it; what its pages show says so; may be empty
	marks  func(*T) []string
	join   func(base []string, known bool, mine, stored *T) (clash bool)
}

// Formerly returns f as the field that an earlier version called name: a form that was shown before an
// upgrade is joined like any other. Like the old names of controls it may go a release later, when no such
// page is open any more.
func (f Field[T]) Formerly(name string) Field[T] {
	f.former = name
	return f
}

// Fields are the fields of a form, one row each.
type Fields[T any] []Field[T]

// Value returns the field of a value that is replaced as a whole.
func Value[T, V any](name string, at func(*T) *V) Field[T] {
	return Part(name, func(d *T) string { return printed(*at(d)) },
		func(mine, stored *T) { *at(mine) = *at(stored) })
}

// Part returns the field of several values that go together: key is equal for equal ones, take copies them
// from stored to mine.
func Part[T any](name string, key func(*T) string, take func(mine, stored *T)) Field[T] {
	marks := func(d *T) []string { return []string{mark(key(d))} }
	return Field[T]{Name: name, marks: marks, join: func(base []string, known bool, mine, stored *T) bool {
		was, is, typed := strings.Join(base, ""), marks(stored)[0], marks(mine)[0]
		switch {
		case is == typed, known && was == is:
			return false
		case known && was == typed:
			take(mine, stored)
			return false
		}
		return true
	}}
}

// Text returns the fields of a text, one for each language.
func Text[T any](name string, at func(*T) *civic.Text) Fields[T] {
	var fs Fields[T]
	for _, l := range civic.Languages() {
		fs = append(fs, Part(civic.Field(name, l), func(d *T) string { return printed((*at(d))[l]) },
			func(mine, stored *T) { *at(mine) = at(mine).With(l, (*at(stored))[l]) }))
	}
	return fs
}

// List returns the field of a list whose elements key tells apart. Two who change it change its elements:
// what either added is there, what either took away is not. Only more than most elements are a clash; 0 is no
// bound.
func List[T, E any](name string, at func(*T) *[]E, key func(E) string, most int) Field[T] {
	marks := func(d *T) []string {
		out := make([]string, len(*at(d)))
		for i, e := range *at(d) {
			out[i] = mark(key(e))
		}
		return out
	}
	return Field[T]{Name: name, marks: marks, join: func(base []string, known bool, mine, stored *T) bool {
		typed, is := marks(mine), marks(stored)
		switch {
		case slices.Equal(typed, is):
			*at(mine) = *at(stored) // what an element holds beside its key is the store's
			return false
		case !known:
			return true
		}
		union := united(base, typed, is, *at(mine), *at(stored))
		if most > 0 && len(union) > most {
			return true
		}
		*at(mine) = union
		return false
	}}
}

// united returns the elements of a list that two changed: in the order of who changed it, else as typed with
// what was stored after.
func united[E any](base, typed, is []string, mine, stored []E) []E {
	if slices.Equal(typed, base) {
		return stored
	}
	var out []E
	for i, m := range typed {
		if at := slices.Index(is, m); at >= 0 {
			out = append(out, stored[at])
		} else if !slices.Contains(base, m) {
			out = append(out, mine[i])
		}
	}
	for i, m := range is {
		if !slices.Contains(base, m) && !slices.Contains(typed, m) {
			out = append(out, stored[i])
		}
	}
	return out
}

// Shown returns what a form carries that shows d: the digests of its fields. It reveals nothing that the form
// does not show.
func (fs Fields[T]) Shown(d *T) string {
	rows := make([]string, len(fs))
	for i, f := range fs {
		rows[i] = f.Name + "=" + strings.Join(f.marks(d), ",")
	}
	return strings.Join(rows, ";")
}

// MaxShown bounds what Shown returns, in characters: a form with room for it keeps all that any form of ours
// shows.
const MaxShown = 8000

// Join puts into mine what only the other one changed since the form showed shown, and returns the names of
// the fields that both changed, which keep what was typed. A field that shown does not know, as nothing is
// known of a form without it, counts as changed by both wherever mine and stored differ.
func (fs Fields[T]) Join(shown string, mine, stored *T) []string {
	base := map[string][]string{}
	for row := range strings.SplitSeq(shown, ";") {
		if name, marks, ok := strings.Cut(row, "="); ok {
			base[name] = strings.FieldsFunc(marks, func(r rune) bool { return r == ',' })
		}
	}
	var clashes []string
	for _, f := range fs {
		was, known := base[f.Name]
		if !known && f.former != "" {
			was, known = base[f.former]
		}
		if f.join(was, known, mine, stored) {
			clashes = append(clashes, f.Name)
		}
	}
	return clashes
}

// Tag returns a short text that tells one version of a document from another field by field: four signs for
// each.
func (fs Fields[T]) Tag(d *T) string {
	var b strings.Builder
	for _, f := range fs {
		b.WriteString(mark(strings.Join(f.marks(d), ","))[:tagPiece])
	}
	return b.String()
}

const tagPiece = 4

// Moved returns the names of the fields in which d differs from the version that a tag is of; all of them for
// a tag of other fields.
func (fs Fields[T]) Moved(tag string, d *T) []string {
	is, known := fs.Tag(d), len(tag) == tagPiece*len(fs)
	var names []string
	for i, f := range fs {
		if at := i * tagPiece; !known || tag[at:at+tagPiece] != is[at:at+tagPiece] {
			names = append(names, f.Name)
		}
	}
	return names
}

// Changed returns the names of the fields in which two documents differ.
func (fs Fields[T]) Changed(a, b *T) []string {
	var names []string
	for _, f := range fs {
		if !slices.Equal(f.marks(a), f.marks(b)) {
			names = append(names, f.Name)
		}
	}
	return names
}

// mark returns a short digest of a value, of 72 bits: two values of one field are not taken for each other by
// chance.
func mark(value string) string {
	sum := sha256.Sum256([]byte(value))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// printed returns a value as a text that is equal for equal values.
func printed(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		// a channel or a function; the first test of a form shows it
		panic("merge: a field that cannot be printed: " + err.Error())
	}
	return string(b)
}
