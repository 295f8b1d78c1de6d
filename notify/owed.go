package notify

import (
	"context"
	"errors"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// owed is what follows from a step: its line in the audit and, when the program took it by itself, a letter
// to the author and, of a row of dead mailboxes, that what it suspended is lifted. It is stored with the
// step, and taken off when it is done: after a crash nobody may send the form again, or only when the
// campaign has gone on since.
type owed struct {
	By      civic.ID `bson:"by,omitempty"` // the account of who took the step; empty for the program
	ByName  string   `bson:"byName,omitempty"`
	Token   string   `bson:"token,omitempty"`
	Request string   `bson:"request,omitempty"` // the HTTP request of a person's step

	From   CampaignState `bson:"from"`
	To     CampaignState `bson:"to"`
	At     time.Time     `bson:"at"`
	Letter string        `bson:"letter,omitempty"`
	Lift   time.Time     `bson:"lift,omitempty"` // what was suspended since; zero: nothing
}

// owedAfter is how long who took a step has for what follows from it, before others do that.
const owedAfter = 30 * time.Second

// actor returns who took the step.
func (o owed) actor() civic.Actor {
	if o.By == "" {
		return jobActor()
	}
	return civic.Actor{Account: o.By, Name: o.ByName, Token: o.Token, Request: o.Request,
		Roles: []civic.Role{civic.Communication}} // staff: citizens are not named in the audit
}

// owe notes what follows from the step that by just took.
func (c *Campaign) owe(by civic.Actor) {
	o := owed{From: c.Moved.From, To: c.State, At: c.Moved.At}
	switch {
	case by.Account != "":
		o.By, o.ByName, o.Token, o.Request = by.Account, by.Name, by.Token, by.Request
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

// settle does what follows from the steps that were taken with c, and takes it off. With again set who took
// them may have done some of it.
func (s *Service) settle(ctx context.Context, c *Campaign, again bool) error {
	done := len(c.Owed)
	if done == 0 {
		return nil
	}
	for _, o := range c.Owed {
		err := s.o.Audit.Entered(ctx, audit.Entry{By: o.actor(), Action: CampaignAction(o.To), Object: c.ID,
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
	_, err := s.campaigns.Update(ctx, c.ID, func(now *Campaign) error {
		if len(now.Owed) < done || !now.Owed[0].At.Equal(c.Owed[0].At) {
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
