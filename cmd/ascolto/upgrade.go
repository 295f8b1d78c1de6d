package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ascolto/crm"
	"ascolto/internal/migrate"
	"ascolto/internal/vault"
	"ascolto/notify"
)

// steps lists every change of a stored form since the first release, in order; none is ever removed or changed. Their number is the form
// that this program reads and writes.
func steps(v *vault.Vault) []migrate.Step {
	return []migrate.Step{crm.NamesStep(v), notify.RequeuedStep()}
}

// errNoBackup is what a program says that is to upgrade a store it cannot back up.
var errNoBackup = errors.New("ASCOLTO_DB: this version changes the form of what is stored. Stop the site, make a backup of the server " +
	"(mongodump, or a snapshot of the replica set), then say `ascolto upgrade -backed-up`; `ascolto upgrade -dry-run` says what would be done")

// progressEvery is how often the log says how far an upgrade is.
const progressEvery = 5 * time.Second

// upgrade brings the store to the form of this program. A backup is made before; where that is impossible, one must have been made.
func (a *app) upgrade(ctx context.Context) error {
	pending, err := a.forms.Pending(ctx)
	if err != nil || len(pending) == 0 {
		return err
	}
	if err := a.backUpBefore(ctx); err != nil {
		return err
	}
	var said time.Time
	step := ""
	return a.forms.Apply(ctx, func(p migrate.Progress) {
		if now := time.Now(); p.Step != step || now.Sub(said) >= progressEvery {
			said, step = now, p.Step
			a.log.Info("upgrading the store", "step", p.Step, "number", p.Number, "of", p.Of, "done", p.Done, "total", p.Total)
		}
	})
}

// backUpBefore makes a backup of the store in the data folder, unless an upgrade that was interrupted made it, or a person did.
func (a *app) backUpBefore(ctx context.Context) error {
	switch {
	case a.config.backedUp:
		return nil
	case a.config.DB != "":
		return errNoBackup
	}
	folder := upgradeBackup(a.config.Data)
	if _, err := readManifest(folder); err == nil {
		return nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	a.log.Info("the store has an older form: a backup is made before it is upgraded", "folder", folder)
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := fillBackup(ctx, program{config: a.config, getenv: a.config.getenv}, folder); err != nil {
		return fmt.Errorf("the backup before the upgrade, in %s: %w; with a backup of your own, say `ascolto upgrade -backed-up`",
			folder, errors.Join(roomless(err, folder), os.RemoveAll(folder)))
	}
	return nil
}

// upgradeBackup returns the folder of the backup made before the store gets the form of this program.
func upgradeBackup(data string) string {
	return filepath.Join(data, fmt.Sprintf("before-form-%d", len(steps(nil))))
}

// upgradeCommand brings the store to the form of this program without serving it, and drops what no version needs any more.
func upgradeCommand(ctx context.Context, p program, args []string) (err error) {
	flags := flag.NewFlagSet("ascolto upgrade", flag.ContinueOnError)
	dry := flags.Bool("dry-run", false, "say what would be done, and do nothing")
	backedUp := flags.Bool("backed-up", false, "there is a backup; make none")
	if err := p.parse(flags, args); err != nil {
		return err
	}
	if *dry {
		return dryUpgrade(ctx, p)
	}
	p.config.backedUp = *backedUp
	a, err := openApp(ctx, p.config, p.config.Origin.String(), p.errOut, p.now, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	dropped, err := a.db.DropSpareIndexes(ctx)
	if err != nil {
		return err
	}
	for _, name := range dropped {
		fmt.Fprintf(p.out, "dropped an index that no version needs: %s\n", name)
	}
	form, err := a.forms.Form(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "the store has form %d, which this version reads and writes\n", form.Number)
	return nil
}

// dryUpgrade says which steps are pending.
func dryUpgrade(ctx context.Context, p program) (err error) {
	a := &app{config: p.config, now: p.now, log: newLog(p.errOut, p.config.Log)}
	defer func() { err = errors.Join(err, a.close()) }()
	if _, err := os.Stat(filepath.Join(p.config.Data, storeFile)); p.config.DB == "" && err != nil {
		return fmt.Errorf("ascolto upgrade: there is no store in the data folder %s (ASCOLTO_DATA): %w", p.config.Data, err)
	}
	if err := a.openStore(ctx); err != nil {
		return err
	}
	form, err := a.forms.Form(ctx)
	if err != nil {
		return err
	}
	pending, err := a.forms.Pending(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "the store has form %d, this version form %d\n", form.Number, len(steps(nil)))
	for i, s := range pending {
		fmt.Fprintf(p.out, "  %d. %s: %s\n", form.Number+i+1, s.Name, s.Help)
	}
	if len(pending) == 0 {
		fmt.Fprintln(p.out, "nothing is to be done")
	}
	return nil
}
