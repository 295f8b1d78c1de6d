package work

import (
	"context"
	"errors"

	"ascolto/internal/civic"
)

// errEnded is how an update says that there is nothing to change.
var errEnded = errors.New("work: the task has ended")

// Cancel ends an open task of by's, or with PermAll anybody's. One that is worked on ends at its next
// checkpoint, or when its worker renews its lease. Who cancelled it and does so again completes what the
// program did not live to do. It returns Conflict when the task has ended otherwise or is one of the program,
// which ends with what it is for, and NotFound.
func (s *Service) Cancel(ctx context.Context, by civic.Actor, id civic.ID) error {
	t, err := s.Task(ctx, by, id)
	if err != nil {
		return err
	}
	if t.OfProgram() {
		return civic.NewError(civic.Conflict, "work.error.bound")
	}
	var again bool
	t, err = s.tasks.Edit(ctx, id, func(t *Task) error {
		again = !t.StoppedAt.IsZero()
		switch {
		case again && (t.Open() || t.StoppedBy == by.Account):
			return nil
		case !t.Open():
			return errEnded
		}
		t.StoppedBy, t.StoppedAt = by.Account, s.now()
		if t.Stop = t.State == Running; !t.Stop {
			t.end(Cancelled, t.StoppedAt)
		}
		return nil
	})
	if errors.Is(err, errEnded) {
		return civic.NewError(civic.Conflict, "work.error.ended")
	}
	if err != nil || t.StoppedBy != by.Account { // somebody else did, and it is about to end
		return err
	}
	err = s.audit.Entered(ctx, entry(by, ActionCancelled, t), again, t.StoppedAt)
	if err == nil && !t.Open() && t.State != Cancelled { // it was done before its worker looked
		err = civic.NewError(civic.Conflict, "work.error.ended")
	}
	return err
}
