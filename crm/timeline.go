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
// contact is looked for behind the write, so that one which is erased meanwhile is seen here, or its line there.
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

// Timeline lists what happened with a contact, newest first. Who reads only for their offices is shown what
// those did.
func (s *Service) Timeline(
	ctx context.Context, by civic.Actor, contact civic.ID, page civic.PageRequest,
) (civic.Page[Entry], error) {
	if err := s.mayRead(ctx, by, contact); err != nil {
		return civic.Page[Entry]{}, err
	}
	if by.Allowed(PermReadContacts) {
		return s.entries(ctx, contact, page)
	}
	return s.entriesOf(ctx, contact, by.Offices, page)
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

// entriesOf is entries for some offices only: pages are read until one has something to show, so that a page
// may be short but only the last is empty.
func (s *Service) entriesOf(
	ctx context.Context, contact civic.ID, offices []civic.ID, page civic.PageRequest,
) (civic.Page[Entry], error) {
	may := civic.Actor{Offices: offices}
	for {
		found, err := s.entries(ctx, contact, page)
		if err != nil {
			return civic.Page[Entry]{}, err
		}
		var shown []Entry
		for _, e := range found.Items {
			if e.Office != "" && may.In(e.Office) {
				shown = append(shown, e)
			}
		}
		if found.Items = shown; len(shown) > 0 || found.Next == "" {
			return found, nil
		}
		page.Cursor = found.Next
	}
}
