package app

import (
	"context"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
)

// FirstStart gives a new installation what every municipality begins with, and closes what should have been
// closed while the program was not running, before anybody is shown a page.
func (a *App) FirstStart(ctx context.Context) error {
	if err := a.Seed(ctx); err != nil {
		return err
	}
	if _, err := a.Surveys.CloseExpired(ctx); err != nil {
		if civic.CodeOf(err) != civic.Full {
			return err
		}
		// their pages say so all the same
		a.Log.Error("surveys whose time is over cannot be closed", "error", err)
	}
	return nil
}

// Seed stores the offices, topics and tags every municipality begins with when there is no office yet, and
// the procedures when there is none.
func (a *App) Seed(ctx context.Context) error {
	offices, err := a.Reference.Offices(ctx)
	if err != nil {
		return err
	}
	if len(offices) == 0 {
		reference, err := reference.Default()
		if err != nil {
			return err
		}
		if err := a.Reference.Seed(ctx, civic.System("start"), reference); err != nil {
			return err
		}
	}
	if err := a.SeedProcedures(ctx); err != nil {
		return err
	}
	return a.SeedSteps(ctx)
}

// SeedProcedures stores what can be asked for by Italian law when there is no procedure yet.
func (a *App) SeedProcedures(ctx context.Context) error {
	there, err := a.Requests.Procedures(ctx)
	if err != nil || len(there) > 0 {
		return err
	}
	all, err := requests.DefaultProcedures()
	if err != nil {
		return err
	}
	return a.Requests.Seed(ctx, civic.System("start"), all)
}

// SeedSteps stores the steps by which requests that wait are brought before more people, when there is none
// yet.
func (a *App) SeedSteps(ctx context.Context) error {
	there, err := a.Requests.Steps(ctx)
	if err != nil || len(there) > 0 {
		return err
	}
	all, err := requests.DefaultSteps()
	if err != nil {
		return err
	}
	return a.Requests.SeedSteps(ctx, civic.System("start"), all)
}
