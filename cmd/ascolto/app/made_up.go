package app

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// madeUpMark is the note in a store that everybody in it was made up, by `ascolto demo`.
const madeUpMark civic.ID = "made-up"

func marks(ctx context.Context, db *docstore.DB) (*docstore.Collection[seal], error) {
	return docstore.Collect[seal](ctx, db, docstore.Spec{Name: "seals"})
}

// MarkMadeUp notes in the store that everybody in it was made up.
func MarkMadeUp(ctx context.Context, db *docstore.DB) error {
	c, err := marks(ctx, db)
	if err != nil {
		return err
	}
	if err = c.Insert(ctx, &seal{Meta: docstore.Meta{ID: madeUpMark}}); civic.CodeOf(err) == civic.Conflict {
		return nil
	}
	return err
}

// isMadeUp reports whether everybody in the store was made up.
func isMadeUp(ctx context.Context, db *docstore.DB) (bool, error) {
	c, err := marks(ctx, db)
	if err != nil {
		return false, err
	}
	_, err = c.Get(ctx, madeUpMark)
	if civic.CodeOf(err) == civic.NotFound {
		return false, nil
	}
	return err == nil, err
}
