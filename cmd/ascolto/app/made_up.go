package app

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// madeUpDomain is the domain of the addresses of everybody whom `ascolto demo` makes up.
const madeUpDomain = "example.it"

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

// madeUp returns the domain of the addresses of the made-up people in the store, empty when it is a real
// town.
func madeUp(ctx context.Context, db *docstore.DB) (domain string, err error) {
	c, err := marks(ctx, db)
	if err != nil {
		return "", err
	}
	_, err = c.Get(ctx, madeUpMark)
	if civic.CodeOf(err) == civic.NotFound {
		return "", nil
	}
	return madeUpDomain, err
}
