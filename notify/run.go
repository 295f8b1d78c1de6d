package notify

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
)

// SendDue does what is due: it begins campaigns whose time has come, has their long work done, ends those
// that are through, and tidies up after the rest. A job calls it every second or so, in every process; what
// one leaves half done, by an end of ctx or of the process, the next call goes on with.
func (s *Service) SendDue(ctx context.Context) error {
	errs := []error{s.expire(ctx), s.recordPending(ctx), s.settleOwed(ctx), s.begin(ctx)}
	group := routine.NewGroup(s.o.Log, "mail")
	group.SetLimit(4)
	running := docstore.Query{Filter: docstore.Filter{docstore.Eq("state", Running)},
		Sort: []string{"startAt"}}
	for c, err := range s.campaigns.All(ctx, running) {
		if err != nil {
			errs = append(errs, err)
			break
		}
		group.Go(func() error { return s.advance(ctx, &c) })
	}
	errs = append(errs, group.Wait(), s.clearCancelled(ctx))
	return errors.Join(errs...)
}

// jobActor is who does what nobody asked for at that moment.
func jobActor() civic.Actor { return civic.System("notify") }

// begin lets scheduled campaigns run whose time has come. One whose latest time is over is missed: it does
// not send.
func (s *Service) begin(ctx context.Context) error {
	now := s.now()
	due := docstore.Query{Filter: docstore.Filter{docstore.Eq("state", Scheduled),
		docstore.Lte("startAt", now)}, Sort: []string{"startAt"}}
	var errs []error
	for c, err := range s.campaigns.All(ctx, due) {
		if err != nil {
			return err
		}
		if c.late(now) {
			_, err := s.step(ctx, jobActor(), c.ID, Missed, nil)
			if err != nil && civic.CodeOf(err) != civic.Conflict {
				errs = append(errs, err)
			}
			continue
		}
		_, err = s.step(ctx, jobActor(), c.ID, Running, func(c *Campaign) error {
			if c.StartAt.After(now) { // scheduled anew meanwhile
				return errNotDue
			}
			c.StartedAt = now
			return nil
		})
		if err != nil && civic.CodeOf(err) != civic.Conflict { // another process began it
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// advance brings a running campaign on: to its recipients, and to its end.
func (s *Service) advance(ctx context.Context, c *Campaign) error {
	if c.late(s.now()) {
		return s.endLate(ctx, c)
	}
	if c.FrozenAt.IsZero() {
		return s.require(ctx, c, WorkFreeze)
	}
	if c.Again.Under {
		return s.require(ctx, c, WorkRequeue)
	}
	left, err := s.ledger.any(ctx, campaignQueue(c.ID))
	if err != nil {
		return err
	}
	if left {
		wakeUp(s.bulk.wake)
		return nil
	}
	return s.end(ctx, c, Finished)
}

// end finishes a campaign that has nothing left in its queue: with failures, if there were any. When the
// campaign is no longer as c has it, the queue may be filled again, and the next call of SendDue sees to it.
func (s *Service) end(ctx context.Context, c *Campaign, state CampaignState) error {
	counts, err := s.ledger.counts(ctx, c.ID)
	if err != nil {
		return err
	}
	if counts.Undelivered() > 0 {
		state = FinishedWithFailures
	}
	seen := c.Revision
	_, err = s.step(ctx, jobActor(), c.ID, state, func(c *Campaign) error {
		if c.Revision != seen {
			return errNotDue
		}
		c.Cleared, c.Again, c.Tally = true, requeueing{}, &counts
		return nil
	})
	s.letters.Delete(c.ID)
	if civic.CodeOf(err) == civic.Conflict {
		return nil
	}
	return err
}

// endLate ends a campaign whose latest time came before all its mail went out.
func (s *Service) endLate(ctx context.Context, c *Campaign) error {
	left, err := s.clear(ctx, c.ID, skipLate)
	if err != nil || left > 0 {
		return err
	}
	return s.end(ctx, c, FinishedWithFailures)
}

// clearCancelled empties the queues of cancelled campaigns.
func (s *Service) clearCancelled(ctx context.Context) error {
	q := docstore.Query{Filter: docstore.Filter{docstore.Eq("cleared", false),
		docstore.Eq("state", Cancelled)}}
	for c, err := range s.campaigns.All(ctx, q) {
		if err != nil {
			return err
		}
		left, err := s.clear(ctx, c.ID, skipCancelled)
		if err != nil {
			return err
		}
		if left > 0 {
			continue
		}
		counts, err := s.ledger.counts(ctx, c.ID)
		if err != nil {
			return err
		}
		if _, err := s.campaigns.Update(ctx, c.ID, func(c *Campaign) error {
			c.Cleared, c.Tally = true,
				&counts
			return nil
		}); err != nil {
			return err
		}
		s.tallies.Delete(c.ID)
		s.letters.Delete(c.ID)
	}
	return nil
}

// What is cleared by one call: some thousands of deliveries, several at a time because the store commits
// those together, so that one large campaign that was cancelled does not keep all others from beginning.
const (
	clearAtOnce   = 2000
	clearParallel = 16
)

// clear ends deliveries of a campaign that are not going out at this moment, and returns how many it left:
// those that are, and one for all that were too many for one call.
func (s *Service) clear(ctx context.Context, campaign civic.ID, reason string) (int, error) {
	group := routine.NewGroup(s.o.Log, "mail")
	group.SetLimit(clearParallel)
	var left atomic.Int64
	n := 0
	q := docstore.Query{Filter: docstore.Filter{docstore.Eq("queue", campaignQueue(campaign))},
		Sort: []string{"dueAt"}}
	for d, err := range s.ledger.All(ctx, q) {
		if err != nil {
			return int(left.Load()), errors.Join(err, group.Wait())
		}
		if n++; n > clearAtOnce {
			left.Add(1)
			break
		}
		group.Go(func() error {
			_, err := s.ledger.Update(ctx, d.ID, func(d *Delivery) error { return d.giveUp(reason, s.now()) })
			if errors.Is(err, errNotDue) {
				left.Add(1)
				return nil
			}
			return err
		})
	}
	err := group.Wait()
	return int(left.Load()), err
}

// giveUp ends a delivery that is not going out at this moment.
func (d *Delivery) giveUp(reason string, now time.Time) error {
	switch {
	case !d.Open():
		return nil
	case d.State == Sending && d.DueAt.After(now):
		return errNotDue
	case d.State == Sending:
		d.end(Unknown, causeCrash, now)
	case d.State == Unknown:
		d.end(Unknown, d.Cause, now)
	default:
		d.skip(reason, now)
	}
	return nil
}

// expire ends single messages whose time is over, so that no code is kept longer than it is worth something,
// even while mail is held.
func (s *Service) expire(ctx context.Context) error {
	now := s.now()
	q := docstore.Query{Filter: docstore.Filter{docstore.Eq("queue", messageQueue),
		docstore.Lte("expiresAt", now)}, Sort: []string{"expiresAt"}}
	for d, err := range s.ledger.All(ctx, q) {
		if err != nil {
			return err
		}
		_, err = s.ledger.Update(ctx, d.ID, func(d *Delivery) error {
			if d.State == Sending && d.DueAt.After(now) || d.Queue != messageQueue {
				return errNotDue
			}
			if d.State == Sending || d.State == Unknown {
				d.end(Unknown, causeCrash, now)
			} else {
				d.end(Failed, causeExpired, now)
			}
			return nil
		})
		if err != nil && !errors.Is(err, errNotDue) {
			return err
		}
	}
	return nil
}

// recordPending puts mails on the timeline that could not be put there when they were sent.
func (s *Service) recordPending(ctx context.Context) error {
	due, err := s.ledger.due(ctx, timelineQueue, s.now(), pageSize)
	if err != nil {
		return err
	}
	for _, d := range due {
		by, err := s.authorOf(ctx, d.Campaign)
		if err != nil {
			return err
		}
		failed := s.record(ctx, &d, d.Subject, by)
		_, err = s.ledger.Update(ctx, d.ID, func(d *Delivery) error {
			if d.Queue != timelineQueue {
				return errNotDue
			}
			if d.Queue = ""; failed != nil {
				d.Queue, d.DueAt = timelineQueue, s.now().Add(time.Minute)
			}
			return nil
		})
		if err != nil && !errors.Is(err, errNotDue) {
			return err
		}
	}
	return nil
}

// authorOf returns the account that wrote a campaign, "" for a single message.
func (s *Service) authorOf(ctx context.Context, campaign civic.ID) (civic.ID, error) {
	if campaign == "" {
		return "", nil
	}
	c, err := s.campaigns.Get(ctx, campaign)
	return c.Author, err
}

// tell writes to a campaign's author about a step, once however often it is called. That nobody can be told
// is only logged: the desk shows it too. The error says that the letter could not be stored.
func (s *Service) tell(ctx context.Context, c *Campaign, o owed) error {
	if s.o.Staff == nil {
		return nil
	}
	to, language, err := s.o.Staff.StaffMailbox(ctx, c.Author)
	if err != nil {
		s.o.Log.Warn("author of a campaign cannot be told", "campaign", c.ID, "error", err)
		return nil
	}
	mail, err := s.o.Mails.Compose(o.Letter, language, civic.Args{"Name": c.Name,
		"Link": s.o.Staff.CampaignLink(c.ID)})
	if err != nil {
		s.o.Log.Error("author of a campaign cannot be told", "campaign", c.ID, "error", err)
		return nil
	}
	err = s.Enqueue(ctx, Message{
		ID: civic.Key("told", c.ID, civic.ID(fmt.Sprint(o.At.UnixMilli()))), To: to.Address, Name: to.Name,
		Language: language, Class: ClassService,
		Subject: mail.Subject, Text: mail.Text,
	})
	if err != nil && civic.CodeOf(err) != civic.Unavailable {
		s.o.Log.Warn("author of a campaign cannot be told", "campaign", c.ID, "error", err)
		return nil
	}
	return err
}
