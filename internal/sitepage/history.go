package sitepage

import (
	"context"
	"fmt"
	"sync"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// fresh is how long a version is shown without asking the store again, unless it is known that something was
// published: by another instance too, when its feed is followed.
const fresh = 10 * time.Second

// Issue says who published a version, and when. Its id is the line of versions it belongs to and its number,
// so that the store refuses the second of two people who publish at the same time.
type Issue struct {
	docstore.Meta `bson:",inline"`
	Number        int64     `bson:"number"`             // from 1; 0 when none was ever published
	Standard      bool      `bson:"standard,omitempty"` // what comes with the program is shown again
	Note          string    `bson:"note,omitempty"`     // why it was changed
	By            civic.ID  `bson:"by,omitempty"`
	ByName        string    `bson:"byName,omitempty"`
	At            time.Time `bson:"at"`
}

// Own reports whether the municipality shows something of its own.
func (i Issue) Own() bool { return i.Number > 0 && !i.Standard }

func (i Issue) issue() Issue { return i }

// issueAfter returns the issue that by wants to publish after number base of a line.
func issueAfter(line string, base int64, by civic.Actor, at time.Time) Issue {
	return Issue{
		Meta: docstore.Meta{ID: issueID(line, base+1)}, Number: base + 1, By: by.Account, ByName: by.Name,
		At: at,
	}
}

func issueID(line string, number int64) civic.ID { return civic.ID(fmt.Sprintf("%s@%d", line, number)) }

// version is what a history keeps: something with an issue that can tell whether another version shows the
// same.
type version[V any] interface {
	issue() Issue
	says(other V) bool
}

// history keeps the versions of one kind, in one or more lines: all that were published, and in memory those
// in force.
type history[V version[V]] struct {
	versions *docstore.Collection[V]
	audit    *audit.Log
	now      civic.Clock
	byLine   func(line string) docstore.Filter

	mu    sync.Mutex
	shown map[string]shown[V] // by line
}

type shown[V any] struct {
	version V
	edition string // of the store, from before it was read
	until   time.Time
}

// current returns the version of a line that is in force, zero when none was ever published. Beside an error
// stands the last known one.
func (h *history[V]) current(ctx context.Context, line string) (V, error) {
	now, edition := h.now(), docstore.Edition(h.versions)
	h.mu.Lock()
	known := h.shown[line]
	h.mu.Unlock()
	if now.Before(known.until) && known.edition == edition {
		return known.version, nil
	}
	v, err := h.newest(ctx, line)
	if err != nil {
		return known.version, err
	}
	return h.remember(line, v, edition, now), nil
}

// remember returns the newer of v and what is known of a line, and keeps it for a while.
func (h *history[V]) remember(line string, v V, edition string, now time.Time) V {
	h.mu.Lock()
	defer h.mu.Unlock()
	if known := h.shown[line].version; v.issue().Number < known.issue().Number {
		return known
	}
	h.shown[line] = shown[V]{version: v, edition: edition, until: now.Add(fresh)}
	return v
}

func (h *history[V]) newest(ctx context.Context, line string) (V, error) {
	found, err := h.list(ctx, line, civic.PageRequest{Size: 1})
	if err != nil || len(found.Items) == 0 {
		return *new(V), err
	}
	return found.Items[0], nil
}

// list returns what was published of a line, newest first.
func (h *history[V]) list(
	ctx context.Context, line string, request civic.PageRequest,
) (civic.Page[V], error) {
	request = request.Normal()
	return h.versions.Find(ctx, docstore.Query{
		Filter: h.byLine(line), Sort: []string{"-number"}, Limit: request.Size, Cursor: request.Cursor,
	})
}

// numbered returns one published version, or a NotFound error.
func (h *history[V]) numbered(ctx context.Context, line string, number int64) (V, error) {
	return h.versions.Get(ctx, issueID(line, number))
}

// publish makes v the version of a line in force. When what is in force says the same, that is returned; when
// somebody published something else since the version that v follows, the error is *Conflict. The audit calls
// it action.
func (h *history[V]) publish(
	ctx context.Context, by civic.Actor, action audit.Action, line string, v V,
) (V, error) {
	current, err := h.newest(ctx, line)
	if err != nil {
		return *new(V), err
	}
	number, base := current.issue().Number, v.issue().Number-1
	switch same := current.says(v); {
	case same && number == base+1: // sent again: Create draws what follows from it again
	case same && number >= base:
		return current, nil
	case number != base:
		return *new(V), &Conflict[V]{Current: current}
	}
	if base > 0 { // who published that may have died over its line
		if err := h.told(ctx, action, current.issue()); err != nil {
			return *new(V), err
		}
	}
	before := docstore.Edition(h.versions)
	stored, err := h.versions.Create(ctx, &v, docstore.Creation[V]{
		Same: func(stored *V) bool { return (*stored).says(v) },
		Effects: func(ctx context.Context, stored *V, again bool) error {
			h.remember(line, *stored, before, h.now())
			return h.published(ctx, by, action, (*stored).issue(), again)
		},
	})
	if civic.CodeOf(err) == civic.Conflict {
		return *new(V), &Conflict[V]{Current: stored}
	}
	return stored, err
}

// published writes the audit entry of a version, by who published it: not by who says the same a moment
// later.
func (h *history[V]) published(
	ctx context.Context, by civic.Actor, action audit.Action, i Issue, again bool,
) error {
	if i.By != by.Account {
		return nil
	}
	return h.audit.Entered(ctx, audit.Entry{By: by, Action: action, Object: i.ID}, again, i.At)
}

// told writes the audit entry of a version in the name of who published it, once.
func (h *history[V]) told(ctx context.Context, action audit.Action, i Issue) error {
	by := civic.System(i.ByName)
	if i.By != "" {
		by = civic.Actor{Account: i.By, Name: i.ByName, Roles: []civic.Role{civic.Administrator}} // staff
	}
	return h.published(ctx, by, action, i, true)
}

// repair writes the line that is missing of the version of a line in force, when it was published since then.
func (h *history[V]) repair(ctx context.Context, action audit.Action, line string, since time.Time) error {
	current, err := h.newest(ctx, line)
	if i := current.issue(); err != nil || i.Number == 0 || i.At.Before(since) {
		return err
	}
	return h.told(ctx, action, current.issue())
}

// Conflict says that somebody published another version meanwhile.
type Conflict[V version[V]] struct{ Current V }

// Error returns a text for logs.
func (c *Conflict[V]) Error() string {
	return "sitepage: somebody published " + string(c.Current.issue().ID) + " meanwhile"
}

// Unwrap returns the error that people are shown.
func (*Conflict[V]) Unwrap() error { return civic.NewError(civic.Conflict, "error.changed") }
