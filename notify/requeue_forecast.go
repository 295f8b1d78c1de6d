package notify

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify/transport"
)

// ForecastAgain returns what a campaign would do if it went on now: one that is paused with those who have
// not had their turn, one that ended with failures with those whose delivery failed. Total is how many they
// are. It returns Conflict for a campaign in any other state.
func (s *Service) ForecastAgain(ctx context.Context, by civic.Actor, id civic.ID) (Forecast, error) {
	c, err := s.Campaign(ctx, by, id)
	if err != nil {
		return Forecast{}, err
	}
	switch {
	case c.State == Paused && !c.StartedAt.IsZero() && c.FrozenAt.IsZero(): // nobody had it yet
		return s.forecast(ctx, &c)
	case c.State == Paused && !c.StartedAt.IsZero():
		return s.forecastOf(ctx, &c, []DeliveryState{Queued, Retrying, Sending, Failed}, c.takesAgain)
	case c.State == FinishedWithFailures && !c.late(s.now()):
		return s.forecastFailed(ctx, &c)
	}
	return Forecast{}, civic.NewError(civic.Conflict, "notify.error.state")
}

// takesAgain reports whether resuming c, which is paused, writes to the person of d.
func (c *Campaign) takesAgain(d *Delivery) bool {
	switch {
	case d.State != Failed:
		return true
	case c.Stop != nil:
		return c.Stop.Dead || transport.Ours(d.Cause)
	}
	return c.Again.Under && (!c.Again.Ours || transport.Ours(d.Cause))
}

// forecastFailed returns what trying a campaign's failed deliveries once more would do.
func (s *Service) forecastFailed(ctx context.Context, c *Campaign) (Forecast, error) {
	return s.forecastOf(ctx, c, []DeliveryState{Failed}, func(*Delivery) bool { return true })
}

// forecastOf returns what a campaign would do with those of its deliveries in some states that wanted
// accepts.
func (s *Service) forecastOf(
	ctx context.Context, c *Campaign, states []DeliveryState, wanted func(*Delivery) bool,
) (Forecast, error) {
	ls, err := parseLetters(c)
	if err != nil {
		return Forecast{}, err
	}
	t := &counting{letters: ls, taken: map[string]civic.ID{}, skipped: map[CauseCount]int{},
		lacks: map[string]int{}}
	var batch []Delivery
	flush := func() error {
		rows, err := s.judgeAgain(ctx, c, batch, t.taken)
		if err == nil {
			t.Total += len(rows)
			t.add(rows)
		}
		batch = batch[:0]
		return err
	}
	for _, state := range states {
		q := docstore.Query{
			Filter: docstore.Filter{docstore.Eq("campaign", c.ID), docstore.Eq("state", state)}}
		for d, err := range s.ledger.All(ctx, q) {
			if err != nil {
				return Forecast{}, err
			}
			if !wanted(&d) {
				continue
			}
			if batch = append(batch, d); len(batch) == freezeBatch {
				if err := flush(); err != nil {
					return Forecast{}, err
				}
			}
		}
	}
	if err := flush(); err != nil {
		return Forecast{}, err
	}
	return t.forecast(), nil
}

// judgeAgain returns how the rows of deliveries that are in the ledger have to be at this moment, in their
// order: queued, or ended with the reason. taken notes who holds the copy of an address.
func (s *Service) judgeAgain(
	ctx context.Context, c *Campaign, old []Delivery, taken map[string]civic.ID,
) ([]judged, error) {
	contacts := make([]civic.ID, len(old))
	for i, d := range old {
		contacts[i] = d.Contact
	}
	rows, err := s.judge(ctx, c, contacts)
	if err != nil {
		return nil, err
	}
	var keys []string
	for i := range rows {
		if old[i].Erased {
			rows[i].skip(skipGone, s.now())
		}
		if rows[i].Copy != "" {
			keys = append(keys, rows[i].Copy)
		}
	}
	held, err := s.ledger.copies(ctx, keys)
	if err != nil {
		return nil, err
	}
	for key, contact := range held {
		taken[key] = contact
	}
	skipTaken(rows, taken, s.now())
	return rows, nil
}
