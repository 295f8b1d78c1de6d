package segment

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// source is what a follower needs of a collection; crm.Stored is one.
type source[T any] interface {
	Changes(ctx context.Context, since docstore.Mark) (ids []civic.ID, now docstore.Mark, known bool)
	Revisions(ctx context.Context) iter.Seq2[docstore.Meta, error]
	ByID(ctx context.Context, ids []civic.ID) ([]T, error)
}

// follower keeps something of every document of a collection in memory. It is derived: before each use the
// store tells which documents are new, changed or gone, whoever changed them, and those alone are read again.
// Where the store cannot say what changed lately, the revisions of all are compared. One at a time may use
// it.
type follower[T, E any] struct {
	source  source[T]
	made    func(T) (docstore.Meta, E)
	entries []*entry[E]   // in the order of ids
	mark    docstore.Mark // up to which entries follow the store
}

// entry is one document. It is never changed, only replaced.
type entry[E any] struct {
	id   civic.ID
	rev  int64
	kept E
}

// refresh brings the entries up to date.
func (f *follower[T, E]) refresh(ctx context.Context) error {
	ids, now, known := f.source.Changes(ctx, f.mark)
	if known && len(ids) == 0 {
		return nil
	}
	var entries []*entry[E]
	var stale []int // the places in entries of what has to be read
	var err error
	if known {
		entries, stale = f.apart(ids)
	} else if entries, stale, err = f.compared(ctx); err != nil {
		return err
	}
	for places := range slices.Chunk(stale, indexBatch) {
		if err = f.read(ctx, entries, places); err != nil {
			now = 0 // the next use compares all, and what was read until now need not be read again
			break
		}
	}
	// What was not read is left out: it went away, or the reading failed.
	f.entries, f.mark = slices.DeleteFunc(entries, func(e *entry[E]) bool { return e.rev == 0 }), now
	return err
}

// compared returns the entries that agree with the revisions in the store with an empty one in the place of
// each document that has to be read, and those places.
func (f *follower[T, E]) compared(ctx context.Context) (entries []*entry[E], stale []int, err error) {
	entries = make([]*entry[E], 0, len(f.entries))
	old := f.entries
	for m, err := range f.source.Revisions(ctx) {
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
		entries = append(entries, &entry[E]{id: m.ID})
	}
	return entries, stale, nil
}

// apart returns the entries with an empty one in the place of each of ids, and those places.
func (f *follower[T, E]) apart(ids []civic.ID) (entries []*entry[E], stale []int) {
	slices.Sort(ids)
	entries = make([]*entry[E], 0, len(f.entries)+len(ids))
	old := f.entries
	for _, id := range slices.Compact(ids) {
		n, there := slices.BinarySearchFunc(old, id,
			func(e *entry[E], id civic.ID) int { return cmp.Compare(e.id, id) })
		entries = append(entries, old[:n]...)
		if there {
			n++
		}
		old = old[n:]
		stale = append(stale, len(entries))
		entries = append(entries, &entry[E]{id: id})
	}
	return append(entries, old...), stale
}

// indexBatch is how many documents are read at once.
const indexBatch = 1000

// read fills in the entries at some places.
func (f *follower[T, E]) read(ctx context.Context, entries []*entry[E], places []int) error {
	ids := make([]civic.ID, len(places))
	for i, at := range places {
		ids[i] = entries[at].id
	}
	found, err := f.source.ByID(ctx, ids) // in the order of ids, as places are
	if err != nil {
		return err
	}
	for _, at := range places {
		if len(found) == 0 {
			break
		}
		if m, kept := f.made(found[0]); m.ID == entries[at].id {
			entries[at] = &entry[E]{id: m.ID, rev: m.Revision, kept: kept}
			found = found[1:]
		}
	}
	return nil
}
