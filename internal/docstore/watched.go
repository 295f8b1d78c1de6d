package docstore

import (
	"context"

	"ascolto/internal/civic"
)

// watched asks before each write to a collection.
type watched struct {
	table
	collection string
	ask        func(collection string) error
}

func (w watched) insert(ctx context.Context, docs []*record) error {
	if err := w.ask(w.collection); err != nil {
		return err
	}
	return w.table.insert(ctx, docs)
}

func (w watched) insertMany(ctx context.Context, docs []*record) (taken []civic.ID, err error) {
	if err := w.ask(w.collection); err != nil {
		return nil, err
	}
	return w.table.insertMany(ctx, docs)
}

func (w watched) replace(ctx context.Context, doc *record, was int64) error {
	if err := w.ask(w.collection); err != nil {
		return err
	}
	return w.table.replace(ctx, doc, was)
}

func (w watched) remove(ctx context.Context, id civic.ID) error {
	if err := w.ask(w.collection); err != nil {
		return err
	}
	return w.table.remove(ctx, id)
}

func (w watched) load(ctx context.Context) (done func(ctx context.Context) error, err error) {
	if err := w.ask(w.collection); err != nil {
		return nil, err
	}
	return w.table.load(ctx)
}
