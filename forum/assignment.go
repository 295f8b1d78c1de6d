package forum

import (
	"context"
	"errors"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// Assignment says which office was to answer a discussion, until when, and who decided so.
type Assignment struct {
	Office civic.ID  `bson:"office"`
	DueAt  time.Time `bson:"dueAt"`
	Reason string    `bson:"reason,omitempty"` // for the desk; never public
	By     civic.ID  `bson:"by"`
	ByName string    `bson:"byName"`
	At     time.Time `bson:"at"`
}

// AssignInput says which office is to answer a discussion, and by which day, "2026-12-01". Round is how many
// times it was assigned when the form was shown.
type AssignInput struct {
	Thread civic.ID
	Round  int
	Office civic.ID
	DueOn  string
	Reason string
}

// maxAssignments is how often a discussion can be given on.
const maxAssignments = 50

// errAssigned ends an update of a discussion that is assigned so already.
var errAssigned = errors.New("forum: the discussion is assigned so already")

// Assign has an office answer a discussion by a day, also one whose author did not ask for an answer;
// assigning again gives it to another office or day. The office is told by mail. It returns Invalid with
// field errors, NotFound, and Conflict when the discussion is not open or was assigned otherwise meanwhile.
func (s *Service) Assign(ctx context.Context, by civic.Actor, in AssignInput) (Thread, error) {
	if err := by.Can(PermAssign); err != nil {
		return Thread{}, err
	}
	a, err := s.assignment(ctx, by, in)
	if err != nil {
		return Thread{}, err
	}
	if _, err := s.threads.get(ctx, in.Thread); err != nil {
		return Thread{}, err
	}
	var stored Thread
	t, err := s.threads.Update(ctx, in.Thread, func(t *Thread) error {
		stored = *t
		return t.assign(a, in.Round)
	})
	again := errors.Is(err, errAssigned)
	if again { // what follows from it may have been lost
		t, err = stored, nil
	}
	if err != nil {
		return Thread{}, err
	}
	entry := audit.Entry{By: by, Action: ActionThreadAssign, Object: t.ID, Detail: map[string]string{
		"offices": string(t.Office), "reason": a.Reason,
	}}
	if err := s.audit.Entered(ctx, entry, again, t.Assignments[len(t.Assignments)-1].At); err != nil {
		return Thread{}, err
	}
	return t, s.outbox.QueueReminder(ctx, t.reminder(ReminderAssigned, numeral(int64(len(t.Assignments)))))
}

// assignment returns the checked assignment of a form.
func (s *Service) assignment(ctx context.Context, by civic.Actor, in AssignInput) (Assignment, error) {
	now := s.now()
	a := Assignment{Office: in.Office, By: by.Account, ByName: by.Name, At: now}
	var p civic.Problems
	var err error
	a.Reason, err = civic.CleanLine(in.Reason, MaxReason)
	p.Check("reason", err)
	if _, err := s.offices.OfficeName(ctx, in.Office); civic.CodeOf(err) == civic.NotFound ||
		in.Office == "" {
		p.Add("office", "error.choice")
	} else if err != nil {
		return a, err
	}
	if err := civic.CheckDay(in.DueOn, now); err != nil {
		p.Check("due_on", err)
	} else {
		day, _ := time.ParseInLocation(time.DateOnly, in.DueOn, civic.Rome()) // CheckDay has read it
		a.DueAt = Area{}.DueAt(day)
	}
	return a, p.Err()
}

// assign notes a on t, which was assigned round times when the form was shown.
func (t *Thread) assign(a Assignment, round int) error {
	switch {
	case t.Office == a.Office && t.DueAt.Equal(a.DueAt) && len(t.Assignments) > 0:
		return errAssigned
	case t.State != Open:
		return civic.NewError(civic.Conflict, "forum.error.assign_state")
	case len(t.Assignments) != round || round >= maxAssignments:
		return civic.NewError(civic.Conflict, "forum.error.assigned")
	}
	t.Office, t.DueAt, t.UpdatedAt = a.Office, a.DueAt, a.At
	t.Assignments = append(t.Assignments, a)
	t.settle()
	return nil
}
