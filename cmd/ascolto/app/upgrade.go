package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/migrate"
	"ascolto/internal/reference"
	"ascolto/internal/vault"
	"ascolto/notify"
)

// Steps lists every change of a stored form since the first release, in order; none is ever removed or
// changed. Their number is the form that this program reads and writes.
func Steps(v *vault.Vault) []migrate.Step {
	return []migrate.Step{crm.NamesStep(v), notify.RequeuedStep(), forum.NamesStep(),
		forum.RepliesStep(), crm.FieldsStep(), notify.FieldsStep(), reference.FieldsStep(),
		crm.TitlesStep(requests.ActivityRequest, requests.ActivityRequestEnd), requests.PlannedStep(),
		accounts.SortNamesStep(), segment.SortNamesStep(), requests.ApplicantsStep()}
}

// errNoBackup is what a program says that is to upgrade a store it cannot back up.
var errNoBackup = errors.New(
	"ASCOLTO_DB: this version changes the form of what is stored. Stop the site, make a backup of the server " +
		"(mongodump, or a snapshot of the replica set), then say `ascolto upgrade -backed-up`; `ascolto upgrade " +
		"-dry-run` says what would be done")

// errNobodyBacksUp is a mistake of whoever opens the program: the commands give it a way to make a backup.
var errNobodyBacksUp = errors.New(
	"the store has an older form, and there is no way to make a backup before it is upgraded")

// progressEvery is how often the log says how far an upgrade is.
const progressEvery = 5 * time.Second

// upgrade brings the store to the form of this program. A backup is made before; where that is impossible,
// one must have been made.
func (a *App) upgrade(ctx context.Context) error {
	pending, err := a.Forms.Pending(ctx)
	if err != nil || len(pending) == 0 {
		return err
	}
	if err := a.backUpBefore(ctx); err != nil {
		return err
	}
	var said time.Time
	step := ""
	return a.Forms.Apply(ctx, func(p migrate.Progress) {
		if now := time.Now(); p.Step != step || now.Sub(said) >= progressEvery {
			said, step = now, p.Step
			a.Log.Info("upgrading the store", "step", p.Step, "number", p.Number, "of", p.Of, "done", p.Done,
				"total", p.Total)
		}
	})
}

// backUpBefore has a backup of the store made in the data folder, unless a person made one.
func (a *App) backUpBefore(ctx context.Context) error {
	switch {
	case a.config.BackedUp:
		return nil
	case a.config.DB != "":
		return errNoBackup
	}
	if a.backUp == nil {
		return errNobodyBacksUp
	}
	return a.backUp(ctx, UpgradeBackup(a.config.Data))
}

// UpgradeBackup returns the folder of the backup made before the store gets the form of this program.
func UpgradeBackup(data string) string {
	return filepath.Join(data, fmt.Sprintf("before-form-%d", len(Steps(nil))))
}
