package notify

import (
	"context"
	"errors"

	"ascolto/internal/docstore"
)

// reclaimLeases makes due at once what a process that is gone was sending, instead of when its leases are
// over. The repeat is marked and has the same Message-ID as ever. Only who sends alone may do this, and only
// before it begins.
func (s *Service) reclaimLeases(ctx context.Context) error {
	queries := []docstore.Query{{Filter: docstore.Filter{docstore.Eq("queue", messageQueue)},
		Sort: []string{"dueAt"}}}
	for c, err := range s.campaigns.All(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("cleared", false),
			docstore.In("state", Running, Paused, Cancelled)},
	}) {
		if err != nil {
			return err
		}
		queries = append(queries,
			docstore.Query{Filter: docstore.Filter{docstore.Eq("campaign", c.ID),
				docstore.Eq("state", Sending)}})
	}
	for _, q := range queries {
		for d, err := range s.ledger.All(ctx, q) {
			if err != nil {
				return err
			}
			if d.State != Sending {
				continue
			}
			_, err = s.ledger.Update(ctx, d.ID, func(d *Delivery) error {
				if d.State != Sending {
					return errNotDue
				}
				d.DueAt = s.now()
				return nil
			})
			if err != nil && !errors.Is(err, errNotDue) {
				return err
			}
		}
	}
	return nil
}
