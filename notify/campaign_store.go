package notify

import (
	"context"
	"errors"
	"slices"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

func campaignSpec() docstore.Spec {
	return docstore.Spec{Name: "campaigns", Indexes: []docstore.Index{
		{Name: "created", Fields: []string{"-createdAt"}},
		{Name: "state", Fields: []string{"state", "startAt"}},
		{Name: "state_created", Fields: []string{"state", "-createdAt"}},
		{Name: "cleared", Fields: []string{"cleared", "state"}},
		{Name: "segment", Fields: []string{"segment"}},
		{Name: "owed", Fields: []string{"owedAt"}},
	}}
}

// Campaigns returns campaigns, the newest first; state chooses, empty means all.
func (s *Service) Campaigns(
	ctx context.Context, by civic.Actor, state CampaignState, p civic.PageRequest,
) (civic.Page[Campaign], error) {
	if err := by.Can(PermReadCampaigns); err != nil {
		return civic.Page[Campaign]{}, err
	}
	p = p.Normal()
	q := docstore.Query{Sort: []string{"-createdAt"}, Cursor: p.Cursor, Limit: p.Size}
	if state != "" {
		q.Filter = docstore.Filter{docstore.Eq("state", state)}
	}
	return s.campaigns.Find(ctx, q)
}

// Campaign returns one campaign, or NotFound.
func (s *Service) Campaign(ctx context.Context, by civic.Actor, id civic.ID) (Campaign, error) {
	if err := by.Can(PermReadCampaigns); err != nil {
		return Campaign{}, err
	}
	return s.campaigns.Get(ctx, id)
}

// UsesSegment reports whether a segment must stay: a campaign needs it that is not over, or one began with
// it, whose page says to whom it went.
func (s *Service) UsesSegment(ctx context.Context, segment civic.ID) (bool, error) {
	for c, err := range s.campaigns.All(ctx,
		docstore.Query{Filter: docstore.Filter{docstore.Eq("segment", segment)}}) {
		if err != nil {
			return false, err
		}
		if !c.Ended() || !c.StartedAt.IsZero() {
			return true, nil
		}
	}
	return false, nil
}

// DeliveryFilter chooses deliveries of a campaign.
type DeliveryFilter struct {
	State    DeliveryState
	Cause    string     // empty: any
	Contacts []civic.ID // nil: anybody's; else these people's alone, on one page
}

// Deliveries returns a campaign's deliveries in one state, with contacts and addresses; the reading is
// audited.
func (s *Service) Deliveries(
	ctx context.Context, by civic.Actor, campaign civic.ID, f DeliveryFilter, p civic.PageRequest,
) (civic.Page[Delivery], error) {
	if err := by.Can(PermReadCampaigns); err != nil {
		return civic.Page[Delivery]{}, err
	}
	p = p.Normal()
	find := s.deliveriesOf
	if f.Contacts == nil {
		find = s.deliveriesIn
	}
	page, err := find(ctx, campaign, f, p)
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	entry := audit.Entry{By: by, Action: ActionDeliveryList, Object: campaign,
		Detail: map[string]string{"state": string(f.State)}}
	if f.Contacts == nil {
		return page, s.o.Audit.Write(ctx, entry)
	}
	entries := make([]audit.Entry, len(page.Items)) // who looks somebody up leaves a trace with that person
	for i, d := range page.Items {
		entries[i] = entry
		entries[i].Contact = d.Contact
	}
	return page, s.o.Audit.WriteAll(ctx, entries)
}

// deliveriesIn returns a page of the deliveries in a state, for a cause if one is given.
func (s *Service) deliveriesIn(
	ctx context.Context, campaign civic.ID, f DeliveryFilter, p civic.PageRequest,
) (civic.Page[Delivery], error) {
	q := docstore.Query{
		Filter: docstore.Filter{docstore.Eq("campaign", campaign), docstore.Eq("state", f.State)},
		Cursor: p.Cursor, Limit: p.Size,
	}
	if f.Cause != "" {
		q.Filter = append(q.Filter, docstore.Eq("cause", f.Cause))
	}
	return s.ledger.Find(ctx, q)
}

// deliveriesOf returns the deliveries of some people, as far as f wants them.
func (s *Service) deliveriesOf(
	ctx context.Context, campaign civic.ID, f DeliveryFilter, _ civic.PageRequest,
) (civic.Page[Delivery], error) {
	ids := make([]string, len(f.Contacts))
	for i, contact := range f.Contacts {
		ids[i] = string(civic.Key(campaign, contact))
	}
	page, err := s.ledger.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)},
		Limit: max(1, len(ids))})
	page.Items = slices.DeleteFunc(page.Items, func(d Delivery) bool {
		return d.State != f.State || f.Cause != "" && d.Cause != f.Cause
	})
	return page, err
}

// step changes a campaign's state and writes the change down. check, when not nil, may refuse it. Who asks
// once more for what they did already is told what became of it: the answer may have been lost. What follows
// from the step is done here, or later by SendDue.
func (s *Service) step(
	ctx context.Context, by civic.Actor, id civic.ID, to CampaignState, check func(*Campaign) error,
) (Campaign, error) {
	if check == nil {
		check = func(*Campaign) error { return nil }
	}
	c, err := s.campaigns.Update(ctx, id, func(c *Campaign) error {
		if c.repeats(to, by, check) {
			return errRepeated
		}
		if err := c.to(to, by, s.now()); err != nil {
			return err
		}
		if err := check(c); err != nil {
			return err
		}
		c.owe(by)
		return nil
	})
	again := errors.Is(err, errRepeated)
	if err != nil && !again {
		return c, err
	}
	s.policy.forget()
	s.tallies.Delete(id)
	wakeUp(s.bulk.wake)
	return c, s.settle(ctx, &c, again)
}

// errRepeated tells that somebody asks for what they did already.
var errRepeated = errors.New("notify: done before")
