package crm

import (
	"context"
	"slices"

	"ascolto/internal/civic"
)

// Colleague is a member of staff who can follow a conversation.
type Colleague struct {
	ID      civic.ID
	Name    string
	Email   string // which tells namesakes apart
	Offices []civic.ID
}

// Colleagues knows the staff.
type Colleagues interface {
	// Colleagues returns those who may record conversations, by name.
	Colleagues(ctx context.Context) ([]Colleague, error)
}

// AssignInput says who is to follow a conversation: an office, and perhaps one of its members.
type AssignInput struct {
	Revision int64  // of the interaction that the form showed, where Shown does not tell
	Shown    string // what the form carried; see Interaction.Shown
	Office   civic.ID
	Owner    civic.ID // empty: anybody of the office
	Reason   string
}

// Colleagues returns the staff who can follow conversations, by name; none when nobody tells.
func (s *Service) Colleagues(ctx context.Context, by civic.Actor) ([]Colleague, error) {
	if err := by.Can(PermWriteInteractions); err != nil {
		return nil, err
	}
	if s.colleagues == nil {
		return nil, nil
	}
	return s.colleagues.Colleagues(ctx)
}

// AssignInteraction gives a conversation to an office or to one of its members; who had it before stays in
// the history. Only who reads all of it may: an office does not take another's confidential notes, it is
// given them. Who belongs to the office it goes to reads and follows it from then on, and who only belonged
// to the one before does no more. It returns Invalid with field errors, and *merge.Conflict[Interaction] when
// somebody else gave it to others since the form was shown.
func (s *Service) AssignInteraction(
	ctx context.Context, by civic.Actor, id civic.ID, in AssignInput,
) (Interaction, error) {
	owner, err := s.checkAssign(ctx, by, &in)
	if err != nil {
		return Interaction{}, err
	}
	return s.editCase(ctx, by, id, ActionInteractionAssign, func(i *Interaction) error {
		if i.Office == in.Office && i.Owner == owner.ID {
			return errSame
		}
		before, now := *i, s.now()
		i.Office, i.Owner, i.OwnerName = in.Office, owner.ID, owner.Name
		if err := i.joinCase(before, in.Revision, in.Shown, by, now); err != nil {
			return err
		}
		_, err := i.noteChanges(before, by, in.Reason, now)
		return err
	})
}

// checkAssign cleans in and returns the colleague it names, none when it names an office alone.
func (s *Service) checkAssign(ctx context.Context, by civic.Actor, in *AssignInput) (Colleague, error) {
	staff, err := s.Colleagues(ctx, by)
	if err != nil {
		return Colleague{}, err
	}
	may, err := s.interactionChoices(ctx)
	if err != nil {
		return Colleague{}, err
	}
	var p civic.Problems
	in.Reason, err = civic.CleanLine(in.Reason, maxReason)
	p.Check("reason", err)
	p.Check("office", choice(may.offices[in.Office]))
	owner := Colleague{}
	if in.Owner != "" {
		n := slices.IndexFunc(staff, func(c Colleague) bool { return c.ID == in.Owner })
		switch {
		case n < 0:
			p.Add("owner", "error.choice")
		case !slices.Contains(staff[n].Offices, in.Office):
			p.Add("owner", "crm.error.owner_office")
		default:
			owner = staff[n]
		}
	}
	return owner, p.Err()
}
