package notify

import (
	"context"
	"errors"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/docstore"
)

// owed is what follows from a step that the program took by itself: its line in the audit, a letter to the
// author, and, of a row of dead mailboxes, that what it suspended is lifted. It is stored with the step, and
// taken off when it is done: nobody sends a form again that would complete what a crash left open.
type owed struct {
	From   CampaignState `bson:"from"`
	To     CampaignState `bson:"to"`
	At     time.Time     `bson:"at"`
	Letter string        `bson:"letter,omitempty"`
	Lift   time.Time     `bson:"lift,omitempty"` // what was suspended since; zero: nothing
}

// owedAfter is how long who took a step has for what follows from it, before others do that.
const owedAfter = 30 * time.Second

// owe notes what follows from the step that the program just took.
func (c *Campaign) owe(now time.Time) {
	o := owed{From: c.Moved.From, To: c.State, At: now}
	switch {
	case c.State == Missed:
		o.Letter = mailMissed
	case c.State == Cancelled:
		o.Letter = mailCancelled
	case c.State == FinishedWithFailures && c.Tally != nil && c.Tally.Undelivered() > 0:
		o.Letter = mailFailures
	case c.State == Paused && c.Stop != nil:
		o.Letter = mailStopped
		if c.Stop.Dead {
			o.Lift = c.Stop.Since
		}
	case c.State == Paused:
		o.Letter = mailGaveUp
	}
	c.Owed = append(c.Owed, o)
	c.OwedAt = c.Owed[0].At
}

// settle does what follows from the steps that the program took with c, and takes it off. With again set the
// process that took them may have done some of it.
func (s *Service) settle(ctx context.Context, c *Campaign, again bool) error {
	for _, o := range c.Owed {
		err := s.o.Audit.Entered(ctx, audit.Entry{By: jobActor(), Action: CampaignAction(o.To), Object: c.ID,
			Detail: map[string]string{"from": string(o.From)}}, again, o.At)
		if err == nil && !o.Lift.IsZero() {
			err = s.liftSince(ctx, c.ID, o.Lift)
		}
		if err == nil && o.Letter != "" {
			err = s.tell(ctx, c, o)
		}
		if err != nil {
			return err
		}
	}
	done := len(c.Owed)
	_, err := s.campaigns.Update(ctx, c.ID, func(now *Campaign) error {
		if len(now.Owed) < done || done == 0 || !now.Owed[0].At.Equal(c.Owed[0].At) {
			return errNotDue // somebody else did
		}
		now.Owed, now.OwedAt = now.Owed[done:], time.Time{}
		if len(now.Owed) > 0 {
			now.OwedAt = now.Owed[0].At
		}
		return nil
	})
	if errors.Is(err, errNotDue) {
		return nil
	}
	return err
}

// settleOwed does what processes that ended left undone of the steps they took.
func (s *Service) settleOwed(ctx context.Context) error {
	q := docstore.Query{Filter: docstore.Filter{docstore.Gte("owedAt", time.Unix(1, 0)),
		docstore.Lte("owedAt", s.now().Add(-owedAfter))}, Sort: []string{"owedAt"}}
	var errs []error
	for c, err := range s.campaigns.All(ctx, q) {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		errs = append(errs, s.settle(ctx, &c, true))
	}
	return errors.Join(errs...)
}
