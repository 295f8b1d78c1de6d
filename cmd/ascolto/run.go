package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/civic"
)

// command is one thing the program does.
type command struct {
	name, usage, help string
	run               func(ctx context.Context, p program, args []string) error
	flags             bool // it reads flags, and says itself what they mean
	// a second thing that the command does, called by a word behind its name; it has flags
	also *subcommand
}

// subcommand is what a command does when a word follows its name.
type subcommand struct{ word, usage, help string }

// program is what a command works with: settings, checked and as they are written, the three streams, and the
// time.
type program struct {
	config  config
	getenv  func(string) string
	environ []string // all of the environment, where misspelt settings are looked for
	in      io.Reader
	out     io.Writer
	errOut  io.Writer
	now     civic.Clock
}

func commands() []command {
	return []command{
		{name: "serve", usage: "serve", help: "run the site until it is stopped", run: serve},
		{name: "demo", usage: "demo [-if-empty] [-contacts N …]",
			help: "fill an empty store with an invented town", run: buildDemo, flags: true},
		{name: "backup", usage: "backup FOLDER",
			help: "copy the store and kept mail into a new folder, also while the site runs", run: backupCommand},
		{name: "restore", usage: "restore FOLDER",
			help: "bring a backup back into an empty data folder, its mail held", run: restoreCommand},
		{name: "upgrade", usage: "upgrade [-dry-run] [-backed-up]",
			help: "bring the store to the form of this version; serve does it, too, where it can make a backup before",
			run:  upgradeCommand, flags: true},
		{name: "hold", usage: "hold",
			help: "hold all mail of a store copied by other tools, before it is served", run: hold},
		{name: "audit", usage: "audit verify [head …]",
			help: "check that no record of the audit was altered or removed", run: auditCommand},
		{name: "user", usage: "user add -email E -name N [-role R]", help: "make an account for a colleague",
			run: user, flags: true, also: &subcommand{"reset", "user reset -email E",
				"print a link by which a colleague sets a new password"}},
	}
}

// run is the program without its process: it reads the command from args and the settings from getenv, warns
// of those in environ whose names are wrong, and returns when the command is done or ctx ends. Its error is
// what the person who started it should read.
func run(
	ctx context.Context, args []string, getenv func(string) string, environ []string, in io.Reader, out,
	errOut io.Writer,
) error {
	return program{getenv: getenv, environ: environ, in: in, out: out, errOut: errOut,
		now: civic.Now}.run(ctx, args)
}

func (p program) run(ctx context.Context, args []string) (err error) {
	if len(args) == 0 {
		args = []string{"help"}
	}
	isHelp := args[0] == "help" || isHelpFlag(args[0])
	if isHelp && len(args) > 1 {
		args, isHelp = []string{args[1], "-h"}, false // `ascolto help serve`
	}
	switch {
	case isHelp:
		return printHelp(p.out)
	case slices.Contains([]string{"version", "-version", "--version"}, args[0]):
		_, err := fmt.Fprintln(p.out, app.Version())
		return err
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		if slices.ContainsFunc(args[1:], isHelpFlag) {
			return c.explain(ctx, p, args[1:])
		}
		warnMisspelt(p.errOut, p.environ)
		if p.config, err = loadConfig(p.getenv); err != nil {
			return err
		}
		return c.run(ctx, p, args[1:])
	}
	return fmt.Errorf("ascolto: there is no command %q; `ascolto help` lists them", args[0])
}

func isHelpFlag(arg string) bool { return slices.Contains([]string{"-h", "-help", "--help"}, arg) }

// explain writes how the command is called and what each of its flags means.
func (c command) explain(ctx context.Context, p program, args []string) error {
	switch also := c.also; {
	case also != nil && slices.Contains(args, also.word):
		fmt.Fprintf(p.out, "ascolto %s\n%s\n", also.usage, also.help)
		args = []string{also.word, "-h"}
	default:
		fmt.Fprintf(p.out, "ascolto %s\n%s\n", c.usage, c.help)
		args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return !isHelpFlag(a) })
	}
	if !c.flags {
		return nil
	}
	p.errOut = p.out // where a flag set explains itself
	if err := c.run(ctx, p, args); !errors.Is(err, flag.ErrHelp) {
		return err
	}
	return nil
}

// parse reads args into flags and returns an error when something is left over.
func (p program) parse(flags *flag.FlagSet, args []string) error {
	flags.SetOutput(p.errOut)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%s: %q is not one of its flags; `%s -h` lists them", flags.Name(), flags.Arg(0),
			flags.Name())
	}
	return nil
}

func printHelp(out io.Writer) error {
	fmt.Fprintf(out, "Ascolto %s: a permanent system for listening to citizens.\n\nCommands:\n",
		app.Version())
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(w, "  ascolto %s\t%s\n", c.usage, c.help)
		if c.also != nil {
			fmt.Fprintf(w, "  ascolto %s\t%s\n", c.also.usage, c.also.help)
		}
	}
	fmt.Fprintf(w, "  ascolto version\tthe version of this program\n")
	fmt.Fprintf(w, "\nSettings, from the environment:\n")
	for _, s := range settings() {
		fmt.Fprintf(w, "  %s\t%s\n", s.name, s.meaning)
		if s.fallback != "" {
			fmt.Fprintf(w, "\tdefault: %s\n", s.fallback)
		}
	}
	return w.Flush()
}
