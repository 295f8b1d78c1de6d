package docstore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// Collection is the documents of one type T, which embeds Meta.
type Collection[T any] struct {
	db     *DB
	layout *layout
	table  table
	locks  locks

	creating locks // forms whose document is being made, by its id
}

type metaHolder interface{ meta() *Meta }

// Collect returns the collection that spec declares, made or repaired to hold every declared index. It fails
// when spec does not fit T, and when a unique index finds equal documents.
func Collect[T any](ctx context.Context, db *DB, spec Spec) (*Collection[T], error) {
	if _, ok := any(new(T)).(metaHolder); !ok {
		return nil, fmt.Errorf("docstore: %T does not embed Meta", *new(T))
	}
	l, err := newLayout(spec, reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	t, err := db.engine.collect(ctx, l)
	if err != nil {
		return nil, fmt.Errorf("docstore: collection %s: %w", spec.Name, err)
	}
	if db.before != nil {
		t = watched{t, spec.Name, db.before}
	}
	db.forms.Store(spec.Name, reflect.TypeFor[T]())
	return &Collection[T]{db: db, layout: l, table: t}, nil
}

// Name returns what the collection is called.
func (c *Collection[T]) Name() string { return c.layout.name }

// Get returns the document named id, or NotFound.
func (c *Collection[T]) Get(ctx context.Context, id civic.ID) (T, error) {
	c.db.stats.queries.Add(1)
	raw, err := c.table.get(ctx, id)
	if err != nil {
		return *new(T), err
	}
	return c.decode(raw)
}

// Insert stores new documents, with revision 1 and, where the id is empty, a new one. It returns Conflict
// when an id or a unique value is taken. Each document is whole or absent; several are stored in order until
// the first that fails, and made durable together.
func (c *Collection[T]) Insert(ctx context.Context, docs ...*T) error {
	records := make([]*record, 0, len(docs))
	var fault error
	for _, doc := range docs {
		r, err := c.newborn(doc)
		if err != nil {
			fault = err
			break
		}
		records = append(records, r)
	}
	if len(records) == 0 {
		return fault
	}
	c.db.stats.writes.Add(1)
	return cmp.Or(c.table.insert(ctx, records), fault)
}

func (c *Collection[T]) newborn(doc *T) (*record, error) {
	meta := metaOf(doc)
	if meta.ID == "" {
		meta.ID = NewID()
	}
	meta.Revision = 1
	return newRecord(doc, meta, c.layout, nil)
}

// Update loads the document named id, has change change it, and stores it if nobody stored it meanwhile; else
// it begins again, so change may run several times and must do nothing else. Fields that T does not know stay
// as they are: a newer version of the program wrote them. It returns the stored document; NotFound; Conflict
// when a unique value is taken or others kept winning; or change's own error, and then nothing was stored.
func (c *Collection[T]) Update(ctx context.Context, id civic.ID, change func(*T) error) (T, error) {
	return c.update(ctx, id, change, 1, func(*record, bson.Raw) bool { return false })
}

// Rewrite is Update for a step that changes how a document is stored and not what it says: the revision
// stays, of which others have noted who made it. Nobody else may write meanwhile.
func (c *Collection[T]) Rewrite(ctx context.Context, id civic.ID, change func(*T) error) (T, error) {
	return c.update(ctx, id, change, 0, func(*record, bson.Raw) bool { return false })
}

// Edit is Update for what a form says: when change leaves everything as it was, but for the time updatedAt
// and the fields of but, nothing is stored, and the document is returned as it is, with its time and
// revision. So the same form, sent again, makes no other revision.
func (c *Collection[T]) Edit(
	ctx context.Context, id civic.ID, change func(*T) error, but ...string,
) (T, error) {
	but = append([]string{revField, "updatedAt"}, but...)
	return c.update(ctx, id, change, 1, func(r *record, stored bson.Raw) bool {
		return isAlike(r.raw, stored, but...)
	})
}

// update is Update to so many revisions later; what same says of the new document and the stored one is not
// stored.
func (c *Collection[T]) update(
	ctx context.Context, id civic.ID, change func(*T) error, later int64, same func(*record, bson.Raw) bool,
) (T, error) {
	defer c.locks.lock(ctx, id)()
	for try := 0; ; try++ {
		doc, raw, excess, err := c.load(ctx, id)
		if err != nil {
			return doc, err
		}
		was := metaOf(&doc).Revision
		if err := change(&doc); err != nil {
			return doc, err
		}
		*metaOf(&doc) = Meta{ID: id, Revision: was + later}
		r, err := newRecord(&doc, metaOf(&doc), c.layout, excess)
		if err != nil {
			return doc, err
		}
		if same(r, raw) {
			return c.decode(raw)
		}
		c.db.stats.writes.Add(1)
		if err = c.table.replace(ctx, r, was); !errors.Is(err, errStale) {
			return doc, err
		}
		if err := pause(ctx, try); err != nil {
			return doc, err
		}
	}
}

// isAlike reports whether two documents hold the same, in whatever order, as maps have none; but for fields.
func isAlike(a, b bson.Raw, but ...string) bool {
	as, errA := a.Elements()
	bs, errB := b.Elements()
	left := func(e bson.RawElement) bool { return slices.Contains(but, e.Key()) }
	as, bs = slices.DeleteFunc(as, left), slices.DeleteFunc(bs, left)
	if errA != nil || errB != nil || len(as) != len(bs) {
		return false
	}
	for _, x := range as {
		if y, err := b.LookupErr(x.Key()); err != nil || !isSame(x.Value(), y) {
			return false
		}
	}
	return true
}

// isSame reports whether two values are the same, arrays in their order.
func isSame(x, y bson.RawValue) bool {
	if x.Type != y.Type {
		return false
	}
	switch x.Type {
	case bson.TypeEmbeddedDocument:
		return isAlike(x.Document(), y.Document())
	case bson.TypeArray: // a document whose keys are 0, 1, 2 …
		return isAlike(bson.Raw(x.Array()), bson.Raw(y.Array()))
	}
	return bytes.Equal(x.Value, y.Value)
}

// Replace stores doc if the stored revision is doc's, and raises doc's revision; for forms that carry a
// revision. It returns Conflict when the stored revision is another one or a unique value is taken, and
// NotFound.
func (c *Collection[T]) Replace(ctx context.Context, doc *T) error {
	meta := metaOf(doc)
	was := meta.Revision
	_, _, excess, err := c.load(ctx, meta.ID)
	if err != nil {
		return err
	}
	meta.Revision++
	r, err := newRecord(doc, meta, c.layout, excess)
	if err == nil {
		c.db.stats.writes.Add(1)
		err = c.table.replace(ctx, r, was)
	}
	if errors.Is(err, errStale) {
		err = errChanged()
	}
	if err != nil {
		meta.Revision = was
	}
	return err
}

// Delete removes the document named id; it is no error when there is none.
func (c *Collection[T]) Delete(ctx context.Context, id civic.ID) error {
	c.db.stats.writes.Add(1)
	return c.table.remove(ctx, id)
}

// load returns the document named id, as it is stored, too, and what of it T does not know, if anything.
func (c *Collection[T]) load(ctx context.Context, id civic.ID) (doc T, raw bson.Raw, b *excess, err error) {
	c.db.stats.queries.Add(1)
	if raw, err = c.table.get(ctx, id); err != nil {
		return doc, nil, nil, err
	}
	if doc, err = c.decode(raw); err != nil || c.layout.shape == nil || !c.layout.shape.isExceeded(raw) {
		return doc, raw, nil, err
	}
	known, err := bson.Marshal(&doc)
	return doc, raw, &excess{stored: raw, known: known}, err
}

func (c *Collection[T]) decode(raw bson.Raw) (doc T, err error) {
	err = c.decodeInto(&doc, raw)
	return doc, err
}

// decodeInto is decode to a place that holds nothing yet.
func (c *Collection[T]) decodeInto(doc *T, raw bson.Raw) error {
	c.db.stats.read.Add(1)
	if err := bson.Unmarshal(raw, doc); err != nil {
		return fmt.Errorf("docstore: a document of %s does not fit its type: %w", c.layout.name, err)
	}
	return nil
}

func metaOf[T any](doc *T) *Meta { return any(doc).(metaHolder).meta() }
