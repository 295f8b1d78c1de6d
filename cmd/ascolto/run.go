package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"text/tabwriter"

	"ascolto/internal/civic"
)

// command is one thing the program does.
type command struct {
	name, usage, help string
	run               func(ctx context.Context, p program, args []string) error
}

// program is what a command works with: settings, checked and as they are written, the three streams, and the time.
type program struct {
	config config
	getenv func(string) string
	in     io.Reader
	out    io.Writer
	errOut io.Writer
	now    civic.Clock
}

func commands() []command {
	return []command{
		{"serve", "serve", "run the site until it is stopped", serve},
		{"demo", "demo [-if-empty] [-contacts N …]", "fill an empty store with an invented town", buildDemo},
		{"backup", "backup FOLDER", "copy the store and kept mail into a new folder, also while the site runs", backupCommand},
		{"restore", "restore FOLDER", "bring a backup back into an empty data folder, its mail held", restoreCommand},
		{"hold", "hold", "hold all mail of a store copied by other tools, before it is served", hold},
		{"audit", "audit verify [head …]", "check that no record of the audit was altered or removed", auditCommand},
		{"user", "user add -email E -name N [-role R]", "make an account for a colleague", user},
	}
}

// run is the program without its process: it reads the command from args and the settings from getenv, and returns when the
// command is done or ctx ends. Its error is what the person who started it should read.
func run(ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, errOut io.Writer) error {
	return program{getenv: getenv, in: in, out: out, errOut: errOut, now: civic.Now}.run(ctx, args)
}

func (p program) run(ctx context.Context, args []string) (err error) {
	if len(args) == 0 {
		args = []string{"help"}
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		return printHelp(p.out)
	case "version", "-version", "--version":
		_, err := fmt.Fprintln(p.out, version())
		return err
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		if p.config, err = loadConfig(p.getenv); err != nil {
			return err
		}
		return c.run(ctx, p, args[1:])
	}
	return fmt.Errorf("ascolto: there is no command %q; `ascolto help` lists them", args[0])
}

func printHelp(out io.Writer) error {
	fmt.Fprintf(out, "Ascolto %s: a permanent system for listening to citizens.\n\nCommands:\n", version())
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(w, "  ascolto %s\t%s\n", c.usage, c.help)
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

// version returns the release this program was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "0.1.0"
}
