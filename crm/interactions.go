package crm

import (
	"cmp"
	"context"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// RecordInteraction stores an interaction and puts it on the contact's timeline. With in.New it creates the
// contact first, under the rules of CreateContact. Sending the same form again returns what is stored.
func (s *Service) RecordInteraction(
	ctx context.Context, by civic.Actor, in InteractionInput,
) (Interaction, error) {
	if err := by.Can(PermWriteInteractions); err != nil {
		return Interaction{}, err
	}
	i, err := s.newInteraction(ctx, by, in)
	if err != nil {
		return Interaction{}, err
	}
	switch {
	case in.New != nil:
		new := *in.New
		new.FormKey = in.FormKey
		c, err := s.CreateContact(ctx, by, new)
		if err != nil {
			return Interaction{}, err
		}
		i.Contact = c.ID
	case in.Contact != "":
		if err := s.mayRead(ctx, by, in.Contact); err != nil {
			return Interaction{}, err
		}
		if _, err := s.contacts.Get(ctx, in.Contact); err != nil {
			return Interaction{}, err
		}
	}
	return s.insertInteraction(ctx, by, i)
}

func (s *Service) newInteraction(
	ctx context.Context, by civic.Actor, in InteractionInput,
) (Interaction, error) {
	id, err := FormID(in.FormKey)
	if err != nil {
		return Interaction{}, err
	}
	may, err := s.interactionChoices(ctx)
	if err != nil {
		return Interaction{}, err
	}
	now := s.now()
	i := Interaction{Meta: docstore.Meta{ID: id}, Contact: in.Contact, By: by.Account, ByName: by.Name,
		RecordedAt: now, UpdatedAt: now}
	if err := in.apply(&i, may, now); err != nil {
		return Interaction{}, err
	}
	if i.Attachments, err = s.sentFiles(ctx, by, i, in.Files); err != nil {
		return Interaction{}, err
	}
	if i.Open && by.In(i.Office) {
		i.Owner, i.OwnerName = by.Account, by.Name
	}
	if in.New != nil { // a reason given the second time does not make it another form
		asked := *in.New
		asked.Reason = ""
		in.New = &asked
	}
	// of files the content: sent twice, they have other names of their own
	i.Submission, err = s.vault.DigestForm(purposeForm, by, withSums{in, sums(i.Attachments)})
	return i, err
}

func (s *Service) insertInteraction(ctx context.Context, by civic.Actor, i Interaction) (Interaction, error) {
	submission := i.Submission
	return s.interactions.Create(ctx, &i, docstore.Creation[Interaction]{
		Same: func(stored *Interaction) bool { return stored.Submission == submission },
		Effects: func(ctx context.Context, stored *Interaction, again bool) error {
			err := s.publishEffects(ctx, *stored)
			if civic.CodeOf(err) == civic.NotFound { // the person was erased meanwhile: whoever typed learns of it
				return cmp.Or(s.interactions.Delete(ctx, stored.ID), s.releaseFiles(ctx, stored.ID), err)
			}
			if err != nil {
				return err
			}
			return s.created(ctx, by, ActionInteractionCreate, stored.ID, stored.Contact, again,
				stored.RecordedAt)
		},
	})
}

// effects writes what follows from a changed interaction: timeline, index, audit.
func (s *Service) effects(ctx context.Context, by civic.Actor, i Interaction, action audit.Action) error {
	err := s.publishEffects(ctx, i)
	if civic.CodeOf(err) == civic.NotFound { // the contact is being erased, and i is next or still to be closed
		s.index.Put(i.searchDoc())
		err = nil
	}
	if err != nil {
		return err
	}
	e := audit.Entry{By: by, Action: action, Object: i.ID, Contact: i.Contact}
	return s.audit.Revised(ctx, e, i.Revision)
}

// publishEffects claims the files of a stored interaction, and puts it on the timeline and into the index. It
// returns NotFound when its contact is gone.
func (s *Service) publishEffects(ctx context.Context, i Interaction) error {
	if err := s.claimFiles(ctx, i); err != nil {
		return err
	}
	if i.Contact != "" {
		if err := s.Record(ctx, i.activity()); err != nil {
			return err
		}
	}
	s.index.Put(i.searchDoc())
	return nil
}

// Interaction returns an interaction, without its note when by may not read that, or NotFound when by may not
// know of it. Reading is audited.
func (s *Service) Interaction(ctx context.Context, by civic.Actor, id civic.ID) (Interaction, error) {
	if err := by.Can(PermReadInteractions); err != nil {
		return Interaction{}, err
	}
	i, err := s.interactions.Get(ctx, id)
	if err != nil {
		return Interaction{}, err
	}
	if !i.readable(by) {
		return Interaction{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	return i.shownTo(by), s.record(ctx, by, ActionInteractionRead, i.ID, i.Contact, nil)
}

func (s *Service) interactionChoices(ctx context.Context) (interactionChoices, error) {
	may := interactionChoices{offices: map[civic.ID]bool{}, topics: map[civic.ID]bool{}}
	offices, err := s.reference.Offices(ctx)
	if err != nil {
		return may, err
	}
	for _, o := range offices {
		may.offices[o.ID] = true
	}
	topics, err := s.reference.Topics(ctx)
	for _, t := range topics {
		may.topics[t.ID] = true
	}
	return may, err
}
