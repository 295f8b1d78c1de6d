package main

import (
	"context"
	"errors"
	"fmt"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/notify"
)

// hold stops all mail of a store before the program runs on it for the first time: for one that was brought back, or copied, by other
// tools than `ascolto restore`.
func hold(ctx context.Context, p program, args []string) (err error) {
	if len(args) > 0 {
		return errors.New("ascolto hold takes no arguments")
	}
	a, err := openApp(ctx, p.config, p.config.Origin.String(), p.errOut, nil, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if err := notify.HoldStore(ctx, a.db, notify.HoldRestored, a.now()); err != nil {
		return err
	}
	if err := a.audit.Write(ctx, audit.Entry{By: civic.System("command line"), Action: "notify.mail.hold"}); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "all mail is held until an administrator releases it at the desk under Posta in uscita")
	return nil
}
