package docstore

import (
	"context"
	"errors"

	"ascolto/internal/civic"
)

// The failures both engines report alike.
func errNotFound() error { return civic.NewError(civic.NotFound, "error.not_found") }
func errTaken() error    { return civic.NewError(civic.Conflict, "error.taken") }
func errChanged() error  { return civic.NewError(civic.Conflict, "error.changed") }

// errStale tells Update and Replace that the stored revision is another one.
var errStale = errors.New("docstore: the document has another revision")

// ended returns the error of a call whose context ended; errors.Is finds the context's own error in it.
func ended(ctx context.Context) error {
	return civic.Wrap(civic.Unavailable, "error.unavailable", context.Cause(ctx))
}
