package docstore

import (
	"context"

	"ascolto/internal/civic"
)

// Creation is how the document of a form is made.
type Creation[T any] struct {
	// Same reports whether a stored document came from the same form with the same content.
	Same func(stored *T) bool
	// Effects draws the consequences of the stored document: index, timeline, outbox, audit. A form that is
	// sent again draws them again, with again set, because the process may have died between the document and
	// its last effect; each must be such that it then counts once. Effects that belong to no single step of a
	// form are not drawn here.
	Effects func(ctx context.Context, stored *T, again bool) error
	// What Create returns when the id belongs to another form, and when a unique value is another document's;
	// nil: as below.
	Used, Taken error
}

// Create stores doc, whose id comes from the key of the form that makes it, and returns it when its effects
// are drawn. When the same form made it before, what is stored is returned. The errors are Conflict
// "error.form_used" when the id is taken by something else, which is returned, too; the Conflict of a unique
// value that is taken; and those of the effects, after which the document is stored.
func (c *Collection[T]) Create(ctx context.Context, doc *T, how Creation[T]) (T, error) {
	id := metaOf(doc).ID
	defer c.creating.lock(ctx, id)()
	err := c.Insert(ctx, doc)
	if err == nil {
		return *doc, how.Effects(ctx, doc, false)
	}
	if civic.CodeOf(err) != civic.Conflict {
		return *new(T), err
	}
	stored, getErr := c.Get(ctx, id)
	switch {
	case civic.CodeOf(getErr) == civic.NotFound && how.Taken != nil:
		return *new(T), how.Taken
	case civic.CodeOf(getErr) == civic.NotFound:
		return *new(T), err
	case getErr != nil:
		return *new(T), getErr
	case !how.Same(&stored) && how.Used != nil:
		return stored, how.Used
	case !how.Same(&stored):
		return stored, civic.NewError(civic.Conflict, "error.form_used")
	}
	return stored, how.Effects(ctx, &stored, true)
}
