package segment

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// contactReader is what the index needs of crm; crm.Reader is one.
type contactReader interface {
	Changes(ctx context.Context, since docstore.Mark) (ids []civic.ID, now docstore.Mark, known bool)
	Revisions(ctx context.Context) iter.Seq2[docstore.Meta, error]
	ContactsByID(ctx context.Context, ids []civic.ID) ([]crm.Contact, error)
}

// index keeps in memory what rules can ask of every contact, so that a segment is counted without reading contacts. It is
// derived: before each use the store tells which contacts are new, changed or gone, whoever changed them, and those alone are read
// again. Where the store cannot say what changed lately, the revisions of all are compared.
type index struct {
	contacts contactReader
	turn     chan struct{}            // held by whoever uses what follows
	entries  []*entry                 // in the order of ids
	numbers  map[crm.Attribute]uint32 // every attribute that any contact had
	mark     docstore.Mark            // up to which entries follow the store
}

// entry is one contact. It is never changed, only replaced.
type entry struct {
	id         civic.ID
	rev        int64
	email      string   // the key of the address that is written to, "" for none
	attributes []uint32 // their numbers
}

func newIndex(contacts contactReader) *index {
	return &index{contacts: contacts, turn: make(chan struct{}, 1), numbers: map[crm.Attribute]uint32{}}
}

// chosen is a contact that a rule chose.
type chosen struct {
	id       civic.ID
	email    string // the key of the address that is written to, "" for none
	consents bool   // to the topic that was asked for, by e-mail
}

// choose returns the contacts that r matches now, in the order of their ids. It returns Unavailable when ctx ends before; what was
// read until then need not be read again.
func (r *index) choose(ctx context.Context, rule Rule, topic civic.ID) ([]chosen, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, civic.Wrap(civic.Unavailable, "error.unavailable", ctx.Err())
	}
	if err := r.refresh(ctx); err != nil {
		return nil, err
	}
	match, consents := r.compile(rule), r.compile(Is(crm.AttributeConsent, string(topic)))
	var found []chosen
	for _, e := range r.entries {
		if match.of(e.attributes) {
			found = append(found, chosen{e.id, e.email, consents.of(e.attributes)})
		}
	}
	return found, nil
}

// refresh brings the entries up to date.
func (r *index) refresh(ctx context.Context) error {
	ids, now, known := r.contacts.Changes(ctx, r.mark)
	if known && len(ids) == 0 {
		return nil
	}
	var entries []*entry
	var stale []int // the places in entries of what has to be read
	var err error
	if known {
		entries, stale = r.apart(ids)
	} else if entries, stale, err = r.compared(ctx); err != nil {
		return err
	}
	for places := range slices.Chunk(stale, indexBatch) {
		if err = r.read(ctx, entries, places); err != nil {
			now = 0 // the next use compares all, and what was read until now need not be read again
			break
		}
	}
	// What was not read is left out: it went away, or the reading failed.
	r.entries, r.mark = slices.DeleteFunc(entries, func(e *entry) bool { return e.rev == 0 }), now
	return err
}

// compared returns the entries that agree with the revisions in the store with an empty one in the place of each contact that has
// to be read, and those places.
func (r *index) compared(ctx context.Context) (entries []*entry, stale []int, err error) {
	entries = make([]*entry, 0, len(r.entries))
	old := r.entries
	for m, err := range r.contacts.Revisions(ctx) {
		if err != nil {
			return nil, nil, err
		}
		for len(old) > 0 && old[0].id < m.ID {
			old = old[1:] // it is gone
		}
		if len(old) > 0 && old[0].id == m.ID && old[0].rev == m.Revision {
			entries = append(entries, old[0])
			continue
		}
		stale = append(stale, len(entries))
		entries = append(entries, &entry{id: m.ID})
	}
	return entries, stale, nil
}

// apart returns the entries with an empty one in the place of each of ids, and those places.
func (r *index) apart(ids []civic.ID) (entries []*entry, stale []int) {
	slices.Sort(ids)
	entries = make([]*entry, 0, len(r.entries)+len(ids))
	old := r.entries
	for _, id := range slices.Compact(ids) {
		n, there := slices.BinarySearchFunc(old, id, func(e *entry, id civic.ID) int { return cmp.Compare(e.id, id) })
		entries = append(entries, old[:n]...)
		if there {
			n++
		}
		old = old[n:]
		stale = append(stale, len(entries))
		entries = append(entries, &entry{id: id})
	}
	return append(entries, old...), stale
}

// indexBatch is how many contacts are read at once.
const indexBatch = 1000

// read fills in the entries at some places.
func (r *index) read(ctx context.Context, entries []*entry, places []int) error {
	ids := make([]civic.ID, len(places))
	for i, at := range places {
		ids[i] = entries[at].id
	}
	found, err := r.contacts.ContactsByID(ctx, ids) // in the order of ids, as places are
	if err != nil {
		return err
	}
	for _, at := range places {
		if len(found) > 0 && found[0].ID == entries[at].id {
			entries[at] = r.entryOf(found[0])
			found = found[1:]
		}
	}
	return nil
}

func (r *index) entryOf(c crm.Contact) *entry {
	attributes := c.Attributes()
	e := &entry{id: c.ID, rev: c.Revision, attributes: make([]uint32, len(attributes))}
	e.email = c.WrittenTo().Key
	for i, t := range attributes {
		n, known := r.numbers[t]
		if !known {
			n = uint32(len(r.numbers))
			r.numbers[t] = n
		}
		e.attributes[i] = n
	}
	return e
}

// matcher is a rule over numbers of attributes.
type matcher struct {
	op    RuleOp
	rules []matcher
	asks  []uint32 // of a condition: it holds with any of them
}

// compile returns rule over r's numbers. What no contact has ever had has none, and never holds.
func (r *index) compile(rule Rule) matcher {
	m := matcher{op: rule.Op}
	for _, child := range rule.Rules {
		m.rules = append(m.rules, r.compile(child))
	}
	for _, v := range rule.Values {
		if n, known := r.numbers[rule.asks(v)]; known {
			m.asks = append(m.asks, n)
		}
	}
	return m
}

// of reports whether m holds of a contact with some attributes. It is Rule.Match on numbers.
func (m matcher) of(attributes []uint32) bool {
	switch m.op {
	case OpAll:
		for _, child := range m.rules {
			if !child.of(attributes) {
				return false
			}
		}
		return true
	case OpAny, OpNone:
		for _, child := range m.rules {
			if child.of(attributes) {
				return m.op == OpAny
			}
		}
		return m.op == OpNone
	case OpIs:
		for _, n := range m.asks {
			if slices.Contains(attributes, n) {
				return true
			}
		}
	}
	return false
}
