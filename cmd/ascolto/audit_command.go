package main

import (
	"context"
	"errors"
	"fmt"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/audit"
)

// auditCommand checks that nobody altered or removed a record of the audit. Heads that an earlier run
// printed, given as arguments, also find that its newest records were cut off.
func auditCommand(ctx context.Context, p program, args []string) (err error) {
	if len(args) == 0 || args[0] != "verify" {
		return errors.New(
			"ascolto audit: say `ascolto audit verify`, and behind it heads that were printed before")
	}
	var known []audit.Head
	for _, arg := range args[1:] {
		head, err := audit.ParseHead(arg)
		if err != nil {
			return fmt.Errorf("ascolto audit verify: %q is no head such as an earlier run printed", arg)
		}
		known = append(known, head)
	}
	a, err := p.open(ctx, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	report, err := a.Audit.Verify(ctx, known...)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d records in %d chains\n", report.Records, report.Chains)
	if n := len(report.Heads); n > 0 {
		fmt.Fprintf(p.out, "head, to note elsewhere: %s\n", report.Heads[n-1])
	}
	for _, problem := range report.Problems {
		fmt.Fprintf(p.out, "%s\t%s\n", problem.Kind, problem.Record)
	}
	if !report.OK() {
		return fmt.Errorf("ascolto audit verify: %d problems: records were altered or removed",
			len(report.Problems))
	}
	return nil
}
