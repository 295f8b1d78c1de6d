// Command ascolto is the whole platform in one program: `ascolto serve` runs it, `ascolto demo` fills it with
// an invented town, `ascolto user add` makes an account for staff.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // Europe/Rome must be known on any machine
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Environ(), os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, newExplainer(true).explain(err))
		os.Exit(1)
	}
}
