package crm

import (
	"context"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/search"
)

// Held is how much is kept about a contact.
type Held struct {
	Contacts, Timeline, Interactions int
	Open                             []civic.OpenTask // follow-ups that are still to be done
}

// Held returns how much is kept about a contact; nothing, when there is no such contact any more. It returns
// an error without civic.PermErase.
func (s *Service) Held(ctx context.Context, by civic.Actor, contact civic.ID) (h Held, err error) {
	if err := (civic.Subject{Contact: contact}).Erasable(by); err != nil {
		return h, err
	}
	if h.Contacts, err = s.contacts.Count(ctx, docstore.Filter{docstore.Eq("_id", contact)}); err != nil {
		return h, err
	}
	if h.Timeline, err = s.timeline.Count(ctx, docstore.Filter{docstore.Eq("contact", contact)}); err != nil {
		return h, err
	}
	for i, err := range s.interactions.All(ctx, interactionsOf(contact)) {
		if err != nil {
			return h, err
		}
		if h.Interactions++; i.Open {
			h.Open = append(h.Open, i.openTask())
		}
	}
	return h, nil
}

// openTask returns what is left to do of i, and who is to do it.
func (i Interaction) openTask() civic.OpenTask {
	return civic.OpenTask{ID: i.ID, Title: i.Subject, DueOn: i.DueOn, Office: i.Office, Owner: i.OwnerName}
}

func interactionsOf(contact civic.ID) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", contact)}, Sort: []string{"office"}}
}

// EraseContact removes a contact with its timeline, and takes the person out of what was said with them:
// counts, times, offices, topics and outcomes of interactions stay. Doing it again, since it began at begun,
// completes it. It returns Conflict while a follow-up of the contact is open, which is never erased, and an
// error without civic.PermErase.
func (s *Service) EraseContact(ctx context.Context, by civic.Actor, contact civic.ID, begun time.Time) error {
	held, err := s.Held(ctx, by, contact)
	if err != nil {
		return err
	}
	if len(held.Open) > 0 {
		return StillOpen(held.Open)
	}
	if err := s.eraseFormer(ctx, contact, begun); err != nil {
		return err
	}
	for i, err := range s.interactions.All(ctx, interactionsOf(contact)) {
		if err != nil {
			return err
		}
		if err := s.eraseInteraction(ctx, i.ID, (*Interaction).erase); err != nil {
			return err
		}
		if err := s.releaseFiles(ctx, i.ID); err != nil {
			return err
		}
	}
	if held, err = s.Held(ctx, by, contact); err != nil {
		return err
	}
	if len(held.Open) > 0 { // recorded meanwhile: whoever deals with it needs the contact
		return StillOpen(held.Open)
	}
	// before the timeline: nothing is put on it any more
	if err := s.contacts.Delete(ctx, contact); err != nil {
		return err
	}
	s.index.Put(search.Doc{ID: DocContact + "/" + string(contact), Kind: DocContact, Deleted: true})
	lines := docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", contact)}, Sort: []string{"-at"}}
	for e, err := range s.timeline.All(ctx, lines) {
		if err == nil {
			err = s.timeline.Delete(ctx, e.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// StillOpen returns the Conflict of an erasure that follow-ups stand against.
func StillOpen(open []civic.OpenTask) error {
	return civic.NewErrorArgs(
		civic.Conflict,
		"crm.error.erase_open",
		civic.Args{"Subject": open[0].Title, "Count": len(open)},
	)
}

// eraseFormer takes a contact out of the history of interactions that were its once, and are another's now:
// they changed since the contact is known, or, when it is gone, since shortly before it began to be erased.
func (s *Service) eraseFormer(ctx context.Context, contact civic.ID, begun time.Time) error {
	c, err := s.contacts.Get(ctx, contact)
	if civic.CodeOf(err) == civic.NotFound {
		c.CreatedAt, err = begun.Add(-formerSpan), nil
	}
	if err != nil {
		return err
	}
	since := docstore.Query{
		Filter: docstore.Filter{docstore.Gte("updatedAt", c.CreatedAt)},
		Sort:   []string{"updatedAt"},
	}
	for i, err := range s.interactions.All(ctx, since) {
		if err != nil {
			return err
		}
		forget := func(i *Interaction, _ time.Time) error {
			i.forget(contact)
			return nil
		}
		if i.forget(contact) {
			if err := s.eraseInteraction(ctx, i.ID, forget); err != nil {
				return err
			}
		}
	}
	return nil
}

// formerSpan is more than clocks differ by.
const formerSpan = time.Minute

func (s *Service) eraseInteraction(
	ctx context.Context,
	id civic.ID,
	erase func(*Interaction, time.Time) error,
) error {
	i, err := s.interactions.Update(ctx, id, func(i *Interaction) error { return erase(i, s.now()) })
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	if err == nil {
		s.index.Put(i.searchDoc())
	}
	return err
}

// forget takes a contact out of what i was before, and reports whether it stood there.
func (i *Interaction) forget(contact civic.ID) (changed bool) {
	for n, c := range i.Changes {
		if c.Field == CaseContact && c.Was == string(contact) {
			i.Changes[n].Was, changed = "", true
		}
	}
	return changed
}

// Erased reports whether the person of i was erased, and every word with them.
func (i Interaction) Erased() bool { return i.Subject == civic.Taken }

// erasedField reports whether what stood in a field before goes with an erasure.
func erasedField(f CaseField) bool {
	return slices.Contains([]CaseField{CaseContact, CaseSubject, CaseText, CaseReopened, CaseFile}, f)
}

// Lost reports whether what stood in the field of c went with an erasure of the person of i.
func (i Interaction) Lost(c CaseChange) bool {
	return i.Erased() && c.Was == "" && erasedField(c.Field)
}

// erase takes the person out of i: who it was, and every word. Who of the staff did what, and when, stays. It
// returns Conflict when i was opened again meanwhile.
func (i *Interaction) erase(now time.Time) error {
	if i.Open {
		return StillOpen([]civic.OpenTask{i.openTask()})
	}
	i.Contact, i.Subject, i.Note, i.Notes, i.Submission = "", civic.Taken, "", nil, ""
	i.Attachments = nil
	if i.Closing != nil {
		i.Closing.Words = ""
	}
	for n := range i.Changes {
		c := &i.Changes[n]
		c.Reason = ""
		if erasedField(c.Field) {
			c.Was = ""
		}
	}
	i.UpdatedAt = now
	return nil
}
