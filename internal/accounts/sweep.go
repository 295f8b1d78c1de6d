package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Sweep removes sessions, codes and links that have ended, and tokens a while after, and returns how many.
// What has ended is worthless without it too. What cannot be removed does not keep the rest.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	now := s.clock.now()
	total, failed := s.sweepAccess(ctx, now)
	n, err := sweep(ctx, s.tokens, now.Add(-tokenKept), func(d AccessToken) civic.ID { return d.ID })
	total, failed = total+n, errors.Join(failed, err)
	n, err = sweep(ctx, s.claims, now, func(d claim) civic.ID { return d.ID })
	total, failed = total+n, errors.Join(failed, err)
	// what guards told each other is not counted
	_, err = sweep(ctx, s.attempts, now, func(d attempt) civic.ID { return d.ID })
	if failed = errors.Join(failed, err); failed != nil {
		failed = fmt.Errorf("accounts: sweep: %w", failed)
	}
	return total, failed
}

// sweepAccess removes sessions, codes and links that end before an instant, and returns how many.
func (s *Service) sweepAccess(ctx context.Context, before time.Time) (total int, failed error) {
	for _, one := range []func() (int, error){
		func() (int, error) { return s.sweepSessions(ctx, before) },
		func() (int, error) { return sweep(ctx, s.codes, before, func(d code) civic.ID { return d.ID }) },
		func() (int, error) { return sweep(ctx, s.flows, before, func(d flow) civic.ID { return d.ID }) },
		func() (int, error) { return sweep(ctx, s.resets, before, func(d reset) civic.ID { return d.ID }) },
	} {
		n, err := one()
		total, failed = total+n, errors.Join(failed, err)
	}
	return total, failed
}

// sweepSessions is sweep of sessions, after the audit is told of those that somebody ended. One of which it
// cannot be told stays.
func (s *Service) sweepSessions(ctx context.Context, before time.Time) (n int, failed error) {
	for session, err := range s.sessions.All(ctx, endedBefore(before)) {
		if err != nil {
			return n, errors.Join(failed, err)
		}
		if err := s.end(ctx, session); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}

// endedBefore is what ended before an instant.
func endedBefore(now time.Time) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Lt("until", now)}, Sort: []string{"until"},
		Limit: 500}
}

func sweep[T any](
	ctx context.Context, docs *docstore.Collection[T], now time.Time, id func(T) civic.ID,
) (int, error) {
	n := 0
	for d, err := range docs.All(ctx, endedBefore(now)) {
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

// EndAll removes every session, token, code and link, asked for or sent, of a store that no service has open:
// for one that was restored from a copy, which does not know who was signed out, disabled or given another
// password since.
func EndAll(ctx context.Context, db *docstore.DB) error {
	var s Service
	if err := s.collect(ctx, db); err != nil {
		return err
	}
	late := civic.Now().AddDate(100, 0, 0)
	if _, err := s.sweepAccess(ctx, late); err != nil {
		return fmt.Errorf("accounts: end all: %w", err)
	}
	if _, err := sweep(ctx, s.tokens, late, func(d AccessToken) civic.ID { return d.ID }); err != nil {
		return fmt.Errorf("accounts: end all: %w", err)
	}
	for ask, err := range s.asks.All(ctx, docstore.Query{}) {
		if err == nil {
			err = s.asks.Delete(ctx, ask.ID)
		}
		if err != nil {
			return fmt.Errorf("accounts: end all: %w", err)
		}
	}
	return nil
}
