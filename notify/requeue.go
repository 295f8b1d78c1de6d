package notify

import (
	"context"
	"errors"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
	"ascolto/internal/work"
	"ascolto/notify/transport"
)

// RetryFailed lets a finished campaign try its failed deliveries again, and returns how many can be: long
// work queues them. The others stay failed, with the answers of their servers; when there is nobody else,
// nothing changes. Who asks once more, as long as that goes on, is told the same.
func (s *Service) RetryFailed(ctx context.Context, by civic.Actor, id civic.ID) (int, error) {
	if err := by.Can(PermSendCampaigns); err != nil {
		return 0, err
	}
	c, err := s.campaigns.Get(ctx, id)
	if err != nil {
		return 0, err
	}
	retry, again := requeueing{Under: true}, c.retriedBy(by)
	if !again {
		if c.State != FinishedWithFailures || c.late(s.now()) {
			return 0, civic.NewError(civic.Conflict, "notify.error.state")
		}
		reach, err := s.forecastFailed(ctx, &c)
		if err != nil || reach.Send == 0 {
			return 0, err
		}
		retry.Wanted = reach.Send
	}
	seen := c.Moved
	c, err = s.step(ctx, by, id, Running, func(c *Campaign) error {
		if again && !c.Moved.At.Equal(seen.At) { // it came to its end in this moment
			return civic.NewError(civic.Conflict, "notify.error.state")
		}
		c.EndedAt, c.Cleared, c.Tally, c.Again = time.Time{}, false, nil, retry
		return nil
	})
	if err == nil && c.Again.Under {
		err = s.require(ctx, &c, WorkRequeue)
	}
	return c.Again.Wanted, err
}

// retriedBy reports whether the campaign runs because by had its failed deliveries tried again.
func (c *Campaign) retriedBy(by civic.Actor) bool {
	return c.State == Running && c.Moved != nil && c.Moved.From == FinishedWithFailures &&
		c.Moved.By == by.Account
}

// requeueing is how far a campaign's failed deliveries are queued once more.
type requeueing struct {
	Under  bool `bson:"under"`            // under way
	Ours   bool `bson:"ours,omitempty"`   // only what was refused because of us
	Wanted int  `bson:"wanted,omitempty"` // how many could be tried again when a person asked for it
	// the cursor behind those that were looked at: what fails once more is not queued a third time
	After string `bson:"after"`
}

// Requeueing reports whether failed deliveries of the campaign are still being queued again.
func (c *Campaign) Requeueing() bool {
	return c.Again.Under && (c.State == Running || c.State == Paused)
}

// workRequeue queues a campaign's failed deliveries once more, page by page. The campaign keeps where the
// next page is, because a person may pause it, and it goes on there.
func (s *Service) workRequeue(ctx context.Context, t work.Task, p *work.Progress) (work.Result, error) {
	at := t.Position
	at.Step = stepRequeue
	for {
		c, err := s.wanted(ctx, t)
		if err != nil {
			return work.Result{}, err
		}
		if at.Total == 0 {
			if at.Total, err = s.failed(ctx, c.ID); err != nil {
				return work.Result{}, err
			}
		}
		var n int
		err = s.held(ctx, t, p, at, func(ctx context.Context) error {
			n, err = s.requeue(ctx, c)
			return err
		})
		if err != nil {
			return work.Result{}, err
		}
		s.hooks.at(stepRequeued, nil)
		at.Done = min(at.Done+n, at.Total)
		if !c.Again.Under {
			return work.Result{}, p.Checkpoint(at)
		}
	}
}

// failed returns how many deliveries of a campaign failed.
func (s *Service) failed(ctx context.Context, campaign civic.ID) (int, error) {
	return s.ledger.Count(ctx,
		docstore.Filter{docstore.Eq("campaign", campaign), docstore.Eq("state", Failed)})
}

// requeue queues the next page of a campaign's failed deliveries once more, returns how many it looked at,
// and changes c.Again to what is left. When another process was faster, or somebody stopped the campaign, it
// returns work.ErrUnwanted, and what came into the queue of one that has ended is taken out of it.
func (s *Service) requeue(ctx context.Context, c *Campaign) (int, error) {
	seen, next := c.Again, c.Again
	page, err := s.ledger.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("campaign", c.ID), docstore.Eq("state", Failed)},
		Cursor: next.After, Limit: requeuePage,
	})
	switch {
	case civic.CodeOf(err) == civic.Invalid && next.After != "": // another version's cursor: begin again
		next.After = ""
	case err != nil:
		return 0, err
	default:
		if err := s.requeueAll(ctx, c, page.Items); err != nil {
			return 0, err
		}
		next.Under, next.After = page.Next != "", page.Next
	}
	_, err = s.campaigns.Update(ctx, c.ID, func(c *Campaign) error {
		if c.Again != seen || c.State != Running {
			return errNotDue
		}
		c.Again = next
		return nil
	})
	wakeUp(s.bulk.wake)
	if errors.Is(err, errNotDue) {
		return 0, errors.Join(work.ErrUnwanted, s.clearEnded(ctx, c.ID))
	}
	c.Again = next
	return len(page.Items), err
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

// requeueAll queues those of some failed deliveries once more that can be sent now. The others stay as they
// are, so that why they failed can still be read.
func (s *Service) requeueAll(ctx context.Context, c *Campaign, failed []Delivery) error {
	failed = slices.DeleteFunc(failed, func(d Delivery) bool { return c.Again.Ours && !transport.Ours(d.Cause) })
	group := routine.NewGroup(s.o.Log, "mail")
	group.SetLimit(clearParallel)
	for batch := range slices.Chunk(failed, freezeBatch) {
		rows, err := s.judgeAgain(ctx, c, batch, map[string]civic.ID{})
		if err != nil {
			return errors.Join(err, group.Wait())
		}
		for i, row := range rows {
			if row.State != Queued {
				continue
			}
			group.Go(func() error {
				_, err := s.ledger.Update(ctx, batch[i].ID, func(d *Delivery) error {
					d.Copy = row.Copy
					return d.again(s.now())
				})
				if civic.CodeOf(err) == civic.Conflict { // done before, or another one took the address
					return nil
				}
				return err
			})
		}
	}
	return group.Wait()
}

// again queues a failed delivery once more.
func (d *Delivery) again(now time.Time) error {
	if d.State != Failed || d.Erased {
		return errNotDue
	}
	d.State, d.Queue, d.DueAt, d.ExpiresAt = Queued, campaignQueue(d.Campaign), now, now.Add(patience)
	d.Attempt, d.UpdatedAt = 0, now
	return nil
}
