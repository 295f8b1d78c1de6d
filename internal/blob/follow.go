package blob

import (
	"context"
	"errors"
	"slices"

	"ascolto/internal/civic"
)

// Claimer takes claims; *Store is one.
type Claimer interface {
	Claim(ctx context.Context, c Claim, ids ...civic.ID) error
	Release(ctx context.Context, document civic.ID) error
}

// Held is what a stored document refers to.
type Held struct {
	Claim
	IDs []civic.ID
}

// Follow claims what a document refers to that is stored and that others may change at the same time: each
// claims after it has stored, and the last to claim may not be the last that stored. So it is read again, and
// claimed again until what is claimed is what is stored; of a document that read does not find any more
// nothing is, and that NotFound is returned.
func Follow(ctx context.Context, files Claimer, held Held, read func() (Held, error)) error {
	for {
		if err := files.Claim(ctx, held.Claim, held.IDs...); err != nil {
			return err
		}
		now, err := read()
		if civic.CodeOf(err) == civic.NotFound {
			return errors.Join(err, files.Release(ctx, held.Document))
		}
		if err != nil || now.Person == held.Person && slices.Equal(now.IDs, held.IDs) {
			return err
		}
		held = now
	}
}
