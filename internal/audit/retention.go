package audit

import (
	"context"
	"fmt"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Retention says how long records are kept at least, and who says so.
type Retention struct {
	Months int
	Source string
}

// MinimumRetention returns the least time that records are kept: what identity providers ask of a service for
// its log of sign-ins, applied to all records because they share chains.
func MinimumRetention() Retention {
	return Retention{
		Months: 24,
		Source: "SPID/CIE OpenID Connect technical rules, log retention of the service provider " +
			"(italia/spid-cie-oidc-docs, October 2023)",
	}
}

// Expire removes the days that lie more than months back and returns how many records went. It first records
// that it will, so that Verify does not take them for stolen. Invalid below MinimumRetention; only jobs and
// commands may do it.
func (l *Log) Expire(ctx context.Context, by civic.Actor, months int) (int, error) {
	if !by.IsSystem() {
		return 0, civic.NewError(civic.Forbidden, "error.forbidden")
	}
	if months < MinimumRetention().Months {
		return 0, civic.NewError(civic.Invalid, "accounts.audit.error.retention")
	}
	before := day(l.now().AddDate(0, -months, 0))
	old := docstore.Query{Filter: docstore.Filter{docstore.Lt("_id", before)}, Limit: 500}
	first, err := l.records.Find(ctx, old)
	if err != nil || len(first.Items) == 0 {
		return 0, err
	}
	if err := l.Write(ctx,
		Entry{By: by, Action: ActionExpired, Detail: map[string]string{"before": before}}); err != nil {
		return 0, err
	}
	removed := 0
	for page := first; len(page.Items) > 0; {
		for _, r := range page.Items {
			if err := l.records.Delete(ctx, r.ID); err != nil {
				return removed, fmt.Errorf("audit: expire: %w", err)
			}
			removed++
		}
		if page, err = l.records.Find(ctx, old); err != nil {
			return removed, fmt.Errorf("audit: expire: %w", err)
		}
	}
	return removed, nil
}

// expiredBefore returns the day before which records were removed, empty when none were.
func (l *Log) expiredBefore(ctx context.Context) (string, error) {
	latest := ""
	for r, err := range l.records.All(ctx, l.byAction(ActionExpired)) {
		if err != nil {
			return "", fmt.Errorf("audit: verify: %w", err)
		}
		if l.hash(r) == r.Hash && r.Detail["before"] <= day(r.At.AddDate(0, -MinimumRetention().Months, 0)) {
			latest = max(latest, r.Detail["before"])
		}
	}
	return latest, nil
}
