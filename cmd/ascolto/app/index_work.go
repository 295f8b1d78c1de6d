package app

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/search"
)

// indexKind is the work of making the index anew. Each process has an index of its own, and makes that one
// alone.
func (a *App) indexKind() work.Kind {
	return work.Kind{
		Name: search.WorkRebuild, Permission: search.PermRebuild, Run: a.workIndex,
		Here: func(t work.Task) bool { return t.Input[search.InputIndex] == a.Search.Name() },
	}
}

// MaintainIndex brings the index up to date with the store, and asks for it to be made anew when it was set
// aside or is new.
func (a *App) MaintainIndex(ctx context.Context) error {
	if a.Search.NeedsRebuild() {
		return a.requireIndex(ctx)
	}
	return a.Search.CatchUp(ctx, a.Sources()...)
}

// RefreshIndex brings the index up to date with the store, at once and wholly when it was set aside or is
// new.
func (a *App) RefreshIndex(ctx context.Context) error {
	if a.Search.NeedsRebuild() {
		return a.Search.Rebuild(ctx, a.Sources()...)
	}
	return a.Search.CatchUp(ctx, a.Sources()...)
}

// CompareIndex asks for the index to be made anew when it does not hold exactly what the store has.
func (a *App) CompareIndex(ctx context.Context) error {
	drift, err := a.Search.Drift(ctx, a.Sources()...)
	if err != nil || drift.IsZero() {
		return err
	}
	a.Log.Warn("the search index differs from the store; it is rebuilt", "missing", drift.Missing, "extra",
		drift.Extra)
	return a.requireIndex(ctx)
}

func (a *App) requireIndex(ctx context.Context) error {
	_, err := a.Work.Require(ctx, civic.System("work"), work.Need{
		ID: a.Search.RebuildID(), Kind: search.WorkRebuild,
		Input: map[string]string{search.InputIndex: a.Search.Name()},
	})
	return err
}

// workIndex makes the index anew, while searches go on in the old one. One that was interrupted reads all
// documents again, but writes only what is not in the new index yet, or changed since.
func (a *App) workIndex(ctx context.Context, _ work.Task, p *work.Progress) (result work.Result, err error) {
	at := work.Position{Step: "work.step.index"}
	for _, s := range []interface {
		SearchDocCount(context.Context) (int, error)
	}{a.CRM, a.Requests, a.Surveys, a.Forum} {
		n, err := s.SearchDocCount(ctx)
		if err != nil {
			return result, err
		}
		at.Total += n
	}
	tell := func(done int) error {
		at.Done = min(done, at.Total) // what is written meanwhile is counted by nobody
		return p.Checkpoint(at)
	}
	if err := tell(0); err != nil {
		return result, err
	}
	if err := a.Search.RebuildTelling(ctx, tell, a.Sources()...); err != nil {
		return result, err
	}
	at.Done = at.Total
	return result, p.Checkpoint(at)
}
