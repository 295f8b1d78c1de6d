package notify

import (
	"context"
	"errors"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
)

// RetryFailed lets a finished campaign try its failed deliveries again, and returns how many there are: SendDue queues them, some
// thousands at a time. Addresses on hold are skipped when their turn comes, unless they were released.
func (s *Service) RetryFailed(ctx context.Context, by civic.Actor, id civic.ID) (int, error) {
	if err := by.Can(PermSendCampaigns); err != nil {
		return 0, err
	}
	c, err := s.campaigns.Get(ctx, id)
	if err != nil {
		return 0, err
	}
	if c.State != FinishedWithFailures || c.late(s.now()) {
		return 0, civic.NewError(civic.Conflict, "notify.error.state")
	}
	n, err := s.ledger.Count(ctx, docstore.Filter{docstore.Eq("campaign", id), docstore.Eq("state", Failed)})
	if err != nil || n == 0 {
		return 0, err
	}
	_, err = s.step(ctx, by, id, Running, func(c *Campaign) error {
		c.EndedAt, c.Cleared, c.Tally = time.Time{}, false, nil
		c.Again = requeueing{Under: true}
		return nil
	})
	return n, err
}

// requeueing is how far a campaign's failed deliveries are queued once more.
type requeueing struct {
	Under bool   `bson:"under"`          // under way
	Ours  bool   `bson:"ours,omitempty"` // only what was refused because of us
	After string `bson:"after"`          // the cursor behind those that were looked at: what fails once more is not queued a third time
}

// Requeueing reports whether failed deliveries of the campaign are still being queued again.
func (c *Campaign) Requeueing() bool {
	return c.Again.Under && (c.State == Running || c.State == Paused)
}

// requeue queues the next of a campaign's failed deliveries once more: as many as a call of clear ends.
func (s *Service) requeue(ctx context.Context, c *Campaign) error {
	seen, next := c.Again, requeueing{Under: true, Ours: c.Again.Ours, After: c.Again.After}
	for n := 0; n < clearAtOnce && next.Under; n += requeuePage {
		page, err := s.ledger.Find(ctx, docstore.Query{
			Filter: docstore.Filter{docstore.Eq("campaign", c.ID), docstore.Eq("state", Failed)}, Cursor: next.After, Limit: requeuePage,
		})
		if civic.CodeOf(err) == civic.Invalid && next.After != "" { // another version's cursor: begin again
			next.After = ""
			break
		}
		if err != nil {
			return err
		}
		if err := s.requeueAll(ctx, page.Items, seen.Ours); err != nil {
			return err
		}
		next.Under, next.After = page.Next != "", page.Next
	}
	_, err := s.campaigns.Update(ctx, c.ID, func(c *Campaign) error {
		if c.Again != seen || c.State != Running { // another process was faster, or somebody stopped it
			return errNotDue
		}
		c.Again = next
		return nil
	})
	wakeUp(s.bulk.wake)
	if errors.Is(err, errNotDue) {
		return s.clearEnded(ctx, c.ID)
	}
	return err
}

// clearEnded empties the queue of a campaign that came to its end while deliveries were put into it.
func (s *Service) clearEnded(ctx context.Context, id civic.ID) error {
	c, err := s.campaigns.Get(ctx, id)
	if err != nil || !c.Ended() {
		return err
	}
	reason := skipLate
	if c.State == Cancelled {
		reason = skipCancelled
	}
	if left, err := s.clear(ctx, id, reason); err != nil || left > 0 {
		return err
	}
	_, err = s.keepTally(ctx, id)
	return err
}

// requeuePage is how many deliveries are read at once.
const requeuePage = 1000

func (s *Service) requeueAll(ctx context.Context, failed []Delivery, ours bool) error {
	group := routine.NewGroup(s.o.Log, "mail")
	group.SetLimit(clearParallel)
	for _, d := range failed {
		if ours && !Ours(d.Cause) {
			continue
		}
		group.Go(func() error {
			_, err := s.ledger.Update(ctx, d.ID, func(d *Delivery) error { return d.again(s.now()) })
			if errors.Is(err, errNotDue) {
				return nil
			}
			return err
		})
	}
	return group.Wait()
}

// again queues a failed delivery once more.
func (d *Delivery) again(now time.Time) error {
	if d.State != Failed {
		return errNotDue
	}
	d.State, d.Queue, d.DueAt, d.ExpiresAt = Queued, campaignQueue(d.Campaign), now, now.Add(patience)
	d.Attempt, d.UpdatedAt = 0, now
	return nil
}
