package crm

import (
	"cmp"
	"context"
	"errors"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Entry is one line of a contact's timeline. It is derived: its id is that of the activity it was made from,
// and recording the activity again replaces it.
type Entry struct {
	docstore.Meta `bson:",inline"`
	Contact       civic.ID           `bson:"contact"`
	Kind          civic.ActivityKind `bson:"kind"`
	Ref           civic.ID           `bson:"ref"`
	At            time.Time          `bson:"at"`
	Title         string             `bson:"title"`
	Channel       string             `bson:"channel,omitempty"`
	Office        civic.ID           `bson:"office,omitempty"`
	By            civic.ID           `bson:"by,omitempty"`
	Files         int                `bson:"files,omitempty"` // how many are attached
}

// RefsOf returns the documents that the entries of a kind stand for.
func RefsOf(entries []Entry, kind civic.ActivityKind) []civic.ID {
	var refs []civic.ID
	for _, e := range entries {
		if e.Kind == kind {
			refs = append(refs, e.Ref)
		}
	}
	return refs
}

func timelineSpec() docstore.Spec {
	// Segments that count events keep all entries in memory.
	return docstore.Spec{Name: "timeline", Followed: true,
		Indexes: []docstore.Index{{Name: "contact", Fields: []string{"contact", "-at"}}}}
}

func newEntry(a civic.Activity) Entry {
	return Entry{
		Meta: docstore.Meta{ID: a.ID}, Contact: a.Contact, Kind: a.Kind, Ref: a.Ref,
		At:    a.At.UTC().Truncate(time.Millisecond),
		Title: a.Title, Channel: a.Channel, Office: a.Office, By: a.By, Files: a.Files,
	}
}

// Record puts an activity on its contact's timeline and its answers on the contact. Recording it again
// changes nothing. It returns NotFound when there is no such contact, and then nothing is on a timeline: the
// contact is looked for behind the write, so that one which is erased meanwhile is seen here, or its line
// there.
func (s *Service) Record(ctx context.Context, a civic.Activity) error {
	if a.ID == "" || a.Contact == "" {
		return civic.NewError(civic.Invalid, "error.id")
	}
	if err := s.putEntry(ctx, a); err != nil {
		return err
	}
	err := s.recordAnswers(ctx, a)
	if civic.CodeOf(err) == civic.NotFound {
		return cmp.Or(s.timeline.Delete(ctx, a.ID), err)
	}
	return err
}

// putEntry stores the line of an activity, in the place of the one that there is.
func (s *Service) putEntry(ctx context.Context, a civic.Activity) error {
	e := newEntry(a)
	err := s.timeline.Insert(ctx, &e)
	if civic.CodeOf(err) != civic.Conflict {
		return err
	}
	_, err = s.timeline.Update(ctx, a.ID, func(stored *Entry) error {
		again := newEntry(a)
		again.Meta, again.At = stored.Meta, again.At.In(stored.At.Location())
		if *stored == again {
			return errKnown
		}
		*stored = again
		return nil
	})
	if errors.Is(err, errKnown) {
		return nil
	}
	return err
}

// errKnown ends an update that would change nothing.
var errKnown = errors.New("crm: this is known")

// recordAnswers merges the answers of an activity into its contact.
func (s *Service) recordAnswers(ctx context.Context, a civic.Activity) error {
	at := a.At.UTC().Truncate(time.Millisecond)
	c, err := s.contacts.Update(ctx, a.Contact, func(c *Contact) error {
		if !c.mergeAnswers(a.ID, at, a.Answers) {
			return errKnown
		}
		c.UpdatedAt = s.now()
		return nil
	})
	if errors.Is(err, errKnown) {
		return nil
	}
	if err != nil {
		return err
	}
	s.index.Put(c.searchDoc())
	return nil
}

// Veil knows which entries staff must not see on a timeline, though the person does: their minute would tell
// what the person wrote under another name.
type Veil interface {
	// VeiledEntries returns the ids of those of the entries.
	VeiledEntries(ctx context.Context, entries []Entry) (map[civic.ID]bool, error)
}

// Timeline lists what happened with a contact, newest first, without what is veiled from staff. Who reads
// only for their offices is shown what those did. A page may be short, but only the last is empty.
func (s *Service) Timeline(
	ctx context.Context, by civic.Actor, contact civic.ID, page civic.PageRequest,
) (civic.Page[Entry], error) {
	if err := s.mayRead(ctx, by, contact); err != nil {
		return civic.Page[Entry]{}, err
	}
	return s.entriesFor(ctx, by, contact, page)
}

func (s *Service) entries(
	ctx context.Context, contact civic.ID, page civic.PageRequest,
) (civic.Page[Entry], error) {
	page = page.Normal()
	return s.timeline.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("contact", contact)}, Sort: []string{"-at"}, Cursor: page.Cursor,
		Limit: page.Size,
	})
}

// entriesFor is entries as one of the staff may see them: pages are read until one has something to show.
func (s *Service) entriesFor(
	ctx context.Context, by civic.Actor, contact civic.ID, page civic.PageRequest,
) (civic.Page[Entry], error) {
	all := by.Allowed(PermReadContacts)
	for {
		found, err := s.entries(ctx, contact, page)
		if err != nil {
			return civic.Page[Entry]{}, err
		}
		veiled := map[civic.ID]bool{}
		if s.veil != nil {
			if veiled, err = s.veil.VeiledEntries(ctx, found.Items); err != nil {
				return civic.Page[Entry]{}, err
			}
		}
		var shown []Entry
		for _, e := range found.Items {
			if !veiled[e.ID] && (all || e.Office != "" && by.In(e.Office)) {
				shown = append(shown, e)
			}
		}
		if found.Items = shown; len(shown) > 0 || found.Next == "" {
			return found, nil
		}
		page.Cursor = found.Next
	}
}
