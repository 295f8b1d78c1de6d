package docstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// Collection is the documents of one type T, which embeds Meta.
type Collection[T any] struct {
	db     *DB
	layout *layout
	table  table
	locks  locks
}

type metaHolder interface{ meta() *Meta }

// Collect returns the collection that spec declares, made or repaired to hold every declared index. It fails when spec does not
// fit T, and when a unique index finds equal documents.
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
	return &Collection[T]{db: db, layout: l, table: t}, nil
}

// Get returns the document named id, or NotFound.
func (c *Collection[T]) Get(ctx context.Context, id civic.ID) (T, error) {
	c.db.stats.queries.Add(1)
	raw, err := c.table.get(ctx, id)
	if err != nil {
		return *new(T), err
	}
	return c.decode(raw)
}

// Insert stores new documents, with revision 1 and, where the id is empty, a new one. It returns Conflict when an id or a unique
// value is taken. Each document is whole or absent; several are stored in order until the first that fails, and made durable
// together.
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

// How much InsertMany gives the engine at once: enough to be fast, little enough that others' writes come through in between.
const (
	chunkDocs  = 10000
	chunkBytes = 8 << 20
)

// InsertMany stores new documents as Insert does, in bulk. It skips those whose id is taken and returns their ids; any other
// failure, such as a unique value that is taken, ends it with Conflict, and some of docs may then be stored.
func (c *Collection[T]) InsertMany(ctx context.Context, docs []*T) (taken []civic.ID, err error) {
	type outcome struct {
		taken []civic.ID
		err   error
	}
	// One chunk is being written while the next is encoded.
	var writing chan outcome
	wait := func() {
		if writing == nil {
			return
		}
		o := <-writing
		writing, taken, err = nil, append(taken, o.taken...), errors.Join(err, o.err)
	}
	for len(docs) > 0 && err == nil {
		chunk, rest, fault := c.chunk(docs)
		if wait(); err != nil || fault != nil {
			return taken, cmp.Or(err, fault)
		}
		writing, docs = make(chan outcome, 1), rest
		go func(to chan<- outcome) {
			c.db.stats.writes.Add(1)
			ids, err := c.table.insertMany(ctx, chunk)
			to <- outcome{ids, err}
		}(writing)
	}
	wait()
	return taken, err
}

// Load has fill add documents with InsertMany, as many as it likes. Into a collection that was empty they go several times as
// fast, because indexes are made at the end: what is added is durable at once, and found by Get; other queries may miss it, or
// take long, until Load returns. It returns fill's error, or why the indexes could not be made; the next start makes them then.
func (c *Collection[T]) Load(ctx context.Context, fill func() error) error {
	done, err := c.table.load(ctx)
	if err != nil {
		return err
	}
	return errors.Join(fill(), done(context.WithoutCancel(ctx)))
}

// chunk encodes documents from the beginning of docs until it is time to write them, and returns the others.
func (c *Collection[T]) chunk(docs []*T) (chunk []*record, rest []*T, err error) {
	chunk = make([]*record, 0, min(len(docs), chunkDocs))
	for size := 0; len(chunk) < len(docs) && len(chunk) < chunkDocs && size < chunkBytes; {
		r, err := c.newborn(docs[len(chunk)])
		if err != nil {
			return nil, nil, err
		}
		chunk = append(chunk, r)
		size += len(r.raw)
	}
	return chunk, docs[len(chunk):], nil
}

func (c *Collection[T]) newborn(doc *T) (*record, error) {
	meta := metaOf(doc)
	if meta.ID == "" {
		meta.ID = NewID()
	}
	meta.Revision = 1
	return newRecord(doc, meta, c.layout)
}

