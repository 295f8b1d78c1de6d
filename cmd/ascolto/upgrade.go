package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ascolto/cmd/ascolto/app"
)

// upgradeCommand brings the store to the form of this program without serving it, and drops what no version
// needs any more.
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
	p.config.BackedUp = *backedUp
	a, err := p.open(ctx, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	dropped, err := a.DB.DropSpareIndexes(ctx)
	if err != nil {
		return err
	}
	for _, name := range dropped {
		fmt.Fprintf(p.out, "dropped an index that no version needs: %s\n", name)
	}
	form, err := a.Forms.Form(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "the store has form %d, which this version reads and writes\n", form.Number)
	return nil
}

// dryUpgrade says which steps are pending.
func dryUpgrade(ctx context.Context, p program) (err error) {
	if _, err := os.Stat(filepath.Join(p.config.Data, storeFile)); p.config.DB == "" && err != nil {
		return fmt.Errorf("ascolto upgrade: there is no store in the data folder %s (ASCOLTO_DATA): %w",
			p.config.Data, err)
	}
	o, err := p.options(app.Options{})
	if err != nil {
		return err
	}
	a, err := app.OpenStore(ctx, p.config.Config, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	form, err := a.Forms.Form(ctx)
	if err != nil {
		return err
	}
	pending, err := a.Forms.Pending(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "the store has form %d, this version form %d\n", form.Number, len(app.Steps(nil)))
	for i, s := range pending {
		fmt.Fprintf(p.out, "  %d. %s: %s\n", form.Number+i+1, s.Name, s.Help)
	}
	if len(pending) == 0 {
		fmt.Fprintln(p.out, "nothing is to be done")
	}
	return nil
}

// backUp makes a backup of the store in a folder before it is upgraded, unless an upgrade that was
// interrupted made it.
func (p program) backUp(ctx context.Context, folder string) error {
	if _, err := readManifest(folder); err == nil {
		return nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	newLog(p.errOut, p.config.Log).Info("the store has an older form: a backup is made before it is upgraded",
		"folder", folder)
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := fillBackup(ctx, p, folder); err != nil {
		return fmt.Errorf(
			"the backup before the upgrade, in %s: %w; with a backup of your own, say `ascolto upgrade -backed-up`",
			folder, errors.Join(roomless(err, folder), os.RemoveAll(folder)))
	}
	return nil
}
