package audit

import (
	"context"
	"errors"
	"maps"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Change is the last change of a document and who made it, as the document keeps it: the line of the audit is
// theirs, whoever finds later that the program ended before it was written.
type Change struct {
	Action   Action            `bson:"action"`
	By       civic.ID          `bson:"by,omitempty"` // the account; empty for the program itself
	ByName   string            `bson:"byName"`
	Token    string            `bson:"token,omitempty"`
	Request  string            `bson:"request,omitempty"`
	At       time.Time         `bson:"at"`
	Revision int64             `bson:"revision"` // of the document, that it made
	Detail   map[string]string `bson:"detail,omitempty"`
}

// ChangeField is the name of the field that documents keep their last change in: of an edit that leaves the
// rest as it was it is no change of its own (docstore's Edit).
const ChangeField = "last"

// Changed returns e, by one of the staff or the program, as the change that a document, which has a revision,
// is about to keep.
func (e Entry) Changed(revision int64, at time.Time) *Change {
	return &Change{Action: e.Action, By: e.By.Account, ByName: e.By.Name, Token: e.By.Token,
		Request: e.By.Request, At: at, Revision: revision + 1, Detail: e.Detail}
}

// entry returns what the log says of the change of an object.
func (c Change) entry(object civic.ID) Entry {
	by := civic.System(c.ByName)
	if c.By != "" { // staff: citizens are not named in the audit
		by = civic.Actor{Account: c.By, Name: c.ByName, Token: c.Token, Roles: []civic.Role{civic.Administrator}}
	}
	by.Request = c.Request
	return Entry{By: by, Action: c.Action, Object: object, Detail: c.Detail}
}

// Says has the detail of e be detail, whatever it was before: in the map that copies of e share, so that it
// may be said while a document is changed.
func (e Entry) Says(detail map[string]string) {
	clear(e.Detail)
	maps.Copy(e.Detail, detail)
}

// Tell keeps the line about the last change of an object, once, in the name of who made it; none where none
// is known, nor of what made the object, which is told of otherwise.
func (l *Log) Tell(ctx context.Context, object civic.ID, c *Change) error {
	if c == nil {
		return nil
	}
	return l.Revised(ctx, c.entry(object), c.Revision)
}

// Kept says where documents of a kind keep their last change.
type Kept[T any] func(*T) (docstore.Meta, **Change)

// Edit has change change a document (docstore's Edit), which keeps e as its last change; what change leaves
// as it was is no change. It tells of that, and before of the change that it takes the place of, both once
// and in the name of who made them, whoever sends a form again. The errors are those of docstore's Edit.
func Edit[T any](
	ctx context.Context, l *Log, c *docstore.Collection[T], id civic.ID, e Entry, kept Kept[T],
	change func(*T) error,
) (T, error) {
	doc, err := c.Get(ctx, id)
	for try := 0; err == nil && try < maxTries; try++ {
		_, before := kept(&doc)
		told := *before
		if err := l.Tell(ctx, id, told); err != nil {
			return doc, err
		}
		doc, err = c.Edit(ctx, id, func(doc *T) error {
			if _, last := kept(doc); !told.is(*last) {
				return errUntold
			}
			if err := change(doc); err != nil {
				return err
			}
			meta, last := kept(doc)
			*last = e.Changed(meta.Revision, l.now())
			return nil
		}, ChangeField)
		if !errors.Is(err, errUntold) {
			break
		}
		doc, err = c.Get(ctx, id)
	}
	if err != nil {
		return doc, err
	}
	_, last := kept(&doc)
	return doc, l.Tell(ctx, id, *last)
}

// errUntold says that somebody changed a document since the change before was told of.
var errUntold = civic.NewError(civic.Unavailable, "error.unavailable")

// is reports whether c and o are the same change of a document, or both none.
func (c *Change) is(o *Change) bool {
	if c == nil || o == nil {
		return c == o
	}
	return c.Revision == o.Revision
}

// Repair tells of the changes since then that documents of a collection keep, of those that q finds.
func Repair[T any](
	ctx context.Context, l *Log, c *docstore.Collection[T], q docstore.Query, since time.Time, kept Kept[T],
) error {
	for doc, err := range c.Readable(ctx, q) {
		if err != nil {
			return err
		}
		meta, last := kept(&doc)
		if *last == nil || (*last).At.Before(since) {
			continue
		}
		if err := l.Tell(ctx, meta.ID, *last); err != nil {
			return err
		}
	}
	return nil
}
