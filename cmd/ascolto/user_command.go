package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"strings"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
)

// user is the command that makes accounts for staff.
func user(ctx context.Context, p program, args []string) (err error) {
	if len(args) == 0 || args[0] != "add" {
		return errors.New("ascolto user: say `ascolto user add -email … -name … -role …`")
	}
	var n accounts.NewStaff
	var roles, offices string
	flags := flag.NewFlagSet("ascolto user add", flag.ContinueOnError)
	flags.SetOutput(p.errOut)
	flags.StringVar(&n.Email, "email", "", "address to sign in with")
	flags.StringVar(&n.Name, "name", "", "name as colleagues know it")
	flags.StringVar(&roles, "role", string(civic.Administrator), "roles, separated by commas: "+roleNames())
	flags.StringVar(&offices, "office", "", "offices, separated by commas")
	ask := flags.Bool("password", false, "read the password from standard input; else one is made and shown")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	for _, r := range list(roles) {
		n.Roles = append(n.Roles, civic.Role(r))
	}
	for _, o := range list(offices) {
		n.Offices = append(n.Offices, civic.ID(o))
	}
	n.Password = strings.ToLower(rand.Text()[:20])
	if *ask {
		line, err := bufio.NewReader(p.in).ReadString('\n')
		if n.Password = strings.TrimRight(line, "\r\n"); n.Password == "" {
			return fmt.Errorf("ascolto user add: no password on standard input: %w", err)
		}
	}
	a, err := openApp(ctx, p.config, p.config.Origin.String(), p.errOut, nil, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	account, err := a.accounts.CreateStaff(ctx, civic.System("command line"), n)
	if err != nil {
		return a.explain(err)
	}
	fmt.Fprintf(p.out, "%s may sign in at %s/desk/login with %s\n", account.Name, a.origin, account.Email)
	if !*ask {
		fmt.Fprintf(p.out, "password, shown this once: %s\n", n.Password)
	}
	return nil
}

func roleNames() string {
	var names []string
	for _, r := range civic.StaffRoles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// explain returns err in words, each field on a line, as a form would show it.
func (a *app) explain(err error) error {
	var e *civic.Error
	if !errors.As(err, &e) {
		return err
	}
	t := a.texts.In("en")
	lines := []error{errors.New(t.Message(e.Message))}
	for _, f := range e.Fields {
		lines = append(lines, fmt.Errorf("-%s: %s", strings.TrimSuffix(f.Field, "s"), t.Message(f.Message)))
	}
	return errors.Join(lines...)
}