// Update loads the document named id, has change change it, and stores it if nobody stored it meanwhile; else it begins again, so
// change may run several times and must do nothing else. It returns the stored document; NotFound; Conflict when a unique value
// is taken or others kept winning; or change's own error, and then nothing was stored.
func (c *Collection[T]) Update(ctx context.Context, id civic.ID, change func(*T) error) (T, error) {
	defer c.locks.lock(ctx, id)()
	for try := 0; ; try++ {
		doc, err := c.Get(ctx, id)
		if err != nil {
			return doc, err
		}
		was := metaOf(&doc).Revision
		if err := change(&doc); err != nil {
			return doc, err
		}
		*metaOf(&doc) = Meta{ID: id, Revision: was + 1}
		r, err := newRecord(&doc, metaOf(&doc), c.layout)
		if err != nil {
			return doc, err
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

// Replace stores doc if the stored revision is doc's, and raises doc's revision; for forms that carry a revision. It returns
// Conflict when the stored revision is another one or a unique value is taken, and NotFound.
func (c *Collection[T]) Replace(ctx context.Context, doc *T) error {
	meta := metaOf(doc)
	was := meta.Revision
	meta.Revision++
	r, err := newRecord(doc, meta, c.layout)
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

// Find returns a page of the documents that match q. It returns Invalid for a cursor that is not one of this list.
func (c *Collection[T]) Find(ctx context.Context, q Query) (civic.Page[T], error) {
	p, err := c.layout.plan(q)
	if err != nil || p.empty {
		return civic.Page[T]{}, err
	}
	want := p.limit
	p.limit++ // one more tells whether there is a next page
	c.db.stats.queries.Add(1)
	raws, err := c.table.find(ctx, p)
	if err != nil {
		return civic.Page[T]{}, err
	}
	var page civic.Page[T]
	if len(raws) > want {
		raws = raws[:want]
		if page.Next, err = p.cursorAt(raws[want-1]); err != nil {
			return civic.Page[T]{}, err
		}
	}
	page.Items = make([]T, len(raws))
	for i, raw := range raws {
		if page.Items[i], err = c.decode(raw); err != nil {
			return civic.Page[T]{}, err
		}
	}
	return page, nil
}

// All yields every document that matches q, read in pages of q.Limit, by default 1,000. What is stored meanwhile may or may not
// be among them; the loop may change what it is given. It ends after the first error.
func (c *Collection[T]) All(ctx context.Context, q Query) iter.Seq2[T, error] {
	if q.Limit == 0 {
		q.Limit = maxLimit
	}
	return func(yield func(T, error) bool) {
		for {
			page, err := c.Find(ctx, q)
			if err != nil {
				yield(*new(T), err)
				return
			}
			for _, doc := range page.Items {
				if !yield(doc, nil) {
					return
				}
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				return
			}
		}
	}
}

// Revisions yields id and revision of every document, in the order of ids; with SQLite all as of one instant. Whoever keeps
// something derived from documents in memory learns from it what has changed, whoever changed it. It ends after the first error.
func (c *Collection[T]) Revisions(ctx context.Context) iter.Seq2[Meta, error] {
	return func(yield func(Meta, error) bool) {
		c.db.stats.queries.Add(1)
		more := true
		err := c.table.revisions(ctx, func(m Meta) bool {
			more = yield(m, nil)
			return more
		})
		if err != nil && more {
			yield(Meta{}, err)
		}
	}
}

// Count returns how many documents match f. It reads the whole range of the index, so it takes time as they are many.
func (c *Collection[T]) Count(ctx context.Context, f Filter) (int, error) {
	p, err := c.layout.plan(Query{Filter: f})
	if err != nil || p.empty {
		return 0, err
	}
	c.db.stats.queries.Add(1)
	return c.table.count(ctx, p)
}

func (c *Collection[T]) decode(raw bson.Raw) (T, error) {
	c.db.stats.read.Add(1)
	var doc T
	if err := bson.Unmarshal(raw, &doc); err != nil {
		return doc, fmt.Errorf("docstore: a document of %s does not fit its type: %w", c.layout.name, err)
	}
	return doc, nil
}

// cursorAt returns the cursor after doc in p's order.
func (p *plan) cursorAt(doc bson.Raw) (string, error) {
	var pos position
	for _, f := range p.order() {
		v, err := f.scalar(doc)
		if err != nil {
			return "", err
		}
		pos.values = append(pos.values, v)
	}
	pos.id = civic.ID(doc.Lookup(idField).StringValue())
	return encodeCursor(p.stamp, pos), nil
}

func metaOf[T any](doc *T) *Meta { return any(doc).(metaHolder).meta() }
