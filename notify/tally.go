package notify

import (
	"context"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/memo"
)

// tally is how many of a running campaign's deliveries are in each state, as it was a moment ago.
type tally struct {
	mu        sync.Mutex
	freshness memo.Freshness
	counts    Counts
}

// Counts returns how many of a campaign's deliveries are in each state: of one that has ended what was kept
// with it, of one under way what was counted a moment ago, because counting reads every delivery.
func (s *Service) Counts(ctx context.Context, by civic.Actor, campaign civic.ID) (Counts, error) {
	if err := by.Can(PermReadCampaigns); err != nil {
		return Counts{}, err
	}
	c, err := s.campaigns.Get(ctx, campaign)
	if err != nil {
		return Counts{}, err
	}
	switch {
	case c.Tally != nil:
		return *c.Tally, nil
	case c.Ended() && (c.Cleared || c.StartedAt.IsZero()):
		return s.keepTally(ctx, campaign)
	}
	return s.recentTally(ctx, campaign)
}

// recentTally counts a campaign's deliveries, unless that was done a moment ago.
func (s *Service) recentTally(ctx context.Context, campaign civic.ID) (Counts, error) {
	found, _ := s.tallies.LoadOrStore(campaign, &tally{})
	t := found.(*tally)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.freshness.Fresh() {
		return t.counts, nil
	}
	start := time.Now()
	counts, err := s.ledger.counts(ctx, campaign)
	if err == nil {
		t.counts = counts
		t.freshness.Learned(start)
	}
	return counts, err
}

// keepTally counts the deliveries of a campaign that has ended and has nothing in its queue, and keeps the
// numbers with it.
func (s *Service) keepTally(ctx context.Context, campaign civic.ID) (Counts, error) {
	counts, err := s.ledger.counts(ctx, campaign)
	if err != nil {
		return counts, err
	}
	_, err = s.campaigns.Update(ctx, campaign, func(c *Campaign) error {
		if c.Ended() && (c.Cleared || c.StartedAt.IsZero()) { // not begun again while it was counted
			c.Tally = &counts
		}
		return nil
	})
	s.tallies.Delete(campaign)
	return counts, err
}
