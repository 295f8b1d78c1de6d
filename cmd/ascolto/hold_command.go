package main

import (
	"context"
	"errors"
	"fmt"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/notify"
)

// hold stops all mail of a store before the program runs on it for the first time: for one that was brought
// back, or copied, by other tools than `ascolto restore`.
func hold(ctx context.Context, p program, args []string) (err error) {
	if len(args) > 0 {
		return errors.New("ascolto hold takes no arguments")
	}
	a, err := p.open(ctx, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := notify.HoldStore(ctx, a.DB, notify.HoldRestored, p.now()); err != nil {
		return err
	}
	if err := a.Audit.Write(ctx,
		audit.Entry{By: civic.System("command line"), Action: "notify.mail.hold"}); err != nil {
		return err
	}
	fmt.Fprintln(p.out,
		"all mail is held until an administrator releases it at the desk under Posta in uscita")
	return nil
}
