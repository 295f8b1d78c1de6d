package notify

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
)

// RequeuedStep returns the step that calls off what an earlier version left half done when it was to try
// failed deliveries again: it queued them before the campaign ran, and a crash left them waiting in a
// campaign that had ended. They have failed once more, so that a person can have them tried again.
func RequeuedStep() migrate.Step {
	return migrate.Step{
		Name: "deliveries-requeued",
		Help: "deliveries that wait in a campaign that has ended count as failed, and can be tried again",
		Run: migrate.Over(campaignSpec(), func(
			ctx context.Context, db *docstore.DB, _ *docstore.Collection[Campaign],
		) (func(context.Context, []Campaign) error, error) {
			l, err := openLedger(ctx, db)
			return l.callOffAll, err
		}),
	}
}

// callOffAll calls off what waits in campaigns of a page that have ended with failures.
func (l ledger) callOffAll(ctx context.Context, page []Campaign) error {
	for _, c := range page {
		if c.State != FinishedWithFailures {
			continue
		}
		if err := l.callOff(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}

func (l ledger) callOff(ctx context.Context, campaign civic.ID) error {
	waiting := docstore.Query{Filter: docstore.Filter{docstore.Eq("queue", campaignQueue(campaign))},
		Sort: []string{"dueAt"}}
	for d, err := range l.All(ctx, waiting) {
		if err != nil {
			return err
		}
		_, err := l.Update(ctx, d.ID, func(d *Delivery) error {
			if d.State == Queued {
				d.State, d.Queue = Failed, ""
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
