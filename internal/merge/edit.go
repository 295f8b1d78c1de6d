package merge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
)

// Edit says who stored the present value of a field, and when.
type Edit struct {
	Field string    `bson:"field" json:"field"`
	By    civic.ID  `bson:"by,omitempty" json:"by,omitempty"`     // the account
	Name  string    `bson:"name,omitempty" json:"name,omitempty"` // of staff and jobs; empty for citizens
	At    time.Time `bson:"at" json:"at"`
}

// Edits are the last edit of each field of a document, part of what is stored of it. Fields that nobody has
// edited since the document was made have none.
type Edits []Edit

// Renamed returns es with the fields that now have the names has gives them, for a step over a stored form,
// and whether there was one; es stays as it is.
func (es Edits) Renamed(has map[string]string) (Edits, bool) {
	renamed, found := slices.Clone(es), false
	for i, e := range renamed {
		if name, ok := has[e.Field]; ok {
			renamed[i].Field, found = name, true
		}
	}
	return renamed, found
}

// Of returns the last edit of a field, the zero Edit when none is known.
func (es Edits) Of(field string) Edit {
	for _, e := range es {
		if e.Field == field {
			return e
		}
	}
	return Edit{Field: field}
}

// noted returns es with an edit of fields by somebody.
func (es Edits) noted(by civic.Actor, at time.Time, fields []string) Edits {
	out := slices.DeleteFunc(slices.Clone(es), func(e Edit) bool { return slices.Contains(fields, e.Field) })
	for _, f := range fields {
		e := Edit{Field: f, By: by.Account, At: at}
		if by.IsStaff() || by.IsSystem() {
			e.Name = by.Name
		}
		out = append(out, e)
	}
	return out
}

// Conflict is the error of an update in which fields clash: nothing was stored.
type Conflict[T any] struct {
	Mine    T      // what was typed, with what only the other one changed
	Stored  T      // what is stored
	Clashes []Edit // the fields that both changed, each with who stored it and when, as far as that is known
}

// Error returns the names of the fields, for logs.
func (c *Conflict[T]) Error() string {
	names := make([]string, len(c.Clashes))
	for i, e := range c.Clashes {
		names[i] = e.Field
	}
	return fmt.Sprintf("%v: %s", c.Unwrap(), strings.Join(names, ", "))
}

// Unwrap returns the civic Conflict that stands for c where the fields cannot be shown.
func (*Conflict[T]) Unwrap() error { return civic.NewError(civic.Conflict, "error.conflict") }

// Update is one edit of a document by a form.
type Update[T any] struct {
	Fields Fields[T]
	Edits  func(*T) *Edits // where the document keeps who edited what
	Shown  string          // what the form carried
	By     civic.Actor
	At     time.Time
}

// Apply joins mine, a copy of stored into which the form was written, with stored. Afterwards mine is what is
// to be stored, with who edited what; or the error is *Conflict. Apply may run again, on another stored
// document, as docstore's Update does.
func (u Update[T]) Apply(mine, stored *T) error {
	clashes := u.Fields.Join(u.Shown, mine, stored)
	edits := *u.Edits(stored)
	if len(clashes) > 0 {
		c := &Conflict[T]{Mine: *mine, Stored: *stored}
		for _, name := range clashes {
			c.Clashes = append(c.Clashes, edits.Of(name))
		}
		return c
	}
	*u.Edits(mine) = edits.noted(u.By, u.At, u.Fields.Changed(stored, mine))
	return nil
}
