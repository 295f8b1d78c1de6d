package app

import (
	"context"
	"errors"
	"sync"
	"time"
)

// repairer redoes what follows from documents that were stored but not acknowledged, because the program was
// killed in between: the timelines of citizens, the counts of discussions, and the end of sessions that began
// with an address that was taken off. Each of it may be redone at any time.
type repairer struct {
	app *App

	mu   sync.Mutex
	last time.Time // everything that was stored before has its effects
}

// The spans that are gone through: at the start what a run that ended suddenly may have left, later what the
// last round may have missed of documents that were being written, also by other instances, whose clocks
// differ a little.
const (
	repairAtStart = 48 * time.Hour
	repairOverlap = 2 * time.Minute
)

// RepairedAtStart is what the log says once.
const RepairedAtStart = "what the run before may have left half done is complete"

func newRepairer(a *App) *repairer { return &repairer{app: a} }

// run is a job.
func (r *repairer) run(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	begun := r.app.now()
	since := r.last.Add(-repairOverlap)
	if r.last.IsZero() {
		since = begun.Add(-repairAtStart)
	}
	miscounted, forum := r.app.Forum.Repair(ctx, since)
	looked, crm := r.app.CRM.RepairTimeline(ctx, since)
	_, shutOuts := r.app.CRM.RepairShutOuts(ctx, since)
	_, requests := r.app.Requests.Repair(ctx, since)
	rest := errors.Join(r.app.Hours.Repair(ctx, since), r.app.Reference.Repair(ctx, since),
		r.app.Segments.Repair(ctx, since), r.app.Accounts.Repair(ctx, since),
		r.app.Texts.Repair(ctx, since))
	if err := errors.Join(forum, crm, shutOuts, requests, rest); err != nil {
		return err
	}
	if r.last.IsZero() {
		r.app.Log.Info(RepairedAtStart, "miscounted discussions", miscounted, "conversations looked at",
			looked)
	}
	r.last = begun
	return nil
}
