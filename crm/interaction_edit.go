package crm

import (
	"context"
	"errors"
	"slices"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// errSame ends an update of an interaction that is as it should be already.
var errSame = errors.New("crm: the interaction is so already")

// editCase changes an interaction that by may edit, and redoes what follows from it, also when it was so
// already. It returns NotFound when by may not know of it, Forbidden when by may not read its notes, and what
// change returns.
func (s *Service) editCase(
	ctx context.Context, by civic.Actor, id civic.ID, action audit.Action, change func(*Interaction) error,
) (Interaction, error) {
	if err := by.Can(PermWriteInteractions); err != nil {
		return Interaction{}, err
	}
	var stored Interaction
	i, err := s.interactions.Update(ctx, id, func(i *Interaction) error {
		switch stored = *i; {
		case !i.readable(by):
			return civic.NewError(civic.NotFound, "error.not_found")
		case !i.Editable(by):
			return civic.NewError(civic.Forbidden, "error.forbidden")
		}
		if err := change(i); err != nil {
			return err
		}
		i.UpdatedAt = s.now()
		return nil
	})
	if errors.Is(err, errSame) {
		i, err = stored, nil
	}
	if err != nil {
		return Interaction{}, err
	}
	return i.shownTo(by), s.effects(ctx, by, i, action)
}

// AddCaseNote adds a note to a conversation. Sending the same form again adds it once.
func (s *Service) AddCaseNote(
	ctx context.Context, by civic.Actor, id civic.ID, formKey, text string,
) (Interaction, error) {
	key, err := FormID(formKey)
	if err != nil {
		return Interaction{}, err
	}
	var p civic.Problems
	text, err = civic.CleanText(text, maxNote)
	p.Check("text", err)
	if err == nil && text == "" {
		p.Add("text", "error.required")
	}
	if err := p.Err(); err != nil {
		return Interaction{}, err
	}
	return s.editCase(ctx, by, id, ActionInteractionNote, func(i *Interaction) error {
		switch {
		case slices.ContainsFunc(i.Notes, func(n CaseNote) bool { return n.ID == key }):
			return errSame
		case len(i.Notes) >= maxCaseNotes:
			return civic.NewError(civic.Conflict, "crm.error.case_full")
		}
		i.Notes = append(i.Notes, CaseNote{ID: key, Text: text, By: by.Account, ByName: by.Name, At: s.now()})
		return nil
	})
}

// CloseFollowUp notes that what an interaction left to do is done, and how it ended. Doing it twice keeps the
// first words.
func (s *Service) CloseFollowUp(
	ctx context.Context, by civic.Actor, id civic.ID, words string,
) (Interaction, error) {
	words, err := civic.CleanText(words, maxNote)
	var p civic.Problems
	p.Check("words", err)
	if err := p.Err(); err != nil {
		return Interaction{}, err
	}
	return s.editCase(ctx, by, id, ActionInteractionClose, func(i *Interaction) error {
		if !i.Open {
			return errSame
		}
		i.Open, i.Closing = false, &Closing{Words: words, By: by.Account, ByName: by.Name, At: s.now()}
		return nil
	})
}

// ReopenFollowUp notes that something is to be done after all. The closing words stay in the history.
func (s *Service) ReopenFollowUp(ctx context.Context, by civic.Actor, id civic.ID) (Interaction, error) {
	return s.editCase(ctx, by, id, ActionInteractionReopen, func(i *Interaction) error {
		if i.Open {
			return errSame
		}
		if i.Outcome != FollowUp {
			return civic.NewError(civic.Conflict, "crm.error.case_changed")
		}
		before := *i
		i.Open, i.Closing = true, nil
		_, err := i.noteChanges(before, by, "", s.now())
		return err
	})
}

// CorrectInteraction puts right what was recorded; what stood there before is kept with who changed it and
// when. Contact and office have their own acts. It is joined with what others changed since the form was
// shown: in.Shown tells what it showed, or revision of which interaction. It returns Invalid with field
// errors, and *merge.Conflict[Interaction] where both changed one field.
func (s *Service) CorrectInteraction(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, in InteractionInput,
) (Interaction, error) {
	may, err := s.interactionChoices(ctx)
	if err != nil {
		return Interaction{}, err
	}
	return s.editCase(ctx, by, id, ActionInteractionCorrect, func(i *Interaction) error {
		before, now := *i, s.now()
		in := in
		in.Office = i.Office
		if err := in.apply(i, may, now); err != nil {
			return err
		}
		if err := i.joinCase(before, revision, in.Shown, by, now); err != nil {
			return err
		}
		changed, err := i.noteChanges(before, by, "", now)
		if err == nil && !changed {
			return errSame
		}
		return err
	})
}

// AttachContact says who the person was: a contact that by may read. shown tells what the form showed, or
// revision of which interaction. It returns NotFound when there is no such contact, and
// *merge.Conflict[Interaction] when somebody else named another one meanwhile.
func (s *Service) AttachContact(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, shown string, contact civic.ID,
) (Interaction, error) {
	if err := by.Can(PermWriteInteractions); err != nil {
		return Interaction{}, err
	}
	if err := s.mayRead(ctx, by, contact); err != nil {
		return Interaction{}, err
	}
	if _, err := s.contacts.Get(ctx, contact); err != nil {
		return Interaction{}, err
	}
	return s.editCase(ctx, by, id, ActionInteractionAttach, func(i *Interaction) error {
		if i.Contact == contact {
			return errSame
		}
		before, now := *i, s.now()
		i.Contact = contact
		if err := i.joinCase(before, revision, shown, by, now); err != nil {
			return err
		}
		_, err := i.noteChanges(before, by, "", now)
		return err
	})
}
