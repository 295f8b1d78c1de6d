package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// userOptions are what `ascolto user add` is told.
type userOptions struct {
	email, name, roles, offices string
	ask                         bool
}

// flags returns the flags that set o, with their defaults.
func (o *userOptions) flags() *flag.FlagSet {
	f := flag.NewFlagSet("ascolto user add", flag.ContinueOnError)
	f.StringVar(&o.email, "email", "", "address to sign in with")
	f.StringVar(&o.name, "name", "", "name as colleagues know it")
	f.StringVar(&o.roles, "role", string(civic.Administrator), "roles, separated by commas: "+roleNames())
	f.StringVar(&o.offices, "office", "", "ids of offices, separated by commas")
	f.BoolVar(&o.ask, "password", false, "read the password from standard input; else one is made and shown")
	return f
}

// staff returns the colleague that o describes, with a password of standard input or a new one.
func (o *userOptions) staff(in io.Reader) (accounts.NewStaff, error) {
	n := accounts.NewStaff{Email: o.email, Name: o.name, Password: strings.ToLower(rand.Text()[:20])}
	for _, r := range list(o.roles) {
		if !slices.Contains(civic.StaffRoles(), civic.Role(r)) {
			return n, fmt.Errorf("-role: %q is none of %s", r, roleNames())
		}
		n.Roles = append(n.Roles, civic.Role(r))
	}
	for _, office := range list(o.offices) {
		n.Offices = append(n.Offices, civic.ID(office))
	}
	if o.ask {
		line, err := bufio.NewReader(in).ReadString('\n')
		if n.Password = strings.TrimRight(line, "\r\n"); n.Password == "" {
			return n, fmt.Errorf("ascolto user add: no password on standard input: %w", err)
		}
	}
	return n, nil
}

// user is the command that makes accounts for staff.
func user(ctx context.Context, p program, args []string) (err error) {
	if len(args) > 0 && isHelpFlag(args[0]) {
		args = []string{"add", "-h"}
	}
	if len(args) > 0 && args[0] == "reset" {
		return userReset(ctx, p, args[1:])
	}
	if len(args) == 0 || args[0] != "add" {
		return errors.New(
			"ascolto user: say `ascolto user add -email … -name … -role …`, or `ascolto user reset -email …`")
	}
	var o userOptions
	if err := p.parse(o.flags(), args[1:]); err != nil {
		return err
	}
	n, err := o.staff(p.in)
	if err != nil {
		return err
	}
	// this is a conversation with a person; a log is kept of what runs
	p.config.Log = max(p.config.Log, slog.LevelWarn)
	a, err := p.open(ctx, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := knowsOffices(ctx, a, n.Offices); err != nil {
		return err
	}
	account, err := a.Accounts.CreateStaff(ctx, civic.System("command line"), n)
	if err != nil {
		return inWords(a.Catalogues, err)
	}
	fmt.Fprintf(p.out, "%s may sign in at %s/desk/login with %s\n", account.Name, a.Origin, account.Email)
	if !o.ask {
		fmt.Fprintf(p.out, "password, shown this once: %s\n", n.Password)
	}
	return nil
}

// userReset prints a link by which a colleague sets a new password: for who has no mail server, or whose mail
// does not leave.
func userReset(ctx context.Context, p program, args []string) (err error) {
	f := flag.NewFlagSet("ascolto user reset", flag.ContinueOnError)
	email := f.String("email", "", "address the colleague signs in with")
	if err := p.parse(f, args); err != nil {
		return err
	}
	p.config.Log = max(p.config.Log, slog.LevelWarn)
	a, err := p.open(ctx, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	link, err := a.Accounts.ResetLink(ctx, civic.System("command line"), *email)
	if err != nil {
		return inWords(a.Catalogues, err)
	}
	fmt.Fprintf(p.out, "a new password can be set within %d minutes, once, at\n%s\n",
		int(accounts.ResetLife.Minutes()), link)
	return nil
}

// knowsOffices returns an error that lists the offices there are when one of ids is none of them.
func knowsOffices(ctx context.Context, a *app.App, ids []civic.ID) error {
	if len(ids) == 0 {
		return nil
	}
	if err := a.Seed(ctx); err != nil {
		return err
	}
	offices, err := a.Reference.Offices(ctx)
	if err != nil {
		return err
	}
	known := make([]string, len(offices))
	for i, o := range offices {
		known[i] = string(o.ID)
	}
	for _, id := range ids {
		if !slices.Contains(known, string(id)) {
			return fmt.Errorf("-office: %q is none of %s", id, strings.Join(known, ", "))
		}
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

// inWords returns err in words, each field on a line, as a form would show it.
func inWords(words *locale.Catalogues, err error) error {
	var e *civic.Error
	if !errors.As(err, &e) {
		return err
	}
	t := words.In("en")
	lines := []error{errors.New(t.Message(e.Message))}
	for _, f := range e.Fields {
		lines = append(lines, fmt.Errorf("-%s: %s", strings.TrimSuffix(f.Field, "s"), t.Message(f.Message)))
	}
	return errors.Join(lines...)
}
