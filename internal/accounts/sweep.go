package accounts

import (
	"context"
	"fmt"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Sweep removes sessions, codes and links that have ended, and returns how many. What has ended is worthless without it too.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	now := s.clock.now()
	total := 0
	for _, one := range []func() (int, error){
		func() (int, error) { return sweep(ctx, s.sessions, now, func(d Session) civic.ID { return d.ID }) },
		func() (int, error) { return sweep(ctx, s.codes, now, func(d code) civic.ID { return d.ID }) },
		func() (int, error) { return sweep(ctx, s.flows, now, func(d flow) civic.ID { return d.ID }) },
		func() (int, error) { return sweep(ctx, s.resets, now, func(d reset) civic.ID { return d.ID }) },
		func() (int, error) { return sweep(ctx, s.claims, now, func(d claim) civic.ID { return d.ID }) },
	} {
		n, err := one()
		total += n
		if err != nil {
			return total, fmt.Errorf("accounts: sweep: %w", err)
		}
	}
	return total, nil
}

func sweep[T any](ctx context.Context, docs *docstore.Collection[T], now time.Time, id func(T) civic.ID) (int, error) {
	n := 0
	for d, err := range docs.All(ctx, docstore.Query{Filter: docstore.Filter{docstore.Lt("until", now)}, Sort: []string{"until"}, Limit: 500}) {
		if err == nil {
			err = docs.Delete(ctx, id(d))
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
